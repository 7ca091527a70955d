//! `hiding-mount`, `file-mount`, `unknown-file` and `unwritable-path`

use std::collections::HashSet;

use crate::diagnostic::{Fix, Severity};
use crate::pod::Value;
use crate::pod::command;
use crate::pod::known_image::{Default, KnownImage};
use crate::pod::spec::{Container, Mount, PodSpec, Role, Volume};

use super::command_line::CommandLine;
use super::rewrite::{self, Draft};
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Mounts over folders that hold the programs and libraries of the image.
    ///
    /// ## Why
    /// A mount hides what the image has at its path. Without `/usr/bin` or `/lib` hardly any program starts; a mount over `/` is refused by the
    /// container runtime. A volume that another container may have filled before is not reported, nor a folder of the node.
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
    ///     volumeMounts:
    ///     - name: tools
    ///       mountPath: /usr/bin
    ///   volumes:
    ///   - name: tools
    ///     emptyDir: {}
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
    ///     volumeMounts:
    ///     - name: tools
    ///       mountPath: /opt/tools/bin
    ///   volumes:
    ///   - name: tools
    ///     emptyDir: {}
    /// ```
    ///
    /// ## Source
    /// `makeMounts` of the kubelet; mount(8).
    HIDING_MOUNT = "hiding-mount", Warning, [Check::PodSpec(check_hidden)]
}

declare_rule! {
    /// ConfigMaps and Secrets that are mounted at the path of a file, without `subPath`.
    ///
    /// ## Why
    /// A volume is a folder. Mounted at `/etc/nginx/nginx.conf` without `subPath`, the path becomes a folder with the files of the ConfigMap in it: the
    /// program finds no file there, and where the image has one, the container does not even start.
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
    ///     volumeMounts:
    ///     - name: config
    ///       mountPath: /etc/nginx/nginx.conf
    ///   volumes:
    ///   - name: config
    ///     configMap:
    ///       name: nginx
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
    ///     volumeMounts:
    ///     - name: config
    ///       mountPath: /etc/nginx/nginx.conf
    ///       subPath: nginx.conf
    ///   volumes:
    ///   - name: config
    ///     configMap:
    ///       name: nginx
    /// ```
    ///
    /// ## Source
    /// `makeMounts` of the kubelet; ConfigMap, "Using ConfigMaps as files from a Pod".
    FILE_MOUNT = "file-mount", Warning, [Check::PodSpec(check_files)]
}

declare_rule! {
    /// `subPath` of a file that the volume does not have.
    ///
    /// ## Why
    /// With `items` a volume has only the files named there. A `subPath` that is none of them becomes an empty folder, or cannot be made in a read-only
    /// volume, so that the container does not start.
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
    ///     volumeMounts:
    ///     - name: config
    ///       mountPath: /etc/nginx/nginx.conf
    ///       subPath: nginx.cfg
    ///   volumes:
    ///   - name: config
    ///     configMap:
    ///       name: nginx
    ///       items:
    ///       - key: main
    ///         path: nginx.conf
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
    ///     volumeMounts:
    ///     - name: config
    ///       mountPath: /etc/nginx/nginx.conf
    ///       subPath: nginx.conf
    ///   volumes:
    ///   - name: config
    ///     configMap:
    ///       name: nginx
    ///       items:
    ///       - key: main
    ///         path: nginx.conf
    /// ```
    ///
    /// ## Source
    /// `makeMounts` of the kubelet.
    UNKNOWN_FILE = "unknown-file", Warning, [Check::PodSpec(check_sub_paths)]
}

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

