"""The network's cost: hooks of two charms that do the same, timed while their receiver fails.

    network.py FOLDER RUST_CHARM ROUNDS

FOLDER is made anew. Runs are interleaved: each round has every case once for either charm, and begins with
another case each time. The receiver is healthy until the charm knows it, then fails, then is healthy
again, so that what was kept can be counted.
"""

import collections
import gzip
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

HERE = pathlib.Path(__file__).resolve().parent
CASES = ["no relation", "answers", "refuses the connection", "accepts, never answers", "drips its answer"]
# The hooks of one failure: the first one that meets it, and those after it. A dripping answer holds
# ops[tracing] for half a minute each time, so there it is two.
HOOKS, SLOW_HOOKS = 4, 2
# Seconds between two bytes of a dripping answer.
DRIP = 0.5
# How many hooks, a second apart, a charm gets after a failure until everything has to be there.
RECOVERY = 30
TOOLS = (
    "application-version-set config-get is-leader juju-log network-get relation-get relation-ids "
    "relation-list relation-set state-delete state-get state-set status-get status-set"
)


class Receiver:
    """A receiver on one port that behaves as it is told to."""

    def __init__(self):
        self.behaviour = "answers"
        self.bodies = []
        self.listening = None
        self.open = []
        self.port = None
        self.behave("answers")

    def behave(self, behaviour):
        self.behaviour = behaviour
        for each in self.open:
            each.close()
        self.open = []
        if behaviour == "refuses the connection":
            # Wakes the thread that accepts, which a mere close does not.
            self.listening.shutdown(socket.SHUT_RDWR)
            self.listening.close()
            self.listening = None
        elif self.listening is None:
            self.listening = socket.create_server(("127.0.0.1", self.port or 0), backlog=64)
            self.port = self.listening.getsockname()[1]
            threading.Thread(target=self.accept, args=[self.listening], daemon=True).start()

    def accept(self, listening):
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.open.append(connection)
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        # What ends a connection early is the charm giving up.
        try:
            self.answer(connection)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def answer(self, connection):
        stream = connection.makefile("rb")
        while stream.readline():
            headers = {}
            while line := stream.readline().strip():
                name, value = line.decode().split(":", 1)
                headers[name.lower()] = value.strip()
            body = stream.read(int(headers["content-length"]))
            if self.behaviour == "accepts, never answers":
                connection.recv(1)
                return
            if self.behaviour == "drips its answer":
                for byte in b"HTTP/1.1 200 OK\r\nslow: " + b"y" * 1000:
                    connection.sendall(bytes([byte]))
                    time.sleep(DRIP)
            if headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            self.bodies.append((headers["content-type"], body))
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    def spans(self):
        """How often each span came, by the id of its trace."""
        traces = collections.defaultdict(collections.Counter)
        for kind, body in list(self.bodies):
            if kind == "application/json":
                for resource in json.loads(body)["resourceSpans"]:
                    for scope in resource["scopeSpans"]:
                        for span in scope["spans"]:
                            traces[span["traceId"]][span["spanId"]] += 1
            else:
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for scope in resource.scope_spans:
                        for span in scope.spans:
                            traces[span.trace_id][span.span_id] += 1
        return traces


