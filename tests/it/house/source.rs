//! The modules of `src/` as syn reads them: what each defines, what it re-exports, what it uses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, UseTree, Visibility};

/// A path of names below the crate, such as `["store", "buffer"]`.
pub(crate) type ModulePath = Vec<String>;

/// All modules of a program or library, by their paths.
pub(crate) struct Source {
    pub(crate) modules: BTreeMap<ModulePath, Module>,
}

#[derive(Default)]
pub(crate) struct Module {
    pub(crate) file: PathBuf,
    /// The module is part of what users see, if its parents are.
    pub(crate) is_public: bool,
    pub(crate) items: BTreeMap<String, Defined>,
    pub(crate) imports: Vec<Import>,
    /// Paths in the code, as they are written, and single names that the code uses.
    pub(crate) paths: BTreeSet<Vec<String>>,
    /// The types that have inherent `impl` blocks here, by their paths as written.
    pub(crate) inherent: BTreeSet<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Defined {
    pub(crate) is_type: bool,
    pub(crate) is_public: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Import {
    /// The name here; `*` for all.
    pub(crate) name: String,
    pub(crate) path: Vec<String>,
    pub(crate) is_public: bool,
    /// Any visibility at all: a re-export for other modules.
    pub(crate) is_reexport: bool,
}

impl Source {
    /// Reads a program or library from its first file.
    pub(crate) fn read(root: &Path, first: &str) -> Self {
        let mut source = Self {
            modules: BTreeMap::new(),
        };
        let path = root.join(first);
        let folder = path.parent().unwrap().to_owned();
        source.file(root, &path, &folder, Vec::new(), true);
        source
    }

    fn file(&mut self, root: &Path, file: &Path, folder: &Path, at: ModulePath, is_public: bool) {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let parsed: File = syn::parse_file(&text).unwrap();
        self.module(root, file, folder, at, is_public, &parsed.items);
    }

    fn module(
        &mut self,
        root: &Path,
        file: &Path,
        folder: &Path,
        at: ModulePath,
        is_public: bool,
        items: &[Item],
    ) {
        let mut module = Module {
            file: file.strip_prefix(root).unwrap().to_owned(),
            is_public,
            ..Module::default()
        };
        for item in items.iter().filter(|item| !is_for_tests(attributes(item))) {
            if let Item::Mod(inner) = item {
                let name = inner.ident.to_string();
                let path: Vec<_> = at.iter().cloned().chain([name.clone()]).collect();
                let is_public = seen_by_users(&inner.vis, &inner.attrs);
                let below = folder.join(&name);
                if let Some((_, items)) = &inner.content {
                    self.module(root, file, &below, path, is_public, items);
                } else {
                    let inner_file = file_of(&inner.attrs, file, folder, &name);
                    self.file(root, &inner_file, &below, path, is_public);
                }
            } else {
                module.add(item);
            }
        }
        self.modules.insert(at, module);
    }

    /// The module that defines what `path` names when `from` writes it, and its name there.
    pub(crate) fn resolve(
        &self,
        from: &ModulePath,
        path: &[String],
    ) -> Option<(ModulePath, String)> {
        self.resolve_within(from, path, 16)
    }

    fn resolve_within(
        &self,
        from: &ModulePath,
        path: &[String],
        steps: u32,
    ) -> Option<(ModulePath, String)> {
        let steps = steps.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        let (mut at, mut rest) = match first.as_str() {
            "crate" => (Vec::new(), rest),
            "self" => (from.clone(), rest),
            "super" => (from.split_last()?.1.to_vec(), rest),
            _ => (from.clone(), path),
        };
        loop {
            let (name, after) = rest.split_first()?;
            if name == "super" {
                at.pop()?;
                rest = after;
                continue;
            }
            let below: Vec<_> = at.iter().cloned().chain([name.clone()]).collect();
            if self.modules.contains_key(&below) {
                at = below;
                rest = after;
                if rest.is_empty() {
                    return Some((at, String::new()));
                }
                continue;
            }
            let module = self.modules.get(&at)?;
            if module.items.contains_key(name) {
                return Some((at, name.clone()));
            }
            let same = module.imports.iter().filter(|import| import.name == *name);
            let globs = module.imports.iter().filter(|import| import.name == "*");
            for import in same {
                // A name that imports itself (`use x::x`) would be looked up for ever.
                if import.path.first() != Some(name) || import.path.len() > 1 {
                    let path: Vec<_> = import.path.iter().chain(after).cloned().collect();
                    if let Some(found) = self.resolve_within(&at, &path, steps) {
                        return Some(found);
                    }
                }
            }
            for import in globs {
                let path: Vec<_> = import.path.iter().chain(rest).cloned().collect();
                if let Some(found) = self.resolve_within(&at, &path, steps) {
                    return Some(found);
                }
            }
            return None;
        }
    }

    /// The files whose definitions each file uses.
    pub(crate) fn arrows(&self) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
        let mut arrows = BTreeMap::<_, BTreeSet<_>>::new();
        for (at, module) in &self.modules {
            let used = module.imports.iter().filter(|import| {
                // A re-export alone uses nothing; an import may be a trait, which no path names.
                !import.is_reexport || module.paths.iter().any(|path| path[0] == import.name)
            });
            // `use super::frame` for `frame::Head` uses what the paths name.
            let used = used.map(|import| &import.path).filter(|path| {
                let found = self.resolve(at, path);
                found.is_some_and(|(_, name)| !name.is_empty())
            });
            let used = used.chain(&module.paths);
            let to = arrows.entry(module.file.clone()).or_default();
            for path in used {
                if let Some((home, name)) = self.resolve(at, path) {
                    let file = &self.modules[&home].file;
                    // A single name that is a module's too is a variable.
                    let is_variable = path.len() == 1 && name.is_empty();
                    if *file != module.file && !is_variable {
                        to.insert(file.clone());
                    }
                }
            }
        }
        arrows
    }
}

impl Module {
    fn add(&mut self, item: &Item) {
        match item {
            Item::Use(item) => {
                let is_reexport = !matches!(item.vis, Visibility::Inherited);
                let is_public = seen_by_users(&item.vis, &item.attrs);
                let first = self.imports.len();
                leaves(&item.tree, &mut Vec::new(), &mut self.imports);
                for import in &mut self.imports[first..] {
                    import.is_public = is_public;
                    import.is_reexport = is_reexport;
                }
                return;
            }
            Item::Impl(block) if block.trait_.is_none() => {
                if let syn::Type::Path(path) = &*block.self_ty {
                    self.inherent.insert(names_of(&path.path));
                }
            }
            _ => {}
        }
        if let Some((name, is_type, visibility)) = definition(item) {
            let is_public = seen_by_users(visibility, attributes(item));
            self.items.insert(name, Defined { is_type, is_public });
        }
        Paths(&mut self.paths).visit_item(item);
    }
}

/// What an item defines: its name, whether that is a type, and who sees it.
fn definition(item: &Item) -> Option<(String, bool, &Visibility)> {
    let (name, is_type, visibility) = match item {
        Item::Struct(it) => (&it.ident, true, &it.vis),
        Item::Enum(it) => (&it.ident, true, &it.vis),
        Item::Trait(it) => (&it.ident, true, &it.vis),
        Item::Type(it) => (&it.ident, true, &it.vis),
        Item::Union(it) => (&it.ident, true, &it.vis),
        Item::Fn(it) => (&it.sig.ident, false, &it.vis),
        Item::Const(it) => (&it.ident, false, &it.vis),
        Item::Static(it) => (&it.ident, false, &it.vis),
        _ => return None,
    };
    Some((name.to_string(), is_type, visibility))
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Trait(it) => &it.attrs,
        Item::Type(it) => &it.attrs,
        Item::Union(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        _ => &[],
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute
                    .parse_args::<syn::Ident>()
                    .is_ok_and(|condition| condition == "test")
    })
}

