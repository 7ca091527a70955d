//! `decimal-mode`, `open-ssh-key` and `relative-working-dir`

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::pod::spec::{Container, PodSpec};
use crate::schema::ty;

use super::rewrite;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// File modes that look octal and are read as decimal numbers.
    ///
    /// ## Why
    /// Without a leading 0, `400` is the decimal number 400, which is `0620`: the group may write, and nobody but the owner may read. JSON knows no octal
    /// numbers at all; there `0400` is written 256.
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
    ///   volumes:
    ///   - name: key
    ///     secret:
    ///       secretName: key
    ///       defaultMode: 400
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
    ///   volumes:
    ///   - name: key
    ///     secret:
    ///       secretName: key
    ///       defaultMode: 0400
    /// ```
    ///
    /// ## Source
    /// `SecretVolumeSource.defaultMode`: "YAML accepts both octal and decimal values, JSON requires decimal values".
    DECIMAL_MODE = "decimal-mode", Information from Itself, [Check::Validated(|field, _| ["defaultMode", "mode"].contains(&field.name), check_mode)]
}

declare_rule! {
    /// Keys in `.ssh` that others than their owner may read.
    ///
    /// ## Why
    /// `ssh` does not use a private key that the group or others can read: "bad permissions". A Secret is mounted as root, with `defaultMode`.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: git
    ///     image: ghcr.io/example/git:1.0
    ///     volumeMounts:
    ///     - name: key
    ///       mountPath: /root/.ssh
    ///   volumes:
    ///   - name: key
    ///     secret:
    ///       secretName: key
    ///       defaultMode: 0644
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
    ///   - name: git
    ///     image: ghcr.io/example/git:1.0
    ///     volumeMounts:
    ///     - name: key
    ///       mountPath: /root/.ssh
    ///   volumes:
    ///   - name: key
    ///     secret:
    ///       secretName: key
    ///       defaultMode: 0400
    /// ```
    ///
    /// ## Source
    /// `sshkey_perm_ok` of OpenSSH.
    OPEN_SSH_KEY = "open-ssh-key", Information, [Check::PodSpec(check_keys)]
}

declare_rule! {
    /// Working directories that are no absolute path.
    ///
    /// ## Why
    /// The API server accepts any text. Some container runtimes refuse to start the container ("Cwd must be an absolute path"), others take the path below
    /// `/`.
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
    ///     workingDir: app
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
    ///     workingDir: /app
    /// ```
    ///
    /// ## Source
    /// `validateCwd` of runc's configuration.
    RELATIVE_WORKING_DIR = "relative-working-dir", Information from Itself, [Check::Type(ty::CONTAINER, check_working_dir)]
}

/// Decimal numbers that an owner's mode in octal would be.
const LIKE_OCTAL: [i64; 5] = [400, 404, 440, 444, 500];

fn check_mode<'m>(mode: Value<'m>, report: &mut Report<'m>) {
    let Some(number) = mode.int().filter(|number| LIKE_OCTAL.contains(number)) else { return };
    // `0o620` and the like say the same number in another way, and mean it.
    let Some(text) = mode.text().filter(|text| *text == number.to_string()) else { return };
    let meant = i64::from_str_radix(&text, 8).unwrap_or(number);
    let better = if rewrite::is_json(mode.written()) { meant.to_string() } else { format!("0{text}") };
    let diagnostic =
        report.on(mode, format!("this is the decimal number {number}, which is the mode `0{number:o}`; `0{text}` is written {better}"));
    diagnostic.fixes.push(Fix::possible(format!("Replace with `{better}`"), vec![rewrite::replace(mode.written(), better)]));
}

fn check_keys<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    let in_ssh = |name: &str| {
        pod.containers()
            .flat_map(Container::mounts)
            .any(|it| it.name().is_some_and(|it| it == name) && it.path().is_some_and(|path| path.split('/').any(|part| part == ".ssh")))
    };
    for volume in pod.volumes() {
        let Some(mode) = volume.0.at(&["secret", "defaultMode"]) else { continue };
        if mode.int().is_some_and(|it| it & 0o077 != 0 && !LIKE_OCTAL.contains(&it)) && volume.name().is_some_and(|it| in_ssh(&it)) {
            report.on(mode, "`ssh` refuses a private key that the group or others can read; use `0400`");
        }
    }
}

fn check_working_dir<'m>(container: Value<'m>, report: &mut Report<'m>) {
    let Some(folder) = container.get("workingDir") else { return };
    let is_windows = PodSpec::around(container).is_some_and(PodSpec::is_windows);
    let Some(text) = folder.text().filter(|text| !text.is_empty() && !text.starts_with(['/', '$', '\\', '%'])) else { return };
    if !is_windows && text.as_bytes().get(1) != Some(&b':') {
        let diagnostic = report.on(folder, "the working directory must be an absolute path for some container runtimes");
        diagnostic
            .fixes
            .push(Fix::possible(format!("Replace with `/{text}`"), vec![rewrite::scalar(folder.written(), &format!("/{text}"))]));
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, offered};

    #[test]
    fn modes() {
        let text = |mode: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers: [{{name: a, image: b}}]\n  volumes: [{{name: v, secret: {{secretName: s, defaultMode: {mode}}}}}]\n"
            )
        };
        for fine in ["0400", "420", "256", "0o400", "493", "384", "511"] {
            check(&text(fine));
        }
        assert_eq!(offered(&text("440"), "decimal-mode"), text("0440"));
    }
}
