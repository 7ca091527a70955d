//! Completion.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///work/pod.yaml";

/// Asks at the end of a text that is open.
fn items(client: &mut Client, text: &str) -> Vec<Value> {
    let (line, column) = (text.matches('\n').count(), text.rsplit('\n').next().unwrap().len());
    let answer = client.at("textDocument/completion", URI, line, column);
    assert_eq!(answer["isIncomplete"], true, "{answer}");
    answer["items"].as_array().unwrap().clone()
}

fn open(capabilities: Value, text: &str) -> Client {
    let mut client = Client::start(json!({"textDocument": {"completion": {"completionItem": capabilities}}}));
    client.open(URI, text);
    assert_eq!(client.published(URI).0, 1);
    client
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    ima";

#[test]
fn keys_come_ranked_with_an_edit_of_their_line() {
    let mut client = open(json!({}), POD);
    let items = items(&mut client, POD);
    let first = items.iter().min_by_key(|item| item["sortText"].as_str().unwrap()).unwrap();
    assert_eq!(first["label"], "image");
    assert_eq!(first["textEdit"]["range"], json!({"start": {"line": 7, "character": 4}, "end": {"line": 7, "character": 7}}));
    assert!(first["textEdit"]["newText"].as_str().unwrap().starts_with("image:"));
    assert!(items.iter().all(|item| item["insertTextFormat"] == 1), "no snippets for a client that doesn't know them");
}

#[test]
fn the_documentation_comes_on_demand() {
    let mut client = open(json!({"documentationFormat": ["markdown"]}), POD);
    let first = items(&mut client, POD).swap_remove(0);
    assert!(first["documentation"].is_null());
    let resolved = client.request("completionItem/resolve", first.clone());
    assert_eq!(resolved["documentation"]["kind"], "markdown");
    assert!(!resolved["documentation"]["value"].as_str().unwrap().is_empty());
    assert_eq!(resolved["textEdit"], first["textEdit"]);
    let foreign = json!({"label": "x", "data": {"not": "ours"}});
    assert_eq!(client.request("completionItem/resolve", foreign.clone()), foreign);
}

/// The command of another editor is none for a client that does not say that it runs it.
#[test]
fn after_a_key_the_list_opens_again_where_the_editor_can_do_that() {
    let mut client = open(json!({}), POD);
    assert!(items(&mut client, POD).iter().all(|item| item["command"].is_null()));
    let mut client = Client::start(json!({"experimental": {"commands": {"commands": ["editor.action.triggerSuggest"]}}}));
    client.open(URI, POD);
    assert_eq!(client.published(URI).0, 1);
    let items = items(&mut client, POD);
    let command = |label: &str| items.iter().find(|item| item["label"] == label).unwrap()["command"]["command"].clone();
    assert_eq!(command("imagePullPolicy"), "editor.action.triggerSuggest");
    // Where anything may be typed, what is offered must not stay under the hand.
    assert_eq!(command("image"), Value::Null);
}

/// A block is indented as a whole; a client that indents snippets itself gets it without what it adds.
#[test]
fn the_indentation_is_right_in_every_client() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  ";
    let block = |capabilities| {
        let mut client = open(capabilities, text);
        let item = items(&mut client, text).into_iter().find(|item| item["kind"] == 15);
        item.expect("a block of lines")
    };
    let depth = |item: &Value| {
        let lines = item["textEdit"]["newText"].as_str().unwrap().lines().skip(1).map(|line| line.len() - line.trim_start().len());
        lines.min().unwrap()
    };
    let plain = block(json!({}));
    let absolute = block(json!({"snippetSupport": true, "insertTextModeSupport": {"valueSet": [1, 2]}}));
    assert_eq!((&absolute["insertTextFormat"], &absolute["insertTextMode"]), (&json!(2), &json!(1)));
    let relative = block(json!({"snippetSupport": true}));
    assert_eq!((&relative["insertTextFormat"], &relative["insertTextMode"]), (&json!(2), &Value::Null));
    assert_eq!((depth(&plain), depth(&absolute)), (depth(&relative) + 2, depth(&relative) + 2));
}

#[test]
fn nothing_where_nothing_is_known() {
    let mut client = open(json!({}), "# some text\n");
    for (uri, line) in [(URI, 0), ("file:///not/open.yaml", 0)] {
        let answer = client.at("textDocument/completion", uri, line, 3);
        assert!(answer.is_null() || answer["isIncomplete"] == false, "{answer}");
    }
}
