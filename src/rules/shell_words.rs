//! Rules about words that only a shell understands, and about shells called with the wrong words, over [`crate::pod::command`].

use crate::diagnostic::Severity;
use crate::pod::Value;
use crate::pod::command::{self, Given};
use crate::pod::probe::Purpose;
use crate::pod::spec::Container;
use crate::schema::ty;

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Shell syntax in a command that is not run by a shell.
    ///
    /// ## Why
    /// The items of `command` and `args` are passed to the program as separate arguments. Without a shell, `&&`, `|` and `> file` are
    /// plain arguments, `$(date)` and `*.log` are not expanded, and a command line in a single item is treated as the program name.
    /// `args` without `command` is not checked, because the image's entrypoint may be a shell.
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
    ///     image: eclipse-temurin:25
    ///     command: ["./migrate.sh", "&&", "./start.sh"]
    /// ```
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: eclipse-temurin:25
    ///     command: ["java -jar app.jar"]
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
    ///     image: eclipse-temurin:25
    ///     command: ["sh", "-c", "./migrate.sh && exec ./start.sh"]
    /// ```
    ///
    /// ## Source
    /// `Container.command`: "Not executed within a shell".
    SHELL_SYNTAX = "shell-syntax", Warning from Others, [Check::Type(ty::CONTAINER, check), Check::Type(ty::EXEC_ACTION, check)]
}

declare_rule! {
    /// Unexpanded shell variables: `$NAME` in a command that is not run by a shell.
    ///
    /// ## Why
    /// The kubelet expands `$(NAME)` from the container's environment variables and nothing else; in the command of a probe only from
    /// variables with a literal `value`, in a lifecycle hook from none. `$NAME` and `${NAME}` are passed to the program literally. podls
    /// reports names that are defined in `env`, and `HOME`, `HOSTNAME` and `PATH`, which only a shell expands.
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
    ///     image: nginx:1.29
    ///     command: ["./start.sh", "--port=$PORT"]
    ///     env:
    ///     - name: PORT
    ///       value: "8080"
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
    ///     image: nginx:1.29
    ///     command: ["./start.sh", "--port=$(PORT)"]
    ///     env:
    ///     - name: PORT
    ///       value: "8080"
    /// ```
    ///
    /// ## Source
    /// `ExpandContainerCommandAndArgs`, `ExpandContainerCommandOnlyStatic` and `handlerRunner.Run` of the kubelet.
    UNEXPANDED_VARIABLE = "unexpanded-variable", Information from Others, []
}

declare_rule! {
    /// Shells invoked with the wrong arguments: a script without `-c`, or arguments after the script that it does not use.
    ///
    /// ## Why
    /// Without `-c`, the shell treats the argument as the name of a script file and fails. With it, only the next argument is the script,
    /// and the arguments after it become `$0`, `$1` and so on: `sh -c echo hello` prints an empty line.
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
    ///     image: eclipse-temurin:25
    ///     command: ["sh", "-c", "./start.sh", "--port", "8080"]
    /// ```
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: eclipse-temurin:25
    ///     command: ["sh", "cd /app && ./start.sh"]
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
    ///     image: eclipse-temurin:25
    ///     command: ["sh", "-c", "./start.sh --port 8080"]
    /// ```
    ///
    /// ## Source
    /// POSIX, the utility `sh`.
    SHELL_ARGUMENTS = "shell-arguments", Warning from Others, []
}

/// Programs that take each word as it is.
const PLAIN: [&str; 12] = ["echo", "printf", "ls", "cat", "cp", "mv", "rm", "mkdir", "touch", "test", "chown", "chmod"];

/// One look at the words serves all rules of this file; `value` is a container, or the command of a probe or hook.
fn check<'m>(value: Value<'m>, report: &mut Report<'m>) {
    let (Some(container), Some(line)) = (Container::around(value), report.command_line(value)) else { return };
    let (command, args) = line.words();
    let given = |name: &str| given(value, container, name);
    let mut emit = |rule, found: Vec<command::Evidence>| {
        found.iter().for_each(|it| {
            line.emit(it, it.why.clone(), report.of(rule));
        })
    };
    emit(&SHELL_SYNTAX, command::shell_syntax(&command, &args));
    emit(&SHELL_ARGUMENTS, command::shell_call_mistake(&command, &args).into_iter().collect());
    for evidence in command::dollar_variables(&command, &args, given) {
        let diagnostic = line.emit(&evidence, evidence.why.clone(), report.of(&UNEXPANDED_VARIABLE));
        // Other programs may fill it in themselves.
        if let Some(diagnostic) = diagnostic.filter(|_| PLAIN.contains(&command[0])) {
            diagnostic.severity = Severity::Warning;
        }
    }
}

