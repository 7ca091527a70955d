//! Names across objects and files.

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

/// A base that an overlay patches.
const LAYERS: &[(&str, &str)] = &[
    ("base/kustomization.yaml", "resources: [web.yaml]\n"),
    ("base/web.yaml", WEB),
    ("overlay/kustomization.yaml", "resources: [../base]\npatches: [{path: conf.yaml}]\nconfigMapGenerator: [{name: settings}]\n"),
    ("overlay/conf.yaml", SETTINGS),
    ("jobs/load.yaml", JOB),
];

/// A workspace with an open file, read to its end.
struct Workspace {
    client: Client,
    folder: Folder,
}

impl Workspace {
    fn open(test: &str, capabilities: Value, file: &str) -> Workspace {
        Workspace::of(FILES, test, capabilities, file)
    }

    fn of(files: &[(&str, &str)], test: &str, capabilities: Value, file: &str) -> Workspace {
        let folder = Folder::new(&format!("names-{test}"), files);
        let root = format!("file://{}", folder.0.display());
        let mut client = Client::start_with(json!({"capabilities": capabilities, "workspaceFolders": [{"uri": root, "name": "w"}]}));
        let uri = format!("{root}/{file}");
        client.open(&uri, files.iter().find(|(path, _)| *path == file).expect("one of the files").1);
        client.published(&uri);
        let mut workspace = Workspace { client, folder };
        // What is open is known at once; all others are read together.
        workspace.wait_for(if file == "jobs/load.yaml" { "Deployment web" } else { "Job load" });
        workspace
    }

