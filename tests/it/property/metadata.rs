//! Random metadata that Juju would take, and what a charm of it has to hear: which variant each
//! declared name becomes is worked out here a second time, from the rule and not from the code.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// A charm in the order it is written.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    pub name: String,
    pub summary: String,
    /// The sections `requires`, `provides` and `peers`.
    pub endpoints: [Vec<Endpoint>; 3],
    pub storages: Vec<Storage>,
    pub containers: Vec<Declared>,
    pub actions: Vec<Action>,
    pub options: Vec<Typed>,
    /// Whether charmcraft.yaml holds everything, or each part has a file.
    pub unified: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub name: String,
    pub description: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub is: Declared,
    pub interface: String,
    /// Whether the runtime serves it, and the charm hears nothing of it.
    pub served: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Storage {
    pub is: Declared,
    pub location: Option<String>,
    pub range: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub is: Declared,
    pub params: Vec<Typed>,
}

/// A parameter or an option: a type, and a default of that type, in YAML.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub is: Declared,
    pub kind: &'static str,
    pub default: Option<String>,
}

/// Metadata of everything that Juju dispatches.
pub(crate) fn metadata() -> impl Strategy<Value = Metadata> {
    let names = ("[a-z]{2,6}(-[a-z]{1,4})?", text(), any::<bool>());
    let endpoints = [endpoints(), endpoints(), endpoints()];
    let declared = (
        vec(storage(), 0..5),
        vec(declared("[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?"), 0..4),
        vec(action(), 0..6),
        vec(typed("string int float boolean secret"), 0..6),
    );
    let charm = (names, endpoints, served(), declared);
    charm.prop_map(|(names, mut endpoints, served, declared)| {
        // First, so that no other endpoint takes the name from it.
        endpoints[0].splice(0..0, served);
        let (storages, containers, actions, options) = declared;
        let mut metadata = Metadata {
            name: names.0,
            summary: names.1,
            endpoints,
            storages,
            containers,
            actions,
            options,
            unified: names.2,
        };
        metadata.keep_what_is_distinct();
        metadata
    })
}

impl Metadata {
    /// Leaves out what another name has taken, or what Juju keeps for itself: what is random
    /// meets often, and a charm with names that meet is refused, which is not the matter here.
    fn keep_what_is_distinct(&mut self) {
        let mut taken = BTreeSet::new();
        for role in &mut self.endpoints {
            role.retain(|endpoint| {
                is_free(&endpoint.is.name) && taken.insert(pascal(&endpoint.is.name))
            });
        }
        distinct(&mut self.storages, |storage| pascal(&storage.is.name));
        distinct(&mut self.containers, |container| pascal(&container.name));
        self.containers
            .retain(|container| !matches!(container.name.as_str(), "charm" | "charm-init"));
        // The struct of an action's parameters may have `Params` behind its name.
        distinct(&mut self.actions, |action| {
            pascal(&action.is.name)
                .trim_end_matches("Params")
                .to_owned()
        });
        self.actions.retain(|action| is_free(&action.is.name));
        for action in &mut self.actions {
            distinct(&mut action.params, |param| letters(&param.is.name));
        }
        distinct(&mut self.options, |option| letters(&option.is.name));
    }
}

/// The name of a variant, without the ending that says the kind.
pub(crate) fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let mut pascal: String = words
        .filter(|word| !word.is_empty())
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect();
    if pascal.starts_with(|c: char| c.is_ascii_digit()) {
        pascal.insert(0, '_');
    }
    pascal
}

fn distinct<T>(things: &mut Vec<T>, identity: impl Fn(&T) -> String) {
    let mut taken = BTreeSet::new();
    things.retain(|thing| taken.insert(identity(thing)));
}

fn is_free(name: &str) -> bool {
    name != "juju" && !name.starts_with("juju-")
}

/// Stricter than the rule for fields, which tells more names apart.
fn letters(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}