/// What the kubelet replaces: in the command of a container every variable of its `env`, in that of a probe those with a `value`, in a hook
/// none.
fn given(command: Value<'_>, container: Container<'_>, name: &str) -> Given {
    let Some(env) = container.env().filter(|env| env.text_of("name").is_some_and(|it| it == name)).last() else { return Given::Unknown };
    match Purpose::of(command) {
        None => Given::ByKubelet,
        Some(Purpose::PostStart | Purpose::PreStop) => Given::InContainer,
        Some(_) if env.gives("valueFrom") => Given::InContainer,
        Some(_) => Given::ByKubelet,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, check_with, fixed};

    fn text(lines: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: a\n    {lines}\n")
    }

    #[test]
    fn words_for_a_shell() {
        check(&text("command: [./a, '|', tee, log]\n                    ^ warning[shell-syntax]: run it with `sh -c`"));
        check(&text("command: [rm, /tmp/*]\n                  ^^^^^^ warning[shell-syntax]: a literal file name"));
        check(&text("command: [npm start]\n              ^^^^^^^^^ warning[shell-syntax]: not only `npm`"));
        check(&text("command: [sh, -c, a | b]"));
        check(&text("command: [/opt/my app/run]"));
        check(&text("args: [a, '&&', b]"));
        check(&text(
            "livenessProbe:\n      exec: {command: [pg_isready, '||', exit, '1']}\n                                    ^^ warning[shell-syntax]: a plain argument",
        ));
    }

    #[test]
    fn variables() {
        let env = "\n    env: [{name: PORT, value: '80'}]";
        check(&text(&format!("command: [./a, $PORT]\n                   ^^^^^ info[unexpanded-variable]: write `$(PORT)`{env}")));
        check(&text(&format!("command: [./a, $(PORT), $OTHER, $$PORT]{env}")));
        check(&text("command: [./a, $PORT]"));
        check(&text("command: [echo, $HOME]\n                    ^^^^^ warning[unexpanded-variable]: run it with `sh -c`"));
        let env = "\n    env: [{name: PORT, value: '80'}, {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]";
        check(&text(&format!(
            "livenessProbe:\n      exec: {{command: [./a, $PORT, $POD]}}\n                            ^^^^^ info[unexpanded-variable]: write `$(PORT)`\n                                   ^^^^ info[unexpanded-variable]: run it with `sh -c`{env}"
        )));
        check(&text(&format!(
            "lifecycle:\n      preStop:\n        exec: {{command: [./a, $PORT]}}\n                              ^^^^^ info[unexpanded-variable]: run it with `sh -c`{env}"
        )));
        let env = "\n    env: [{name: PORT, value: '80'}]";
        let right = text(&format!("command: [./a, \"--port=$(PORT)\"]{env}"));
        assert_eq!(fixed(&text(&format!("command: [./a, \"--port=${{PORT}}\"]{env}")), "unexpanded-variable"), right);
    }

    #[test]
    fn shells_called_wrongly() {
        assert_eq!(fixed(&text("command: [sh, 'a && b']"), "shell-arguments"), text("command: [sh, -c, 'a && b']"));
        assert_eq!(fixed(&text("command: [sh, -c, echo, hello]"), "shell-arguments"), text("command: [sh, -c, echo hello]"));
        check(&text("command: [sh, -c, 'exec \"$@\"', --, ./a]"));
    }

    #[test]
    fn of_a_template_only_what_is_certain() {
        let options = crate::rules::Options { dialect: crate::yaml::Dialect::Template, ..Default::default() };
        let env = "\n    env: [{name: PASSWORD, value: a}]";
        let branches =
            "command:\n    {{- if .Values.open }}\n    - ping\n    {{- else }}\n    - sh\n    - -c\n    - ping $PASSWORD\n    {{- end }}";
        check_with(&text(&format!("{branches}{env}")), &options);
        let one = "command: [ping, $PASSWORD]\n                    ^^^^^^^^^ info[unexpanded-variable]";
        check_with(&text(&format!("{one}{env}")), &options);
    }
}