    /// Waits until the workspace has an object.
    fn wait_for(&mut self, name: &str) {
        while !self.symbols(name).iter().any(|it| it["name"] == name) {}
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
fn a_declaration_is_the_definition() {
    let mut it = Workspace::open("declaration", json!({}), "app/web.yaml");
    let found = it.ask("declaration", "app/web.yaml", 14, 42, json!({}));
    assert_eq!(it.places(&found), ["app/settings.yaml:3:18"]);
}

#[test]
fn the_files_of_a_kustomization_are_its_definitions() {
    let mut it = Workspace::of(LAYERS, "kustomization", json!({}), "overlay/kustomization.yaml");
    for (line, column, expected) in [(1, 15, "base/kustomization.yaml:1:1"), (2, 20, "overlay/conf.yaml:1:1")] {
        let found = it.ask("definition", "overlay/kustomization.yaml", line, column, json!({}));
        assert_eq!(it.places(&found), [expected]);
    }
}

#[test]
fn folders_come_and_go() {
    let mut it = Workspace::open("folders", json!({}), "app/web.yaml");
    let more = Folder::new("names-folders-more", &[("a.yaml", &SETTINGS.replace("settings", "more"))]);
    let folder = json!({"uri": format!("file://{}", more.0.display()), "name": "more"});
    let mut change = |added: &[&Value], removed: &[&Value]| {
        it.client.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": added, "removed": removed}}));
        while it.symbols("ConfigMap more").len() != added.len() {}
    };
    change(&[&folder], &[]);
    change(&[], &[&folder]);
}

#[test]
fn lenses_say_who_names_and_selects_an_object() {
    let mut it = Workspace::open("lenses", json!({"textDocument": {"codeLens": {}}}), "app/settings.yaml");
    let titles = |it: &mut Workspace, file: &str| {
        let uri = it.uri(file);
        let lenses = it.client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
        let title = |it: &Value| format!("{}: {}", it["range"]["start"]["line"], it["command"]["title"].as_str().expect("a title"));
        lenses.as_array().expect("a list").iter().map(title).collect::<Vec<_>>()
    };
    assert_eq!(titles(&mut it, "app/settings.yaml"), ["1: 2 references"]);
    let uri = it.uri("app/web.yaml");
    it.client.open(&uri, WEB);
    it.client.published(&uri);
    assert_eq!(titles(&mut it, "app/web.yaml"), ["1: 1 container", "1: selected by Service web"]);
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
fn what_no_file_defines_is_reported() {
    let mut it = Workspace::open("unknown", json!({}), "app/web.yaml");
    let uri = it.uri("app/web.yaml");
    let codes = |it: &mut Workspace, wanted: &[&str]| loop {
        let (_, list) = it.client.published(&uri);
        let found: Vec<_> = list.iter().map(|it| it["code"].as_str().expect("a code").to_owned()).collect();
        if found == wanted {
            break;
        }
    };
    it.client.change(&it.uri("app/web.yaml"), 2, json!([{"text": WEB.replace("settings", "elsewhere")}]));
    it.client.save(&uri);
    codes(&mut it, &["unknown-object"]);
    it.folder.write("app/more.yaml", SETTINGS.replace("settings", "elsewhere").as_bytes());
    it.client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": it.uri("app/more.yaml"), "type": 1}]}));
    codes(&mut it, &[]);
    // Another namespace, a Secret, a Kustomization: nobody knows.
    for (number, text) in [
        WEB.replace("settings", "other").replace("shop", "bar"),
        WEB.replace("settings", "other").replace("configMapRef", "secretRef"),
        WEB.replace("name: settings", "name: other, optional: true"),
        WEB.replace("settings", "dev-settings"),
    ]
    .iter()
    .enumerate()
    {
        it.client.change(&it.uri("app/web.yaml"), number as i32 + 3, json!([{"text": text}]));
        it.client.save(&it.uri("app/web.yaml"));
    }
    let found = it.ask("documentHighlight", "app/web.yaml", 1, 1, json!({}));
    assert_eq!(found, Value::Null);
}

#[test]
fn a_patch_leads_to_what_it_changes() {
    let mut it = Workspace::of(LAYERS, "patch", json!({}), "overlay/conf.yaml");
    let found = it.ask("definition", "overlay/conf.yaml", 3, 18, json!({}));
    assert_eq!(it.places(&found), ["overlay/kustomization.yaml:3:29"]);
    let refused = it.ask("rename", "overlay/conf.yaml", 3, 18, json!({"newName": "conf"}));
    assert!(refused["message"].as_str().is_some_and(|it| it.contains("kustomization.yaml writes the name in a form")), "{refused}");
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

#[test]
fn names_of_other_files_are_offered() {
    let mut it = Workspace::open("completion", json!({}), "jobs/load.yaml");
    let mut opened = 0;
    let mut offered = |line: &str| {
        opened += 1;
        let file = format!("jobs/new-{opened}.yaml");
        let uri = it.uri(&file);
        it.client.open(&uri, &format!("{}        {}", &JOB[..JOB.find("        env").expect("a line")], line.replace('|', "")));
        it.client.published(&uri);
        let character = line.find('|').expect("a cursor") + 8;
        let found = it.ask("completion", &file, 11, character as u32 + 1, json!({}));
        let shown = |it: &Value| format!("{} {}", it["label"], it["detail"]).replace('"', "");
        found["items"].as_array().unwrap_or_else(|| panic!("{found}")).iter().map(shown).collect::<Vec<_>>()
    };
    let map = "settings ConfigMap in ../app/settings.yaml";
    assert_eq!(offered("envFrom: [{configMapRef: {name: |}}]"), [map]);
    assert_eq!(offered("envFrom: [{configMapRef: {name: set|}}]"), [map]);
    assert_eq!(offered("envFrom: [{secretRef: {name: |}}]"), [] as [&str; 0]);
    let key = "env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: |}}}]";
    assert_eq!(offered(key), ["a ConfigMap settings in ../app/settings.yaml"]);
}

#[test]
fn names_are_offered_in_other_kinds_and_images_of_other_files() {
    let mut it = Workspace::open("other-kinds", json!({}), "app/web.yaml");
    let mut opened = 0;
    let mut offered = |fixture: &str| {
        opened += 1;
        let file = format!("app/new-{opened}.yaml");
        let uri = it.uri(&file);
        let (before, after) = fixture.split_once('|').expect("a cursor");
        it.client.open(&uri, &format!("{before}{after}"));
        it.client.published(&uri);
        let (line, column) = (before.lines().count() as u32, before.lines().last().map_or(0, str::len) as u32 + 1);
        let found = it.ask("completion", &file, line, column, json!({}));
        it.client.close(&uri);
        it.client.published(&uri);
        let shown = |it: &Value| format!("{} {}", it["label"], it["detail"]).replace('"', "");
        found["items"].as_array().unwrap_or_else(|| panic!("{found}")).iter().map(shown).collect::<Vec<_>>()
    };
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: shop}\nspec:\n";
    assert_eq!(
        offered(&format!("{service}  selector: {{app: web}}\n  ports: [{{port: 80, targetPort: |}}]\n")),
        ["http port in web.yaml", "80 port in web.yaml"]
    );
    assert_eq!(offered(&format!("{service}  selector: {{app: |}}\n")), ["web label in web.yaml"]);
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {namespace: shop}\nspec:\n";
    let target = "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: |}\n";
    assert_eq!(offered(&format!("{scaler}{target}")), ["web Deployment in web.yaml"]);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: |}]\n";
    assert_eq!(offered(pod), ["nginx image in web.yaml", "busybox image in ../jobs/load.yaml"]);
}

/// The edits of a rename, as `file version: line:column text`.
fn edits(it: &Workspace, change: &Value) -> Vec<String> {
    let root = it.uri("");
    let changes = change["documentChanges"].as_array().unwrap_or_else(|| panic!("{change}"));
    let all = changes.iter().flat_map(|change| {
        let file = change["textDocument"]["uri"].as_str().expect("a URI").strip_prefix(&root).expect("below the root");
        let of = format!("{file} {}", change["textDocument"]["version"]);
        change["edits"].as_array().expect("edits").iter().map(move |edit| {
            let start = &edit["range"]["start"];
            format!("{of}: {}:{} {}", start["line"], start["character"], edit["newText"])
        })
    });
    all.collect()
}

#[test]
fn an_object_is_renamed_in_all_files() {
    let mut it = Workspace::open("rename", json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}), "app/web.yaml");
    let found = it.ask("prepareRename", "app/web.yaml", 14, 42, json!({}));
    assert_eq!(found["placeholder"], "settings");
    assert_eq!(it.ask("prepareRename", "app/web.yaml", 3, 18, json!({})), Value::Null, "a Deployment");
    let uri = it.uri("app/web.yaml");
    it.client.change(&uri, 2, json!([{"text": WEB.replace("configMapRef", "secretRef")}]));
    let refused = it.ask("prepareRename", "app/web.yaml", 14, 40, json!({}));
    assert!(refused["message"].as_str().is_some_and(|it| it.contains("no Secret \"settings\" is defined")), "{refused}");
    it.client.change(&uri, 1, json!([{"text": WEB}]));
    let change = it.ask("rename", "app/web.yaml", 14, 42, json!({"newName": "conf"}));
    let expected = ["app/settings.yaml null: 2:17 \"conf\"", "app/web.yaml 1: 13:40 \"conf\"", "jobs/load.yaml null: 10:61 \"conf\""];
    assert_eq!(edits(&it, &change), expected);
    let change = it.ask("rename", "app/web.yaml", 14, 42, json!({"newName": "123"}));
    let expected =
        ["app/settings.yaml null: 2:17 \"\\\"123\\\"\"", "app/web.yaml 1: 13:40 \"\\\"123\\\"\"", "jobs/load.yaml null: 10:61 \"123\""];
    assert_eq!(edits(&it, &change), expected);
}

