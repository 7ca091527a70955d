//! What a completion, a hover and the decorations cost, from the text of a document to the list: `cargo bench --bench completion`.

use podls::analysis::Document;
use podls::ide;
use podls::rules::Options;

fn main() {
    divan::main();
}

/// A Pod with that many containers, and where its last container's keys end.
fn pod(containers: usize) -> (Document, usize) {
    let mut text = String::from(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  volumes:\n  - name: data\n    emptyDir: {}\n  containers:\n",
    );
    for number in 0..containers {
        text.push_str(&format!(
            "  - name: c{number}\n    image: nginx:1.29\n    ports:\n    - name: http\n      containerPort: {}\n    env:\n    - name: A\n      \
             value: b\n    resources:\n      requests:\n        cpu: 100m\n    volumeMounts:\n    - name: data\n      mountPath: /data\n",
            8000 + number
        ));
    }
    text.push_str("    ");
    let offset = text.len();
    (Document::new(text, &Options::default()), offset)
}

#[divan::bench(args = [1, 2, 10, 100])]
fn keys(bencher: divan::Bencher<'_, '_>, containers: usize) {
    let (document, offset) = pod(containers);
    bencher.bench(|| ide::completion(&document, offset, &Options::default(), &mut std::iter::empty(), &()));
}

/// Behind the first letter of a key, in the middle of a container: the text is no sound YAML then.
#[divan::bench(args = [1, 2, 10, 100])]
fn keys_while_typing(bencher: divan::Bencher<'_, '_>, containers: usize) {
    let (document, _) = pod(containers);
    let at = document.text().find("    resources:").unwrap_or_default();
    let text = format!("{}    s\n{}", &document.text()[..at], &document.text()[at..]);
    let document = Document::new(text, &Options::default());
    bencher.bench(|| ide::completion(&document, at + 5, &Options::default(), &mut std::iter::empty(), &()));
}

#[divan::bench(args = [1, 2, 10, 100])]
fn volume_names(bencher: divan::Bencher<'_, '_>, containers: usize) {
    let (document, _) = pod(containers);
    let offset = document.text().rfind("data\n      mountPath").unwrap_or_default();
    bencher.bench(|| ide::completion(&document, offset, &Options::default(), &mut std::iter::empty(), &()));
}

#[divan::bench(args = [1, 2, 10, 100])]
fn hover(bencher: divan::Bencher<'_, '_>, containers: usize) {
    let (document, _) = pod(containers);
    let offset = document.text().find("c0").unwrap_or_default();
    bencher.bench(|| ide::hover(&document, offset, &Options::default()));
}

#[divan::bench(args = [1, 2, 10, 100])]
fn hints(bencher: divan::Bencher<'_, '_>, containers: usize) {
    let (document, _) = pod(containers);
    bencher.bench(|| ide::hints(&document, &Options::default(), &ide::HintKind::ALL));
}

#[divan::bench(args = [1, 2, 10, 100])]
fn tokens(bencher: divan::Bencher<'_, '_>, containers: usize) {
    let (document, _) = pod(containers);
    bencher.bench(|| ide::tokens(&document, &Options::default()));
}

#[divan::bench(args = [1, 2, 10, 100])]
fn links_and_lenses(bencher: divan::Bencher<'_, '_>, containers: usize) {
    let (document, _) = pod(containers);
    bencher.bench(|| (ide::links(&document), ide::lenses(&document)));
}
