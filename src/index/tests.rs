use std::path::Path;
use std::sync::Arc;

use super::{Hit, Index, Part};
use crate::pod::Model;
use crate::pod::symbols::{Spot, Symbols};
use crate::schema::Release;
use crate::text::{Encoding, Lines, TextRange};
use crate::yaml;

/// An index of files, each with its path and text.
fn index(files: &[(&str, &str)]) -> Index {
    let mut index = Index::default();
    for (path, text) in files {
        let lines = Lines::new(text);
        let part = |range: TextRange| {
            let model = Model::new(yaml::parse(&text[range.span()]), Release::default());
            let place = |it: TextRange| {
                let [start, end] = [it.start, it.end].map(|at| lines.position((range.start + at) as usize, Encoding::Utf8));
                (start.line == end.line).then_some(Spot { line: start.line as u32, start: start.column as u32, end: end.column as u32 })
            };
            Part { line: 0, symbols: Arc::new(Symbols::of(&model, &place)) }
        };
        index.replace(&Arc::from(Path::new(path)), yaml::split(text).into_iter().map(part).collect());
    }
    index
}

fn shown(hits: &[Hit<'_>]) -> Vec<String> {
    hits.iter().map(|hit| format!("{}:{}:{}", hit.holder.file.display(), hit.spot().line + 1, hit.spot().start + 1)).collect()
}

/// The definitions and uses of what is at a line and column, both from one.
fn found(index: &Index, file: &str, line: u32, column: u32) -> (Vec<String>, Vec<String>) {
    let Some(hit) = index.at(Path::new(file), line - 1, column - 1) else { return (vec![], vec![]) };
    let found = index.find(hit);
    (shown(&found.definitions), shown(&found.uses))
}

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec:
      serviceAccountName: web
      containers:
      - name: web
        image: nginx
        ports: [{name: http, containerPort: 80}]
        envFrom: [{configMapRef: {name: settings}}]
        env: [{name: A, valueFrom: {secretKeyRef: {name: tls, key: a.key}}}]
      volumes: [{name: v, configMap: {name: settings, items: [{key: b, path: x}]}}]
";
const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{name: main, port: 8080, targetPort: http}, {name: other, port: 81, targetPort: 80}]
";
const INGRESS: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{http: {paths: [{backend: {service: {name: web, port: {name: main}}}}]}}]
  tls: [{secretName: tls}]
";
const SETTINGS: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  a: 1
  b: 2
";

#[test]
fn names_lead_to_what_they_name() {
    let all =
        index(&[("/w/a/web.yaml", WEB), ("/w/a/service.yaml", SERVICE), ("/w/b/ingress.yaml", INGRESS), ("/w/a/settings.yaml", SETTINGS)]);
    for (file, line, column, definitions, uses) in [
        // A ConfigMap, from both sides, and its key.
        ("/w/a/web.yaml", 14, 42, vec!["/w/a/settings.yaml:3:18"], vec!["/w/a/web.yaml:14:41", "/w/a/web.yaml:16:45"]),
        ("/w/a/settings.yaml", 3, 20, vec!["/w/a/settings.yaml:3:18"], vec!["/w/a/web.yaml:14:41", "/w/a/web.yaml:16:45"]),
        ("/w/a/web.yaml", 16, 69, vec!["/w/a/settings.yaml:6:3"], vec!["/w/a/web.yaml:16:69"]),
        // Nobody defines the Secret, and two use it.
        ("/w/b/ingress.yaml", 6, 24, vec![], vec!["/w/b/ingress.yaml:6:22", "/w/a/web.yaml:15:58"]),
        // A Service and its port.
        ("/w/b/ingress.yaml", 5, 55, vec!["/w/a/service.yaml:3:18"], vec!["/w/b/ingress.yaml:5:54"]),
        ("/w/b/ingress.yaml", 5, 76, vec!["/w/a/service.yaml:6:18"], vec!["/w/b/ingress.yaml:5:72"]),
        // The port of the Pods that the Service selects, by name and number.
        ("/w/a/service.yaml", 6, 48, vec!["/w/a/web.yaml:13:24"], vec!["/w/a/service.yaml:6:48"]),
        ("/w/a/service.yaml", 6, 92, vec!["/w/a/web.yaml:13:45"], vec!["/w/a/service.yaml:6:91"]),
        // A label, from the Service, from the object's own selector, and back.
        ("/w/a/service.yaml", 5, 14, vec!["/w/a/web.yaml:7:25"], vec!["/w/a/service.yaml:5:14", "/w/a/web.yaml:5:28"]),
        ("/w/a/web.yaml", 5, 30, vec!["/w/a/web.yaml:7:25"], vec!["/w/a/web.yaml:5:28", "/w/a/service.yaml:5:14"]),
        ("/w/a/web.yaml", 7, 37, vec!["/w/a/web.yaml:7:35"], vec![]),
        ("/w/a/web.yaml", 2, 8, vec![], vec![]),
    ] {
        let (defined, mut used) = found(&all, file, line, column);
        let mut uses: Vec<String> = uses.into_iter().map(str::to_owned).collect();
        used.sort();
        uses.sort();
        assert_eq!((defined, used), (definitions.into_iter().map(str::to_owned).collect(), uses), "{file}:{line}:{column}");
    }
}

