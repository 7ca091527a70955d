//! Inlay hints, semantic tokens, links and lenses.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///work/pod.yaml";
/// Two documents, with a character of two UTF-16 units before a hint.
const FILE: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup}
spec:
  schedule: \"0 3 * * *\"
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web😀, image: nginx:1.29}
  - name: log
    image: busybox
    resources: {limits: {memory: 134217728}}
";

fn opened(capabilities: Value) -> Client {
    let mut client = Client::start(capabilities);
    client.open(URI, FILE);
    client.published(URI);
    client
}

fn range(start: (usize, usize), end: (usize, usize)) -> Value {
    json!({"start": {"line": start.0, "character": start.1}, "end": {"line": end.0, "character": end.1}})
}

/// Line, column and label of the hints in a range.
fn hints(client: &mut Client, range: &Value) -> Vec<(u64, u64, String)> {
    let found = client.request("textDocument/inlayHint", json!({"textDocument": {"uri": URI}, "range": range}));
    let all = found.as_array().unwrap_or_else(|| panic!("{found}"));
    let number = |it: &Value| it.as_u64().unwrap();
    all.iter()
        .map(|it| (number(&it["position"]["line"]), number(&it["position"]["character"]), it["label"].as_str().unwrap().into()))
        .collect()
}

const WHOLE: ((usize, usize), (usize, usize)) = ((0, 0), (99, 0));

#[test]
fn hints_are_those_of_the_range() {
    let mut client = opened(json!({"textDocument": {"inlayHint": {}}}));
    assert_eq!(client.initialized["capabilities"]["inlayHintProvider"], true);
    let [schedule, one, two, bytes] = [
        (4, 23, "at 03:00 every day".to_owned()),
        (11, 35, "pull: IfNotPresent".to_owned()),
        (13, 18, "pull: Always".to_owned()),
        (14, 42, "= 128Mi".to_owned()),
    ];
    let all = [schedule.clone(), one.clone(), two.clone(), bytes];
    assert_eq!(hints(&mut client, &range(WHOLE.0, WHOLE.1)), all);
    assert_eq!(hints(&mut client, &range((0, 0), (4, 30))), [schedule]);
    assert_eq!(hints(&mut client, &range((11, 35), (13, 18))), [one.clone(), two]);
    // An edit of one document leaves those of the other one.
    client.change(URI, 2, json!([{"range": range((4, 11), (4, 23)), "text": "\n    \"@hourly\""}]));
    assert_eq!(hints(&mut client, &range((0, 0), (12, 40))), [(5, 13, "every hour".to_owned()), (12, 35, one.2)]);
    client.published(URI);
}

#[test]
fn hints_are_switched_on_and_off() {
    let capabilities = json!({"textDocument": {"inlayHint": {}}, "workspace": {"inlayHint": {"refreshSupport": true}}});
    let options = json!({"inlayHints": {"schedule": false, "pullPolicy": false, "defaults": true}});
    let mut client = Client::start_with(json!({"capabilities": capabilities, "initializationOptions": options}));
    client.open(URI, FILE);
    client.published(URI);
    let labels = |client: &mut Client| hints(client, &range(WHOLE.0, WHOLE.1)).into_iter().map(|it| it.2).collect::<Vec<_>>();
    assert_eq!(labels(&mut client), ["restartPolicy: Always, terminationGracePeriodSeconds: 30", "= 128Mi"]);
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"podls": {"inlayHints": {"defaults": false}}}}));
    let refresh = client.expect("workspace/inlayHint/refresh");
    client.reply(&refresh, Value::Null);
    assert_eq!(labels(&mut client), ["= 128Mi"]);
}

#[test]
fn nothing_is_offered_to_a_client_that_shows_nothing() {
    let client = opened(json!({}));
    let offered = client.initialized["capabilities"].as_object().unwrap();
    for name in ["inlayHintProvider", "semanticTokensProvider", "codeLensProvider", "documentLinkProvider"] {
        assert_eq!(offered.get(name), None);
    }
}

