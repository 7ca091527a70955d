//! The verdicts in one table, `verdicts.txt`; then what is said of single words, and what must hold for any text.

use proptest::prelude::*;

use super::*;

const TABLE: &str = include_str!("verdicts.txt");

/// A command line of the table as (command, args).
fn command_line(text: &str) -> (Vec<String>, Vec<String>) {
    if text.starts_with('[') {
        let (command, args) = text.split_once(" + ").unwrap_or((text, "[]"));
        return (serde_json::from_str(command).unwrap(), serde_json::from_str(args).unwrap());
    }
    let (shell, script) = text.split_once(": ").unwrap();
    (vec![shell.to_owned(), "-c".to_owned(), script.replace('⏎', "\n")], Vec::new())
}

fn judged(command: &[String], args: &[String]) -> Entrypoint {
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    analyse(&command, &args)
}

fn name(verdict: &Verdict) -> (&'static str, Option<&Evidence>) {
    match verdict {
        Verdict::Foreground => ("fine", None),
        Verdict::NeverEnds(evidence) => ("stays", Some(evidence)),
        Verdict::Ends => ("ends", None),
        Verdict::Exits(evidence) => ("exits", Some(evidence)),
        Verdict::Daemonizes(evidence, _) => ("daemon", Some(evidence)),
        Verdict::BackgroundArgument(evidence) => ("argument", Some(evidence)),
        Verdict::Unknown => ("unknown", None),
    }
}

