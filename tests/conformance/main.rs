//! The promise, case by case: where podls shows no error the API server accepts, and what the server refuses podls has underlined at that
//! field. `README.md` says what is recorded here, how to refresh it, and which disagreements are left and why.

mod cases;
mod figures;
mod judge;
mod listed;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::{Path, PathBuf};

use podls::schema::Release;
use rayon::prelude::*;

use judge::{Judgement, Promise};
use listed::Disagreement;

/// One case on one release.
struct Judged<'c> {
    case: &'c cases::Case,
    release: Release,
    judgement: Judgement,
}

#[test]
fn disagreements_are_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let bases = cases::bases(&folder.join("bases"));
    let (releases, cases) = cases::read(&folder.join("cases.ndjson.gz"));
    assert_eq!(releases, Release::ALL.map(Release::name), "the recorded releases; `refresh` records others");
    let judged = judge_all(&cases, &bases, telling);
    let found: BTreeSet<Disagreement> = judged.iter().flat_map(broken).collect();
    let readme = folder.join("README.md");
    if env::var_os("UPDATE").is_some() {
        listed::forget_settled(&readme, &found);
    }
    let listed = listed::read(&readme);
    let unlisted: Vec<_> = found.difference(&listed).collect();
    let settled: Vec<_> = listed.difference(&found).collect();
    let mut wrong = String::new();
    if !unlisted.is_empty() {
        wrong += &format!("\n{} disagreements are not listed in README.md:\n{}", unlisted.len(), listed::print(&unlisted));
        wrong += &figures::explain(&judged, &unlisted);
    }
    if !settled.is_empty() {
        wrong += &format!("\n{} listed disagreements are none any more:\n{}", settled.len(), listed::print(&settled));
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Prints how often each promise is kept. `CASES` names the recorded cases, `BASES` their bases, `RELEASE` the only release to look at,
/// `ORACLES` a folder with oracles, which then say whether a fixed file is accepted.
#[test]
#[ignore = "prints a table, and asserts nothing: CASES=FILE"]
fn figures() {
    let path = env::var_os("CASES").expect("CASES names recorded cases");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/bases");
    let bases = cases::bases(&env::var_os("BASES").map_or(folder, PathBuf::from));
    let (_, cases) = cases::read(Path::new(&path));
    let only = env::var("RELEASE").ok().map(|it| it.parse::<Release>().expect("a release"));
    let mut judged = judge_all(&cases, &bases, |_| only.map_or(Release::ALL.to_vec(), |it| vec![it]));
    if let Some(oracles) = env::var_os("ORACLES") {
        figures::ask_of_fixed(&mut judged, Path::new(&oracles));
    }
    figures::print(&judged);
    let all: BTreeSet<Disagreement> = judged.iter().flat_map(broken).collect();
    eprintln!("{}", figures::explain(&judged, &all.iter().collect::<Vec<_>>()));
}

fn judge_all<'c>(
    cases: &'c [cases::Case],
    bases: &BTreeMap<String, String>,
    releases: impl Fn(&cases::Case) -> Vec<Release> + Sync,
) -> Vec<Judged<'c>> {
    let right: BTreeMap<&str, &cases::Case> = cases.iter().filter(|it| it.op == "base").map(|it| (it.base.as_str(), it)).collect();
    let each = cases.par_iter().flat_map_iter(|case| {
        let text = case.text(bases);
        let base = right[case.base.as_str()];
        let on = |release: Release| {
            let judgement = judge::judge(case, &text, (&bases[&case.base], base.answer(release.name())), release);
            Judged { case, release, judgement }
        };
        releases(case).into_iter().map(on).collect::<Vec<_>>()
    });
    each.collect()
}

/// The releases on which a case reports something: the newest, those that answer otherwise, and one of the rest, another for each case. All
/// five would take a debug build minutes; `figures` asks for all.
fn telling(case: &cases::Case) -> Vec<Release> {
    let turn = case.id.bytes().fold(0, |sum, byte| sum + usize::from(byte)) % Release::ALL.len();
    let all = Release::ALL.into_iter().enumerate();
    all.filter(|(index, it)| *index == turn || *it == Release::default() || case.differs_on(it.name())).map(|it| it.1).collect()
}

fn broken(judged: &Judged<'_>) -> impl Iterator<Item = Disagreement> {
    let promises = judged.judgement.kept.iter().filter(|it| !it.1).map(|it| it.0).collect::<BTreeSet<Promise>>();
    promises.into_iter().map(|promise| Disagreement { promise, case: judged.case.id.clone(), release: judged.release })
}
