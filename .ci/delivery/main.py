"""Dispatches a real charm against programs that nobody here wrote, and judges what arrives.

    main.py FOLDER PROGRAM ROTEL

FOLDER is made anew, PROGRAM is the crate's `stand-in`, ROTEL is rotel's agent. Prints a line for each thing
that holds; ends with 1 and the difference where one does not. With WRITE=1 the files of what is expected
are written anew, for their difference to be read.
"""

import difflib
import os
import pathlib
import re
import shutil
import signal
import sys
import time

import faults
import judge
import rules
from path import Path, until
from unit import JjxUnit, Unit

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# The charm's whole life as text; how it differs with the hook tools of jjx, which has not all of them; and
# the trace of a charm that uses every field.
EXPECTED, WITH_JJX, VALUES = (HERE / name for name in ("expected.txt", "jjx.diff", "values.txt"))
# Limits and attributes as OpenTelemetry's own variables set them.
OTEL = {
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "20",
    "OTEL_SPAN_EVENT_COUNT_LIMIT": "4",
    "OTEL_SPAN_LINK_COUNT_LIMIT": "3",
    "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=ci",
}
# What programs built on OpenSSL and others take their trust from. No variable of them is ours.
FOREIGN = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
# Below this size, in bytes, compressing a body costs more than it saves.
PLAIN = 64 * 1024


def main():
    folder, program, rotel = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
    # Ends what was started, as an interrupt from the keyboard does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with Path(folder, rotel) as path:
            life = everything_arrives(path, program)
            every_field_arrives(path, program)
            faults.check(path.sink.bodies("/as-it-came")[0], say)
            trust_is_what_was_given(path, program)
            the_same_with_jjx(path, program, life)
            a_large_backlog(path, program)
            what_nginx_saw(path)
            rules.check(path, program, say)
            connections_are_kept(path)
    except judge.Rejected as wrong:
        raise SystemExit(f"refused: {wrong}") from None


def say(what, figure):
    print(f"  {what:<62} {figure}", flush=True)


def everything_arrives(path, program):
    """The whole way over TLS 1.3, with no variable set that speaks of trust."""
    unit = Unit(path.folder / "unit", program)
    ca = (path.folder / "ca.pem").read_text()
    life = lived(path, unit, f"https://localhost:{path.port}", ca)
    compare(EXPECTED, life, "a dispatch's trace is not what it should be")
    assert "otlp_http" in unit.asked_for(), unit.asked_for()
    say("traces as expected, field by field, before and after rotel", len(unit.dispatches))
    return life


def every_field_arrives(path, program):
    """One trace with values of each type, each kind and status, links, and more than the limits allow."""
    unit = Unit(path.folder / "unit-of-values", program)
    unit.environment = OTEL | {
        "JUJU_UNIT_NAME": "values/0",
        "CHOSEN_ENDPOINT": f"https://localhost:{path.port}",
        "CHOSEN_SERVER_CERT": str(path.folder / "ca.pem"),
    }
    first = path.arrivals()
    unit.hook("update-status")
    trace = collect(path, unit, first)[0]
    found = without_what_changes(trace.about() + "\n" + trace.text())
    compare(VALUES, found, "a value is not what it should be")
    say("spans with every type of value, kind and status, and limits", len(trace.spans))


def lived(path, unit, url, ca):
    """Lets a unit live its life, and judges what came of it on both sides of the collector."""
    first = path.arrivals()
    unit.live(url, ca)
    dispatches = len(unit.dispatches)
    came = collect(path, unit, first)
    for trace, dispatch in zip(came, unit.dispatches, strict=True):
        said = {each.key: each.value.int_value for each in trace.root.attributes}
        judge.demand(said["process.pid"] == dispatch["pid"], "a trace tells another process")
        judge.demand(said["process.exit.code"] == dispatch["exit"], "a trace tells another exit code")
    judge.demand(len({trace.about() for trace in came}) == 1, "one unit with two resources or scopes")
    texts = [came[0].about(), *(trace.text() for trace in came[:dispatches])]
    return without_what_changes("\n".join(texts))


def collect(path, unit, first):
    """All traces of a unit that has just lived, the same on both sides of the collector.

    What the budget of its hooks did not suffice for goes with an `update-status` or more.
    """
    unit.catch_up()

    def arrived(side, start):
        requests = [judge.decode(body) for body in path.sink.bodies(side)[start:]]
        return judge.traces(requests)

    count = len(unit.dispatches)
    # nginx copies while the request goes on, and rotel gathers what it gets for a while.
    until(lambda: len(arrived("/as-it-came", first[0])) >= count, f"not all of {count} traces came")
    until(lambda: len(arrived("/v1/traces", first[1])) >= count, "rotel does not pass all traces on")
    came, passed = arrived("/as-it-came", first[0]), arrived("/v1/traces", first[1])
    judge.demand(len(came) == count, f"{len(came)} traces came of {count} dispatches")
    same = [trace.bytes() for trace in came] == [trace.bytes() for trace in passed]
    judge.demand(same, "rotel understood something else")
    return came


def without_what_changes(text):
    """Takes out what differs with each run, version or edit of the charm, after looking at it."""
    version = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
    text = re.sub(r"(process\.pid = )[1-9]\d*\n", r"\1<as started>\n", text)
    text = re.sub(rf"((sdk\.version = '|scope charm-tracing )){re.escape(version)}\b", r"\1<version>", text)

    def line_of_code(found):
        line = (ROOT / found["file"]).read_text().splitlines()[int(found["line"]) - 1]
        judge.demand("traced!" in line or "fn " in line, f"no span begins at {found['file']}:{line}")
        return found["before"] + "<a line with a span>\n"

    code = r"(?P<before> *code\.file\.path = '(?P<file>.*)'\n.*\n *code\.line\.number = )(?P<line>\d+)\n"
    return re.sub(code, line_of_code, text)