class Charm:
    """One charm in its folder, which every case begins with anew."""

    def __init__(self, name, folder, receiver, command):
        self.name = name
        self.folder = folder
        self.receiver = receiver
        self.command = command
        self.charm = folder / "charm"

    def start(self, related):
        """A charm that has just been deployed and, where it is related, knows its receiver."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.charm / "src").mkdir(parents=True)
        # Under the name that it has in a packed charm.
        shutil.copy(HERE / "charmcraft.yaml", self.charm / "metadata.yaml")
        shutil.copy(HERE / "charm.py", self.charm / "src")
        tools = self.folder / "tools"
        tools.mkdir()
        for tool in TOOLS.split():
            (tools / tool).symlink_to(HERE / "hook-tool")
        self.url = f"http://127.0.0.1:{self.receiver.port}" if related else ""
        self.hook("install")
        if related:
            self.hook(
                "charm-tracing-relation-changed", JUJU_RELATION="charm-tracing", JUJU_REMOTE_APP="tempo",
                JUJU_RELATION_ID="charm-tracing:1", JUJU_REMOTE_UNIT="tempo/0",
            )
        self.hook("update-status")

    def hook(self, name, **variables):
        """Runs one hook; returns how long it took, in milliseconds."""
        variables |= {
            "JUJU_DISPATCH_PATH": f"hooks/{name}", "JUJU_HOOK_NAME": name, "JUJU_UNIT_NAME": "demo/0",
            "JUJU_MODEL_NAME": "bench", "JUJU_MODEL_UUID": "11111111-2222-4333-8444-555555555555",
            "JUJU_VERSION": "3.6.0", "JUJU_CONTEXT_ID": f"demo/0-{name}-1",
            "JUJU_CHARM_DIR": str(self.charm), "TRACING_URL": self.url, "LANG": "C.UTF-8",
            "PATH": f"{self.folder}/tools:/usr/bin:/bin", "HOME": str(self.folder),
        }
        with open(self.folder / "output", "w+b") as output:
            began = time.perf_counter()
            run = subprocess.run(
                self.command, cwd=self.charm, env=variables, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output,
            )
            took = time.perf_counter() - began
            if run.returncode != 0:
                output.seek(0)
                sys.exit(f"{self.name}, {name}: exit code {run.returncode}\n{output.read().decode()}")
        return took * 1000


def case(charm, name):
    """One failure: the times of its hooks, and the traces that were there in the end, of how many."""
    receiver = charm.receiver
    receiver.behave("answers")
    charm.start(related=name != "no relation")
    receiver.bodies.clear()
    hooks = SLOW_HOOKS if name == "drips its answer" else HOOKS
    if name in CASES[2:]:
        receiver.behave(name)
    times = [charm.hook("update-status") for _ in range(hooks)]
    if name == "no relation":
        return times, "kept"
    receiver.behave("answers")
    for _ in range(RECOVERY):
        traces = receiver.spans()
        if len(traces) >= hooks:
            break
        time.sleep(1)
        charm.hook("update-status")
        hooks += 1
    twice = sum(max(spans.values()) > 1 for spans in traces.values())
    if len(traces) == hooks and not twice:
        return times, "all, once"
    return times, f"{len(traces)} of {hooks}, {twice} twice"


def main():
    folder, program = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    receiver = Receiver()
    python = [sys.executable, "src/charm.py"]
    charms = [
        Charm("charm-tracing", folder / "rust", receiver, [program]),
        Charm("ops[tracing]", folder / "python", receiver, python),
    ]
    times = collections.defaultdict(list)
    arrived = collections.defaultdict(set)
    for turn in range(int(sys.argv[3])):
        for name in CASES[turn % len(CASES) :] + CASES[: turn % len(CASES)]:
            for charm in charms if turn % 2 == 0 else reversed(charms):
                took, there = case(charm, name)
                times[charm.name, name, "first"].append(took[0])
                times[charm.name, name, "later"] += took[1:]
                arrived[charm.name, name].add(there)
                shown = " ".join(f"{each:.0f}" for each in took)
                print(f"# {charm.name}, {name}: {shown} ms; {there}", file=sys.stderr, flush=True)
    table(charms, times, arrived)
    shutil.rmtree(folder)


def table(charms, times, arrived):
    print("| receiver | " + " | ".join(f"{c.name}: first hook | later ones | traces" for c in charms) + " |")
    print("|---" + "|--:|--:|--:" * len(charms) + "|")
    for name in CASES:
        cells = [name]
        for charm in charms:
            for which in ("first", "later"):
                cells.append(f"{statistics.median(times[charm.name, name, which]):.1f} ms")
            cells.append(" / ".join(sorted(arrived[charm.name, name])))
        print("| " + " | ".join(cells) + " |")
    print(f"\n{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end")


main()
