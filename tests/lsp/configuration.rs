//! Settings of the user, and files that decide how others are read.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///work/pod.yaml";
const MISSPELT: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspce:\n  containers:\n  - name: web\n    image: nginx\n";

fn severities(list: &[Value]) -> Vec<i64> {
    list.iter().map(|it| it["severity"].as_i64().unwrap()).collect()
}

#[test]
fn options_at_the_start() {
    for (options, expected) in [
        (json!({"rules": {"unknown-field": "off"}}), vec![]),
        (json!({"rules": {"unknown-field": "hint"}}), vec![4]),
        (json!({"podls": {"rules": {"unknown-field": "information"}}}), vec![3]),
        (json!({"kubernetes": "1.34", "server": {"path": ""}}), vec![1]),
    ] {
        let mut client = Client::start_with(json!({"capabilities": {}, "initializationOptions": options}));
        client.open(URI, MISSPELT);
        assert_eq!(severities(&client.published(URI).1), expected, "{options}");
    }
}

#[test]
fn what_is_wrong_is_shown_and_the_rest_counts() {
    let options = json!({"kubernetes": 1.35, "rules": {"no-such-rule": "off", "unknown-field": "warning"}});
    let mut client = Client::start_with(json!({"capabilities": {}, "initializationOptions": options}));
    for part in ["podls.kubernetes", "no-such-rule"] {
        let shown = client.expect("window/showMessage");
        assert!(shown["params"]["message"].as_str().unwrap().contains(part), "{shown}");
    }
    client.open(URI, MISSPELT);
    assert_eq!(severities(&client.published(URI).1), [2]);
}

#[test]
fn a_client_that_can_be_asked_is_asked() {
    let mut client = Client::start(json!({"workspace": {"configuration": true}}));
    let asked = client.expect("workspace/configuration");
    assert_eq!(asked["params"]["items"][0]["section"], "podls");
    client.open(URI, MISSPELT);
    assert_eq!(severities(&client.published(URI).1), [1]);
    client.reply(&asked, json!([{"rules": {"unknown-field": "hint"}}]));
    assert_eq!(severities(&client.published(URI).1), [4]);

    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    let asked = client.expect("workspace/configuration");
    client.reply(&asked, json!([null]));
    assert_eq!(severities(&client.published(URI).1), [1]);
}

#[test]
fn a_client_that_tells_is_heard() {
    let mut client = Client::start(json!({}));
    client.open(URI, MISSPELT);
    assert_eq!(severities(&client.published(URI).1), [1]);
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"podls": {"rules": {"unknown-field": "off"}}}}));
    assert_eq!(severities(&client.published(URI).1), [] as [i64; 0]);
}

/// An empty folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn the_teams_file_wins_and_is_watched() {
    let folder = folder("watched");
    let config = folder.join(".podls.yaml");
    fs::write(&config, "rules:\n  unknown-field: warning\n").unwrap();
    let uri = format!("file://{}", folder.join("pod.yaml").display());

    let capabilities = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let options = json!({"rules": {"unknown-field": "hint"}});
    let mut client = Client::start_with(json!({"capabilities": capabilities, "initializationOptions": options}));
    let register = client.expect("client/registerCapability");
    assert!(register.to_string().contains("**/.podls.yaml"), "{register}");
    client.reply(&register, Value::Null);
    client.open(&uri, MISSPELT);
    assert_eq!(severities(&client.published(&uri).1), [2]);

    fs::write(&config, "rules:\n  unknown-field: loud\n").unwrap();
    let changes = json!({"changes": [{"uri": format!("file://{}", config.display()), "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", changes.clone());
    let shown = client.expect("window/showMessage");
    assert!(shown["params"]["message"].as_str().unwrap().contains(".podls.yaml:2: "), "{shown}");
    assert_eq!(severities(&client.published(&uri).1), [4]);

    fs::write(&config, "exclude: [pod.yaml]\n").unwrap();
    client.notify("workspace/didChangeWatchedFiles", changes);
    assert_eq!(severities(&client.published(&uri).1), [] as [i64; 0]);
}

#[test]
fn the_teams_file_is_checked_itself() {
    let uri = "file:///work/.podls.yaml";
    let mut client = Client::start(json!({}));
    client.open(uri, "kubernetes: '1.35'\nrules:\n  no-such-rule: off\n");
    let (_, list) = client.published(uri);
    assert_eq!(list.len(), 1, "{list:?}");
    assert_eq!((&list[0]["code"], &list[0]["range"]["start"]["line"]), (&json!("podls-config"), &json!(2)));
}

#[test]
fn a_chart_holds_templates() {
    let folder = folder("chart");
    fs::create_dir(folder.join("templates")).unwrap();
    fs::write(folder.join("Chart.yaml"), "name: web\n").unwrap();
    let template = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\n";
    let [inside, outside] = ["templates/pod.yaml", "../pod.yaml"].map(|path| format!("file://{}", folder.join(path).display()));
    let mut client = Client::start(json!({}));
    client.open(&outside, template);
    assert_eq!(client.published(&outside).1.iter().filter(|it| it["code"] == "yaml-template").count(), 1);
    client.open(&inside, template);
    assert_eq!(client.published(&inside).1.iter().filter(|it| it["code"] == "yaml-template").count(), 0);
    client.open_as("untitled:a", "helm", template);
    assert_eq!(client.published("untitled:a").1.iter().filter(|it| it["code"] == "yaml-template").count(), 0);
}

/// The kustomization that lists a patch, or completes a base, may lie in any folder of the workspace.
#[test]
fn a_kustomization_anywhere_in_the_workspace_counts() {
    let folder = folder("overlays");
    for (path, text) in [
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("overlay/kustomization.yaml", "resources: [../base]\npatches: [{path: ../patches/web.yaml}]\n"),
    ] {
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), text).unwrap();
    }
    let root = format!("file://{}", folder.display());
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replica: 2\n";
    let mut client = Client::start_with(json!({"capabilities": {}, "workspaceFolders": [{"uri": root, "name": "work"}]}));
    for (path, expected) in [("base/web.yaml", 1), ("patches/web.yaml", 1), ("base/other.yaml", 2)] {
        let uri = format!("{root}/{path}");
        client.open(&uri, text);
        let found = client.published(&uri).1;
        assert_eq!(found.len(), expected, "{path}: {found:?}");
    }
    let uri = format!("{root}/overlay/kustomization.yaml");
    client.open(&uri, "apiVersion: v1\nkind: Deployment\n");
    assert_eq!(client.published(&uri).1, [] as [Value; 0]);
}

