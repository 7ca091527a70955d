//! Another name for an object, in all files of the workspace.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::super::names::range;
use super::super::session::Session;
use super::super::types::*;
use super::super::workspace::{Reader, Workspace};
use crate::index::Hit;
use crate::pod::names::{self, Checked};
use crate::pod::symbols::{Key, Written};
use crate::yaml::{self, Scalar};

/// What the API server says of a name.
type Check = fn(&str) -> Checked;

/// The kinds whose objects can be renamed.
const KINDS: [(&str, Check); 5] = [
    ("ConfigMap", names::dns_subdomain),
    ("PersistentVolumeClaim", names::dns_subdomain),
    ("Secret", names::dns_subdomain),
    ("Service", service_name),
    ("ServiceAccount", names::dns_subdomain),
];

fn service_name(name: &str) -> Checked {
    match name.bytes().next().is_some_and(|first| first.is_ascii_digit()) {
        true => Err("the name of a Service must not begin with a digit".to_owned()),
        false => names::dns_label(name),
    }
}

/// The name at a place; `None` where there is none that can be changed. The error says why that cannot be done.
pub fn prepare(session: &Session, file: &Path, position: Position) -> Option<Result<PrepareRenameResponse, String>> {
    let answer = {
        let workspace = session.names();
        let hit = workspace.index().at(file, position.line, position.character)?;
        if let Some(definition) = definition_of_port(&workspace, hit) {
            let Key::Port(name) = &hit.site().key else { return None };
            let answer = PrepareRenameResponse::RangeWithPlaceholder { range: range(hit.spot()), placeholder: name.to_string() };
            return Some(definition.map(|_| answer));
        }
        let (_, name, _) = renamable(hit)?;
        PrepareRenameResponse::RangeWithPlaceholder { range: range(hit.spot()), placeholder: name.to_owned() }
    };
    Some(with_places(session, file, position, None, |_, _| answer))
}

/// The edits that give the object at a place another name. The error says why that cannot be done.
pub fn rename(session: &Session, file: &Path, position: Position, new: &str) -> Result<WorkspaceEdit, String> {
    let with_versions = session.client().document_changes;
    with_places(session, file, position, Some(new), |workspace, hits| edit(workspace, &hits, new, with_versions))
}

/// What is made of all places of the name at a place, if all can be changed.
fn with_places<T>(
    session: &Session,
    file: &Path,
    position: Position,
    new: Option<&str>,
    make: impl FnOnce(&Workspace, Vec<Hit<'_>>) -> T,
) -> Result<T, String> {
    let mut workspace = session.names();
    let reader = session.reader();
    let nothing = || "there is no name here that podls can change".to_owned();
    let at = |workspace: &Workspace| {
        let hit = workspace.index().at(file, position.line, position.character)?;
        renamable(hit).map(|(kind, name, check)| (kind, name.to_owned(), check))
    };
    let (kind, name, check) = at(&workspace).ok_or_else(nothing)?;
    if let Some(new) = new {
        check(new).map_err(|words| format!("{new:?} cannot be the name of a {kind}: {words}"))?;
    }
    if !workspace.is_complete && !reader.roots.is_empty() {
        return Err("podls is still reading the workspace; try again in a moment".to_owned());
    }
    let files = workspace.index().naming(&name).to_vec();
    workspace.read_again(&files, &reader);
    let hit = workspace.index().at(file, position.line, position.character).ok_or_else(nothing)?;
    let places = places(&workspace, hit, kind, &name, new.unwrap_or(&name))?;
    places.iter().try_for_each(|hit| may_edit(&workspace, *hit, file, &reader))?;
    Ok(make(&workspace, places))
}

/// Where the container defines the port that a Service or another object looks for at a place by its name. The error says why it cannot
/// be renamed there.
pub fn port_definition(session: &Session, file: &Path, position: Position) -> Option<Result<(Uri, Position), String>> {
    let workspace = session.names();
    let hit = workspace.index().at(file, position.line, position.character)?;
    definition_of_port(&workspace, hit)
}

fn definition_of_port(workspace: &Workspace, hit: Hit<'_>) -> Option<Result<(Uri, Position), String>> {
    let Key::Port(name) = &hit.site().key else { return None };
    if hit.site().is_definition || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let definitions = workspace.index().definitions(hit);
    let [definition] = definitions[..] else {
        let files: Vec<_> = definitions.iter().map(|it| shown(it.holder.file)).collect();
        return (!files.is_empty()).then(|| Err(format!("port {name:?} is defined more than once: in {}", files.join(", "))));
    };
    Some(match (workspace.version(definition.holder.file), workspace.uri(definition.holder.file)) {
        (Some(_), Some(uri)) => Ok((uri, range(definition.spot()).start)),
        _ => Err(format!("open {} to rename its port {name:?}", shown(definition.holder.file))),
    })
}

/// The edits that give the port which a container defines at a place another name in Services and other objects that look for it.
pub fn rename_port(session: &Session, file: &Path, position: Position, new: &str) -> Result<WorkspaceEdit, String> {
    let reader = session.reader();
    let mut workspace = session.names();
    let files: Vec<_> = port_uses(&workspace, file, position).iter().map(|it| it.holder.file.clone()).collect();
    workspace.read_again(&files, &reader);
    let uses = port_uses(&workspace, file, position);
    for hit in &uses {
        if workspace.index().definitions(*hit).len() > 1 {
            return Err(format!("{} names the port of other Pods too", shown(hit.holder.file)));
        }
        may_edit(&workspace, *hit, file, &reader)?;
    }
    Ok(edit(&workspace, &uses, new, session.client().document_changes))
}

fn port_uses<'w>(workspace: &'w Workspace, file: &Path, position: Position) -> Vec<Hit<'w>> {
    let hit = workspace.index().at(file, position.line, position.character);
    let port = hit.filter(|it| it.site().is_definition && matches!(it.site().key, Key::Port(_)));
    port.map(|it| workspace.index().uses(it)).unwrap_or_default()
}

