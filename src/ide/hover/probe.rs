//! On a probe: when it asks, and what follows.

use crate::pod::Value;

use super::Spot;

pub(super) fn text(spot: Spot<'_>) -> Option<String> {
    let probe = Some(spot.value).filter(|it| spot.on_key && it.is_a("Probe"))?;
    let number = |name: &str, default: i64| probe.get(name).and_then(|it| it.int()).unwrap_or(default);
    let (delay, timeout, failures) = (number("initialDelaySeconds", 0), number("timeoutSeconds", 1), number("failureThreshold", 3));
    let period = number("periodSeconds", 10);
    let after = failures.saturating_mul(period);
    let follows = match spot.value.field()?.name {
        "livenessProbe" => format!("{failures} failures in a row, about {after} s, and the container is restarted"),
        "readinessProbe" => {
            format!("{failures} failures in a row, about {after} s, and Services send nothing to the Pod until it succeeds again")
        }
        "startupProbe" => format!(
            "The other probes wait for it; if it has not succeeded after {} s the container is restarted",
            delay.saturating_add(after)
        ),
        _ => return None,
    };
    let asks = format!("Asks {} after {delay} s, then every {period} s; no answer within {timeout} s is a failure", handler(probe));
    Some(spot.with_field(&format!("- {asks}\n- {follows}")))
}

/// What a probe asks: `GET http://:8080/healthz`.
fn handler(probe: Value<'_>) -> String {
    let text = |value: Value<'_>, name: &str| value.text_of(name).map(|it| it.into_owned());
    if let Some(get) = probe.get("httpGet") {
        let scheme = text(get, "scheme").unwrap_or_else(|| "HTTP".into()).to_lowercase();
        let (host, port) = (text(get, "host").unwrap_or_default(), text(get, "port").unwrap_or_default());
        let path = text(get, "path").unwrap_or_default();
        return format!("`GET {scheme}://{host}:{port}/{}`", path.trim_start_matches('/'));
    }
    for (name, words) in
        [("tcpSocket", "whether the port opens"), ("grpc", "the gRPC health service"), ("exec", "a command, 0 is success,")]
    {
        if let Some(action) = probe.get(name) {
            return text(action, "port").map_or(words.to_owned(), |port| format!("{words} (`{port}`)"));
        }
    }
    "its handler".into()
}
