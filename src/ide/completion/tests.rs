use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::{Completion, CompletionKind, Lookup, Named, Names, completion, documentation};
use crate::analysis::Document;
use crate::fixture::{apply, cursor, release};
use crate::index::{Candidate, Index};
use crate::project;
use crate::rules::Options;
use crate::text::{Edit, Encoding};
use crate::yaml;

/// The names of a file.
struct InFile(Index);

const FILE: &str = "/work/file.yaml";

impl InFile {
    fn new(text: &str) -> InFile {
        let mut index = Index::default();
        index.replace(&Path::new(FILE).into(), project::symbols(text, &Options::default(), Encoding::Utf8));
        InFile(index)
    }

    fn named(all: Vec<Candidate<'_>>) -> Vec<Named> {
        all.into_iter().map(|it| Named { name: it.name.to_owned(), value: it.value.map(str::to_owned), ..Named::default() }).collect()
    }
}

impl Names for InFile {
    fn look_up(&self, wanted: Lookup<'_>, namespace: Option<&str>) -> Vec<Named> {
        let (index, file) = (&self.0, Path::new(FILE));
        InFile::named(match wanted {
            Lookup::Objects(kind) => index.candidates(kind, file, namespace),
            Lookup::Entries(kind, name) => index.entries(kind, name, file, namespace),
            Lookup::Ports(selector) => index.ports(selector, file, namespace),
            Lookup::Labels => index.labels(file, namespace),
            Lookup::Images => index.images(file),
        })
    }
}

/// What is offered at the cursor of a file; `---` parts it into documents.
#[track_caller]
fn items(fixture: &str) -> Vec<Completion> {
    let (text, offset) = cursor(fixture);
    let options = Options::default();
    let parts = yaml::split(&text);
    let here = parts.iter().rposition(|part| part.start as usize <= offset).expect("a part");
    let documents: Vec<_> = parts.iter().map(|part| Arc::new(Document::new(&text[part.span()], &options))).collect();
    let mut others = (0..parts.len()).filter(|at| *at != here).map(|at| documents[at].clone());
    completion(&documents[here], offset - parts[here].start as usize, &options, &mut others, &InFile::new(&text))
}

/// The labels of what is offered, blocks left out.
#[track_caller]
fn labels(fixture: &str) -> Vec<String> {
    items(fixture).into_iter().filter(|it| it.kind != CompletionKind::Block).map(|it| it.label).collect()
}

/// The first of what is offered are these.
#[track_caller]
fn first(fixture: &str, wanted: &str) {
    let labels = labels(fixture);
    let wanted: Vec<_> = wanted.split_whitespace().collect();
    assert_eq!(labels[..wanted.len().min(labels.len())], wanted, "{fixture}");
}

/// Exactly these are offered.
#[track_caller]
fn exactly(fixture: &str, wanted: &str) {
    assert_eq!(labels(fixture), wanted.split_whitespace().collect::<Vec<_>>(), "{fixture}");
}

