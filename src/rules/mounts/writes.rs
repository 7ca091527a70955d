//! `unwritable-path`

use crate::diagnostic::Severity;
use crate::pod::Value;
use crate::pod::command;
use crate::pod::known_image::{Default, KnownImage};
use crate::pod::spec::{Container, PodSpec};

use super::mount_at;
use crate::rules::{Check, Report, declare_rule};

declare_rule! {
    /// Files that a container must write where it cannot.
    ///
    /// ## Why
    /// Volumes made from ConfigMaps, Secrets and the like are read-only, and so is a mount with `readOnly`; with `readOnlyRootFilesystem` so is all that is
    /// not on a volume. A script that writes there fails with "Read-only file system". Put an `emptyDir` there.
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
    ///     command: ["sh", "-c", "cp /defaults.conf /etc/app/app.conf && exec app"]
    ///     volumeMounts:
    ///     - name: config
    ///       mountPath: /etc/app
    ///   volumes:
    ///   - name: config
    ///     configMap:
    ///       name: app
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
    ///     command: ["sh", "-c", "cp /defaults.conf /run/app/app.conf && exec app"]
    ///     volumeMounts:
    ///     - name: run
    ///       mountPath: /run/app
    ///   volumes:
    ///   - name: run
    ///     emptyDir: {}
    /// ```
    ///
    /// ## Source
    /// `makeMounts` of the kubelet; mount(2), `EROFS`.
    UNWRITABLE_PATH = "unwritable-path", Warning, [Check::PodSpec(check_writes)]
}

fn check_writes<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| !pod.is_windows()) else { return };
    for container in pod.containers() {
        let root_is_read_only = container.value.at(&["securityContext"]).is_some_and(|it| it.is_true("readOnlyRootFilesystem"));
        check_server(pod, container, root_is_read_only, report);
        check_message(pod, container, report);
        let Some(line) = report.command_line(container.value) else { continue };
        let (command, args) = line.words();
        for (evidence, path) in command::writes(&command, &args) {
            let why = match mount_at(pod, container, &path) {
                Some((mount, volume)) if volume.is_read_only() || mount.is_read_only() => {
                    let name = mount.name().unwrap_or_default();
                    format!("`{path}` cannot be written; the mount of volume \"{name}\" is read-only")
                }
                None if root_is_read_only && !is_of_runtime(&path) => {
                    format!("`{path}` cannot be written with `readOnlyRootFilesystem`; mount an emptyDir there")
                }
                _ => continue,
            };
            let is_mount = mount_at(pod, container, &path).is_some();
            if let Some(diagnostic) = line.emit(&evidence, why, report)
                && !is_mount
            {
                diagnostic.severity = Severity::Information;
            }
        }
    }
}

/// A well-known server that must write to its image's folders.
fn check_server<'m>(pod: PodSpec<'m>, container: Container<'m>, root_is_read_only: bool, report: &mut Report<'m>) {
    if !root_is_read_only || container.value.gives("command") || container.value.gives("args") {
        return;
    }
    let Some(image) = container.image() else { return };
    let Some(row) = KnownImage::of(&image).filter(|row| row.default != Default::Ends) else { return };
    let is_unwritable = |path: &&&str| {
        let older = path.replacen("/run", "/var/run", 1);
        mount_at(pod, container, path).is_none() && (older == **path || mount_at(pod, container, &older).is_none())
    };
    let Some(path) = row.writes.iter().find(is_unwritable) else { return };
    let Some(flag) = container.value.at(&["securityContext", "readOnlyRootFilesystem"]) else { return };
    let diagnostic = report.on(flag, format!("`{image}` must write to `{path}`, where no volume is mounted; mount an emptyDir there"));
    diagnostic.severity = Severity::Information;
}

/// The message that a container leaves when it ends is a file of the kubelet, mounted where it must be made first.
fn check_message<'m>(pod: PodSpec<'m>, container: Container<'m>, report: &mut Report<'m>) {
    let Some(message) = container.value.get("terminationMessagePath") else { return };
    let Some(path) = message.text().filter(|path| path.starts_with('/')) else { return };
    if let Some((mount, volume)) = mount_at(pod, container, &path)
        && (volume.is_read_only() || mount.is_read_only())
    {
        let name = mount.name().unwrap_or_default();
        let diagnostic = report.on(message, format!("this file cannot be made; the mount of volume \"{name}\" is read-only"));
        diagnostic.severity = Severity::Information;
    }
}

/// What the container runtime mounts by itself, so that it can be written to.
fn is_of_runtime(path: &str) -> bool {
    ["/dev/", "/proc/", "/sys/"].iter().any(|it| path.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::super::tests::text;
    use crate::fixture::check;

    #[test]
    fn writes() {
        let script = |script: &str, mount: &str| {
            format!("    command: [sh, -c, \"{script}; exec run\"]\n    volumeMounts: [{{name: v, mountPath: /v{mount}}}]")
        };
        for fine in ["echo > /v/x || true", "cat /v/x > /tmp/x", "if x; then touch /v/x; fi", "echo '> /v/x'", "f() { touch /v/x; }"] {
            check(&text(&script(fine, ""), "configMap: {name: a}"));
        }
        for wrong in ["touch /v/x", "cp /a /v/x", "mkdir -p /v/x", "echo hi | tee -a /v/x", "while true; do date >> /v/x; sleep 1; done"] {
            let found = crate::analysis::Analysis::new(text(&script(wrong, ", readOnly: true"), "emptyDir: {}"), &Default::default(), None);
            assert!(found.diagnostics().iter().any(|(_, it)| it.code == "unwritable-path"), "{wrong}");
        }
    }

    #[test]
    fn read_only_roots() {
        let pod = |image: &str, rest: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  volumes: [{{name: a, emptyDir: {{}}}}, {{name: b, emptyDir: {{}}}}]\n  containers:\n  - name: a\n    image: {image}\n    securityContext: {{readOnlyRootFilesystem: true}}\n{rest}"
            )
        };
        check(&pod("nginx", "                                              ^^^^ info[unwritable-path]: `/var/cache/nginx`\n"));
        check(&pod("nginx", "    volumeMounts: [{name: a, mountPath: /var/cache/nginx}, {name: b, mountPath: /var/run}]\n"));
        check(&pod("nginx", "    volumeMounts: [{name: a, mountPath: /var/cache}, {name: b, mountPath: /run}]\n"));
        check(&pod(
            "b",
            "    command: [sh, -c, \"date > /tmp/x; exec run\"]\n                              ^^^^^^ info[unwritable-path]: emptyDir\n",
        ));
        check(&pod("b", "    command: [sh, -c, \"date > /dev/stdout; exec run > /dev/null\"]\n"));
    }
}
