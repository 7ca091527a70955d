//! Semantic tokens in LSP's words.

use super::types::*;
use crate::ide::{Token, TokenKind, TokenRole};

/// What a client wants of them, and what is offered.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    legend: SemanticTokensLegend,
    full: Option<SemanticTokensFullOptions>,
    range: bool,
}

/// A token on one line.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// Its line.
    pub line: u32,
    /// Its first column.
    pub start: u32,
    /// The column after its last one.
    pub end: u32,
    token_type: u32,
    modifiers: u32,
}

impl Word {
    /// The same word so many lines further down.
    pub fn down(self, lines: u32) -> Word {
        Word { line: self.line + lines, ..self }
    }
}

/// What names have that are not defined, for clients that know it: no standard modifier says that.
const UNRESOLVED: SemanticTokenModifier = SemanticTokenModifier::new("unresolved");

impl Offer {
    /// `None` for a client that would show them wrongly: with other formats, or with our few tokens as its only colours.
    pub fn new(client: &SemanticTokensClientCapabilities) -> Option<Self> {
        if !client.formats.contains(&TokenFormat::RELATIVE) || client.augments_syntax_tokens == Some(false) {
            return None;
        }
        let types = KINDS.into_iter().map(token_type).filter(|it| client.token_types.contains(it));
        let mut token_types: Vec<SemanticTokenType> = vec![];
        types.for_each(|it| {
            if !token_types.contains(&it) {
                token_types.push(it)
            }
        });
        let modifiers = [SemanticTokenModifier::DEFINITION, UNRESOLVED].into_iter();
        let token_modifiers = modifiers.filter(|it| client.token_modifiers.contains(it)).collect();
        let full = match &client.requests.full {
            Some(SemanticTokensFullOptions::Bool(false)) | None => None,
            Some(SemanticTokensFullOptions::Delta { delta: Some(true) }) => Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
            Some(_) => Some(SemanticTokensFullOptions::Bool(true)),
        };
        let legend = SemanticTokensLegend { token_types, token_modifiers };
        let offer = Offer { legend, full, range: client.requests.range == Some(true) };
        (offer.full.is_some() || offer.range).then_some(offer)
    }

    /// As `initialize` answers it.
    pub fn options(&self) -> SemanticTokensServerCapabilities {
        let (legend, full) = (self.legend.clone(), self.full.clone());
        SemanticTokensOptions { legend, full, range: self.range.then_some(true), ..Default::default() }.into()
    }

    /// A token on one line; `None` where the client has no name for it.
    pub fn word(&self, token: &Token, line: u32, start: u32, end: u32) -> Option<Word> {
        let wanted = token_type(token.kind);
        let token_type = self.legend.token_types.iter().position(|it| *it == wanted)? as u32;
        let bit = |wanted: SemanticTokenModifier| self.legend.token_modifiers.iter().position(|it| *it == wanted).map(|at| 1 << at);
        let modifiers = match token.role {
            TokenRole::Use => 0,
            TokenRole::Definition => bit(SemanticTokenModifier::DEFINITION).unwrap_or_default(),
            // Else what leads nowhere would look like any other name.
            TokenRole::Unresolved => bit(UNRESOLVED)?,
        };
        Some(Word { line, start, end, token_type, modifiers })
    }
}

const KINDS: [TokenKind; 15] = [
    TokenKind::Type,
    TokenKind::Object,
    TokenKind::Container,
    TokenKind::Port,
    TokenKind::Variable,
    TokenKind::EnumMember,
    TokenKind::Number,
    TokenKind::Image,
    TokenKind::Tag,
    TokenKind::Command,
    TokenKind::Keyword,
    TokenKind::Operator,
    TokenKind::String,
    TokenKind::Comment,
    TokenKind::Reference,
];

/// Standard types only, which every theme colours.
fn token_type(kind: TokenKind) -> SemanticTokenType {
    match kind {
        TokenKind::Type => SemanticTokenType::TYPE,
        TokenKind::Object => SemanticTokenType::CLASS,
        TokenKind::Container => SemanticTokenType::STRUCT,
        TokenKind::Port => SemanticTokenType::INTERFACE,
        TokenKind::Variable => SemanticTokenType::VARIABLE,
        TokenKind::EnumMember | TokenKind::Tag => SemanticTokenType::ENUM_MEMBER,
        TokenKind::Number => SemanticTokenType::NUMBER,
        TokenKind::Image => SemanticTokenType::NAMESPACE,
        TokenKind::Command => SemanticTokenType::FUNCTION,
        TokenKind::Keyword => SemanticTokenType::KEYWORD,
        TokenKind::Operator => SemanticTokenType::OPERATOR,
        TokenKind::String => SemanticTokenType::STRING,
        TokenKind::Comment => SemanticTokenType::COMMENT,
        TokenKind::Reference => SemanticTokenType::MACRO,
    }
}

/// Words in the order of the text, each relative to the one before.
pub fn encode(words: impl Iterator<Item = Word>) -> Vec<SemanticToken> {
    let (mut line, mut start) = (0, 0);
    let relative = words.map(|word| {
        let delta_line = word.line - line;
        let delta_start = if delta_line == 0 { word.start - start } else { word.start };
        (line, start) = (word.line, word.start);
        let length = word.end - word.start;
        SemanticToken { delta_line, delta_start, length, token_type: word.token_type, token_modifiers_bitset: word.modifiers }
    });
    relative.collect()
}

/// How many numbers a token is.
const NUMBERS: usize = 5;

/// The edits that make the old tokens the new ones.
pub fn difference(old: &[SemanticToken], new: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let before = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[before..], &new[before..]);
    let after = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[..old.len() - after], &new[..new.len() - after]);
    if old.is_empty() && new.is_empty() {
        return vec![];
    }
    let (start, delete_count) = ((before * NUMBERS) as u32, (old.len() * NUMBERS) as u32);
    vec![SemanticTokensEdit { start, delete_count, data: (!new.is_empty()).then(|| new.to_vec()) }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_make_the_new_tokens() {
        let tokens = |starts: &[u32]| -> Vec<SemanticToken> {
            starts.iter().map(|start| SemanticToken { delta_start: *start, ..SemanticToken::default() }).collect()
        };
        for (old, new) in [
            (&[][..], &[][..]),
            (&[1, 2], &[1, 2]),
            (&[1, 2, 3], &[1, 3]),
            (&[1, 3], &[1, 2, 3]),
            (&[1, 1, 1], &[1, 1]),
            (&[1], &[]),
            (&[], &[1]),
            (&[1, 2, 3], &[4, 5]),
        ] {
            let (mut tokens_now, new) = (tokens(old), tokens(new));
            for edit in difference(&tokens_now, &new) {
                let (start, end) = (edit.start as usize / NUMBERS, (edit.start + edit.delete_count) as usize / NUMBERS);
                tokens_now.splice(start..end, edit.data.unwrap_or_default());
            }
            assert_eq!(tokens_now, new);
        }
    }
}
