//! Commands as people write them, in `tests/entrypoints`: what podls reports of each, and nothing else.
//!
//! A file holds groups: `expect` (codes, or `ok`), `why`, where it runs (`in`), an `image`, and under `run` one item for each
//! container. An item is a list (`command`), a scalar (a script of `sh -c`), `bash:` and a scalar (the same for another shell), or
//! the fields of the container. Items are copied into the manifest as they are written.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};

use podls::pod::command;

mod common;

/// A container, and what is expected of it.
struct Case {
    /// Its file and line.
    place: String,
    expected: BTreeSet<String>,
    why: String,
    manifest: String,
}

#[test]
fn entrypoints() {
    let cases = cases();
    assert!(cases.len() >= 500, "{} cases", cases.len());
    let mut wrong = String::new();
    let (mut differ, mut false_alarms) = (0, 0);
    for case in &cases {
        let found: BTreeSet<String> = common::diagnostics(&case.manifest).into_iter().map(|it| it.code.to_owned()).collect();
        if found == case.expected {
            continue;
        }
        differ += 1;
        false_alarms += usize::from(case.expected.is_empty());
        let _ = writeln!(wrong, "{}: {:?} instead of {:?}: {}\n{}", case.place, found, case.expected, case.why, case.manifest);
    }
    assert!(differ == 0, "{wrong}{differ} of {} differ, {false_alarms} of them false alarms", cases.len());
}

#[test]
fn half_of_them_must_stay_silent() {
    let cases = cases();
    let silent = cases.iter().filter(|it| it.expected.is_empty()).count();
    assert!(silent * 5 >= cases.len() * 2, "{silent} of {}", cases.len());
}

#[test]
fn fixes_help() {
    for case in cases() {
        common::fixes_hold(&case.manifest);
    }
}

/// All cases of all files.
fn cases() -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/entrypoints");
    let mut files: Vec<_> = fs::read_dir(folder).expect("the folder").map(|it| it.expect("an entry").path()).collect();
    files.sort();
    let mut cases = vec![];
    for file in files.iter().filter(|it| it.extension().is_some_and(|it| it == "yaml")) {
        let text = fs::read_to_string(file).expect("a file");
        let name = file.file_name().expect("a name").to_string_lossy();
        for (number, group) in blocks(&text, "") {
            cases.extend(group_cases(&name, number, &group));
        }
    }
    cases
}

/// The items of a list that is indented so, each without its dash, with the number of its first line.
fn blocks(text: &str, indent: &str) -> Vec<(usize, String)> {
    let mut blocks: Vec<(usize, String)> = vec![];
    let dash = format!("{indent}- ");
    let inner = format!("{indent}  ");
    for (number, line) in text.lines().enumerate() {
        if let Some(rest) = line.strip_prefix(&dash) {
            blocks.push((number, format!("{rest}\n")));
        } else if let Some((_, block)) = blocks.last_mut().filter(|_| !line.starts_with('#')) {
            block.push_str(line.strip_prefix(&inner).unwrap_or(line));
            block.push('\n');
        }
    }
    blocks
}

fn group_cases(file: &str, start: usize, group: &str) -> Vec<Case> {
    let (head, run) = group.split_once("run:\n").expect("items");
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let expected = field("expect").expect("what is expected").split(' ').filter(|it| *it != "ok").map(str::to_owned).collect();
    let case = |(number, item): (usize, String)| Case {
        place: format!("{file}:{}", start + head.lines().count() + number + 2),
        expected: BTreeSet::clone(&expected),
        why: field("why").expect("a reason").to_owned(),
        manifest: manifest(field("in").unwrap_or("pod"), field("image").unwrap_or("ghcr.io/example/app:1.0"), item.trim_end()),
    };
    blocks(run, "").into_iter().map(case).collect()
}

/// The manifest that runs an item.
fn manifest(kind: &str, image: &str, item: &str) -> String {
    let container = match kind {
        "probe" => format!("name: main\nimage: {image}\nlivenessProbe:\n  exec:\n    command: {item}"),
        _ => container(image, item, if kind == "sidecar" { "restartPolicy: Always" } else { "" }),
    };
    let item = format!("- {}\n", container.replace('\n', "\n  "));
    let other = "- name: other\n  image: ghcr.io/example/other:1.0\n";
    let head = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: case\nspec:\n";
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: case\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n";
    match kind {
        "pod" | "probe" => format!("{head}  containers:\n{}", indented(&item, 2)),
        "windows" => format!("{head}  os:\n    name: windows\n  containers:\n{}", indented(&item, 2)),
        "once" => format!("{head}  restartPolicy: Never\n  containers:\n{}", indented(&item, 2)),
        "init" | "sidecar" => format!("{head}  initContainers:\n{}  containers:\n{}", indented(&item, 2), indented(other, 2)),
        "job" => format!("{job}      containers:\n{}", indented(&item, 6)),
        "job-helper" => format!("{job}      containers:\n{}{}", indented(other, 6), indented(&item, 6)),
        _ => panic!("{kind}?"),
    }
}

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(if line.trim().is_empty() { 0 } else { by }))).collect()
}

