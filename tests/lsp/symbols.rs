//! Names, outlines, ranges to fold and to select.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///work/pod.yaml";
/// Two documents, with a character of two UTF-16 units before a name.
const FILE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: nginx
    volumeMounts: [{mountPath: /😀, name: data}]
  volumes:
  - name: data
    emptyDir: {}
";
const NESTED: &str = r#"{"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}}"#;

fn opened(capabilities: Value) -> Client {
    let mut client = Client::start(capabilities);
    client.open(URI, FILE);
    client.published(URI);
    client
}

fn range(line: usize, start: usize, end: usize) -> Value {
    json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}})
}

fn at(line: usize, character: usize) -> Value {
    json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}})
}

#[test]
fn from_a_use_to_its_definition_and_back() {
    let mut client = opened(json!({}));
    let (mount, volume) = (range(11, 42, 46), range(13, 10, 14));
    assert_eq!(client.request("textDocument/definition", at(11, 43)), json!([{"uri": URI, "range": volume}]));
    assert_eq!(client.request("textDocument/definition", at(10, 12)), Value::Null);
    for declaration in [true, false] {
        let mut params = at(13, 10);
        params["context"] = json!({"includeDeclaration": declaration});
        let found = client.request("textDocument/references", params);
        let ranges: Vec<&Value> = found.as_array().unwrap().iter().map(|it| &it["range"]).collect();
        assert_eq!(ranges, if declaration { vec![&volume, &mount] } else { vec![&mount] });
    }
    let marked = client.request("textDocument/documentHighlight", at(11, 46));
    assert_eq!(marked, json!([{"range": volume, "kind": 3}, {"range": mount, "kind": 2}]));
}

#[test]
fn a_name_is_changed_everywhere_or_the_reason_is_given() {
    let mut client = opened(json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}));
    assert_eq!(client.request("textDocument/prepareRename", at(11, 43)), json!({"range": range(11, 42, 46), "placeholder": "data"}));
    assert_eq!(client.request("textDocument/prepareRename", at(0, 2)), Value::Null);
    let mut params = at(11, 43);
    params["newName"] = json!("files");
    let change = client.request("textDocument/rename", params.clone());
    let edits = &change["documentChanges"][0];
    assert_eq!(edits["textDocument"], json!({"uri": URI, "version": 1}));
    assert_eq!(edits["edits"], json!([{"range": range(11, 42, 46), "newText": "files"}, {"range": range(13, 10, 14), "newText": "files"}]));
    params["newName"] = json!("Not a name");
    let refused = client.request("textDocument/rename", params);
    assert!(refused["message"].as_str().unwrap().contains("cannot be the name of a volume"), "{refused}");
}

#[test]
fn an_outline_is_a_tree_or_flat() {
    let mut client = opened(serde_json::from_str(NESTED).unwrap());
    let tree = client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": URI}}));
    let names: Vec<&Value> = tree.as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["Service web", "Pod web"]);
    let [containers, volumes] = &tree[1]["children"].as_array().unwrap()[..] else { panic!("{tree}") };
    assert_eq!((&containers["children"][0]["name"], &containers["children"][0]["detail"]), (&json!("web"), &json!("nginx")));
    assert_eq!(volumes["children"][0]["selectionRange"], range(13, 10, 14));

    let mut client = opened(json!({}));
    let flat = client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": URI}}));
    let mount = flat.as_array().unwrap().iter().find(|it| it["name"] == "/😀").unwrap();
    assert_eq!(mount["containerName"], "web");
}

#[test]
fn ranges_to_fold_and_to_select() {
    let mut client = opened(json!({}));
    let folds = client.request("textDocument/foldingRange", json!({"textDocument": {"uri": URI}}));
    let lines: Vec<_> = folds.as_array().unwrap().iter().map(|it| (it["startLine"].as_u64(), it["endLine"].as_u64())).collect();
    assert_eq!(lines, [(7, 14), (8, 11), (9, 11), (12, 14), (13, 14)].map(|(start, end)| (Some(start), Some(end))));
    let positions = json!([{"line": 13, "character": 11}, {"line": 3, "character": 1}]);
    let found = client.request("textDocument/selectionRange", json!({"textDocument": {"uri": URI}, "positions": positions}));
    assert_eq!(found.as_array().unwrap().len(), 2);
    assert_eq!((&found[0]["range"], &found[0]["parent"]["range"]), (&range(13, 10, 14), &range(13, 4, 14)));
}

#[test]
fn what_is_no_manifest_is_left_to_others() {
    let mut client = Client::start(json!({}));
    client.open(URI, "services: &a\n  web:\n    image: nginx\nmore: *a\n");
    client.published(URI);
    assert_eq!(client.request("textDocument/definition", at(3, 7)), Value::Null);
    assert_eq!(client.request("textDocument/foldingRange", json!({"textDocument": {"uri": URI}})), Value::Null);
    assert_eq!(client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": URI}})), json!([]));
}
