use crate::analysis::Document;
use crate::diagnostic::Severity;
use crate::fixture::{check, check_with};
use crate::rules::{Completeness, Layers, Options};
use crate::text::apply;
use crate::yaml::Dialect;

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
    image: {{ .Values.image }}
";
    let text = text.replace("  replicas: {{ .Values.replicas }}\n", "");
    check_with(&text, &Options { dialect: Dialect::Template, ..Options::default() });
    check(
        &text.replace("  name: {{ .Release.Name }}\n", "  name: {{ .Release.Name }}\n#       ^^^^^^^^^^^^^^^^^^^ error[yaml-template]\n"),
    );
}

#[test]
fn what_a_chart_may_render_is_read_as_a_template() {
    let text =
        "apiVersion: v1\nkind: Pod\nmetadata:\n  {{- include \"web.metadata\" . | nindent 2 }}\nspec:\n  containers:\n  - name: web\n";
    let options = Options { dialect: Dialect::Either, ..Options::default() };
    check_with(&format!("{text}    image: {{{{ .Values.image }}}}\n    imge: a\n#   ^^^^ error[unknown-field]\n"), &options);
    // Without actions that YAML can't read, it is a manifest.
    check_with(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: a\n    tty: \"{{ .tty }}\"\n#        ^^^^^^^^^^^^ error[unfilled-placeholder]\n",
        &options,
    );
}

