//! The files of a charm as one `Metadata`. The only file that names the YAML crate, so that another
//! fork of `serde_yaml` is a change of this file and of two lines in Cargo.toml.

pub(crate) mod broken;
pub(crate) mod charm;
pub(crate) mod key;
pub(crate) mod parameter;
pub(crate) mod position;
pub(crate) mod reading;
pub(crate) mod section;
pub(crate) mod value;

use std::cell::Cell;

use serde::de::DeserializeSeed;
use serde_yaml::{Deserializer, Location};

use crate::build::files::CharmFiles;
use crate::build::finding::FileKind;
use crate::build::finding::{Finding, Findings, Key, Position, Spot};
use crate::build::metadata::broken::explain;
use crate::build::metadata::charm::CharmFile;
use crate::build::metadata::parameter::{Action, ConfigOption, ConfigOptions};
use crate::build::metadata::position::KeySearch;
use crate::build::metadata::reading::{Cursor, Fill, Path, Shape, room_for};
use crate::build::metadata::section::Section;
use crate::build::vocabulary;

/// What the files of a charm say together.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    /// The file `charm` was read from.
    pub file: FileKind,
    pub charm: CharmFile,
    /// What extends the charm when it is packed, and the file that says so.
    pub extended: Option<(FileKind, Vec<Option<String>>)>,
    pub actions: Section<Action>,
    pub options: Section<ConfigOption>,
}

impl Metadata {
    /// Reads the files; a part that cannot be read is noted and left empty.
    pub(crate) fn read(files: &CharmFiles, findings: &Findings) -> Self {
        let mut charmcraft: CharmFile = parse(files, FileKind::Charmcraft, findings);
        let mut actions: Section<Action> = parse(files, FileKind::Actions, findings);
        let mut options = parse::<ConfigOptions>(files, FileKind::Config, findings).options;
        doubled(files, &charmcraft, findings);
        if !files.has(FileKind::Actions) {
            actions = std::mem::take(&mut charmcraft.actions);
        }
        if !files.has(FileKind::Config) {
            options = std::mem::take(&mut charmcraft.config).options;
        }
        let mut extended = extensions(FileKind::Charmcraft, &mut charmcraft);
        let (file, mut charm) = if files.has(FileKind::Metadata) {
            lost_at_packing(&charmcraft, findings);
            let charm = parse(files, FileKind::Metadata, findings);
            (FileKind::Metadata, charm)
        } else {
            (FileKind::Charmcraft, charmcraft)
        };
        extended = extended.or_else(|| extensions(file, &mut charm));
        Self {
            file,
            charm,
            extended,
            actions,
            options,
        }
    }
}

/// The place of a key or value, or of the nearest thing above it that has one.
///
/// `occurrence` says which of several equal keys, from 0; `None` asks for the value.
pub(crate) fn position(
    files: &CharmFiles,
    key: &Key,
    occurrence: Option<usize>,
) -> Option<Position> {
    let text = files.text(key.file);
    let top = usize::from(!key.path.is_empty());
    (top..=key.path.len()).rev().find_map(|depth| {
        let path = key.path.get(..depth)?;
        let exact = depth == key.path.len();
        let occurrence = if exact { occurrence } else { Some(0) };
        stop_at(text, path, occurrence, false).or_else(|| stop_at(text, path, occurrence, true))
    })
}

fn stop_at(
    text: &str,
    path: &[String],
    occurrence: Option<usize>,
    through_merges: bool,
) -> Option<Position> {
    let found = Cell::new(false);
    let walk = KeySearch {
        path,
        occurrence,
        through_merges,
        found: &found,
    };
    let error = walk.deserialize(Deserializer::from_str(text)).err()?;
    let location = error.location().filter(|_| found.get())?;
    Some(seen(text, &location))
}

/// A place of the YAML crate as an editor shows it. YAML 1.1 also ends lines at the letters below, and
/// no editor counts these.
fn seen(text: &str, location: &Location) -> Position {
    let mut yaml = (1, 1);
    let before = text.chars().take_while(|letter| {
        let is_before = yaml < (location.line(), location.column());
        yaml = match letter {
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => (yaml.0 + 1, 1),
            _ => (yaml.0, yaml.1 + 1),
        };
        is_before
    });
    Position::after(before)
}

/// Reads one file. That it is missing or empty leaves everything at its default.
fn parse<T: Shape>(files: &CharmFiles, file: FileKind, findings: &Findings) -> T {
    let mut target = T::default();
    let left = Cell::new(room_for(files.text(file)));
    let at = Cursor {
        file,
        path: &Path::Top,
        findings,
        room: &left,
    };
    let root = Fill {
        target: &mut target,
        at,
    };
    if let Err(error) = root.deserialize(Deserializer::from_str(files.text(file))) {
        let text = files.text(file);
        let place = error.location().map(|location| seen(text, &location));
        let fault = explain(text, &without_place(&error), place);
        let spot = Spot::Position(file, fault.place);
        findings.push(Finding::new(spot, fault.message, fault.help));
    }
    target
}

/// The words of a YAML error without the place at their end, which the report shows on its own.
fn without_place(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    match (text.split_once(" at line "), error.location()) {
        (Some((words, _)), Some(_)) => words.to_owned(),
        _ => text,
    }
}

/// Actions and configuration may stand in one file only; charmcraft refuses both at once.
fn doubled(files: &CharmFiles, charmcraft: &CharmFile, findings: &Findings) {
    for (section, file) in [("actions", FileKind::Actions), ("config", FileKind::Config)] {
        if files.has(file) && charmcraft.has(section) {
            let name = files.name(file);
            findings.key(
                &Key::new(FileKind::Charmcraft, &[section]),
                format!("`{section}` stands here and in {name}; charmcraft refuses the two"),
                format!("keep one: delete `{section}` here, or delete {name}"),
            );
        }
    }
}

/// The extensions that a file names; charmcraft adds their actions and options beside a metadata.yaml too.
fn extensions(file: FileKind, charm: &mut CharmFile) -> Option<(FileKind, Vec<Option<String>>)> {
    charm
        .has("extensions")
        .then(|| (file, std::mem::take(&mut charm.extensions)))
}

/// Where there is a metadata.yaml, charmcraft packs it unchanged, and what charmcraft.yaml says in
/// these sections never reaches Juju.
fn lost_at_packing(charmcraft: &CharmFile, findings: &Findings) {
    const SECTIONS: [&str; 15] = [
        "name",
        "summary",
        "description",
        "assumes",
        "charm-user",
        vocabulary::CONTAINERS,
        vocabulary::DEVICES,
        "extra-bindings",
        vocabulary::PEERS,
        vocabulary::PROVIDES,
        vocabulary::REQUIRES,
        vocabulary::RESOURCES,
        vocabulary::STORAGE,
        "subordinate",
        "terms",
    ];
    for section in &charmcraft.keys {
        if SECTIONS.contains(&section.as_str()) {
            findings.key(
                &Key::new(FileKind::Charmcraft, &[section]),
                format!(
                    "`{section}` would be lost: charmcraft packs metadata.yaml as it stands and \
                     takes nothing of this section from here"
                ),
                format!("move `{section}` to metadata.yaml, or delete metadata.yaml"),
            );
        }
    }
}
