//! Whatever comes in: an error or silence, never a hang, never the end.

use serde_json::{Value, json};

use crate::client::{Client, frame};

fn still_there(client: &mut Client, after: &str) {
    assert!(client.request("podls/testText", json!({"uri": "file:///none.yaml"})).is_null(), "{after}");
}

#[test]
fn broken_frames() {
    let nested =
        |open: &str, depth: usize| frame(format!(r#"{{"jsonrpc":"2.0","id":7,"method":"x","params":{}"#, open.repeat(depth)).as_bytes());
    let sound = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"x","params":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let cases: Vec<(&str, Vec<u8>, i64)> = vec![
        ("no JSON", frame(b"hello"), -32700),
        ("half of it", frame(br#"{"jsonrpc":"2.0","method":"#), -32700),
        ("empty", frame(b""), -32700),
        ("no UTF-8", frame(b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\xfe\"}"), -32700),
        ("a list", frame(b"[]"), -32600),
        ("a number", frame(b"1"), -32600),
        ("no version", frame(br#"{"id":7,"method":"shutdown"}"#), -32600),
        ("another version", frame(br#"{"jsonrpc":"1.0","id":7,"method":"shutdown"}"#), -32600),
        ("method is no text", frame(br#"{"jsonrpc":"2.0","id":7,"method":5}"#), -32600),
        ("id is an object", frame(br#"{"jsonrpc":"2.0","id":{},"method":"x"}"#), -32600),
        ("neither call nor answer", frame(br#"{"jsonrpc":"2.0","id":7}"#), -32600),
        ("open brackets", nested("[", 100_000), -32700),
        ("open braces", nested("{\"a\":", 100_000), -32700),
        ("deep but sound", frame(sound.as_bytes()), -32700),
        ("negative length", b"Content-Length: -5\r\n\r\n{}".to_vec(), -32700),
        ("huge length", b"Content-Length: 99999999999999999999\r\n\r\n{}".to_vec(), -32700),
        ("long length", b"Content-Length: 4000000000000\r\n\r\n{}".to_vec(), -32700),
        ("too long a length", b"Content-Length: 900\r\n\r\n{}".to_vec(), -32700),
        ("no length", b"Content-Type: x\r\n\r\n{}".to_vec(), -32700),
        ("no number", b"Content-Length: many\r\n\r\n{}".to_vec(), -32700),
        ("garbage", b"\x00\xff\x1b[31mgarbage\n\n".to_vec(), -32700),
        ("a long line", vec![b'x'; 100_000], -32700),
    ];
    let mut client = Client::start(json!({}));
    for (name, bytes, code) in cases {
        client.write(&bytes);
        let id = client.ask("podls/testText", json!({"uri": "file:///none.yaml"}));
        let error = client.receive();
        assert_eq!(error["error"]["code"], code, "{name}: {error}");
        assert_eq!(client.answer(id), Value::Null, "{name}");
    }
}

#[test]
fn odd_headers_are_read() {
    let mut client = Client::start(json!({}));
    let body = br#"{"jsonrpc":"2.0","id":1000,"method":"podls/testText","params":{"uri":"file:///none.yaml"}}"#;
    for header in ["content-length: {}", "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length:{}\r\nA: b\r\nC: d"] {
        let mut bytes = header.replace("{}", &body.len().to_string()).into_bytes();
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes.extend_from_slice(body);
        client.write(&bytes);
        assert_eq!(client.answer(1000), Value::Null, "{header}");
    }
}

#[test]
fn frames_in_tiny_pieces() {
    let mut client = Client::start(json!({}));
    for byte in frame(br#"{"jsonrpc":"2.0","id":1000,"method":"podls/testText","params":{"uri":"file:///none.yaml"}}"#) {
        client.write(&[byte]);
    }
    assert_eq!(client.answer(1000), Value::Null);
}

#[test]
fn wrong_calls() {
    let mut client = Client::start(json!({}));
    for (method, params, code) in [
        ("no/such", json!({}), -32601),
        ("textDocument/hover", json!({}), -32602),
        ("textDocument/hover", json!([1, 2]), -32602),
        ("textDocument/hover", json!({"textDocument": {"uri": ":::"}, "position": {"line": 0, "character": 0}}), -32602),
        ("textDocument/hover", json!({"textDocument": {"uri": "file:///a"}, "position": {"line": -1, "character": 0}}), -32602),
        ("textDocument/completion", json!(null), -32602),
        ("textDocument/codeAction", json!({"textDocument": {"uri": "file:///a"}}), -32602),
    ] {
        assert_eq!(client.request(method, params.clone())["code"], code, "{method} {params}");
    }
    for (method, params) in [
        ("no/such", json!({})),
        ("$/no/such", json!(null)),
        ("textDocument/didOpen", json!({})),
        ("textDocument/didChange", json!({"textDocument": {"uri": "file:///a", "version": "x"}, "contentChanges": 5})),
        ("$/cancelRequest", json!({"id": 99})),
        ("workspace/didChangeConfiguration", json!({"settings": null})),
    ] {
        client.notify(method, params);
        still_there(&mut client, method);
    }
    client.send(&json!({"jsonrpc": "2.0", "id": 99, "result": null}));
    client.send(&json!({"jsonrpc": "2.0", "id": "never asked", "error": {"code": 1, "message": "x"}}));
    still_there(&mut client, "answers to nothing");
}

#[test]
fn odd_files() {
    let places = [(0, 0), (0, 5), (1, 0), (9, 9)];
    for (name, text) in [
        ("nested dashes", "- ".repeat(20_000)),
        ("nested brackets", "[".repeat(20_000)),
        ("nested braces", "{a: ".repeat(20_000)),
        ("indentation", (0..400).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
        ("aliases", format!("a0: &a0 x\n{}", (1..40).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)).collect::<String>())),
        ("one line", "x".repeat(1_000_000)),
        ("line ends", "\r\n\r\r\n\n\u{2028}\u{85}".repeat(1000)),
        ("control characters", "\u{0}\u{1}\u{7f}\u{feff}\u{fffd}: \u{0}".repeat(1000)),
        ("markers", "---\n...\n%YAML 9\n--- |\n".repeat(500)),
    ] {
        let mut client = Client::start(json!({}));
        let uri = "file:///odd.yaml";
        client.open(uri, &text);
        client.change(
            uri,
            2,
            json!([{"range": {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 4}}, "text": "é\n"}]),
        );
        for (line, character) in places {
            client.at("textDocument/hover", uri, line, character);
            client.at("textDocument/completion", uri, line, character);
        }
        client.close(uri);
        while !client.published(uri).0.is_null() {}
        still_there(&mut client, name);
    }
}

#[test]
fn odd_names() {
    let mut client = Client::start(json!({}));
    for uri in [
        "untitled:Untitled-1",
        "file:///a%20b/%C3%A9.yaml",
        "file:///%FF%00.yaml",
        "file:",
        "https://example.com/x.yaml?y#z",
        "file://host/share/a.yaml",
    ] {
        client.open_as(uri, "yaml", "a: 1\n");
        assert_eq!(client.text(uri), "a: 1\n");
        assert_eq!(client.published(uri), (json!(1), vec![]));
        client.close(uri);
        assert_eq!(client.published(uri), (json!(null), vec![]));
    }
    client.open_as("file:///main.rs", "rust", "fn main() {}");
    still_there(&mut client, "another language");
}