/// The text after that label was chosen, as plain text.
#[track_caller]
fn chosen(fixture: &str, label: &str) -> String {
    let items = items(fixture);
    let item = items.iter().find(|it| it.label == label).unwrap_or_else(|| panic!("no {label} in {items:#?}"));
    apply(&cursor(fixture).0, &[Edit::replace(item.range, item.new_text.as_str())])
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n";

#[test]
fn keys_come_in_the_usual_order() {
    first("$0", "apiVersion kind metadata spec");
    first("apiVersion: v1\n$0", "kind metadata spec");
    first("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  $0", "name labels");
    first("apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: 2\n  $0", "selector");
    first(&format!("{POD}  containers:\n  - $0"), "name image");
    first(&format!("{POD}  containers:\n  - name: a\n    $0"), "image");
    first(&format!("{POD}  containers:\n  - name: a\n    im$0"), "image");
    first(&format!("{POD}  containers:\n    - image: a\n      ports:\n      - $0"), "containerPort name");
    first(&format!("{POD}  containers:\n  - volumeMounts:\n    - name: a\n      $0"), "mountPath");
}

#[test]
fn what_is_there_is_not_offered_again() {
    let there = labels(&format!("{POD}  containers:\n  - name: a\n    $0\n    image: b\n"));
    assert!(!there.iter().any(|it| it == "name" || it == "image"), "{there:?}");
    exactly(&format!("{POD}  volumes:\n  - name: a\n    emptyDir:\n      medium: Memory\n      $0"), "sizeLimit mode");
    exactly(&format!("{POD}  containers:\n  - env:\n    - name: A\n      $0\n      value: x"), "");
    exactly(&format!("{POD}  volumes:\n  - name: a\n    emptyDir: {{}}\n    $0"), "");
    let probe = labels(&format!("{POD}  containers:\n  - livenessProbe:\n      tcpSocket: {{port: 1}}\n      $0"));
    assert!(!probe.iter().any(|it| ["httpGet", "exec", "grpc"].contains(&it.as_str())), "{probe:?}");
    let own = |policy: &str| labels(&format!("{POD}  initContainers:\n  - name: a\n    image: b\n{policy}    $0"));
    let has_probe = |labels: Vec<String>| labels.iter().any(|it| it == "livenessProbe");
    assert_eq!((has_probe(own("")), has_probe(own("    restartPolicy: Always\n"))), (false, true));
}

#[test]
fn names_in_objects_without_a_pod() {
    let pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web, tier: front}}\nspec:\n  containers:\n  - name: web\n    ports: [{name: http, containerPort: 80}]\n";
    let service = |spec: &str| format!("apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec:\n{spec}{pod}");
    exactly(&service("  ports:\n  - port: 80\n    targetPort: $0\n  selector: {app: web}\n"), "http 80");
    exactly(&service("  ports: [{port: 80, targetPort: h$0}]\n  selector:\n    app: web\n"), "http");
    exactly(&service("  selector:\n    app: $0\n"), "web");
    assert_eq!(labels(&service("  selector:\n    $0\n")), ["app: web", "tier: front"]);
    let written = format!("{}    app: web\n{pod}", &service("  selector:\n")[..service("  selector:\n").find("---").expect("a line")]);
    assert_eq!(chosen(&service("  selector:\n    $0\n"), "app: web"), written);
    assert!(!labels(&service("  selector: {}\n  $0\n")).contains(&"app: web".to_owned()));
    let named =
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {ports: [{name: http, port: 80}, {name: admin, port: 81}]}\n";
    let ingress = |service: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec:\n  defaultBackend:\n    service:\n      {}\n{named}",
            service.replace('\n', "\n      ")
        )
    };
    exactly(&ingress("name: $0"), "api");
    exactly(&ingress("name: api\nport:\n  name: $0"), "http admin");
    exactly(&ingress("name: api\nport:\n  number: $0"), "80 81");
    let scaled =
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec:\n  scaleTargetRef: {apiVersion: v1, kind: Pod, name: $0}\n";
    exactly(&format!("{scaled}{pod}"), "web");
    let json = "{\"apiVersion\": \"autoscaling/v2\", \"kind\": \"HorizontalPodAutoscaler\", \"spec\": {\"scaleTargetRef\": {\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"name\": \"$0\"}}}\n";
    exactly(&format!("{json}{pod}"), "web");
}

#[test]
fn variables_are_those_before() {
    let pod = |value: &str| {
        format!(
            "{POD}  containers:\n  - name: a\n    env:\n    - name: A\n      valueFrom: {{secretKeyRef: {{name: s, key: k}}}}\n    - name: B\n      value: {value}\n    - {{name: C, value: c}}\n"
        )
    };
    exactly(&pod("$($0)"), "A");
    assert_eq!(items(&pod("$($0"))[0].detail.as_deref(), Some("from s k"));
    exactly(&format!("{}    args: [\"--x=$($0\"]\n", pod("b")), "A B C");
}

#[test]
fn in_each_of_two_equal_keys() {
    let volumes = "  volumes:\n  - name: logs\n    emptyDir: {}\n";
    let twice = |one: &str, other: &str| {
        format!(
            "{POD}{volumes}  containers:\n  - name: a\n    volumeMounts:\n    - name: {one}\n    image: b\n    volumeMounts:\n    - name: {other}\n"
        )
    };
    exactly(&twice("$0", ""), "logs");
    exactly(&twice("", "$0"), "logs");
    first(&format!("{POD}  containers:\n  - volumeMounts:\n    - $0\n    volumeMounts:\n    - name: a\n"), "name mountPath");
    first(&format!("{POD}  containers:\n  - $0\n  containers:\n  - name: a\n"), "name image");
}