/// What editors show of a file, and where it comes from.
#[test]
fn the_status_of_a_file() {
    let folder = folder("status");
    fs::write(folder.join(".podls.yaml"), "exclude: [left-out.yaml]\n").unwrap();
    fs::create_dir(folder.join("agreed")).unwrap();
    let config = folder.join("agreed/.podls.yaml");
    fs::write(&config, "kubernetes: '1.34'\n").unwrap();
    let uri = |path: &str| format!("file://{}", folder.join(path).display());

    let actions = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let capabilities =
        json!({"textDocument": {"diagnostic": {}, "codeAction": actions}, "workspace": {"diagnostics": {"refreshSupport": true}}});
    let mut client = Client::start_with(json!({"capabilities": capabilities, "initializationOptions": {"kubernetes": "1.36"}}));
    assert_eq!(client.initialized["capabilities"]["executeCommandProvider"]["commands"], json!(["podls.status"]));
    let mut status = |path: &str, text: &str| {
        client.open(&uri(path), text);
        client.request("workspace/executeCommand", json!({"command": "podls.status", "arguments": [uri(path)]}))
    };
    assert_eq!(status("pod.yaml", MISSPELT), json!({"kubernetes": "1.36", "config": null, "excluded": false}));
    assert_eq!(status("agreed/pod.yaml", MISSPELT), json!({"kubernetes": "1.34", "config": config, "excluded": false}));
    assert_eq!(status("left-out.yaml", MISSPELT), json!({"kubernetes": "1.36", "config": null, "excluded": true}));
    // Where podls is not at work it is not shown.
    assert_eq!(status("values.yaml", "replicas: 1\n"), Value::Null);
    assert_eq!(status("kubeconfig.yaml", "apiVersion: v1\nkind: Config\nclusters: []\n"), Value::Null);
    assert_eq!(status("map.yaml", "apiVersion: example.com/v1\nkind: Gadget\nmetadata:\n  name: a\n"), Value::Null);
    assert_eq!(status("ci.yaml", "on: push\njobs:\n  a:\n    runs-on: ubuntu\n    steps: []\n"), Value::Null);
    assert_eq!(status("new.yaml", "\n"), json!({"kubernetes": "1.36", "config": null, "excluded": false}));
    assert_eq!(client.request("workspace/executeCommand", json!({"command": "podls.status"}))["code"], -32602);
}

/// Configurations extend those above them, for single files too, and several releases are checked at once.
#[test]
fn configurations_are_read_as_by_check() {
    let folder = folder("layers");
    fs::create_dir_all(folder.join("team/test")).unwrap();
    fs::write(folder.join(".podls.yaml"), "kubernetes: ['1.33', '1.37']\nrules: {unknown-field: warning}\n").unwrap();
    fs::write(folder.join("team/.podls.yml"), "rules: {test/: {unknown-field: hint}}\n").unwrap();
    let uri = |path: &str| format!("file://{}", folder.join(path).display());
    let mut client = Client::start(json!({}));
    for (path, severity) in [("a.yaml", 2), ("team/a.yaml", 2), ("team/test/a.yaml", 4)] {
        client.open(&uri(path), MISSPELT);
        assert_eq!(severities(&client.published(&uri(path)).1), [severity], "{path}");
    }
    // The field is new in 1.34.
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostnameOverride: a\n  containers: [{name: a, image: b}]\n";
    client.open(&uri("team/new.yaml"), pod);
    let (_, found) = client.published(&uri("team/new.yaml"));
    assert!(found.iter().any(|it| it["message"].as_str().unwrap().contains("(rejected by 1.33)")), "{found:?}");
    let status = client.request("workspace/executeCommand", json!({"command": "podls.status", "arguments": [uri("team/new.yaml")]}));
    assert_eq!((&status["kubernetes"], &status["config"]), (&json!("1.33, 1.37"), &json!(folder.join(".podls.yaml"))));
}