#[test]
fn the_items_of_a_list_have_theirs() {
    let mut client = Client::start(json!({"textDocument": {"inlayHint": {}}}));
    let pod = |name: &str| {
        format!(
            "- apiVersion: v1\n  kind: Pod\n  metadata: {{name: {name}}}\n  spec:\n    containers:\n    - {{name: {name}, image: nginx}}\n"
        )
    };
    client.open(URI, &format!("apiVersion: v1\nkind: List\nitems:\n{}{}", pod("a"), pod("b")));
    client.published(URI);
    let expected = [(8, 28, "pull: Always".to_owned()), (14, 28, "pull: Always".to_owned())];
    assert_eq!(hints(&mut client, &range(WHOLE.0, WHOLE.1)), expected);
    client.change(URI, 2, json!([{"range": range((8, 28), (8, 28)), "text": ":1.29"}]));
    let expected = [(8, 33, "pull: IfNotPresent".to_owned()), (14, 28, "pull: Always".to_owned())];
    assert_eq!(hints(&mut client, &range(WHOLE.0, WHOLE.1)), expected);
}

/// What VS Code announces, but for types that podls does not use.
fn colours() -> Value {
    json!({"textDocument": {"semanticTokens": {
        "requests": {"range": true, "full": {"delta": true}},
        "tokenTypes": ["type", "class", "struct", "namespace", "enumMember", "function", "string", "operator", "macro", "variable"],
        "tokenModifiers": ["declaration", "definition"],
        "formats": ["relative"],
        "augmentsSyntaxTokens": true
    }}})
}

/// Line, column, length, type and modifiers of tokens.
fn decoded(initialized: &Value, data: &Value) -> Vec<(u64, u64, u64, String, u64)> {
    let legend = &initialized["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"];
    let numbers: Vec<u64> = data.as_array().unwrap_or_else(|| panic!("{data}")).iter().map(|it| it.as_u64().unwrap()).collect();
    let (mut line, mut start) = (0, 0);
    let tokens = numbers.chunks(5).map(|token| {
        start = if token[0] == 0 { start + token[1] } else { token[1] };
        line += token[0];
        (line, start, token[2], legend[token[3] as usize].as_str().unwrap().to_owned(), token[4])
    });
    tokens.collect()
}

#[test]
fn tokens_of_all_of_a_range_and_of_a_change() {
    let mut client = opened(colours());
    let whole = client.request("textDocument/semanticTokens/full", json!({"textDocument": {"uri": URI}}));
    let initialized = client.initialized.clone();
    let token = |line, start, length, name: &str, modifiers| (line, start, length, name.to_owned(), modifiers);
    let all = decoded(&initialized, &whole["data"]);
    assert_eq!(
        all,
        [
            token(1, 6, 7, "type", 0),
            token(2, 17, 6, "class", 1),
            token(7, 6, 3, "type", 0),
            token(8, 17, 3, "class", 1),
            token(11, 11, 5, "struct", 1),
            token(11, 25, 5, "namespace", 0),
            token(11, 31, 4, "enumMember", 0),
            token(12, 10, 3, "struct", 1),
            token(13, 11, 7, "namespace", 0),
        ]
    );
    let part = json!({"textDocument": {"uri": URI}, "range": range((8, 0), (11, 31))});
    let part = client.request("textDocument/semanticTokens/range", part);
    assert_eq!(decoded(&initialized, &part["data"]), all[3..6]);

    client.change(URI, 2, json!([{"range": range((8, 17), (8, 17)), "text": "my-"}]));
    let mut id = whole["resultId"].clone();
    let mut ask = |client: &mut Client| {
        let delta = client.request("textDocument/semanticTokens/full/delta", json!({"textDocument": {"uri": URI}, "previousResultId": id}));
        id = delta["resultId"].clone();
        delta
    };
    let changed = ask(&mut client);
    assert_eq!(changed["edits"], json!([{"start": 15, "deleteCount": 5, "data": [1, 17, 6, 1, 1]}]));
    assert_eq!(ask(&mut client)["edits"], json!([]));
    let unknown = json!({"textDocument": {"uri": URI}, "previousResultId": "another"});
    assert_eq!(client.request("textDocument/semanticTokens/full/delta", unknown)["data"].as_array().unwrap().len(), all.len() * 5);
}