#[test]
fn enter_after_what_is_typed_begins_a_line() {
    for fixture in
        ["kind:$0", "spec:\n  restartPolicy:$0", "spec:\n  containers:$0", "spec:\n  containers: [{name: a, imagePullPolicy:$0}]"]
    {
        assert_eq!(items(&format!("apiVersion: v1\n{fixture}\n")), [], "{fixture}");
    }
    // No snippet is left when the key is written.
    let snippets = items(&format!("{POD}  containers:\n  - name: a\n    por$0"));
    let filters: Vec<_> = snippets.iter().filter(|it| it.kind == CompletionKind::Block).filter_map(|it| it.filter.as_deref()).collect();
    assert!(!filters.is_empty() && filters.iter().all(|filter| !filter.contains(':')), "{filters:?}");
    for value in ["apiVersion: v1$0", "kind: Pod$0", "spec:\n  restartPolicy: Always$0", "spec:\n  hostNetwork: true$0"] {
        assert_eq!(items(value), [], "{value}");
    }
    let pod =
        |value: &str| format!("{POD}  volumes: [{{name: data-2}}, {{name: a, emptyDir: {{}}}}]\n  containers:\n  - name: a\n    {value}\n");
    exactly(&pod("ports: [{containerPort: 8$0}]"), "");
    exactly(&pod("resources: {limits: {cpu: 2$0}}"), "");
    exactly(&pod("volumeMounts: [{name: 2$0}]"), "");
    exactly(&pod("volumeMounts: [{name: a$0}]"), "");
    exactly(&pod("volumeMounts: [{name: da$0}]"), "data-2");
    exactly(&pod("imagePullPolicy: If$0"), "Always IfNotPresent Never");
}

#[test]
fn an_item_goes_on_right_below_its_dash() {
    let item = format!("{POD}  containers:\n    - name: a\n    $0\n");
    assert_eq!(labels(&item)[0], "image");
    let item = format!("{POD}  containers:\n  - name: a\n  $0\n");
    assert_eq!(labels(&item)[0], "volumes");
    assert_eq!(chosen(&item, "image"), format!("{POD}  containers:\n  - name: a\n    image: \n"));
    assert_eq!(chosen(&item, "ports"), format!("{POD}  containers:\n  - name: a\n    ports:\n    - \n"));
    let item = format!("{POD}  containers:\n    - name: a\n      ports:\n        - containerPort: 80\n        na$0\n");
    assert_eq!(chosen(&item, "name"), item.replace("na$0", "  name: "));
}

#[test]
fn free_values_while_nothing_is_typed() {
    let pod = |value: &str| format!("{POD}  containers:\n  - {{name: a, image: redis:8}}\n  - name: b\n    {value}\n");
    exactly(&pod("image: $0"), "redis:8");
    exactly(&pod("image: red$0"), "");
    let path = pod("image: \"ghcr.io/a/$0\"").replace("redis:8", "ghcr.io/a/b:1");
    exactly(&path, "ghcr.io/a/b:1");
    first(&pod("ports: [{containerPort: $0}]"), "80 8080");
    assert_eq!(chosen(&pod("command: [$0]"), "sh -c"), pod("command: [\"sh\", \"-c\", \"exec \"]"));
    assert_eq!(items(&pod("command: [sh, $0]")), []);
    exactly(&format!("{}---\n{POD}  containers:\n  - image: $0\n", pod("")), "redis:8");
}

#[test]
fn nothing_at_a_dash_without_its_space() {
    exactly(&format!("{POD}  containers:\n  -$0"), "");
    exactly(&format!("{POD}  containers:\n  - name: a\n    env:\n    -$0\n    image: b\n"), "");
    for fixture in ["-$0", "--$0"] {
        assert_eq!(items(fixture), [], "{fixture}");
    }
}

