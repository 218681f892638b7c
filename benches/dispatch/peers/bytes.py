"""Prints how many bytes the spans of `benches/encode.rs` take in the JSON of `ops[tracing]`.

    target/peers/ops/bin/python peers/bytes.py

Same names, ids, times, attributes and resource, so that its table's last column has the same spans in protobuf.
"""

from ops_tracing._otlp_json import encode_spans
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, TraceFlags

TRACE = int.from_bytes(bytes([7] * 16), 'big')
RESOURCE = Resource(
    {
        'service.name': 'blog-charm',
        'service.instance.id': '0',
        'juju_model': 'staging',
        'juju_model_uuid': '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed',
        'juju_application': 'blog',
        'juju_unit': 'blog/0',
        'juju_charm': 'blog',
    }
)
SCOPE = InstrumentationScope('charm-tracing', '0.1.0')
START = 1_700_000_000_000_000_000
ATTRIBUTES = [('unit', 'blog/0'), ('port', '8080')]


def context(number):
    return SpanContext(TRACE, number, False, TraceFlags(1))


def span(number, attributes):
    return ReadableSpan(
        'method call: Blog::configure',
        context(number),
        context(number // 2) if number > 1 else None,
        RESOURCE,
        dict(ATTRIBUTES[:attributes]),
        kind=SpanKind.INTERNAL,
        status=Status(),
        start_time=START + number * 1_000,
        end_time=START + (number + 40) * 1_000,
        instrumentation_scope=SCOPE,
    )


print('| spans | attributes | bytes a span |')
print('|--:|--:|--:|')
for count in (53, 5_000):
    for attributes in (0, 2):
        encoded = encode_spans([span(number, attributes) for number in range(1, count + 1)])
        print(f'| {count} | {attributes} | {len(encoded) / count:.1f} |')
