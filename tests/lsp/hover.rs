//! Hovers.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///work/pod.yaml";
const POD: &str = "# é😀\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx # 😀\n";

fn hover(formats: Value, line: usize, character: usize) -> Value {
    let mut client = Client::start(json!({"textDocument": {"hover": {"contentFormat": formats}}}));
    client.open(URI, &format!("{POD}---\n{POD}"));
    assert_eq!(client.published(URI), (json!(1), vec![]));
    client.at("textDocument/hover", URI, line, character)
}

#[test]
fn tell_of_what_they_speak() {
    // The second of two documents, so lines are not those of the document.
    let shown = hover(json!(["markdown", "plaintext"]), 18, 5);
    assert_eq!(shown["contents"]["kind"], "markdown");
    assert_eq!(shown["range"]["start"], json!({"line": 18, "character": 4}), "{shown}");
}

#[test]
fn are_plain_where_markdown_is_not_shown() {
    let shown = hover(json!(["plaintext"]), 8, 5);
    assert_eq!(shown["contents"]["kind"], "plaintext");
    let text = shown["contents"]["value"].as_str().unwrap();
    assert!(!text.is_empty() && !text.contains(['`', '*']), "{text}");
}

#[test]
fn are_silent_elsewhere() {
    assert!(hover(json!([]), 0, 3).is_null());
    assert!(hover(json!([]), 99, 99).is_null());
}
