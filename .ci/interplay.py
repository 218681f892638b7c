"""The Python side of the relations: what Canonical's own libraries write and read.

Reads `rust.json`, the databags that this crate writes (a Rust test holds them), hands them to the
libraries under `ops.testing`, and fails unless they are understood. Prints what the libraries write in
turn, which has to be the `python.json` that a Rust test reads.

Needs from PyPI: ops[testing], charmlibs-interfaces-tracing, charmlibs-interfaces-certificate-transfer.
"""

import json
import sys

import ops
from charmlibs.interfaces import certificate_transfer, tracing
from ops import testing

# No certificate at all: both sides pass on what they are given.
PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----"
HTTP, GRPC = "http://tempo:4318", "tempo:4317"
META = {
    "name": "charm",
    "requires": {
        "tracing": {"interface": "tracing", "limit": 1},
        "receive-ca-cert": {"interface": "certificate_transfer"},
    },
    "provides": {
        "tracing-provider": {"interface": "tracing"},
        "send-ca-cert": {"interface": "certificate_transfer"},
    },
}


class Requirer(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        self.tracing = tracing.TracingEndpointRequirer(
            self, "tracing", protocols=["otlp_http", "otlp_grpc"]
        )
        self.certificates = certificate_transfer.CertificateTransferRequires(
            self, "receive-ca-cert"
        )


class Provider(ops.CharmBase):
    def __init__(self, framework):
        super().__init__(framework)
        self.tracing = tracing.TracingEndpointProvider(
            self, relation_name="tracing-provider"
        )
        self.certificates = certificate_transfer.CertificateTransferProvides(
            self, "send-ca-cert"
        )
        for event in self.on.events().values():
            framework.observe(event, self.publish)

    def publish(self, event):
        self.requested = self.tracing.requested_protocols()
        self.tracing.publish_receivers([("otlp_http", HTTP), ("otlp_grpc", GRPC)])
        self.certificates.add_certificates({PEM.format("a"), PEM.format("b")})


def play(charm, endpoint, remote_app_data, event="changed"):
    """Runs one relation hook; returns what was seen there and what was written."""
    relation = testing.Relation(endpoint, remote_app_data=remote_app_data)
    context = testing.Context(charm, meta=META)
    state = testing.State(relations={relation}, leader=True)
    hook = getattr(context.on, f"relation_{event}")(relation)
    with context(hook, state) as manager:
        seen = manager.charm
        out = manager.run()
        answer = None
        if charm is Provider:
            answer = seen.requested
        elif endpoint == "tracing":
            answer = {name: seen.tracing.get_endpoint(name) for name in ("otlp_http", "otlp_grpc")}
        else:
            answer = seen.certificates.get_all_certificates()
    written = out.get_relation(relation.id)
    own = {
        key: value
        for key, value in written.local_unit_data.items()
        if key not in ("egress-subnets", "ingress-address", "private-address")
    }
    return answer, {"app": dict(written.local_app_data), "unit": own}


def main():
    rust = json.load(open(sys.argv[1]))

    requested, provider = play(Provider, "tracing-provider", rust["tracing-requirer"])
    assert requested == {"otlp_http", "otlp_grpc"}, requested

    found, requirer = play(Requirer, "tracing", rust["tracing-provider"])
    assert found == {"otlp_http": HTTP, "otlp_grpc": GRPC}, found

    # A provider answers with version 1 only where the requirer's `version` is understood.
    _, newer = play(Provider, "send-ca-cert", rust["certificate-requirer"])
    assert "certificates" in newer["app"] and not newer["unit"], newer
    _, older = play(Provider, "send-ca-cert", {})
    assert "chain" in older["unit"], older
    _, asking = play(Requirer, "receive-ca-cert", {}, "created")

    written = {
        "tracing-provider": provider,
        "tracing-requirer": requirer,
        "certificate-provider-1": newer,
        "certificate-provider-0": older,
        "certificate-requirer": asking,
    }
    for sides in written.values():
        certificates = sides["app"].get("certificates")
        if certificates:
            # The library passes a set on, in no order.
            sides["app"]["certificates"] = json.dumps(sorted(json.loads(certificates)))
    json.dump(written, sys.stdout, indent=2, sort_keys=True)
    print()


main()
