"""The charm with ops[tracing]: methods are not traced by themselves, each opens its span."""

import opentelemetry.trace
import ops
from work import Charm

tracer = opentelemetry.trace.get_tracer('demo')


class Traced(Charm):
    def __init__(self, framework: ops.Framework):
        super().__init__(framework)
        self.tracing = ops.tracing.Tracing(
            self, tracing_relation_name='charm-tracing', ca_relation_name='receive-ca-cert'
        )

    @tracer.start_as_current_span('method call: Traced._on_update_status')
    def _on_update_status(self, event: ops.EventBase):
        super()._on_update_status(event)

    @tracer.start_as_current_span('method call: Traced._work')
    def _work(self, number: int) -> int:
        return number * 2


if __name__ == '__main__':
    ops.main(Traced)
