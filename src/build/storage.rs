//! Chooses, at build time, where the trace buffer lives. A storage outlives the pod and the charm
//! directory often does not; but a small one belongs to its workload, and a full disk there would
//! take the workload down. So: the safest storage that is large enough, or none.

use crate::build::metadata::charm::{CharmFile, Storage};
use crate::build::metadata::section::Named;
use crate::build::metadata::value::Value;

/// Where the buffer goes, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub location: ChosenLocation,
    /// One sentence for the author, who may want to know why it is not another.
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChosenLocation {
    CharmDirectory,
    /// A storage whose path in the charm's container or machine is known now.
    Storage {
        name: String,
        directory: String,
    },
    /// A storage whose path Juju chooses.
    StorageByName {
        name: String,
    },
    /// A file the author named.
    File {
        path: String,
    },
}

/// What the author says about it in build.rs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Nothing: the rule decides.
    #[default]
    Rule,
    Storage(String),
    File(String),
}

/// The author's choice, or that of the rule.
pub(crate) fn decide(charm: &CharmFile, wish: &Wish) -> Choice {
    match wish {
        Wish::Rule => choose(charm),
        Wish::Storage(name) => match charm.storage.find(name) {
            Some(storage) => chosen(charm, storage),
            // The check has refused it.
            None => choose(charm),
        },
        Wish::File(path) => Choice {
            location: ChosenLocation::File { path: path.clone() },
            reason: "The build script of the charm names this file.".to_owned(),
        },
    }
}

/// The storage whose location holds a path; the innermost, where one lies in another.
pub(crate) fn around<'m>(charm: &'m CharmFile, path: &str) -> Option<&'m Named<Storage>> {
    let location = |storage: &&Named<Storage>| {
        let location = storage.is.location.as_deref()?;
        let holds = std::path::Path::new(path).starts_with(location);
        holds.then_some(location.len())
    };
    let holding = charm.storage.iter().filter(|s| location(s).is_some());
    holding.max_by_key(location)
}

/// Applies the rule to a charm's storages.
pub(crate) fn choose(charm: &CharmFile) -> Choice {
    let fit = |storage: &&Named<Storage>| unfit(&storage.is).is_none();
    // `min_by_key` takes the first of equals, which makes the order of declaration the last word.
    let best = charm
        .storage
        .iter()
        .filter(fit)
        .min_by_key(|storage| rank(charm, storage));
    match best {
        Some(storage) => chosen(charm, storage),
        None => Choice {
            location: ChosenLocation::CharmDirectory,
            reason: no_storage(charm),
        },
    }
}

/// Why a storage cannot hold the buffer.
pub(crate) fn unfit(storage: &Storage) -> Option<&'static str> {
    let transient = |property: &Option<String>| property.as_deref() == Some("transient");
    if storage.kind.as_deref() != Some("filesystem") {
        Some("is no file system")
    } else if storage.shared == Some(true) {
        Some("is shared between units")
    } else if storage.read_only == Some(true) {
        Some("is read-only")
    } else if storage.properties.iter().any(transient) {
        Some("is transient")
    } else if size_mib(&storage.minimum_size).is_none_or(|size| size < SMALLEST_MIB) {
        Some("may be too small")
    } else {
        None
    }
}

/// The lower, the better: one that no workload sees, then the surest path, then the larger.
fn rank(charm: &CharmFile, storage: &Named<Storage>) -> (bool, u8, std::cmp::Reverse<u64>) {
    let count = StorageRange::of(&storage.is).unwrap_or(StorageRange::ONE);
    let shape = match (count.min, count.is_single(), &storage.is.location) {
        (0, _, _) => 3,
        (_, true, Some(_)) => 0,
        (_, true, None) => 1,
        (_, false, _) => 2,
    };
    let size = size_mib(&storage.is.minimum_size).unwrap_or(0);
    (
        is_mounted(charm, &storage.name),
        shape,
        std::cmp::Reverse(size),
    )
}

fn is_mounted(charm: &CharmFile, storage: &str) -> bool {
    let mut mounts = charm.containers.iter().flat_map(|named| &named.is.mounts);
    mounts.any(|mount| mount.storage.as_deref() == Some(storage))
}

fn chosen(charm: &CharmFile, storage: &Named<Storage>) -> Choice {
    let name = storage.name.clone();
    let count = StorageRange::of(&storage.is).unwrap_or(StorageRange::ONE);
    let location = storage.is.location.as_deref().map(|path| {
        let trimmed = path.trim_end_matches('/');
        if trimmed.is_empty() { "/" } else { trimmed }
    });
    // On Kubernetes a unit has one instance of each storage, and its number is 0; on a machine the
    // number counts through the whole model and is not known before Juju has given it.
    let directory = match (location, count.is_single(), charm.on_kubernetes()) {
        (Some(location), true, _) => Some(location.to_owned()),
        (Some(location), false, true) => Some(format!("{location}/{name}/0")),
        (None, _, true) => Some(format!("/var/lib/juju/storage/{name}/0")),
        (_, _, false) => None,
    };
    let mut reason = format!("The storage `{name}` outlives upgrades and restarts of the unit");
    if is_mounted(charm, &name) {
        reason.push_str("; its workload sees the buffer as one file beside its own");
    } else if charm.on_kubernetes() {
        reason.push_str(", and no workload container mounts it");
    }
    if count.min == 0 {
        reason.push_str("; it may be absent, and then the charm directory serves");
    }
    reason.push('.');
    let location = match directory {
        Some(directory) => ChosenLocation::Storage { name, directory },
        None => ChosenLocation::StorageByName { name },
    };
    Choice { location, reason }
}