#[test]
fn verdicts() {
    let mut wrong = Vec::new();
    for row in TABLE.lines().filter(|it| !it.is_empty() && !it.starts_with('#')) {
        let (expected, rest) = row.split_once(' ').unwrap();
        let (rest, fixed) = rest.split_once(" => ").map_or((rest, None), |(rest, fixed)| (rest, Some(fixed)));
        let (line, blamed) = rest.split_once(" @ ").map_or((rest, None), |(line, blamed)| (line, Some(blamed)));
        let (command, args) = command_line(line);
        let entrypoint = judged(&command, &args);
        let (got, evidence) = name(&entrypoint.verdict);
        if got != expected {
            wrong.push(format!("{row}\n    is {got}"));
            continue;
        }
        let words: Vec<&str> = command.iter().chain(&args).map(String::as_str).collect();
        if let (Some(evidence), Some(blamed)) = (evidence, blamed) {
            let text = &words[evidence.blame.word][evidence.blame.range.clone()];
            if blamed != "!" && text != blamed.replace('⏎', "\n") {
                wrong.push(format!("{row}\n    underlines {text:?}"));
            }
        }
        let preferred = evidence.and_then(|it| it.fixes.iter().find(|it| it.preferred));
        match (preferred.map(|it| apply(&words, it)), fixed) {
            (Some(got), Some(fixed)) if fixed != "!" => {
                let (mut expected, more) = command_line(fixed);
                expected.extend(more);
                if got != expected {
                    wrong.push(format!("{row}\n    fixes to {got:?}"));
                }
            }
            (got, Some(_)) => wrong.extend(got.is_some().then(|| format!("{row}\n    fixes to {got:?}"))),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} rows differ\n{}", wrong.len(), wrong.join("\n"));
}

/// What a preferred fix makes is fine.
#[test]
fn fixes_work() {
    for row in TABLE.lines().filter(|it| it.starts_with("exits") || it.starts_with("daemon") || it.starts_with("argument")) {
        let line = row.split_once(' ').unwrap().1;
        let line = line.split(" => ").next().unwrap().split(" @ ").next().unwrap();
        let (command, args) = command_line(line);
        let entrypoint = judged(&command, &args);
        let words: Vec<&str> = command.iter().chain(&args).map(String::as_str).collect();
        for fix in &name(&entrypoint.verdict).1.unwrap().fixes {
            let fixed = apply(&words, fix);
            let verdict = judged(&fixed, &[]).verdict;
            let fine = matches!(verdict, Verdict::Foreground | Verdict::NeverEnds(_) | Verdict::Unknown);
            assert!(fine, "{row}\n{}: {fixed:?}\n{verdict:?}", fix.title);
        }
    }
}

/// Every row of the table of daemons: how it leaves, and how its fix keeps it.
#[test]
fn daemons_leave_and_stay() {
    for row in DAEMONS {
        let name = row.names[0].trim_end_matches('*');
        let name = if name.contains('/') { format!("/opt/{name}") } else { name.to_owned() };
        let mut line = vec![name.as_str()];
        match row.leaves {
            Leaves::With(flags) => line.extend(flags[0].split(' ')),
            Leaves::Subcommand(names, _) => line.push(names[0]),
            Leaves::Unless(_) => {}
        }
        if name == "tmux" {
            line.push("-d");
        }
        let Verdict::Daemonizes(evidence, found) = analyse(&line, &[]).verdict else { panic!("{line:?} stays") };
        assert_eq!(found, row, "{line:?}");
        assert_eq!(evidence.fixes.is_empty(), row.remedy == Remedy::Rewrite, "{line:?}");
        for fix in &evidence.fixes {
            let fixed = apply(&line, fix);
            let fixed: Vec<&str> = fixed.iter().map(String::as_str).collect();
            assert!(!matches!(analyse(&fixed, &[]).verdict, Verdict::Daemonizes(..)), "{fixed:?}");
        }
        let script = format!("{} || exit 1", line.join(" "));
        assert!(matches!(analyse(&["sh", "-c", &script], &[]).verdict, Verdict::Daemonizes(..)), "{script}");
        assert!(matches!(analyse(&["sh", "-c", &format!("{script}; ./serve")], &[]).verdict, Verdict::Foreground), "{script}");
    }
}

type Found = Vec<(usize, String)>;

fn found(evidence: &[Evidence], words: &[&str]) -> Found {
    evidence.iter().map(|it| (it.blame.word, words[it.blame.word][it.blame.range.clone()].to_owned())).collect()
}

#[test]
fn shell_without_a_shell() {
    let rows: &[(&[&str], &[&str])] = &[
        (&["./a", "&&", "./b"], &["&&"]),
        (&["./a", "|", "tee", "log"], &["|"]),
        (&["./a", ">", "log", "2>&1"], &[">", "2>&1"]),
        (&["./a", ">/dev/null"], &[">/dev/null"]),
        (&["report", "--month=$(date +%m)"], &["$(date +%m)"]),
        (&["report", "--month=`date`"], &["`date`"]),
        (&["cat", "/logs/*.log"], &["/logs/*.log"]),
        (&["tail", "-f", "/logs/catalina*.log"], &["/logs/catalina*.log"]),
        (&["nginx -g daemon off;"], &["nginx -g daemon off;"]),
        (&["npm run build && npm start"], &["npm run build && npm start"]),
        // Nothing wrong with these.
        (&["sh", "-c", "a && b | c > d"], &[]),
        (&["/bin/bash", "-c", "cat *.log"], &[]),
        (&["find", "/", "-name", "*.log", "-exec", "rm", "{}", ";"], &[]),
        (&["awk", "{print $(NF-1)}"], &[]),
        (&["test", "a", ">", "b"], &[]),
        (&["expr", "1", "|", "2"], &[]),
        (&["perl", "-e", "print `date`"], &[]),
        (&["python", "-c", "a > b; c"], &[]),
        (&["mysql", "-e", "select `a` from b"], &[]),
        (&["ssh", "host", "a", "&&", "b"], &[]),
        (&["nginx", "-g", "daemon off;"], &[]),
        (&["./a", "--url=$(HOST):80", "--re", "a|b", "--level>3"], &[]),
        (&["pytest", "test_*.py"], &[]),
        (&["rsync", "--exclude", "*.o"], &[]),
        (&["%CONTAINER_SANDBOX_MOUNT_POINT%/patch.exe"], &[]),
        (&["C:\\Program Files\\a.exe"], &[]),
        (&["{{ .Values.command }}"], &[]),
    ];
    for (words, expected) in rows {
        let texts: Vec<String> = found(&shell_syntax(words, &[]), words).into_iter().map(|it| it.1).collect();
        assert_eq!(&texts, expected, "{words:?}");
    }
    // Bare `args` may go to a shell in the image's entrypoint.
    assert!(shell_syntax(&[], &["-c", "a $(date +%m)"]).is_empty());
    let words = ["./a", "x y", "|", "tee", "log"];
    let fix = &shell_syntax(&words, &[])[0].fixes[0];
    assert_eq!(apply(&words, fix), ["sh", "-c", "./a 'x y' | tee log"]);
    let words = ["nginx -g 'daemon off;'"];
    assert_eq!(apply(&words, &shell_syntax(&words, &[])[0].fixes[0]), ["nginx", "-g", "daemon off;"]);
}

#[test]
fn dollars_without_a_shell() {
    let rows: &[(&[&str], &[&str])] = &[
        (&["./a", "--x=$HOST", "${PORT_1}:$HOME/x"], &["$HOST", "${PORT_1}", "$HOME"]),
        (&["./a", "$(HOST)", "$$HOST", "$host", "$1", "${a}", "cost: $5", "$", "$$", "${", "${X", "$Xy"], &[]),
        (&["sh", "-c", "echo $HOST"], &[]),
        (&["envsubst", "$HOST $PORT"], &[]),
    ];
    for (words, expected) in rows {
        let texts: Vec<String> = found(&dollar_variables(words, &[], |_| Given::ByKubelet), words).into_iter().map(|it| it.1).collect();
        assert_eq!(&texts, expected, "{words:?}");
    }
    // What the container is not given the program may have a use for; but for what every container has.
    let words = ["echo", "$HOME and $HOST", "it's"];
    let found = dollar_variables(&words, &[], |_| Given::Unknown);
    assert_eq!(found.len(), 1);
    assert_eq!(apply(&words, &found[0].fixes[0]), ["sh", "-c", r#"exec echo "$HOME and $HOST" 'it'\''s'"#]);
    let words = ["./a", "--x=${HOST}/b"];
    assert_eq!(apply(&words, &dollar_variables(&words, &[], |_| Given::ByKubelet)[0].fixes[0]), ["./a", "--x=$(HOST)/b"]);
}

#[test]
fn shells_called_wrongly() {
    let rows: &[(&[&str], Option<&[&str]>)] = &[
        (&["sh", "echo hi"], Some(&["sh", "-c", "echo hi"])),
        (&["bash", "-e", "start.sh && x"], Some(&["bash", "-e", "-c", "start.sh && x"])),
        (&["sh", "-c", "echo", "hello"], Some(&["sh", "-c", "echo hello"])),
        (&["sh", "-c", "./a", "--port", "80", "x y"], Some(&["sh", "-c", "./a --port 80 'x y'"])),
        (&["sh", "/start.sh", "a b"], None),
        (&["sh", "start.sh"], None),
        (&["sh", "/path with blanks/start.sh"], None),
        (&["sh", "-c", "echo $0 $1", "a", "b"], None),
        (&["sh", "-c", "exec \"$@\"", "--", "./a", "b"], None),
        (&["sh", "-c", "exec \"$$@\"", "--", "./a"], None),
        (&["sh", "-c", "echo ${1:-x}", "sh", "b"], None),
        (&["sh", "-c", "./a", "sh"], None),
        (&["sh", "-c", "./a", "--"], None),
        (&["sh", "-c", "for i; do echo $i; done", "sh", "x"], None),
        (&["sh", "-c"], None),
        (&["sh"], None),
        (&["nginx", "a b"], None),
    ];
    for (words, expected) in rows {
        let found = shell_call_mistake(words, &[]);
        assert_eq!(found.is_some(), expected.is_some(), "{words:?}");
        if let (Some(evidence), Some(expected)) = (found, expected) {
            assert_eq!(&apply(words, &evidence.fixes[0]), expected);
        }
    }
}

#[test]
fn patterns_that_tail_follows() {
    let rows: &[(&str, Option<&str>)] = &[
        (
            "tail -f /logs/catalina*.log",
            Some("until ls /logs/catalina*.log >/dev/null 2>&1; do sleep 1; done; tail -F /logs/catalina*.log"),
        ),
        ("cd /x; exec tail -n +1 -f *.log", Some("cd /x; until ls *.log >/dev/null 2>&1; do sleep 1; done; exec tail -n +1 -F *.log")),
        ("tail -F a?.log | grep x", Some("until ls a?.log >/dev/null 2>&1; do sleep 1; done; tail -F a?.log | grep x")),
        ("tail --follow x*.log", Some("until ls x*.log >/dev/null 2>&1; do sleep 1; done; tail --follow=name --retry x*.log")),
        ("tail -f '/logs/a*.log'", None),
        ("tail -f /logs/a.log", None),
        ("tail -n 5 *.log", None),
        ("echo tail -f *.log", None),
    ];
    for (script, expected) in rows {
        let words = ["sh", "-c", script];
        let found = tail_patterns(&words, &[]);
        let fixed = found.first().map(|it| apply(&words, &it.fixes[0])[2].clone());
        assert_eq!(fixed.as_deref(), *expected, "{script}");
    }
}

#[test]
fn references_of_the_kubelet() {
    let rows: &[(&str, &[&str])] = &[
        ("$(A) x$(B)y", &["A", "B"]),
        ("$$(A) $$$(B)", &["B"]),
        ("$(date +%m)", &["date +%m"]),
        ("$(A", &[]),
        ("$A ${A} $", &[]),
        ("$($(A))", &["$(A"]),
        ("é$(É)", &["É"]),
    ];
    for (text, expected) in rows {
        let found = references(text);
        assert_eq!(found.iter().map(|it| &text[it.name.clone()]).collect::<Vec<_>>(), *expected, "{text}");
        assert!(found.iter().all(|it| text[it.range.clone()].starts_with("$(") && text[it.range.clone()].ends_with(')')));
    }
}

#[test]
fn one_string_to_a_list() {
    let rows: &[(&str, &[&str])] = &[
        ("nohup ./start.sh &", &["./start.sh"]),
        ("./start.sh", &["./start.sh"]),
        ("java -jar '/my app.jar' --x=\"a b\" c\\ d", &["java", "-jar", "/my app.jar", "--x=a b", "c d"]),
        ("nginx -g 'daemon off;'", &["nginx", "-g", "daemon off;"]),
        ("nginx", &["nginx", "-g", "daemon off;"]),
        ("./a --host $(HOST)", &["./a", "--host", "$(HOST)"]),
        ("./a --host $HOST", &["sh", "-c", "./a --host $HOST"]),
        ("nohup ./a > log 2>&1 &", &["sh", "-c", "exec ./a > log 2>&1"]),
        ("cd /app && ./b", &["sh", "-c", "cd /app && ./b"]),
        ("cat *.log", &["sh", "-c", "cat *.log"]),
        ("A=1 ./a", &["sh", "-c", "A=1 ./a"]),
        ("sh -c 'nohup ./a &'", &["sh", "-c", "exec ./a"]),
        ("./a & ./b &", &["sh", "-c", "./a & ./b & wait"]),
        ("", &[]),
    ];
    for (text, expected) in rows {
        assert_eq!(foreground_words(text), *expected, "{text}");
    }
    assert_eq!(split_words("nohup './a b' x\"y\" > l & # c"), ["nohup", "./a b", "xy", ">", "l", "&"]);
}

/// Every place lies in its word and on character bounds, every fix can be applied.
fn hold(words: &[&str]) {
    for split in [0, 1, words.len()] {
        let (command, args) = words.split_at(split.min(words.len()));
        let entrypoint = analyse(command, args);
        assert!(entrypoint.program.is_none_or(|it| it < words.len()) && entrypoint.script.is_none_or(|it| it < words.len()));
        let mut evidence =
            [shell_syntax(command, args), dollar_variables(command, args, |_| Given::ByKubelet), tail_patterns(command, args)].concat();
        evidence.extend(shell_call_mistake(command, args));
        evidence.extend(name(&entrypoint.verdict).1.cloned());
        for evidence in &evidence {
            assert!(words[evidence.blame.word].get(evidence.blame.range.clone()).is_some(), "{words:?} {:?}", evidence.blame);
            assert!(evidence.fixes.iter().filter(|it| it.preferred).count() <= 1);
            for fix in &evidence.fixes {
                apply(words, fix);
                let mut done = (0, 0);
                for edit in &fix.edits {
                    let WordEdit::Replace(at, _) = edit else { continue };
                    assert!(words[at.word].get(at.range.clone()).is_some(), "{words:?} {fix:?}");
                    assert!((at.word, at.range.start) >= done, "{words:?} {fix:?}");
                    done = (at.word, at.range.end);
                }
            }
        }
    }
    for word in words {
        references(word);
        split_words(word);
        foreground_words(word);
    }
}

/// What a preferred fix makes of a script does not leave its work behind.
fn fixes(words: &[&str]) {
    let Verdict::Exits(evidence) = analyse(words, &[]).verdict else { return };
    let Some(fix) = evidence.fixes.iter().find(|it| it.preferred) else { return };
    let fixed = apply(words, fix);
    let fixed: Vec<&str> = fixed.iter().map(String::as_str).collect();
    let verdict = analyse(&fixed, &[]).verdict;
    assert!(!matches!(verdict, Verdict::Exits(_)), "{words:?} {fixed:?} {verdict:?}");
}

/// Pieces that scripts and command lines are made of.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "sh",
        "bash",
        "-c",
        "nohup ",
        "./a",
        " ",
        " & ",
        "&",
        "&&",
        "||",
        "|",
        ";",
        "\n",
        "wait",
        "exec ",
        "nginx",
        "tail -f ",
        "sleep 5",
        "(",
        ")",
        "{ ",
        " }",
        "$(",
        "$((",
        "))",
        "`",
        "${",
        "}",
        "'",
        "\"",
        "\\",
        "#",
        "<<E",
        "\nE\n",
        ">",
        "2>&1",
        "&>",
        "if ",
        "then ",
        "else ",
        "fi",
        "for i in ",
        "do ",
        "done",
        "while ",
        "case x in ",
        "a)",
        ";;",
        "esac",
        "[[ ",
        " ]]",
        "f()",
        "!",
        "disown",
        "exit 0",
        "setsid ",
        "*",
        "é",
        "🦀",
        "$",
        "$HOME",
        "$$",
        "=",
    ];
    prop_oneof![4 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

proptest! {
    #[test]
    fn any_words(words in prop::collection::vec(prop::collection::vec(piece(), 0..12).prop_map(|it| it.concat()), 0..6)) {
        hold(&words.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn any_script(script in prop::collection::vec(piece(), 0..40).prop_map(|it| it.concat())) {
        hold(&["bash", "-c", &script]);
        fixes(&["bash", "-c", &script]);
        hold(&["sh", "-c", &script]);
    }
}

/// Nothing that nests or repeats is deep or quadratic: the longest script takes a fraction of a second.
#[test]
fn hostile_scripts() {
    let nesting =
        ["(", "((", "$(", "$((", "`", "${", "{ ", "'", "\\", "<<a ", "<<a\na\n", "if a; then ", "case x in a) ", "f() ", "a=(", "! "];
    for piece in nesting {
        let script = piece.repeat((super::TOO_LONG - 1) / piece.len());
        analyse(&["sh", "-c", &script], &[]);
    }
    let repeating =
        ["a & ", "a | ", "a && ", "tail -f *; ", "$a ", "sh -c ", "x() { a & }; ", "nohup ", "$'", "&>", "nginx;", "echo;", "\n", "é"];
    for piece in nesting.into_iter().chain(repeating) {
        hold(&["sh", "-c", &piece.repeat(20_000 / piece.len())]);
    }
    hold(&vec!["nohup"; 10_000]);
}

#[test]
fn what_can_not_start_is_not_judged() {
    let long = "nginx;".repeat(super::TOO_LONG / 6);
    assert!(matches!(analyse(&["sh", "-c", &long], &[]).verdict, Verdict::Daemonizes(..)));
    assert_eq!(analyse(&["sh", "-c", &(long + "nginx;")], &[]).verdict, Verdict::Unknown);
}
