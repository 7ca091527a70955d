//! Semantic tokens: what the words of a manifest are, where the grammar of an editor sees strings only.

use std::collections::HashMap;

use crate::analysis::Document;
use crate::pod::image::Reference;
use crate::pod::refs::{self, Names};
use crate::pod::spec::Container;
use crate::pod::symbols::{Key, Spot};
use crate::pod::{Model, Object, Step, Symbols, Value, ValueId};
use crate::rules::Options;
use crate::schema::facts::Target;
use crate::schema::{KindInfo, Shape, Type, ty};
use crate::text::TextRange;
use crate::yaml::{self, Kind, Node, Scalar};

mod command;

/// A word of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it is; no two overlap. It may reach over several lines.
    pub range: TextRange,
    /// What it is.
    pub kind: TokenKind,
    /// What is done with a name.
    pub role: TokenRole,
}

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// The kind of an object.
    Type,
    /// The name of an object: its own, or that of another one.
    Object,
    /// The name of a container.
    Container,
    /// The name of a port.
    Port,
    /// The name of a volume, a resource claim or an environment variable; a variable of a script.
    Variable,
    /// One of the values that a field can have.
    EnumMember,
    /// A quantity, a schedule.
    Number,
    /// An image, without tag and digest.
    Image,
    /// The tag or digest of an image.
    Tag,
    /// A command of a script, or the program that a container runs.
    Command,
    /// A keyword of a script.
    Keyword,
    /// An operator of a script.
    Operator,
    /// Text in quotes in a script.
    String,
    /// A comment in a script.
    Comment,
    /// `$(NAME)`, which the kubelet replaces.
    Reference,
}

/// What is done with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRole {
    /// It is used.
    Use,
    /// It is defined.
    Definition,
    /// It is used and, for certain, not defined.
    Unresolved,
}

/// The tokens of a document, in the order of the text.
pub fn tokens(document: &Document, options: &Options) -> Vec<Token> {
    let model = document.model();
    let mut reader = Reader { tokens: vec![], names: HashMap::new(), is_whole: true };
    for object in model.objects() {
        reader.is_whole = options.holds_all_of(object);
        reader.object(object);
    }
    if model.objects().any(|object| !object.info().is_some_and(KindInfo::holds_pods)) {
        reader.names_across(model);
    }
    let mut tokens = reader.tokens;
    tokens.sort_by_key(|token| token.range);
    // Aliases read one text several times.
    let mut end = 0;
    tokens.retain(|token| {
        let is_next = token.range.start >= end && !token.range.is_empty();
        end = if is_next { token.range.end } else { end };
        is_next
    });
    tokens
}

struct Reader<'m> {
    tokens: Vec<Token>,
    names: HashMap<(ValueId, Target), (Names<'m>, bool)>,
    /// Whether no other layer of Kustomize adds names.
    is_whole: bool,
}

impl<'m> Reader<'m> {
    fn push(&mut self, range: TextRange, kind: TokenKind, role: TokenRole) {
        self.tokens.push(Token { range, kind, role });
    }

    fn object(&mut self, object: Object<'m>) {
        if let Some(kind) = object.kind().filter(|kind| is_text(*kind)) {
            self.push(kind.content_range(), TokenKind::Type, TokenRole::Use);
        }
        for value in object.values().filter(|value| value.is_sound()) {
            if is_text(value.written()) {
                self.scalar(value);
            } else if Container::new(value).is_some() || value.is_a(ty::EXEC_ACTION) {
                self.command(value);
            }
        }
    }

    /// The names of objects whose fields are not known, as the index has them.
    fn names_across(&mut self, model: &Model) {
        let place = |range: TextRange| Some(Spot { line: 0, start: range.start, end: range.end });
        for site in Symbols::of(model, &place).sites {
            let kind = match &site.key {
                Key::Object(..) => TokenKind::Object,
                Key::Entry("Service", _, port) | Key::Port(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) => TokenKind::Port,
                _ => continue,
            };
            let role = if site.is_definition { TokenRole::Definition } else { TokenRole::Use };
            self.push(TextRange { start: site.at.start, end: site.at.end }, kind, role);
        }
    }

