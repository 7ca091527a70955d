//! What podls describes, compared line by line with what kubectl 1.37 prints of the same object right after its creation, recorded in
//! `tests/fixtures/describe`: {"id", "yaml", "docs": [{"kind", "name", "text"}]} on each line.

use podls::describe::describe;
use podls::pod::Model;
use podls::schema::Release;
use podls::yaml;

const RECORDED: [&str; 2] = [include_str!("fixtures/describe/cases.ndjson"), include_str!("fixtures/describe/more.ndjson")];

#[test]
fn the_same_lines_as_kubectl() {
    let mut wrong = vec![];
    for line in RECORDED.iter().flat_map(|cases| cases.lines()) {
        let case: serde_json::Value = serde_json::from_str(line).expect("a case");
        let (id, text) = (case["id"].as_str().unwrap_or_default(), case["yaml"].as_str().unwrap_or_default());
        let models: Vec<_> =
            yaml::split(text).into_iter().map(|part| Model::new(yaml::parse(&text[part.span()]), Release::V1_37)).collect();
        let described: Vec<_> = models.iter().flat_map(Model::objects).filter_map(describe).collect();
        let recorded = case["docs"].as_array().expect("documents");
        if described.len() != recorded.len() {
            wrong.push(format!("{id}: {} objects instead of {}", described.len(), recorded.len()));
        }
        for (actual, expected) in described.iter().zip(recorded) {
            let expected = expected["text"].as_str().unwrap_or_default();
            let pairs = actual.text.lines().zip(expected.lines());
            let differing = pairs.filter(|(actual, expected)| actual != expected).map(|(it, of)| format!("{id}:\n  {it}\n  {of}"));
            wrong.extend(differing.take(4));
            let (lines, of) = (actual.text.lines().count(), expected.lines().count());
            if lines != of {
                wrong.push(format!("{id}: {lines} lines instead of {of}"));
            }
        }
    }
    assert!(wrong.is_empty(), "podls, then kubectl:\n{}", wrong.join("\n"));
}
