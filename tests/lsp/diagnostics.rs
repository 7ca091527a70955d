//! Diagnostics that the server pushes.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///work/pod.yaml";
const SOUND: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n";
const MISSPELT: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspce:\n  containers:\n  - name: web\n    image: nginx\n";

pub fn edit(from: (usize, usize), to: (usize, usize), text: &str) -> Value {
    json!([{"range": {"start": {"line": from.0, "character": from.1}, "end": {"line": to.0, "character": to.1}}, "text": text}])
}

/// Code, severity and range of each.
fn brief(list: &[Value]) -> Vec<(String, i64, [i64; 4])> {
    let place = |it: &Value| {
        let number = |end: &str, of: &str| it["range"][end][of].as_i64().unwrap();
        [number("start", "line"), number("start", "character"), number("end", "line"), number("end", "character")]
    };
    list.iter().map(|it| (it["code"].as_str().unwrap().to_owned(), it["severity"].as_i64().unwrap(), place(it))).collect()
}

#[test]
fn carry_their_version() {
    let mut client = Client::start(json!({}));
    client.open(URI, MISSPELT);
    let (version, list) = client.published(URI);
    assert_eq!(version, 1);
    assert_eq!(brief(&list), [("unknown-field".to_owned(), 1, [4, 0, 4, 4])]);
    assert_eq!(list[0]["source"], "podls");
    assert!(list[0]["codeDescription"].is_null() && list[0]["data"].is_null(), "this client knows no links: {}", list[0]);

    client.change(URI, 2, edit((4, 0), (4, 4), "spec"));
    assert_eq!(client.published(URI), (json!(2), vec![]));
    client.close(URI);
    assert_eq!(client.published(URI), (json!(null), vec![]));
}

#[test]
fn lead_to_the_page_of_their_rule() {
    let mut client = Client::start(json!({"textDocument": {"publishDiagnostics": {"codeDescriptionSupport": true}}}));
    client.open(URI, MISSPELT);
    let href = client.published(URI).1[0]["codeDescription"]["href"].as_str().unwrap().to_owned();
    assert!(href.starts_with("https://") && href.ends_with("src/rules/README.md#unknown-field"), "{href}");
}

#[test]
fn move_with_the_text_above_them() {
    let mut client = Client::start(json!({}));
    client.open(URI, &format!("{SOUND}---\n{MISSPELT}"));
    assert_eq!(brief(&client.published(URI).1)[0].2, [13, 0, 13, 4]);
    client.change(URI, 2, edit((0, 0), (0, 0), "# a pod\n# and another\n"));
    assert_eq!(brief(&client.published_for(URI, 2))[0].2, [15, 0, 15, 4]);
    client.change(URI, 3, edit((0, 0), (12, 0), ""));
    assert_eq!(brief(&client.published_for(URI, 3))[0].2, [3, 0, 3, 4]);
}

/// `SOUND` in a namespace, on line 4; nothing is wrong with it before the Namespace demands more of its Pods.
const OF_SHOP: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  hostNetwork: true\n  containers:\n  \
                       - name: web\n    image: ghcr.io/example/web:1\n";

#[test]
fn of_one_document_follow_what_another_says() {
    let mut client = Client::start(json!({}));
    client.open(URI, OF_SHOP);
    assert_eq!(client.published(URI).1, Vec::<Value>::new());
    let namespace =
        "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels:\n    pod-security.kubernetes.io/enforce: baseline\n";
    client.change(URI, 2, edit((10, 0), (10, 0), namespace));
    assert_eq!(brief(&client.published_for(URI, 2)), [("pod-security-level".to_owned(), 2, [6, 15, 6, 19])]);
    // Both documents move, and what is known of the first is still known.
    client.change(URI, 3, edit((0, 0), (0, 0), "# a pod\n"));
    assert_eq!(brief(&client.published_for(URI, 3))[0].2, [7, 15, 7, 19]);
    client.change(URI, 4, edit((17, 40), (17, 48), "privileged"));
    assert_eq!(client.published_for(URI, 4), Vec::<Value>::new());
}

