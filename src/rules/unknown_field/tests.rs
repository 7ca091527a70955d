use crate::fixture::{check, check_with, fixed, release};

#[test]
fn one_slip_is_one_diagnostic() {
    check(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
  lables: {app: web}
# ^^^^^^ error[unknown-field]: did you mean `labels`?
spce:
^^^^ error[unknown-field]: did you mean `spec`?
  containers:
  - name: web
    imgae: nginx
#   ^^^^^ error[unknown-field]: did you mean `image`?
    Command: [sleep]
#   ^^^^^^^ error[unknown-field]: unknown field `Command`
    ports:
    - conatinerPort: '80'
#     ^^^^^^^^^^^^^ error[unknown-field]: did you mean `containerPort`?
#                    ^^^^ error[type-mismatch]: `containerPort` must be an integer, not a quoted string
    environment:
#   ^^^^^^^^^^^ error[unknown-field]: did you mean `env`?
    - name: A
",
    );
}

#[test]
fn the_head_too() {
    for (wrong, right) in [("apiVerison", "apiVersion"), ("apiversion", "apiVersion"), ("api_version", "apiVersion")] {
        let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n";
        assert_eq!(fixed(&text.replace(right, wrong), "unknown-field"), text);
        assert_eq!(fixed(&text.replace("kind", "Kind"), "unknown-field"), text);
    }
}

#[test]
fn by_release() {
    let text = "apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostnameOverride: web
# ^^^^^^^^^^^^^^^^ error[unknown-field]: field `hostnameOverride` was added in Kubernetes 1.34
  containers:
  - name: web
    image: nginx
";
    check_with(text, &release("1.33"));
    let unmarked = |mark: &str| text.lines().map(|line| if line.contains("^^") { mark } else { line }).collect::<Vec<_>>().join("\n");
    check_with(&unmarked("# ^^^^^^^^^^^^^^^^ warning[gated-field]"), &release("1.34"));
    check_with(&unmarked("# on by default"), &release("1.35"));
}

#[test]
fn no_sure_guess_where_there_is_none() {
    let text =
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  frobnicate: true\n  containers:\n  - name: web\n    image: nginx\n";
    let document = crate::analysis::Document::new(text, &crate::rules::Options::default());
    let [only] = document.diagnostics() else { panic!("{:?}", document.diagnostics()) };
    assert_eq!(only.fixes.iter().map(|fix| (&*fix.title, fix.preferred)).collect::<Vec<_>>(), [("Remove `frobnicate`", false)]);
    assert_eq!(only.field, "spec.frobnicate");
}

#[test]
fn quotes_stay_as_they_are_around() {
    let json = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"nmae\": \"web\"}, \"spec\": {\"containers\": [{\"name\": \"a\", \"image\": \"a\"}]}}";
    assert_eq!(fixed(json, "unknown-field"), json.replace("nmae", "name"));
    let yaml = "apiVersion: v1\nkind: Pod\nmetadata:\n  \"name \": web\nspec:\n  containers:\n  - name: web\n    image: nginx\n";
    assert_eq!(fixed(yaml, "unknown-field"), yaml.replace("\"name \"", "name"));
}

#[test]
fn pairs_and_what_is_wrapped_once_more() {
    let pod = |container: &str| {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: nginx\n{container}")
    };
    for (wrong, right) in [
        (
            "    env:\n    - PORT: 8080\n    - {name: A, value: b}\n",
            "    env:\n    - name: PORT\n      value: \"8080\"\n    - {name: A, value: b}\n",
        ),
        ("    env: [{PORT: x}]\n", "    env: [{name: PORT, value: x}]\n"),
        (
            "    resources:\n      resources:\n        limits:\n          cpu: 1\n        requests: {}\n",
            "    resources:\n      limits:\n        cpu: 1\n      requests: {}\n",
        ),
        (
            "    ports:\n    - port:\n        containerPort: 80\n        # why\n        name: http\n",
            "    ports:\n    - containerPort: 80\n      # why\n      name: http\n",
        ),
        ("    ports: [{port: {containerPort: 80}}]\n", "    ports: [{containerPort: 80}]\n"),
    ] {
        assert_eq!(fixed(&pod(wrong), "unknown-field"), pod(right));
    }
}
