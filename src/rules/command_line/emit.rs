//! What is wrong with words, reported where they are written.

use crate::diagnostic::Diagnostic;
use crate::pod::command::Evidence;

use super::CommandLine;
use crate::rules::Report;

impl<'m> CommandLine<'m> {
    /// Adds what was found, at the bytes that show it, and gives it back to be completed.
    pub fn emit<'r>(&self, evidence: &Evidence, message: String, report: &'r mut Report<'m>) -> Option<&'r mut Diagnostic> {
        let evidence = &self.written(evidence);
        let item = self.item(&evidence.blame)?;
        let diagnostic = report.add(self.range(&evidence.blame), item.path(), message, Some(item.object()));
        diagnostic.fixes.extend(evidence.fixes.iter().filter_map(|fix| self.fix(fix)));
        Some(diagnostic)
    }
}
