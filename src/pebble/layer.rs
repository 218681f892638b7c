//! Layers and the plan they add up to. Pebble speaks YAML here and this crate has no YAML at run time: a
//! layer is written as JSON, which is YAML, and the plan is handed over as the text it is.
//!
//! Endpoints `/v1/layers` and `/v1/plan`: Pebble's API documentation; the keys of a layer: its layer
//! specification.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::client::Client;
use super::error::{Error, Problem};
use super::request::Operation;

/// A layer of configuration.
///
/// ```
/// use charm_tracing::pebble::{Layer, LayerCheck, LayerService};
///
/// let layer = Layer::new()
///     .service("web", LayerService::new("/bin/web").startup_enabled().environment("PORT", "8080"))
///     .check("web-up", LayerCheck::http("http://localhost:8080/").level("ready"));
/// assert!(layer.as_yaml().contains("\"command\":\"/bin/web\""));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Written(String),
    Built {
        services: BTreeMap<String, Value>,
        checks: BTreeMap<String, Value>,
    },
}

impl Default for Layer {
    fn default() -> Self {
        Self(Form::Built {
            services: BTreeMap::new(),
            checks: BTreeMap::new(),
        })
    }
}

impl Layer {
    /// An empty layer to add services and checks to.
    pub fn new() -> Self {
        Self::default()
    }

    /// A layer as its author wrote it, for what the builder has no word for (log targets). Services and
    /// checks added to it afterwards are left out.
    pub fn from_yaml(text: impl Into<String>) -> Self {
        Self(Form::Written(text.into()))
    }

    /// Adds or replaces a service.
    pub fn service(mut self, name: &str, service: LayerService) -> Self {
        if let Form::Built { services, .. } = &mut self.0 {
            services.insert(name.to_owned(), Value::Object(service.0));
        }
        self
    }

    /// Adds or replaces a check.
    pub fn check(mut self, name: &str, check: LayerCheck) -> Self {
        if let Form::Built { checks, .. } = &mut self.0 {
            checks.insert(name.to_owned(), Value::Object(check.0));
        }
        self
    }

    /// The text that is sent.
    pub fn as_yaml(&self) -> String {
        match &self.0 {
            Form::Written(text) => text.clone(),
            Form::Built { services, checks } => {
                json!({ "services": services, "checks": checks }).to_string()
            }
        }
    }
}

fn with(mut fields: Map<String, Value>, key: &str, value: impl Into<Value>) -> Map<String, Value> {
    fields.insert(key.to_owned(), value.into());
    fields
}

/// A service of a layer. It replaces one of the same name in a layer below, unless [`merged`](Self::merged).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerService(Map<String, Value>);

impl LayerService {
    /// A service that runs this command, split into words as a shell would, without being one.
    pub fn new(command: &str) -> Self {
        Self(with(Map::new(), "override", "replace")).set("command", command)
    }

    /// Merges into the service of the same name in a layer below.
    pub fn merged(self) -> Self {
        self.set("override", "merge")
    }

    /// Starts with Pebble and on replan. A service is `disabled` otherwise.
    pub fn startup_enabled(self) -> Self {
        self.set("startup", "enabled")
    }

    /// One environment variable.
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        let environment = self.0.entry("environment").or_insert_with(|| json!({}));
        if let Some(variables) = environment.as_object_mut() {
            variables.insert(name.to_owned(), value.into());
        }
        self
    }

    /// Any other key of the layer specification: `summary`, `user`, `after`, `on-failure`,
    /// `backoff-delay`, `working-dir`.
    pub fn set(self, key: &str, value: impl Into<Value>) -> Self {
        Self(with(self.0, key, value))
    }
}

/// A health check of a layer. It replaces one of the same name in a layer below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerCheck(Map<String, Value>);

impl LayerCheck {
    /// Passes when this URL answers 2xx.
    pub fn http(url: &str) -> Self {
        Self::of("http", json!({ "url": url }))
    }

    /// Passes when this port takes a connection.
    pub fn tcp(port: u16) -> Self {
        Self::of("tcp", json!({ "port": port }))
    }

    /// Passes when this command exits with 0.
    pub fn exec(command: &str) -> Self {
        Self::of("exec", json!({ "command": command }))
    }

    fn of(kind: &str, how: Value) -> Self {
        Self(with(Map::new(), "override", "replace")).set(kind, how)
    }

    /// `alive` or `ready`: what Kubernetes' probes ask for.
    pub fn level(self, level: &str) -> Self {
        self.set("level", level)
    }

    /// Any other key of the layer specification: `period`, `timeout`, `threshold`.
    pub fn set(self, key: &str, value: impl Into<Value>) -> Self {
        Self(with(self.0, key, value))
    }
}

impl Client {
    /// Puts a layer on top. There must be none of this label yet. Nothing is started:
    /// [`replan_services`](Client::replan_services) does that.
    ///
    /// Pebble's reason for refusing a layer may quote it, so the error's text leaves it out;
    /// [`Error::message`] has it.
    pub fn add_layer(&self, label: &str, layer: &Layer) -> Result<(), Error> {
        self.put_layer(label, layer, false)
    }

    /// Combines a layer with the one of this label, or adds it where there is none: what a charm does
    /// whenever its configuration changes.
    pub fn combine_layer(&self, label: &str, layer: &Layer) -> Result<(), Error> {
        self.put_layer(label, layer, true)
    }

    fn put_layer(&self, label: &str, layer: &Layer, combine: bool) -> Result<(), Error> {
        let operation = Operation::named("pebble add_layer")
            .about("label", label)
            .attribute("combine", combine);
        self.traced(operation, |_| {
            let body = json!({
                "action": "add",
                "combine": combine,
                "label": label,
                "format": "yaml",
                "layer": layer.as_yaml(),
            });
            match self.post("/v1/layers", &body) {
                Err(Problem::Refused(mut refusal)) => {
                    refusal.may_quote = true;
                    Err(Problem::Refused(refusal))
                }
                other => other.map(drop),
            }
        })
    }

    /// The plan that all layers add up to, as YAML. It holds the environment of every service: not for
    /// a log.
    pub fn plan(&self) -> Result<String, Error> {
        self.traced(Operation::named("pebble get_plan"), |_| {
            let answer = self.get("/v1/plan", &[("format", "yaml")])?;
            let text = answer.result.as_str().map(str::to_owned);
            text.ok_or_else(|| Problem::Answer("\"result\" is no text".to_owned()))
        })
    }
}
