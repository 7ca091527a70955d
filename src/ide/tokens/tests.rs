use super::*;
use crate::rules::{Completeness, Layers};
use crate::yaml::Dialect;

/// Each token with its kind, in the order of the text.
fn shown(text: &str, options: &Options) -> String {
    let document = Document::new(text, options);
    let tokens = tokens(&document, options);
    let role = |role| match role {
        TokenRole::Use => "",
        TokenRole::Definition => "+",
        TokenRole::Unresolved => "?",
    };
    let lines = tokens.iter().map(|it| format!("{:?}{} {}\n", it.kind, role(it.role), &text[it.range.span()]));
    lines.collect()
}

const POD: &str = r#"
apiVersion: v1
kind: "Pod"
metadata: {name: web}
spec:
  restartPolicy: Always
  containers:
  - name: web
    image: &i ghcr.io/org/app:1.2
    ports: [{name: http, containerPort: 80}]
    livenessProbe: {httpGet: {port: http}}
    readinessProbe: {httpGet: {port: https}, exec: {command: [sh, -c, 'test "$A"']}}
    env: [{name: A, value: b}, {name: B, value: "x$(A)$(C)"}]
    resources: {limits: {cpu: 1, memory: "128Mi"}}
    volumeMounts: [{name: data, mountPath: /d}, {name: none, mountPath: /n}]
    command: [tini, --, sh, -c]
    args:
    - |
      # wait
      exec ./run.sh --a=$(A) "$HOME"
  - name: "log"
    image: *i
    command: ["tail", "-f", "/$(A)"]
  volumes:
  - {name: data, configMap: {name: conf}}
"#;

#[test]
fn words_of_a_pod() {
    insta::assert_snapshot!(shown(POD, &Options::default()), @r#"
    Type Pod
    Object+ web
    EnumMember Always
    Container+ web
    Image ghcr.io/org/app
    Tag 1.2
    Port+ http
    Port http
    Port? https
    Command sh
    Command test
    String "
    Variable $A
    String "
    Variable+ A
    Variable+ B
    Reference $(A)
    Number 128Mi
    Variable data
    Variable? none
    Command sh
    Comment # wait
    Command exec
    Command ./run.sh
    Reference $(A)
    String "
    Variable $HOME
    String "
    Container+ log
    Command tail
    Variable+ data
    Object conf
    "#);
}

#[test]
fn what_is_not_certain() {
    let options = Options { layers: Layers::of(Completeness::Patch), ..Options::default() };
    assert!(!shown(POD, &options).contains('?'));
    let options = Options { dialect: Dialect::Template, ..Options::default() };
    let template = POD.replace("name: data, config", "name: {{ .Values.data }}, config").replace("app:1.2", "app:{{ .Values.tag }}");
    let shown = shown(&template, &options);
    assert!(!shown.contains("? data") && !shown.contains("Tag"), "{shown}");
}

#[test]
fn names_in_objects_without_a_pod() {
    let service = "kind: Service\napiVersion: v1\nmetadata: {name: web}\nspec: {selector: {a: b}, ports: [{name: http, port: 80, targetPort: main}]}\n";
    let expected = "Type Service\nObject+ web\nPort+ http\nPort main\n";
    assert_eq!(shown(service, &Options::default()), expected);
    let scaler = "kind: HorizontalPodAutoscaler\napiVersion: autoscaling/v2\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n";
    assert_eq!(shown(scaler, &Options::default()), "Type HorizontalPodAutoscaler\nObject web\n");
}