/// Both edits as one.
pub fn joined(mut edit: WorkspaceEdit, more: WorkspaceEdit) -> WorkspaceEdit {
    for (uri, edits) in more.changes.into_iter().flatten() {
        edit.changes.get_or_insert_default().entry(uri).or_default().extend(edits);
    }
    if let (Some(DocumentChanges::Edits(all)), Some(DocumentChanges::Edits(more))) = (&mut edit.document_changes, more.document_changes) {
        for change in more {
            match all.iter_mut().find(|it| it.text_document.uri == change.text_document.uri) {
                Some(same) => same.edits.extend(change.edits),
                None => all.push(change),
            }
        }
    }
    edit
}

/// Kind, name, and what is said of a new name.
fn renamable(hit: Hit<'_>) -> Option<(&'static str, &str, Check)> {
    let Key::Object(kind, name) = &hit.site().key else { return None };
    let (_, check) = KINDS.iter().find(|(it, _)| it == kind)?;
    Some((kind, name, *check))
}

/// All places of a name that is defined once.
fn places<'w>(workspace: &'w Workspace, hit: Hit<'w>, kind: &str, name: &str, new: &str) -> Result<Vec<Hit<'w>>, String> {
    let index = workspace.index();
    let found = index.find(hit);
    let [definition] = found.definitions[..] else {
        let files: Vec<_> = found.definitions.iter().map(|it| shown(it.holder.file)).collect();
        return Err(match files.is_empty() {
            true => format!("no {kind} \"{name}\" is defined in the files of this workspace"),
            false => format!("{kind} \"{name}\" is defined more than once: in {}", files.join(", ")),
        });
    };
    let is_neighbour = |it: &Hit<'_>| it.namespace() == definition.namespace() || it.holder.file == definition.holder.file;
    if name != new
        && let Some(other) = index.defined(kind, new).into_iter().find(is_neighbour)
    {
        return Err(format!("there is a {kind} \"{new}\" already, in {}", shown(other.holder.file)));
    }
    if let Some(unsure) = found.uses.iter().find(|it| index.definitions(**it).len() > 1) {
        return Err(format!("{} may mean another {kind} \"{name}\"", shown(unsure.holder.file)));
    }
    Ok([found.definitions, found.uses].concat())
}

/// Why a place must not be edited.
fn may_edit(workspace: &Workspace, hit: Hit<'_>, from: &Path, reader: &Reader) -> Result<(), String> {
    let file = hit.holder.file;
    let name = if **file == *from { "this file".to_owned() } else { shown(file) };
    let is_open = workspace.version(file).is_some();
    let reason = if hit.holder.is_template() {
        "is a template; what it writes may use the name too"
    } else if hit.holder.object().is_generated || hit.site().written == Written::Otherwise {
        "writes the name in a form that podls does not change"
    } else if !reader.project.options_for(file).options.layers.changes_nothing() {
        "is part of a kustomization that may use the name elsewhere; change it in all of its files"
    } else if fs::metadata(file).is_ok_and(|it| it.permissions().readonly()) {
        "is read-only"
    } else if !is_open && !file.is_file() {
        "cannot be read"
    } else {
        return Ok(());
    };
    Err(format!("{name} {reason}"))
}

fn edit(workspace: &Workspace, hits: &[Hit<'_>], new: &str, with_versions: bool) -> WorkspaceEdit {
    let mut files: BTreeMap<&Arc<Path>, Vec<TextEdit>> = BTreeMap::new();
    for hit in hits {
        let new_text = match hit.site().written {
            Written::Plain if !is_text(new) => format!("\"{new}\""),
            _ => new.to_owned(),
        };
        files.entry(hit.holder.file).or_default().push(TextEdit { range: range(hit.spot()), new_text });
    }
    let files = files.into_iter().filter_map(|(file, edits)| Some((workspace.uri(file)?, workspace.version(file), edits)));
    if !with_versions {
        return WorkspaceEdit { changes: Some(files.map(|(uri, _, edits)| (uri, edits)).collect()), ..WorkspaceEdit::default() };
    }
    let changes = files.map(|(uri, version, edits)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    });
    WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(changes.collect())), ..WorkspaceEdit::default() }
}

/// Whether YAML reads it as a text where it is written without quotes.
fn is_text(new: &str) -> bool {
    yaml::parse(new).root().is_some_and(|root| yaml::resolve(root) == Scalar::String)
}

fn shown(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}