/// The fields of the container.
fn container(image: &str, item: &str, more: &str) -> String {
    if let Some(fields) = item.strip_prefix('{') {
        let image = if fields.contains("image: ") { String::new() } else { format!("image: {image}, ") };
        let more = if more.is_empty() { String::new() } else { format!("{more}, ") };
        return format!("{{name: main, {image}{more}{fields}");
    }
    let more = if more.is_empty() { String::new() } else { format!("\n{more}") };
    let head = format!("name: main\nimage: {image}{more}");
    let script = |shell: &str, scalar: &str| format!("{head}\ncommand: [{shell}, -c]\nargs:\n- {}", scalar.replace('\n', "\n  "));
    let shells = ["bash", "dash", "ash", "zsh"];
    let shell = shells.into_iter().find_map(|shell| Some((shell, item.strip_prefix(shell)?.strip_prefix(": ")?)));
    match shell {
        _ if item.starts_with('[') => format!("{head}\ncommand: {item}"),
        _ if item.starts_with("command: ") || item.starts_with("args: ") => format!("{head}\n{item}"),
        Some((shell, scalar)) => script(shell, scalar),
        None => script("sh", item),
    }
}

/// The rows of `processes.txt`: a script, and what each shell is while it runs.
fn processes() -> Vec<(&'static str, [(&'static str, &'static str); 3])> {
    let rows = include_str!("entrypoints/processes.txt").lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let mut cells = line.rsplitn(4, " | ").collect::<Vec<_>>();
        cells.reverse();
        (cells[0], [("dash", cells[1]), ("bash", cells[2]), ("busybox", cells[3])])
    };
    rows.map(row).collect()
}

#[test]
fn signals_are_lost_where_a_shell_stays() {
    for (script, shells) in processes() {
        let script = script.replace("PROGRAM", "./server");
        for (shell, process) in &shells[..2] {
            let lost = command::lost_signal(&[*shell, "-c", &*script], &[], *shell == "dash").is_some();
            assert_eq!(lost, *process == "shell", "{shell} -c {script:?}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "runs dash, bash and busybox, which must be installed, for some seconds"]
fn the_first_process() {
    for (script, shells) in processes() {
        let script = script.replace("PROGRAM", "sleep 1");
        for (shell, process) in shells {
            let mut command = Command::new(shell);
            if shell == "busybox" {
                command.arg("sh");
            }
            let mut child = command.args(["-c", &script]).stdin(Stdio::null()).spawn().expect("the shell is installed");
            std::thread::sleep(std::time::Duration::from_millis(300));
            let name = fs::read_to_string(format!("/proc/{}/comm", child.id())).expect("it runs");
            assert_eq!(if name.trim() == "sleep" { "program" } else { "shell" }, process, "{shell} -c {script:?}");
            child.wait().expect("it ends");
        }
    }
}

/// bash says nothing to these, and runs nothing.
const SILENT: [&str; 1] = ["for ((i=0; i<3; i++); do ./a; done"];

/// What shells say to the scripts: those with `script-error` none of them reads, and of the others one does.
#[test]
#[ignore = "runs dash, bash and busybox, which must be installed"]
fn shells_agree_on_syntax() {
    let mut wrong = vec![];
    for case in cases() {
        let Some((shell, script)) = script(&case.manifest) else { continue };
        let shells: &[&str] = match shell.rsplit('/').next() {
            Some("bash") => &["bash"],
            Some("dash") => &["dash"],
            Some("sh") => &["dash", "bash", "busybox"],
            _ => continue,
        };
        let reads = |shell: &&&str| {
            let mut command = Command::new(shell);
            if **shell == "busybox" {
                command.arg("sh");
            }
            // After some errors bash ends with 0.
            let output = command.args(["-n", "-c", &script]).output().expect("the shell is installed");
            output.status.success() && output.stderr.is_empty()
        };
        let is_read = shells.iter().any(|shell| reads(&shell));
        if is_read == case.expected.contains("script-error") && !SILENT.contains(&&*script) {
            wrong.push(format!("{}: {shells:?}: {script}", case.place));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The shell of a manifest's first container, and its script.
fn script(manifest: &str) -> Option<(String, String)> {
    let object: serde_json::Value = yaml_serde::from_str(manifest).ok()?;
    let pod = object.pointer("/spec/template/spec").or(object.pointer("/spec"))?;
    let container = pod.pointer("/initContainers/0").or(pod.pointer("/containers/0"))?;
    let words = |name: &str| -> Vec<String> { serde_json::from_value(container[name].clone()).unwrap_or_default() };
    let (command, args) = (words("command"), words("args"));
    let (command, args): (Vec<&str>, Vec<&str>) = (command.iter().map(|it| &**it).collect(), args.iter().map(|it| &**it).collect());
    let at = command::script(&command, &args)?;
    let all: Vec<&str> = command.iter().chain(&args).copied().collect();
    let (program, _) = command::program_and_script(&command, &args);
    Some((all[program?].to_owned(), all[at].replace("$$", "$")))
}