#[test]
fn a_script_is_coloured_line_by_line() {
    let mut client = Client::start(colours());
    let script = "set -e\n      echo \"a\n\n        $(A)b\" |\n      ./run.sh";
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: b\n    image: c:1\n    env: [{{name: A, value: b}}]\n    command:\n    - sh\n    - -c\n    - |\n      {script}\n"
    );
    client.open(URI, &text);
    client.published(URI);
    let all = client.request("textDocument/semanticTokens/full", json!({"textDocument": {"uri": URI}}));
    let all = decoded(&client.initialized, &all["data"]);
    let expected = [
        (9, 6, 2, "function"),
        (12, 6, 3, "function"),
        (13, 6, 4, "function"),
        (13, 11, 2, "string"),
        (15, 8, 4, "macro"),
        (15, 12, 2, "string"),
        (15, 15, 1, "operator"),
        (16, 6, 8, "function"),
    ];
    let of_script: Vec<_> = all.iter().filter(|it| it.0 > 7).map(|it| (it.0, it.1, it.2, it.3.as_str())).collect();
    assert_eq!(of_script, expected);
}

#[test]
fn images_lead_to_their_pages_and_kustomizations_to_their_files() {
    let mut client = opened(json!({"textDocument": {"documentLink": {}}}));
    let links = client.request("textDocument/documentLink", json!({"textDocument": {"uri": URI}}));
    let expected = json!([
        {"range": range((11, 25), (11, 30)), "target": "https://hub.docker.com/_/nginx"},
        {"range": range((13, 11), (13, 18)), "target": "https://hub.docker.com/_/busybox"}
    ]);
    assert_eq!(links, expected);

    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("linked");
    std::fs::create_dir_all(folder.join("base")).unwrap();
    for file in ["pod.yaml", "base/kustomization.yaml"] {
        std::fs::write(folder.join(file), "").unwrap();
    }
    let uri = |file: &str| format!("file://{}/{file}", folder.display());
    let text =
        "resources:\n- pod.yaml\n- base\n- missing.yaml\n- https://example.com/a.yaml\nconfigMapGenerator:\n- files: [b.yaml=pod.yaml]\n";
    client.open(&uri("kustomization.yaml"), text);
    client.published(&uri("kustomization.yaml"));
    let links = client.request("textDocument/documentLink", json!({"textDocument": {"uri": uri("kustomization.yaml")}}));
    let targets: Vec<&str> = links.as_array().unwrap().iter().map(|it| it["target"].as_str().unwrap()).collect();
    assert_eq!(targets, [uri("pod.yaml"), uri("base/kustomization.yaml"), uri("pod.yaml")]);
    assert_eq!(links[2]["range"], range((6, 17), (6, 25)));
    assert_eq!(links[0]["range"], range((1, 2), (1, 10)));
}

#[test]
fn lenses_have_a_command_where_the_client_runs_it() {
    let pod = FILE.replace("image: busybox\n", "image: busybox\n    volumeMounts: [{name: data, mountPath: /d}]\n")
        + "  volumes: [{name: data}]\n";
    for runs in [false, true] {
        let commands = if runs { vec!["podls.showPlaces"] } else { vec![] };
        let experimental = json!({"commands": {"commands": commands}});
        let mut client = Client::start(json!({"textDocument": {"codeLens": {}}, "experimental": experimental}));
        client.open(URI, &pod);
        client.published(URI);
        let lenses = client.request("textDocument/codeLens", json!({"textDocument": {"uri": URI}}));
        let titles: Vec<&str> = lenses.as_array().unwrap().iter().map(|it| it["command"]["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["2 containers", "1 volume", "1 mount"]);
        assert_eq!(lenses[2]["range"], range((12, 10), (12, 13)));
        let place = json!({"uri": URI, "range": range((14, 26), (14, 30))});
        let command =
            json!({"title": "1 mount", "command": "podls.showPlaces", "arguments": [URI, {"line": 12, "character": 10}, [place]]});
        assert_eq!(lenses[2]["command"], if runs { command } else { json!({"title": "1 mount", "command": ""}) });
    }
}