/// Folders without which no program of a usual image starts.
const PROGRAMS: &[&str] = &["/", "/bin", "/sbin", "/usr", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/local/bin", "/lib", "/lib64"];

fn check_hidden<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| !pod.is_windows()) else { return };
    // What an earlier container has mounted elsewhere it may have filled.
    let mut filled = HashSet::new();
    for container in pod.containers() {
        for mount in container.mounts().filter(|it| !it.0.gives("subPath") && !it.0.gives("subPathExpr")) {
            let (Some(path), Some(volume)) = (mount.0.get("mountPath"), volume_of(pod, mount)) else { continue };
            let Some(text) = path.text().map(|text| clean(&text)) else { continue };
            let source = volume.source().map_or("emptyDir", |(field, _)| field.name);
            if source == "image" || source == "hostPath" && text != "/" || filled.contains(&volume.name()) {
                continue;
            }
            let is_empty = matches!(source, "emptyDir" | "configMap" | "secret" | "downwardAPI" | "projected");
            if text == "/" {
                report.on(path, "the container runtime refuses a mount over the root of the container; mount it in a folder of its own");
            } else if text == "/etc" {
                let diagnostic =
                    report.on(path, "this hides all of `/etc`: users, certificates, settings; mount single files with `subPath`");
                diagnostic.severity = Severity::Information;
            } else if PROGRAMS.contains(&&*text) {
                let what = if text.contains("lib") { "libraries" } else { "programs" };
                let diagnostic =
                    report.on(path, format!("this hides the {what} of the image in `{text}`, without which hardly anything starts"));
                if !is_empty || text == "/usr/local/bin" {
                    diagnostic.severity = Severity::Information;
                }
            }
        }
        if container.role == Role::Init || container.role == Role::Sidecar {
            filled.extend(container.mounts().filter_map(|it| volume_of(pod, it)).map(Volume::name));
        }
    }
}

/// Endings of files that are no folders.
const ENDINGS: &[&str] = &[
    "conf",
    "cfg",
    "cnf",
    "ini",
    "json",
    "yaml",
    "yml",
    "toml",
    "xml",
    "properties",
    "env",
    "crt",
    "pem",
    "sh",
    "py",
    "js",
    "html",
    "txt",
    "sql",
    "php",
    "rb",
    "lua",
    "hcl",
    "key",
    "jks",
    "p12",
    "htpasswd",
    "cer",
    "der",
    "pub",
];

fn check_files<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| !pod.is_windows()) else { return };
    for mount in pod.containers().flat_map(Container::mounts).filter(|it| !it.0.gives("subPath") && !it.0.gives("subPathExpr")) {
        let (Some(path), Some(volume)) = (mount.0.get("mountPath"), volume_of(pod, mount)) else { continue };
        let Some((source, value)) = volume.source().filter(|(field, _)| ["configMap", "secret"].contains(&field.name)) else { continue };
        let Some(text) = path.text() else { continue };
        let name = text.rsplit('/').next().unwrap_or_default();
        let has_ending = name.rsplit_once('.').is_some_and(|(stem, ending)| !stem.is_empty() && ENDINGS.contains(&ending));
        let files: Vec<_> = value.list("items").filter_map(|item| item.text_of("path")).collect();
        let is_file = files.iter().any(|file| file == name);
        if !is_file && (!has_ending || text.ends_with('/')) {
            continue;
        }
        let kind = if source.name == "secret" { "Secret" } else { "ConfigMap" };
        let diagnostic =
            report.on(path, format!("without `subPath` this is a folder with the files of the {kind}, and not the file `{name}`"));
        if is_file || files.is_empty() {
            let edit = rewrite::field(mount.0, &[], "subPath", &Draft::text(name));
            let fix = |edit| Fix { title: format!("Add `subPath: {name}`"), preferred: is_file, edits: vec![edit] };
            diagnostic.fixes.extend(edit.map(fix));
        }
    }
}

fn check_sub_paths<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    for mount in pod.containers().flat_map(Container::mounts) {
        let (Some(sub_path), Some(volume)) = (mount.0.get("subPath"), volume_of(pod, mount)) else { continue };
        let Some((_, source)) = volume.source().filter(|(field, _)| ["configMap", "secret"].contains(&field.name)) else { continue };
        let files: Vec<_> = source.list("items").filter_map(|item| item.text_of("path")).collect();
        let Some(text) = sub_path.text().filter(|text| !text.is_empty() && !files.is_empty()) else { continue };
        let has = |file: &str| file.strip_prefix(text.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if !files.iter().any(|file| has(file)) {
            let known: Vec<_> = files.iter().map(|file| format!("`{file}`")).collect();
            let diagnostic = report.on(sub_path, format!("the volume has no file `{text}`, only {}", known.join(", ")));
            if let [only] = &files[..] {
                diagnostic.fixes.push(Fix::possible(format!("Replace with `{only}`"), vec![rewrite::scalar(sub_path.written(), only)]));
            }
        }
    }
}

