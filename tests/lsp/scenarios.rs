//! What podls is for, one row for each situation: what is in the file, and what the editor shows.

use serde_json::{Value, json};

use crate::client::Client;
use crate::code_action::{actions, applied};

const URI: &str = "file:///work/pod.yaml";

/// A situation. In the manifest, a line of carets marks the text above it: `^^^^ error[unknown-field]: part of the message`. The marked
/// diagnostics are all that may be shown.
struct Scenario {
    name: &'static str,
    manifest: &'static str,
    expected: &'static [Expected],
}

enum Expected {
    /// The preferred fix of the first diagnostic with that code replaces this text by that.
    Fix(&'static str, &'static str, &'static str),
    /// A hover at the first character of this text, which is once in the manifest, says all of these.
    Hover(&'static str, &'static [&'static str]),
    /// With this text (which is once) replaced by the second, completion at its end offers exactly these, in this order.
    Offers(&'static str, &'static str, &'static [&'static str]),
}

const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "a misspelt key",
        manifest: r#"
apiVersion: v1
kind: Pod
metadata:
  name: web
spce:
^^^^ error[unknown-field]: spec
  containers:
  - name: web
    image: nginx
    porst:
    ^^^^^ error[unknown-field]: ports
    - containerPort: 80
"#,
        expected: &[Expected::Fix("unknown-field", "spce:", "spec:")],
    },
    Scenario {
        name: "a volume that two containers share",
        manifest: r#"
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx
    volumeMounts:
    - name: app-logs
      mountPath: /logs
  - name: reader
    image: example
    volumeMounts:
    - name: config
      mountPath: /config
  volumes:
  - name: config
    emptyDir: {}
  - name: app-logs
    emptyDir: {}
  - name: cache
    emptyDir: {}
"#,
        expected: &[
            Expected::Hover("app-logs\n    emptyDir", &["web", "/logs", "deleted with it", "read and write"]),
            Expected::Hover("app-logs\n      mountPath", &["/logs", "deleted with it"]),
            Expected::Offers("- name: config\n      mountPath: /config", "- name: ", &["config", "cache", "app-logs"]),
        ],
    },
    Scenario {
        name: "a script that ends in the background",
        manifest: r#"
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example
    command: ["sh","-c","nohup ./start.sh &"]
                         ^^^^^^^^^^^^^^^^^^ warning[background-entrypoint]: restarts it with back-off
"#,
        expected: &[Expected::Fix("background-entrypoint", "nohup ./start.sh &", "exec ./start.sh")],
    },
    Scenario {
        name: "an ampersand that no shell reads",
        manifest: r#"
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example
    command: ["nohup","./start.sh","&"]
                                    ^ warning[background-argument]: as an argument
"#,
        expected: &[Expected::Fix("background-argument", r#"["nohup","./start.sh","&"]"#, r#"["./start.sh"]"#)],
    },
    Scenario {
        name: "a command that is no list",
        manifest: r#"
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example
    command: nohup ./start.sh &
             ^^^^^^^^^^^^^^^^^^ error[type-mismatch]: must be a list
"#,
        expected: &[Expected::Fix("type-mismatch", "nohup ./start.sh &", r#"["./start.sh"]"#)],
    },
    Scenario {
        name: "the same, fixed, and a supervisor in the foreground",
        manifest: r#"
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example
    command: ["sh","-c","exec ./start.sh"]
  - name: list
    image: example
    command: ["./start.sh"]
  - name: supervisor
    image: example
    command: ["supervisord","-n"]
"#,
        expected: &[],
    },
    Scenario {
        name: "a pattern that is expanded once",
        manifest: r#"
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example
    command: ["sh","-c","tail -f /logs/catalina*.log"]
                                 ^^^^^^^^^^^^^^^^^^^ info[tail-pattern]: expands `/logs/catalina*.log` only once
"#,
        expected: &[],
    },
    Scenario {
        name: "two containers on one port",
        manifest: r#"
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web-api
    image: nginx
    ports:
    - containerPort: 8080
  - name: websocket
    image: nginx
    ports:
    - containerPort: 8080
                     ^^^^ warning[port-clash]: they share the Pod's network
"#,
        expected: &[],
    },
    Scenario {
        name: "two containers that share one network",
        manifest: r#"
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web-api
    image: nginx
    ports:
    - containerPort: 80
  - name: websocket
    image: nginx
    ports:
    - containerPort: 6681
"#,
        expected: &[
            Expected::Hover(
                "web-api",
                &[
                    "`web-api` reaches `websocket` at `localhost:6681`",
                    "`websocket` reaches `web-api` at `localhost:80`",
                    "Not shared: file systems",
                ],
            ),
            Expected::Hover("6681", &["localhost:6681", "web-api", "| web-api | 80 |"]),
        ],
    },
];

#[test]
fn scenarios() {
    for scenario in SCENARIOS {
        let mut client = Client::start(json!({"textDocument": {"hover": {"contentFormat": ["markdown"]}}}));
        let (text, wanted) = read(scenario.manifest);
        client.open(URI, &text);
        let (_, list) = client.published(URI);
        let found: Vec<_> = list.iter().map(brief).collect();
        let same = found.len() == wanted.len() && found.iter().zip(&wanted).all(|(it, want)| it.0 == want.0 && it.1.contains(&want.1));
        assert!(same, "{}: {found:#?}", scenario.name);
        for expected in scenario.expected {
            check(&mut client, scenario.name, &text, &list, expected);
        }
        client.close(URI);
        while !client.published(URI).0.is_null() {}
    }
}

fn check(client: &mut Client, name: &str, text: &str, list: &[Value], expected: &Expected) {
    match *expected {
        Expected::Fix(code, old, new) => {
            let diagnostic = list.iter().find(|it| it["code"] == code).unwrap_or_else(|| panic!("{name}: no {code}"));
            let line = diagnostic["range"]["start"]["line"].as_u64().unwrap() as usize;
            let actions = actions(client, URI, line, Some("quickfix"));
            let preferred = actions.iter().find(|it| it["isPreferred"] == true && it["diagnostics"][0]["code"] == code);
            let preferred = preferred.unwrap_or_else(|| panic!("{name}: no preferred fix of {code} in {actions:#?}"));
            assert_eq!(applied(text, URI, preferred), text.replacen(old, new, 1), "{name}");
        }
        Expected::Hover(at, parts) => {
            let (line, column) = place(text, text.find(at).unwrap_or_else(|| panic!("{name}: no {at}")));
            let hover = client.at("textDocument/hover", URI, line, column);
            let shown = hover["contents"]["value"].as_str().unwrap_or_else(|| panic!("{name}: no hover at {at}"));
            for part in parts {
                assert!(shown.contains(part), "{name}: no {part:?} in\n{shown}");
            }
        }
        Expected::Offers(old, new, labels) => {
            let changed = text.replacen(old, new, 1);
            let (line, column) = place(&changed, text.find(old).unwrap_or_else(|| panic!("{name}: no {old}")) + new.len());
            client.change(URI, 2, json!([{ "text": changed }]));
            let answer = client.at("textDocument/completion", URI, line, column);
            let mut items = answer["items"].as_array().unwrap_or_else(|| panic!("{name}: {answer}")).clone();
            items.sort_by_key(|item| item["sortText"].as_str().unwrap().to_owned());
            assert_eq!(items.iter().map(|item| item["label"].as_str().unwrap()).collect::<Vec<_>>(), labels, "{name}");
            client.change(URI, 3, json!([{ "text": text }]));
        }
    }
}

/// Line, columns and head of a diagnostic; its message.
type Brief = ((usize, usize, usize, String), String);

fn read(manifest: &str) -> (String, Vec<Brief>) {
    let (mut text, mut wanted, mut row) = (String::new(), vec![], 0);
    for line in manifest.trim_start_matches('\n').lines() {
        let lead = line.len() - line.trim_start_matches([' ', '#']).len();
        if !line[lead..].starts_with('^') {
            text.push_str(line);
            text.push('\n');
            row += 1;
            continue;
        }
        let rest = line[lead..].trim_start_matches('^');
        let (head, message) = rest.trim().split_once(": ").unwrap_or((rest.trim(), ""));
        wanted.push(((row - 1, lead, line.len() - rest.len(), head.to_owned()), message.to_owned()));
    }
    (text, wanted)
}

fn brief(it: &Value) -> Brief {
    let number = |end: &str, of: &str| it["range"][end][of].as_u64().unwrap() as usize;
    let severity = ["error", "warning", "info", "hint"][it["severity"].as_u64().unwrap() as usize - 1];
    let head = format!("{severity}[{}]", it["code"].as_str().unwrap());
    ((number("start", "line"), number("start", "character"), number("end", "character"), head), it["message"].as_str().unwrap().to_owned())
}

fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    (before.matches('\n').count(), before.rsplit('\n').next().unwrap_or_default().len())
}

/// Open files of which nothing may be said.
#[test]
fn silence() {
    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n";
    for (uri, text) in [
        ("file:///etc/kubernetes/manifests/x.yaml", POD),
        ("file:///work/web/values.yaml", "replicaCount: 1\nimage:\n  repository: nginx\n"),
        ("file:///work/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n"),
        (
            "file:///work/.github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n    - run: cargo test\n",
        ),
        ("file:///work/docker-compose.yml", "services:\n  web:\n    image: nginx\n    ports: ['80:80']\n"),
        ("file:///work/allowed.yaml", &POD.replace("spec:", "spce: # podls: allow(unknown-field)")),
    ] {
        let mut client = Client::start(json!({}));
        client.open(uri, text);
        assert_eq!(client.published(uri).1, Vec::<Value>::new(), "{uri}");
    }
}
