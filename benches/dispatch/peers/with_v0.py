"""The charm with the library `charm_tracing` v0, which PYTHONPATH has to name."""

import os

import ops
from charms.tempo_coordinator_k8s.v0.charm_tracing import trace_charm
from charms.tempo_coordinator_k8s.v0.tracing import TracingEndpointRequirer, charm_tracing_config
from work import CALLS, Charm


@trace_charm(tracing_endpoint='tracing_endpoint', server_cert='server_cert')
class Traced(Charm):
    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        self.tracing = TracingEndpointRequirer(
            self, relation_name='charm-tracing', protocols=['otlp_http']
        )
        self.tracing_endpoint, self.server_cert = charm_tracing_config(
            self.tracing, os.environ.get('BENCH_CERT')
        )

    # Written out again: the decorator traces the methods of this class alone.
    def _on_update_status(self, _event: ops.EventBase):
        database = self.model.get_relation('database')
        assert database is not None and database.data[database.app]['endpoints']
        total = 0
        for number in range(CALLS):
            total += self._work(number)
        self.unit.status = ops.ActiveStatus()

    def _work(self, number: int) -> int:
        return number * 2


if __name__ == '__main__':
    ops.main(Traced)
