//! A value of any type, such as a default. Scalars are read as charmcraft and Juju read them, which is
//! wider than YAML 1.2.

/// A value whose type another key states, such as a default.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Value {
    #[default]
    Null,
    Boolean(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    /// An integer beyond 64 bits.
    Huge,
    List(Vec<Value>),
    /// In the order they were written.
    Mapping(Vec<(String, Value)>),
}

impl Value {
    /// As a report names what was found.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Null => "empty".to_owned(),
            Self::Boolean(value) => format!("the boolean `{value}`"),
            Self::Integer(value) => format!("the number `{value}`"),
            // With its point: `5.0` is no whole number.
            Self::Number(value) => format!("the number `{value:?}`"),
            Self::Text(value) => format!("the text `{}`", value.escape_debug()),
            Self::Huge => "a number beyond 64 bits".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Mapping(_) => "a mapping".to_owned(),
        }
    }

    /// The boolean YAML 1.1 reads here, or Juju out of a quoted text.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            Self::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" => Some(true),
                "false" | "no" | "off" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The integer YAML 1.1 reads here (`1_000`, `0o17`, `017`), or Juju out of a quoted text.
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Text(text) => {
                let text = text.replace('_', "");
                match text.strip_prefix('0').filter(|rest| !rest.is_empty()) {
                    Some(octal) => i64::from_str_radix(octal, 8).ok(),
                    None => text.parse().ok(),
                }
            }
            _ => None,
        }
    }

    /// The number YAML reads here, or Juju out of a quoted text.
    pub(crate) fn number(&self) -> Option<f64> {
        let number = match self {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a float option holds what a float can hold"
            )]
            Self::Integer(value) => Some(*value as f64),
            Self::Number(value) => Some(*value),
            Self::Text(text) => text.replace('_', "").parse().ok(),
            _ => None,
        };
        number.filter(|number: &f64| number.is_finite())
    }
}
