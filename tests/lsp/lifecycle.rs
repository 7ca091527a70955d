//! From `initialize` to `exit`.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::client::{Client, frame};

#[test]
fn says_what_it_offers() {
    let client = Client::start(json!({}));
    let offered = &client.initialized["capabilities"];
    assert_eq!(offered["positionEncoding"], "utf-16");
    assert_eq!(offered["textDocumentSync"]["change"], 2);
    assert_eq!(offered["hoverProvider"], true);
    assert_eq!(offered["completionProvider"]["resolveProvider"], true);
    assert!(offered["codeActionProvider"]["codeActionKinds"].as_array().unwrap().contains(&json!("source.fixAll.podls")));
    assert!(offered["diagnosticProvider"].is_null(), "a client that doesn't ask gets diagnostics pushed");
    assert_eq!(client.initialized["serverInfo"]["name"], "podls");
}

#[test]
fn requests_before_initialize_and_after_shutdown_are_refused() {
    let place = json!({"textDocument": {"uri": "file:///a.yaml"}, "position": {"line": 0, "character": 0}});
    let mut client = Client::spawn(&[]);
    assert_eq!(client.request("textDocument/hover", place.clone())["code"], -32002);
    client.initialize(json!({"capabilities": {}}));
    assert_eq!(client.request("initialize", json!({"capabilities": {}}))["code"], -32600);
    assert!(client.shutdown().is_null());
    assert_eq!(client.request("textDocument/hover", place)["code"], -32600);
    assert!(client.exit().success());
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    assert_eq!(Client::start(json!({})).exit().code(), Some(1));
    assert_eq!(Client::spawn(&[]).exit().code(), Some(1));
}

#[test]
fn the_end_of_the_input_is_the_end() {
    assert_eq!(Client::start(json!({})).hang_up().code(), Some(1));
    assert_eq!(Client::spawn(&[]).hang_up().code(), Some(1));
}

/// An editor that crashed reads no more.
#[test]
fn the_end_of_the_reader_is_the_end() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_podls"));
    let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    drop(server.stdout.take());
    let mut stdin = server.stdin.take().unwrap();
    stdin.write_all(&frame(br#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#)).unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(1));
}

/// An editor that crashed may leave after who holds its pipes.
#[cfg(unix)]
#[test]
fn the_end_of_the_editor_is_the_end() {
    let mut editor = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let mut client = Client::start_with(json!({"processId": editor.id(), "capabilities": {}}));
    assert!(client.at("textDocument/hover", "file:///a.yaml", 0, 0).is_null());
    drop(editor.stdin.take());
    assert!(editor.wait().unwrap().success());
    assert_eq!(client.ended().code(), Some(1));
    // From within a container, the editor is not to be seen.
    let mut other = Client::start_with(json!({"processId": editor.id(), "capabilities": {}}));
    assert!(other.at("textDocument/hover", "file:///a.yaml", 0, 0).is_null());
}

#[test]
fn the_start_may_be_sent_in_one_go() {
    let mut client = Client::spawn(&[]);
    let id = client.ask("initialize", json!({"capabilities": {}}));
    client.notify("initialized", json!({}));
    client.open("file:///a.yaml", "a: 1\n");
    assert!(client.answer(id)["capabilities"].is_object());
    assert_eq!(client.text("file:///a.yaml"), "a: 1\n");
    assert_eq!(client.published("file:///a.yaml"), (json!(1), vec![]));
}

/// What `benches/protocol/files.py` measures with ten thousand files and a release build.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn closed_files_leave_nothing_behind() {
    let mut client = Client::start(json!({}));
    let uris: Vec<_> = (0..2000).map(|number| format!("file:///{number}.yaml")).collect();
    let text = format!("apiVersion: v1\nkind: Pod\nspec:\n  x: {}\n", "a".repeat(1000));
    client.open("file:///first.yaml", &text);
    client.published("file:///first.yaml");
    let (memory, threads) = client.usage();
    let wait = |client: &mut Client| {
        for _ in &uris {
            client.expect("textDocument/publishDiagnostics");
        }
    };
    uris.iter().for_each(|uri| client.open(uri, &text));
    wait(&mut client);
    uris.iter().for_each(|uri| client.close(uri));
    wait(&mut client);
    // The memory is given back after the last list, a moment later.
    let started = std::time::Instant::now();
    while client.usage().0 > memory + (10 << 20) {
        assert!(started.elapsed().as_secs() < 20, "from {memory} to {:?}", client.usage());
        assert!(client.at("textDocument/hover", "file:///first.yaml", 0, 0).is_object());
    }
    assert!(client.usage().1 <= threads + 2, "from {threads} threads to {:?}", client.usage());
    client.close("file:///first.yaml");
    client.published("file:///first.yaml");
}
