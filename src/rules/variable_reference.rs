//! `undefined-variable` and `shell-variable`

use std::borrow::Cow;
use std::collections::HashSet;

use crate::diagnostic::{Fix, Severity};
use crate::pod::Value;
use crate::pod::command::{self, Variable};
use crate::pod::spec::{Container, PodSpec};
use crate::schema::ty;

use super::{Check, Report, declare_rule, job_index, rewrite};

declare_rule! {
    /// `$(NAME)` of a variable that the container does not have at that place.
    ///
    /// ## Why
    /// The kubelet replaces `$(NAME)` in `command`, `args`, `subPathExpr` and in the value of a variable, there by variables that are listed before it. A
    /// name that is not known stays as it is. Not reported are names that `envFrom` or the Services of the namespace may give.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     env:
    ///     - name: URL
    ///       value: http://$(HOST)/
    ///     - name: HOST
    ///       value: example.com
    /// ```
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     args: ["--port=$(PORT)"]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     args: ["--url=$(URL)"]
    ///     env:
    ///     - name: HOST
    ///       value: example.com
    ///     - name: URL
    ///       value: http://$(HOST)/
    /// ```
    ///
    /// ## Source
    /// `makeEnvironmentVariables` and `ExpandContainerCommandAndArgs` of the kubelet.
    UNDEFINED_VARIABLE = "undefined-variable", Warning, [Check::Type(ty::CONTAINER, check)]
}

declare_rule! {
    /// `${NAME}` of a variable of the container, where only `$(NAME)` is filled in.
    ///
    /// ## Why
    /// In the value of a variable, and in `args` without a shell, the kubelet replaces `$(NAME)` and nothing else. `${NAME}` reaches the program as it is;
    /// some programs fill it in themselves.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     env:
    ///     - name: HOST
    ///       value: example.com
    ///     - name: URL
    ///       value: http://${HOST}/
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: ghcr.io/example/web:1.0
    ///     env:
    ///     - name: HOST
    ///       value: example.com
    ///     - name: URL
    ///       value: http://$(HOST)/
    /// ```
    ///
    /// ## Source
    /// `makeEnvironmentVariables` of the kubelet.
    SHELL_VARIABLE = "shell-variable", Information, []
}

fn check<'m>(container: Value<'m>, report: &mut Report<'m>) {
    let Some(it) = Container::around(container) else { return };
    let Some(pod) = PodSpec::around(container) else { return };
    let lists = || ["command", "args"].into_iter().flat_map(|list| container.list(list));
    let sub_paths = || it.mounts().filter_map(|mount| mount.0.get("subPathExpr"));
    let texts = it.env().filter_map(|env| env.get("value")).chain(lists()).chain(sub_paths());
    if !texts.filter_map(Value::text).any(|text| text.contains('$')) {
        return;
    }
    // The Job controller puts its variable before all others.
    let index = job_index::is_indexed(pod).is_some().then_some(Cow::Borrowed(job_index::VARIABLE));
    let has_links = pod.value().entry("enableServiceLinks").is_none_or(|it| it.bool() != Some(false));
    let is_of_service = |name: &str| is_of_service(name) && (has_links || name.starts_with("KUBERNETES_"));
    let all: HashSet<Cow<'m, str>> = it.env().filter_map(|env| env.text_of("name")).chain(index.clone()).collect();
    let gets_more = container.entry("envFrom").is_some_and(|it| !it.is_absent());
    // Kustomize may fill in `$(NAME)` too.
    let is_known = !gets_more && report.options().layers.changes_nothing();
    let mut before: HashSet<_> = index.into_iter().collect();
    for env in it.env() {
        let name = env.text_of("name");
        if let Some(value) = env.get("value")
            && let Some(text) = value.text().filter(|text| !text.contains('\n'))
        {
            let defined = command::references(&text).into_iter().filter(|it| all.contains(&text[it.name.clone()]));
            for variable in defined.chain(references(&text)) {
                let used = &text[variable.name.clone()];
                let message = match () {
                    () if before.contains(used) || gets_more || is_of_service(used) => continue,
                    () if all.contains(used) && name.as_deref() != Some(used) => {
                        format!("`$({used})` stays as it is; `{used}` is listed only after this variable")
                    }
                    () if !is_known => continue,
                    () => format!("`$({used})` stays as it is; the container has no variable `{used}` before this one"),
                };
                report.of(&UNDEFINED_VARIABLE).in_check_of(Some(container)).on(value, message);
                break;
            }
            check_shell(value, &text, &all, report.of(&SHELL_VARIABLE).in_check_of(Some(container)));
        }
        before.extend(name);
    }
    for word in lists().chain(sub_paths()) {
        let Some(text) = word.text().filter(|text| !text.contains(['\n', '{'])) else { continue };
        let undefined = references(&text).into_iter().find(|it| {
            let name = &text[it.name.clone()];
            !all.contains(name) && !is_of_service(name)
        });
        if let Some(variable) = undefined.filter(|_| is_known) {
            let used = &text[variable.name];
            // In a script a shell would run it as a command.
            let is_word = !text.contains(char::is_whitespace);
            let message = format!("`$({used})` stays as it is; the container has no variable `{used}`");
            let diagnostic = report.of(&UNDEFINED_VARIABLE).in_check_of(Some(container)).on(word, message);
            if !is_word {
                diagnostic.severity = Severity::Information;
            }
        }
    }
    // With a command, the words have been looked at by `unexpanded-variable`.
    if !container.gives("command") {
        for word in container.list("args") {
            let Some(text) = word.text().filter(|text| !text.contains(char::is_whitespace)) else { continue };
            check_shell(word, &text, &all, report.of(&SHELL_VARIABLE).in_check_of(Some(container)));
        }
    }
}

