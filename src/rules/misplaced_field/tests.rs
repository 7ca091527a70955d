use crate::fixture::{check, fixed};

const HEAD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n";

/// The text below the head, after the preferred fix.
#[track_caller]
fn fixed_pod(body: &str) -> String {
    let text = fixed(&format!("{HEAD}{body}"), "misplaced-field");
    text.strip_prefix(HEAD).unwrap_or(&text).to_owned()
}

#[test]
fn from_a_container_to_the_pod() {
    check(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx
    volumeMounts:
    - name: data
      mountPath: /data
    volumes:
#   ^^^^^^^ error[misplaced-field]: `volumes` is not a field of `spec.containers[0]`; it belongs in `spec`
    - name: data
      emptyDir: {}
",
    );
    assert_eq!(
        fixed_pod("spec:\n  containers:\n  - image: nginx\n    # two\n    tolerations: # three\n    - operator: Exists\n    name: web\n"),
        "spec:\n  containers:\n  - image: nginx\n    name: web\n  # two\n  tolerations: # three\n  - operator: Exists\n"
    );
}

#[test]
fn from_the_pod_to_its_container() {
    assert_eq!(
        fixed_pod("spec:\n  containers:\n  - name: web\n    image: nginx\n  command: [sleep]\n"),
        "spec:\n  containers:\n  - name: web\n    image: nginx\n    command: [sleep]\n"
    );
    // Only one of them lacks an image.
    assert_eq!(
        fixed_pod("spec:\n  image: b\n  containers:\n  - name: web\n    image: nginx\n  - name: b\n"),
        "spec:\n  containers:\n  - name: web\n    image: nginx\n  - name: b\n    image: b\n"
    );
}

#[test]
fn into_the_key_above_that_has_no_value() {
    for (beside, below) in [
        ("readinessProbe:\n      tcpSocket:\n      port: 80\n", "readinessProbe:\n      tcpSocket:\n        port: 80\n"),
        ("startupProbe:\n      exec:\n      command: [cat, /x]\n", "startupProbe:\n      exec:\n        command: [cat, /x]\n"),
        ("envFrom:\n    - secretRef:\n      name: a\n", "envFrom:\n    - secretRef:\n        name: a\n"),
        (
            "env:\n    - name: A\n      valueFrom:\n        secretKeyRef:\n        name: db\n        key: user\n",
            "env:\n    - name: A\n      valueFrom:\n        secretKeyRef:\n          name: db\n          key: user\n",
        ),
    ] {
        let container = "spec:\n  containers:\n  - name: web\n    image: nginx\n    ";
        assert_eq!(fixed_pod(&format!("{container}{beside}")), format!("{container}{below}"));
    }
}

#[test]
fn below_two_containers_it_is_the_last_ones() {
    let text = format!("{HEAD}spec:\n  containers:\n  - name: a\n    image: a\n  - name: b\n    image: b\n  tty: true\n");
    let document = crate::analysis::Document::new(text, &crate::rules::Options::default());
    let [only] = document.diagnostics() else { panic!("{:?}", document.diagnostics()) };
    let titles: Vec<_> = only.fixes.iter().map(|fix| (&*fix.title, fix.preferred)).collect();
    assert_eq!(titles, [("Indent with 4 spaces", true)]);
}

#[test]
fn into_what_is_not_written_yet() {
    assert_eq!(
        fixed_pod("spec:\n  containers:\n  - name: web\n    image: nginx\n    limits:\n      # little\n      memory: 1Gi\n"),
        "spec:\n  containers:\n  - name: web\n    image: nginx\n    resources:\n      limits:\n        # little\n        memory: 1Gi\n"
    );
    assert_eq!(fixed_pod("containers:\n- name: web\n  image: nginx\n"), "spec:\n  containers:\n  - name: web\n    image: nginx\n");
}

#[test]
fn out_of_the_metadata() {
    assert_eq!(
        fixed(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  spec:\n    containers:\n    - name: web\n      image: nginx\n",
            "misplaced-field"
        ),
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n"
    );
}

#[test]
fn labels_without_their_map() {
    check(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
  app: web
# ^^^ error[misplaced-field]: `app` is not a field of `metadata`; it belongs in `metadata.labels`
spec:
  containers:
  - name: web
    image: nginx
",
    );
}

#[test]
fn in_json() {
    let text = "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Pod\",\n  \"metadata\": {\"name\": \"web\"},\n  \"spec\": {\n    \"hostIPC\": true,\n    \
                \"containers\": [{\"name\": \"web\", \"image\": \"a\", \"hostPID\": true}]\n  }\n}\n";
    let wanted = text.replace(", \"hostPID\": true", "").replace("\"a\"}]\n", "\"a\"}],\n    \"hostPID\": true\n");
    assert_eq!(fixed(text, "misplaced-field"), wanted);
}

#[test]
fn what_is_there_already_is_not_overwritten() {
    let text = format!("{HEAD}spec:\n  hostPID: false\n  containers:\n  - name: a\n    image: a\n    hostPID: true\n");
    let document = crate::analysis::Document::new(text, &crate::rules::Options::default());
    let [only] = document.diagnostics() else { panic!("{:?}", document.diagnostics()) };
    assert!(only.message.contains("where it is already set"), "{}", only.message);
    assert!(only.fixes.iter().all(|fix| !fix.preferred), "{:?}", only.fixes);
}
