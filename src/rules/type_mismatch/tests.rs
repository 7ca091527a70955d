use crate::fixture::{check, fixed, offered};

fn pod(container: &str) -> String {
    let mut text =
        String::from("apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n");
    text.extend(container.lines().map(|line| format!("    {line}\n")));
    text
}

fn fixed_pod(container: &str) -> String {
    let text = fixed(&pod(container), "type-mismatch");
    text.lines().skip(8).map(|line| format!("{}\n", &line[4..])).collect()
}

#[test]
fn scalars() {
    for (wrong, right) in [
        ("workingDir: 1.10", "workingDir: \"1.10\""),
        ("workingDir: yes # no", "workingDir: \"yes\" # no"),
        ("stdin: \"true\"", "stdin: true"),
        ("stdin: 1", "stdin: true"),
        ("securityContext: {runAsUser: \"1000\"}", "securityContext: {runAsUser: 1000}"),
        ("args: 5", "args: [\"5\"]"),
        ("args: [a, 5]", "args: [a, \"5\"]"),
        ("command: sleep 5", "command: [\"sleep\", \"5\"]"),
        ("command: nohup ./start.sh &", "command: [\"./start.sh\"]"),
        ("command: [sh, -c]\nargs: \"echo hi; sleep 10\"", "command: [sh, -c]\nargs: [\"echo hi; sleep 10\"]"),
        ("args: --name 'a b'", "args: [\"--name\", \"a b\"]"),
        ("imagePullPolicy: [Always]", "imagePullPolicy: Always"),
    ] {
        assert_eq!(fixed_pod(wrong), format!("{right}\n"));
    }
}

#[test]
fn collections() {
    assert_eq!(fixed_pod("ports:\n  containerPort: 80\n  name: http\n"), "ports:\n  - containerPort: 80\n    name: http\n");
    assert_eq!(fixed_pod("securityContext:\n- runAsUser: 1\n"), "securityContext:\n  runAsUser: 1\n");
    assert_eq!(fixed_pod("env:\n  A: b\n  PORT: 80\n"), "env:\n  - name: A\n    value: b\n  - name: PORT\n    value: \"80\"\n");
    assert_eq!(fixed_pod("resources:\n  - limits:\n      cpu: 1\n"), "resources:\n  limits:\n    cpu: 1\n");
}

#[test]
fn a_list_of_labels_becomes_a_mapping() {
    let text = |labels: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n{labels}spec: {{containers: [{{name: a, image: b}}]}}\n")
    };
    assert_eq!(fixed(&text("  - app: web\n  - tier: front\n"), "type-mismatch"), text("    app: web\n    tier: front\n"));
    // Of two values for one label, one would be lost.
    check(&text("  - app: web\n  ^^^^^^^^^^ error[type-mismatch]\n  - app: api\n"));
}

#[test]
fn what_is_right_is_left_alone() {
    check(&pod("stdin: on\nlivenessProbe: {tcpSocket: {port: 0x50}, periodSeconds: 1e1, failureThreshold: 3.0}"));
    check(&pod("env:\n- {name: A, value: ~}\nargs: [~]\nresources: {limits: {cpu: 1, memory: 1.5Gi}}"));
}

#[test]
fn messages() {
    check(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    on: yes
#       ^^^ error[type-mismatch]: the value of `true` must be a string, not the boolean `true` (YAML 1.1 reads `yes` as a boolean)
spec:
  terminationGracePeriodSeconds: 1.5
#                                ^^^ error[type-mismatch]: `terminationGracePeriodSeconds` must be an integer, not a floating-point number
  containers:
  - name: web
    image: nginx
    ports:
    - containerPort: 2147483648
#                    ^^^^^^^^^^ error[type-mismatch]: too large for `containerPort`
",
    );
}

#[test]
fn reported_once_at_the_anchor() {
    check(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: a
    image: nginx
    resources: &little
      limits: {cpu: yes}
#                   ^^^ error[type-mismatch]: the value of `cpu` must be a quantity
  - name: b
    image: redis
    resources: *little
",
    );
}

#[test]
fn below_a_missing_dash_all_is_checked() {
    check(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: a
    image: nginx
    ports:
      containerPort: 80
#     ^^^^^^^^^^^^^^^^^ error[type-mismatch]: `ports` must be a list, not a mapping
      protocl: TCP
#     ^^^^^^^ error[unknown-field]: did you mean `protocol`?
",
    );
}

#[test]
fn json_knows_no_whole_floats() {
    let json = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"terminationGracePeriodSeconds\": 1e1, \
                \"containers\": [{\"name\": \"a\", \"image\": \"a\"}]}}";
    assert_eq!(fixed(json, "type-mismatch"), json.replace("1e1", "10"));
    // As YAML it is fine.
    check(&json.replace("\"kind\"", "kind"));
}

#[test]
fn a_list_of_other_things_is_reported_once() {
    check(
        "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  imagePullSecrets: [[a], [b]]
                     ^^^ error[type-mismatch]: each item of `imagePullSecrets` must be a mapping
  containers: [{name: a, image: b}]
",
    );
}

#[test]
fn one_word_is_written_in_full() {
    let text = |container: &str, volume: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: a\n    image: b\n    {container}\n  volumes:\n  - name: v\n    {volume}\n"
        )
    };
    for (wrong, right) in [
        ("ports: [80]", "ports: [{containerPort: 80}]"),
        ("ports: 80", "ports: [{containerPort: 80}]"),
        ("ports: [\"53/udp\"]", "ports: [{containerPort: 53, protocol: UDP}]"),
        ("env: [A=b]", "env: [{name: A, value: b}]"),
        ("env: A=b", "env: [{name: A, value: b}]"),
        ("volumeMounts: [\"v:/v\"]", "volumeMounts: [{name: v, mountPath: /v}]"),
        ("lifecycle: {preStop: {exec: nginx -s quit}}", "lifecycle: {preStop: {exec: {command: [nginx, -s, quit]}}}"),
        ("readinessProbe: {tcpSocket: 80}", "readinessProbe: {tcpSocket: {port: 80}}"),
    ] {
        assert_eq!(fixed(&text(wrong, "emptyDir: {}"), "type-mismatch"), text(right, "emptyDir: {}"));
    }
    for (wrong, right) in [
        ("hostPath: /tmp", "hostPath: {path: /tmp}"),
        ("configMap: cm", "configMap: {name: cm}"),
        ("emptyDir: Memory", "emptyDir: {medium: Memory}"),
        ("secret: {defaultMode: \"0640\"}", "secret: {defaultMode: 0640}"),
    ] {
        assert_eq!(fixed(&text("tty: true", wrong), "type-mismatch"), text("tty: true", right));
    }
    assert_eq!(
        offered(&text("ports: [\"8080:80\"]", "emptyDir: {}"), "type-mismatch"),
        text("ports: [{containerPort: 80}]", "emptyDir: {}")
    );
    let probe = |probe: &str| text(&format!("ports: [{{containerPort: 81}}]\n    livenessProbe: {{httpGet: {probe}}}"), "emptyDir: {}");
    assert_eq!(fixed(&probe("/health"), "type-mismatch"), probe("{path: /health, port: 81}"));
}
