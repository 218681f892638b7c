//! Random metadata as files: everything in charmcraft.yaml, or the four files of old.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::metadata::{Declared, Metadata, Typed, quoted};

impl Metadata {
    /// Writes the files of the charm into a folder.
    pub(crate) fn write(&self, folder: &Path) {
        let charm = self.charm();
        let actions = self.actions();
        let options = section(self.options.iter().map(option));
        if self.unified {
            let text =
                format!("{charm}actions: {{{actions}}}\nconfig: {{\"options\": {{{options}}}}}\n");
            fs::write(folder.join("charmcraft.yaml"), text).unwrap();
            return;
        }
        let options = format!("options: {{{options}}}\n");
        let type_alone = "type: charm\n".to_owned();
        for (file, text) in [
            ("charmcraft.yaml", type_alone),
            ("metadata.yaml", charm),
            ("actions.yaml", format!("{{{actions}}}\n")),
            ("config.yaml", options),
        ] {
            fs::write(folder.join(file), text).unwrap();
        }
    }

    fn charm(&self) -> String {
        let mut text = format!(
            "name: {}\nsummary: {}\ndescription: {1}\n",
            quoted(&self.name),
            quoted(&self.summary)
        );
        for (role, endpoints) in ["requires", "provides", "peers"]
            .iter()
            .zip(&self.endpoints)
        {
            let endpoints = section(endpoints.iter().map(|endpoint| {
                let mut keys = format!("\"interface\": {}", quoted(&endpoint.interface));
                if endpoint.served {
                    keys.push_str(", \"limit\": 1");
                }
                entry(&endpoint.is, &keys)
            }));
            writeln!(text, "{role}: {{{endpoints}}}").unwrap();
        }
        let storages = section(self.storages.iter().map(|storage| {
            let mut keys = "\"type\": filesystem".to_owned();
            if let Some(location) = &storage.location {
                write!(keys, ", \"location\": {}", quoted(location)).unwrap();
            }
            if let Some(range) = &storage.range {
                write!(keys, ", \"multiple\": {{\"range\": {}}}", quoted(range)).unwrap();
            }
            entry(&storage.is, &keys)
        }));
        let containers = section(
            self.containers
                .iter()
                .map(|container| entry(container, "\"uid\": 0")),
        );
        text + &format!("storage: {{{storages}}}\ncontainers: {{{containers}}}\n")
    }

    fn actions(&self) -> String {
        section(self.actions.iter().map(|action| {
            let params = section(action.params.iter().map(option));
            entry(&action.is, &format!("\"params\": {{{params}}}"))
        }))
    }
}

fn option(option: &Typed) -> String {
    let mut keys = format!("\"type\": {}", option.kind);
    if let Some(default) = &option.default {
        write!(keys, ", \"default\": {default}").unwrap();
    }
    entry(&option.is, &keys)
}

/// One declaration, in YAML's braces.
fn entry(is: &Declared, keys: &str) -> String {
    let (name, description) = (quoted(&is.name), quoted(&is.description));
    format!("{name}: {{\"description\": {description}, {keys}}}")
}

fn section(entries: impl Iterator<Item = String>) -> String {
    entries.collect::<Vec<_>>().join(", ")
}
