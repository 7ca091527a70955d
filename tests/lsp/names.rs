//! Names across objects and files.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Client;
use crate::folder::Folder;

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx
        ports: [{name: http, containerPort: 80}]
        readinessProbe: {httpGet: {port: http}}
        envFrom: [{configMapRef: {name: settings}}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: http}]
";
const SETTINGS: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {a: '1'}
";
const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata: {name: load, namespace: shop}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: load
        image: busybox
        env: [{name: A, valueFrom: {configMapKeyRef: {name: \"settings\", key: a}}}]
";
const FILES: &[(&str, &str)] = &[
    ("app/web.yaml", WEB),
    ("app/settings.yaml", SETTINGS),
    ("jobs/load.yaml", JOB),
    ("out/web.yaml", WEB),
    (".gitignore", "/out\n"),
    (".podls.yaml", "exclude: [old.yaml]\n"),
    ("app/old.yaml", SETTINGS),
];

/// A workspace with an open file, read to its end.
struct Workspace {
    client: Client,
    folder: Folder,
}

impl Workspace {
    fn open(test: &str, capabilities: Value, file: &str) -> Workspace {
        let folder = Folder::new(&format!("names-{test}"), FILES);
        let root = format!("file://{}", folder.0.display());
        let mut client = Client::start_with(json!({"capabilities": capabilities, "workspaceFolders": [{"uri": root, "name": "w"}]}));
        let uri = format!("{root}/{file}");
        client.open(&uri, FILES.iter().find(|(path, _)| *path == file).expect("one of the files").1);
        client.published(&uri);
        let mut workspace = Workspace { client, folder };
        workspace.wait_for("Job load");
        workspace
    }

    /// Waits until the workspace has an object.
    fn wait_for(&mut self, name: &str) {
        while !self.symbols(name).iter().any(|it| it["name"] == name) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn symbols(&mut self, query: &str) -> Vec<Value> {
        self.client.request("workspace/symbol", json!({ "query": query })).as_array().expect("a list").clone()
    }

    fn uri(&self, file: &str) -> String {
        format!("file://{}", self.folder.0.join(file).display())
    }

    /// Asks about a place, with lines and columns from one as editors show them.
    fn ask(&mut self, method: &str, file: &str, line: u32, column: u32, more: Value) -> Value {
        let mut params = json!({"textDocument": {"uri": self.uri(file)}, "position": {"line": line - 1, "character": column - 1}});
        params.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        self.client.request(&format!("textDocument/{method}"), params)
    }

    /// Locations as `file:line:column`.
    fn places(&self, found: &Value) -> Vec<String> {
        let root = self.uri("");
        let place = |it: &Value| {
            let file = it["uri"].as_str().expect("a URI").strip_prefix(&root).expect("below the root").to_owned();
            let start = &it["range"]["start"];
            format!("{file}:{}:{}", start["line"].as_u64().expect("a line") + 1, start["character"].as_u64().expect("a column") + 1)
        };
        found.as_array().unwrap_or_else(|| panic!("{found}")).iter().map(place).collect()
    }
}

#[test]
fn from_a_use_to_its_definition_and_back() {
    let mut it = Workspace::open("definition", json!({}), "app/web.yaml");
    for (line, column, expected) in
        [(14, 42, "app/settings.yaml:3:18"), (20, 14, "app/web.yaml:7:25"), (21, 34, "app/web.yaml:12:24"), (13, 43, "app/web.yaml:12:24")]
    {
        let found = it.ask("definition", "app/web.yaml", line, column, json!({}));
        assert_eq!(it.places(&found), [expected], "{line}:{column}");
    }
    assert_eq!(it.ask("definition", "app/web.yaml", 11, 17, json!({})), Value::Null);
    let found = it.ask("references", "app/web.yaml", 14, 42, json!({"context": {"includeDeclaration": true}}));
    assert_eq!(it.places(&found), ["app/settings.yaml:3:18", "app/web.yaml:14:41", "jobs/load.yaml:11:62"]);
    // A port is used in its Pod and by the Service.
    let found = it.ask("references", "app/web.yaml", 12, 25, json!({"context": {"includeDeclaration": false}}));
    assert_eq!(it.places(&found), ["app/web.yaml:13:42", "app/web.yaml:21:34"]);
    let marked = it.ask("documentHighlight", "app/web.yaml", 7, 26, json!({}));
    assert_eq!(marked.as_array().expect("a list").len(), 3, "{marked}");
}

#[test]
fn a_client_that_knows_links_gets_them() {
    let mut it = Workspace::open("links", json!({"textDocument": {"definition": {"linkSupport": true}}}), "app/web.yaml");
    let found = it.ask("definition", "app/web.yaml", 14, 42, json!({}));
    let uri = it.uri("app/settings.yaml");
    let range =
        |line: u32, start: u32, end: u32| json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}});
    let target = range(2, 17, 25);
    let origin = range(13, 40, 48);
    assert_eq!(found, json!([{"originSelectionRange": origin, "targetUri": uri, "targetRange": target, "targetSelectionRange": target}]));
}

#[test]
fn an_open_file_counts_as_it_is_and_a_closed_one_as_it_is_on_disk() {
    let mut it = Workspace::open("open", json!({}), "app/settings.yaml");
    let uri = it.uri("app/settings.yaml");
    let edit = json!([{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "# é\n---\n"}]);
    it.client.change(&uri, 2, edit);
    let load = it.uri("jobs/load.yaml");
    it.client.open(&load, JOB);
    it.client.published(&load);
    let found = it.ask("definition", "jobs/load.yaml", 11, 63, json!({}));
    assert_eq!(it.places(&found), ["app/settings.yaml:5:18"]);
    it.client.close(&uri);
    it.client.published(&uri);
    let found = it.ask("definition", "jobs/load.yaml", 11, 63, json!({}));
    assert_eq!(it.places(&found), ["app/settings.yaml:3:18"]);

    it.folder.write("app/settings.yaml", format!("\n{SETTINGS}").as_bytes());
    it.folder.write("app/more.yaml", SETTINGS.replace("settings", "more").as_bytes());
    it.folder.write("out/more.yaml", SETTINGS.replace("settings", "ignored").as_bytes());
    let changes = ["app/settings.yaml", "app/more.yaml", "out/more.yaml"].map(|file| json!({"uri": it.uri(file), "type": 2}));
    it.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    it.wait_for("ConfigMap more");
    let found = it.ask("definition", "jobs/load.yaml", 11, 63, json!({}));
    assert_eq!(it.places(&found), ["app/settings.yaml:4:18"]);
    assert_eq!(it.symbols("ignored"), [] as [Value; 0]);
}

#[test]
fn objects_are_found_by_kind_and_name() {
    let mut it = Workspace::open("symbols", json!({}), "app/web.yaml");
    let found = it.symbols("web");
    let shown: Vec<String> = found.iter().map(|it| format!("{} in {}", it["name"], it["containerName"]).replace('"', "")).collect();
    assert_eq!(shown, ["Deployment web in shop/web.yaml", "Service web in shop/web.yaml"]);
    assert_eq!(it.symbols("cmap set").len(), 1);
    assert_eq!(it.symbols("").len(), 4);
    assert_eq!(it.symbols("nothing"), [] as [Value; 0]);
}

#[test]
fn a_large_workspace_is_read_with_progress() {
    let folder = Folder::new("names-progress", &[]);
    (0..600).for_each(|number| folder.write(&format!("{number}.yaml"), SETTINGS.as_bytes()));
    let root = format!("file://{}", folder.0.display());
    let capabilities = json!({"window": {"workDoneProgress": true}});
    let mut client = Client::start_with(json!({"capabilities": capabilities, "workspaceFolders": [{"uri": root, "name": "w"}]}));
    let create = client.expect("window/workDoneProgress/create");
    client.reply(&create, Value::Null);
    let mut kinds = vec![];
    while kinds.last().is_none_or(|kind| kind != "end") {
        let params = client.expect("$/progress")["params"].take();
        assert_eq!(params["token"], create["params"]["token"]);
        kinds.push(params["value"]["kind"].as_str().expect("a kind").to_owned());
    }
    assert!(kinds[0] == "begin" && kinds[1..kinds.len() - 1].iter().all(|kind| kind == "report"), "{kinds:?}");
}
