//! Whatever comes in: an error or silence, never a hang, never the end. After each row the server still knows what is right.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::client::{Client, frame};

const URI: &str = "file:///odd.yaml";
/// The greatest number of a line or column.
const MOST: u32 = u32::MAX;
/// So many of one thing in a text.
const MANY: usize = if cfg!(debug_assertions) { 2000 } else { 20_000 };

/// What is sent, and what is answered to it: the codes of the errors, 0 for a result, in any order.
type Row = (&'static str, Vec<u8>, &'static [i64]);

fn call(message: Value) -> Vec<u8> {
    frame(message.to_string().as_bytes())
}

fn notification(method: &str, params: Value) -> Vec<u8> {
    call(json!({"jsonrpc": "2.0", "method": method, "params": params}))
}

/// A request whose id is any value.
fn request(id: Value, method: &str, params: Value) -> Vec<u8> {
    call(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
}

fn open(uri: &str, text: &str) -> Vec<u8> {
    notification("textDocument/didOpen", json!({"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}}))
}

fn change(version: i64, changes: Value) -> Vec<u8> {
    notification("textDocument/didChange", json!({"textDocument": {"uri": URI, "version": version}, "contentChanges": changes}))
}

fn close(uri: &str) -> Vec<u8> {
    notification("textDocument/didClose", json!({"textDocument": {"uri": uri}}))
}

fn place(uri: &str, line: impl Into<Value>, character: impl Into<Value>) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": line.into(), "character": character.into()}})
}

fn edit(from: (i64, i64), to: (i64, i64), text: &str) -> Value {
    json!({"range": {"start": {"line": from.0, "character": from.1}, "end": {"line": to.0, "character": to.1}}, "text": text})
}

/// Sends each row, waits for its answers, and then for a right hover and right diagnostics of a file that has nothing to do with it.
fn survive(rows: impl IntoIterator<Item = Row>) {
    let mut client = Client::start(json!({}));
    for (number, (name, bytes, expected)) in rows.into_iter().enumerate() {
        let uri = format!("file:///sound{number}.yaml");
        client.write(&bytes);
        client.open(&uri, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  conainers: []\n");
        let hover = client.ask("textDocument/hover", place(&uri, 1, 1));
        let (mut answers, mut hovered, mut published) = (vec![], false, false);
        while !hovered || !published || answers.len() < expected.len() {
            let message = client.receive();
            if message["id"] == hover {
                assert!(message["result"]["contents"].is_object(), "{name}: {message}");
                hovered = true;
            } else if message["method"] == "textDocument/publishDiagnostics" {
                if message["params"]["uri"] == uri.as_str() {
                    assert_eq!(message["params"]["diagnostics"][0]["code"], "unknown-field", "{name}: {message}");
                    published = true;
                }
            } else if message.get("method").is_some() {
                assert!(["window/logMessage", "window/showMessage"].map(Value::from).contains(&message["method"]), "{name}: {message}");
            } else {
                answers.push(message["error"]["code"].as_i64().unwrap_or_default());
            }
        }
        answers.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(answers, expected, "{name}");
    }
    // What is said from here on is of no interest.
    client.hang_up();
}

#[test]
fn frames() {
    let nested = |open: &str| frame(format!(r#"{{"jsonrpc":"2.0","id":7,"method":"x","params":{}"#, open.repeat(100_000)).as_bytes());
    let sound = |name: &str| {
        frame(format!(r#"{{"jsonrpc":"2.0","id":7,"method":"x","{name}":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000)).as_bytes())
    };
    let text = |text: &str| {
        let item = format!(r#"{{"uri":"file:///a.yaml","languageId":"yaml","version":1,"text":"{text}"}}"#);
        format!(r#"{{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{{"textDocument":{item}}}}}"#)
    };
    survive([
        ("no JSON", frame(b"hello"), &[-32700][..]),
        ("half of it", frame(br#"{"jsonrpc":"2.0","method":"#), &[-32700]),
        ("empty", frame(b""), &[-32700]),
        ("no UTF-8", frame(b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\xfe\"}"), &[-32700]),
        ("UTF-16", frame(&text("a").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()), &[-32700]),
        ("byte order mark", frame("\u{feff}{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x\"}".as_bytes()), &[-32700]),
        ("lone surrogate", frame(text(r"a: \ud800").as_bytes()), &[-32700]),
        ("an empty batch", frame(b"[]"), &[-32600]),
        ("a batch", call(json!([{"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": place(URI, 0, 0)}])), &[-32600]),
        ("a batch with the values of a request", call(json!(["2.0", "shutdown", null, 7])), &[-32600]),
        ("half a batch", frame(b"[ "), &[-32700]),
        ("a number", frame(b"1"), &[-32600]),
        ("null", frame(b"null"), &[-32600]),
        ("two in one frame", frame(br#"{"jsonrpc":"2.0","id":7,"method":"x"}{"jsonrpc":"2.0","id":8,"method":"x"}"#), &[-32700]),
        ("a version that is a number", frame(br#"{"jsonrpc":2.0,"id":7,"method":"x"}"#), &[-32600]),
        ("half a surrogate as id", frame(br#"{"jsonrpc":"2.0","id":"\ud83d","method":"x"}"#), &[-32700]),
        ("a great number", frame(format!("{{\"jsonrpc\":\"2.0\",\"id\":7,\"params\":{}}}", "9".repeat(10_000)).as_bytes()), &[-32700]),
        ("no version", call(json!({"id": 7, "method": "shutdown"})), &[-32600]),
        ("another version", call(json!({"jsonrpc": "1.0", "id": 7, "method": "shutdown"})), &[-32600]),
        ("method is no text", call(json!({"jsonrpc": "2.0", "id": 7, "method": 5})), &[-32600]),
        ("method is empty", request(json!(7), "", json!({})), &[-32600]),
        ("a key twice", frame(br#"{"jsonrpc":"2.0","id":7,"id":8,"method":"x"}"#), &[-32600]),
        ("neither call nor answer", call(json!({"jsonrpc": "2.0", "id": 7})), &[-32600]),
        ("open brackets", nested("["), &[-32700]),
        ("open braces", nested("{\"a\":"), &[-32700]),
        ("deep but sound", sound("params"), &[-32700]),
        ("deep where nobody looks", sound("other"), &[-32601]),
        ("negative length", b"Content-Length: -5\r\n\r\n{}".to_vec(), &[-32700]),
        ("huge length", b"Content-Length: 99999999999999999999\r\n\r\n{}".to_vec(), &[-32700]),
        ("long length", b"Content-Length: 4000000000000\r\n\r\n{}".to_vec(), &[-32700]),
        ("too long a length", b"Content-Length: 900\r\n\r\n{}".to_vec(), &[-32700]),
        ("no length", b"Content-Type: x\r\n\r\n{}".to_vec(), &[-32700]),
        ("no number", b"Content-Length: many\r\n\r\n{}".to_vec(), &[-32700]),
        ("hexadecimal", b"Content-Length: 0x2\r\n\r\n{}".to_vec(), &[-32700]),
        ("only LF", b"Content-Length: 2\n\n{}".to_vec(), &[-32700]),
        ("garbage", b"\x00\xff\x1b[31mgarbage\n\n".to_vec(), &[-32700]),
        ("a long line", vec![b'x'; 100_000], &[-32700]),
        ("empty lines", b"\r\n".repeat(50_000), &[-32700]),
        ("a header in a text", open(URI, "Content-Length: 5\r\n\r\n{}"), &[]),
    ]);
}

#[test]
fn calls() {
    let hover = |id: Value| request(id, "textDocument/hover", place(URI, 0, 0));
    let ask = |method: &str, params: Value| request(json!(7), method, params);
    let context = json!({"diagnostics": []});
    let backwards = json!({"start": {"line": MOST, "character": MOST}, "end": {"line": 0, "character": 0}});
    survive([
        ("null id", hover(Value::Null), &[0][..]),
        ("text as id", hover(json!("a")), &[0]),
        ("empty id", hover(json!("")), &[0]),
        ("negative id", hover(json!(-7)), &[0]),
        ("id is no integer", hover(json!(1.5)), &[-32600]),
        ("id is an object", hover(json!({})), &[-32600]),
        ("id is true", hover(json!(true)), &[-32600]),
        ("id is too great", hover(json!(u64::MAX)), &[-32600]),
        ("id is a list", hover(json!([1])), &[-32600]),
        ("one id three times", hover(json!(7)).repeat(3), &[0, 0, 0]),
        ("a notification with an id", request(json!(7), "textDocument/didOpen", json!({})), &[-32600]),
        ("a request without one", notification("textDocument/hover", place(URI, 0, 0)), &[]),
        ("shutdown without one", notification("shutdown", Value::Null), &[]),
        ("initialize without one", notification("initialize", json!({"capabilities": {}})), &[]),
        ("initialize again", ask("initialize", json!({"capabilities": {}})), &[-32600]),
        ("initialized again", notification("initialized", json!({})).repeat(3), &[]),
        ("unknown", ask("no/such", json!({})), &[-32601]),
        ("unknown with odd params", ask("no/such", json!("x")), &[-32601]),
        ("unknown notification", notification("no/such", json!({})), &[]),
        ("of the protocol, but not offered", ask("textDocument/typeDefinition", place(URI, 0, 0)), &[-32601]),
        ("unknown $/", ask("$/no/such", json!({})), &[-32601]),
        ("unknown $/ notification", notification("$/no/such", Value::Null), &[]),
        ("trace", notification("$/setTrace", json!({"value": "loud"})), &[]),
        ("progress", notification("window/workDoneProgress/cancel", json!({"token": 1})), &[]),
        ("cancel what was never asked", notification("$/cancelRequest", json!({"id": 99})), &[]),
        ("cancel nonsense", notification("$/cancelRequest", json!({"id": {}})), &[]),
        ("no params", ask("textDocument/hover", json!({})), &[-32602]),
        ("params by position", ask("textDocument/hover", json!([1, 2])), &[-32602]),
        ("params are a text", ask("textDocument/hover", json!("x")), &[-32602]),
        ("a line that is a text", ask("textDocument/hover", place(URI, "1", 0)), &[-32602]),
        ("params null", ask("textDocument/completion", Value::Null), &[-32602]),
        ("half the params", ask("textDocument/codeAction", json!({"textDocument": {"uri": URI}})), &[-32602]),
        ("a URI that is none", ask("textDocument/hover", place(":::", 0, 0)), &[-32602]),
        ("negative line", ask("textDocument/hover", place(URI, -1, 0)), &[-32602]),
        ("half a column", ask("textDocument/hover", place(URI, 0, 1.5)), &[-32602]),
        ("a line beyond all numbers", ask("textDocument/hover", place(URI, 1_u64 << 32, 0)), &[-32602]),
        ("resolve nothing", ask("completionItem/resolve", json!({})), &[-32602]),
        ("resolve nonsense", ask("completionItem/resolve", json!({"label": "x", "data": [1]})), &[0]),
        ("open nothing", notification("textDocument/didOpen", json!({})), &[]),
        ("change nonsense", notification("textDocument/didChange", json!({"textDocument": 1, "contentChanges": 5})), &[]),
        ("settings null", notification("workspace/didChangeConfiguration", json!({"settings": null})), &[]),
        ("settings wrong", notification("workspace/didChangeConfiguration", json!({"settings": {"podls": {"rules": [1]}}})), &[]),
        ("settings right again", notification("workspace/didChangeConfiguration", json!({"settings": {}})), &[]),
        ("a watched file that is none", notification("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": 1}]})), &[]),
        ("an answer to nothing", call(json!({"jsonrpc": "2.0", "id": 99, "result": null})), &[]),
        ("an error to nothing", call(json!({"jsonrpc": "2.0", "id": "never asked", "error": {"code": 1, "message": "x"}})), &[]),
        ("an error that is none", call(json!({"jsonrpc": "2.0", "id": 7, "error": "x"})), &[-32600]),
        ("change what was never opened", change(2, json!([{"text": "x"}])), &[]),
        ("close what was never opened", close("file:///never.yaml").repeat(2), &[]),
        ("save what was never opened", notification("textDocument/didSave", json!({"textDocument": {"uri": "file:///never.yaml"}})), &[]),
        ("open again", [open(URI, "a: 1\n"), open(URI, "b: 1\nc: 2\n")].concat(), &[]),
        ("after the end", change(2, json!([edit((99, 99), (i64::from(MOST), i64::from(MOST)), "x: 1\n")])), &[]),
        ("before the start", change(3, json!([edit((-1, 0), (0, 0), "x")])), &[]),
        ("backwards", change(4, json!([edit((1, 1), (0, 1), "x")])), &[]),
        ("an older version", change(1, json!([edit((0, 0), (0, 0), "y")])), &[]),
        ("the oldest version", change(i64::from(i32::MIN), json!([])), &[]),
        ("a version beyond all numbers", change(1 << 40, json!([{"text": "x"}])), &[]),
        ("ten thousand changes", change(5, vec![edit((0, 0), (0, 0), "x\n"); 10_000].into()), &[]),
        ("a thousand new texts", change(6, (0..1000).map(|n| json!({"text": format!("x: {n}\n")})).collect()), &[]),
        (
            "far away",
            [ask("textDocument/hover", place(URI, MOST, MOST)), ask("textDocument/completion", place(URI, 0, MOST))].concat(),
            &[0, 0],
        ),
        (
            "actions backwards",
            ask("textDocument/codeAction", json!({"textDocument": {"uri": URI}, "range": backwards, "context": context})),
            &[0],
        ),
        (
            "edits that overlap, whole texts between them, inside of emoji",
            change(
                7,
                json!([
                    {"text": "a: 😀😀\nb: 1\n"},
                    edit((0, 4), (0, 6), "x"),
                    edit((0, 3), (1, 99), "y"),
                    edit((0, 0), (9, 9), "z: 1\n"),
                    {"text": "😀"},
                    edit((0, 1), (0, 1), "é"),
                ]),
            ),
            &[],
        ),
        ("close, and go on", [close(URI), close(URI), change(7, json!([edit((0, 0), (0, 0), "x")]))].concat(), &[]),
    ]);
}

/// Texts made to be deep, long or of great effect. Each is opened and asked about, and a letter in it is replaced.
#[test]
fn texts() {
    let pod = |spec: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n{spec}");
    let container = |fields: &str| pod(&format!("  containers:\n  - name: a\n    image: b\n{fields}"));
    let many = |count: usize, line: fn(usize) -> String| (0..count).map(line).collect::<String>();
    let bomb = |item: &str, first: &str| {
        (1..30).fold(first.to_owned(), |mut text, n| {
            let all = [format!("*a{}", n - 1).as_str(); 9].join(",");
            writeln!(text, "{}", item.replace("@", &n.to_string()).replace("ALL", &all)).expect("memory");
            text
        })
    };
    let long = if cfg!(debug_assertions) { 2_000_000 } else { 100_000_000 };
    let texts = [
        ("nested dashes", "- ".repeat(200_000)),
        ("nested brackets", "[".repeat(200_000)),
        ("nested and closed", "[".repeat(200_000) + &"]".repeat(200_000)),
        ("nested braces", "{a: ".repeat(200_000)),
        ("nested keys", "? ".repeat(200_000)),
        ("nested arguments", container(&format!("    args: {}", "[".repeat(100_000)))),
        ("indentation", many(400, |n| format!("{}spec:\n", " ".repeat(n)))),
        ("stairs down", many(400, |n| format!("{}a:\n", " ".repeat(400 - n)))),
        ("aliases", bomb("a@: &a@ [ALL]", "apiVersion: v1\nkind: Pod\na0: &a0 [x]\n")),
        ("merges", bomb("- &a@\n  <<: [ALL]", "apiVersion: v1\nkind: List\nitems:\n- &a0\n  apiVersion: v1\n  kind: Pod\n")),
        ("lists", bomb("- &a@\n  kind: List\n  items: [ALL]", "apiVersion: v1\nkind: List\nitems:\n- &a0 {kind: Pod}\n")),
        ("an alias of itself", pod("  containers: &a\n  - *a\n  x: &b {<<: *b}\n")),
        ("marks of anchors", format!("apiVersion: v1\nkind: List\nitems:\n- a: 1\n- b: {}", ":&".repeat(200_000))),
        ("items in brackets", format!("{{kind: List, items: [{}", "{},[\"',".repeat(50_000))),
        ("one line", pod(&format!("  x: {}\n", "a".repeat(long)))),
        ("one key", pod(&format!("  {}: 1\n", "contaners".repeat(100_000)))),
        ("one command", container(&format!("    command: [sh, -c, '{}']\n", "(a && $(b & ".repeat(10_000)))),
        ("line ends", "\r\n\r\r\n\n\u{2028}\u{85}".repeat(1000)),
        ("only CR", pod("  conainers: []\n").replace('\n', "\r")),
        ("control characters", "\u{0}\u{1}\u{7f}\u{feff}\u{fffd}: \u{0}".repeat(1000)),
        ("byte order marks", format!("\u{feff}{}\u{feff}", pod("\u{feff}"))),
        ("markers", "---\n...\n%YAML 9\n--- |\n".repeat(500)),
        ("unknown keys", pod(&many(3000, |n| format!("  a{n}: 1\n")))),
        ("equal keys", pod(&"  a: 1\n".repeat(3000))),
        (
            "unknown volumes",
            container(&format!("    volumeMounts:\n{}", many(1000, |n| format!("    - {{name: w{n}, mountPath: /a{n}}}\n"))))
                + &format!("  volumes:\n{}", many(1000, |n| format!("  - {{name: v{n}, emptyDir: {{}}}}\n"))),
        ),
        ("comments", "# podls: allow(x)\n".repeat(3000)),
        ("templates", pod(&"  {{ if x }}\n".repeat(3000))),
        ("open quotes", pod(&"  a: \"x\n".repeat(1000))),
        // Many times many: none may take the product.
        ("words", pod(&"  word\n".repeat(MANY))),
        ("lone keys in a list", container(&format!("    prots:\n{}", "    - {containrPort: 80}\n".repeat(MANY)))),
        ("blanks after JSON", "{}".repeat(MANY) + &" ".repeat(10 * MANY)),
        ("handles of tags", many(MANY, |n| format!("%TAG !t{n}! tag:x,{n}:\n")) + "---\n" + &many(MANY, |n| format!("a{n}: !t{n}!x b\n"))),
        (
            "annotations of containers",
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n{}spec:\n  containers:\n{}",
                many(MANY, |n| format!("    container.seccomp.security.alpha.kubernetes.io/c{n}: x\n")),
                many(MANY, |n| format!("  - {{name: c{n}, image: a}}\n"))
            ),
        ),
        (
            "requests and limits",
            container(&format!(
                "    resources:\n      limits:\n{0}      requests:\n{0}      claims:\n{1}",
                many(MANY, |n| format!("        x/c{n}: 1\n")),
                many(MANY, |n| format!("      - {{name: c{n}, request: a}}\n"))
            )),
        ),
        (
            "devices, mounts and volumes",
            container(&format!(
                "    volumeDevices:\n{}    volumeMounts:\n{}  volumes:\n{}",
                many(MANY, |n| format!("    - {{name: A_{n}, devicePath: /d{n}}}\n")),
                many(MANY, |n| format!("    - {{name: A_{n}, mountPath: /m{n}}}\n")),
                many(MANY, |n| format!("  - {{name: A_{n}, emptyDir: {{}}}}\n"))
            )),
        ),
        (
            "volumes that claims replace",
            format!(
                "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  volumeClaimTemplates:\n{}  template:\n    spec:\n      volumes:\n{}",
                many(MANY, |n| format!("  - {{metadata: {{name: v{n}}}}}\n")),
                many(MANY, |n| format!("      - {{name: v{n}, emptyDir: {{}}}}\n"))
            ),
        ),
        ("ports that collide", container(&format!("    ports:\n{}", "    - {containerPort: 80}\n".repeat(MANY)))),
        ("patterns in a script", container(&format!("    command: [sh, -c, \"{}\"]\n", "tail -f /a/*.log; ".repeat(MANY)))),
    ];
    survive(texts.into_iter().map(|(name, text)| {
        let mut bytes = open(URI, &text);
        bytes.extend(change(2, json!([edit((0, 3), (0, 4), "é\n")])));
        for (id, line, character) in [(70, 0, 0), (71, 0, 5), (72, 5, 9), (73, MOST, MOST)] {
            bytes.extend(request(json!(id), "textDocument/hover", place(URI, line, character)));
            bytes.extend(request(json!(id + 10), "textDocument/completion", place(URI, line, character)));
        }
        (name, bytes, &[0; 8][..])
    }));
}

#[test]
fn names() {
    let long = format!("file:///{}.yaml", "a".repeat(100_000));
    let up = format!("file:///{}a.yaml", "../".repeat(1000));
    for (uri, readable) in [
        ("untitled:Untitled-1", true),
        ("untitled:", true),
        ("file:///a%20b/%C3%A9.yaml", true),
        ("file:///%FF%00.yaml", true),
        ("file:///c%3A/a.yaml", true),
        ("file:///C:/a.yaml", true),
        ("file:", true),
        ("file://", true),
        ("FILE:///a.yaml", true),
        ("https://example.com/x.yaml?y#z", true),
        ("file://host/share/a.yaml", true),
        ("vscode-notebook-cell:/a#b", true),
        (&long, true),
        (&up, true),
        ("", false),
        ("a.yaml", false),
        ("/work/a.yaml", false),
        ("C:\\a.yaml", false),
        ("\\\\host\\share\\a.yaml", false),
        ("file:///a b.yaml", true),
        ("file:///%zz.yaml", true),
        ("file:///é.yaml", true),
        ("file:///a[1]{x}^|.yaml", true),
        ("\u{0}", false),
    ] {
        let mut client = Client::start(json!({}));
        client.open_as(uri, "yaml", "a: 1\n");
        if readable {
            assert_eq!(client.text(uri), "a: 1\n");
            assert_eq!(client.published(uri), (json!(1), vec![]));
            client.close(uri);
            assert_eq!(client.published(uri), (json!(null), vec![]));
        } else {
            let log = client.expect("window/logMessage");
            assert!(
                log["params"]["message"].as_str().unwrap().contains("textDocument/didOpen: the `uri` of the document is not valid"),
                "{uri}: {log}"
            );
            assert_eq!(client.at("textDocument/hover", uri, 0, 0)["code"], -32602, "{uri}");
        }
    }
    let mut client = Client::start(json!({}));
    client.open_as("file:///main.rs", "rust", "fn main() {}");
    assert!(client.at("textDocument/hover", "file:///main.rs", 0, 0).is_null(), "another language");
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
fn folders_with_names_that_no_uri_may_hold() {
    let folder = json!("file:///w/[id] ä");
    let literals = json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}});
    let mut client =
        Client::start_with(json!({"capabilities": literals, "rootUri": folder, "workspaceFolders": [{"uri": folder, "name": "w"}]}));
    let uri = "file:///w/[id] ä/a.yaml";
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri, "type": 2}]}));
    client.open(uri, "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspce:\n  containers: [{name: a, image: b}]\n");
    assert_eq!(client.published(uri).1[0]["code"], "unknown-field");
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": {"line": 3, "character": 1}, "end": {"line": 3, "character": 1}}, "context": {"diagnostics": []}});
    let actions = client.request("textDocument/codeAction", params);
    assert!(actions[0]["edit"]["changes"][uri].is_array(), "{actions}");
}
