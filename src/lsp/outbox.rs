//! Messages to bytes: everything that is said goes through one queue, written by one thread.

use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::types::notification::{LogMessage, Notification as Kind, ShowMessage};
use super::types::{LogMessageParams, MessageType, ShowMessageParams};

/// How many bytes may wait to be written before no more input is read.
const ENOUGH: usize = 64 << 20;
/// How long the last words may take when the session is over.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The way out. Nobody who says something waits for the pipe.
#[derive(Clone, Debug)]
pub struct Outbox(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
    written: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    bytes: Vec<u8>,
    /// What the writer has taken and not yet written.
    in_hand: usize,
}

/// A notification, made without the detour over a tree of JSON values.
#[derive(Serialize)]
struct Notification<'p, P> {
    jsonrpc: &'static str,
    method: &'static str,
    params: &'p P,
}

impl Outbox {
    /// Starts the thread that writes to `output`. When that can no longer be written, there is no client any more and the process ends.
    pub fn start(mut output: impl Write + Send + 'static) -> Outbox {
        let outbox = Outbox(Arc::default());
        let shared = outbox.0.clone();
        let write = move || {
            loop {
                let bytes = shared.take();
                if output.write_all(&bytes).and_then(|()| output.flush()).is_err() {
                    std::process::exit(1);
                }
                shared.done();
            }
        };
        std::thread::Builder::new().name("output".into()).spawn(write).expect("a thread for the output");
        outbox
    }

    /// Sends a message.
    pub fn send(&self, message: &impl Serialize) {
        let Ok(body) = serde_json::to_vec(message) else { return };
        let mut queue = self.0.lock();
        queue.bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
        queue.bytes.extend_from_slice(&body);
        drop(queue);
        self.0.filled.notify_one();
    }

    /// Sends a message if there is one.
    pub fn send_if(&self, message: Option<impl Serialize>) {
        if let Some(message) = message {
            self.send(&message);
        }
    }

    /// Sends a notification.
    pub fn notify<N: Kind>(&self, params: &N::Params) {
        self.send(&Notification { jsonrpc: "2.0", method: N::METHOD, params });
    }

    /// Writes into the editor's log of this server.
    pub fn log(&self, typ: MessageType, message: String) {
        self.notify::<LogMessage>(&LogMessageParams { typ, message });
    }

    /// Shows a message to the user, for what only the user can mend.
    pub fn show(&self, typ: MessageType, message: String) {
        self.notify::<ShowMessage>(&ShowMessageParams { typ, message });
    }

    /// Waits as long as the client takes its time to read: who doesn't listen isn't listened to.
    pub fn wait_for_room(&self) {
        let queue = self.0.lock();
        drop(self.0.written.wait_while(queue, |queue| queue.bytes.len() + queue.in_hand > ENOUGH));
    }

    /// Waits until everything is written, but not for ever.
    pub fn flush(&self) {
        let queue = self.0.lock();
        drop(self.0.written.wait_timeout_while(queue, LAST_WORDS, |queue| queue.bytes.len() + queue.in_hand > 0));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Vec<u8> {
        let queue = self.lock();
        let mut queue = self.filled.wait_while(queue, |queue| queue.bytes.is_empty()).unwrap_or_else(PoisonError::into_inner);
        queue.in_hand = queue.bytes.len();
        std::mem::take(&mut queue.bytes)
    }

    fn done(&self) {
        self.lock().in_hand = 0;
        self.written.notify_all();
    }
}