#[test]
fn indentation_decides() {
    let two = format!("{POD}  containers:\n  - name: a\n    image: a\n");
    assert_eq!(labels(&format!("{two}    ports:\n      $0"))[..2], ["- containerPort", "- name"]);
    let below = labels(&format!("{POD}  containers:\n    - name: a\n    $0"));
    assert_eq!(below[0], "image");
    assert!(below.contains(&"- name".into()) && !below.contains(&"name".into()), "{below:?}");
    assert_eq!(labels(&format!("{POD}  containers:\n    - name: a\n        $0")), [""; 0]);
    assert_eq!(chosen(&format!("{POD}  imagePullSecrets:\n    $0"), "- name"), format!("{POD}  imagePullSecrets:\n    - name: "));
    let claim = "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  volumeClaimTemplates:\n  - spec:\n      accessModes:\n        $0";
    assert!(labels(claim).contains(&"- ReadWriteOnce".into()));
    first("apiVersion: v1\nkind: List\nitems:\n- $0", "apiVersion kind");
    assert!(labels(&format!("{two}    $0")).contains(&"livenessProbe".into()));
    assert!(labels(&format!("{two}  $0")).contains(&"volumes".into()));
    assert_eq!(labels(&format!("{two}$0")), [""; 0], "nobody writes a status");
    assert!(labels(&format!("{two}  - $0")).contains(&"livenessProbe".into()));
    first("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  $0\nspec: {}\n", "labels namespace");
}

#[test]
fn what_stands_below_tells_the_key() {
    first(&format!("{POD}  $0\n  - name: a\n    image: b\n"), "containers");
    first(&format!("{POD}  $0\n  - name: a\n    emptyDir: {{}}\n"), "volumes");
    first("apiVersion: apps/v1\nkind: Deployment\nspec:\n  $0\n    matchLabels:\n      app: a\n", "selector");
}

#[test]
fn typos_above_do_not_matter() {
    first(&POD.replace("spec", "spce").replace("\nspce:\n", "\nspce:\n  containers:\n  - name: a\n    $0"), "image");
}

#[test]
fn closed_sets() {
    exactly(&format!("{POD}  restartPolicy: $0"), "Always Never OnFailure");
    exactly("apiVersion: batch/v1\nkind: Job\nspec:\n  template:\n    spec:\n      restartPolicy: $0", "OnFailure Never");
    exactly("apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      restartPolicy: $0", "Always");
    exactly(&format!("{POD}  containers:\n  - imagePullPolicy: A$0"), "Always IfNotPresent Never");
    exactly(&format!("{POD}  hostNetwork: $0"), "true false");
    exactly(&format!("{POD}  hostNetwork:\n    $0"), "true false");
    exactly(&format!("{POD}  enableServiceLinks: $0"), "false true");
    exactly("kind: Deployment\napiVersion: $0", "apps/v1");
    exactly("apiVersion: batch/v1\nkind: $0", "Job CronJob");
    first("apiVersion: v1\nkind: $0\nspec:\n  containers: []\n", "Pod");
    first("apiVersion: apps/v1\nkind: $0\nspec:\n  serviceName: a\n  template: {}\n", "StatefulSet");
    first("kind: $0", "Pod Deployment");
    exactly(&format!("{POD}  tolerations:\n  - operator: $0"), "Equal Exists");
}

#[test]
fn volumes_of_the_pod() {
    let volumes = "  volumes:\n  - name: logs\n    emptyDir: {}\n  - name: conf\n    configMap: {name: c}\n";
    let mounts = "  containers:\n  - name: a\n    volumeMounts:\n    - name: conf\n      mountPath: /conf\n    - name: $0\n";
    exactly(&format!("{POD}{mounts}{volumes}"), "logs conf");
    exactly(&format!("{POD}{volumes}{mounts}"), "logs conf");
    exactly(&format!("{}{mounts}{volumes}", POD.replace("spec:", "spce:")), "logs conf");
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nspec:\n  template:\n    spec:\n      containers:\n      - volumeMounts:\n        - name: $0
  volumeClaimTemplates:\n  - metadata:\n      name: data\n";
    exactly(set, "data");
}

#[test]
fn names_of_the_file() {
    let pod = format!("{POD}  containers:\n  - name: a\n    ports:\n    - name: http\n      containerPort: 80\n");
    exactly(&format!("{pod}    livenessProbe:\n      httpGet:\n        port: $0"), "http 80");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  colour: red\n  size: big\n---\n";
    exactly(&format!("{map}{pod}    envFrom:\n    - configMapRef:\n        name: $0"), "settings");
    exactly(
        &format!("{map}{pod}    env:\n    - valueFrom:\n        configMapKeyRef:\n          name: settings\n          key: $0"),
        "colour size",
    );
    exactly(&format!("{POD}  containers:\n  - env:\n    - name: HOST\n    args: [\"--host=$($0\"]"), "HOST");
}