fn check_writes<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| !pod.is_windows()) else { return };
    for container in pod.containers() {
        let root_is_read_only = container.value.at(&["securityContext"]).is_some_and(|it| it.is_true("readOnlyRootFilesystem"));
        check_server(pod, container, root_is_read_only, report);
        check_message(pod, container, report);
        let Some(line) = CommandLine::of(container.value) else { continue };
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

/// The innermost mount that a path lies in, with its volume. A volume that is not known may be anything.
fn mount_at<'m>(pod: PodSpec<'m>, container: Container<'m>, path: &str) -> Option<(Mount<'m>, Volume<'m>)> {
    let path = clean(path);
    let lies_in = |mount: &Mount<'m>| {
        let at = mount.path().map(|it| clean(&it)).unwrap_or_default();
        at == "/" || path.strip_prefix(&*at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mount = container.mounts().filter(lies_in).max_by_key(|it| it.path().map_or(0, |path| clean(&path).len()))?;
    Some((mount, volume_of(pod, mount)?))
}

fn volume_of<'m>(pod: PodSpec<'m>, mount: Mount<'m>) -> Option<Volume<'m>> {
    let name = mount.name()?;
    let is_replaced =
        || pod.claim_templates().any(|it| it.at(&["metadata"]).and_then(|it| it.text_of("name")).is_some_and(|it| it == name));
    pod.volumes().find(|volume| volume.name().as_ref() == Some(&name)).filter(|_| !is_replaced())
}

/// A path without slashes that mean nothing.
fn clean(path: &str) -> String {
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    format!("/{}", parts.join("/"))
}

/// What the container runtime mounts by itself, so that it can be written to.
fn is_of_runtime(path: &str) -> bool {
    ["/dev/", "/proc/", "/sys/"].iter().any(|it| path.starts_with(it))
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    fn text(container: &str, volume: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  volumes: [{{name: v, {volume}}}]\n  containers:\n  - name: a\n    image: b\n{container}\n"
        )
    }

    #[test]
    fn hidden() {
        let at = |path: &str| format!("    volumeMounts: [{{name: v, mountPath: {path}}}]");
        check(&text(
            &format!("{}\n                                        ^ warning[hiding-mount]: refuses", at("/")),
            "hostPath: {path: /}",
        ));
        check(&text(
            &format!("{}\n                                        ^^^^^ warning[hiding-mount]: libraries", at("/lib/")),
            "secret: {secretName: a}",
        ));
        check(&text(
            &format!("{}\n                                        ^^^^ info[hiding-mount]: `/etc`", at("/etc")),
            "configMap: {name: a}",
        ));
        check(&text(&at("/lib/modules"), "hostPath: {path: /lib/modules}"));
        check(&text(&at("/usr"), "hostPath: {path: /usr}"));
        check(&text(&at("/usr/share/app"), "emptyDir: {}"));
        check(&text(
            &format!("{}\n  initContainers: [{{name: i, image: b, volumeMounts: [{{name: v, mountPath: /new}}]}}]", at("/usr/lib")),
            "emptyDir: {}",
        ));
        check(&text("    volumeMounts: [{name: v, mountPath: /usr/bin, subPath: a}]", "emptyDir: {}"));
    }

    #[test]
    fn files() {
        let at = |path: &str| format!("    volumeMounts:\n    - name: v\n      mountPath: {path}");
        let items = "configMap: {name: a, items: [{key: k, path: settings}]}";
        assert_eq!(
            fixed(&text(&at("/app/settings"), items), "file-mount"),
            text(&format!("{}\n      subPath: settings", at("/app/settings")), items)
        );
        for path in ["/etc/nginx/conf.d", "/app/.ssh", "/opt/app-1.2", "/app/config", "/etc/app.d", "/root/.env"] {
            check(&text(&at(path), "configMap: {name: a}"));
        }
        check(&text(&at("/run/app.conf"), "hostPath: {path: /etc/app.conf}"));
        let sub_path = |sub_path: &str| format!("    volumeMounts: [{{name: v, mountPath: /x, subPath: {sub_path}}}]");
        check(&text(&sub_path("settings"), items));
        check(&text(&sub_path("dir"), "configMap: {name: a, items: [{key: k, path: dir/settings}]}"));
        check(&text(&sub_path("other"), "configMap: {name: a}"));
    }

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
