//! A mistake of ours costs one answer. What is logged of it says where and on what, and quotes nothing of the manifest.

use serde_json::json;

use crate::client::Client;

const TEXT: &str = "a: 1\n---\nb: s3cret\n";

fn start(panics_on: &str) -> Client {
    let mut client = Client::spawn(&[("PODLS_TEST_PANIC", panics_on)]);
    client.initialize(json!({"capabilities": {}}));
    client
}

/// The next message is a log of a mistake at this place of our source.
fn logged(client: &mut Client, parts: &[&str]) {
    let log = client.expect("window/logMessage");
    let message = log["params"]["message"].as_str().unwrap();
    assert!(parts.iter().all(|part| message.contains(part)) && message.contains(env!("CARGO_PKG_VERSION")), "{message}");
    assert!(!message.contains("s3cret"), "{message}");
}

#[test]
fn in_a_handler() {
    let mut client = Client::start(json!({}));
    let error = client.request("podls/testPanic", json!(null));
    assert_eq!(error["code"], -32603, "{error}");
    logged(&mut client, &["src/lsp/backend.rs"]);
    client.open("file:///a.yaml", "a: 1\n");
    assert_eq!(client.published("file:///a.yaml"), (json!(1), vec![]));
}

#[test]
fn in_a_notification() {
    let mut client = start("textDocument/didSave");
    client.open("file:///a.yaml", TEXT);
    assert_eq!(client.published("file:///a.yaml"), (json!(1), vec![]));
    client.save("file:///a.yaml");
    logged(&mut client, &["src/lsp/connection.rs", "textDocument/didSave"]);
    assert_eq!(client.text("file:///a.yaml"), TEXT);
}

#[test]
fn in_a_feature() {
    let mut client = start("the answer to textDocument/hover");
    client.open("file:///a.yaml", TEXT);
    assert_eq!(client.published("file:///a.yaml"), (json!(1), vec![]));
    let error = client.at("textDocument/hover", "file:///a.yaml", 2, 3);
    assert_eq!(error["code"], -32603, "{error}");
    let place = "at byte 7, on a document of 14 bytes at line 2 of a file of 19";
    assert!(error["message"].as_str().unwrap().contains(place), "{error}");
    logged(&mut client, &["src/lsp/ask.rs", "textDocument/hover", place]);
    assert!(client.at("textDocument/completion", "file:///a.yaml", 2, 3)["code"].is_null());
}

#[test]
fn in_the_analysis_of_a_document() {
    let mut client = start("s3cret");
    client.open("file:///a.yaml", TEXT);
    logged(&mut client, &["src/lsp/part.rs", "on a document of 14 bytes at line 2 of a file of 19"]);
    assert_eq!(client.published("file:///a.yaml"), (json!(1), vec![]));
    assert!(client.at("textDocument/hover", "file:///a.yaml", 2, 0).is_null());
    assert_eq!(client.text("file:///a.yaml"), TEXT);
}
