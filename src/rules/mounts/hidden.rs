//! `hiding-mount`

use std::collections::HashSet;

use crate::diagnostic::Severity;
use crate::pod::Value;
use crate::pod::spec::{Container, PodSpec, Role, Volume};

use super::{clean, volume_of};
use crate::rules::{Check, Report, declare_rule};

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

/// Folders without which no program of a usual image starts.
const PROGRAMS: &[&str] = &["/", "/bin", "/sbin", "/usr", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/local/bin", "/lib", "/lib64"];

/// Folders without whose files the servers of well-known images do not start.
const SETTINGS: [(&str, &str); 3] = [("nginx", "/etc/nginx"), ("httpd", "/usr/local/apache2/conf"), ("httpd", "/usr/local/apache2")];

/// Whether a volume that no other container has hides the settings of a server that runs as its image says.
fn hides_settings(pod: PodSpec<'_>, container: Container<'_>, volume: Volume<'_>, path: &str) -> bool {
    let is_default = ["command", "args"].iter().all(|it| !container.value.gives(it));
    let image = container.image().unwrap_or_default();
    let bare = image.split([':', '@']).next().unwrap_or_default();
    let has = |it: Container<'_>| it.mounts().any(|mount| mount.name() == volume.name());
    is_default && SETTINGS.contains(&(bare, path)) && pod.containers().filter(|it| has(*it)).count() == 1
}

/// Whether a container has a mount at a place of interest, or two at the same place.
fn suspects(container: Container<'_>) -> bool {
    let is_of_interest = |path: &str| {
        matches!(path, "/" | "/proc" | "/etc") || PROGRAMS.contains(&path) || SETTINGS.iter().any(|(_, folder)| *folder == path)
    };
    let written: Vec<_> = container.mounts().filter_map(|it| it.0.get("mountPath")?.text()).collect();
    let cleaned: Vec<_> = written.iter().map(|path| clean(path)).collect();
    cleaned.iter().enumerate().any(|(at, path)| is_of_interest(path) || cleaned[..at].contains(path))
}

fn check_hidden<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| !pod.is_windows()) else { return };
    // What an earlier container has mounted elsewhere it may have filled.
    let mut filled = HashSet::new();
    for container in pod.containers() {
        let mut paths: Vec<(String, _, _)> = vec![];
        for mount in suspects(container)
            .then(|| container.mounts())
            .into_iter()
            .flatten()
            .filter(|it| !it.0.gives("subPath") && !it.0.gives("subPathExpr"))
        {
            let (Some(path), Some(volume)) = (mount.0.get("mountPath"), volume_of(pod, mount)) else { continue };
            let Some(text) = path.text().map(|text| clean(&text).into_owned()) else { continue };
            let source = volume.source().map_or("emptyDir", |(field, _)| field.name);
            if source == "image" || source == "hostPath" && text != "/" || filled.contains(&volume.name()) {
                continue;
            }
            // Paths that are written alike are an error of their own.
            let is_same = |(_, _, written): &(String, _, _)| *written == path.text();
            let is_hidden = |(other, name, _): &(String, _, _)| *other == text && *name != volume.name();
            if paths.iter().any(is_hidden) && !paths.iter().any(is_same) {
                report.on(path, format!("this hides the other mount at `{text}`"));
            }
            paths.push((text.clone(), volume.name(), path.text()));
            let is_empty = matches!(source, "emptyDir" | "configMap" | "secret" | "downwardAPI" | "projected");
            if text == "/" {
                report.on(path, "the container runtime refuses a mount over the root of the container; mount it in a folder of its own");
            } else if text == "/proc" && source != "hostPath" {
                report.on(path, "the container runtime refuses a mount over `/proc`; mount it in a folder of its own");
            } else if text == "/etc" {
                let diagnostic =
                    report.on(path, "this hides all of `/etc`: users, certificates, settings; mount single files with `subPath`");
                diagnostic.severity = Severity::Information;
            } else if source == "emptyDir" && hides_settings(pod, container, volume, &text) {
                report.on(
                    path,
                    format!("the volume is empty, so this hides the settings of the image in `{text}`, without which it does not start"),
                );
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

#[cfg(test)]
mod tests {
    use super::super::tests::text;
    use crate::fixture::check;

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
}
