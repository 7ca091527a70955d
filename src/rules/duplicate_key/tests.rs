use crate::fixture::{check, fixed, offered};

#[test]
fn at_the_later_one() {
    check(
        "apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: a, app: b}
#                  ^^^ error[duplicate-key]: duplicate key `app`
spec:
  containers:
  - name: web
    image: a
    env: []
    image: b
#   ^^^^^ error[duplicate-key]: duplicate key `image`; kubectl silently keeps only this value
",
    );
}

#[test]
fn what_is_equal_goes() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: a\n    \"image\": 'a'\n";
    assert_eq!(fixed(text, "duplicate-key"), text.replace("    \"image\": 'a'\n", ""));
}

#[test]
fn two_objects_without_a_line_between() {
    let object = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: a\n";
    assert_eq!(fixed(&object.repeat(2), "duplicate-key"), format!("{object}---\n{object}"));
}

#[test]
fn nothing_is_said_of_unknown_kinds() {
    check("apiVersion: example.com/v1\nkind: Gadget\nmetadata:\n  name: web\ndata:\n  a: b\n  a: b\n");
}

#[test]
fn an_object_that_is_swallowed_by_one_of_another_kind() {
    check(
        "
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: a, image: b}]}
apiVersion: v1
^^^^^^^^^^ error[duplicate-key]: `apiVersion` is repeated, so a second object probably starts here; add a `---` line before it, or kubectl sends a mixture of both
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
",
    );
}

#[test]
fn the_comment_that_only_one_has_stays() {
    let pod =
        |lines: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n{lines}  containers: [{{name: a, image: b}}]\n");
    let (plain, noted) = ("  hostNetwork: true\n", "  hostNetwork: yes # for the balancer\n");
    for (first, second) in [(plain, noted), (noted, plain)] {
        assert_eq!(fixed(&pod(&format!("{first}{second}")), "duplicate-key"), pod(noted));
    }
    let text = pod(&format!("{noted}  hostNetwork: true # as agreed\n"));
    assert_eq!(offered(&text, "duplicate-key"), pod(noted));
}
