"""Juju's side of a unit of the charm `blog`: its folder, its hook tools, and one dispatch after the other.

Hook tools are this crate's (feature `testing`) or those of jjx, which stands in for Juju on Docker and
whose tools are plain programs over one JSON document.
"""

import json
import os
import subprocess
import sys
import time

MODEL = "counterparts"
MODEL_UUID = "0b2c9a34-6a53-4f44-8a5b-3c6f3b7f6d21"
# The longest a dispatch or a recovery may take here, in seconds: far more than any budget of the crate.
LONGEST = 60
# Where nothing listens.
NO_DATABASE = "127.0.0.1:1"
CONFIG = {"title": "Counterparts", "port": 8080, "comments": True, "cache-ratio": 0.5}
RELATIONS = {1: ("receive-ca-cert", "ca"), 2: ("charm-tracing", "tempo"), 3: ("database", "postgresql")}
DATA = {1: {}, 2: {}, 3: {"endpoints": NO_DATABASE}}
# The trace of the agent, as Juju 4 tells it.
AGENT = {
    "JUJU_TRACE_ID": "4bf92f3577b34da6a3ce929d0e0e4736",
    "JUJU_SPAN_ID": "00f067aa0ba902b7",
    "JUJU_TRACE_FLAGS": "1",
}


