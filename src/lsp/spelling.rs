//! URIs as clients spell them. Some leave characters as they are that a URI must have percent-encoded: `file:///a[1].yaml`, a space,
//! letters beyond ASCII. Inside, each is spelled as RFC 3986 has it; the client gets its own spelling back.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use tower_lsp_server::jsonrpc::Request;

use super::types::Uri;

/// The URIs that a client spells otherwise, by ours.
#[derive(Debug, Default)]
pub struct Spelling(Mutex<HashMap<String, String>>);

impl Spelling {
    /// A request with its URIs spelled as they must be.
    pub fn read(&self, request: Request) -> Request {
        if !request.params().is_some_and(|params| has_odd_uri(params, "")) {
            return request;
        }
        let (method, id, params) = request.into_parts();
        let mut params = params.unwrap_or_default();
        self.respell(&mut params, "");
        let request = Request::build(method).params(params);
        if let Some(id) = id { request.id(id).finish() } else { request.finish() }
    }

    fn respell(&self, value: &mut Value, key: &str) {
        match value {
            Value::String(text) if is_odd_uri(key, text) => {
                let encoded = encoded(text);
                if encoded.parse::<Uri>().is_ok() {
                    let spelled = std::mem::replace(text, encoded.clone());
                    self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(encoded, spelled);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.respell(item, key)),
            Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| self.respell(value, key)),
            _ => {}
        }
    }

    /// A message to the client with the client's own spelling. `None` where nothing is spelled otherwise.
    pub fn write(&self, body: &[u8]) -> Option<Vec<u8>> {
        let spelled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spelled.is_empty() {
            return None;
        }
        let mut message = serde_json::from_slice(body).ok()?;
        give_back(&mut message, &spelled);
        serde_json::to_vec(&message).ok()
    }
}

fn give_back(value: &mut Value, spelled: &HashMap<String, String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| give_back(item, spelled)),
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                match value {
                    Value::String(uri) if key == "uri" => spelled.get(uri).into_iter().for_each(|own| uri.clone_from(own)),
                    Value::Object(edits) if key == "changes" => {
                        *edits = std::mem::take(edits)
                            .into_iter()
                            .map(|(uri, edits)| (spelled.get(&uri).cloned().unwrap_or(uri), edits))
                            .collect();
                    }
                    _ => give_back(value, spelled),
                }
            }
        }
        _ => {}
    }
}

fn has_odd_uri(value: &Value, key: &str) -> bool {
    match value {
        Value::String(text) => is_odd_uri(key, text),
        Value::Array(items) => items.iter().any(|item| has_odd_uri(item, key)),
        Value::Object(fields) => fields.iter().any(|(key, value)| has_odd_uri(value, key)),
        _ => false,
    }
}

/// Whether a string is where a URI is wanted, and looks like one, but is none by the standard. Arguments of commands are URIs too.
fn is_odd_uri(key: &str, text: &str) -> bool {
    let is_wanted = matches!(key, "uri" | "rootUri" | "oldUri" | "newUri" | "scopeUri") || key == "arguments" && text.starts_with("file:");
    // One letter is a drive of Windows, not a scheme.
    is_wanted && text.find(':').is_some_and(|scheme| scheme > 1) && text.parse::<Uri>().is_err()
}

/// The URI with everything percent-encoded that must be. What is encoded already stays.
fn encoded(uri: &str) -> String {
    let path = uri.find("://").and_then(|at| Some(at + 3 + uri[at + 3..].find('/')?)).unwrap_or(0);
    let mut out = String::with_capacity(uri.len());
    for (at, char) in uri.char_indices() {
        let stays = match char {
            '%' => uri.as_bytes()[at + 1..].iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count() == 2,
            '[' | ']' => at < path,
            _ => char.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=".contains(char),
        };
        if stays {
            out.push(char);
        } else {
            out.extend(char.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_must_be_encoded_is() {
        for (uri, expected) in [
            ("file:///a[1].yaml", "file:///a%5B1%5D.yaml"),
            ("file:///a b/{x}|^`\"<>\\.yaml", "file:///a%20b/%7Bx%7D%7C%5E%60%22%3C%3E%5C.yaml"),
            ("file:///\u{e4}%20%zz", "file:///%C3%A4%20%25zz"),
            ("http://[::1]/a[", "http://[::1]/a%5B"),
            ("untitled:Untitled 1", "untitled:Untitled%201"),
        ] {
            assert_eq!(encoded(uri), expected);
            assert!(expected.parse::<Uri>().is_ok(), "{expected}");
        }
    }

    #[test]
    fn the_client_gets_its_own_spelling_back() {
        let spelling = Spelling::default();
        let params = json!({"textDocument": {"uri": "file:///a b.yaml", "text": "file:///c d.yaml"}, "rootUri": "file:///\u{e4}"});
        let read = spelling.read(Request::build("x").id(1).params(params).finish());
        let read = read.params().unwrap();
        assert_eq!(read["textDocument"], json!({"uri": "file:///a%20b.yaml", "text": "file:///c d.yaml"}));
        assert_eq!(read["rootUri"], "file:///%C3%A4");
        let answer = json!({"uri": "file:///a%20b.yaml", "edit": {"changes": {"file:///a%20b.yaml": []}}, "message": "file:///a%20b.yaml"});
        let written: Value = serde_json::from_slice(&spelling.write(answer.to_string().as_bytes()).unwrap()).unwrap();
        let expected = json!({"uri": "file:///a b.yaml", "edit": {"changes": {"file:///a b.yaml": []}}, "message": "file:///a%20b.yaml"});
        assert_eq!(written, expected);
    }
}
