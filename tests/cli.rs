//! The command line, over the real binary.

use std::io::Read;

#[path = "common/folder.rs"]
mod folder;

use folder::{CLEAN, COMMENTS, Folder};

fn paths(folder: &Folder, line: &str) -> Vec<String> {
    folder.json(line).into_iter().map(|(path, _)| path).collect()
}

const CONFIG: &str = "# ours\nkubernets: \"1.35\"\nrules:\n  unused-allow: of\n";

#[test]
fn statuses() {
    let files =
        [("clean.yaml", CLEAN), ("comments.yaml", COMMENTS), ("team/.podls.yaml", CONFIG), ("team/pod.yaml", CLEAN), ("no.txt", "x")];
    let folder = Folder::new("statuses", &files);
    for (line, status, out, err) in [
        ("check clean.yaml", 0, "1 file checked: no findings", ""),
        ("check comments.yaml", 0, "1 file checked: 2 warnings", ""),
        ("check clean.yaml comments.yaml", 0, "2 files checked: 2 warnings in 1 of them", ""),
        ("check team", 1, "2 files checked: 2 errors in 1 of them", ""),
        ("check team --kubernetes 1.34", 1, "error[podls-config]", ""),
        ("check .", 1, "4 files checked: 2 errors and 2 warnings in 2 of them", ""),
        ("check", 1, "4 files checked", ""),
        ("check no.txt", 0, "no .yaml, .yml or .json file", "skipped no.txt"),
        ("check -q clean.yaml", 0, "", ""),
        ("check gone.yaml clean.yaml", 2, "1 file checked: no findings; 1 path could not be read", "gone.yaml does not exist"),
        ("check team gone.yaml", 2, "2 errors", "gone.yaml does not exist"),
        ("check clean.yaml/x", 2, "", "is a file, not a folder"),
        ("check --kubernetes 1.20 clean.yaml", 2, "", "it knows 1.33 to 1.37"),
        ("check --format xml clean.yaml", 2, "", "possible values"),
        (
            "explain unused-allow",
            0,
            "# unused-allow (warning)\n\nA suppression comment (`# podls: allow(…)`) that suppresses nothing.\n",
            "",
        ),
        ("explain unused-alow", 2, "", "did you mean `unused-allow`?"),
        ("explain something-else", 2, "", "`podls rules` lists"),
        ("rules", 0, "unknown-rule", ""),
        ("--version", 0, env!("CARGO_PKG_VERSION"), ""),
        ("--help", 0, "Usage: podls", ""),
        ("check --help", 0, "Exit status: 0", ""),
        ("chek", 2, "", "similar subcommand"),
    ] {
        let run = folder.run(line);
        assert_eq!(run.status, status, "{line}\n{}{}", run.out, run.err);
        assert!(run.out.contains(out), "{line}\n{}", run.out);
        assert!(if err.is_empty() { run.err.is_empty() } else { run.err.contains(err) }, "{line}\n{}", run.err);
    }
}

#[test]
fn standard_input() {
    let folder = Folder::new("stdin", &[]);
    let run = folder.run_with("check - --format json", COMMENTS.as_bytes());
    assert!(run.out.contains("\"path\":\"<stdin>\"") && run.out.contains("unknown-rule"), "{}", run.out);
    assert_eq!(folder.run_with("check -", b"").out, "podls: 1 file checked: no findings\n");
}

/// The kustomizations of a run are known before its first file is judged.
#[test]
fn kustomizations() {
    let part = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 2\n";
    let files = [
        ("a/patch.yaml", part),
        ("base/web.yaml", part),
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("json/patch.yaml", "- {op: remove, path: /spec}\n"),
        ("other.yaml", part),
        ("top/Kustomization", "resources: [../base]\npatches:\n- path: ../a/patch.yaml\n- path: ../json/patch.yaml\n"),
        ("top/kustomization.yaml/no.txt", ""),
    ];
    let folder = Folder::new("kustomizations", &files);
    let wrong = |line| folder.json(line).into_iter().filter(|(_, found)| !found.is_empty()).map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(wrong(""), ["other.yaml"]);
    assert_eq!(wrong("base"), ["base/web.yaml"]);
    std::fs::create_dir(folder.0.join(".git")).expect("a repository");
    assert_eq!(wrong("base"), [""; 0]);
    assert_eq!(wrong("a/patch.yaml other.yaml"), ["other.yaml"]);
}