/// Any text at all, since descriptions are: control characters, quotes, markup.
fn text() -> impl Strategy<Value = String> {
    let odd = "[-`*\\[\\]<>\\\\/\"'{}#:|~ \n\t]{0,30}";
    prop_oneof![
        any::<String>(),
        Just(String::new()),
        odd.prop_map(|text| text)
    ]
}

fn declared(name: &'static str) -> impl Strategy<Value = Declared> {
    (name, text()).prop_map(|(name, description)| Declared { name, description })
}

fn endpoints() -> impl Strategy<Value = Vec<Endpoint>> {
    let name = "[a-zA-Z][a-zA-Z0-9]{0,3}([-_][a-zA-Z0-9]{1,3}){0,2}";
    let endpoint = (declared(name), "[a-z][a-z0-9_]{0,4}").prop_map(|(is, interface)| Endpoint {
        is,
        interface,
        served: false,
    });
    vec(endpoint, 0..8)
}

/// The two endpoints that the runtime serves, each of them or not.
fn served() -> impl Strategy<Value = Vec<Endpoint>> {
    let one = |interface: &'static str, prefix: &'static str| {
        option::of(declared("[a-z]{1,4}(-[a-z]{1,3})?")).prop_map(move |is| {
            is.map(|is| Endpoint {
                is: Declared {
                    name: format!("{prefix}{}", is.name),
                    ..is
                },
                interface: interface.to_owned(),
                served: true,
            })
        })
    };
    let both = (one("tracing", "t"), one("certificate_transfer", "c"));
    both.prop_map(|(tracing, certificates)| tracing.into_iter().chain(certificates).collect())
}

fn storage() -> impl Strategy<Value = Storage> {
    let is = declared("[a-z][a-z0-9]{0,4}(-[0-9]{0,2}[a-z][a-z0-9]{0,2}){0,2}");
    let range = "[1-9]|[0-3]-[4-9]|[0-9][-+]";
    let storage = (is, option::of("/[a-z]{1,8}/?"), option::of(range));
    storage.prop_map(|(is, location, range)| Storage {
        is,
        location,
        range,
    })
}

fn action() -> impl Strategy<Value = Action> {
    let is = declared("[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?|start|stop|event|self|type");
    let params = vec(typed("string integer number boolean array object"), 0..5);
    (is, params).prop_map(|(is, params)| Action { is, params })
}

/// Something of one of these types.
fn typed(kinds: &'static str) -> impl Strategy<Value = Typed> {
    let kinds: Vec<&str> = kinds.split(' ').collect();
    let is = declared("[a-zA-Z_]{0,3}[a-z0-9][a-zA-Z0-9_.-]{0,6}|self|Self|crate|super|type|gen");
    let kind = proptest::sample::select(kinds);
    (is, kind, default()).prop_map(|(is, kind, default)| Typed {
        is,
        kind,
        default: default.and_then(|any| any.of(kind)),
    })
}

/// A default of each type.
#[derive(Clone, Debug)]
struct AnyDefault(String, i64, f64, bool);

impl AnyDefault {
    fn of(&self, kind: &str) -> Option<String> {
        match kind {
            "string" => Some(quoted(&self.0)),
            "int" | "integer" => Some(self.1.to_string()),
            "float" | "number" => Some(format!("{:?}", self.2)),
            "boolean" => Some(self.3.to_string()),
            _ => None,
        }
    }
}

fn default() -> impl Strategy<Value = Option<AnyDefault>> {
    let finite = proptest::num::f64::NORMAL | proptest::num::f64::ZERO;
    let each = (text(), any::<i64>(), finite, any::<bool>());
    option::of(
        each.prop_map(|(text, integer, number, flag)| AnyDefault(text, integer, number, flag)),
    )
}

/// A text in double quotes, as YAML reads it back whatever it holds.
pub(crate) fn quoted(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        ' '..='~' => c.to_string(),
        _ => format!("\\U{:08x}", u32::from(c)),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}