#[test]
fn are_not_repeated() {
    let mut client = Client::start(json!({}));
    client.open(URI, MISSPELT);
    assert_eq!(client.published(URI).0, 1);
    // Behind the mistake, nothing that it would move.
    client.change(URI, 2, edit((7, 16), (7, 16), ":1"));
    client.request("podls/testText", json!({ "uri": URI }));
    client.change(URI, 3, edit((4, 0), (4, 4), "spec"));
    assert_eq!(client.published(URI), (json!(3), vec![]));
}

#[test]
fn come_again_where_marks_may_be_lost() {
    let mut client = Client::start(json!({}));
    client.open(URI, MISSPELT);
    let (_, before) = client.published(URI);
    // The line is gone and back: so are the marks in the editor.
    client.change(URI, 2, edit((4, 0), (5, 0), ""));
    client.change(URI, 3, edit((4, 0), (4, 0), "spce:\n"));
    assert_eq!(client.published_for(URI, 3), before);
}

#[test]
fn a_document_without_kind_disturbs_only_beside_a_manifest() {
    let mut client = Client::start(json!({}));
    client.open(URI, "some: values\n");
    assert_eq!(client.published(URI).1, Vec::<Value>::new());
    client.change(URI, 2, edit((1, 0), (1, 0), &format!("---\n{SOUND}")));
    let list = client.published_for(URI, 2);
    assert_eq!(list.len(), 1, "{list:?}");
    assert_eq!(brief(&list)[0].2[0], 0);
    client.change(URI, 3, edit((1, 0), (99, 0), ""));
    assert_eq!(client.published_for(URI, 3), Vec::<Value>::new());
}

/// A file typed from top to bottom: what is not there yet is reported when the author is done.
#[test]
fn what_is_missing_waits_for_the_author() {
    let mut client = Client::start(json!({}));
    client.open(URI, "");
    assert_eq!(client.published(URI), (json!(1), vec![]));
    client.change(URI, 2, edit((0, 0), (0, 0), "apiVersion: v1\nkind: Pod\n"));
    client.request("podls/testText", json!({ "uri": URI }));
    client.save(URI);
    assert_eq!(brief(&client.published(URI).1)[0].0, "missing-field");
    client.change(URI, 3, edit((2, 0), (2, 0), "metadata:\n"));
    assert_eq!(client.published(URI), (json!(3), vec![]));
    let other = "file:///work/other.yaml";
    client.open(other, "a: 1\n");
    assert_eq!(client.published(other), (json!(1), vec![]));
    client.change(other, 2, edit((0, 0), (0, 0), "# elsewhere\n"));
    assert_eq!(brief(&client.published(URI).1)[0].0, "missing-field");
}

#[test]
fn a_file_of_many_documents() {
    let mut client = Client::start(json!({}));
    client.open(URI, &format!("{}---\n{MISSPELT}", format!("{SOUND}---\n").repeat(300)));
    let (_, list) = client.published(URI);
    assert_eq!(list.len(), 1);
    let line = brief(&list)[0].2[0] as usize;
    client.change(URI, 2, edit((line, 0), (line, 4), "spec"));
    assert_eq!(client.published(URI), (json!(2), vec![]));
}

#[test]
fn of_thousands_the_worst_are_sent_and_the_rest_is_counted() {
    let mut client = Client::start(json!({}));
    let fields: String = (0..2000).map(|n| format!("    unknown{n}: x\n")).collect();
    let pod = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n    image: b\n{fields}");
    client.open("file:///many.yaml", &format!("{pod}---\n{pod}"));
    let (_, list) = client.published("file:///many.yaml");
    assert_eq!(list.len(), 301);
    let last = list.last().unwrap();
    assert_eq!(
        (&last["severity"], &last["message"]),
        (&json!(3), &json!("3700 more problems in this file are not shown; `podls check --all` shows them"))
    );
}
