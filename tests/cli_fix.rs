//! `podls check --fix` and `--diff`, how much is reported, and the forms that other tools read.

use std::fs;

#[path = "common/folder.rs"]
mod folder;

use folder::{CLEAN, Folder};

const SLIP: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspce: {containers: [{name: web, imgae: nginx}]}\n";
const FIXED: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: nginx}]}\n";
/// Nobody knows which quantity is meant.
const UNFIXABLE: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: nginx, resources: {limits: {cpu: much}}}]}\n";

fn read(folder: &Folder, path: &str) -> String {
    String::from_utf8(fs::read(folder.0.join(path)).expect("a file")).expect("UTF-8")
}

#[test]
fn fixes_are_written_and_the_rest_is_reported() {
    let folder = Folder::new("fix", &[("a.yaml", SLIP), ("b.yaml", UNFIXABLE), ("clean.yaml", CLEAN)]);
    folder.write("crlf.yaml", format!("\u{feff}{}", SLIP.replace('\n', "\r\n")).as_bytes());
    let run = folder.run("check --fix .");
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    assert!(run.err.contains("a.yaml: fixed 2: unknown-field (2)"), "{}", run.err);
    assert!(run.out.contains("invalid-quantity") && run.out.contains("1 error in 1 of them; 4 fixed"), "{}", run.out);
    assert_eq!(read(&folder, "a.yaml"), FIXED);
    assert_eq!(read(&folder, "crlf.yaml"), format!("\u{feff}{}", FIXED.replace('\n', "\r\n")));
    assert_eq!((read(&folder, "b.yaml").as_str(), read(&folder, "clean.yaml").as_str()), (UNFIXABLE, CLEAN));
    assert_eq!(folder.run("check --fix a.yaml").status, 0);
}

