//! What one document costs: read, understood, checked. `cargo bench --bench document`.

use divan::Bencher;
use divan::counter::BytesCount;
use podls::analysis::{Analysis, Document};
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

/// The same in JSON.
fn json(bytes: usize, print: fn(&serde_json::Value) -> serde_json::Result<String>) -> String {
    let list = yaml_serde::from_str::<serde_json::Value>(&list(bytes)).expect("a list");
    print(&list).expect("JSON")
}

/// The same with an anchor in each item, and an alias of it there.
fn anchors(bytes: usize) -> String {
    list(bytes)
        .replace("    apiVersion: v1\n", "    apiVersion: &v v1\n")
        .replace("    metadata:\n", "    metadata:\n      generateName: *v\n")
}

/// The same with an anchor in the first item that all others use.
fn anchor(bytes: usize) -> String {
    list(bytes).replace("    apiVersion: v1\n", "    apiVersion: *v\n").replacen("*v", "&v v1", 1)
}

/// A Pod with about `bytes` of `entry` below its last field.
fn long_pod(bytes: usize, above: &str, entry: impl Fn(usize) -> String) -> String {
    let head = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: big\nspec:\n  containers:\n  - name: web\n    image: nginx\n";
    let count = bytes / entry(1000).len();
    format!("{head}{above}{}", (0..count).map(entry).collect::<String>())
}

/// A ConfigMap with one file of about `bytes` in it.
fn config_map(bytes: usize) -> String {
    let line = "    the quick brown fox: jumps over [the lazy dog]\n";
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: big\ndata:\n  file: |\n{}", line.repeat(bytes / line.len()))
}

fn text(name: &str) -> String {
    match name {
        "pod" => pod().to_owned(),
        "list of 1 MB" => list(MB),
        "list with CRLF" => list(MB).replace('\n', "\r\n"),
        "list with anchors in the items" => anchors(MB),
        "list with anchors across items" => anchor(MB),
        "list in JSON" => json(MB, serde_json::to_string_pretty),
        "list in JSON in one line" => json(MB, serde_json::to_string),
        "list in JSON with tabs" => json(MB, serde_json::to_string_pretty).replace("  ", "\t"),
        "pod with variables" => long_pod(MB, "    env:\n", |n| format!("    - name: VARIABLE_{n}\n      value: \"{n}\"\n")),
        "pod with a script" => {
            long_pod(MB, "    command:\n    - sh\n    - -c\n    - |\n", |n| format!("      echo \"step {n}\" >>/tmp/log\n"))
        }
        "pod with a node selector" => long_pod(MB, "  nodeSelector:\n", |n| format!("    example.com/key-{n}: value-{n}\n")),
        "10,000 unknown keys" => long_pod(10_000 * 19, "", |n| format!("    unknown{n:05}: x\n")),
        "5,000 mounts without a volume" => {
            long_pod(5_000 * 36, "    volumeMounts:\n", |n| format!("    - {{name: v{n:05}, mountPath: /{n:05}}}\n"))
        }
        "10,000 aliases" => long_pod(10_000 * 9, "    env:\n    - &e {name: a, value: b}\n", |_| "    - *e\n".to_owned()),
        _ => config_map(MB),
    }
}

const MB: usize = 1_000_000;
const TEXTS: [&str; 3] = ["pod", "list of 1 MB", "config map of 1 MB"];
const LONG: [&str; 11] = [
    "list of 1 MB",
    "list with CRLF",
    "list with anchors in the items",
    "list with anchors across items",
    "list in JSON",
    "list in JSON in one line",
    "list in JSON with tabs",
    "config map of 1 MB",
    "pod with variables",
    "pod with a script",
    "pod with a node selector",
];
/// Documents of thousands of faults or repetitions.
const HEAVY: [&str; 3] = ["10,000 unknown keys", "5,000 mounts without a volume", "10,000 aliases"];
/// What is typed into a name in the middle.
const TYPED: [&str; 4] = ["x", ": ", "\"", "["];

/// A key in the middle of a document that is known.
#[divan::bench(args = LONG, consts = [0, 1, 2, 3], sample_count = 20)]
fn key<const TYPE: usize>(bencher: Bencher, name: &str) {
    let text = text(name);
    let options = Options::default();
    let before = Analysis::new(&text[..], &options, None);
    let middle = text.len() / 2;
    let at = text[middle..].find("ame").map_or(middle, |at| middle + at + 1);
    let edited = format!("{}{}{}", &text[..at], TYPED[TYPE], &text[at..]);
    bencher.bench(|| Analysis::new(&edited[..], &options, Some(&before)).diagnostics().len());
}

/// A key in a document of thousands of faults.
#[divan::bench(args = HEAVY, sample_count = 20)]
fn heavy(bencher: Bencher, name: &str) {
    let text = text(name);
    bencher.bench(|| Document::new(&text[..], &Options::default()).diagnostics().len());
}

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
