//! scratch
use podls::{
    analysis::Document,
    rules::{self, Options},
};
#[test]
fn pages() {
    let mut bad = 0;
    for rule in rules::all() {
        let mut section = "";
        let mut block: Option<String> = None;
        for line in rule.page.lines() {
            let line = line.strip_prefix(' ').unwrap_or(line);
            if let Some(text) = &mut block {
                if line == "```" {
                    let text = block.take().unwrap();
                    let d = Document::new(text.as_str(), &Options::default());
                    let codes: Vec<_> = d.diagnostics().iter().map(|d| (d.code, d.severity)).collect();
                    let ok = if section == "Bad" { codes.iter().all(|c| c.0 == rule.code) && !codes.is_empty() } else { codes.is_empty() };
                    if !ok {
                        bad += 1;
                        println!("{} {section}: {codes:?}\n{text}", rule.code);
                    }
                } else {
                    text.push_str(line);
                    text.push('\n');
                }
            } else if let Some(name) = line.strip_prefix("## ") {
                section = name;
            } else if line == "```yaml" {
                block = Some(String::new());
            }
        }
    }
    assert_eq!(bad, 0);
}
