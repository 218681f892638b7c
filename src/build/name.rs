//! Juju names to Rust names. Every function here gives a valid identifier for any text;
//! that two names become one, or that nothing is left of a name, is reported by `check`.

use proc_macro2::{Ident, Span};

/// `create-user` to `CreateUser`, followed by a suffix that says the kind.
pub(crate) fn variant(name: &str, suffix: &str) -> Ident {
    ident(&format!("{}{suffix}", pascal(name)))
}

/// The variant of an enum that holds names of one kind only, and so needs no suffix.
pub(crate) fn bare(name: &str) -> Ident {
    match pascal(name).as_str() {
        "Self" => ident("Self_"),
        bare => ident(bare),
    }
}

/// The variant for a value of a parameter's `enum`. `INFO` becomes `Info`: the values of one
/// parameter are written alike, so nothing is lost.
pub(crate) fn choice(text: &str) -> Ident {
    if text.contains(|c: char| c.is_ascii_lowercase()) {
        bare(text)
    } else {
        bare(&text.to_ascii_lowercase())
    }
}

/// The struct that holds an action's parameters. An action whose struct would hide a name that a
/// charm's `main.rs` needs gets `Params` behind it.
pub(crate) fn params(action: &str) -> Ident {
    let name = pascal(action);
    if TAKEN.contains(&name.as_str()) {
        ident(&format!("{name}Params"))
    } else {
        ident(&name)
    }
}

/// The type of a parameter that is an object or one of several texts, called after where it
/// stands: `format` of `ExportPosts` to `ExportPostsFormat`.
pub(crate) fn nested(owner: &Ident, param: &str) -> Ident {
    let name = format!("{owner}{}", pascal(param));
    if TAKEN.contains(&name.as_str()) {
        ident(&format!("{name}Value"))
    } else {
        ident(&name)
    }
}

/// A struct field: `quota-mib` to `quota_mib`, `type` to `r#type`, `self` to `self_`.
pub(crate) fn field(name: &str) -> Ident {
    let name = snake(name);
    match name.as_str() {
        "self" | "super" | "crate" => ident(&format!("{name}_")),
        keyword if is_keyword(keyword) => Ident::new_raw(keyword, Span::call_site()),
        _ => ident(&name),
    }
}

/// Whether anything of a name can stand in a Rust name.
pub(crate) fn is_speakable(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_alphanumeric())
}

/// `name` must hold only ASCII letters, digits and underscores, and be no keyword.
fn ident(name: &str) -> Ident {
    let digit = name.starts_with(|c: char| c.is_ascii_digit());
    let name = if digit {
        format!("_{name}")
    } else {
        name.to_owned()
    };
    Ident::new(&name, Span::call_site())
}

fn pascal(name: &str) -> String {
    let mut pascal = String::new();
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        pascal.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        pascal.push_str(letters.as_str());
    }
    if pascal.is_empty() {
        UNSPEAKABLE.clone_into(&mut pascal);
    }
    pascal
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for c in name.chars() {
        let starts_word = c.is_ascii_uppercase() && !before.is_ascii_uppercase();
        if starts_word && before != '_' {
            snake.push('_');
        }
        let c = if c.is_ascii_alphanumeric() { c } else { '_' };
        // Two in a row would be no snake case to rustc, which warns of it.
        if c != '_' || !snake.ends_with('_') {
            snake.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    if !is_speakable(&snake) {
        UNSPEAKABLE.to_ascii_lowercase().clone_into(&mut snake);
    }
    snake
}

/// Whether a name made of letters, digits and underscores is a keyword of Rust 2024.
fn is_keyword(name: &str) -> bool {
    let digit = name.starts_with(|c: char| c.is_ascii_digit());
    !digit && (name == "gen" || syn::parse_str::<Ident>(name).is_err())
}

/// What a name without letter or digit becomes; `check` never lets one through.
const UNSPEAKABLE: &str = "Unnamed";

/// Names an action's struct must not hide: the generated types, the types and traits every Rust
/// file starts with, and the runtime's types that handlers are written with.
const TAKEN: [&str; 56] = [
    "Event",
    "Config",
    "Endpoint",
    "Container",
    "Storage",
    "Resource",
    "Device",
    "Binding",
    "Self",
    // The prelude of the standard library.
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
    // The runtime's.
    "Action",
    "Charm",
    "Error",
    "Juju",
    "Lifecycle",
    "RelationEvent",
    "SecretId",
    "Status",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_becomes_an_identifier() {
        for (name, variant_name, field_name) in [
            ("create-user", "CreateUserAction", "create_user"),
            ("db-2", "Db2Action", "db_2"),
            ("2fa", "_2faAction", "_2fa"),
            ("a--b", "ABAction", "a_b"),
            ("fiveg_n3", "FivegN3Action", "fiveg_n3"),
            ("clouds.yaml", "CloudsYamlAction", "clouds_yaml"),
            ("rootPassword", "RootPasswordAction", "root_password"),
            ("useTLS", "UseTLSAction", "use_tls"),
            ("type", "TypeAction", "r#type"),
            ("gen", "GenAction", "r#gen"),
            ("self", "SelfAction", "self_"),
            ("Self", "SelfAction", "self_"),
            ("_", "UnnamedAction", "unnamed"),
            ("", "UnnamedAction", "unnamed"),
            ("gr\u{f6}\u{df}e", "GrEAction", "gr_e"),
        ] {
            assert_eq!(variant(name, "Action").to_string(), variant_name, "{name}");
            assert_eq!(field(name).to_string(), field_name, "{name}");
        }
    }

    #[test]
    fn an_action_never_hides_what_a_handler_needs() {
        assert_eq!(params("create-user").to_string(), "CreateUser");
        assert_eq!(params("event").to_string(), "EventParams");
        assert_eq!(params("self").to_string(), "SelfParams");
        assert_eq!(params("status").to_string(), "StatusParams");
        assert_eq!(
            nested(&params("tune"), "log-level").to_string(),
            "TuneLogLevel"
        );
        assert_eq!(nested(&params("as"), "mut").to_string(), "AsMutValue");
    }

    #[test]
    fn values_and_names_become_variants() {
        for (text, variant) in [
            ("self", "Self_"),
            ("2fa", "_2fa"),
            ("INFO", "Info"),
            ("WARN-ALL", "WarnAll"),
            ("gzip -9", "Gzip9"),
            ("iPv6", "IPv6"),
        ] {
            assert_eq!(choice(text).to_string(), variant, "{text}");
        }
    }
}
