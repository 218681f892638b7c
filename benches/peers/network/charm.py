"""The charm in Python: what `src/main.rs` does, with ops[tracing]."""

import ops
import opentelemetry.trace

# How often an `update-status` calls the method.
CALLS = 50

tracer = opentelemetry.trace.get_tracer("demo")


class DemoCharm(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        self.tracing = ops.tracing.Tracing(self, tracing_relation_name="charm-tracing")
        framework.observe(self.on.update_status, self.update_status)

    @tracer.start_as_current_span("method call: DemoCharm.update_status")
    def update_status(self, _event):
        # ops asks for the configuration when it is first looked at.
        self.config.get("anything")
        total = sum(self.work(number) for number in range(CALLS))
        self.unit.status = ops.ActiveStatus(str(total))

    @tracer.start_as_current_span("method call: DemoCharm.work")
    def work(self, number):
        return number * 2


if __name__ == "__main__":
    ops.main(DemoCharm)
