//! Which files `podls check` takes, and what is decided about them: configurations, options, git and baselines.

use std::process::Command;

#[path = "common/folder.rs"]
mod folder;

use folder::{CLEAN, COMMENTS, Folder};

const SLIP: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, imgae: nginx}]}\n";

/// The files of a run, with the codes of what is found in them.
fn found(folder: &Folder, line: &str) -> Vec<String> {
    let code = |place: String| place.split(' ').next_back().unwrap_or_default().to_owned();
    let files = folder.json(line).into_iter();
    files
        .map(|(path, found)| format!("{path}: {}", found.into_iter().map(code).collect::<Vec<_>>().join(" ")).trim_end().to_owned())
        .collect()
}

#[test]
fn configurations_extend_those_above() {
    let files = [
        (".podls.yaml", "rules: {unknown-rule: off}\nexclude: [vendor/, '*.tmpl.yaml']\n"),
        ("a.yaml", COMMENTS),
        ("team/.podls.yml", "rules: {unused-allow: error}\nexclude: ['!keep.tmpl.yaml']\n"),
        ("team/a.yaml", COMMENTS),
        ("team/vendor/a.yaml", COMMENTS),
        ("team/keep.tmpl.yaml", CLEAN),
        ("team/other.tmpl.yaml", CLEAN),
        ("alone/.podls.yaml", "root: true\n"),
        ("alone/a.yaml", COMMENTS),
        ("alone/vendor/a.yaml", CLEAN),
        ("tests/.podls.yaml", "rules:\n  unused-allow: off\n  '/bad/':\n    unused-allow: error\n    unknown-rule: error\n"),
        ("tests/a.yaml", COMMENTS),
        ("tests/bad/a.yaml", COMMENTS),
        ("only/.podls.yaml", "include: [/in/]\n"),
        ("only/in/a.yaml", CLEAN),
        ("only/out/a.yaml", CLEAN),
    ];
    let folder = Folder::new("layers", &files);
    assert_eq!(
        found(&folder, ""),
        [
            "a.yaml: unused-allow",
            "alone/a.yaml: unknown-rule unused-allow",
            "alone/vendor/a.yaml:",
            "only/in/a.yaml:",
            "team/a.yaml: unused-allow",
            "team/keep.tmpl.yaml:",
            "tests/a.yaml:",
            "tests/bad/a.yaml: unknown-rule unused-allow",
        ]
    );
    assert_eq!(folder.run("check team").status, 1);
    assert_eq!(found(&folder, "team/a.yaml --rule unused-allow=off"), ["team/a.yaml:"]);
    assert_eq!(folder.run("check only/out/a.yaml").err, "podls: only/out/a.yaml is excluded by only/.podls.yaml\n");
    folder.write("all.yaml", b"rules: {unknown-rule: error}\nexclude: [/team/]\n");
    let line = ". --config all.yaml --exclude only --exclude /tests/ --exclude all.yaml";
    assert_eq!(
        found(&folder, line),
        ["a.yaml: unknown-rule unused-allow", "alone/a.yaml: unknown-rule unused-allow", "alone/vendor/a.yaml:",]
    );
}

/// Of a CustomResourceDefinition that repeats a PodSpec in `template`.
const DEFINITION: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: fleets.example.com}
spec:
  group: example.com
  names: {kind: Fleet, plural: fleets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1}
              speed: {type: string, enum: [Slow, Fast]}
              pod:
                type: object
                required: [containers]
                properties:
                  affinity: {type: object}
                  containers: {type: array, items: {type: object}}
                  initContainers: {type: array, items: {type: object}}
                  nodeSelector: {type: object, additionalProperties: {type: string}}
                  serviceAccountName: {type: string}
                  tolerations: {type: array, items: {type: object}}
                  volumes: {type: array, items: {type: object}}
";