/// Helm's own files and values are not manifests; what else is in a chart is what it would be elsewhere.
#[test]
fn charts() {
    let slip = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {container: []}\n";
    let values = "image: {repository: nginx}\nkind: Deployment\nreplicaCount: 2\nhostNetwork: false\n";
    let whole = "kind: Deployment\napiVersion: apps/v1\nspec: {template: {spec: {containers: [{name: a, imgae: b}]}}}\n";
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\nspec: {containers: [{name: a, image: b}]}\n";
    let files = [
        ("web/Chart.yaml", "apiVersion: v1\nname: web\nversion: 0.1.0\nmetadata: {}\n"),
        ("web/values.yaml", values),
        ("web/values-prod.yaml", whole),
        ("web/ci/small-values.yaml", whole),
        ("web/requirements.yaml", "dependencies: []\n"),
        ("web/templates/pod.yaml", template),
        ("web/templates/sub/pod.yaml", template),
        ("web/crds/pod.yaml", slip),
        ("web/examples/pod.yaml", slip),
        ("index.yaml", "apiVersion: v1\nentries: {web: [{apiVersion: v1, name: web}]}\n"),
        ("values.yaml", values),
        ("pod.yaml", template),
    ];
    let folder = Folder::new("charts", &files);
    let wrong: Vec<_> = folder.json("").into_iter().filter(|(_, found)| !found.is_empty()).map(|(path, _)| path).collect();
    assert_eq!(wrong, ["pod.yaml", "web/crds/pod.yaml", "web/examples/pod.yaml"]);
}

/// One error for all placeholders of a file, and none where they are declared.
#[test]
fn placeholders() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: \"${NAME}\"}\nspec:\n  hostNetwork: ${HOST}\n  containers: [{name: a, image: b}]\n";
    let twice = format!("{pod}---\n{pod}");
    let files = [("flux/a.yaml", &*twice), ("b.yaml", &*twice), (".podls.yaml", "placeholders: {flux/: '${NAME}'}\n")];
    let folder = Folder::new("placeholders", &files);
    let found: Vec<_> = folder.json("").into_iter().filter(|(_, found)| !found.is_empty()).collect();
    assert_eq!(found, [("b.yaml".to_owned(), vec!["2:17 unfilled-placeholder".to_owned()])]);
}

