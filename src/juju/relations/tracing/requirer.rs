//! The side that sends traces: it asks for protocols and reads where to send.

use std::collections::BTreeSet;

use crate::juju::declared::{Endpoint, Role};
use crate::juju::event::{RelationChange, RelationEvent, RelationId};
use crate::juju::relations::tracing::{RECEIVERS, check, protocol};
use crate::juju::relations::{Protocol, Receiver, TracingError};
use crate::juju::{Error, Juju};

/// Asks for an endpoint that takes traces, and finds it.
///
/// The charm's own traces need none of this: their endpoint is served by this crate. It is for another
/// endpoint, by which the workload sends its traces:
///
/// ```no_run
/// use charm_tracing::juju::declared::{Endpoint, Role, Scope};
/// use charm_tracing::{Juju, relations::{Protocol, TracingEndpointRequirer, TracingError}};
///
/// // What the generated `Endpoint::WorkloadTracing.declared()` gives.
/// const WORKLOAD_TRACING: Endpoint = Endpoint {
///     name: "workload-tracing",
///     interface: "tracing",
///     role: Role::Requires,
///     limit: Some(1),
///     scope: Scope::Global,
///     optional: true,
/// };
///
/// fn workload_endpoint(juju: &Juju) -> Result<Option<String>, TracingError> {
///     let tracing = TracingEndpointRequirer::new(juju, &WORKLOAD_TRACING, &[Protocol::OtlpGrpc])?;
///     if !tracing.is_ready()? {
///         return Ok(None);
///     }
///     tracing.get_endpoint(Protocol::OtlpGrpc)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct TracingEndpointRequirer {
    juju: Juju,
    endpoint: String,
    limited_to_one: bool,
    protocols: BTreeSet<Protocol>,
}

/// What a hook of the relation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointChange {
    /// The provider offers this now.
    Changed {
        /// Which relation.
        relation: RelationId,
        /// In the provider's order.
        receivers: Vec<Receiver>,
    },
    /// The provider offers nothing that can be read, or the relation is gone.
    Removed {
        /// Which relation, where Juju named it.
        relation: Option<RelationId>,
    },
}

impl TracingEndpointRequirer {
    /// Takes an endpoint of the metadata, and asks for the protocols on each of its relations if this
    /// unit leads: on every dispatch, so that a new leader catches up. With no protocol nothing is asked
    /// for yet; see [`request_protocols`](Self::request_protocols).
    ///
    /// # Errors
    ///
    /// When the endpoint has another interface than `tracing` or is not under `requires`, or a hook tool
    /// fails. A relation that goes away meanwhile is no error.
    pub fn new(
        juju: &Juju,
        endpoint: &Endpoint,
        protocols: &[Protocol],
    ) -> Result<Self, TracingError> {
        check(endpoint, "tracing", Role::Requires)?;
        let requirer = Self {
            limited_to_one: endpoint.limit == Some(1),
            ..Self::serving(juju, endpoint.name, protocols)
        };
        requirer.ask_everywhere()?;
        Ok(requirer)
    }

    /// For the endpoint that this crate serves itself, which the build has checked.
    pub(crate) fn serving(juju: &Juju, endpoint: &str, protocols: &[Protocol]) -> Self {
        Self {
            juju: juju.clone(),
            endpoint: endpoint.to_owned(),
            limited_to_one: false,
            protocols: protocols.iter().copied().collect(),
        }
    }

    /// Asks for what was named at the start, on each relation, if this unit leads.
    pub(crate) fn ask_everywhere(&self) -> Result<(), TracingError> {
        let relations = self.relations()?;
        if self.protocols.is_empty() || relations.is_empty() || !self.juju.is_leader()? {
            return Ok(());
        }
        let protocols: Vec<Protocol> = self.protocols.iter().copied().collect();
        for relation in &relations {
            match self.ask(relation, &protocols) {
                Err(error) if error.is_relation_not_found() => {}
                result => result?,
            }
        }
        Ok(())
    }

    /// The relations of the endpoint; one that is being broken is not among them.
    pub fn relations(&self) -> Result<Vec<RelationId>, TracingError> {
        Ok(self.juju.relation_ids(&self.endpoint)?)
    }

    /// Asks for protocols on all relations, as the leader. What was asked for before and is not named
    /// here is no longer asked for. Nothing is written where it would change nothing.
    ///
    /// # Errors
    ///
    /// When no protocol is named, this unit does not lead, or a hook tool fails.
    pub fn request_protocols(&mut self, protocols: &[Protocol]) -> Result<(), TracingError> {
        self.may_ask(protocols)?;
        for relation in self.relations()? {
            self.ask(&relation, protocols)?;
        }
        self.protocols.extend(protocols);
        Ok(())
    }

    /// Asks for protocols on one relation; otherwise as [`request_protocols`](Self::request_protocols).
    pub fn request_protocols_on(
        &mut self,
        relation: &RelationId,
        protocols: &[Protocol],
    ) -> Result<(), TracingError> {
        self.may_ask(protocols)?;
        self.ask(relation, protocols)?;
        self.protocols.extend(protocols);
        Ok(())
    }

    /// Whether the provider of the one relation has answered; an empty list is an answer.
    ///
    /// # Errors
    ///
    /// When the metadata allows several relations, or a hook tool fails.
    pub fn is_ready(&self) -> Result<bool, TracingError> {
        Ok(self.get_all_endpoints()?.is_some())
    }

    /// Whether the provider of this relation has answered.
    pub fn is_ready_on(&self, relation: &RelationId) -> Result<bool, TracingError> {
        Ok(self.get_all_endpoints_on(relation)?.is_some())
    }

