//! `network-get` and `unit-get`: the addresses of this unit.

use serde_json::Value;

use crate::juju::event::RelationId;
use crate::juju::tools::answer::{text, texts};
use crate::juju::{Call, Error, Juju};

/// How this unit is reached over one binding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Network {
    /// The interfaces to listen on, the best first.
    pub bind_addresses: Vec<BindAddress>,
    /// The networks that traffic of this unit comes from, in CIDR form.
    pub egress_subnets: Vec<String>,
    /// The addresses to publish to others, the best first; they may be host names.
    pub ingress_addresses: Vec<String>,
}

/// An interface and its addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BindAddress {
    /// `eth0`; absent where Juju does not know it.
    pub interface: Option<String>,
    /// The hardware address.
    pub mac_address: Option<String>,
    /// What the interface is called by.
    pub addresses: Vec<Address>,
}

/// One address of an interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Address {
    /// The address, or a name where Juju knows only that.
    pub value: String,
    /// The host name, where it has one.
    pub hostname: Option<String>,
    /// The network, in CIDR form.
    pub cidr: Option<String>,
}

impl Network {
    /// The address to listen on.
    pub fn bind_address(&self) -> Option<&str> {
        let first = self.bind_addresses.first()?.addresses.first()?;
        Some(&first.value)
    }

    /// The address to publish to others.
    pub fn ingress_address(&self) -> Option<&str> {
        self.ingress_addresses.first().map(String::as_str)
    }
}

impl Juju {
    /// `network-get`: how this unit is reached over an endpoint or an extra binding of the charm. Asked
    /// once per dispatch.
    pub fn network_get(&self, binding: impl AsRef<str>) -> Result<Network, Error> {
        self.network(binding.as_ref(), None)
    }

    /// `network-get -r`: the same for one relation, which may lead over another network.
    pub fn network_get_for(
        &self,
        binding: impl AsRef<str>,
        relation: &RelationId,
    ) -> Result<Network, Error> {
        self.network(binding.as_ref(), Some(relation))
    }

    /// `unit-get private-address`. Juju 4 no longer has the tool; [`network_get`](Self::network_get)
    /// replaces it.
    pub fn unit_get_private_address(&self) -> Result<String, Error> {
        unit_get("private-address")
    }

    /// `unit-get public-address`. Juju 4 no longer has the tool.
    pub fn unit_get_public_address(&self) -> Result<String, Error> {
        unit_get("public-address")
    }

    fn network(&self, binding: &str, relation: Option<&RelationId>) -> Result<Network, Error> {
        let mut call = Call::new("network-get")
            .plain(binding)
            .attribute("juju.binding", binding.to_owned());
        if let Some(relation) = relation {
            call = call
                .plain("-r")
                .plain(relation.as_str())
                .attribute("juju.relation.id", relation.as_str().to_owned());
        }
        let identity = call.identity();
        match self.once(call)? {
            Value::Object(answer) => Ok(network(&Value::Object(answer))),
            _ => Err(Error::answer(identity, "expected an object")),
        }
    }
}

fn network(answer: &Value) -> Network {
    Network {
        bind_addresses: each(answer, "bind-addresses", |interface| BindAddress {
            interface: text(interface, "interface-name"),
            mac_address: text(interface, "mac-address"),
            addresses: each(interface, "addresses", |address| Address {
                // Both spellings occur: agents before 2.9 wrote `address`.
                value: text(address, "value")
                    .or_else(|| text(address, "address"))
                    .unwrap_or_default(),
                hostname: text(address, "hostname"),
                cidr: text(address, "cidr"),
            }),
        }),
        egress_subnets: texts(answer, "egress-subnets"),
        ingress_addresses: texts(answer, "ingress-addresses"),
    }
}

fn each<T>(object: &Value, key: &str, read: impl Fn(&Value) -> T) -> Vec<T> {
    let listed = object.get(key).and_then(Value::as_array);
    listed.into_iter().flatten().map(read).collect()
}

fn unit_get(which: &'static str) -> Result<String, Error> {
    let call = Call::new("unit-get").plain(which);
    match call.attribute("juju.unit.address", which).json()? {
        Value::String(address) => Ok(address),
        _ => Err(Error::answer("unit-get", "expected a string")),
    }
}
