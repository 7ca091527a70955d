//! How fast text becomes trees: `cargo bench --bench parse`.

use divan::Bencher;
use divan::counter::BytesCount;
use podls::yaml;

fn main() {
    divan::main();
}

const SHOP: &str = include_str!("../tests/fixtures/yaml/shop.yaml");

/// About `bytes` of manifests.
fn file(bytes: usize) -> String {
    format!("{SHOP}---\n").repeat(bytes / SHOP.len() + 1)
}

#[divan::bench]
fn one_document(bencher: Bencher) {
    let pod = &SHOP[yaml::split(SHOP)[0].span()];
    bencher.counter(BytesCount::of_str(pod)).bench(|| yaml::parse(pod));
}

#[divan::bench]
fn split_10_mb(bencher: Bencher) {
    let text = file(10_000_000);
    bencher.counter(BytesCount::of_str(&text)).bench(|| yaml::split(&text));
}

#[divan::bench]
fn all_documents_10_mb(bencher: Bencher) {
    let text = file(10_000_000);
    let parts = yaml::split(&text);
    bencher.counter(BytesCount::of_str(&text)).bench(|| parts.iter().map(|part| yaml::parse(&text[part.span()]).len()).sum::<usize>());
}

#[divan::bench]
fn one_document_10_mb(bencher: Bencher) {
    let pod = &SHOP[yaml::split(SHOP)[0].span()];
    let items = pod.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let text = format!("apiVersion: v1\nkind: List\nitems:\n{}", format!("  -\n{items}").repeat(10_000_000 / items.len()));
    bencher.counter(BytesCount::of_str(&text)).bench(|| yaml::parse(&text[..]).len());
}

/// Texts made to be slow.
#[divan::bench(args = ["[", "{a: ", "- ", "? ", "a: [\n", "&a ", "\"x\n", "k: \"x\n", "- a\n b: c\n", "{{", "x: {{\n", "]", ",", ": ", "%a\n", "*a ", "a: b: c\n", "\ta: b\n", "  a:\n b:\n", "'\n", "- -\n", "a\n", "- \"a\": [b\n", "k: |\n a\n"])]
fn hostile_1_mb(bencher: Bencher, piece: &str) {
    let text = piece.repeat(1_000_000 / piece.len());
    bencher.counter(BytesCount::of_str(&text)).bench(|| yaml::parse(&text[..]).len());
}

#[divan::bench]
fn a_mapping_of_600_000_keys(bencher: Bencher) {
    let text: String = (0..600_000).map(|n| format!("key{n}: value\n")).collect();
    bencher.counter(BytesCount::of_str(&text)).bench(|| yaml::parse(&text[..]).len());
}

#[divan::bench]
fn an_unclosed_quote_over_3_million_lines(bencher: Bencher) {
    let text = format!("a: \"{}", " x\n".repeat(3_000_000));
    bencher.counter(BytesCount::of_str(&text)).bench(|| yaml::parse(&text[..]).len());
}
