//! The table of features names a test for each, and each test that it names exists.

use std::fs;
use std::path::Path;

#[test]
fn each_named_test_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp");
    let table = fs::read_to_string(folder.join("README.md")).expect("the table");
    let named: Vec<_> = table.split('`').filter_map(|word| word.split_once("::")).collect();
    assert!(named.len() > 30, "{named:?}");
    for (file, name) in named {
        let source = fs::read_to_string(folder.join(format!("{file}.rs"))).expect(file);
        assert!(source.contains(&format!("fn {name}()")), "{file}::{name}");
    }
    for row in table.lines().filter(|row| row.starts_with("| ") && !row.contains("| Feature")) {
        assert!(row.contains("::") || row.contains("| no: "), "a test or a reason: {row}");
    }
}