    fn scalar(&mut self, value: Value<'m>) {
        let field = value.field().map_or("", |field| field.name);
        let parent = value.parent();
        let is_in = |owner: &Type| parent.is_some_and(|it| it.is_a(owner));
        if let Some(used) = refs::used(value) {
            let role = self.role(&used);
            self.name(value, kind_of(used.target), role);
        } else if field == "name"
            && let Some(kind) = defined(value)
        {
            self.name(value, kind, TokenRole::Definition);
        } else if matches!(value.shape(), Shape::Quantity) || field == "schedule" && is_in(ty::CRON_JOB_SPEC) {
            // Numbers have their colour from the grammar.
            if matches!(yaml::resolve(value.written()), Scalar::String) {
                self.name(value, TokenKind::Number, TokenRole::Use);
            }
        } else if field == "image" && parent.and_then(Container::new).is_some() || field == "reference" && is_in(ty::IMAGE_VOLUME_SOURCE) {
            self.image(value);
        } else if field == "value" && is_in(ty::ENV_VAR) || field == "subPathExpr" {
            self.references(value);
        } else if value.facts().closed && value.text().is_some_and(|text| value.facts().values.iter().any(|it| it.name == text)) {
            self.name(value, TokenKind::EnumMember, TokenRole::Use);
        }
    }

    fn name(&mut self, value: Value<'m>, kind: TokenKind, role: TokenRole) {
        self.push(value.written().content_range(), kind, role);
    }

    /// Whether a used name is defined, as far as that is certain.
    fn role(&mut self, used: &refs::Use<'m>) -> TokenRole {
        let Some(scope) = refs::scope(used.site, used.target) else { return TokenRole::Use };
        let is_whole = self.is_whole;
        let (names, is_complete) = self
            .names
            .entry((scope.id(), used.target))
            .or_insert_with(|| (Names::new(scope, used.target), is_whole && refs::is_complete(scope, used.target)));
        if *is_complete && names.get(&used.name).is_none() { TokenRole::Unresolved } else { TokenRole::Use }
    }

    /// The parts of an image reference.
    fn image(&mut self, value: Value<'m>) {
        let (range, Some(text)) = (value.written().content_range(), value.text()) else { return };
        let Some(reference) = Reference::parse(&text).filter(|_| range.len() == text.len()) else { return };
        let tail = reference.tag.map_or(0, |it| it.len() + 1) + reference.digest.map_or(0, |it| it.len() + 1);
        let at = |start: usize, end: usize| TextRange::new(range.start as usize + start, range.start as usize + end);
        let name = text.len() - tail;
        self.push(at(0, name), TokenKind::Image, TokenRole::Use);
        if tail > 0 {
            self.push(at(name + 1, text.len()), TokenKind::Tag, TokenRole::Use);
        }
    }
}

/// Whether it is a text that no template writes.
fn is_text(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Scalar(_)) && !node.has_template()
}

fn kind_of(target: Target) -> TokenKind {
    match target {
        Target::Volume | Target::PodResourceClaim => TokenKind::Variable,
        Target::Container => TokenKind::Container,
        Target::Port => TokenKind::Port,
        _ => TokenKind::Object,
    }
}

/// What the value of a `name` names.
fn defined(value: Value<'_>) -> Option<TokenKind> {
    if let Some(definition) = refs::defined(value) {
        return Some(kind_of(definition.target));
    }
    let parent = value.parent()?;
    let is_own =
        || parent.field().is_some_and(|it| it.name == "metadata") && matches!(parent.parent().map(Value::step), Some(Step::Object));
    if parent.is_a(ty::ENV_VAR) { Some(TokenKind::Variable) } else { is_own().then_some(TokenKind::Object) }
}

#[cfg(test)]
mod tests;