#[test]
fn maps() {
    let set = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  selector:\n    matchLabels:\n      $0\n  template:\n    metadata:\n      labels:\n        app: web\n";
    first(set, "app");
    assert!(chosen(set, "app").contains("      app: web\n  template"));
    let back = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: $0\n";
    exactly(back, "web");
    first(&format!("{POD}  containers:\n  - resources:\n      requests:\n        $0"), "cpu memory");
    first(&format!("{POD}  containers:\n  - resources:\n      requests:\n        cpu: 1\n      limits:\n        cpu: $0"), "1");
}

#[test]
fn what_is_inserted() {
    assert_eq!(chosen("apiVersion: v1\nkind: Pod\nmeta$0", "metadata"), "apiVersion: v1\nkind: Pod\nmetadata:\n  ");
    assert_eq!(chosen(&format!("{POD}  cont$0"), "containers"), format!("{POD}  containers:\n    - "));
    assert_eq!(chosen(&format!("{POD}  containers:\n  - $0"), "name"), format!("{POD}  containers:\n  - name: "));
    let flat = format!("{POD}  containers:\n  - name: a\n    $0");
    assert_eq!(chosen(&flat, "ports"), format!("{POD}  containers:\n  - name: a\n    ports:\n    - "));
    assert_eq!(chosen("ki$0nd: Pod\napiVersion: v1\n", "kind"), "kind: Pod\napiVersion: v1\n");
    assert_eq!(chosen("kind: De$0ploy # x", "Deployment"), "kind: Deployment # x");
    assert_eq!(chosen(&format!("{POD}  containers:\n    $0"), "- name"), format!("{POD}  containers:\n    - name: "));
    assert_eq!(chosen(&format!("{POD}  $0\n  - name: a\n"), "containers"), format!("{POD}  containers:\n  - name: a\n"));
}

#[test]
fn brackets_and_json() {
    first(&format!("{POD}  containers:\n  - {{name: a, $0}}"), "image");
    assert_eq!(chosen("apiVersion: v1\nkind: Pod\nmetadata: {na$0}", "name"), "apiVersion: v1\nkind: Pod\nmetadata: {name: }");
    exactly(&format!("{POD}  containers:\n  - {{name: a, imagePullPolicy: $0}}"), "Always IfNotPresent Never");
    let json = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\",\n  \"spec\": {\n    $0\n  }\n}";
    first(json, "containers");
    assert!(chosen(json, "containers").contains("    \"containers\": \n  }"));
    first("{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"$0\"\n}", "Pod");
    assert!(chosen("{\"apiVersion\": \"v1\", \"kind\": \"P$0\"}", "Pod").contains("\"kind\": \"Pod\"}"));
    assert!(chosen("{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"spec\": {\"cont$0\"}}", "containers").contains("{\"containers\"}"));
}

#[test]
fn heads_of_other_kinds() {
    exactly("kind: Ingress\napiVersion: $0", "networking.k8s.io/v1");
    exactly("kind: HorizontalPodAutoscaler\napiVersion: $0", "autoscaling/v2 autoscaling/v1");
    exactly("apiVersion: autoscaling/v2\nkind: $0", "HorizontalPodAutoscaler");
    assert_eq!(labels("apiVersion: v1\nkind: $0")[..2], ["Pod", "ReplicationController"]);
    assert_eq!(labels("apiVersion: v1\nkind: Service\nspec:\n  $0")[..3], ["type", "selector", "ports"]);
}

#[test]
fn nothing_where_podls_has_no_say() {
    for fixture in [
        "# $0",
        "apiVersion: v1\nkind: Pod # $0\n",
        "apiVersion: example.com/v1\nkind: Gadget\nspec:\n  $0",
        "version: '3'\nservices:\n  $0",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    a: |\n      te$0xt\n",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: $0",
    ] {
        assert_eq!(labels(fixture), [""; 0], "{fixture}");
    }
}

#[test]
fn releases() {
    let (text, offset) = cursor(&format!("{POD}  $0"));
    let of = |name: &str| {
        let options = release(name);
        completion(&Document::new(text.as_str(), &options), offset, &options, &mut std::iter::empty(), &())
    };
    assert!(of("1.34").iter().any(|it| it.label == "hostnameOverride"));
    assert!(!of("1.33").iter().any(|it| it.label == "hostnameOverride"));
}