/// The references of a text that look like variables: in capitals.
fn references(text: &str) -> Vec<Variable> {
    let is_variable = |it: &Variable| {
        let name = &text[it.name.clone()];
        name.len() > 1
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
            && !name.as_bytes()[0].is_ascii_digit()
    };
    command::references(text).into_iter().filter(is_variable).collect()
}

/// Whether the kubelet may give a variable of that name for a Service of the namespace.
fn is_of_service(name: &str) -> bool {
    ["_SERVICE_HOST", "_PORT", "_ADDR", "_PROTO"].iter().any(|end| name.ends_with(end))
        || name.contains("_SERVICE_PORT")
        || name.contains("_PORT_")
}

fn check_shell<'m>(value: Value<'m>, text: &str, all: &HashSet<Cow<'m, str>>, report: &mut Report<'m>) {
    let found = text.match_indices("${").find_map(|(at, _)| {
        let name = &text[at + 2..at + text[at..].find('}')?];
        (all.contains(name) && !text[..at].ends_with('$')).then_some(name)
    });
    let Some(name) = found else { return };
    let diagnostic = report.on(value, format!("`${{{name}}}` is not filled in by the kubelet, which replaces only `$({name})`"));
    let fixed = text.replace(&format!("${{{name}}}"), &format!("$({name})"));
    diagnostic.fixes.push(Fix::possible(format!("Write `$({name})`"), vec![rewrite::scalar(value.written(), &fixed)]));
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, offered};

    fn text(lines: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: a\n    {lines}\n")
    }

    #[test]
    fn references() {
        check(&text(
            "env: [{name: PATH, value: '$(PATH):/x'}]\n                              ^^^^^^^^^^^^ warning[undefined-variable]: before this one",
        ));
        check(&text("command: [sh, -c, '/run $(NOPE)']\n                      ^^^^^^^^^^^^^^ info[undefined-variable]"));
        for fine in [
            "env: [{name: A, value: a}, {name: B, value: '$(A)'}]",
            "env: [{name: B, value: '$$(A)'}]",
            "env: [{name: B, value: '$(DB_SERVICE_HOST):$(DB_PORT)'}]",
            "env: [{name: B, value: '$(A)'}]\n    envFrom: [{configMapRef: {name: a}}]",
            "command: [sh, -c, './run $(date) $(hostname -f)']",
            "args: ['--x=$(A)']\n    env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
            "env: [{name: SCRIPT, value: \"a\\n$(NOPE)\\n\"}]",
            "env: [{name: A, value: a}, {name: B, value: '${OTHER}'}]",
        ] {
            check(&text(fine));
        }
        let env = |value: &str| text(&format!("env: [{{name: A, value: a}}, {{name: B, value: '{value}'}}]"));
        assert_eq!(offered(&env("x ${A}"), "shell-variable"), env("x $(A)"));
    }
}
