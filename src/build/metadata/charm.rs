//! What charmcraft.yaml and metadata.yaml say: the two share their sections.
//! Keys that give rise to no code are passed over, as Juju does.

use serde::de::MapAccess;

use crate::build::metadata::parameter::{Action, ConfigOptions};
use crate::build::metadata::reading::{Anything, MappingEntry, Shape};
use crate::build::metadata::section::{Named, Section};
use crate::build::metadata::value::Value;
use crate::build::vocabulary;

/// One of the two files.
#[derive(Clone, Debug, Default)]
pub(crate) struct CharmFile {
    /// Every key at the top of the file, for the rules about which file may say what.
    pub keys: Vec<String>,
    pub name: Option<String>,
    /// `charm`, or `bundle` for a file that describes no charm.
    pub kind: Option<String>,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub extensions: Vec<Option<String>>,
    pub assumes: Vec<Assumption>,
    pub subordinate: Option<bool>,
    pub provides: Section<Endpoint>,
    pub requires: Section<Endpoint>,
    pub peers: Section<Endpoint>,
    pub storage: Section<Storage>,
    pub containers: Section<Container>,
    pub resources: Section<Resource>,
    pub devices: Section<Device>,
    pub bindings: Section<Anything>,
    pub actions: Section<Action>,
    pub config: ConfigOptions,
}

impl Shape for CharmFile {
    const EXPECTED: &'static str = "a mapping, starting with `name: my-charm`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        if !self.has(entry.name) {
            self.keys.push(entry.name.to_owned());
        }
        match entry.name {
            "name" => self.name = entry.read()?,
            "type" => self.kind = entry.read()?,
            "summary" => self.summary = entry.read()?,
            "description" => self.description = entry.read()?,
            "extensions" => self.extensions = entry.read()?,
            "assumes" => self.assumes = entry.read()?,
            "subordinate" => self.subordinate = entry.read()?,
            vocabulary::PROVIDES => self.provides = entry.read()?,
            vocabulary::REQUIRES => self.requires = entry.read()?,
            vocabulary::PEERS => self.peers = entry.read()?,
            vocabulary::STORAGE => self.storage = entry.read()?,
            vocabulary::CONTAINERS => self.containers = entry.read()?,
            vocabulary::RESOURCES => self.resources = entry.read()?,
            vocabulary::DEVICES => self.devices = entry.read()?,
            "extra-bindings" => self.bindings = entry.read()?,
            "actions" => self.actions = entry.read()?,
            "config" => self.config = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

impl CharmFile {
    /// Whether the file has this key at its top.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|other| other == key)
    }

    /// The endpoints of every role, in the order they are documented by Juju.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = (Role, &Named<Endpoint>)> {
        let requires = self.requires.iter().map(|named| (Role::Requires, named));
        let provides = self.provides.iter().map(|named| (Role::Provides, named));
        let peers = self.peers.iter().map(|named| (Role::Peers, named));
        requires.chain(provides).chain(peers)
    }

    /// Whether the charm is made for Kubernetes, as far as a build can see.
    pub(crate) fn on_kubernetes(&self) -> bool {
        let assumed = |assumption: &Assumption| assumption.0.as_deref() == Some("k8s-api");
        !self.containers.is_empty() || self.assumes.iter().any(assumed)
    }
}

/// Which side of a relation an endpoint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Requires,
    Provides,
    Peers,
}

impl Role {
    /// As the role is said of an endpoint: "requires `tracing`".
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Requires => vocabulary::REQUIRES,
            Self::Provides => vocabulary::PROVIDES,
            Self::Peers => "peers over",
        }
    }
}

/// An endpoint: a mapping, or only the name of its interface.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoint {
    pub interface: Option<String>,
    pub limit: Option<i64>,
    pub optional: Option<bool>,
    pub scope: Option<String>,
    pub description: Option<String>,
}