#[test]
fn a_port_is_renamed_in_its_services_too() {
    let mut it = Workspace::open("port", json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}), "app/web.yaml");
    assert_eq!(it.ask("prepareRename", "app/web.yaml", 21, 34, json!({}))["placeholder"], "http");
    // From the probe, from the port itself, and from the Service.
    for (line, column) in [(13, 43), (12, 24), (21, 34)] {
        let change = it.ask("rename", "app/web.yaml", line, column, json!({"newName": "web"}));
        let mut edits = edits(&it, &change);
        edits.sort();
        let expected = ["app/web.yaml 1: 11:23 \"web\"", "app/web.yaml 1: 12:41 \"web\"", "app/web.yaml 1: 20:33 \"web\""];
        assert_eq!(edits, expected, "{line}:{column}");
        assert_eq!(change["documentChanges"].as_array().expect("a list").len(), 1);
    }
    let refused = it.ask("rename", "app/web.yaml", 21, 34, json!({"newName": "not a port"}));
    assert!(refused["message"].is_string(), "{refused}");
}

#[test]
fn an_object_is_not_renamed_where_that_does_harm() {
    let mut it = Workspace::open("refused", json!({}), "app/web.yaml");
    let load = it.folder.0.join("jobs/load.yaml");
    let set_readonly = |readonly: bool| {
        let mut permissions = std::fs::metadata(&load).expect("a file").permissions();
        permissions.set_readonly(readonly);
        std::fs::set_permissions(&load, permissions).expect("permissions");
    };
    set_readonly(true);
    it.refuses("conf", "load.yaml is read-only");
    set_readonly(false);
    it.refuses("No", "\"No\" cannot be the name of a ConfigMap");
    for (file, text, why) in [
        ("app/settings.yaml", String::new(), "no ConfigMap \"settings\" is defined in the files of this workspace"),
        ("app/settings.yaml", SETTINGS.replace("settings", "&n settings"), "in a form that podls does not change"),
        ("app/settings.yaml", SETTINGS.to_owned(), ""),
        ("app/more.yaml", SETTINGS.to_owned(), "ConfigMap \"settings\" is defined more than once: in more.yaml, settings.yaml"),
        ("app/more.yaml", SETTINGS.replace("settings", "conf"), "there is a ConfigMap \"conf\" already, in more.yaml"),
        ("app/more.yaml", String::new(), ""),
        ("Chart.yaml", "name: x\n".to_owned(), ""),
        ("templates/job.yaml", JOB.replace("load", "{{ .Values.x }}"), "job.yaml is a template"),
        ("templates/job.yaml", String::new(), ""),
        ("app/kustomization.yaml", "resources: [settings.yaml]\nnamePrefix: a-\n".to_owned(), "settings.yaml is part of a kustomization"),
    ] {
        it.folder.write(file, text.as_bytes());
        let changes = json!({"changes": [{"uri": it.uri(file), "type": 2}]});
        it.client.notify("workspace/didChangeWatchedFiles", changes);
        if !why.is_empty() {
            it.refuses("conf", why);
        }
    }
}

impl Workspace {
    /// Renames the ConfigMap, and waits until the reason against it is this one: the server reads what changed by and by.
    fn refuses(&mut self, new: &str, why: &str) {
        let mut answer = Value::Null;
        for _ in 0..20_000 {
            answer = self.ask("rename", "app/web.yaml", 14, 42, json!({"newName": new}));
            if answer["message"].as_str().is_some_and(|it| it.contains(why)) {
                return;
            }
        }
        panic!("{why}: {answer}");
    }
}