fn no_storage(charm: &CharmFile) -> String {
    let refused: Vec<String> = charm
        .storage
        .iter()
        .filter_map(|named| Some(format!("`{}` {}", named.name, unfit(&named.is)?)))
        .collect();
    let storages = if refused.is_empty() {
        "The charm declares no storage".to_owned()
    } else {
        format!("No storage is fit for it: {}", refused.join(", "))
    };
    let durability = if charm.on_kubernetes() {
        "what is buffered in the charm directory is lost with the pod"
    } else {
        "the charm directory lasts as long as the machine"
    };
    format!("{storages}; {durability}.")
}

/// How many instances of a storage a unit has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StorageRange {
    pub min: u64,
    /// `None` for no upper bound.
    pub max: Option<u64>,
}

impl StorageRange {
    pub(crate) const ONE: Self = Self {
        min: 1,
        max: Some(1),
    };

    /// Reads `multiple.range`: `n`, `m-n`, `m-` or `m+`. `None` if it is none of these.
    pub(crate) fn of(storage: &Storage) -> Option<Self> {
        let text = match &storage.multiple.range {
            Value::Null => return Some(Self::ONE),
            Value::Integer(count) => count.to_string(),
            Value::Text(text) => text.trim().to_owned(),
            _ => return None,
        };
        let count = if let Some(min) = text.strip_suffix(['-', '+']) {
            Self {
                min: min.parse().ok()?,
                max: None,
            }
        } else {
            let (min, max) = text.split_once('-').unwrap_or((&text, &text));
            Self {
                min: min.parse().ok()?,
                max: Some(max.parse().ok()?),
            }
        };
        let fits = count.max.is_none_or(|max| max > 0 && max >= count.min);
        fits.then_some(count)
    }

    fn is_single(self) -> bool {
        self.max == Some(1)
    }
}

/// Reads `minimum-size` in MiB: a number and one of `MGTPEZY`, alone or with `B` or `iB`.
/// Without a unit it is MiB; not given, Juju asks for 1 GiB. `None` if it is no size.
pub(crate) fn size_mib(size: &Value) -> Option<u64> {
    let text = match size {
        Value::Null => return Some(JUJU_DEFAULT_MIB),
        Value::Integer(size) => return u64::try_from(*size).ok(),
        Value::Number(size) => size.to_string(),
        Value::Text(text) => text.trim().to_owned(),
        _ => return None,
    };
    let number = text.trim_end_matches("iB").trim_end_matches('B');
    let unit = number.chars().last()?;
    let (number, power) = match "MGTPEZY".find(unit) {
        Some(power) => (number.get(..number.len().checked_sub(1)?)?, power),
        None if number == text => (number, 0),
        None => return None,
    };
    let number: f64 = number.trim().parse().ok()?;
    if !number.is_finite() || number < 0.0 {
        return None;
    }
    let mib = number * 1024_f64.powi(i32::try_from(power).ok()?);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be positive above, and a cast of what is too large gives the largest"
    )]
    let mib = mib.ceil() as u64;
    Some(mib)
}

/// Four times the buffer's own limit of 10 MiB: a full buffer, a second while it moves there, and
/// as much again for the workload.
const SMALLEST_MIB: u64 = 40;

/// What Juju provisions for a storage that does not say its size.
const JUJU_DEFAULT_MIB: u64 = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_every_spelling_juju_takes() {
        for (size, mib) in [
            ("1G", Some(1024)),
            ("5M", Some(5)),
            ("0.5GiB", Some(512)),
            ("2TB", Some(2 * 1024 * 1024)),
            ("100", Some(100)),
            ("1K", None),
            ("100B", None),
            ("-1G", None),
            ("", None),
            ("G", None),
        ] {
            assert_eq!(size_mib(&Value::Text(size.to_owned())), mib, "{size:?}");
        }
        assert_eq!(size_mib(&Value::Null), Some(1024));
        assert_eq!(size_mib(&Value::Integer(64)), Some(64));
    }

    #[test]
    fn ranges_are_read_in_every_spelling_juju_takes() {
        for (range, count) in [
            ("0-1", Some((0, Some(1)))),
            ("1-", Some((1, None))),
            ("2+", Some((2, None))),
            ("3", Some((3, Some(3)))),
            ("0", None),
            ("3-1", None),
            ("many", None),
        ] {
            let mut storage = Storage::default();
            storage.multiple.range = Value::Text(range.to_owned());
            let read = StorageRange::of(&storage).map(|count| (count.min, count.max));
            assert_eq!(read, count, "{range:?}");
        }
    }
}
