//! `image-needs-root`, `same-server` and `missing-bash`

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::pod::known_image::{Default, KnownImage};
use crate::pod::spec::{Container, PodSpec, Port};
use crate::schema::ty;

use super::rewrite;
use super::{Check, Report, declare_rule};

declare_rule! {
    /// Well-known images that start as root, without what they need for that.
    ///
    /// ## Why
    /// The image `nginx` makes its folders as root and gives its workers to another user, for which it needs capabilities; databases change their user
    /// at the start. Without these, or as another user, they end with "Operation not permitted" or "Permission denied".
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
    ///     securityContext:
    ///       capabilities:
    ///         drop: ["ALL"]
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
    ///     image: nginxinc/nginx-unprivileged:1.29
    ///     securityContext:
    ///       capabilities:
    ///         drop: ["ALL"]
    /// ```
    ///
    /// ## Source
    /// The Dockerfiles and scripts of the images; capabilities(7).
    IMAGE_NEEDS_ROOT = "image-needs-root", Information, [Check::PodSpec(check_root)]
}

declare_rule! {
    /// Two containers of a Pod that run the same server with its default settings.
    ///
    /// ## Why
    /// The containers of a Pod share one network. Two servers of one image listen on the same port, and the second one ends with "address already in
    /// use".
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
    ///   - name: admin
    ///     image: nginx:1.29
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
    ///   - name: admin
    ///     image: nginx:1.29
    ///     volumeMounts:
    ///     - name: admin
    ///       mountPath: /etc/nginx/conf.d
    ///   volumes:
    ///   - name: admin
    ///     configMap:
    ///       name: admin
    /// ```
    ///
    /// ## Source
    /// The Dockerfiles of the images; bind(2), `EADDRINUSE`.
    SAME_SERVER = "same-server", Information, [Check::PodSpec(check_servers)]
}

declare_rule! {
    /// `bash` in an image that does not have it.
    ///
    /// ## Why
    /// `busybox` and the images made from Alpine have `sh` only: the container does not start, for "bash" is not found.
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
    ///     image: alpine:3.22
    ///     command: ["bash", "-c", "exec ./start.sh"]
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
    ///     image: alpine:3.22
    ///     command: ["sh", "-c", "exec ./start.sh"]
    /// ```
    ///
    /// ## Source
    /// The Dockerfiles of the images.
    MISSING_BASH = "missing-bash", Information, [Check::Type(ty::CONTAINER, check_bash)]
}

declare_rule! {
    /// Shells and tools in an image that has none.
    ///
    /// ## Why
    /// The images of distroless hold a program and what it needs: no `sh`, no `cat`, no `curl`. The container, probe or hook fails with "executable file not found".
    /// Their tags with `debug` have a shell.
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
    ///     image: gcr.io/distroless/java21-debian12
    ///     command: ["sh", "-c", "exec java -jar /app.jar"]
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
    ///     image: gcr.io/distroless/java21-debian12
    ///     command: ["java", "-jar", "/app.jar"]
    /// ```
    ///
    /// ## Source
    /// github.com/GoogleContainerTools/distroless.
    MISSING_SHELL = "missing-shell", Warning from Others, [Check::Type(ty::CONTAINER, check_shell)]
}

/// Programs that only images with a system have.
const TOOLS: [&str; 14] = ["sh", "bash", "ash", "dash", "cat", "ls", "curl", "wget", "nc", "sleep", "echo", "test", "tail", "env"];

fn check_shell<'m>(container: Value<'m>, report: &mut Report<'m>) {
    let Some(image) = container.text_of("image") else { return };
    let is_bare = image.starts_with("gcr.io/distroless/") && !image.contains("debug") || image.starts_with("registry.k8s.io/pause");
    if !is_bare {
        return;
    }
    // What is mounted may bring a program.
    let mounted: Vec<_> = container.list("volumeMounts").filter_map(|mount| mount.text_of("mountPath")).collect();
    for program in programs(container) {
        let Some(text) = program.text() else { continue };
        let name = text.rsplit('/').next().unwrap_or_default();
        if TOOLS.contains(&name)
            && !mounted.iter().any(|path| text.starts_with(&**path) || path.contains("bin") || path.contains("busybox"))
        {
            report.on(program, format!("`{image}` has no `{text}`; it holds no shell and no tools"));
        }
    }
}

