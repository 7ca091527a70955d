//! How often each promise is kept, and what the broken ones look like.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use podls::schema::Release;
use serde_json::{Value, json};

use super::Judged;
use super::judge::Promise;
use super::listed::{Disagreement, word};

/// So many disagreements are shown in full.
const SHOWN: usize = 40;

/// Prints a table: a row for each release, in each column how many cases break the promise, of how many that ask for it.
pub fn print(judged: &[Judged<'_>]) {
    eprintln!("| release | {} |", Promise::ALL.map(|it| it.0).join(" | "));
    eprintln!("|---|{}", "---|".repeat(Promise::ALL.len()));
    for release in Release::ALL {
        let mut row = format!("| {} |", release.name());
        for (_, promise) in Promise::ALL {
            let of_release = judged.iter().filter(|it| it.release == release).flat_map(|it| &it.judgement.kept);
            let (mut all, mut kept) = (0, 0);
            for it in of_release.filter(|it| it.0 == promise) {
                all += 1;
                kept += usize::from(it.1);
            }
            _ = write!(row, " {}/{all} ({:.2}%) |", all - kept, 100.0 * kept as f64 / (all as f64).max(1.0));
        }
        eprintln!("{row}");
    }
}

/// The first disagreements, each with both answers.
pub fn explain(judged: &[Judged<'_>], all: &[&Disagreement]) -> String {
    let by_key: BTreeMap<(&str, Release), &Judged<'_>> = judged.iter().map(|it| ((it.case.id.as_str(), it.release), it)).collect();
    let mut last: BTreeMap<(Promise, &str), Release> = BTreeMap::new();
    for it in all {
        last.insert((it.promise, &it.case), it.release);
    }
    let limit = std::env::var("SHOW").ok().and_then(|it| it.parse().ok()).unwrap_or(SHOWN);
    let mut out = String::new();
    for ((promise, id), release) in last.into_iter().take(limit) {
        let Judged { case, judgement, .. } = by_key[&(id, release)];
        let answer = case.answer(release.name());
        _ = writeln!(
            out,
            "\n{} {id} {} ({} of {}, `{}`, lines {:?})",
            word(promise),
            release.name(),
            case.op,
            case.base,
            case.path,
            answer.lines
        );
        for it in answer.errors.iter().chain(&answer.then).take(3) {
            _ = writeln!(out, "  server: {} {}", it.field, it.message);
        }
        for it in &answer.warnings {
            _ = writeln!(out, "  server warns: {it}");
        }
        for it in judgement.diagnostics.iter().take(4) {
            _ = writeln!(out, "  podls:  {}[{}] {} {}", it.severity.name(), it.code, it.field, it.message);
        }
        if let (Promise::Restored | Promise::Fixed, Some(fixed)) = (promise, &judgement.fixed) {
            _ = writeln!(out, "  fixed:  {}", fixed.replace('\n', "\n          "));
        }
    }
    out
}

/// Asks the oracles (`oracle-1.37` …) whether a fixed file is accepted.
pub fn ask_of_fixed(judged: &mut [Judged<'_>], oracles: &Path) {
    for release in Release::ALL {
        let binary = oracles.join(format!("oracle-{}", release.name()));
        let fixed: Vec<&mut Judged<'_>> = judged.iter_mut().filter(|it| it.release == release && it.judgement.fixed.is_some()).collect();
        if fixed.is_empty() {
            continue;
        }
        let asked: String = fixed.iter().map(|it| format!("{}\n", json!({ "id": "", "yaml": it.judgement.fixed }))).collect();
        let mut child = Command::new(&binary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", binary.display()));
        let mut stdin = child.stdin.take().expect("a pipe");
        let writer = thread::spawn(move || stdin.write_all(asked.as_bytes()));
        let output = child.wait_with_output().expect("the oracle answers");
        writer.join().expect("the writer ends").expect("the oracle reads");
        for (it, line) in fixed.into_iter().zip(String::from_utf8_lossy(&output.stdout).lines()) {
            let answer: Value = serde_json::from_str(line).expect(line);
            let is_refused = answer["docs"].as_array().into_iter().flatten().any(|it| it["accepted"] == Value::Bool(false));
            it.judgement.kept.push((Promise::Fixed, !is_refused));
        }
    }
}
