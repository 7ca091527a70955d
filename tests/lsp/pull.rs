//! Diagnostics for clients that ask.

use serde_json::{Value, json};

use crate::client::Client;
use crate::diagnostics::edit;

const URI: &str = "file:///work/pod.yaml";
const MISSPELT: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspce:\n  containers:\n  - name: web\n    image: nginx\n";

fn client() -> Client {
    let client = Client::start(json!({"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": true}}}));
    assert_eq!(client.initialized["capabilities"]["diagnosticProvider"]["interFileDependencies"], false);
    client
}

fn pull(client: &mut Client, uri: &str, known: &Value) -> Value {
    client.request("textDocument/diagnostic", json!({"textDocument": {"uri": uri}, "previousResultId": known}))
}

#[test]
fn nothing_is_pushed_and_nothing_sent_twice() {
    let mut client = client();
    client.open(URI, MISSPELT);
    let first = pull(&mut client, URI, &Value::Null);
    assert_eq!(first["kind"], "full");
    assert_eq!(first["items"][0]["code"], "unknown-field");

    let again = pull(&mut client, URI, &first["resultId"]);
    assert_eq!(again, json!({"kind": "unchanged", "resultId": first["resultId"]}));

    client.change(URI, 2, edit((4, 0), (4, 4), "spec"));
    let fixed = pull(&mut client, URI, &first["resultId"]);
    assert_eq!((&fixed["kind"], &fixed["items"]), (&json!("full"), &json!([])));
    assert_ne!(fixed["resultId"], first["resultId"]);
    client.close(URI);
    assert_eq!(pull(&mut client, URI, &Value::Null)["items"], json!([]));
}

#[test]
fn what_was_withheld_is_asked_for_again_after_saving() {
    let mut client = client();
    client.open(URI, "");
    client.change(URI, 2, edit((0, 0), (0, 0), "apiVersion: v1\nkind: Pod\n"));
    assert_eq!(pull(&mut client, URI, &Value::Null)["items"], json!([]));
    client.save(URI);
    let refresh = client.expect("workspace/diagnostic/refresh");
    assert_eq!(refresh.get("params"), None, "JSON-RPC knows no parameters that are null");
    client.reply(&refresh, Value::Null);
    assert_eq!(pull(&mut client, URI, &Value::Null)["items"][0]["code"], "missing-field");
}

/// Neovim 0.11 asks for diagnostics and can't be told to ask again.
#[test]
fn one_that_cannot_be_told_to_ask_again_is_pushed_to() {
    let mut client = Client::start(json!({"textDocument": {"diagnostic": {}}}));
    assert!(client.initialized["capabilities"]["diagnosticProvider"].is_null());
    client.open(URI, MISSPELT);
    assert_eq!(client.published(URI).1[0]["code"], "unknown-field");
}
