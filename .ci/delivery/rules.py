"""Receivers that refuse for a while: nothing may be lost and nothing may come twice.

Traces are counted at the sink and not requests at nginx, since how many records go into one request, and
how long a receiver that refused is left alone, is the crate's to decide.
"""

import time

import judge
from path import LIMITS, RULES
from unit import Unit

# After a failure the crate leaves a receiver alone for some seconds; this is the longest that it may
# take until all is there, in seconds.
PATIENCE = 45
PAUSE = 0.5


def check(path, program, say):
    """All rules at once, each with a unit of its own, so that their waits run side by side."""
    ca = (path.folder / "ca.pem").read_text()
    units = {}
    for name in [*RULES, *LIMITS]:
        unit = units[name] = Unit(path.folder / f"unit-{name}", program)
        unit.trust(ca)
        unit.hook("install")
        unit.hook("config-changed")
        unit.offer(f"https://localhost:{path.port}/{name}")
        unit.relation_changed(2)
        unit.hook("update-status")
        if name in RULES:
            judge.demand(not traces(path, name), f"a trace came although the receiver said {name}")
    for name in RULES:
        path.recover(name)
    began = time.monotonic()
    waited = {}
    while len(waited) < len(units):
        for name, unit in units.items():
            if name not in waited and len(traces(path, name)) == len(unit.dispatches):
                waited[name] = time.monotonic() - began
            elif name not in waited:
                unit.hook("update-status")
        if time.monotonic() > began + PATIENCE:
            missing = ", ".join(name for name in units if name not in waited)
            raise SystemExit(f"not everything came after {missing} in {PATIENCE} s")
        time.sleep(PAUSE)
    judge.demand(not path.sink.bodies("/elsewhere/v1/traces"), "a redirect was followed")
    # Every unit has begun with the same four dispatches, whatever became of them on the way.
    begun = {name: [trace.names() for trace in traces(path, name)[:4]] for name in units}
    for name, names in begun.items():
        judge.demand(names == begun["429"], f"spans are missing after {name}")
    for name, unit in units.items():
        report(path, name, unit, waited[name], say)


def traces(path, name):
    """What came, each span once: a second time is refused by the judge."""
    return judge.traces([judge.decode(body) for body in path.sink.bodies(f"/{name}/v1/traces")])


def report(path, name, unit, waited, say):
    judge.demand(all(each["exit"] == 0 for each in unit.dispatches), f"a hook failed over {name}")
    expected = sorted(each["pid"] for each in unit.dispatches)
    came = sorted(
        each.value.int_value
        for trace in traces(path, name)
        for each in trace.root.attributes
        if each.key == "process.pid"
    )
    judge.demand(came == expected, f"after {name} other traces came than were made")
    refused = sum(entry["status"] != 200 for entry in path.passed(f"/{name}/v1/traces"))
    judge.demand(refused > 0, f"{name} was never answered")
    say(f"traces after {name}: none lost, none twice", f"{len(came)} ({refused} refusals, {waited:.1f} s)")
