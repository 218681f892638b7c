"""What the judge has to refuse, so that its silence means something: one body, broken in each way."""

import judge
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


def check(body, say):
    """Breaks a body that is in order; each of the results has to be refused."""
    judge.traces([judge.decode(body)])
    broken = {
        "a field nobody knows": body + b"\xf8\x01\x01",
        "a field with the value it has anyway": padded(body),
        "half of it": body[: len(body) // 2],
        "no span at all": b"",
        "a trace id of 15 bytes": changed(body, trace_id=b"1" * 15),
        "a span id of zeros": changed(body, span_id=bytes(8)),
        "a parent that is not there": changed(body, parent_span_id=b"nowhere!"),
        "an end before the start": changed(body, end_time_unix_nano=1),
        "no time": changed(body, start_time_unix_nano=0),
        "everything twice": body + body,
    }
    for name, each in broken.items():
        try:
            judge.traces([judge.decode(each)])
        except judge.Rejected:
            continue
        raise SystemExit(f"the judge lets a body pass with {name}")
    say("broken bodies that the judge refuses", len(broken))


def changed(body, **fields):
    """The body with other values in its first span."""
    request = ExportTraceServiceRequest.FromString(body)
    span = request.resource_spans[0].scope_spans[0].spans[0]
    for name, value in fields.items():
        setattr(span, name, value)
    return request.SerializeToString(deterministic=True)


def padded(body):
    """The body with an empty schema URL written out, which says nothing and is not canonical."""
    inner = ExportTraceServiceRequest.FromString(body).resource_spans[0].SerializeToString() + b"\x1a\x00"
    length, digits = len(inner), b""
    while length > 0x7F:
        digits += bytes([length & 0x7F | 0x80])
        length >>= 7
    return b"\x0a" + digits + bytes([length]) + inner
