use crate::fixture::{check, check_with};
use crate::rules::{Completeness, Layers, Options};

#[test]
fn nothing_follows_from_a_broken_line() {
    check(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image nginx
#   ^^^^^^^^^^^ error[yaml-syntax]
    stdn: true
#   ^^^^ error[unknown-field]: did you mean `stdin`?
",
    );
}

#[test]
fn templates_are_read_as_such_where_they_are_right() {
    let text = "apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}
  labels:
    {{- include \"labels\" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  containers:
  - name: web
    stdin: {{ .Values.stdin }}
";
    let text = text.replace("  replicas: {{ .Values.replicas }}\n", "");
    check_with(&text, &Options { template: true, ..Options::default() });
    check(
        &text.replace("  name: {{ .Release.Name }}\n", "  name: {{ .Release.Name }}\n#       ^^^^^^^^^^^^^^^^^^^ error[yaml-template]\n"),
    );
}

#[test]
fn patches_lack_nothing() {
    check_with(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n",
        &Options { layers: Layers::of(Completeness::Patch), ..Options::default() },
    );
    check("apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    $patch: delete\n");
}

#[test]
fn what_is_no_manifest_is_none_of_our_business() {
    check("on: [push\njobs:\n  a: {{ x }}\n  b: @x\n");
    check("- hosts: all\n  tasks:\n  - name: {{ item }}\n    kind: @x\n");
}
