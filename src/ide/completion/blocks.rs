//! Whole blocks of lines: a container, a probe, a volume, a complete manifest.

use crate::pod::Value;
use crate::schema::Type;

use super::slot::Reading;
use super::{Completion, CompletionKind, Context, rank};

mod table;

use table::{BLOCKS, Block, MANIFESTS};

/// The blocks for a struct that already has the fields `taken`: whole items where it is empty, else single fields with all that is below.
pub(super) fn of(context: &Context<'_>, within: Value<'_>, ty: &'static Type, taken: &[String]) -> Vec<Completion> {
    let is_object = within.parent().is_none();
    let manifests = MANIFESTS.iter().filter(|_| is_object && taken.is_empty());
    let fits = |block: &&Block| {
        let keys = block.keys();
        block.within == ty.name
            && keys.iter().all(|key| rank::is_possible(within, key))
            && keys.iter().all(|key| !taken.iter().any(|it| it == key))
            && (keys.len() == 1 || taken.is_empty())
    };
    manifests.chain(BLOCKS.iter().filter(fits)).map(|block| completion(block, context.reading)).collect()
}

/// The text of a block, by its key.
pub(super) fn documentation(key: &str) -> Option<String> {
    let label = key.strip_prefix("block/")?;
    let block = MANIFESTS.iter().chain(BLOCKS).find(|block| block.label == label)?;
    Some(format!("```yaml\n{}\n```", plain(block.body)))
}

fn completion(block: &Block, reading: &Reading) -> Completion {
    // Within another object there is no place for a second one.
    let body = block.body.split("\n---").next().filter(|_| reading.column() > 0).unwrap_or(block.body);
    let indented = |text: String| text.replace('\n', &format!("\n{}", " ".repeat(reading.column())));
    Completion {
        label: block.label.to_owned(),
        kind: CompletionKind::Block,
        detail: Some(block.detail.to_owned()),
        range: reading.token.word,
        new_text: indented(plain(body)),
        snippet: Some(indented(body.to_owned())),
        // After `ports:` Enter begins a line.
        filter: block.label.contains(':').then(|| block.label.replace(':', "")),
        goes_on: false,
        documentation: Some(format!("block/{}", block.label)),
    }
}

/// A snippet with its stops replaced by what they propose.
fn plain(snippet: &str) -> String {
    let mut text = String::new();
    let mut rest = snippet;
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        let (stop, following) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(stop.split_once(':').map_or("", |(_, proposal)| proposal));
        rest = following;
    }
    text + rest
}

impl Block {
    /// The keys at its first level.
    fn keys(&self) -> Vec<&'static str> {
        let lines = self.body.lines().filter(|line| !line.starts_with([' ', '-']));
        lines.filter_map(|line| Some(line.split_once(':')?.0)).collect()
    }
}