#[test]
fn human() {
    let folder = Folder::new("human", &[(".podls.yaml", CONFIG), ("comments.yaml", COMMENTS)]);
    insta::assert_snapshot!(folder.run("check").out, @r#"
    error[podls-config]: unknown setting `kubernets`; did you mean `kubernetes`?
     --> .podls.yaml:2:1
      |
    2 | kubernets: "1.35"
      | ^^^^^^^^^
      |
      = help: Rename to `kubernetes`

    error[podls-config]: unknown level `of`; expected one of `off`, `error`, `warning`, `information` and `hint`
     --> .podls.yaml:4:17
      |
    4 |   unused-allow: of
      |                 ^^
      |
      = help: Rename to `off`

    warning[unknown-rule]: unknown rule `unused-alow`; did you mean `unused-allow`?
     --> comments.yaml:3:38
      |
    3 | metadata: {name: web} # podls: allow(unused-alow)
      |                                      ^^^^^^^^^^^
      |
      = help: Rename to `unused-allow`

    warning[unused-allow]: unused suppression of `unknown-rule`; remove it
     --> comments.yaml:4:16
      |
    4 | # podls: allow(unknown-rule)
      |                ^^^^^^^^^^^^
      |
      = help: Remove the suppression

    podls: 2 files checked: 2 errors and 2 warnings in 2 of them
    help: 3 findings fixable with `--fix`; preview with `--diff`
    help: run `podls explain CODE` for details of a finding
    "#);
    assert!(folder.run("check --color always").out.contains("\u{1b}[1m"));
}

#[test]
fn json() {
    let folder = Folder::new("json", &[("clean.yaml", CLEAN), ("comments.yaml", COMMENTS), ("values.yaml", "image: nginx\n")]);
    insta::assert_snapshot!(folder.run("check --format json").out, @r#"
    {"files":[
    {"path":"clean.yaml","diagnostics":[]},
    {"path":"comments.yaml","diagnostics":[{"code":"unknown-rule","severity":"warning","message":"unknown rule `unused-alow`; did you mean `unused-allow`?","reason":null,"range":{"start":{"line":2,"character":37},"end":{"line":2,"character":48}},"object":null,"field":null,"related":[],"fixes":[{"title":"Rename to `unused-allow`","preferred":true,"edits":[{"range":{"start":{"line":2,"character":37},"end":{"line":2,"character":48}},"newText":"unused-allow"}]}]},{"code":"unused-allow","severity":"warning","message":"unused suppression of `unknown-rule`; remove it","reason":null,"range":{"start":{"line":3,"character":15},"end":{"line":3,"character":27}},"object":null,"field":null,"related":[],"fixes":[{"title":"Remove the suppression","preferred":false,"edits":[{"range":{"start":{"line":3,"character":0},"end":{"line":4,"character":0}},"newText":""}]}]}]},
    {"path":"values.yaml","diagnostics":[]}
    ],"version":1,"unread":[],"known":0}
    "#);
}

#[test]
fn github() {
    let folder = Folder::new("github", &[("a,b%.yaml", COMMENTS)]);
    insta::assert_snapshot!(folder.run("check --format github").out, @r#"
    ::warning file=a%2Cb%25.yaml,line=3,endLine=3,col=38,endColumn=49,title=unknown-rule::unknown rule `unused-alow`; did you mean `unused-allow`?
    ::warning file=a%2Cb%25.yaml,line=4,endLine=4,col=16,endColumn=28,title=unused-allow::unused suppression of `unknown-rule`; remove it
    "#);
}

#[test]
fn sarif() {
    let folder = Folder::new("sarif", &[("a b.yaml", COMMENTS), ("clean.yaml", CLEAN), ("d.yaml", COMMENTS)]);
    let run = folder.run("check --format sarif");
    let sarif: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), 4);
    insta::assert_snapshot!(results[0], @r#"
    {"fixes":[{"artifactChanges":[{"artifactLocation":{"uri":"a%20b.yaml"},"replacements":[{"deletedRegion":{"endColumn":49,"endLine":3,"startColumn":38,"startLine":3},"insertedContent":{"text":"unused-allow"}}]}],"description":{"text":"Rename to `unused-allow`"}}],"level":"warning","locations":[{"physicalLocation":{"artifactLocation":{"uri":"a%20b.yaml"},"region":{"endColumn":49,"endLine":3,"startColumn":38,"startLine":3}}}],"message":{"text":"unknown rule `unused-alow`; did you mean `unused-allow`?"},"partialFingerprints":{"podls/v1":"fa08a620e246f599"},"ruleId":"unknown-rule"}
    "#);
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    assert!(results.iter().all(|result| rules.iter().any(|rule| rule["id"] == result["ruleId"])));
}

#[test]
fn rules_are_listed_with_their_pages() {
    let folder = Folder::new("rules", &[]);
    let rules: serde_json::Value = serde_json::from_str(&folder.run("rules --format json").out).expect("JSON");
    let lines = folder.run("rules").out;
    for rule in rules.as_array().expect("a list") {
        let code = rule["code"].as_str().expect("a code");
        assert!(lines.lines().any(|line| line.split_whitespace().next() == Some(code)), "{code}");
        assert!(folder.run(&format!("explain {code}")).out.contains("## Why"), "{code}");
    }
}

#[test]
fn shells_and_man_learn_of_all_commands() {
    let folder = Folder::new("shell", &[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = folder.run(&format!("completions {shell}"));
        assert!(run.status == 0 && run.out.contains("explain") && run.out.contains("kubernetes"), "{shell}: {}", run.out);
    }
    assert!(folder.run("manual").out.contains("podls\\-check(1)"));
    let page = folder.run("manual check").out;
    assert!(page.contains(".TH podls-check 1") && page.contains("\\-\\-kubernetes"), "{page}");
    let unknown = folder.run("manual nope");
    assert_eq!((unknown.status, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("unknown command `nope`"), "{}", unknown.err);
}

#[test]
fn folders_are_read_by_gitignore_in_order() {
    let files = [
        (".gitignore", "ignored/\n*.tmp.yaml\n!keep.tmp.yaml\n"),
        ("b.yaml", CLEAN),
        ("a/z.yml", CLEAN),
        ("a/c.json", "{}"),
        ("a/notes.md", "no"),
        ("ignored/x.yaml", CLEAN),
        ("c/x.tmp.yaml", CLEAN),
        ("c/keep.tmp.yaml", CLEAN),
        (".hidden/x.yaml", CLEAN),
        (".git/x.yaml", CLEAN),
    ];
    let folder = Folder::new("folders", &files);
    let all = [".hidden/x.yaml", "a/c.json", "a/z.yml", "b.yaml", "c/keep.tmp.yaml"];
    assert_eq!(paths(&folder, ""), all);
    assert_eq!(paths(&folder, "c a"), ["c/keep.tmp.yaml", "a/c.json", "a/z.yml"]);
    assert_eq!(paths(&folder, "ignored/x.yaml a/notes.md"), ["ignored/x.yaml"], "what is named is read, if it is YAML or JSON");
}

#[test]
fn many_files_come_in_order() {
    let folder = Folder::new("many", &[]);
    let names: Vec<String> = (0..700).map(|number| format!("{number:04}.yaml")).collect();
    names.iter().for_each(|name| folder.write(name, COMMENTS.as_bytes()));
    assert_eq!(paths(&folder, ""), names);
    let run = folder.run("check --all");
    assert_eq!(run.out.matches(" --> ").count(), 1400);
    assert!(run.out.contains("700 files checked: 1400 warnings in 700 of them"));
}

#[test]
fn the_configuration_of_a_team() {
    let files = [
        (".podls.yaml", "rules:\n  unknown-rule: off\nexclude:\n- vendor/\n"),
        ("a.yaml", COMMENTS),
        ("vendor/a.yaml", COMMENTS),
        ("strict/.podls.yaml", "rules: {unknown-rule: error}\n"),
        ("strict/deep/a.yaml", COMMENTS),
        ("wrong/.podls.yaml", "rules: {unknown-rule: off\nexclude: [x.yaml]\n"),
        ("wrong/a.yaml", CLEAN),
        ("wrong/x.yaml", CLEAN),
    ];
    let folder = Folder::new("team", &files);
    let found = |line: &str| folder.json(line).into_iter().map(|(path, found)| format!("{path}: {}", found.join(", "))).collect::<Vec<_>>();
    assert_eq!(found("a.yaml"), ["a.yaml: 3:15 unused-allow"]);
    assert_eq!(found("strict"), ["strict/deep/a.yaml: 2:37 unknown-rule, 3:15 unused-allow"]);
    assert_eq!(folder.run("check strict").status, 1);
    assert_eq!(found("wrong"), ["wrong/.podls.yaml: 0:7 podls-config", "wrong/a.yaml: "]);
    folder.write("beside/a.yaml", format!("{CLEAN}---\nno: manifest\n").as_bytes());
    assert_eq!(found("beside"), ["beside/a.yaml: 9:0 not-an-object"]);
    folder.write("beside/.podls.yaml", b"rules: {not-an-object: off}\n");
    assert_eq!(found("beside"), ["beside/a.yaml: "]);
    assert_eq!(found("vendor"), [""; 0]);
    let named = folder.run("check vendor/a.yaml");
    assert_eq!((named.status, named.err.as_str()), (0, "podls: vendor/a.yaml is excluded by .podls.yaml\n"));
}

#[test]
fn fixed_and_clean_examples_have_no_problems() {
    let folder = Folder::new("examples", &[]);
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let found = folder.json(&format!("{examples}/fixed {examples}/clean"));
    assert!(found.len() > 9 && found.iter().all(|(_, found)| found.is_empty()), "{found:#?}");
}

#[test]
fn a_closed_pipe_ends_quietly_but_not_as_if_there_were_no_errors() {
    let folder = Folder::new("pipe", &[]);
    (0..500).for_each(|number| folder.write(&format!("{number}.yaml"), COMMENTS.as_bytes()));
    let mut child = folder.command("check").spawn().expect("podls");
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().expect("its standard error").read_to_string(&mut said).expect("text");
    assert_eq!((child.wait().expect("its end").code(), said.as_str()), (Some(1), ""));
}

#[test]
fn a_comment_for_the_whole_file_must_be_of_use() {
    let slip = CLEAN.replace("image:", "imgae:");
    let used = format!("# podls: allow-file(unknown-field)\n{CLEAN}---\n{slip}");
    let unused = format!("# podls: allow-file(unknown-field, port-clash)\n---\n{CLEAN}---\n{slip}");
    let kept = format!("# podls: allow-file(port-clash, unused-allow)\n{CLEAN}");
    let item = CLEAN.replace('\n', "\n  ").trim_end().to_owned();
    let list = format!("# podls: allow-file(port-clash)\napiVersion: v1\nkind: List\nitems:\n- {item}\n- {item}\n");
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {no: such}, ports: [{port: 80}]}\n";
    let across = format!("# podls: allow-file(unmatched-selector)\n{CLEAN}---\n{service}");
    let files = [("used.yaml", &*used), ("unused.yaml", &unused), ("kept.yaml", &kept), ("list.yaml", &list), ("across.yaml", &across)];
    let folder = Folder::new("allow-file", &files);
    let run = folder.run("check --format concise .");
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!(
        lines,
        [
            "list.yaml:1:21: warning[unused-allow]: unused suppression of `port-clash`; remove it",
            "unused.yaml:1:36: warning[unused-allow]: unused suppression of `port-clash`; remove it",
        ],
        "{}",
        run.err
    );
}
