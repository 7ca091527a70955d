//! Drivers that make something of any bytes and panic where something is wrong. `cargo fuzz` and the tests below run them.

use std::sync::Arc;

use super::capabilities::Client;
use super::connection::Message;
use super::decorations;
use super::file::File;
use super::frames::{Frame, Frames};
use super::lenses;
use super::setup::{Setup, Surroundings};
use super::types::{self, Diagnostic, SemanticTokens};
use crate::ide;
use crate::text::{Encoding, Lines, Position};
use crate::{diagnostic, yaml};

#[path = "../../tests/common/sound.rs"]
mod sound;

/// What the edits begin with, and take pieces of.
const MANIFESTS: [&str; 8] = [
    include_str!("../../examples/broken/volumes.yaml"),
    include_str!("../../examples/broken/nightly-report.yaml"),
    include_str!("../../examples/clean/sidecars.yaml"),
    include_str!("../../tests/fixtures/yaml/odd.yaml"),
    include_str!("../../tests/fixtures/yaml/chart.yaml"),
    include_str!("../../tests/fixtures/yaml/list.yaml"),
    include_str!("../../tests/fixtures/yaml/list.json"),
    "",
];

/// What people type, and what they should not.
const PIECES: [&str; 32] = [
    "a",
    "- ",
    ": ",
    "\n",
    "\n  ",
    "\n---\n",
    "\n...\n",
    "\r",
    "\r\n",
    "\t",
    "{",
    "}",
    "[",
    "]",
    "'",
    "\"",
    "#",
    "&a ",
    "*a",
    "<<: *a",
    "|\n",
    ">-\n",
    "{{ x }}",
    "é",
    "😀",
    "\0",
    "\u{feff}",
    "\u{2028}",
    "apiVersion: v1\nkind: Pod\n",
    "spec:\n  containers:\n  - name: a\n    image: b\n",
    "# podls: allow(port-clash)\n",
    "%YAML 1.2\n",
];

/// Of a client that shows all decorations.
const CAPABILITIES: &str = r#"{"textDocument": {"inlayHint": {}, "documentLink": {}, "codeLens": {}, "semanticTokens": {
    "requests": {"full": true}, "tokenTypes": ["type", "class", "struct", "variable", "function", "string"], "tokenModifiers": [],
    "formats": ["relative"]
}}}"#;

/// Takes bytes for the text of a file.
pub fn parser(data: &[u8]) {
    sound::check(&String::from_utf8_lossy(data));
}

/// Takes bytes for the input of the server, in pieces.
pub fn frames(data: &[u8]) {
    let mut frames = Frames::default();
    let size = data.first().map_or(1, |byte| usize::from(*byte) + 1);
    for piece in data.chunks(size) {
        frames.push(piece);
        while let Some(frame) = frames.next() {
            if let Frame::Body(body) = &frame {
                assert!(body.len() <= data.len());
            }
            let _ = Message::read(frame);
        }
    }
}

/// Takes bytes for edits of a file. After each, what is known of the file is what a fresh one would know.
pub fn edits(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let mut editing = Editing::new(MANIFESTS[usize::from(*first) % MANIFESTS.len()]);
    for edit in rest.chunks_exact(5) {
        let [a, b, cut, what, how] = *edit else { continue };
        editing.edit(usize::from(u16::from_le_bytes([a, b])), usize::from(cut), usize::from(what), how);
        editing.check();
    }
}

/// A file that is edited, beside the text that it should have.
struct Editing {
    setup: Arc<Setup>,
    file: File,
    text: String,
    at: usize,
}

impl Editing {
    fn new(text: &str) -> Self {
        let uri = "untitled:fuzz.yaml".parse().expect("a URI");
        let capabilities = serde_json::from_str(CAPABILITIES).expect("capabilities");
        let setup = Setup::new(uri, "yaml".into(), Client::new(&capabilities).into(), Surroundings::default());
        Editing { file: File::new(setup.clone(), 1, text), setup, text: text.to_owned(), at: 0 }
    }