#[test]
fn blocks() {
    let of = |fixture: &str| -> Vec<String> {
        items(fixture).into_iter().filter(|it| it.kind == CompletionKind::Block).map(|it| it.label).collect()
    };
    assert_eq!(of("$0").len(), 9);
    assert!(of(&format!("{POD}  containers:\n  - $0")).contains(&"container".into()));
    assert!(of(&format!("{POD}  volumes:\n  - $0")).contains(&"volume configMap".into()));
    let inside = of(&format!("{POD}  containers:\n  - name: a\n    resources: {{}}\n    $0"));
    assert!(inside.contains(&"livenessProbe: httpGet".into()));
    assert!(!inside.iter().any(|it| it == "container" || it.starts_with("resources")), "{inside:?}");
}

/// Whatever a block proposes is valid as it is.
#[test]
fn blocks_are_valid() {
    let options = Options::default();
    let valid = |text: &str, is_whole: bool| {
        for part in crate::yaml::split(text) {
            let document = Document::new(&text[part.span()], &options);
            let later = ["unknown-volume", "missing-field", "selector-mismatch"];
            let errors: Vec<_> = document.diagnostics().iter().filter(|it| is_whole || !later.contains(&it.code)).collect();
            assert!(errors.is_empty(), "{errors:#?}\n{text}");
        }
    };
    let spec = format!("{POD}  containers:\n  - name: app\n    image: app:1\n");
    for fixture in [
        "$0".into(),
        format!("{POD}  $0"),
        format!("{POD}  containers:\n  - $0"),
        format!("{spec}    $0"),
        format!("{spec}    ports:\n    - $0"),
        format!("{spec}    env:\n    - $0"),
        format!("{spec}    envFrom:\n    - $0"),
        format!("{spec}    volumeMounts:\n    - $0"),
        format!("{spec}  volumes:\n  - $0"),
        format!("{spec}  tolerations:\n  - $0"),
        format!("{spec}  hostAliases:\n  - $0"),
        format!("{spec}  topologySpreadConstraints:\n  - $0"),
    ] {
        for block in items(&fixture).iter().filter(|it| it.kind == CompletionKind::Block) {
            valid(&chosen(&fixture, &block.label), fixture == "$0");
        }
    }
}

#[test]
fn documentation_on_demand() {
    for fixture in ["$0".to_owned(), format!("{POD}  $0"), format!("{POD}  restartPolicy: $0")] {
        for item in items(&fixture) {
            let key = item.documentation.unwrap_or_else(|| panic!("{}", item.label));
            assert!(documentation(&key).is_some_and(|text| !text.is_empty()), "{key}");
        }
    }
    assert_eq!(documentation("field/1"), None);
    assert_eq!(documentation("nonsense"), None);
}

const SAMPLE: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: \"wéb\"}\nspec:\n  selector:\n    matchLabels: {app: a}\n  template:
    metadata:\n      labels:\n        app: a # b\n    spec:\n      containers:\n      - name: a\n        image: 'b'\n        args: [\"$(A)\", |\n  x]
        env:\n        - name: A\n          value: \"1\"\n        volumeMounts: [{name: v, mountPath: /}]\n      volumes:\n      - name: v\r\n        emptyDir: {}\n";

proptest! {
    #[test]
    fn total(start in 0usize..500, length in 0usize..60, filler in "[ \\-:{}\\[\\]\"'#&*|>,\n\tà]{0,4}", at in 0usize..600) {
        let floor = |text: &str, at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (start, end) = (floor(SAMPLE, start), floor(SAMPLE, start + length));
        let text = format!("{}{filler}{}", &SAMPLE[..start.min(end)], &SAMPLE[end..]);
        let options = Options::default();
        let document = Document::new(text.as_str(), &options);
        for item in completion(&document, at, &options, &mut std::iter::empty(), &()) {
            let range = item.range.span();
            prop_assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
            prop_assert!(range.start <= floor(&text, at) && floor(&text, at) <= range.end);
            prop_assert!(!text[range].contains('\n'));
        }
        crate::ide::hover(&document, at, &options);
        crate::ide::fix_all(&crate::analysis::Analysis::new(text.as_str(), &options, None));
    }
}