/// The row of a container that runs its image as it is.
fn as_it_is(container: Container<'_>) -> Option<&'static KnownImage> {
    if ["command", "args"].iter().any(|it| container.value.gives(it)) {
        return None;
    }
    KnownImage::of(&container.image()?).filter(|row| row.default != Default::Ends)
}

fn check_root<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    for container in pod.containers() {
        let (Some(row), Some(image)) = (as_it_is(container), container.image()) else { continue };
        let own = container.value.get("securityContext");
        let user = own.and_then(|it| it.get("runAsUser")).or_else(|| spec.at(&["securityContext", "runAsUser"]));
        let lists = |list: &'static str| own.and_then(|it| it.get("capabilities")).into_iter().flat_map(move |it| it.list(list));
        let adds = |name: &str| {
            lists("add").filter_map(Value::text).any(|it| it.trim_start_matches("CAP_").eq_ignore_ascii_case(name) || it == "ALL")
        };
        let mounts = |path: &str| container.mounts().filter_map(|it| it.path()).any(|it| path.starts_with(it.trim_end_matches('/')));
        let makes_folders = row.names.contains(&"nginx");
        match user.and_then(Value::int) {
            None | Some(0) => {
                let missing: Vec<_> = row.needs.iter().filter(|it| !adds(it)).map(|it| format!("`{it}`")).collect();
                let dropped = lists("drop").find(|it| it.text().is_some_and(|it| it.eq_ignore_ascii_case("ALL")));
                if let Some(dropped) = dropped.filter(|_| !missing.is_empty()) {
                    report.on(dropped, format!("`{image}` starts as root and needs the capabilities {}", missing.join(", ")));
                }
            }
            Some(number) if makes_folders && !mounts("/var/cache/nginx") => {
                let site = user.unwrap_or(container.value);
                report.on(site, format!("as user {number} `{image}` cannot make its folders in `/var/cache/nginx`; mount an emptyDir, or use `nginxinc/nginx-unprivileged`"));
            }
            Some(_) => {}
        }
    }
}

fn check_servers<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec) else { return };
    // What is set may be another port.
    let is_plain = |it: &Container<'m>| it.mounts().next().is_none() && it.env().next().is_none() && !it.value.gives("envFrom");
    let mut seen: Vec<(Container<'m>, &'static KnownImage)> = vec![];
    for container in pod.running().filter(is_plain) {
        // Another port that is declared is set in some way.
        let is_usual = |row: &&KnownImage| container.ports().filter_map(Port::number).all(|port| row.ports.contains(&port));
        let Some(row) = as_it_is(container).filter(|row| !row.ports.is_empty()).filter(is_usual) else { continue };
        let Some(image) = container.value.get("image") else { continue };
        if let Some((first, _)) = seen.iter().find(|(_, other)| other.ports == row.ports) {
            let ports: Vec<_> = row.ports.iter().map(ToString::to_string).collect();
            report.on(
                image,
                format!(
                    "this server and that of container {} both listen on port {}, for both share one network",
                    first.label(),
                    ports.join(", ")
                ),
            );
        } else if seen.len() < 64 {
            seen.push((container, row));
        }
    }
}

fn check_bash<'m>(container: Value<'m>, report: &mut Report<'m>) {
    let Some(image) = container.text_of("image").filter(|it| KnownImage::has_no_bash(it)) else { return };
    for program in programs(container) {
        let Some(text) = program.text().filter(|it| matches!(&**it, "bash" | "/bin/bash" | "/usr/bin/bash")) else { continue };
        let diagnostic = report.on(program, format!("`{image}` has no `{text}`, only `sh`"));
        diagnostic.fixes.push(Fix::possible("Use `sh`", vec![rewrite::scalar(program.written(), "sh")]));
    }
}

/// The first words of what a container, its probes and its hooks run.
fn programs<'m>(container: Value<'m>) -> impl Iterator<Item = Value<'m>> {
    let probes = Container::around(container).into_iter().flat_map(|it| it.probes().collect::<Vec<_>>()).map(|(_, probe)| probe);
    let hooks = ["postStart", "preStop"].into_iter().filter_map(move |hook| container.at(&["lifecycle", hook]));
    let actions = probes.chain(hooks).filter_map(|it| it.get("exec"));
    std::iter::once(container).chain(actions).filter_map(|it| it.list("command").next())
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn what_images_need() {
        let text =
            |lines: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n{lines}\n");
        check(&text(
            "    image: nginx\n    securityContext: {runAsUser: 1000}\n                                 ^^^^ info[image-needs-root]: `/var/cache/nginx`",
        ));
        for fine in [
            "    image: nginx\n    securityContext: {capabilities: {drop: [ALL], add: [CHOWN, SETUID, SETGID, NET_BIND_SERVICE]}}",
            "    image: redis\n    securityContext: {runAsUser: 999, capabilities: {drop: [ALL]}}",
            "    image: ghcr.io/a/nginx\n    securityContext: {capabilities: {drop: [ALL]}}",
            "    image: nginx\n  - {name: b, image: redis}",
            "    image: nginx\n  - {name: b, image: nginx, args: [nginx-debug]}",
            "    image: debian\n    command: [bash, -c, exec x]",
        ] {
            check(&text(fine));
        }
    }
}
