"""What the handler of every Python charm does, so that they differ in tracing alone."""

import os

import ops

CALLS = int(os.environ.get('BENCH_CALLS', '50'))


class Charm(ops.CharmBase):
    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        framework.observe(self.on.update_status, self._on_update_status)

    def _on_update_status(self, _event: ops.EventBase):
        database = self.model.get_relation('database')
        assert database is not None and database.data[database.app]['endpoints']
        total = 0
        for number in range(CALLS):
            total += self._work(number)
        self.unit.status = ops.ActiveStatus()

    def _work(self, number: int) -> int:
        return number * 2
