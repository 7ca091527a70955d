//! The index of a workspace of 10,000 manifests: how long it takes to make it and to ask it, and how much memory it holds.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use divan::{Bencher, counter::BytesCount};
use podls::index::{Index, Part};
use podls::project;
use podls::rules::Options;
use podls::text::Encoding;

const FILES: usize = 10_000;
const MANIFEST: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      serviceAccountName: shared
      containers:
      - name: web
        image: registry.example.com/shop/NAME:1.27.3
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /healthz, port: http}}
        resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 128Mi}}
        envFrom: [{configMapRef: {name: NAME}}]
        env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: shared, key: token}}}]
        volumeMounts: [{name: conf, mountPath: /etc/NAME}]
      volumes: [{name: conf, configMap: {name: NAME, items: [{key: app.conf, path: app.conf}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: NAME, namespace: shop}
spec:
  selector: {app: NAME}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: NAME, namespace: shop}
data:
  app.conf: |
    listen 8080
";

#[global_allocator]
static ALLOC: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
}

fn texts() -> Vec<(Arc<Path>, String)> {
    let path = |number: usize| Path::new(&format!("/work/{:03}/{number:05}.yaml", number / 100)).into();
    (0..FILES).map(|number| (path(number), MANIFEST.replace("NAME", &format!("web-{number}")))).collect()
}

fn parts(text: &str) -> Vec<Part> {
    project::symbols(text, &Options::default(), Encoding::Utf16)
}

fn index() -> Index {
    let mut index = Index::default();
    texts().iter().for_each(|(path, text)| index.replace(path, parts(text)));
    index
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn make(bencher: Bencher) {
    let texts = texts();
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let mut index = Index::default();
        texts.iter().for_each(|(path, text)| index.replace(path, parts(text)));
        index
    });
}

/// What 10,000 manifests name once, and what all of them name.
#[divan::bench(args = [(16, 42), (9, 28)])]
fn references(bencher: Bencher, (line, column): (u32, u32)) {
    let index = index();
    let hit = index.at(Path::new("/work/050/05000.yaml"), line, column).expect("a name");
    bencher.bench(|| black_box(index.find(hit)).uses.len());
}

/// From a Service to the Pods that it selects.
#[divan::bench]
fn selected(bencher: Bencher) {
    let index = index();
    let hit = index.at(Path::new("/work/050/05000.yaml"), 25, 16).expect("a label");
    bencher.bench(|| black_box(index.definitions(hit)).len());
}

/// An edit of one file.
#[divan::bench]
fn replace(bencher: Bencher) {
    let mut index = index();
    let (path, text) = &texts()[5000];
    bencher.bench_local(|| index.replace(path, parts(text)));
}