class Unit:
    """A unit with this crate's hook tools, in its own folder."""

    tools_of = "this crate"

    def __init__(self, folder, program):
        self.charm = folder / "agents" / "unit-blog-0" / "charm"
        self.tools = folder / "tools"
        self.state = folder / "state"
        for directory in (self.charm, self.tools, self.state):
            directory.mkdir(parents=True)
        (self.charm / "dispatch").symlink_to(program)
        # By relation: what the other application has set.
        self.data = {number: dict(data) for number, data in DATA.items()}
        # One entry for each dispatch: what its trace is to say of its process.
        self.dispatches = []
        self.environment = {}
        self.equip(program)

    def equip(self, program):
        for tool in (
            "action-fail action-get action-log action-set application-version-set config-get is-leader "
            "juju-log open-port relation-get relation-ids relation-list relation-set status-set"
        ).split():
            (self.tools / tool).symlink_to(program)

    def publish(self, parameters):
        """Writes the document that the hook tools answer from, with what they have changed in it."""
        file = self.state / "state.json"
        if file.exists():
            document = json.loads(file.read_text())
        else:
            status = {"status": "waiting", "message": "installing agent"}
            document = {
                "unit": "blog/0", "leader": True, "config": CONFIG, "storages": {}, "status": status,
                "application_status": status, "workload_version": "", "reboot": "",
                "model": {"networks": {}, "resources": {}, "cloud": None},
                "queued": {
                    "relations": {}, "secrets": {}, "ports": [], "kept": {}, "leader_settings": {},
                    "more_storage": [],
                },
            }
        relations = document["queued"]["relations"]
        for number, (endpoint, remote) in RELATIONS.items():
            relation = relations.setdefault(
                f"{endpoint}:{number}",
                {
                    "endpoint": endpoint, "remote_application": remote, "broken": False,
                    "units": [f"{remote}/0"], "databags": {"blog/0": {}, f"{remote}/0": {}},
                },
            )
            relation["databags"][remote] = self.data[number]
        document["event"] = {
            "relation": None, "remote_application": None, "remote_unit": None, "storage": None,
            "action": None, "restricted": False,
        }
        if parameters is not None:
            document["event"]["action"] = {
                "parameters": parameters, "results": {}, "failure": None, "progress": [],
            }
        file.write_text(json.dumps(document))

    def asked_for(self):
        """What the charm has written into the tracing relation, as its application."""
        document = json.loads((self.state / "state.json").read_text())
        return document["queued"]["relations"]["charm-tracing:2"]["databags"]["blog"]["receivers"]

    def waiting(self):
        """Whether the buffer holds a record that is live (docs/buffer-format.md)."""
        held = (self.charm / ".charm-tracing.buffer").read_bytes()
        at = 32
        while held[at:at + 4] == b"\xf5\x43\x54\xfa":
            state, kind, length = held[at + 4], held[at + 5], int.from_bytes(held[at + 16:at + 20], "little")
            if (state, kind) == (0x4C, 1):
                return True
            at += 28 + length
        return False

    def catch_up(self):
        """Dispatches on until nothing waits; a receiver that has failed is left alone for some seconds."""
        deadline = time.monotonic() + LONGEST
        while self.waiting():
            if time.monotonic() > deadline:
                raise SystemExit(f"traces still wait after {LONGEST} s")
            time.sleep(0.5)
            self.hook("update-status")

    def own_variables(self):
        return {"JUJU_AGENT_SOCKET_ADDRESS": str(self.state / "agent.socket")}

    def trust(self, ca):
        self.data[1] = {"certificates": json.dumps([ca]), "version": "1"}

    def offer(self, url):
        protocol = {"name": "otlp_http", "type": "http"}
        self.data[2] = {"receivers": json.dumps([{"protocol": protocol, "url": url}])}

    def hook(self, name, **variables):
        return self.dispatch(f"hooks/{name}", variables)

    def relation_changed(self, number, **variables):
        endpoint, remote = RELATIONS[number]
        about = {
            "JUJU_RELATION": endpoint, "JUJU_RELATION_ID": f"{endpoint}:{number}",
            "JUJU_REMOTE_APP": remote,
        }
        return self.hook(f"{endpoint}-relation-changed", **about, **variables)

    def pebble_ready(self):
        return self.hook("blog-pebble-ready", JUJU_WORKLOAD_NAME="blog")

    def action(self, name, parameters):
        about = {"JUJU_ACTION_NAME": name, "JUJU_ACTION_UUID": str(len(self.dispatches))}
        return self.dispatch(f"actions/{name}", about, parameters)

    def dispatch(self, path, about, parameters=None):
        """Runs one dispatch as the agent would; returns its exit code."""
        name = path.split("/")[1]
        number = len(self.dispatches)
        self.publish(parameters)
        variables = {
            "JUJU_DISPATCH_PATH": path,
            "JUJU_HOOK_NAME": name if path.startswith("hooks/") else "",
            "JUJU_UNIT_NAME": "blog/0", "JUJU_MODEL_NAME": MODEL, "JUJU_MODEL_UUID": MODEL_UUID,
            "JUJU_CHARM_DIR": str(self.charm), "JUJU_CONTEXT_ID": f"blog/0-{name}-{number}",
            "JUJU_AGENT_SOCKET_NETWORK": "unix", "JUJU_VERSION": "4.0.1", "JUJU_MACHINE_ID": "",
            "JUJU_PRINCIPAL_UNIT": "", "PATH": f"{self.tools}:/usr/bin:/bin", "LANG": "C.UTF-8",
        }
        variables |= self.own_variables() | self.environment | about
        program = subprocess.Popen(
            [self.charm / "dispatch"], cwd=self.charm, env=variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        try:
            printed = program.communicate(timeout=LONGEST)
        finally:
            program.kill()
        if printed != (b"", b""):
            raise SystemExit(f"{path} printed {printed}")
        self.dispatches.append({"path": path, "pid": program.pid, "exit": program.returncode})
        return program.returncode

    def live(self, url, ca):
        """A life with something of everything that a trace can hold: values of each type, an error with
        its events, a link to the agent's trace, and what waited before there was a receiver."""
        self.hook("install")
        self.hook("leader-elected")
        self.trust(ca)
        self.relation_changed(1)
        self.offer(url)
        self.relation_changed(2)
        self.hook("config-changed")
        self.relation_changed(3)
        self.action("create-user", {"name": "ada", "admin": True})
        self.action("create-user", {"name": "../ada"})
        self.hook("update-status", **AGENT)
        self.pebble_ready()


class JjxUnit(Unit):
    """The same unit with the hook tools of jjx."""

    tools_of = "jjx"

    def equip(self, _program):
        from jjx import _engine

        os.environ["JJX_STATE_DIR"] = str(self.state)
        _engine._ensure_hook_tools(sys.executable)
        self.tools = self.state / "hook-tools"

    def publish(self, parameters):
        file = self.state / "state.json"
        if file.exists():
            document = json.loads(file.read_text())
        else:
            app = {"charm_source": str(self.charm), "config": CONFIG, "unit_status": {}, "app_status": {}}
            model = {"uuid": MODEL_UUID, "secrets": [], "relations": [], "apps": {"blog": app}}
            document = {"models": {MODEL: model}}
        model = document["models"][MODEL]
        if not model["relations"]:
            model["relations"] = [
                {
                    "id": number, "endpoints": {"blog": endpoint, remote: endpoint},
                    "data": {"blog": {"app": {}, "blog/0": {}}, remote: {"app": {}, f"{remote}/0": {}}},
                }
                for number, (endpoint, remote) in RELATIONS.items()
            ]
        for relation in model["relations"]:
            remote = RELATIONS[relation["id"]][1]
            relation["data"][remote]["app"] = self.data[relation["id"]]
        file.write_text(json.dumps(document))
        if parameters is not None:
            # jjx names the file after the action's UUID, which is the number of the dispatch here.
            results = json.dumps({"params": parameters, "results": {}})
            (self.state / f"action-{len(self.dispatches)}.json").write_text(results)

    def asked_for(self):
        document = json.loads((self.state / "state.json").read_text())
        relations = document["models"][MODEL]["relations"]
        return next(each for each in relations if each["id"] == 2)["data"]["blog"]["app"]["receivers"]

    def own_variables(self):
        return {"JJX_STATE_DIR": str(self.state)}