    /// All that the provider of the one relation offers; `None` when it has not answered.
    ///
    /// # Errors
    ///
    /// As for [`is_ready`](Self::is_ready).
    pub fn get_all_endpoints(&self) -> Result<Option<Vec<Receiver>>, TracingError> {
        match self.the_relation()? {
            Some(relation) => self.get_all_endpoints_on(&relation),
            None => Ok(None),
        }
    }

    /// All that the provider of this relation offers; `None` when it has not answered, or Juju no longer
    /// lets its data be read.
    pub fn get_all_endpoints_on(
        &self,
        relation: &RelationId,
    ) -> Result<Option<Vec<Receiver>>, TracingError> {
        let databag = self.juju.relation_list_app(relation).and_then(|provider| {
            provider
                .map(|provider| self.juju.relation_get_app(relation, &provider))
                .transpose()
        });
        match databag {
            Ok(databag) => {
                let databag = databag.unwrap_or_default();
                Ok(protocol::offered(databag.get(RECEIVERS)))
            }
            Err(error) if error.is_relation_not_found() || error.is_permission_denied() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The URL for a protocol, as the provider of the one relation wrote it; `None` while it has not
    /// answered. A protocol that the provider offers unasked is found as well.
    ///
    /// # Errors
    ///
    /// When the protocol is not offered and was not asked for either: by this handle, or, if this unit
    /// leads, in what the application has written before. Otherwise as for
    /// [`is_ready`](Self::is_ready).
    pub fn get_endpoint(&self, protocol: Protocol) -> Result<Option<String>, TracingError> {
        let relation = self.the_relation()?;
        self.find(relation.as_ref(), protocol)
    }

    /// The URL for a protocol on one relation; otherwise as [`get_endpoint`](Self::get_endpoint).
    pub fn get_endpoint_on(
        &self,
        relation: &RelationId,
        protocol: Protocol,
    ) -> Result<Option<String>, TracingError> {
        self.find(Some(relation), protocol)
    }

    /// What a hook means for this endpoint; `None` for hooks of other endpoints and for those that change
    /// nothing.
    pub fn change(&self, event: &RelationEvent) -> Result<Option<EndpointChange>, TracingError> {
        let relation = event.id.as_ref();
        if relation.is_none_or(|relation| relation.endpoint() != self.endpoint) {
            return Ok(None);
        }
        let receivers = match (event.change, relation) {
            (RelationChange::Changed, Some(relation)) => self.get_all_endpoints_on(relation)?,
            (RelationChange::Broken, _) => None,
            _ => return Ok(None),
        };
        Ok(Some(match (relation.cloned(), receivers) {
            (Some(relation), Some(receivers)) => EndpointChange::Changed {
                relation,
                receivers,
            },
            (relation, _) => EndpointChange::Removed { relation },
        }))
    }

    pub(super) fn juju(&self) -> &Juju {
        &self.juju
    }

    fn the_relation(&self) -> Result<Option<RelationId>, TracingError> {
        if !self.limited_to_one {
            return Err(TracingError::AmbiguousRelationUsage {
                endpoint: self.endpoint.clone(),
            });
        }
        Ok(self.relations()?.into_iter().next())
    }

    fn find(
        &self,
        relation: Option<&RelationId>,
        wanted: Protocol,
    ) -> Result<Option<String>, TracingError> {
        let offered = match relation {
            Some(relation) => self.get_all_endpoints_on(relation)?.unwrap_or_default(),
            None => Vec::new(),
        };
        let found = offered
            .into_iter()
            .find(|receiver| receiver.protocol == wanted.name());
        match found {
            Some(receiver) => Ok(Some(receiver.url)),
            None if self.has_asked(relation, wanted)? => Ok(None),
            None => Err(TracingError::ProtocolNotRequested(wanted)),
        }
    }

    /// Followers may not read what their application has written, so for them only this handle counts.
    fn has_asked(
        &self,
        relation: Option<&RelationId>,
        wanted: Protocol,
    ) -> Result<bool, TracingError> {
        if self.protocols.contains(&wanted) {
            return Ok(true);
        }
        let Some(relation) = relation else {
            return Ok(false);
        };
        if !self.juju.is_leader()? {
            return Ok(false);
        }
        let asked = self.written(relation)?.unwrap_or_default();
        let asked = protocol::requested(Some(&asked)).unwrap_or_default();
        Ok(asked.iter().any(|name| name == wanted.name()))
    }

    fn may_ask(&self, protocols: &[Protocol]) -> Result<(), TracingError> {
        if protocols.is_empty() {
            return Err(TracingError::NoProtocols);
        }
        if !self.juju.is_leader()? {
            let what = "the request for tracing protocols";
            return Err(TracingError::DataAccessPermission { what });
        }
        Ok(())
    }

    fn ask(&self, relation: &RelationId, protocols: &[Protocol]) -> Result<(), Error> {
        let wish = protocol::request(protocols);
        let mut before = protocol::requested(self.written(relation)?.as_ref());
        if let Some(before) = &mut before {
            before.sort_unstable();
        }
        // Another spelling of the same wish is no reason to wake the provider.
        if before == protocol::requested(Some(&wish)) {
            return Ok(());
        }
        self.juju.relation_set_app(relation, &[(RECEIVERS, &wish)])
    }

    fn written(&self, relation: &RelationId) -> Result<Option<String>, Error> {
        let own = self.juju.application()?;
        let mut databag = self.juju.relation_get_app(relation, &own)?;
        Ok(databag.remove(RECEIVERS))
    }
}