#[test]
fn jinja_is_a_template_as_well() {
    check(
        "{% raw %}
^^^^^^^^^ error[yaml-template]
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  {# Why this is so. #}
  containers:
  {% for name in names %}
  - name: {{ name }}
    image: nginx
    imge: nginx
#   ^^^^ error[unknown-field]
  {% endfor %}
{% endraw %}
",
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
    check("{\n  // minikube, kind, etc. in dev containers\n  \"name\": \"shell\",\n  //\"image\": \"shell\",\n  \"mounts\": [],\n}\n");
}

#[test]
fn a_text_in_quotes_may_have_a_colon_in_the_column_of_its_key() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    about: 'what it does\n    if all is well. More: see\n    \
                there.'\n    b: 'c'\nspec:\n  containers:\n  - name: web\n    image: nginx:1.29\n";
    let analysis = crate::analysis::Analysis::new(text, &crate::rules::Options::default(), None);
    assert!(analysis.diagnostics().iter().all(|(_, it)| it.code == "yaml-lenient"), "{:?}", analysis.diagnostics());
}

const POD: &str = "apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: web
    image: nginx:1.29
    ports:
    - containerPort: 80
";

/// The message of the only error, and the text after its preferred fix.
#[track_caller]
fn only_error(text: &str) -> (String, Option<String>) {
    let document = Document::new(text, &Options::default());
    let [only] = document.diagnostics() else { panic!("{text}\n{:#?}", document.diagnostics()) };
    assert_eq!((only.code, only.severity), ("yaml-syntax", Severity::Error), "{text}");
    let fix = only.fixes.iter().find(|fix| fix.preferred);
    (only.message.clone(), fix.map(|fix| apply(text, &fix.edits)))
}

#[track_caller]
fn restores(right: &str, wrong: &str, message: &str) {
    let text = POD.replacen(right, wrong, 1);
    assert_ne!(text, POD, "{right}");
    let (said, fixed) = only_error(&text);
    assert!(said.contains(message), "{wrong:?}: {said}");
    assert_eq!(fixed.as_deref(), Some(POD), "{wrong:?}");
}

#[test]
fn spaces_of_unicode() {
    for (right, wrong) in [
        ("    image", "\u{a0}   image"),
        ("    image", "\u{a0}\u{a0}\u{a0}\u{a0}image"),
        ("  name", " \u{a0}name"),
        ("- name", "-\u{a0}name"),
        ("name: web", "name:\u{a0}web"),
        ("spec:", "spec\u{a0}:"),
        ("spec:", "\u{200b}spec:"),
        ("kind: Pod", "kind:\u{3000}Pod"),
        ("    - containerPort", "   \u{a0}- containerPort"),
        ("spec:", "\u{a0}# note\nspec:"),
    ] {
        let fixed = only_error(&POD.replacen(right, wrong, 1)).1.expect(wrong);
        assert_eq!(fixed.replace("# note\n", ""), POD, "{wrong:?}");
    }
    restores("image: nginx", "image:\u{a0}nginx", "no-break space (U+00A0) instead of a space");
    restores("    image", "\u{a0}   image", "no-break space (U+00A0) in the indentation");
    only_error(&POD.replacen("- containerPort: 80", "- {containerPort:\u{a0}80}", 1)).1.expect("a fix");
}

#[test]
fn odd_spaces_in_a_text_are_text() {
    let annotated = |text: &str| POD.replacen("  labels:", &format!("  annotations:\n    a: {text}\n  labels:"), 1);
    for text in ["\u{a0}b", "b\u{a0}: c", "|\n      \u{a0}b: c", "\n      \u{a0}b c", "\"\n      \u{a0}b: c\"", "-\u{a0}b", "“b”"] {
        let document = Document::new(annotated(text), &Options::default());
        let refused = text.contains(": c") && !text.starts_with(['|', '"']);
        assert_eq!(document.diagnostics().is_empty(), !refused, "{text:?} {:?}", document.diagnostics());
    }
}

#[test]
fn almost_a_separator() {
    for line in ["--", "----", "-----", "—", " ---", "–-"] {
        let text = format!("{POD}{line}\n{POD}");
        let (said, fixed) = only_error(&text);
        assert!(said.contains("does not separate documents"), "{said}");
        assert_eq!(fixed, Some(format!("{POD}---\n{POD}")));
        let (_, fixed) = only_error(&format!("{line}\n{POD}"));
        assert_eq!(fixed, Some(format!("---\n{POD}")));
    }
    let arguments = POD.replacen("    ports:", "    args:\n    - --\n    - ----\n    - |\n      ----\n      --\n    ports:", 1);
    assert!(Document::new(arguments, &Options::default()).diagnostics().is_empty());
}

#[test]
fn conflicts_of_a_merge() {
    let conflict = "<<<<<<< HEAD\n    image: nginx:1.29\n=======\n    image: nginx:1.30\n>>>>>>> other\n";
    let text = POD.replacen("    image: nginx:1.29\n", conflict, 1);
    for text in [
        text.clone(),
        text.replacen("=======", "||||||| base\n    image: nginx:1.28\n=======", 1),
        text.replacen("    image: nginx:1.29\n", "", 1).replacen("<<<<<<<", "    image: nginx:1.29\n<<<<<<<", 1),
        POD.replacen("spec:", "=======\nspec:", 1),
        POD.replacen("spec:", ">>>>>>> other\nspec:", 1),
        POD.replacen(
            "    ports:",
            "    command: [./x]\n    args:\n    - |\n      a\n<<<<<<< HEAD\n      b\n=======\n      c\n>>>>>>> x\n      d\n    ports:",
            1,
        ),
    ] {
        let (said, fixed) = only_error(&text);
        assert!(said.contains("conflict"), "{said}");
        assert_eq!(fixed, None, "which side is right is the author's to say");
    }
}

#[test]
fn signs_in_place_of_the_colon() {
    restores("kind: Pod", "kind == Pod", "`==` does not separate a key from its value");
    restores("image: nginx", "image = nginx", "`=` does not");
    restores("kind: Pod", "kind => Pod", "`=>` does not");
    restores("kind: Pod", "kind := Pod", "`:=` does not");
    restores("kind: Pod", "kind：Pod", "`：` does not");
    only_error(&POD.replacen("- containerPort: 80", "- {containerPort == 80}", 1)).1.expect("a fix");
}

#[test]
fn two_keys_on_one_line() {
    restores("metadata:\n  name: web", "metadata: name: web", "unexpected second `: ` on this line");
    restores("labels:\n    app: web", "labels: app: web", "unexpected second `: `");
    restores("image: nginx:1.29", "image: nginx: 1.29", "unexpected second `: `");
    let fixed = only_error(&POD.replacen("    ports:", "    env:\n    - name: a\n      value: Error: b # c\n    ports:", 1)).1;
    assert!(fixed.is_some_and(|text| text.contains("value: \"Error: b\" # c\n")));
    assert_eq!(only_error(&POD.replacen("ports:\n    - containerPort", "ports: containerPort", 1)).1, None);
}
