//! Which texts of a template are rendered together.

use super::lex::{Action, ActionKind};

/// Names one way through the conditions and loops of a template. Two texts with the same are rendered together or not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BranchId(u32);

impl BranchId {
    /// What is rendered in any case.
    pub const ALWAYS: BranchId = BranchId(0);
}

/// The branches of a text.
#[derive(Clone, Debug, Default)]
pub(in crate::yaml) struct Branches {
    /// From which offset on which branch holds, in the order of the text.
    starts: Vec<(u32, BranchId)>,
}

impl Branches {
    /// Reads the blocks. An `else` or `end` whose block began in an earlier document of the file ends a branch that begins with the text.
    pub(super) fn new(actions: &[Action]) -> Self {
        let mut starts: Vec<(u32, BranchId)> = vec![];
        let mut open = vec![];
        let mut last = 0;
        let mut fresh = || {
            last += 1;
            BranchId(last)
        };
        for action in actions {
            let next = match action.kind {
                ActionKind::Print { .. } | ActionKind::Silent => continue,
                ActionKind::Begin | ActionKind::Define => {
                    open.push(starts.last().map_or(BranchId::ALWAYS, |it| it.1));
                    fresh()
                }
                kind => {
                    if open.is_empty() {
                        let before = fresh();
                        starts.iter_mut().filter(|it| it.1 == BranchId::ALWAYS).for_each(|it| it.1 = before);
                        if starts.first().is_none_or(|it| it.0 > 0) {
                            starts.insert(0, (0, before));
                        }
                        open.push(BranchId::ALWAYS);
                    }
                    if kind == ActionKind::Else { fresh() } else { open.pop().unwrap_or_default() }
                }
            };
            starts.push((action.range.end, next));
        }
        Branches { starts }
    }

    /// The branch of the text at an offset.
    pub fn at(&self, offset: u32) -> BranchId {
        let after = self.starts.partition_point(|(start, _)| *start <= offset);
        after.checked_sub(1).map_or(BranchId::ALWAYS, |at| self.starts[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::{Language, actions};
    use super::*;

    /// The branch of each capital letter, numbered in the order in which they come.
    fn branches(text: &str) -> String {
        let branches = Branches::new(&actions(text, Language::Go));
        let mut seen = vec![BranchId::ALWAYS];
        let letters = text.char_indices().filter(|(_, c)| c.is_ascii_uppercase());
        let number = |branch| {
            seen.iter().position(|it| *it == branch).unwrap_or_else(|| {
                seen.push(branch);
                seen.len() - 1
            })
        };
        letters.map(|(at, _)| branches.at(at as u32)).map(number).map(|n| n.to_string()).collect()
    }

    #[test]
    fn what_is_rendered_together() {
        assert_eq!(branches("A {{ x }} B"), "00");
        assert_eq!(branches("A {{ if x }} B {{ .y }} C {{ else if y }} D {{ else }} E {{ end }} F"), "011230");
        assert_eq!(branches("{{ if x }} A {{ range y }} B {{ end }} C {{ end }} {{ with z }} D {{ end }}"), "1213");
        // Blocks that began, or end, in another document of the file.
        assert_eq!(branches("A {{ end }} B"), "10");
        assert_eq!(branches("A {{ if x }} B {{ end }} C {{ else }} D {{ end }} E"), "12130");
        assert_eq!(branches("A {{ if x }} B"), "01");
        assert_eq!(branches("A {{ end }} B {{ end }} C"), "120");
    }
}