def compare(file, found, otherwise):
    if os.environ.get("WRITE") == "1":
        file.write_text(found)
    expected = file.read_text()
    if found != expected:
        lines = expected.splitlines(), found.splitlines()
        print(*difflib.unified_diff(*lines, "expected", "found", lineterm=""), sep="\n")
        raise SystemExit(otherwise)


def trust_is_what_was_given(path, program):
    """Whatever the environment says, the CA of the relation counts and no other; over TLS 1.2 here."""
    ca, other = ((path.folder / f"{name}.pem").read_text() for name in ("ca", "another-ca"))
    url = f"https://127.0.0.1:{path.old_port}"
    for variables, given, count in [("another-ca", ca, 3), ("ca", other, 0)]:
        unit = Unit(path.folder / f"unit-{count}", program)
        unit.environment = dict.fromkeys(FOREIGN, str(path.folder / f"{variables}.pem"))
        before = path.arrivals()
        unit.trust(given)
        unit.offer(url)
        unit.hook("install")
        unit.relation_changed(2)
        unit.hook("update-status")
        if count:
            collect(path, unit, before)
        judge.demand(count or path.arrivals() == before, "what must not be trusted got something")
        judge.demand(all(each["exit"] == 0 for each in unit.dispatches), "a hook failed over trust")
    say("traces with a private CA, the environment naming another", 3)
    say("traces with another CA, the environment naming the right one", 0)
    # What was kept comes as soon as the right CA is known: a change of the destination.
    unit.trust(ca)
    unit.relation_changed(1)
    came = collect(path, unit, before)
    say("of them once the right CA is related", len(came))


def the_same_with_jjx(path, program, life):
    unit = JjxUnit(path.folder / "unit-of-jjx", program)
    ca = (path.folder / "ca.pem").read_text()
    found = lived(path, unit, f"https://localhost:{path.port}", ca)
    lines = life.splitlines(), found.splitlines()
    difference = list(difflib.unified_diff(*lines, "this crate's tools", "those of jjx", n=1, lineterm=""))
    # Where a piece stands moves with everything before it.
    text = "\n".join("@@" if line.startswith("@@") else line for line in difference) + "\n"
    compare(WITH_JJX, text, "with jjx's hook tools the traces differ elsewhere than they should")
    assert "otlp_http" in unit.asked_for(), unit.asked_for()
    changed = sum(line[0] in "+-" for line in difference[2:])
    say("traces with the hook tools of jjx", len(unit.dispatches))
    say("lines of them that differ, all for want of open-port", changed)


def a_large_backlog(path, program):
    """More than goes in one small request and a large one, sent in one dispatch."""
    unit = Unit(path.folder / "unit-with-backlog", program)
    first = path.arrivals()
    unit.trust((path.folder / "ca.pem").read_text())
    for _ in range(95):
        unit.hook("install")
    unit.offer(f"https://localhost:{path.port}")
    began = time.monotonic()
    unit.relation_changed(2)
    took = time.monotonic() - began
    requests = path.arrivals()[0] - first[0]
    collect(path, unit, first)
    say("dispatches that waited for one", f"95 in {requests} requests, {took:.2f} s")


def what_nginx_saw(path):
    """One connection for all requests of a dispatch, both versions of TLS, what is compressed."""
    seen = path.passed("/v1/traces")
    protocols = {entry["tls"] for entry in seen}
    judge.demand(protocols == {"TLSv1.2", "TLSv1.3"}, f"TLS versions {protocols}")
    for entry in seen:
        judge.demand(entry["type"] == "application/x-protobuf", f"content type {entry['type']}")
        judge.demand(entry["agent"].startswith("charm-tracing/"), f"user agent {entry['agent']}")
        judge.demand(entry["status"] == 200, f"answered {entry['status']}")
    # By name only: an address is no server name in TLS.
    names = {(entry["tls"], entry["name"]) for entry in seen}
    judge.demand(names == {("TLSv1.3", "localhost"), ("TLSv1.2", "")}, f"server names {names}")
    connections = {}
    for entry in seen:
        connections.setdefault(entry["connection"], []).append(entry["nth"])
    for nths in connections.values():
        judge.demand(sorted(nths) == list(range(1, len(nths) + 1)), "a connection was shared")
    say("requests, and the connections they took", f"{len(seen)}, {len(connections)}")
    large = []
    for at, headers, body in path.sink.received:
        if at == "/as-it-came":
            encoding = headers.get("content-encoding")
            judge.demand(encoding in (None, "gzip"), f"content-encoding {encoding}")
            judge.demand(encoding is None or len(body) >= PLAIN, f"{len(body)} bytes are compressed")
            large += [encoding] if len(body) >= PLAIN else []
    # The first of a dispatch goes as it is, and so do others where the network is faster than compression;
    # a sink in Python is not.
    judge.demand("gzip" in large, "no large body is compressed")
    say("of them 64 KiB and larger, and how many of those compressed", f"{len(large)}, {large.count('gzip')}")


def connections_are_kept(path):
    """What goes in several requests, after a limit at least, goes over one connection."""
    longest = max(entry["nth"] for entry in path.passed() if entry["status"] == 200)
    judge.demand(longest > 1, "no connection was used twice")
    say("requests that one connection took, at most", longest)


if __name__ == "__main__":
    main()
