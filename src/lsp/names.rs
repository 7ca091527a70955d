//! Names across objects and files in LSP's words.

use std::path::Path;
use std::sync::Arc;

use super::capabilities::Client;
use super::session::Session;
use super::types::*;
use super::workspace::Workspace;
use crate::ide::{self, Lookup};
use crate::index::{Candidate, Hit, Holder};
use crate::pod::symbols::Spot;

/// So many symbols of a workspace are sent. The client asks again with each letter.
const MOST: usize = 512;

/// The names that the workspace defines, as seen from a file.
pub struct NamesAround<'s> {
    /// The session.
    pub session: &'s Session,
    /// The file.
    pub file: Arc<Path>,
}

impl NamesAround<'_> {
    fn named(&self, all: Vec<Candidate<'_>>) -> Vec<ide::Named> {
        let named = |it: Candidate<'_>| ide::Named {
            name: it.name.to_owned(),
            value: it.value.map(str::to_owned),
            file: it.seen_from(&self.file),
            is_only_used: !it.is_defined,
        };
        all.into_iter().map(named).collect()
    }
}

impl ide::Names for NamesAround<'_> {
    fn look_up(&self, wanted: Lookup<'_>, namespace: Option<&str>) -> Vec<ide::Named> {
        let (workspace, file) = (self.session.names(), &*self.file);
        let index = workspace.index();
        self.named(match wanted {
            Lookup::Objects(kind) => index.candidates(kind, file, namespace),
            Lookup::Entries(kind, name) => index.entries(kind, name, file, namespace),
            Lookup::Ports(selector) => index.ports(selector, file, namespace),
            Lookup::Labels => index.labels(file, namespace),
            Lookup::Images => index.images(file),
        })
    }
}

/// Where the cursor is, and where it leads.
pub struct Targets {
    /// The name at the cursor.
    pub origin: Range,
    /// Where it is defined.
    pub targets: Vec<Location>,
}

impl Targets {
    /// The answer that the client understands best; `None` if there is nothing to go to.
    pub fn answer(self, client: &Client) -> Option<GotoDefinitionResponse> {
        let Targets { origin, targets } = self;
        if targets.is_empty() {
            return None;
        }
        if !client.definition_links {
            return Some(GotoDefinitionResponse::Array(targets));
        }
        let link = |Location { uri, range }| LocationLink {
            origin_selection_range: Some(origin),
            target_uri: uri,
            target_range: range,
            target_selection_range: range,
        };
        Some(GotoDefinitionResponse::Link(targets.into_iter().map(link).collect()))
    }
}

/// Where the name at a place is defined.
pub fn targets(workspace: &Workspace, hit: Hit<'_>) -> Targets {
    let definitions = match hit.site().is_definition {
        true => vec![hit],
        false => workspace.index().definitions(hit),
    };
    Targets { origin: range(hit.spot()), targets: locations(workspace, &definitions) }
}

/// Where the name at a place is used and, if that is wanted, defined.
pub fn references(workspace: &Workspace, hit: Hit<'_>, with_definitions: bool) -> Vec<Location> {
    let found = workspace.index().find(hit);
    let definitions = if with_definitions { found.definitions } else { vec![] };
    locations(workspace, &[definitions, found.uses].concat())
}

/// The places of a name in its own file, to be marked.
pub fn highlights(workspace: &Workspace, hit: Hit<'_>) -> Vec<DocumentHighlight> {
    let found = workspace.index().find(hit);
    let mark = |kind| move |hit: &Hit<'_>| DocumentHighlight { range: range(hit.spot()), kind: Some(kind) };
    let is_here = |it: &&Hit<'_>| it.holder.file == hit.holder.file;
    let definitions = found.definitions.iter().filter(is_here).map(mark(DocumentHighlightKind::WRITE));
    definitions.chain(found.uses.iter().filter(is_here).map(mark(DocumentHighlightKind::READ))).collect()
}

/// Places in the workspace.
pub fn locations(workspace: &Workspace, hits: &[Hit<'_>]) -> Vec<Location> {
    // Those of a file come one after the other.
    let mut last: Option<(&Path, Option<Uri>)> = None;
    let mut uri = |file| match &last {
        Some((of, uri)) if *of == file => uri.clone(),
        _ => last.insert((file, workspace.uri(file))).1.clone(),
    };
    hits.iter().filter_map(|hit| Some(Location { uri: uri(&**hit.holder.file)?, range: range(hit.spot()) })).collect()
}

/// A place as the client counts.
pub fn range(Spot { line, start, end }: Spot) -> Range {
    Range { start: Position { line, character: start }, end: Position { line, character: end } }
}

/// The objects of a workspace whose kind or name has the letters of a query, in their order.
pub fn symbols(workspace: &Workspace, query: &str) -> Vec<SymbolInformation> {
    let fits = workspace.index().objects().filter(|it| !it.object().name.is_empty() && has_letters(*it, query));
    fits.take(MOST).filter_map(|it| symbol(workspace, it)).collect()
}

#[allow(deprecated, reason = "the field has no default")]
fn symbol(workspace: &Workspace, it: Holder<'_>) -> Option<SymbolInformation> {
    let object = it.object();
    let file = it.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let container = object.namespace.as_deref().map(str::to_owned).into_iter().chain(file).collect::<Vec<_>>().join("/");
    Some(SymbolInformation {
        name: format!("{} {}", object.kind, object.name),
        kind: SymbolKind::CLASS,
        tags: None,
        deprecated: None,
        location: Location { uri: workspace.uri(it.file)?, range: range(it.spot()?) },
        container_name: Some(container),
    })
}

fn has_letters(it: Holder<'_>, query: &str) -> bool {
    let object = it.object();
    let mut letters = object.kind.bytes().chain([b' ']).chain(object.name.bytes());
    query.bytes().filter(|letter| *letter != b' ').all(|wanted| letters.any(|letter| letter.eq_ignore_ascii_case(&wanted)))
}
