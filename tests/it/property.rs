//! For random metadata: the code is Rust, and its table leads every path to its own event and to
//! no other. The table is text here, so it is read with syn and asked as `match` would answer.

mod metadata;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use charm_tracing::{build, juju::Hook};
use proptest::prelude::*;
use syn::{Arm, Expr, ImplItem, Item, Lit, Pat};

use metadata::{Metadata, pascal};

pub(crate) use metadata::metadata;

proptest! {
    #![proptest_config(ProptestConfig {
        // A case is printed when it fails, which is enough to write a fixture from.
        failure_persistence: None,
        ..ProptestConfig::with_cases(192)
    })]

    #[test]
    fn every_path_leads_to_its_event_and_no_other(metadata in metadata()) {
        let folder = tempfile::TempDir::new().unwrap();
        metadata.write(folder.path());
        let charm = build::charm(folder.path());
        let code = charm.expand().map_err(|problems| TestCaseError::fail(problems.to_string()))?;
        let file = syn::parse_file(&code).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let expected = expected(&metadata);
        let variants: BTreeSet<String> = expected.values().flatten().cloned().collect();
        prop_assert_eq!(declared_variants(&file), variants);
        let table = Table::of(&file);
        for (path, variant) in &expected {
            prop_assert_eq!(&table.answer(path), variant, "{}", path);
        }
        let events = charm.events().unwrap();
        let listed: BTreeMap<String, Option<String>> = events
            .into_iter()
            .map(|event| (event.path, event.variant))
            .collect();
        let dispatched = expected.into_iter().filter(|(path, _)| !path.is_empty());
        prop_assert_eq!(listed, dispatched.collect());
    }
}

#[test]
fn the_table_is_asked_as_match_would_answer() {
    let file = syn::parse_file(
        "impl Charm for Event { fn read() { Some(match dispatch.hook() {
            Hook::Relation(\"a\", change) => { Self::First(dispatch.relation(change)) }
            Hook::Relation(\"a\" | \"b\", _) => { return None; }
            Hook::Action(\"a\") => Self::Second(dispatch.action()),
            _ => Self::Unknown(dispatch.path().into()),
        }) } }",
    );
    let file = file.unwrap();
    let table = Table::of(&file);
    for (path, variant) in [
        ("hooks/a-relation-joined", Some("First")),
        ("hooks/b-relation-joined", None),
        ("hooks/c-relation-joined", Some("Unknown")),
        ("actions/a", Some("Second")),
        ("hooks/a-storage-attached", Some("Unknown")),
    ] {
        assert_eq!(table.answer(path).as_deref(), variant, "{path}");
    }
}

/// What each path has to become, `None` where the runtime serves it; the empty path is one that no
/// charm knows.
fn expected(metadata: &Metadata) -> BTreeMap<String, Option<String>> {
    let mut paths = BTreeMap::new();
    let mut hooks = |hooks: &str, name: &str, variant: Option<String>| {
        for hook in hooks.split(' ') {
            let path = format!("hooks/{}", hook.replace('*', name));
            paths.insert(path, variant.clone());
        }
    };
    let variant = |name: &str, ending: &str| Some(pascal(name) + ending);
    for endpoint in metadata.endpoints.iter().flatten() {
        let name = &endpoint.is.name;
        let variant = variant(name, "Relation").filter(|_| !endpoint.served);
        hooks(RELATION, name, variant);
    }
    for storage in &metadata.storages {
        let name = &storage.is.name;
        hooks(
            "*-storage-attached *-storage-detaching",
            name,
            variant(name, "Storage"),
        );
    }
    for container in &metadata.containers {
        hooks(PEBBLE, &container.name, variant(&container.name, "Pebble"));
    }
    hooks(LIFECYCLE, "", Some("Lifecycle".to_owned()));
    hooks(SECRET, "", Some("Secret".to_owned()));
    for action in &metadata.actions {
        let name = &action.is.name;
        paths.insert(format!("actions/{name}"), variant(name, "Action"));
    }
    paths.insert(String::new(), Some("Unknown".to_owned()));
    paths
}

const RELATION: &str = "*-relation-created *-relation-joined *-relation-changed \
     *-relation-departed *-relation-broken";
const PEBBLE: &str = "*-pebble-ready *-pebble-custom-notice *-pebble-check-failed \
     *-pebble-check-recovered";
const SECRET: &str = "secret-changed secret-rotate secret-remove secret-expired";
const LIFECYCLE: &str = "install start config-changed upgrade-charm update-status leader-elected \
     leader-settings-changed stop remove collect-metrics meter-status-changed pre-series-upgrade \
     post-series-upgrade";

/// The variants of the generated `Event`.
fn declared_variants(file: &syn::File) -> BTreeSet<String> {
    let events = file.items.iter().find_map(|item| match item {
        Item::Enum(event) if event.ident == "Event" => Some(event),
        _ => None,
    });
    let variants = events.expect("an enum `Event`").variants.iter();
    variants.map(|variant| variant.ident.to_string()).collect()
}

/// The `match` in the generated `read`.
struct Table<'f>(&'f [Arm]);

impl<'f> Table<'f> {
    fn of(file: &'f syn::File) -> Self {
        let functions = file.items.iter().filter_map(|item| match item {
            Item::Impl(item) => Some(&item.items),
            _ => None,
        });
        let read = functions.flatten().find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == "read" => Some(function),
            _ => None,
        });
        let statement = read.expect("a function `read`").block.stmts.first();
        let Some(syn::Stmt::Expr(Expr::Call(some), None)) = statement else {
            panic!("`read` gives no `Some(..)`");
        };
        let Some(Expr::Match(table)) = some.args.first() else {
            panic!("`read` holds no `match`");
        };
        Self(&table.arms)
    }

    /// The variant that the first matching arm gives; `None` if that arm returns.
    fn answer(&self, path: &str) -> Option<String> {
        let (kind, name) = match Hook::parse(path) {
            Hook::Lifecycle(_) => ("Lifecycle", None),
            Hook::Relation(name, _) => ("Relation", Some(name)),
            Hook::Storage(name, _) => ("Storage", Some(name)),
            Hook::Workload(name, _) => ("Workload", Some(name)),
            Hook::Secret(_) => ("Secret", None),
            Hook::Action(name) => ("Action", Some(name)),
            _ => ("Other", None),
        };
        let arm = self.0.iter().find(|arm| takes(&arm.pat, kind, name));
        given(&arm.expect("an arm for the rest").body)
    }
}

/// Whether a pattern of the table takes a hook of this kind and name.
fn takes(pattern: &Pat, kind: &str, name: Option<&str>) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::TupleStruct(pattern) => {
            let variant = pattern.path.segments.last().expect("a variant");
            variant.ident == kind && name.is_none_or(|name| names(&pattern.elems[0], name))
        }
        _ => panic!("a pattern that the table never had"),
    }
}

/// Whether the pattern of a name takes this one.
fn names(pattern: &Pat, name: &str) -> bool {
    match pattern {
        Pat::Lit(literal) => matches!(&literal.lit, Lit::Str(text) if text.value() == name),
        Pat::Or(or) => or.cases.iter().any(|case| names(case, name)),
        _ => panic!("a name that is no text"),
    }
}

/// The variant that an arm's body gives, `Self::Name(..)`, bare or in braces.
fn given(body: &Expr) -> Option<String> {
    match body {
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [syn::Stmt::Expr(body, _)] => given(body),
            _ => panic!("an arm of several statements"),
        },
        Expr::Return(_) => None,
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => panic!("an arm that calls no variant"),
        },
        _ => panic!("an arm that gives no event"),
    }
}
