"""Compares `charm-trace events --json` with the events that Canonical's framework `ops` defines for
the same charms: two readings of Juju's contract by two authors. A difference fails unless it is
explained below, and an explanation that explains nothing any more fails too.

Usage: oracle.py ORACLE CHARMS CHARM_TRACE
  ORACLE       a Python file whose function `events(folder)` asks ops
  CHARMS       a folder of charms
  CHARM_TRACE  the program
"""

import importlib.util
import json
import pathlib
import subprocess
import sys

# What only one side has, in every charm: (path, the side that has it) to the reason.
EXPLAINED = {
    ("hooks/meter-status-changed", "charm-trace"): "Juju 2.9 to 3.6 sends it, ops never had it",
}

# What ops calls a kind, in our words. `status` is ops' own and never dispatched.
KINDS = {
    "core": "lifecycle",
    "relation": "relation",
    "storage": "storage",
    "pebble": "container",
    "secret": "secret",
    "action": "action",
}


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    oracle = load(sys.argv[1])
    differences, explained, compared, refused, events = [], set(), 0, 0, 0
    for charm in sorted(pathlib.Path(sys.argv[2]).iterdir()):
        if not charm.is_dir():
            continue
        ours = listed(sys.argv[3], charm)
        if ours is None:
            refused += 1
            continue
        compared += 1
        events += len(ours)
        try:
            theirs = defined(oracle.events(charm))
        except Exception as error:
            differences.append(f"{charm.name}: ops refuses it: {type(error).__name__}: {error}")
            continue
        for side, found in (("charm-trace", ours - theirs), ("ops", theirs - ours)):
            for event in sorted(found, key=str):
                if (event[0], side) in EXPLAINED:
                    explained.add((event[0], side))
                else:
                    differences.append(f"{charm.name}: only {side} has {event}")
    for path, side in sorted(EXPLAINED.keys() - explained):
        differences.append(f"explained, but no difference: {path}, only {side}")
    print("\n".join(differences + [
        f"{compared} charms compared with ops, {events} events; {refused} are refused by charm-trace",
    ]))
    return 1 if differences or not compared else 0


def load(path):
    spec = importlib.util.spec_from_file_location("oracle", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def listed(program, charm):
    """What charm-trace lists, or None where it refuses the metadata."""
    run = subprocess.run([program, "events", str(charm), "--json"], capture_output=True, text=True)
    if run.returncode == 2:
        return None
    run.check_returncode()
    return {(event["path"], event["kind"], event["of"]) for event in json.loads(run.stdout)}


def defined(answer):
    """What ops defines and Juju dispatches."""
    return {
        (event["juju"], KINDS[event["kind"]], event["of"])
        for event in answer["events"]
        if event["juju"] is not None
    }


if __name__ == "__main__":
    sys.exit(main())