impl Shape for Endpoint {
    const EXPECTED: &'static str = "an endpoint, such as `{interface: tracing, limit: 1}`";
    const TAKES_MAPPING: bool = true;

    fn scalar(&mut self, value: Value) -> bool {
        self.interface.scalar(value)
    }

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match entry.name {
            "interface" => self.interface = entry.read()?,
            "limit" => self.limit = entry.read()?,
            "optional" => self.optional = entry.read()?,
            "scope" => self.scope = entry.read()?,
            "description" => self.description = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

/// A storage; `count` and `minimum_size` as written, read by `storage.rs`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Storage {
    pub kind: Option<String>,
    pub description: Option<String>,
    pub shared: Option<bool>,
    pub read_only: Option<bool>,
    pub location: Option<String>,
    pub minimum_size: Value,
    pub multiple: Multiple,
    pub properties: Vec<Option<String>>,
}

impl Shape for Storage {
    const EXPECTED: &'static str = "a storage, such as `{type: filesystem}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match entry.name {
            "type" => self.kind = entry.read()?,
            "description" => self.description = entry.read()?,
            "shared" => self.shared = entry.read()?,
            "read-only" => self.read_only = entry.read()?,
            "location" => self.location = entry.read()?,
            "minimum-size" => self.minimum_size = entry.read()?,
            "multiple" => self.multiple = entry.read()?,
            "properties" => self.properties = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

/// How many instances of a storage a unit may have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Multiple {
    pub range: Value,
}

impl Shape for Multiple {
    const EXPECTED: &'static str = "a mapping such as `{range: 1-3}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match entry.name {
            "range" => self.range = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Container {
    pub resource: Option<String>,
    pub mounts: Vec<Mount>,
    pub uid: Option<i64>,
    pub gid: Option<i64>,
}

impl Shape for Container {
    const EXPECTED: &'static str = "a container, such as `{resource: app-image}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match entry.name {
            "resource" => self.resource = entry.read()?,
            "mounts" => self.mounts = entry.read()?,
            "uid" => self.uid = entry.read()?,
            "gid" => self.gid = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

/// A storage as a container sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mount {
    pub storage: Option<String>,
    pub location: Option<String>,
}

impl Shape for Mount {
    const EXPECTED: &'static str = "a mount, such as `{storage: data, location: /srv}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match entry.name {
            "storage" => self.storage = entry.read()?,
            "location" => self.location = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Resource {
    pub kind: Option<String>,
    pub filename: Option<String>,
    pub description: Option<String>,
}

impl Shape for Resource {
    const EXPECTED: &'static str = "a resource, such as `{type: oci-image}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match entry.name {
            "type" => self.kind = entry.read()?,
            "filename" => self.filename = entry.read()?,
            "description" => self.description = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

/// A device of a machine or node, such as a GPU.
#[derive(Clone, Debug, Default)]
pub(crate) struct Device {
    pub kind: Option<String>,
    pub description: Option<String>,
    pub least: Option<i64>,
    pub most: Option<i64>,
}

impl Shape for Device {
    const EXPECTED: &'static str = "a device, such as `{type: nvidia.com/gpu}`";
    const TAKES_MAPPING: bool = true;

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: MappingEntry<'_, A>,
    ) -> Result<(), A::Error> {
        match entry.name {
            "type" => self.kind = entry.read()?,
            "description" => self.description = entry.read()?,
            "countmin" => self.least = entry.read()?,
            "countmax" => self.most = entry.read()?,
            _ => entry.skip()?,
        }
        Ok(())
    }
}

/// One item of `assumes`: a feature by name, or a nested `any-of`/`all-of`, which says too little
/// about where the charm runs to be kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assumption(pub Option<String>);

impl Shape for Assumption {
    const EXPECTED: &'static str = "a feature, such as `k8s-api`";
    const TAKES_MAPPING: bool = true;

    fn scalar(&mut self, value: Value) -> bool {
        self.0.scalar(value)
    }
}