#[test]
fn custom_resources_are_checked_by_their_definitions() {
    let fleet = |spec: &str| format!("apiVersion: example.com/v1\nkind: Fleet\nmetadata: {{name: a}}\nspec: {spec}\n");
    let files = [
        ("crds/fleet.yaml", DEFINITION.to_owned()),
        ("fine.yaml", fleet("{size: 1, speed: Fast, pod: {containers: [{name: a, image: nginx}]}}")),
        ("fields.yaml", fleet("{sise: 1, note: null}")),
        ("values.yml", fleet("{size: 0, speed: Warp}")),
        ("pod.yaml", fleet("{size: 1, pod: {containers: [{name: a, imgae: nginx}]}}")),
        ("unknown.yaml", fleet("{}").replace("Fleet", "Harbour")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let folder = Folder::new("definitions", &files);
    assert_eq!(
        found(&folder, ""),
        [
            "crds/fleet.yaml:",
            "fields.yaml: unknown-field",
            "fine.yaml:",
            "pod.yaml: unknown-field",
            "unknown.yaml:",
            "values.yml: out-of-range unsupported-value",
        ]
    );
}

#[test]
fn a_configuration_says_where_custom_resources_hold_pods() {
    let ship = "apiVersion: example.com/v1\nkind: Harbour\nmetadata: {name: a}\nspec: {ships: [{pod: {spec: {containers: [{name: a, imgae: b}]}}, crew: 1}]}\n";
    let files = [
        (".podls.yaml", "pods:\n- {apiVersion: example.com/v1, kind: Harbour, at: \"spec.ships[].pod\"}\n"),
        ("a.yaml", ship),
        ("other/.podls.yaml", "root: true\n"),
        ("other/a.yaml", ship),
        (
            "wrong/.podls.yaml",
            "pods: [{kind: Harbour, at: spec}, {apiVersion: a/v1, kind: B, at: spec..a}, {apiVersion: a/v1, kind: B, at: spec, type: Pod}]\n",
        ),
        ("wrong/a.yaml", CLEAN),
    ];
    let folder = Folder::new("pods", &files);
    assert_eq!(
        found(&folder, ""),
        ["a.yaml: unknown-field", "other/a.yaml:", "wrong/.podls.yaml: podls-config podls-config podls-config", "wrong/a.yaml:"]
    );
}

#[test]
fn a_configuration_says_where_it_is_wrong() {
    let files = [
        ("a/.podls.yaml", "exclude: ['{x']\nignore: [b/]\n"),
        ("a/x.yaml", CLEAN),
        ("b/.podls.yaml", ""),
        ("b/.podls.yml", ""),
        ("b/x.yaml", CLEAN),
    ];
    let folder = Folder::new("wrong-config", &files);
    let run = folder.run("check a");
    assert_eq!(run.status, 1);
    for part in [
        "a/.podls.yaml:1:11",
        "invalid pattern `{x`",
        "Replace with `'\\{x'`",
        "a/.podls.yaml:2:1",
        "unknown setting `ignore`; did you mean `exclude`?",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    // `exclude` is there already.
    assert!(!run.out.contains("Rename"), "{}", run.out);
    assert!(folder.run("check b").out.contains("`.podls.yml` next to this file is ignored; merge the two"));
}

#[test]
fn wrong_options_name_the_remedy() {
    let folder = Folder::new("wrong-options", &[("a.yaml", CLEAN), ("no.json", "{"), ("list", "a.yaml\n")]);
    for (line, part) in [
        ("check --rule unused-alow=off", "did you mean `unused-allow`?"),
        ("check --rule unused-allow", "such as `port-clash=off`"),
        ("check --rule unused-allow=of", "expected off, error"),
        ("check --exclude {a", "a .gitignore pattern"),
        ("check --exclude ./a", "write `/a`"),
        ("check --exclude a[b", "unclosed `[`"),
        ("check --config .", "is a folder, not a file"),
        ("check --config gone.yaml", "gone.yaml does not exist"),
        ("check --kubernetes 1.33,1.20", "it knows 1.33 to 1.37"),
        ("check --baseline gone.json", "create it with `--write-baseline gone.json`"),
        ("check --baseline no.json", "is not a baseline of podls"),
        ("check --files-from gone", "gone does not exist"),
        ("check --files-from list --changed", "cannot be used with"),
        ("check --baseline a --write-baseline a", "cannot be used with"),
        ("a.yaml", "run `podls check a.yaml`"),
        ("-", "run `podls check -`"),
        ("gone.yml", "run `podls check gone.yml`"),
    ] {
        let run = folder.run(line);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{line}: {}", run.err);
        assert!(run.err.contains(part), "{line}: {}", run.err);
    }
}

#[test]
fn named_files() {
    let files = [
        ("a.yaml", CLEAN),
        ("d/b.json", "{}"),
        ("README.md", "# a\n"),
        ("main.rs", "fn main() {}\n"),
        ("x.txt", ""),
        ("pod", CLEAN),
        ("Makefile", "all:\n"),
    ];
    let folder = Folder::new("named-files", &files);
    for (line, files, err) in [
        ("a.yaml ./a.yaml d/../a.yaml", "1 file checked", ""),
        ("d d/b.json ./d", "1 file checked", ""),
        (". a.yaml", "2 files checked", ""),
        ("README.md", "no .yaml, .yml or .json file", "podls: skipped README.md: not a YAML or JSON file by its name\n"),
        ("a.yaml x.txt README.md", "1 file checked", "podls: skipped x.txt and README.md: not YAML or JSON files by their names\n"),
        ("Makefile main.rs x.txt pod", "1 file checked", "podls: skipped Makefile and 2 others: not YAML or JSON files by their names\n"),
    ] {
        let run = folder.run(&format!("check {line}"));
        assert_eq!((run.status, run.err.as_str()), (0, err), "{line}: {}", run.out);
        assert!(run.out.contains(files), "{line}: {}", run.out);
    }
}

#[test]
fn nothing_to_check() {
    let files = [
        ("docs/a.md", ""),
        ("ignored/.gitignore", "*.yaml\n"),
        ("ignored/a.yaml", CLEAN),
        ("out/.podls.yaml", "exclude: ['*.yaml']\n"),
        ("out/a.yaml", CLEAN),
        ("in/a.yaml", CLEAN),
        ("other.yaml", "image: nginx\n"),
    ];
    let folder = Folder::new("nothing", &files);
    for (line, status, err) in [
        ("docs", 2, "podls: docs contains no YAML or JSON file to check; use `--allow-empty` to allow this\n"),
        ("docs in", 2, "podls: docs contains no YAML or JSON file to check; use `--allow-empty` to allow this\n"),
        ("docs --allow-empty", 0, "podls: docs contains no YAML or JSON file to check\n"),
        ("ignored", 2, "podls: ignored contains no YAML or JSON file to check (excluded: 1 by git); use `--allow-empty` to allow this\n"),
        (
            "out",
            2,
            "podls: out contains no YAML or JSON file to check (excluded: 1 by the configuration); use `--allow-empty` to allow this\n",
        ),
        (
            "in --exclude *.yaml",
            2,
            "podls: in contains no YAML or JSON file to check (excluded: 1 by --exclude); use `--allow-empty` to allow this\n",
        ),
        ("in/a.yaml --exclude in", 0, "podls: in/a.yaml is excluded by --exclude\n"),
        ("in/../in/a.yaml --exclude /in/a.yaml", 0, "podls: in/../in/a.yaml is excluded by --exclude\n"),
        ("/dev/null --exclude in", 0, ""),
        ("in in", 0, ""),
        ("other.yaml", 0, ""),
        ("--files-from empty", 0, ""),
    ] {
        folder.write("empty", b"");
        let run = folder.run(&format!("check {line}"));
        assert_eq!((run.status, run.err.as_str()), (status, err), "{line}");
    }
}

#[test]
fn lists_of_files() {
    let folder = Folder::new("lists", &[("a b.yaml", CLEAN), ("c.yaml", CLEAN), ("README.md", "")]);
    for list in ["a b.yaml\nc.yaml\nREADME.md\n", "a b.yaml\r\nc.yaml\r\n\r\n", "a b.yaml\0c.yaml\0"] {
        let run = folder.run_with("check --files-from -", list.as_bytes());
        assert!(run.status == 0 && run.out.contains("2 files checked"), "{list:?}: {}{}", run.out, run.err);
    }
    assert_eq!(folder.run_with("check --files-from -", b"gone.yaml\n").status, 2);
    assert_eq!(folder.run_with("check --files-from -", b"").out, "podls: no .yaml, .yml or .json file to check\n");
}

fn git(folder: &Folder, line: &str) {
    let mut git = Command::new("git");
    git.current_dir(&folder.0).args([
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgsign=false",
    ]);
    assert!(git.args(line.split(' ')).output().expect("git").status.success(), "{line}");
}

#[test]
fn changed_files() {
    let folder = Folder::new("changed", &[("a.yaml", CLEAN), ("b.yaml", CLEAN), ("sub/c.yaml", CLEAN), (".gitignore", "ignored.yaml\n")]);
    let changed = |line: &str| folder.json(line).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    git(&folder, "init -q");
    assert_eq!(changed("--changed"), ["a.yaml", "b.yaml", "sub/c.yaml"], "no commit yet");
    git(&folder, "add .");
    git(&folder, "commit -qm first");
    assert_eq!(changed("--changed"), [""; 0]);
    assert_eq!(folder.run("check --changed").status, 0);
    git(&folder, "checkout -qb work");
    folder.write("b.yaml", COMMENTS.as_bytes());
    git(&folder, "commit -qam second");
    for (path, text) in [("sub/c.yaml", COMMENTS), ("sub/new é.yaml", CLEAN), ("ignored.yaml", CLEAN), ("notes.md", "")] {
        folder.write(path, text.as_bytes());
    }
    std::fs::remove_file(folder.0.join("a.yaml")).expect("a file");
    assert_eq!(changed("--changed"), ["sub/c.yaml", "sub/new é.yaml"]);
    assert_eq!(changed("--changed main"), ["b.yaml", "sub/c.yaml", "sub/new é.yaml"]);
    assert_eq!(changed("--changed=main sub"), ["sub/c.yaml", "sub/new é.yaml"]);
    // Not a branch, but a path.
    assert_eq!(changed("--changed sub"), ["sub/c.yaml", "sub/new é.yaml"]);
    assert_eq!(changed("--changed main --exclude /sub/"), ["b.yaml"]);
    let mut below = folder.command("check --changed main .. --format json");
    let out = below.current_dir(folder.0.join("sub")).output().expect("podls").stdout;
    let out = String::from_utf8_lossy(&out).into_owned();
    assert!(out.contains("\"../b.yaml\"") && out.contains("\"c.yaml\""), "{out}");
    let run = folder.run("check --changed gone");
    assert!(run.status == 2 && run.err.contains("git fetch"), "{}", run.err);
}

#[test]
fn changes_need_a_repository() {
    let folder = Folder::new("no-repository", &[("a.yaml", CLEAN)]);
    let run = folder.run("check --changed");
    assert!(run.status == 2 && run.err.contains("not a git repository"), "{}", run.err);
}

#[test]
fn several_releases() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: nginx\n    env:\n    - name: A\n      valueFrom: {fileKeyRef: {volumeName: a, path: b, key: C}}\n  volumes: [{name: a, emptyDir: {}}]\n";
    let folder = Folder::new("releases", &[("a.yaml", pod), ("new/.podls.yaml", "kubernetes: ['1.36', '1.37']\n"), ("new/a.yaml", pod)]);
    for (line, status, part) in [
        ("a.yaml --kubernetes 1.33,1.37", 1, "(rejected by 1.33)"),
        ("a.yaml --kubernetes all", 1, "(rejected by 1.33)"),
        ("a.yaml --kubernetes 1.36,1.37", 0, "no findings"),
        ("new", 0, "no findings"),
        ("new --kubernetes 1.33,1.36", 1, "(rejected by 1.33)"),
    ] {
        let run = folder.run(&format!("check {line}"));
        assert_eq!(run.status, status, "{line}: {}", run.out);
        assert!(run.out.contains(part), "{line}: {}", run.out);
    }
}

#[test]
fn only_what_is_new_is_reported_beside_a_baseline() {
    let folder = Folder::new("baseline", &[("a.yaml", SLIP), ("b.yaml", "apiVersion: v1\nkind: Pod\nspec: [\n")]);
    let run = folder.run("check --write-baseline known.json --format json");
    assert_eq!(run.status, 0);
    assert!(run.err.contains("`--baseline known.json`") && !run.out.contains("unknown-field"), "{}{}", run.out, run.err);
    let check = || folder.run("check --baseline known.json --exclude known.json").status;
    assert_eq!(check(), 0);
    // Lines move, and the file gets another name.
    folder.write("renamed.yaml", format!("# ours\n\n{SLIP}").as_bytes());
    std::fs::remove_file(folder.0.join("a.yaml")).expect("a file");
    assert_eq!(check(), 0);
    folder.write("renamed.yaml", SLIP.replace("imgae: nginx", "imgae: nginx, imgae2: b").as_bytes());
    assert_eq!(check(), 1);
    folder.write("renamed.yaml", SLIP.replace("name: web}\n", "name: other}\n").as_bytes());
    assert_eq!(check(), 1);
    folder.write("renamed.yaml", SLIP.replace("name: web}\n", "name: web, namespace: prod}\n").as_bytes());
    assert_eq!(check(), 1);
}

#[test]
fn a_known_finding_is_known_in_its_file_and_its_container() {
    let folder = Folder::new("baseline-files", &[("d/a.yaml", SLIP)]);
    let recorded = folder.run("check d --write-baseline known.json");
    assert!(recorded.out.contains("1 file checked: 1 finding recorded\n"), "{}", recorded.out);
    let known = folder.run("check d --baseline known.json");
    assert!(known.status == 0 && known.out.contains("no new findings; 1 in the baseline\n"), "{}", known.out);
    // From another folder, and by another path.
    let elsewhere = folder.0.join("d");
    assert!(folder.command("check --baseline ../known.json").current_dir(elsewhere).status().is_ok_and(|it| it.success()));
    // A container is put in front.
    folder.write("d/a.yaml", SLIP.replace("[{name: web", "[{name: log, image: a}, {name: web").as_bytes());
    assert_eq!(folder.run("check d --baseline known.json").status, 0);
    // Known findings are not fixed; new ones are.
    let both = SLIP.replace("imgae: nginx", "imgae: nginx, tyt: true");
    folder.write("d/a.yaml", both.as_bytes());
    folder.run("check d --baseline known.json --fix");
    let fixed = std::fs::read_to_string(folder.0.join("d/a.yaml")).expect("a file");
    assert!(fixed.contains("imgae: nginx, tty: true"), "{fixed}");
    // A copy is new.
    folder.write("d/b.yaml", SLIP.as_bytes());
    assert_eq!(folder.run("check d --baseline known.json").status, 1);
    std::fs::remove_file(folder.0.join("d/b.yaml")).expect("a file");
    // What is gone is reported.
    folder.write("d/a.yaml", CLEAN.as_bytes());
    let gone = folder.run("check d --baseline known.json");
    assert!(gone.status == 0 && gone.out.contains("1 baseline finding no longer found"), "{}", gone.out);
    folder.write("old.json", br#"{"version":1,"findings":[]}"#);
    assert!(folder.run("check d --baseline old.json").err.contains("has version 1, expected 2"));
}

#[test]
fn a_configuration_is_written_from_what_is_found() {
    let folder =
        Folder::new("init", &[("a.yaml", COMMENTS), ("test/b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: '${NAME}'}\nspec: {}\n")]);
    let run = folder.run("init");
    assert_eq!((run.status, run.out.as_str()), (0, "podls: created .podls.yaml from a check of 2 files\n"), "{}", run.err);
    let written = std::fs::read_to_string(folder.0.join(".podls.yaml")).expect("a configuration");
    for part in ["kubernetes: \"1.37\"\n", "#  unknown-rule: off  # warning; 1 finding in 1 file\n", "#- \"/test/\"", "${NAME}"] {
        assert!(written.contains(part), "{part}: {written}");
    }
    assert!(!folder.run("check").out.contains("podls-config"));
    let again = folder.run("init");
    assert!(again.status == 2 && again.err.contains("already exists"), "{}", again.err);
    let nothing = Folder::new("init-nothing", &[]);
    assert_eq!(nothing.run("init").status, 0);
    assert!(nothing.0.join(".podls.yaml").is_file());
}

#[test]
fn copies_beside_static_pods() {
    let pod = |name: &str| CLEAN.replace("name: web", &format!("name: {name}"));
    let (web, other, db) = (pod("web"), pod("web-old"), pod("db"));
    let files = [
        ("etc/kubernetes/manifests/web.yaml", &*web),
        ("etc/kubernetes/manifests/web.yaml.bak", &web),
        ("etc/kubernetes/manifests/db.yaml", &db),
        ("etc/kubernetes/manifests/db.yaml~", &other),
        ("etc/kubernetes/manifests/9-db.yaml", &db),
        ("etc/kubernetes/manifests/.hidden.yaml", &web),
        ("etc/kubernetes/manifests/old/web.yaml", &web),
        ("etc/kubernetes/manifests/web.yaml.j2", &web),
        // It may hold the files of several nodes.
        ("nodes/.podls.yaml", "staticPods: ['/*.yaml']\n"),
        ("nodes/a.yaml", &web),
        ("nodes/b.yaml", &web),
        ("nodes/a-old.yaml", &pod("x")),
        ("plain/web.yaml", &web),
        ("plain/web.yaml.bak", &web),
    ];
    let folder = Folder::new("static-copies", &files);
    let run = folder.run("check --format concise .");
    let found: Vec<_> = run.out.lines().map(|line| line.split("; ").next().unwrap_or_default()).collect();
    let in_folder = "etc/kubernetes/manifests/";
    assert_eq!(
        found,
        [
            format!(
                "{in_folder}.hidden.yaml:2:7: information[hidden-static-pod]: the kubelet does not read a file whose name begins with a dot"
            ),
            format!(
                "{in_folder}9-db.yaml:4:9: warning[static-pod-copy]: the kubelet reads `db.yaml` last and runs its Pod of this name instead"
            ),
            format!("{in_folder}db.yaml~:4:9: warning[static-pod-copy]: the kubelet reads this copy too and runs its Pod"),
            format!(
                "{in_folder}web.yaml:4:9: warning[static-pod-copy]: the kubelet reads `web.yaml.bak` last and runs its Pod of this name instead"
            ),
            "nodes/a-old.yaml:4:9: warning[static-pod-copy]: the kubelet reads this copy too and runs its Pod".to_owned(),
        ],
        "{}{}",
        run.out,
        run.err
    );
}
