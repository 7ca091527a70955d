//! The symbols of a file on disk.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use memchr::memmem;

use crate::analysis::Document;
use crate::index::Part;
use crate::pod::Symbols;
use crate::pod::symbols::Spot;
use crate::rules::Options;
use crate::text::{Encoding, Lines, TextRange};
use crate::yaml;

use super::is_kustomization;

/// A longer file is not searched for names, in bytes.
const LONGEST: u64 = 4 << 20;

/// The symbols of a file. Nothing of one that cannot be read, is too long, or holds no manifest.
pub fn read_symbols(path: &Path, options: &Options, encoding: Encoding) -> Vec<Part> {
    let text = read(path).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let is_manifest = memmem::find(text.as_bytes(), b"kind").is_some() || is_kustomization(path);
    if is_manifest { symbols(text.trim_start_matches('\u{feff}'), options, encoding) } else { vec![] }
}

fn read(path: &Path) -> Option<Vec<u8>> {
    // A pipe might never end.
    let metadata = fs::metadata(path).ok().filter(|it| it.is_file() && it.len() <= LONGEST)?;
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    fs::File::open(path).ok()?.take(LONGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The symbols of a text; those of documents that have none are left out.
pub fn symbols(text: &str, options: &Options, encoding: Encoding) -> Vec<Part> {
    let lines = Lines::new(text);
    let parts = yaml::split(text).into_iter().map(|part| {
        let first = lines.line_of(part.start as usize) as u32;
        let place = |range: TextRange| {
            let [start, end] = [range.start, range.end].map(|at| lines.position((part.start + at) as usize, encoding));
            let line = start.line as u32 - first;
            (start.line == end.line).then_some(Spot { line, start: start.column as u32, end: end.column as u32 })
        };
        let symbols = Symbols::of(Document::new(&text[part.span()], options).model(), &place);
        Part { line: first, symbols: Arc::new(symbols.finish(options.layers.is_patch())) }
    });
    parts.filter(|part| !part.symbols.objects.is_empty()).collect()
}