fn seen_by_users(visibility: &Visibility, attributes: &[Attribute]) -> bool {
    let is_hidden = attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|word| word == "hidden")
    });
    matches!(visibility, Visibility::Public(_)) && !is_hidden
}

/// Where `mod name;` finds its text.
fn file_of(attributes: &[Attribute], from: &Path, folder: &Path, name: &str) -> PathBuf {
    for attribute in attributes {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("path")
            && let syn::Expr::Lit(literal) = &pair.value
            && let syn::Lit::Str(text) = &literal.lit
        {
            return from
                .with_file_name("")
                .join(text.value())
                .canonicalize()
                .unwrap();
        }
    }
    let beside = folder.join(format!("{name}.rs"));
    if beside.exists() {
        beside
    } else {
        folder.join(name).join("mod.rs")
    }
}

/// The names that a `use` brings in.
fn leaves(tree: &UseTree, path: &mut Vec<String>, found: &mut Vec<Import>) {
    let mut add = |name: String, path: Vec<String>| {
        found.push(Import {
            name,
            path,
            is_public: false,
            is_reexport: false,
        });
    };
    match tree {
        UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            leaves(&inner.tree, path, found);
            path.pop();
        }
        UseTree::Name(leaf) if leaf.ident == "self" => {
            add(path.last().cloned().unwrap_or_default(), path.clone());
        }
        UseTree::Name(leaf) => {
            let name = leaf.ident.to_string();
            let path = path.iter().cloned().chain([name.clone()]).collect();
            add(name, path);
        }
        UseTree::Rename(leaf) => {
            let mut path = path.clone();
            if leaf.ident != "self" {
                path.push(leaf.ident.to_string());
            }
            add(leaf.rename.to_string(), path);
        }
        UseTree::Glob(_) => add("*".to_owned(), path.clone()),
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, path, found);
            }
        }
    }
}

fn names_of(path: &syn::Path) -> Vec<String> {
    let names = path.segments.iter();
    names.map(|segment| segment.ident.to_string()).collect()
}

struct Paths<'a>(&'a mut BTreeSet<Vec<String>>);

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.insert(names_of(path));
        visit::visit_path(self, path);
    }

    /// The arguments of a macro are tokens: every name and path among them counts.
    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let text = call.tokens.to_string().replace(" :: ", "::");
        let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        for word in words.filter(|word| !word.is_empty() && !word.starts_with(char::is_numeric)) {
            let names = word
                .split("::")
                .map(str::to_owned)
                .filter(|name| !name.is_empty());
            self.0.insert(names.collect());
        }
        self.0.remove(&Vec::new());
        visit::visit_macro(self, call);
    }
}
