//! Fixes.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///work/pod.yaml";
const TWICE: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  nmae: web\nspce:\n  containers:\n  - name: web\n    image: nginx\n";

/// The actions for a line, perhaps of certain kinds only.
pub fn actions(client: &mut Client, uri: &str, line: usize, only: Option<&str>) -> Vec<Value> {
    let range = json!({"start": {"line": line, "character": 0}, "end": {"line": line, "character": 99}});
    let mut context = json!({"diagnostics": []});
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let actions = client.request("textDocument/codeAction", json!({"textDocument": {"uri": uri}, "range": range, "context": context}));
    actions.as_array().unwrap_or_else(|| panic!("{actions}")).clone()
}

/// A text after the edits of an action; columns count bytes here.
pub fn applied(text: &str, uri: &str, action: &Value) -> String {
    let edits = action["edit"]["changes"].get(uri).or(action["edit"]["documentChanges"][0].get("edits"));
    let mut edits = edits.and_then(Value::as_array).unwrap_or_else(|| panic!("no edits: {action}")).clone();
    let offset = |place: &Value| {
        let line = place["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        start + place["character"].as_u64().unwrap() as usize
    };
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(&edit["range"]["start"])));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(offset(&edit["range"]["start"])..offset(&edit["range"]["end"]), edit["newText"].as_str().unwrap());
    }
    text
}

#[test]
fn the_sure_one_is_preferred() {
    let mut client = Client::start(json!({}));
    client.open(URI, TWICE);
    assert_eq!(client.published(URI).1.len(), 2);
    let actions = actions(&mut client, URI, 4, None);
    assert_eq!(actions[0]["kind"], "quickfix");
    assert_eq!(actions[0]["isPreferred"], true);
    assert_eq!(actions[0]["diagnostics"][0]["code"], "unknown-field");
    assert_eq!(applied(TWICE, URI, &actions[0]), TWICE.replace("spce", "spec"));
}

#[test]
fn edits_name_their_version_where_the_client_reads_it() {
    let mut client = Client::start(json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}));
    client.open(URI, TWICE);
    assert_eq!(client.published(URI).1.len(), 2);
    let action = actions(&mut client, URI, 4, Some("quickfix")).remove(0);
    assert_eq!(action["edit"]["documentChanges"][0]["textDocument"], json!({"uri": URI, "version": 1}));
    assert_eq!(applied(TWICE, URI, &action), TWICE.replace("spce", "spec"));
}

#[test]
fn only_what_is_asked_for() {
    let mut client = Client::start(json!({}));
    client.open(URI, TWICE);
    assert_eq!(client.published(URI).1.len(), 2);
    for only in ["refactor.move", "source.organizeImports", "quickfix.other"] {
        assert_eq!(actions(&mut client, URI, 4, Some(only)), Vec::<Value>::new(), "{only}");
    }
    assert_eq!(actions(&mut client, URI, 1, None), Vec::<Value>::new());
    let uri = "file:///not/open.yaml";
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    let params = json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
    assert!(client.request("textDocument/codeAction", params).is_null());
}

#[test]
fn a_finding_can_be_ignored() {
    let mut client = Client::start(json!({}));
    let text = format!("# mine\n{TWICE}---\n{TWICE}");
    client.open(URI, &text);
    assert_eq!(client.published(URI).1.len(), 4);
    let actions = actions(&mut client, URI, 14, Some("quickfix"));
    let [.., here, in_file] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(here["title"], "Ignore here: `# podls: allow(unknown-field)`");
    assert_eq!(applied(&text, URI, here), format!("# mine\n{TWICE}---\n{}", TWICE.replace("spce", "# podls: allow(unknown-field)\nspce")));
    assert_eq!(in_file["title"], "Ignore in this file: `# podls: allow-file(unknown-field)`");
    let silent = applied(&text, URI, in_file);
    assert_eq!(silent, format!("# podls: allow-file(unknown-field)\n{text}"));

    // The comment counts from the moment it is written, in all documents, and no longer than that.
    client.change(URI, 2, json!([{"text": silent}]));
    assert_eq!(client.published(URI).1.as_slice(), [] as [Value; 0]);
    client.change(URI, 3, json!([{"text": silent.replace("allow-file", "allow-flie")}]));
    assert!(client.published(URI).1.len() >= 4);
}

#[test]
fn everything_at_once() {
    let mut client = Client::start(json!({}));
    let text = format!("{TWICE}---\n{TWICE}");
    client.open(URI, &text);
    assert_eq!(client.published(URI).1.len(), 4);
    for only in ["source.fixAll.podls", "source.fixAll", "source"] {
        let actions = actions(&mut client, URI, 0, Some(only));
        assert_eq!(actions.len(), 1, "{only}");
        assert_eq!(actions[0]["kind"], "source.fixAll.podls");
        assert_eq!(applied(&text, URI, &actions[0]), text.replace("spce", "spec").replace("nmae", "name"));
    }
}

