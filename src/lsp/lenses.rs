//! Lenses over objects and containers: what they have, and who names or selects them in the workspace.

use super::capabilities::SHOW_PLACES;
use super::decorations::{self, down};
use super::names::{locations, range};
use super::part::Snapshot;
use super::session::Session;
use super::setup::{self, Setup};
use super::types::*;
use super::workspace::Workspace;
use crate::index::Holder;
use crate::pod::symbols::{Key, Spot};
use crate::text::plural;

/// In a file of more objects, nobody is looked for who selects or names them.
const MOST: usize = 100;

/// So many objects are named in a title.
const NAMED: usize = 3;

/// A title with the places that it counts.
struct Lens {
    range: Range,
    title: String,
    places: Vec<Location>,
}

/// The lenses of a file.
pub fn lenses(session: &Session, documents: &[Snapshot]) -> Vec<CodeLens> {
    let mut all = within(documents);
    if let Some(setup) = documents.first().map(|document| &document.setup) {
        all.extend(across(&session.names(), &setup.uri).iter().map(|lens| shown(lens, setup)));
    }
    all
}

/// What the documents say by themselves.
pub fn within(documents: &[Snapshot]) -> Vec<CodeLens> {
    let Some(setup) = documents.first().map(|document| &document.setup) else { return vec![] };
    let lenses = decorations::of(documents).flat_map(|(of, line)| of.lenses.iter().map(move |lens| (lens, line)));
    let location = |range: &Range, line| Location { uri: setup.uri.clone(), range: down(*range, line) };
    let lens = |(lens, line): (&super::decorated::Lens, u32)| Lens {
        range: down(lens.range, line),
        title: lens.title.clone(),
        places: lens.places.iter().map(|range| location(range, line)).collect(),
    };
    lenses.map(|it| shown(&lens(it), setup)).collect()
}

/// Without a command to run, the title alone is shown.
fn shown(lens: &Lens, setup: &Setup) -> CodeLens {
    let runs = setup.client.shows_places;
    let arguments = runs.then(|| serde_json::json!([setup.uri, lens.range.start, lens.places]));
    let command = Command {
        title: lens.title.clone(),
        command: if runs { SHOW_PLACES.to_owned() } else { String::new() },
        arguments: arguments.and_then(|it| it.as_array().cloned()),
    };
    CodeLens { range: lens.range, command: Some(command), data: None }
}

/// What the workspace says of the objects of a file.
fn across(workspace: &Workspace, uri: &Uri) -> Vec<Lens> {
    let file = setup::key(uri);
    let objects: Vec<_> = workspace.index().objects_of(&file).take(MOST + 1).collect();
    if objects.len() > MOST {
        return vec![];
    }
    objects.into_iter().flat_map(|it| [selected(workspace, it), named(workspace, it)]).flatten().collect()
}

fn selected(workspace: &Workspace, of: Holder<'_>) -> Option<Lens> {
    of.object().pod_labels.as_ref()?;
    let by = workspace.index().selectors(of);
    let names: Vec<_> =
        by.iter().take(NAMED).map(|it| format!("{} {}", it.object().kind, it.object().name).trim_end().to_owned()).collect();
    let more = by.len().checked_sub(NAMED + 1).map_or(String::new(), |more| format!(" and {} more", more + 1));
    let location = |it: &Holder<'_>| Some(Location { uri: workspace.uri(it.file)?, range: range(it.spot()?) });
    lens(of.kind_spot(), format!("selected by {}{more}", names.join(", ")), by.iter().filter_map(location).collect())
}

fn named(workspace: &Workspace, of: Holder<'_>) -> Option<Lens> {
    let is_own = |key: &Key| matches!(key, Key::Object(kind, name) if **kind == *of.object().kind && *name == of.object().name);
    let own = of.hits().find(|it| it.site().is_definition && is_own(&it.site().key))?;
    let uses = workspace.index().uses(own);
    lens(of.kind_spot(), plural(uses.len(), "reference"), locations(workspace, &uses))
}

/// `None` where there is nothing to count.
fn lens(at: Option<Spot>, title: String, places: Vec<Location>) -> Option<Lens> {
    let range = range(at?);
    (!places.is_empty()).then_some(Lens { range, title, places })
}