    /// Replaces up to `cut` bytes at `at`, which is taken modulo the length, by the piece number `what`; `how` chooses rarer ways.
    fn edit(&mut self, at: usize, cut: usize, what: usize, how: u8) {
        let floor = |text: &str, mut at: usize| {
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = floor(&self.text, at % (self.text.len() + 1));
        // Most edits are small.
        let cut = if cut < 200 { cut % 4 } else { cut - 200 };
        let end = floor(&self.text, (start + cut).min(self.text.len()));
        let end = end.max(start);
        let manifest = MANIFESTS[what % MANIFESTS.len()];
        let new = match how {
            0..200 => PIECES[what % PIECES.len()].to_owned(),
            200..220 => String::new(),
            220..240 => manifest.lines().nth(at % manifest.lines().count().max(1)).unwrap_or_default().to_owned() + "\n",
            _ => floor_slice(&self.text, at / 2, 80).to_owned(),
        };
        let [from, to] = [start, end].map(|offset| Lines::new(&self.text).position(offset, Encoding::Utf16));
        // Between CR and LF there is no place.
        let splits = |at: usize| self.text[..at].ends_with('\r') && self.text[at..].starts_with('\n');
        if splits(start) || splits(end) {
            return;
        }
        // The text must stay small for a million edits.
        if self.text.len() > 4000 || how == 255 {
            self.text = manifest.to_owned();
            self.file.change(None, &self.text);
            self.at = 0;
            return;
        }
        self.text.replace_range(start..end, &new);
        self.file.change(Some(from..to), &new);
        self.at = start + new.len();
    }

    fn check(&mut self) {
        let file = &mut self.file;
        let everything = file.within(Position::default()..Position::new(usize::MAX, 0)).0;
        let first = everything.first().expect("a document");
        assert_eq!(first.text.slice(0..first.text.len()), self.text, "the text");
        let borders: Vec<_> = everything.iter().map(|it| it.range.clone()).collect();
        assert_eq!(borders, yaml::split(&self.text).iter().map(|it| it.span()).collect::<Vec<_>>(), "the documents of {:?}", self.text);

        let position = first.text.position(self.at, Encoding::Utf16);
        assert_eq!(position, Lines::new(&self.text).position(self.at, Encoding::Utf16), "a position in {:?}", self.text);
        let (at, offset) = file.at(position);
        let (piece, offset) = at.at(offset).unwrap_or_else(|| panic!("a panic, looking at {:?}", self.text));
        let document = &piece.document;
        sound::sound(document.tree());
        document.diagnostics().iter().for_each(|it| in_text(document.text(), it));
        let _ = ide::hover(document, offset, at.options()).map(|it| document.text()[it.range.span()].len());
        let mut others = everything.iter().flat_map(|it| it.pieces().map(|piece| piece.document));
        for completion in ide::completion(document, offset, at.options(), &mut others, &()) {
            assert!(document.text().get(completion.range.span()).is_some(), "{completion:?} in {:?}", document.text());
        }
        let analysis = at.analysis().expect("analysed");
        let text = at.text.slice(at.range.clone());
        analysis.diagnostics().iter().for_each(|(_, it)| in_text(&text, it));
        let _ = ide::fix_all(analysis);

        file.settle();
        let reported = reported(file);
        let mut fresh = File::new(self.setup.clone(), 1, &self.text);
        assert_eq!(reported, self::reported(&mut fresh), "the diagnostics of {:?}", self.text);
        assert_eq!(decorated(file), decorated(&fresh), "the decorations of {:?}", self.text);
    }
}

fn floor_slice(text: &str, at: usize, len: usize) -> &str {
    let mut chars = text.char_indices().skip(at % (text.len() + 1)).map(|(at, _)| at);
    let start = chars.next().unwrap_or(text.len());
    let end = chars.nth(len).unwrap_or(text.len());
    &text[start..end]
}

fn decorated(file: &File) -> serde_json::Value {
    let everything = file.within(Position::default()..Position::new(usize::MAX, 0)).0;
    let end = types::Position { line: u32::MAX, character: 0 };
    let hints = decorations::hints(&everything, types::Range { end, ..types::Range::default() });
    let tokens = SemanticTokens { result_id: None, data: decorations::tokens(&everything) };
    serde_json::json!([hints, tokens, decorations::links(&everything), lenses::within(&everything)])
}

fn reported(file: &mut File) -> Vec<Diagnostic> {
    loop {
        let work = file.work(usize::MAX);
        work.run();
        assert_eq!(work.failures().next(), None, "a panic");
        if file.learn(&work) {
            file.news(None);
            return file.reported().to_vec();
        }
    }
}

fn in_text(text: &str, it: &diagnostic::Diagnostic) {
    let edits = it.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.range);
    for range in it.related.iter().map(|it| it.range).chain(edits).chain([it.range]) {
        assert!(text.get(range.span()).is_some(), "{range:?} of {it:?} in {text:?}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_bytes_are_a_text(data in prop::collection::vec(any::<u8>(), 0..400)) {
            parser(&data);
        }

        #[test]
        fn any_bytes_are_edits(data in prop::collection::vec(any::<u8>(), 0..100)) {
            edits(&data);
        }

        #[test]
        fn any_bytes_are_frames(pieces in prop::collection::vec(piece(), 0..20)) {
            frames(&pieces.concat());
        }
    }

    fn piece() -> impl Strategy<Value = Vec<u8>> {
        let known = [
            &b"Content-Length: "[..],
            b"\r\n\r\n",
            b"\n",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\"}",
            b"40",
            b"-1",
            b"99999999999",
        ];
        prop_oneof![prop::sample::select(known.map(<[u8]>::to_vec).to_vec()), prop::collection::vec(any::<u8>(), 0..9)]
    }

    /// Random edits, one after the other, without end but for their number: `PODLS_SOAK=1000000 cargo test --release soak`.
    #[test]
    fn soak() {
        let edits = std::env::var("PODLS_SOAK").ok().and_then(|number| number.parse().ok()).unwrap_or(200);
        let seed = std::env::var("PODLS_SOAK_SEED").ok().and_then(|number| number.parse().ok()).unwrap_or(0x2545_F491_4F6C_DD1D_u64);
        let mut random = seed;
        // xorshift64*
        let mut next = || {
            random ^= random >> 12;
            random ^= random << 25;
            random ^= random >> 27;
            random.wrapping_mul(0x2545_F491_4F6C_DD1D)
        };
        let mut editing = Editing::new(MANIFESTS[0]);
        for done in 0..edits {
            let [a, b, c, d, e, f, ..] = next().to_be_bytes();
            if done % 100_000 == 0 {
                eprintln!("{done} edits");
            }
            editing.edit(usize::from(u16::from_le_bytes([a, b])), usize::from(c), usize::from(d) << 8 | usize::from(e), f);
            editing.check();
        }
    }
}
