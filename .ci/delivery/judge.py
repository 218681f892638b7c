"""Judges OTLP bodies with the official Python package `opentelemetry-proto`, and writes them as text.

Nothing is passed over: what the text does not show is either checked here (lengths of ids, order of
times, unknown fields, canonical encoding) or makes the run fail as something unexpected.
"""

from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

# No machine's clock is before 2020; nanoseconds.
YEAR_2020 = 1_577_836_800 * 10**9
# An event that a span is opened with is stamped a few microseconds before the span; 100 ms is what a busy
# machine may make of them.
OPENING = 100 * 10**6


class Rejected(Exception):
    """What is wrong with a body, in words."""


def demand(holds, otherwise):
    if not holds:
        raise Rejected(otherwise)


def decode(body):
    """The request in a body, strictly."""
    try:
        request = ExportTraceServiceRequest.FromString(body)
    except DecodeError as error:
        raise Rejected(f"no request at all: {error}") from None
    known(request)
    demand(
        request.SerializeToString(deterministic=True) == body,
        "the body is not what the official encoder writes for the same request",
    )
    demand(len(request.resource_spans) > 0, "an empty request")
    return request


def known(message):
    """No field that the official schema has not, at any depth."""
    demand(len(UnknownFieldSet(message)) == 0, f"unknown fields in {message.DESCRIPTOR.full_name}")
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for each in value if field.is_repeated else [value]:
            known(each)


def traces(requests):
    """The spans of requests by trace, oldest trace first, each with its resource and scope.

    Every span may come once only, and every trace with one resource and one scope.
    """
    found = {}
    for request in requests:
        for of_resource in request.resource_spans:
            for of_scope in of_resource.scope_spans:
                around = (of_resource.resource, of_resource.schema_url, of_scope.scope, of_scope.schema_url)
                for span in of_scope.spans:
                    trace = found.setdefault(span.trace_id, Trace(*around))
                    demand(around == trace.around(), "one trace with two resources or scopes")
                    demand(span.span_id not in trace.spans, f"a span came twice: {span.name}")
                    trace.spans[span.span_id] = span
    for trace in found.values():
        trace.check()
    return sorted(found.values(), key=lambda trace: trace.root.start_time_unix_nano)


class Trace:
    """One trace, whose spans hang together."""

    def __init__(self, resource, resource_schema, scope, scope_schema):
        self.resource, self.resource_schema = resource, resource_schema
        self.scope, self.scope_schema = scope, scope_schema
        self.spans = {}

    def around(self):
        return (self.resource, self.resource_schema, self.scope, self.scope_schema)

    def check(self):
        keys = [each.key for each in self.resource.attributes]
        demand("service.name" in keys, "a resource without service.name")
        roots = [span for span in self.spans.values() if not span.parent_span_id]
        demand(len(roots) == 1, f"{len(roots)} roots in one trace")
        self.root = roots[0]
        for span in self.spans.values():
            self.check_span(span)

    def check_span(self, span):
        about = f"span {span.name!r}: "
        identity(span.trace_id, 16, about + "trace id")
        identity(span.span_id, 8, about + "span id")
        start, end = span.start_time_unix_nano, span.end_time_unix_nano
        demand(start > YEAR_2020, about + "no start")
        demand(end >= start, about + "it ends before it starts")
        for event in span.events:
            at = event.time_unix_nano
            demand(start - OPENING <= at <= end, about + f"the event {event.name!r} is outside")
        for link in span.links:
            identity(link.trace_id, 16, about + "trace id of a link")
            identity(link.span_id, 8, about + "span id of a link")
        if span.parent_span_id:
            parent = self.spans.get(span.parent_span_id)
            demand(parent is not None, about + "its parent is not in the trace")
            demand(
                parent.start_time_unix_nano <= start and end <= parent.end_time_unix_nano,
                about + f"it is not within its parent {parent.name!r}",
            )

    def children(self, parent):
        of_parent = [span for span in self.spans.values() if span.parent_span_id == parent.span_id]
        return sorted(of_parent, key=lambda span: span.start_time_unix_nano)

    def names(self):
        return sorted(span.name for span in self.spans.values())

    def about(self):
        """What all spans have in common, as text."""
        lines = ["resource" + rest(self.resource, "attributes") + schema(self.resource_schema)]
        lines += attributes(self.resource, 1)
        lines.append(f"scope {self.scope.name} {self.scope.version}" + schema(self.scope_schema))
        demand(not rest(self.scope, "name", "version"), "a scope with more than name and version")
        return "\n".join(lines) + "\n"

    def text(self):
        """The spans without ids and times, which are checked and differ in each run."""
        lines = []
        self.write(self.root, 0, lines)
        return "\n".join(lines) + "\n"

    def bytes(self):
        """All of it, ids and times included, for comparing one trace on both sides of a program."""
        parts = [self.resource, self.scope, *(self.spans[key] for key in sorted(self.spans))]
        encoded = [part.SerializeToString(deterministic=True) for part in parts]
        return [self.resource_schema.encode(), self.scope_schema.encode(), *encoded]

    def write(self, span, depth, lines):
        kind = Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_")
        status = Status.StatusCode.Name(span.status.code).removeprefix("STATUS_CODE_")
        told = f" {span.status.message!a}" if span.status.message else ""
        left = rest(
            span, "trace_id", "span_id", "parent_span_id", "name", "kind", "status", "flags",
            "start_time_unix_nano", "end_time_unix_nano", "attributes", "events", "links",
        )
        lines.append(f"{'  ' * depth}{span.name!a} {kind} {status}{told} flags={span.flags:#x}{left}")
        lines += attributes(span, depth + 2)
        for event in span.events:
            left = rest(event, "time_unix_nano", "name", "attributes")
            lines.append(f"{'  ' * (depth + 1)}! {event.name!a}{left}")
            lines += attributes(event, depth + 3)
        for link in span.links:
            left = rest(link, "trace_id", "span_id", "flags", "attributes")
            to = f"{link.trace_id.hex()} {link.span_id.hex()}"
            lines.append(f"{'  ' * (depth + 1)}-> {to} flags={link.flags:#x}{left}")
            lines += attributes(link, depth + 3)
        for child in self.children(span):
            self.write(child, depth + 1, lines)


def identity(value, length, what):
    demand(len(value) == length and any(value), f"{what}: {value.hex() or 'nothing'}")


def schema(url):
    return f" schema {url}" if url else ""


def rest(message, *shown):
    """The fields that are set and that nobody else writes, so that none is missed."""
    left = [f"{field.name}={value!r}" for field, value in message.ListFields() if field.name not in shown]
    return "".join(" " + each for each in left)


def attributes(message, depth):
    keys = [each.key for each in message.attributes]
    demand(len(keys) == len(set(keys)), f"a key twice among {keys}")
    lines = []
    for each in message.attributes:
        demand(not rest(each, "key", "value"), f"{each.key}: more than key and value")
        lines.append(f"{'  ' * depth}{each.key} = {value(each.value)}")
    return sorted(lines)


def value(any_value):
    kind = any_value.WhichOneof("value")
    demand(kind is not None, "an attribute without a value")
    plain = getattr(any_value, kind)
    if kind == "array_value":
        return "[" + ", ".join(value(each) for each in plain.values) + "]"
    demand(kind != "kvlist_value", "a map among the attributes")
    return ascii(plain)
