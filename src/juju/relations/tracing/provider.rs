//! The side that takes traces: it reads what is asked for and publishes where to send.

use std::collections::BTreeSet;

use crate::juju::Juju;
use crate::juju::declared::{Endpoint, Role};
use crate::juju::event::{RelationChange, RelationEvent, RelationId};
use crate::juju::relations::tracing::{RECEIVERS, check, protocol};
use crate::juju::relations::{Protocol, TracingError};

/// Offers receivers of traces to other charms.
///
/// ```no_run
/// use charm_tracing::juju::declared::Endpoint;
/// use charm_tracing::{Juju, relations::{Protocol, TracingEndpointProvider, TracingError}};
///
/// /// `endpoint` is the generated `Endpoint::Tracing.declared()`.
/// fn publish(juju: &Juju, endpoint: &Endpoint) -> Result<(), TracingError> {
///     let tracing = TracingEndpointProvider::new(juju, endpoint)?;
///     let mut receivers = vec![(Protocol::OtlpHttp, "http://tempo:4318")];
///     if tracing.requested_protocols()?.contains(&Protocol::OtlpGrpc) {
///         receivers.push((Protocol::OtlpGrpc, "tempo:4317"));
///     }
///     tracing.publish_receivers(&receivers)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct TracingEndpointProvider {
    juju: Juju,
    endpoint: String,
}

/// What a hook of the relation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request {
    /// A requirer asks for these.
    Requested {
        /// Which relation.
        relation: RelationId,
        /// The protocols of the interface that it named.
        protocols: BTreeSet<Protocol>,
        /// What else it named; the Python library throws the whole request away for one of these.
        unknown: Vec<String>,
    },
    /// The relation is gone, and what it asked for with it.
    Broken {
        /// Which relation.
        relation: RelationId,
    },
}

/// What one requirer asks for: protocols of the interface, and other names.
type Asked = (BTreeSet<Protocol>, Vec<String>);

impl TracingEndpointProvider {
    /// Takes an endpoint of the metadata.
    ///
    /// # Errors
    ///
    /// When it has another interface than `tracing` or is not under `provides`.
    pub fn new(juju: &Juju, endpoint: &Endpoint) -> Result<Self, TracingError> {
        check(endpoint, "tracing", Role::Provides)?;
        Ok(Self {
            juju: juju.clone(),
            endpoint: endpoint.name.to_owned(),
        })
    }

    /// The relations of the endpoint; one that is being broken is not among them.
    pub fn relations(&self) -> Result<Vec<RelationId>, TracingError> {
        Ok(self.juju.relation_ids(&self.endpoint)?)
    }

    /// What all requirers together ask for. A requirer whose request cannot be read asks for nothing.
    pub fn requested_protocols(&self) -> Result<BTreeSet<Protocol>, TracingError> {
        let mut all = BTreeSet::new();
        for relation in self.relations()? {
            if let Some((protocols, _)) = self.request_of(&relation)? {
                all.extend(protocols);
            }
        }
        Ok(all)
    }

    /// Publishes the same list to every requirer, as the leader: sorted, and only where it changes something.
    ///
    /// # Errors
    ///
    /// When this unit does not lead, or a hook tool fails. A relation that goes away meanwhile is no
    /// error.
    pub fn publish_receivers(&self, receivers: &[(Protocol, &str)]) -> Result<(), TracingError> {
        if !self.juju.is_leader()? {
            let what = "the list of receivers";
            return Err(TracingError::DataAccessPermission { what });
        }
        let own = self.juju.application()?;
        let offer = protocol::offer(receivers);
        for relation in self.relations()? {
            let published = self.juju.relation_get_app(&relation, &own);
            let result = published.and_then(|databag| {
                if databag.get(RECEIVERS) == Some(&offer) {
                    return Ok(());
                }
                self.juju
                    .relation_set_app(&relation, &[(RECEIVERS, &offer)])
            });
            match result {
                Err(error) if error.is_relation_not_found() => {}
                result => result?,
            }
        }
        Ok(())
    }

    /// What a hook means for this endpoint; `None` for hooks of other endpoints, for requests that
    /// cannot be read, and for hooks that change nothing.
    pub fn change(&self, event: &RelationEvent) -> Result<Option<Request>, TracingError> {
        let relation = event.id.clone();
        let Some(relation) = relation.filter(|relation| relation.endpoint() == self.endpoint)
        else {
            return Ok(None);
        };
        match event.change {
            RelationChange::Broken => Ok(Some(Request::Broken { relation })),
            RelationChange::Departed => Ok(None),
            RelationChange::Created | RelationChange::Joined | RelationChange::Changed => {
                let request = self.request_of(&relation)?;
                Ok(request.map(|(protocols, unknown)| Request::Requested {
                    relation,
                    protocols,
                    unknown,
                }))
            }
        }
    }

    fn request_of(&self, relation: &RelationId) -> Result<Option<Asked>, TracingError> {
        let databag = match self.juju.relation_list_app(relation)? {
            Some(requirer) => self.juju.relation_get_app(relation, &requirer),
            None => return Ok(None),
        };
        let databag = match databag {
            Err(error) if error.is_relation_not_found() || error.is_permission_denied() => {
                return Ok(None);
            }
            databag => databag?,
        };
        Ok(protocol::requested(databag.get(RECEIVERS)).map(|names| {
            let known = names.iter().filter_map(|name| Protocol::parse(name));
            let known = known.collect();
            let unknown = |name: &String| Protocol::parse(name).is_none();
            (known, names.into_iter().filter(unknown).collect())
        }))
    }
}
