//! A script as a tree: lists of commands, and what is nested in them.

use std::ops::Range;

use super::lex::Decoded;

/// Commands one after the other.
pub(super) type List = Vec<Item>;

/// Commands joined by `&&`, `||` and `|`, up to `;`, `&` or the end of the line.
#[derive(Debug)]
pub(super) struct Item {
    pub chain: Vec<Command>,
    /// Where the `&` ends that sends it to the background.
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
        /// One of the redirections gives it something to read.
        reads: bool,
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
        /// How often it runs, where the words say so.
        times: Option<usize>,
        body: List,
    },
    Function {
        name: String,
        body: Box<Command>,
    },
    /// `coproc`: its command runs in the background.
    Coprocess(Box<Command>),
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

/// Each command of a list and of what is nested in it. Nesting is bounded by the parser.
pub(super) fn each_command<'a>(list: &'a [Item], visit: &mut impl FnMut(&'a Command)) {
    for command in list.iter().flat_map(|it| &it.chain) {
        each_within(command, visit);
    }
}

fn each_within<'a>(command: &'a Command, visit: &mut impl FnMut(&'a Command)) {
    visit(command);
    match &command.shape {
        Shape::Simple { .. } | Shape::Test(_) => {}
        Shape::Group(list) | Shape::Subshell(list) | Shape::For { body: list, .. } => each_command(list, visit),
        Shape::While { condition, body, .. } => {
            each_command(condition, visit);
            each_command(body, visit);
        }
        Shape::If { conditions, branches, .. } => {
            each_command(conditions, visit);
            branches.iter().for_each(|it| each_command(it, visit));
        }
        Shape::Case { branches, .. } => branches.iter().for_each(|it| each_command(it, visit)),
        Shape::Function { body, .. } | Shape::Coprocess(body) => each_within(body, visit),
    }
}
