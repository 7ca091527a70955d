//! A client that drives the real server and fails at any message that nobody asked for or took.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// Far longer than anything takes, so that only a hang reaches it.
const TOO_LONG: Duration = Duration::from_secs(20);

pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Value>,
    /// Notifications and requests of the server that nobody has taken yet.
    waiting: VecDeque<Value>,
    last_id: i64,
    /// The answer to `initialize`.
    pub initialized: Value,
    ended: bool,
}

impl Client {
    /// A server that was not greeted yet.
    pub fn spawn(environment: &[(&str, &str)]) -> Client {
        let mut child = Command::new(env!("CARGO_BIN_EXE_podls"))
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, incoming) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let stdin = child.stdin.take();
        Client { child, stdin, incoming, waiting: VecDeque::new(), last_id: 0, initialized: Value::Null, ended: false }
    }

    /// A session with a client of these capabilities, which takes code actions, as all current ones do.
    pub fn start(mut capabilities: Value) -> Client {
        capabilities["textDocument"]["codeAction"]["codeActionLiteralSupport"] = json!({"codeActionKind": {"valueSet": []}});
        Client::start_with(json!({ "capabilities": capabilities }))
    }

    /// A session with a client that sends these parameters of `initialize`.
    pub fn start_with(params: Value) -> Client {
        let mut client = Client::spawn(&[]);
        client.initialize(params);
        client
    }

    pub fn initialize(&mut self, params: Value) {
        self.initialized = self.request("initialize", params);
        self.notify("initialized", json!({}));
    }

    /// Writes bytes that need not be a frame.
    pub fn write(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("an open pipe");
        stdin.write_all(bytes).and_then(|()| stdin.flush()).expect("the server reads");
    }

    pub fn send(&mut self, message: &Value) {
        self.write(frame(message.to_string().as_bytes()).as_slice());
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request and gives its number.
    pub fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Waits for the answer to a request: its result, or the whole error.
    pub fn answer(&mut self, id: i64) -> Value {
        loop {
            let message = self.receive();
            if message.get("method").is_some() {
                self.waiting.push_back(message);
                continue;
            }
            assert_eq!(message["id"], id, "another answer: {message}");
            return message.get("result").or(message.get("error")).cloned().expect("a result or an error");
        }
    }

    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// A shutdown and other requests without parameters must not have any.
    pub fn shutdown(&mut self) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": "shutdown"}));
        self.answer(id)
    }

    /// The next message, whatever it is.
    pub fn receive(&mut self) -> Value {
        self.incoming.recv_timeout(TOO_LONG).expect("a message in time")
    }

    /// The next notification or request of the server, which must be of that method: the whole message.
    pub fn expect(&mut self, method: &str) -> Value {
        let message = self.waiting.pop_front().unwrap_or_else(|| self.receive());
        assert_eq!(message["method"], method, "{message}");
        message
    }

    /// Answers a request of the server.
    pub fn reply(&mut self, request: &Value, result: Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": request["id"], "result": result}));
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        let language = if uri.ends_with(".json") { "json" } else { "yaml" };
        self.open_as(uri, language, text);
    }

    pub fn open_as(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    pub fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let params = json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    pub fn save(&mut self, uri: &str) {
        self.notify("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    }

    pub fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    /// A request about a place: `textDocument/hover` and its kind.
    pub fn at(&mut self, method: &str, uri: &str, line: usize, character: usize) -> Value {
        self.request(method, json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}))
    }

    /// The next list of diagnostics, which must be of that file: version and diagnostics.
    pub fn published(&mut self, uri: &str) -> (Value, Vec<Value>) {
        let params = self.expect("textDocument/publishDiagnostics")["params"].take();
        assert_eq!(params["uri"], uri);
        (params["version"].clone(), params["diagnostics"].as_array().expect("a list").clone())
    }

    /// The first list of diagnostics that is of that version of the file.
    pub fn published_for(&mut self, uri: &str, version: i32) -> Vec<Value> {
        loop {
            let (of, list) = self.published(uri);
            if of == version {
                return list;
            }
        }
    }

    /// The text of a file as the server has it.
    pub fn text(&mut self, uri: &str) -> String {
        self.request("podls/testText", json!({ "uri": uri })).as_str().expect("a text").to_owned()
    }

    /// Ends the input and waits for the end of the process.
    pub fn hang_up(&mut self) -> ExitStatus {
        self.stdin = None;
        self.ended = true;
        self.child.wait().expect("an end")
    }

    /// Waits for the end of the process, the pipe still open.
    pub fn ended(&mut self) -> ExitStatus {
        self.ended = true;
        let rest = std::iter::from_fn(|| {
            self.incoming.recv_timeout(TOO_LONG).map_or_else(
                |error| {
                    assert_eq!(error, RecvTimeoutError::Disconnected, "the process goes on");
                    None
                },
                Some,
            )
        });
        self.waiting.extend(rest);
        self.child.wait().expect("an end")
    }

    /// The memory that the process holds, in bytes, and its threads.
    #[cfg(target_os = "linux")]
    pub fn usage(&self) -> (usize, usize) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a process");
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a field");
            line.trim_start_matches(':').split_whitespace().next().and_then(|number| number.parse::<usize>().ok()).expect("a number")
        };
        (field("VmRSS") << 10, field("Threads"))
    }

    /// Says `exit`, keeps the pipe open, and waits for the end of the process.
    pub fn exit(&mut self) -> ExitStatus {
        self.send(&json!({"jsonrpc": "2.0", "method": "exit"}));
        self.ended = true;
        self.child.wait().expect("an end")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if std::thread::panicking() || self.ended {
            let _ = self.child.kill();
            let _ = self.child.wait();
            return;
        }
        assert_eq!(self.shutdown(), Value::Null);
        assert!(self.exit().success(), "a session that was shut down ends well");
        let rest: Vec<_> = self.waiting.drain(..).chain(self.incoming.iter()).collect();
        assert!(rest.is_empty(), "nobody took {rest:#?}");
    }
}

pub fn frame(body: &[u8]) -> Vec<u8> {
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.extend_from_slice(body);
    frame
}

/// Anything but frames on standard output fails.
fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let mut header = String::new();
    if output.read_line(&mut header).ok()? == 0 {
        return None;
    }
    let length = header.strip_prefix("Content-Length: ").unwrap_or_else(|| panic!("no header: {header:?}")).trim();
    let mut body = vec![0; length.parse().expect("a length")];
    output.read_line(&mut header).ok()?;
    std::io::Read::read_exact(output, &mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("JSON"))
}
