//! A script as a tree: lists of commands, and what is nested in them.

use std::ops::Range;

use super::lex::Decoded;

/// Commands one after the other.
pub(super) type List = Vec<Item>;

/// Commands joined by `&&`, `||` and `|`, up to `;`, `&` or the end of the line.
#[derive(Debug)]
pub(super) struct Item {
    pub chain: Vec<Command>,
    /// Where the `&` is that sends it to the background.
    pub background: Option<usize>,
    /// From the first command through the last one's redirections, without the separator.
    pub range: Range<usize>,
}

/// How a command is joined to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    First,
    And,
    Or,
    Pipe,
}

#[derive(Debug)]
pub(super) struct Command {
    pub join: Join,
    pub range: Range<usize>,
    pub shape: Shape,
}

#[derive(Debug)]
pub(super) enum Shape {
    /// Assignments, then words. Redirections are left out.
    Simple {
        assignments: Vec<Word>,
        words: Vec<Word>,
        redirected: bool,
    },
    /// `{ … }`
    Group(List),
    /// `( … )`
    Subshell(List),
    /// `if`: the conditions in one list; the branches; whether there is an `else`.
    If {
        conditions: List,
        branches: Vec<List>,
        exhaustive: bool,
    },
    /// `case`: the same, exhaustive with a `*)`.
    Case {
        branches: Vec<List>,
        exhaustive: bool,
    },
    While {
        until: bool,
        condition: List,
        body: List,
    },
    For {
        endless: bool,
        body: List,
    },
    Function {
        name: String,
        body: Box<Command>,
    },
    /// `[[ … ]]` and `(( … ))`; holds the text between.
    Test(String),
}

/// A word of a script.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub decoded: Decoded,
    pub range: Range<usize>,
}

/// A script that the fixes can work on.
pub(super) struct Script<'a> {
    pub word: usize,
    pub text: &'a str,
    pub list: List,
    pub line_bound: usize,
    /// Each `&>` that another shell of the same name reads otherwise, and where its target ends.
    pub ambiguous: Vec<(Range<usize>, usize)>,
}