#[test]
fn a_client_without_code_actions_of_its_own_gets_commands() {
    let mut client = Client::start_with(json!({"processId": null, "rootUri": null, "capabilities": {"workspace": {"applyEdit": true}}}));
    client.open(URI, TWICE);
    assert_eq!(client.published(URI).1.len(), 2);
    let command = actions(&mut client, URI, 4, None).remove(0);
    assert_eq!((&command["title"], &command["command"]), (&json!("Rename to `spec`"), &json!("podls.applyFix")));
    let run = json!({"command": command["command"], "arguments": command["arguments"]});
    let id = client.ask("workspace/executeCommand", run.clone());
    let request = client.expect("workspace/applyEdit");
    assert_eq!(applied(TWICE, URI, &request["params"]), TWICE.replace("spce", "spec"));
    client.reply(&request, json!({"applied": true}));
    assert!(client.answer(id).is_null());
    // An edit of an older text would damage the file.
    client.change(URI, 2, json!([{"text": "kind: Pod\n"}]));
    assert_eq!(client.published(URI).0, 2);
    let id = client.ask("workspace/executeCommand", run);
    assert!(client.answer(id)["message"].as_str().unwrap().contains("request the fixes again"));
}

const WORKLOAD: &str = "\
# é
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
spec:
  containers:
  - name: web
    image: nginx
    ports: [{name: http, containerPort: 80}]
";

/// The titles and kinds of the refactorings at a place, in a context.
fn refactorings(client: &mut Client, line: usize, character: usize, context: Value) -> Vec<(String, String)> {
    let place = json!({"line": line, "character": character});
    let params = json!({"textDocument": {"uri": URI}, "range": {"start": place, "end": place}, "context": context});
    let actions = client.request("textDocument/codeAction", params);
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let actions = actions.as_array().into_iter().flatten().map(|it| (text(&it["title"]), text(&it["kind"])));
    actions.filter(|(_, kind)| kind.starts_with("refactor")).collect()
}

#[test]
fn refactorings_are_offered_where_they_apply() {
    let mut client = Client::start(json!({}));
    let kinds = &client.initialized["capabilities"]["codeActionProvider"]["codeActionKinds"];
    assert!(kinds.as_array().unwrap().contains(&json!("refactor.extract")), "{kinds}");
    client.open(URI, WORKLOAD);
    assert_eq!(client.published(URI).1.as_slice(), [] as [Value; 0]);
    let asked = |context: &str| serde_json::from_str::<Value>(context).unwrap();
    let invoked = asked(r#"{"diagnostics": [], "triggerKind": 1}"#);
    let found = refactorings(&mut client, 2, 7, invoked.clone());
    let both = |title: &str, kind: &str| (title.to_owned(), kind.to_owned());
    assert_eq!(
        found,
        [
            both("Convert to a Deployment", "refactor.rewrite"),
            both("Make this a static Pod", "refactor.rewrite"),
            both("Create a Service for `web`", "refactor.extract"),
            both("Create a NetworkPolicy for `web`", "refactor.extract"),
        ]
    );
    let automatic = asked(r#"{"diagnostics": [], "triggerKind": 2}"#);
    assert_eq!(refactorings(&mut client, 2, 7, automatic), []);
    let only = asked(r#"{"diagnostics": [], "triggerKind": 2, "only": ["refactor.extract"]}"#);
    assert_eq!(refactorings(&mut client, 2, 7, only), found[2..]);
    assert_eq!(refactorings(&mut client, 2, 7, asked(r#"{"diagnostics": [], "only": ["quickfix"]}"#)), []);
    assert_eq!(refactorings(&mut client, 6, 2, invoked), []);
    let converted = actions(&mut client, URI, 2, Some("refactor.rewrite")).remove(0);
    let text = applied(WORKLOAD, URI, &converted);
    assert!(text.contains("kind: Deployment") && text.ends_with("        ports: [{name: http, containerPort: 80}]\n"), "{text}");
    client.change(URI, 2, json!([{"text": text}]));
    let back = actions(&mut client, URI, 2, Some("refactor.rewrite")).remove(0);
    assert_eq!((&back["title"], applied(&text, URI, &back)), (&json!("Convert to a Pod"), WORKLOAD.to_owned()));
}

#[test]
fn no_refactorings_for_clients_without_code_actions_of_their_own() {
    let mut client = Client::start_with(json!({"processId": null, "rootUri": null, "capabilities": {}}));
    client.open(URI, WORKLOAD);
    assert_eq!(client.published(URI).1.as_slice(), [] as [Value; 0]);
    let kinds = &client.initialized["capabilities"]["codeActionProvider"]["codeActionKinds"];
    assert!(!kinds.to_string().contains("refactor"), "{kinds}");
    assert_eq!(actions(&mut client, URI, 2, None), [] as [Value; 0]);
}
