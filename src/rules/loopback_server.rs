//! `loopback-server`

use crate::pod::Value;
use crate::pod::probe::ActionPort;
use crate::pod::spec::{Container, PodSpec};

use super::{Check, Report, declare_rule};

declare_rule! {
    /// Servers that listen on `127.0.0.1` alone, and are probed from outside.
    ///
    /// ## Why
    /// The kubelet sends `httpGet`, `tcpSocket` and `grpc` probes to the address of the Pod. A server that is bound to `127.0.0.1` or `localhost` does not answer
    /// there, and no Service reaches it either. Bind it to `0.0.0.0`.
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
    ///     args: ["--listen=127.0.0.1:8080"]
    ///     readinessProbe:
    ///       httpGet:
    ///         port: 8080
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
    ///     args: ["--listen=0.0.0.0:8080"]
    ///     readinessProbe:
    ///       httpGet:
    ///         port: 8080
    /// ```
    ///
    /// ## Source
    /// `runProbe` of the kubelet's prober; ip(7).
    LOOPBACK_SERVER = "loopback-server", Warning, [Check::PodSpec(check)]
}

fn check<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some(pod) = PodSpec::new(spec).filter(|pod| !pod.uses_host_network()) else { return };
    for container in pod.running() {
        let probed: Vec<_> = probed(container).collect();
        if probed.is_empty() {
            continue;
        }
        let words: Vec<_> = ["command", "args"].into_iter().flat_map(|list| container.value.list(list)).collect();
        check_host(&words, &probed, report);
        let is_gunicorn = words.first().and_then(|it| it.text()).is_some_and(|it| it.rsplit('/').next() == Some("gunicorn"));
        for (at, word) in words.iter().enumerate() {
            let Some(text) = word.text() else { continue };
            let before = at.checked_sub(1).and_then(|at| words[at].text());
            let (option, value) = text.split_once('=').unwrap_or((before.as_deref().unwrap_or_default(), &text));
            let Some(port) = value.strip_prefix("127.0.0.1").or_else(|| value.strip_prefix("localhost")) else { continue };
            let is_bind = ["bind", "listen"].iter().any(|it| option.contains(it)) && option.starts_with('-');
            let binds = is_bind || option == "-b" && is_gunicorn;
            let number = port.strip_prefix(':').and_then(|port| port.parse::<i64>().ok());
            if binds && number.is_some_and(|number| probed.contains(&number)) {
                let number = number.unwrap_or_default();
                report.on(
                    *word,
                    format!("the probe of port {number} is sent to the address of the Pod, where nothing listens; use `0.0.0.0:{number}`"),
                );
            }
        }
    }
}

/// Servers that are given their host without the port, with the port that they have by default.
const HOSTED: [(&str, i64); 5] = [("uvicorn", 8000), ("flask", 5000), ("fastapi", 8000), ("redis-server", 6379), ("http.server", 8000)];

/// A server with `--host 127.0.0.1` and its port elsewhere, or Django's `runserver 127.0.0.1:8000`.
fn check_host<'m>(words: &[Value<'m>], probed: &[i64], report: &mut Report<'m>) {
    let texts: Vec<_> = words.iter().map(|it| it.text().unwrap_or_default()).collect();
    let value_of = |option: &str| {
        texts.iter().enumerate().find_map(|(at, text)| {
            let rest = text.strip_prefix(option)?;
            rest.strip_prefix('=')
                .map(|value| (at, value))
                .or_else(|| texts.get(at + 1).filter(|_| rest.is_empty()).map(|it| (at + 1, &**it)))
        })
    };
    let is_loopback = |value: &str| value == "127.0.0.1" || value == "localhost";
    let hosted = HOSTED.iter().find(|(name, _)| texts.iter().take(3).any(|it| it.rsplit('/').next() == Some(name)));
    let found = match hosted {
        Some((_, usual)) => {
            let port = value_of("--port").or_else(|| value_of("-p")).map_or(Some(*usual), |(_, port)| port.parse().ok());
            value_of("--host").or_else(|| value_of("--bind")).filter(|(_, host)| is_loopback(host)).map(|(at, _)| (at, port))
        }
        None => value_of("runserver").and_then(|(at, address)| {
            let (host, port) = address.split_once(':')?;
            is_loopback(host).then(|| (at, port.parse().ok()))
        }),
    };
    if let Some((at, Some(port))) = found
        && probed.contains(&port)
    {
        report.on(words[at], format!("the probe of port {port} is sent to the address of the Pod, where nothing listens; use `0.0.0.0`"));
    }
}

/// The ports that the kubelet asks at the address of the Pod.
fn probed(container: Container<'_>) -> impl Iterator<Item = i64> {
    let actions =
        container.probes().flat_map(|(_, probe)| ["httpGet", "tcpSocket", "grpc"].into_iter().filter_map(move |name| probe.get(name)));
    actions.filter(|action| !action.gives("host")).filter_map(|action| match ActionPort::of(action)? {
        ActionPort::Number(number) | ActionPort::Named(_, number) => Some(number),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use crate::fixture::check;

    #[test]
    fn servers() {
        let text = |lines: &str| {
            format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: web\n    image: a\n    {lines}\n")
        };
        check(&text(
            "args: [--bind, '127.0.0.1:80']\n                   ^^^^^^^^^^^^^^ warning[loopback-server]: use `0.0.0.0:80`\n    livenessProbe: {tcpSocket: {port: 80}}",
        ));
        for fine in [
            "args: [--upstream=127.0.0.1:80]\n    livenessProbe: {tcpSocket: {port: 80}}",
            "args: [--metrics-bind-address=127.0.0.1:81]\n    livenessProbe: {tcpSocket: {port: 80}}",
            "args: [--listen=127.0.0.1:80]",
            "args: [--listen=127.0.0.1:80]\n    livenessProbe: {exec: {command: [a]}}",
            "args: [--listen=127.0.0.1:80]\n    livenessProbe: {tcpSocket: {port: 80}}\n  hostNetwork: true",
        ] {
            check(&text(fine));
        }
    }
}