#[test]
fn lists_brackets_and_damaged_texts() {
    let json = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"b": "1"}}"#;
    let indented =
        |text: &str| text.lines().enumerate().map(|(at, line)| format!("{}{line}\n", if at == 0 { "- " } else { "  " })).collect();
    let items: [String; 2] = [indented(SERVICE), indented(WEB)];
    let list = format!("apiVersion: v1\nkind: List\nitems:\n{}", items.concat());
    let crlf = SETTINGS.replace('\n', "\r\n").replace("\ndata:", "\n# é😀\r\ndata:");
    let cut = &WEB[..WEB.find(", items").expect("a list")];
    let aliased = SETTINGS.replace("{name: settings}", "{name: &n settings, labels: {app: *n}}");
    for (web, settings, line, column, expected) in [
        (WEB, json, 16, 69, Some("1:87")),
        (WEB, json, 14, 42, Some("1:65")),
        (&list, SETTINGS, 23, 44, Some("3:18")),
        (WEB, &crlf, 16, 69, Some("7:3")),
        (cut, SETTINGS, 16, 46, Some("3:18")),
        (WEB, &aliased, 14, 42, Some("3:21")),
        (WEB, &SETTINGS.replace("settings", "\"settings\""), 14, 42, Some("3:19")),
        (WEB, &SETTINGS.replace("settings", "${NAME}"), 14, 42, None),
        (WEB, &SETTINGS.replace("ConfigMap", "Secret"), 14, 42, None),
        (WEB, &SETTINGS.replace("v1", "example.com/v1"), 14, 42, None),
        (WEB, &SETTINGS[..SETTINGS.len() - 14], 14, 42, Some("3:18")),
    ] {
        let all = index(&[("/w/settings.yaml", settings), ("/w/web.yaml", web)]);
        let expected: Vec<_> = expected.iter().map(|place| format!("/w/settings.yaml:{place}")).collect();
        assert_eq!(found(&all, "/w/web.yaml", line, column).0, expected, "{settings}");
    }
    let all = index(&[("/w/list.yaml", &list)]);
    assert_eq!(found(&all, "/w/list.yaml", 9, 50).0, ["/w/list.yaml:22:26"], "the port that a Service in the same list names");
}

#[test]
fn the_nearest_counts_and_namespaces_part() {
    let of = |namespace: &str| SETTINGS.replace("{name", &format!("{{namespace: {namespace}, name"));
    let user = |namespace: &str| WEB.replace("{name: web}\nspec", &format!("{{namespace: {namespace}, name: web}}\nspec"));
    let (dev, user_of_dev) = (of("dev"), user("dev"));
    let all = index(&[
        ("/w/base/web.yaml", WEB),
        ("/w/dev/settings.yaml", SETTINGS),
        ("/w/dev/web.yaml", WEB),
        ("/w/prod/settings.yaml", SETTINGS),
        ("/w/prod/web.yaml", WEB),
        ("/w/x/deep/settings.yaml", &dev),
        ("/w/y/web.yaml", &user_of_dev),
    ]);
    let definitions = |file: &str| found(&all, file, 14, 42).0;
    assert_eq!(definitions("/w/dev/web.yaml"), ["/w/dev/settings.yaml:3:18"]);
    assert_eq!(definitions("/w/base/web.yaml"), ["/w/dev/settings.yaml:3:18", "/w/prod/settings.yaml:3:18"]);
    assert_eq!(definitions("/w/y/web.yaml"), ["/w/x/deep/settings.yaml:3:34"]);
    let used = found(&all, "/w/prod/settings.yaml", 3, 20).1;
    assert!(used.iter().all(|it| it.starts_with("/w/prod/web") || it.starts_with("/w/base/web")) && used.len() == 4, "{used:?}");
}

#[test]
fn kustomize_generates_what_is_named() {
    let text = "configMapGenerator:\n- name: settings\n  literals: [a=1]\n  files: [conf/b, c=conf/d]\n";
    let all = index(&[("/w/kustomization.yaml", text), ("/w/web.yaml", WEB)]);
    assert_eq!(found(&all, "/w/web.yaml", 14, 42).0, ["/w/kustomization.yaml:2:9"]);
    assert_eq!(found(&all, "/w/web.yaml", 16, 69).0, ["/w/kustomization.yaml:4:11"]);
    let keys: Vec<_> = all.entries("ConfigMap", "settings", Path::new("/w/web.yaml"), None).into_iter().map(|it| it.name).collect();
    assert_eq!(keys, ["a", "b", "c"]);
}

#[test]
fn a_file_takes_the_place_of_what_it_was() {
    let mut all = index(&[("/w/web.yaml", WEB), ("/w/settings.yaml", SETTINGS)]);
    all.replace(&Arc::from(Path::new("/w/settings.yaml")), vec![]);
    assert_eq!(found(&all, "/w/web.yaml", 14, 42).0, Vec::<String>::new());
    assert!(!all.by_name.values().flatten().any(|file| file.ends_with("settings.yaml")));
    assert!(all.files().count() == 1 && all.knows(Path::new("/w/web.yaml")));
}
