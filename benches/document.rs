//! What one document costs: read, understood, checked. `cargo bench --bench document`.

use divan::Bencher;
use divan::counter::BytesCount;
use podls::analysis::Document;
use podls::pod::Model;
use podls::rules::{self, Options};
use podls::schema::Release;
use podls::yaml;

fn main() {
    divan::main();
}

const SHOP: &str = include_str!("../tests/fixtures/yaml/shop.yaml");

fn pod() -> &'static str {
    &SHOP[yaml::split(SHOP)[0].span()]
}

/// About `bytes` of Pods in one document.
fn list(bytes: usize) -> String {
    let items = pod().lines().map(|line| format!("    {line}\n")).collect::<String>();
    format!("apiVersion: v1\nkind: List\nitems:\n{}", format!("  -\n{items}").repeat(bytes / items.len()))
}

/// A ConfigMap with one file of about `bytes` in it.
fn config_map(bytes: usize) -> String {
    let line = "    the quick brown fox: jumps over [the lazy dog]\n";
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: big\ndata:\n  file: |\n{}", line.repeat(bytes / line.len()))
}

fn text(name: &str) -> String {
    match name {
        "pod" => pod().to_owned(),
        "list of 1 MB" => list(1_000_000),
        _ => config_map(1_000_000),
    }
}

const TEXTS: [&str; 3] = ["pod", "list of 1 MB", "config map of 1 MB"];

#[divan::bench(args = TEXTS)]
fn parse(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher.counter(BytesCount::of_str(&text)).bench(|| yaml::parse(&text[..]));
}

#[divan::bench(args = TEXTS)]
fn understand(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher
        .counter(BytesCount::of_str(&text))
        .with_inputs(|| yaml::parse(&text[..]))
        .bench_values(|tree| Model::new(tree, Release::default()));
}

#[divan::bench(args = TEXTS)]
fn check(bencher: Bencher, name: &str) {
    let text = text(name);
    let model = Model::new(yaml::parse(&text[..]), Release::default());
    bencher.counter(BytesCount::of_str(&text)).bench(|| rules::check(&model, &Options::default()));
}

#[divan::bench(args = TEXTS)]
fn whole(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher.counter(BytesCount::of_str(&text)).bench(|| Document::new(&text[..], &Options::default()).diagnostics().len());
}
