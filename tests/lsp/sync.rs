//! The text in the editor and in the server are the same.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///work/a.yaml";

fn client(encoding: &str) -> Client {
    let client = Client::start(json!({"general": {"positionEncodings": [encoding]}}));
    assert_eq!(client.initialized["capabilities"]["positionEncoding"], encoding);
    client
}

fn edit(from: (usize, usize), to: (usize, usize), text: &str) -> Value {
    json!({"range": {"start": {"line": from.0, "character": from.1}, "end": {"line": to.0, "character": to.1}}, "text": text})
}

/// The lists that come on the way don't matter here; the last one is of that version.
fn drain(client: &mut Client) {
    client.close(URI);
    while !client.published(URI).0.is_null() {}
}

#[test]
fn columns_count_what_was_agreed() {
    // é is two bytes, 😀 four bytes and two half words.
    for (encoding, after_both) in [("utf-8", 6), ("utf-16", 3), ("utf-32", 2)] {
        let mut client = client(encoding);
        client.open(URI, "a: b\r\né😀: c\rd: e\n");
        client.change(URI, 2, json!([edit((1, after_both), (1, after_both), "!"), edit((2, 0), (2, 1), "ü")]));
        assert_eq!(client.text(URI), "a: b\r\né😀!: c\rü: e\n", "{encoding}");
        drain(&mut client);
    }
}

#[test]
fn places_beyond_the_text_are_moved_into_it() {
    for (change, expected) in [
        (edit((0, 99), (0, 99), "!"), "a: 1!\nb: 2"),
        (edit((99, 0), (99, 9), "!"), "a: 1\nb: 2!"),
        (edit((4294967295, 4294967295), (0, 4), "!"), "a: 1!"),
        (edit((1, 1), (0, 1), "!"), "a!: 2"),
        (edit((0, 0), (99, 99), ""), ""),
        (json!({"text": "new\n"}), "new\n"),
        (json!({"text": "a: 1\nc: 3\nb: 2"}), "a: 1\nc: 3\nb: 2"),
    ] {
        let mut client = client("utf-16");
        client.open(URI, "a: 1\nb: 2");
        client.change(URI, 2, json!([change.clone()]));
        assert_eq!(client.text(URI), expected, "{change}");
        drain(&mut client);
    }
}

#[test]
fn odd_sequences_are_survived() {
    let mut client = client("utf-16");
    client.change("file:///never.yaml", 1, json!([{"text": "x"}]));
    client.close("file:///never.yaml");
    client.save("file:///never.yaml");
    client.open(URI, "a: 1\n");
    client.open(URI, "b: 1\n");
    client.change(URI, -7, json!([edit((0, 0), (0, 1), "c")]));
    client.change(URI, -7, json!([]));
    assert_eq!(client.text(URI), "c: 1\n");
    drain(&mut client);
    assert!(client.request("podls/testText", json!({ "uri": URI })).is_null());
}

/// Ten thousand edits and a hundred questions between them, written without waiting: none overtakes another.
#[test]
fn pipelined_edits_keep_their_order() {
    let mut client = client("utf-16");
    client.open(URI, "kind: Pod\nspec: 0\n---\nother: é\n");
    let mut ids = vec![];
    for n in 0..10_000 {
        client.change(URI, n + 2, json!([edit((1, 6), (1, 99), &n.to_string())]));
        if n % 100 == 0 {
            let place = json!({"textDocument": {"uri": URI}, "position": {"line": 1, "character": 1}});
            ids.push((n, client.ask("textDocument/hover", place), client.ask("podls/testText", json!({ "uri": URI }))));
        }
    }
    let mut answers = std::collections::HashMap::new();
    while answers.len() < 2 * ids.len() {
        let message = client.receive();
        if let Some(id) = message["id"].as_i64() {
            answers.insert(id, message["result"].clone());
        } else {
            assert_eq!(message["method"], "textDocument/publishDiagnostics", "{message}");
        }
    }
    for (n, hover, text) in ids {
        assert!(answers.contains_key(&hover));
        assert_eq!(answers[&text], format!("kind: Pod\nspec: {n}\n---\nother: é\n"), "a question saw another edit than the one before it");
    }
    assert_eq!(client.text(URI), "kind: Pod\nspec: 9999\n---\nother: é\n");
    drain(&mut client);
}

/// A text so long that an answer takes far longer than to read the next message.
fn open_long(client: &mut Client) -> Value {
    let variables: String = (0..5000).map(|number| format!("    - {{name: V{number}, value: it}}\n")).collect();
    client.open(URI, &format!("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - env:\n{variables}"));
    let place = json!({"line": 9, "character": 9});
    let context = json!({"diagnostics": [], "triggerKind": 1});
    json!({"textDocument": {"uri": URI}, "position": place, "range": {"start": place, "end": place}, "context": context})
}

const ASKED: [&str; 3] = ["textDocument/completion", "textDocument/hover", "textDocument/codeAction"];

#[test]
fn a_cancelled_request_is_dropped() {
    let mut client = client("utf-16");
    let params = open_long(&mut client);
    for method in ASKED {
        let id = client.ask(method, params.clone());
        client.notify("$/cancelRequest", json!({ "id": id }));
        assert_eq!(client.answer(id)["code"], -32800, "{method}");
        // Nobody waits for these any more.
        client.notify("$/cancelRequest", json!({ "id": id }));
        client.notify("$/cancelRequest", json!({ "id": "never" }));
    }
    drain(&mut client);
}

/// Its places are those of another text by now.
#[test]
fn an_outdated_request_is_dropped() {
    let edits = || json!([edit((3, 0), (3, 0), "\n")]);
    for method in ASKED {
        let mut client = client("utf-16");
        let params = open_long(&mut client);
        let id = client.ask(method, params.clone());
        client.change(URI, 2, edits());
        assert_eq!(client.answer(id)["code"], -32801, "{method}");

        let id = client.ask(method, params.clone());
        client.change(URI, 3, json!([]));
        assert!(client.answer(id)["code"].is_null(), "{method}: the text is as it was");

        client.change(URI, 4, edits());
        let id = client.ask(method, params);
        client.close(URI);
        assert_eq!(client.answer(id)["code"], -32801, "{method}");
        drain(&mut client);
    }
}
