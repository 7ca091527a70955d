//! What the thing under the cursor means: first what it does in this Pod, else what Kubernetes says of the field or value.

use crate::analysis::Document;
use crate::pod::Value;
use crate::rules::across;
use crate::rules::{Layers, Options};
use crate::schema::Release;
use crate::text::TextRange;
use crate::yaml::Kind;

use super::describe;

mod field;
mod image;
mod kind;
mod network;
mod probe;
mod reference;
mod restart;
mod runs;
mod static_pod;
mod storage;

/// A text for the thing under the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it speaks of, relative to the document.
    pub range: TextRange,
    /// Markdown.
    pub text: String,
}

/// What the cursor is on: the key or the scalar of a value.
#[derive(Clone, Copy)]
struct Spot<'m> {
    value: Value<'m>,
    on_key: bool,
    release: Release,
    /// Whether no other file adds to the object.
    is_whole: bool,
    /// Whether a kubelet reads the object from a file.
    is_static: bool,
}

/// Explains what is at `offset`.
pub fn hover(document: &Document, offset: usize, options: &Options) -> Option<Hover> {
    let text = document.text();
    let offset = after_dashes(text, offset.min(text.len()));
    let value = document.model().value_at(offset)?;
    let key = value.key().filter(|key| key.range().touches(offset));
    let written = value.written();
    let scalar = matches!(written.kind(), Kind::Scalar(_) | Kind::Alias) && written.range().touches(offset);
    let is_whole = options.layers == Layers::default() && !document.model().is_partial();
    let is_static = document.model().object(value.object()).is_some_and(|it| across::is_static(it, options));
    let spot = Spot { value, on_key: key.is_some(), release: options.release, is_whole, is_static };
    let range = match key {
        Some(key) => key.range(),
        None if scalar => value.range(),
        None => return None,
    };
    let text = network::text(spot)
        .or_else(|| storage::text(spot))
        .or_else(|| runs::text(spot))
        .or_else(|| image::text(spot))
        .or_else(|| restart::text(spot))
        .or_else(|| probe::text(spot))
        .or_else(|| reference::text(spot))
        .or_else(|| static_pod::text(spot))
        .or_else(|| kind::text(spot))
        .or_else(|| field::text(spot))?;
    Some(Hover { range, text })
}

/// On the dash of an item the item's first word is meant.
fn after_dashes(text: &str, mut offset: usize) -> usize {
    while let Some(rest) = text.get(offset..).and_then(|it| it.strip_prefix("- ")) {
        offset = text.len() - rest.trim_start_matches(' ').len();
    }
    offset
}

impl<'m> Spot<'m> {
    /// The name of the field whose key or value it is, or of whose list or map it is a part.
    fn holder(self) -> &'static str {
        self.value.holder().map_or("", |field| field.name)
    }

    /// The name of the struct that has the field.
    fn owner(self) -> &'static str {
        let field = std::iter::once(self.value).chain(self.value.ancestors()).find(|it| it.field().is_some());
        field.and_then(|it| it.parent()?.ty()).map_or("", |ty| ty.name)
    }

    /// A text on what a field does here, and what Kubernetes says of it in general.
    fn with_field(self, here: &str) -> String {
        match self.value.field() {
            Some(field) => {
                let holder = self.value.parent().and_then(|it| it.holder());
                format!("{}\n\n{here}\n\n{}", describe::headline(holder, field), describe::short(field.doc))
            }
            None => here.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
