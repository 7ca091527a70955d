//! Collections across the branches of a template: what follows `else` or `end` may continue what was open at the `if`.

use super::super::parser::{Frame, Parser, State};
use super::super::tree::NONE;
use super::Mask;
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
    open: Vec<Block>,
    /// What the text after an `else` may continue; that after an `end` only if it does not continue the branch before.
    pending: Option<Vec<Opened>>,
    is_end: bool,
    /// What was open at the end of branches after which nothing has come yet.
    ended: Vec<Frame>,
    /// The collections that go on after their branch.
    pub continued: Vec<u32>,
}

/// A block of the template.
#[derive(Debug)]
struct Block {
    /// What was open at its start.
    opened: Vec<Opened>,
    /// What was open at the end of each branch but the last.
    ended: Vec<Frame>,
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
                    self.arms.open.push(Block { opened, ended: vec![] });
                }
                ActionKind::Else => {
                    if let Some(block) = self.arms.open.last_mut() {
                        let common = common(&self.stack, &block.opened);
                        block.ended.extend_from_slice(&self.stack[common..]);
                        // The blocks that ended last in this branch are open at its end too.
                        block.ended.append(&mut self.arms.ended);
                        self.arms.pending = Some(block.opened.clone());
                    }
                }
                _ => {
                    let block = self.arms.open.pop();
                    self.arms.ended.extend(block.iter().flat_map(|it| &it.ended));
                    self.arms.pending = block.map(|it| it.opened);
                }
            }
            if mark.kind != ActionKind::Begin {
                self.arms.is_end = mark.kind == ActionKind::End;
            }
        }
        let fits = |frame: &Frame| frame.indent == col && frame.is_sequence() == dash;
        // The line belongs to what is open in every branch, and is placed in the last of them.
        self.arms.continued.extend(self.arms.ended.drain(..).filter(fits).map(|frame| frame.node));
        if let Some(opened) = self.arms.pending.take()
            && opened.iter().any(|it| fits(&it.frame))
            && !(self.arms.is_end && (self.stack.iter().any(fits) || self.lacks_value(mask, col)))
        {
            self.reopen(&opened);
        }
    }

    /// Whether a line in that column may be the value of the last key or dash, which no action has written.
    fn lacks_value(&self, mask: &Mask, col: i32) -> bool {
        let top = self.top();
        let is_written = mask.prints.iter().any(|print| (top.slot..self.pos).contains(&(print.at as usize)));
        top.awaits() && col > top.indent && !is_written
    }

    fn opened(&self) -> Vec<Opened> {
        let last = |frame: &Frame| if frame.node == NONE { NONE } else { self.out.nodes[frame.node as usize].last_child };
        self.stack.iter().map(|frame| Opened { frame: *frame, last: last(frame) }).collect()
    }

    /// Ends the collections that were begun since, and takes up the others again.
    fn reopen(&mut self, opened: &[Opened]) {
        let common = common(&self.stack, opened);
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

/// How many of the outermost collections are the same.
fn common(stack: &[Frame], opened: &[Opened]) -> usize {
    stack.iter().zip(opened).take_while(|(frame, it)| frame.node == it.frame.node).count()
}
