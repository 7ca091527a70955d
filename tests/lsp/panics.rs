//! A mistake of ours costs one answer.

use serde_json::json;

use crate::client::Client;

#[test]
fn in_a_handler() {
    let mut client = Client::start(json!({}));
    let error = client.request("podls/testPanic", json!(null));
    assert_eq!(error["code"], -32603, "{error}");
    let log = client.expect("window/logMessage");
    assert!(log["params"]["message"].as_str().unwrap().contains("src/lsp/backend.rs"), "{log}");
    client.open("file:///a.yaml", "a: 1\n");
    assert_eq!(client.published("file:///a.yaml"), (json!(1), vec![]));
}

#[test]
fn in_the_analysis_of_a_document() {
    let mut client = Client::spawn(&[("PODLS_TEST_PANIC", "s3cret")]);
    client.initialize(json!({"capabilities": {}}));
    client.open("file:///a.yaml", "a: 1\n---\nb: s3cret\n");
    let log = client.expect("window/logMessage");
    let message = log["params"]["message"].as_str().unwrap();
    assert!(message.contains("src/lsp/part.rs") && !message.contains("s3cret"), "{message}");
    assert_eq!(client.published("file:///a.yaml"), (json!(1), vec![]));
    assert!(client.at("textDocument/hover", "file:///a.yaml", 2, 0).is_null());
    assert_eq!(client.text("file:///a.yaml"), "a: 1\n---\nb: s3cret\n");
}
