//! One line for each finding, as compilers print them: `pod.yaml:6:1: error[unknown-field]: …`.

use crate::text::{Encoding, Lines};

use super::Checked;

pub fn file(checked: &Checked) -> String {
    let lines = Lines::new(&checked.text);
    let line = |finding: &super::Finding| {
        let it = &finding.diagnostic;
        let at = lines.position(it.range.start as usize, Encoding::Utf32);
        let fixable = if it.preferred().is_some() { " [fixable]" } else { "" };
        format!("{}:{}:{}: {}[{}]: {}{fixable}\n", checked.path, at.line + 1, at.column + 1, it.severity.name(), it.code, it.message)
    };
    checked.findings.iter().map(line).collect()
}
