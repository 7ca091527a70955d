//! Collections across the branches of a template: what follows `else` or `end` may continue what was open at the `if`.

use super::super::parser::{Frame, Parser, State};
use super::super::tree::NONE;
use super::lex::{Action, ActionKind};

/// Where a block of a template begins, changes its branch, or ends.
#[derive(Clone, Copy, Debug)]
pub(in crate::yaml) struct Mark {
    at: u32,
    kind: ActionKind,
}

/// The marks among the actions of a text.
pub(super) fn marks(actions: &[Action]) -> Vec<Mark> {
    let is_mark = |it: &&Action| !matches!(it.kind, ActionKind::Print { .. } | ActionKind::Silent);
    actions.iter().filter(is_mark).map(|it| Mark { at: it.range.start, kind: it.kind }).collect()
}

/// The blocks that are open where the parser is.
#[derive(Debug, Default)]
pub(in crate::yaml) struct Arms {
    /// The number of the next mark.
    next: usize,
    open: Vec<Vec<Opened>>,
    /// What the text after an `else` may continue; that after an `end` only if it does not continue the branch before.
    pending: Option<Vec<Opened>>,
    is_end: bool,
}

/// A collection that was open at the start of a block.
#[derive(Clone, Copy, Debug)]
struct Opened {
    frame: Frame,
    /// Its last child at that time.
    last: u32,
}

impl Parser<'_> {
    /// Makes a line with content at `pos`, in column `col`, continue the collections that are open in its branch.
    pub fn follow_branches(&mut self, col: i32, dash: bool) {
        let Some(mask) = self.mask else { return };
        while let Some(mark) = mask.marks.get(self.arms.next).filter(|it| (it.at as usize) < self.pos) {
            self.arms.next += 1;
            match mark.kind {
                ActionKind::Begin | ActionKind::Define => {
                    let opened = self.arms.pending.clone().filter(|_| !self.arms.is_end).unwrap_or_else(|| self.opened());
                    self.arms.open.push(opened);
                }
                ActionKind::Else => self.arms.pending = self.arms.open.last().cloned(),
                _ => self.arms.pending = self.arms.open.pop(),
            }
            if mark.kind != ActionKind::Begin {
                self.arms.is_end = mark.kind == ActionKind::End;
            }
        }
        let fits = |frame: &Frame| frame.indent == col && frame.is_sequence() == dash;
        if let Some(opened) = self.arms.pending.take()
            && opened.iter().any(|it| fits(&it.frame))
            && !(self.arms.is_end && self.stack.iter().any(fits))
        {
            self.reopen(&opened);
        }
    }

    fn opened(&self) -> Vec<Opened> {
        let last = |frame: &Frame| if frame.node == NONE { NONE } else { self.out.nodes[frame.node as usize].last_child };
        self.stack.iter().map(|frame| Opened { frame: *frame, last: last(frame) }).collect()
    }

    /// Ends the collections that were begun since, and takes up the others again.
    fn reopen(&mut self, opened: &[Opened]) {
        let common = self.stack.iter().zip(opened).take_while(|(frame, it)| frame.node == it.frame.node).count();
        self.close_to(common.max(1) - 1);
        for Opened { mut frame, last } in opened[common..].iter().copied() {
            if self.out.nodes[frame.node as usize].last_child != last {
                // The other branch gave the value.
                frame.state = if frame.is_sequence() { State::Dash } else { State::Key };
            }
            self.stack.push(frame);
        }
        self.lone = None;
    }
}
