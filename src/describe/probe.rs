//! A probe on a line (`DescribeProbe`).

use serde_json::Value as Json;

use super::json::Read;

/// `http-get http://:8080/healthz delay=0s timeout=1s period=10s successThreshold=1 failureThreshold=3`
pub(super) fn line(probe: &Json) -> String {
    let number = |field: &str| probe[field].show_or("0");
    let attributes = format!(
        "delay={}s timeout={}s period={}s successThreshold={} failureThreshold={}",
        number("initialDelaySeconds"),
        number("timeoutSeconds"),
        number("periodSeconds"),
        number("successThreshold"),
        number("failureThreshold"),
    );
    let (exec, http, tcp, grpc) = (&probe["exec"], &probe["httpGet"], &probe["tcpSocket"], &probe["grpc"]);
    let action = if exec.is_object() {
        format!("exec {}", if exec["command"].is_null() { "[]".into() } else { exec["command"].show() })
    } else if http.is_object() {
        format!("http-get {}", url(http))
    } else if tcp.is_object() {
        format!("tcp-socket {}:{}", tcp["host"].show(), tcp["port"].show_or("0"))
    } else if grpc.is_object() {
        format!("grpc <pod>:{} {}", grpc["port"].show_or("0"), grpc["service"].show())
    } else {
        "unknown".into()
    };
    format!("{action} {attributes}")
}

/// The address as Go's `net/url` writes it: the path is escaped, also its `?`.
fn url(action: &Json) -> String {
    let (host, port, path) = (action["host"].show(), action["port"].show_or("0"), action["path"].show());
    let host = if host.contains([':', '%']) { format!("[{host}]") } else { host };
    let host = if port.is_empty() { host } else { format!("{host}:{port}") };
    let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
    let path = if path == "*" { path } else { escaped(&path, "$&+,/:;=@") };
    format!("{}://{}{slash}{path}", action["scheme"].show().to_lowercase(), escaped(&host, "!$&'()*+,;=:[]<>\""))
}

fn escaped(text: &str, plain: &str) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() || plain.contains(char::from(byte)) && byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses() {
        for (action, expected) in [
            (json!({ "scheme": "HTTP", "port": 80, "path": "/" }), "http://:80/"),
            (json!({ "scheme": "HTTPS", "port": "web", "path": "a b?c=ü" }), "https://:web/a%20b%3Fc=%C3%BC"),
            (json!({ "scheme": "HTTP", "host": "::1", "port": 80, "path": "/%41" }), "http://[::1]:80/%2541"),
        ] {
            assert_eq!(url(&action), expected);
        }
    }
}
