//! One line for each finding, as compilers print them: `pod.yaml:6:1: error[unknown-field]: …`.

use annotate_snippets::normalize_untrusted_str;

use crate::text::{Encoding, Lines};

use super::Checked;
use crate::cli::finding::Finding;

pub fn file(checked: &Checked) -> String {
    let lines = Lines::new(&checked.text);
    let path = normalize_untrusted_str(&checked.path);
    let line = |finding: &Finding| {
        let it = &finding.diagnostic;
        let at = lines.position(it.range.start as usize, Encoding::Utf32);
        let fixable = if checked.is_fixable(finding) { " [fixable]" } else { "" };
        format!("{path}:{}:{}: {}[{}]: {}{fixable}\n", at.line + 1, at.column + 1, it.severity.name(), it.code, it.message)
    };
    checked.findings.iter().map(line).collect()
}