#[test]
fn what_cannot_be_read_back_is_left_alone() {
    let folder = Folder::new("fix-not", &[("foreign.yaml", "")]);
    let utf_16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(SLIP.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    folder.write("utf16.yaml", &utf_16);
    folder.write("read-only.yaml", SLIP.as_bytes());
    let path = folder.0.join("read-only.yaml");
    let mut permissions = fs::metadata(&path).expect("a file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("permissions");
    let run = folder.run("check --fix .");
    assert_eq!(run.status, 2, "{}{}", run.out, run.err);
    assert!(run.err.contains("read-only.yaml is not a writable file"), "{}", run.err);
    assert!(run.err.contains("utf16.yaml is not encoded in UTF-8"), "{}", run.err);
    // What is wrong is reported all the same.
    assert!(run.out.contains("3 files checked: 4 errors in 2 of them"), "{}", run.out);
    assert!(folder.run("check --diff .").out.ends_with("0 findings would be fixed in 0 files\n"));
    assert_eq!(fs::read(folder.0.join("utf16.yaml")).expect("a file"), utf_16);
    assert_eq!(read(&folder, "read-only.yaml"), SLIP);
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new("fix-link", &[("real/pod.yaml", SLIP)]);
    let real = folder.0.join("real/pod.yaml");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("permissions");
    symlink(&real, folder.0.join("link.yaml")).expect("a link");
    assert_eq!(folder.run("check --fix link.yaml").status, 0);
    assert!(folder.0.join("link.yaml").is_symlink());
    assert_eq!(read(&folder, "real/pod.yaml"), FIXED);
    assert_eq!(fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);
}

#[test]
fn standard_input_is_printed_with_its_fixes() {
    let folder = Folder::new("fix-stdin", &[]);
    let run = folder.run_with("check --fix -", SLIP.as_bytes());
    assert_eq!((run.status, run.out.as_str()), (0, FIXED), "{}", run.err);
    let marked = |text: &str| format!("\u{feff}{text}");
    assert_eq!(folder.run_with("check --fix -", marked(SLIP).as_bytes()).out, marked(FIXED));
    let run = folder.run_with("check --fix -", UNFIXABLE.as_bytes());
    assert_eq!((run.status, run.out.as_str()), (1, UNFIXABLE));
    assert!(run.err.contains("invalid-quantity"), "{}", run.err);
}

#[test]
fn a_diff_writes_nothing() {
    let folder = Folder::new("diff", &[("a.yaml", SLIP), ("clean.yaml", CLEAN)]);
    let run = folder.run("check --diff .");
    assert_eq!(run.status, 1);
    assert!(run.out.starts_with("--- a/a.yaml\n+++ b/a.yaml\n@@ "), "{}", run.out);
    assert!(run.out.contains("\n-spce:") && run.out.ends_with("podls: 2 findings would be fixed in 1 file\n"), "{}", run.out);
    assert_eq!(read(&folder, "a.yaml"), SLIP);
    assert_eq!(folder.run("check --diff clean.yaml").status, 0);
    assert!(folder.run("check --unsafe-fixes .").err.contains("--fix or --diff"));
}

#[test]
fn unsafe_fixes_are_asked_for() {
    let pod = CLEAN.replace("    image", "    color: red\n    image");
    let folder = Folder::new("unsafe", &[("a.yaml", &pod)]);
    assert_eq!((folder.run("check --fix .").status, read(&folder, "a.yaml")), (1, pod));
    assert_eq!((folder.run("check --fix --unsafe-fixes .").status, read(&folder, "a.yaml")), (0, CLEAN.to_owned()));
}

#[test]
fn levels_decide_what_is_reported_and_what_fails() {
    let warned = CLEAN.replace("    image", "    command: [\"./run\", \"&\"]\n    image");
    let folder = Folder::new("levels", &[("a.yaml", &warned)]);
    for (line, status, is_reported) in [
        ("check a.yaml", 0, true),
        ("check --fail-on warning a.yaml", 1, true),
        ("check --min-severity error a.yaml", 0, false),
        ("check --fail-on warning --min-severity error a.yaml", 0, false),
        ("check --fail-on nothing a.yaml", 2, false),
    ] {
        let run = folder.run(line);
        assert_eq!((run.status, run.out.contains("background-argument")), (status, is_reported), "{line}\n{}{}", run.out, run.err);
    }
}

#[test]
fn of_each_rule_fifty_are_printed() {
    let containers: String = (0..70).map(|at| format!("  - {{name: a{at}, image: a, color: red}}\n")).collect();
    let folder = Folder::new(
        "many",
        &[("a.yaml", &format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n{containers}"))],
    );
    let run = folder.run("check a.yaml");
    assert_eq!(run.out.matches("error[unknown-field]").count(), 50);
    assert!(run.out.contains("    70  error        unknown-field\n"), "{}", run.out);
    assert!(run.out.contains("20 more findings of the same rules are hidden"), "{}", run.out);
    assert_eq!(folder.run("check --all a.yaml").out.matches("error[unknown-field]").count(), 70);
    let counts = folder.run("check --statistics a.yaml").out;
    assert!(counts.starts_with("    70  error        unknown-field\npodls: 1 file checked: 70 errors"), "{counts}");
}

#[test]
fn a_finding_says_what_it_is_in() {
    let stream = "# Source: shop/templates/web.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: prod}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n      - {name: api, image: a, color: red}\n";
    let folder = Folder::new("place", &[("a.yaml", &format!("---\n{stream}"))]);
    let run = folder.run("check a.yaml");
    assert!(run.out.contains("note: in Deployment prod/web, container api, from shop/templates/web.yaml"), "{}", run.out);
    // Links of rules are for terminals that show colors.
    assert!(!run.out.contains("\u{1b}]8"));
    assert!(folder.run("check --color always a.yaml").out.contains("src/rules/README.md#unknown-field"));
}

#[test]
fn forms_that_other_tools_read() {
    let files = [("a & b.yaml", SLIP), ("clean.yaml", CLEAN), ("copy/a.yaml", SLIP)];
    let folder = Folder::new("forms", &files);
    assert_eq!(
        folder.run("check --format concise .").out.lines().next(),
        Some("a & b.yaml:4:1: error[unknown-field]: unknown field `spce`; did you mean `spec`? [fixable]")
    );
    let junit = folder.run("check --format junit .").out;
    assert!(junit.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"podls\">\n<testsuite name=\"a &amp; b.yaml\" tests=\"2\" failures=\"2\""), "{junit}");
    assert!(junit.contains("<testcase name=\"clean.yaml\" classname=\"podls\"/>") && junit.ends_with("</testsuites>\n"), "{junit}");
    let json = |form: &str| -> serde_json::Value {
        let out = folder.run(&format!("check --format {form} . gone.yaml")).out;
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    };
    let gitlab = json("gitlab");
    assert_eq!(gitlab[0]["location"], serde_json::json!({"path": "a & b.yaml", "lines": {"begin": 4, "end": 4}}));
    assert_eq!((&gitlab[0]["severity"], &gitlab[0]["check_name"]), (&"major".into(), &"unknown-field".into()));
    let fingerprints: std::collections::HashSet<_> =
        gitlab.as_array().expect("a list").iter().map(|it| it["fingerprint"].as_str()).collect();
    assert_eq!(fingerprints.len(), 5);
    let unread = gitlab.as_array().and_then(|it| it.last()).expect("issues");
    assert_eq!(unread["location"], serde_json::json!({"path": "gone.yaml", "lines": {"begin": 1, "end": 1}}));
    let rdjson = json("rdjson");
    let unread = rdjson["diagnostics"].as_array().and_then(|it| it.last()).expect("diagnostics");
    assert_eq!((&unread["location"]["path"], &unread["severity"]), (&"gone.yaml".into(), &"ERROR".into()));
    let first = &rdjson["diagnostics"][0];
    assert_eq!(first["location"]["range"]["start"], serde_json::json!({"line": 4, "column": 1}));
    assert_eq!(first["suggestions"][0]["text"], "spec");
    let sarif = &json("sarif")["runs"][0];
    assert!(sarif["tool"]["driver"]["rules"][0]["helpUri"].as_str().is_some_and(|it| it.starts_with("https://")));
    assert_eq!(sarif["results"][0]["partialFingerprints"]["podls/v1"], gitlab[0]["fingerprint"]);
    assert_eq!(sarif["invocations"][0]["executionSuccessful"], false);
    assert!(
        sarif["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().is_some_and(|it| it.contains("gone.yaml"))
    );
    let own = json("json");
    assert_eq!(own["version"], 1);
    assert!(own["unread"][0].as_str().is_some_and(|it| it.contains("gone.yaml")));
    assert_eq!(own["files"][0]["diagnostics"][0]["object"]["namespace"], serde_json::Value::Null);
    for form in ["json", "sarif", "gitlab", "rdjson"] {
        let nothing_else = folder.run(&format!("check --format {form} clean.yaml gone.yaml")).out;
        assert!(serde_json::from_str::<serde_json::Value>(&nothing_else).is_ok(), "{form}: {nothing_else}");
        let empty = folder.run(&format!("check --format {form} clean.yaml")).out;
        assert!(serde_json::from_str::<serde_json::Value>(&empty).is_ok(), "{form}: {empty}");
    }
}

#[test]
fn a_configuration_is_fixed_too() {
    let wrong = "kubernets: '1.36'\nrules: {unused-alow: off}\nexclude: vendor\n";
    let folder = Folder::new("fix-config", &[(".podls.yaml", wrong), ("a.yaml", CLEAN)]);
    let diff = folder.run("check --diff .");
    assert_eq!((diff.status, read(&folder, ".podls.yaml").as_str()), (1, wrong));
    assert!(diff.out.starts_with("--- a/.podls.yaml\n+++ b/.podls.yaml\n@@ "), "{}", diff.out);
    let run = folder.run("check --fix .");
    assert!(run.err.contains(".podls.yaml: fixed 2: podls-config (2); check again with it"), "{}", run.err);
    // What has no fix is left.
    assert!(run.status == 1 && run.out.contains("must be a list of .gitignore patterns"), "{}", run.out);
    assert_eq!(read(&folder, ".podls.yaml"), "kubernetes: '1.36'\nrules: {unused-allow: off}\nexclude: vendor\n");
    folder.write(".podls.yaml", "\u{feff}rot: true\n".as_bytes());
    assert_eq!(folder.run("check --fix .").status, 0);
    assert_eq!(read(&folder, ".podls.yaml"), "\u{feff}root: true\n");
}
