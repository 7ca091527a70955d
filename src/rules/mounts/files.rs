//! `file-mount` and `unknown-file`

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::pod::spec::{Container, PodSpec};

use super::volume_of;
use crate::rules::rewrite::{self, Draft};
use crate::rules::{Check, Report, declare_rule};

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

/// Endings of files that are no folders.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "conf", "cfg", "cnf", "ini", "json", "yaml", "yml", "toml", "xml", "properties", "env", "crt", "pem", "sh", "py",
    "js", "html", "txt", "sql", "php", "rb", "lua", "hcl", "key", "jks", "p12", "htpasswd", "cer", "der", "pub",
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

#[cfg(test)]
mod tests {
    use super::super::tests::text;
    use crate::fixture::{check, fixed};

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
}
