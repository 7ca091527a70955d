//! All that can be wrong with the head of an object.

use crate::analysis::Document;
use crate::fixture::check;
use crate::rules::Options;

/// What is said of a head: the code, the start of the message, and the preferred fix.
fn said(head: &str) -> Vec<(String, String)> {
    let text = format!("{head}metadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n");
    let document = Document::new(text, &Options::default());
    let head = document.diagnostics().iter().filter(|it| it.range.end as usize <= head.len());
    let fix = |it: &crate::diagnostic::Diagnostic| {
        it.fixes.iter().find(|fix| fix.preferred).map_or(String::new(), |fix| fix.edits[0].new_text.clone())
    };
    head.map(|it| (it.code.to_owned(), fix(it))).collect()
}

#[test]
fn heads() {
    for (version, kind, code, fix) in [
        ("v1", "pod", "unknown-kind", "Pod"),
        ("v1", "Pods", "unknown-kind", "Pod"),
        ("apps/v1", "Deploy", "unknown-kind", "Deployment"),
        ("apps/v1", "deployment", "unknown-kind", "Deployment"),
        ("batch/v1", "CronJobs", "unknown-kind", "CronJob"),
        ("v1", "Servce", "unknown-kind", "Service"),
        ("v1", "Frobnicator", "unknown-kind", ""),
        ("apps/v1", "Pod", "wrong-api-version", "v1"),
        ("v1", "Deployment", "wrong-api-version", "apps/v1"),
        ("V1", "Pod", "wrong-api-version", "v1"),
        ("core/v1", "Pod", "wrong-api-version", "v1"),
        ("app/v1", "Deployment", "wrong-api-version", "apps/v1"),
        ("extensions/v1beta1", "Deployment", "wrong-api-version", "apps/v1"),
        ("batch/v1beta1", "CronJob", "wrong-api-version", "batch/v1"),
        ("extensions/v1beta1", "Ingress", "wrong-api-version", "networking.k8s.io/v1"),
        ("apps/v1", "Service", "wrong-api-version", "v1"),
    ] {
        assert_eq!(said(&format!("apiVersion: {version}\nkind: {kind}\n")), [(code.to_owned(), fix.to_owned())], "{version} {kind}");
    }
}

#[test]
fn what_is_missing() {
    for (head, code, fix) in [
        ("kind: Pod\n", "missing-api-version", "apiVersion: v1\n"),
        ("apiVersion:\nkind: Pod\n", "missing-api-version", " v1"),
        ("apiVersion: 1\nkind: Pod\n", "missing-api-version", "v1"),
        ("apiVersion: v1\n", "missing-kind", ""),
        ("apiVersion: v1\nkind:\n", "missing-kind", ""),
        ("apiVersion: v1\nkind: \"\"\n", "missing-kind", ""),
    ] {
        assert_eq!(said(head), [(code.to_owned(), fix.to_owned())], "{head}");
    }
}

#[test]
fn silence() {
    for text in [
        "",
        "# nothing\n",
        "name: web\nspec: {}\n",
        "version: '3'\nservices:\n  web: {image: a}\n",
        "kind: strange\n",
        "- apiVersion: v1\n",
        "apiVersion: example.com/v1\nkind: Gadget\ndata: {a: 1}\nfoo: bar\n",
        "apiVersion: example.com/v1\nkind: Pod\nspec: 1\n",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n",
        "apiVersion: v2\nname: chart\nversion: 0.1.0\n",
        // Other programs have kinds too, some of them in `v1`.
        "apiVersion: v1\nkind: Config\nclusters: []\n",
        "apiVersion: v1\nkind: Policy\npredicates: []\n",
        "apiVersion: v1\nkind: Template\nmetadata: {name: a}\nobjects: []\n",
        "apiVersion: v1\nkind: ImageStream\nmetadata: {name: a}\n",
        "apiVersion: v1\nkind: DeploymentConfig\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a}]}}}\n",
        "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: a}\npatch: a\n",
        "kind: CustomResourceStateMetrics\nspec: {resources: []}\n",
        // Values of some program, and charts of Helm 2.
        "kind: Deployment\nreplicaCount: 2\nspec: {replicas: many}\n",
        "kind: Deployment\na: \"b\"# c\n...\nd: e\n",
        "apiVersion: v1\nname: web\nversion: 0.1.0\nmetadata: {name: a}\n",
        "apiVersion: v1\nentries: {a: [{apiVersion: v1, name: a}]}\n",
        "kind: Rollout\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, imgae: b}]}}}\n",
        // What only another reader minds.
        "apiVersion: example.com/v1\nkind: Plugin\nspec:\n  a: \"b\"# c\n  version: {{ .Tag }}\n...\nd: e\n",
    ] {
        check(text);
    }
}

#[test]
fn items_of_a_list() {
    check(
        "apiVersion: v1
kind: List
items:
- apiVersion: example.com/v1
  kind: Gadget
  spce: 1
- apiVersion: v1
  kind: pod
#       ^^^ error[unknown-kind]: did you mean `Pod`?
  metadata: {name: web}
  spec:
    containers:
    - name: web
      imgae: a
#     ^^^^^ error[unknown-field]: did you mean `image`?
",
    );
}

#[test]
fn heads_of_lists() {
    let text = |head: &str| {
        format!("{head}items:\n- {{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{containers: [{{name: a, image: b}}]}}}}\n")
    };
    for head in ["apiVersion: v1\nkind: List\n", "apiversion: v1\nkind: List\n", "apiVersion: example.com/v1\nkind: List\n"] {
        check(&text(head));
    }
    check(&text("apiVersion: v2\n            ^^ error[wrong-api-version]: use `v1`\nkind: List\n"));
    check(&text("apiVersion: v1\nkinds: List\n^^^^^ error[unknown-field]: `kind`\n"));
    check(&text("apiVersion: v1\nkind: DeploymentList\n      ^^^^^^^^^^^^^^ error[unknown-kind]\n"));
}

#[test]
fn what_can_be_nothing_else() {
    let containers = "spec: {containers: [{name: a, image: b}]}\n";
    check(&format!("kind: Pod\n^^^^ error[missing-api-version]\nmetadata: {{name: a}}\n{containers}"));
    check(&format!("apiVersion: v1\n^^^^^^^^^^ error[missing-kind]\nmetadata: {{name: a}}\n{containers}"));
    check(&format!("apiVersion: v1\nkind: Foo\n      ^^^ error[unknown-kind]\nmetadata: {{name: a}}\n{containers}"));
    check(&format!("apiVersion: v1\nkind: Pdo\n      ^^^ error[unknown-kind]: `Pod`\nmetadata: {{name: a}}\n{containers}"));
    check("apiVersion: v1\nkind: secret\n      ^^^^^^ error[unknown-kind]: `Secret`\nmetadata: {name: a}\n");
    check("apiVersion: apps/v1\nkind: Foo\n      ^^^ error[unknown-kind]\nmetadata: {name: a}\n");
}
