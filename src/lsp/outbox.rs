//! Messages to bytes: everything that is said goes through one queue.

use std::fs::File;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::spelling::Spelling;
use super::types::notification::{LogMessage, Notification as Kind, ShowMessage};
use super::types::{LogMessageParams, MessageType, ShowMessageParams};

/// So many bytes go into a pipe that takes any, without a wait: `PIPE_BUF`, on Linux or as POSIX promises it.
const PIECE: usize = if cfg!(target_os = "linux") { 4 << 10 } else { 512 };
/// How many bytes may wait to be written before no more input is read.
const ENOUGH: usize = 64 << 20;
/// How long the last words may take when the session is over.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The way out.
#[derive(Clone, Debug)]
pub struct Outbox(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
    written: Condvar,
    output: Mutex<File>,
    spelling: Spelling,
}

#[derive(Debug, Default)]
struct Queue {
    bytes: Vec<u8>,
    /// What was taken out and is not yet written.
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
    /// Starts the thread that writes for those who must not wait. Fails where there is no standard output.
    pub fn start() -> io::Result<Outbox> {
        let output = Mutex::new(standard_output()?);
        let outbox = Outbox(Arc::new(Shared {
            queue: Mutex::default(),
            filled: Condvar::new(),
            written: Condvar::new(),
            output,
            spelling: Spelling::default(),
        }));
        let shared = outbox.0.clone();
        std::thread::spawn(move || {
            loop {
                drop(shared.filled.wait_while(shared.lock(), |queue| queue.bytes.is_empty()));
                shared.write_all();
            }
        });
        Ok(outbox)
    }

    /// Sends a message. Doesn't wait for the pipe: what that does not take at once is left to the thread that writes. To wake it for
    /// every message would cost more than the message.
    pub fn send(&self, message: &impl Serialize) {
        self.push(message);
        self.0.write_at_once();
    }

    fn push(&self, message: &impl Serialize) {
        let Ok(body) = serde_json::to_vec(message) else { return };
        let body = self.0.spelling.write(&body).unwrap_or(body);
        let mut queue = self.0.lock();
        queue.bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
        queue.bytes.extend_from_slice(&body);
    }

    /// How the client spells its URIs: so they are spelled in what is sent.
    pub fn spelling(&self) -> &Spelling {
        &self.0.spelling
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

    /// Sends a notification from a thread that may wait for the pipe: that is faster than to wake another one.
    pub fn notify_and_wait<N: Kind>(&self, params: &N::Params) {
        self.push(&Notification { jsonrpc: "2.0", method: N::METHOD, params });
        self.0.write_all();
    }

    /// Writes into the editor's log of this server.
    pub fn log(&self, typ: MessageType, message: String) {
        self.notify::<LogMessage>(&LogMessageParams { typ, message });
    }

    /// Shows a message to the user, for what only the user can fix.
    pub fn show(&self, typ: MessageType, message: String) {
        self.notify::<ShowMessage>(&ShowMessageParams { typ, message });
    }

    /// Waits as long as the client takes its time to read: who doesn't listen isn't listened to.
    pub fn wait_for_room(&self) {
        let queue = self.0.lock();
        drop(self.0.written.wait_while(queue, |queue| queue.bytes.len() + queue.in_hand > ENOUGH));
    }

    /// Waits until everything is written, but not forever.
    pub fn flush(&self) {
        let queue = self.0.lock();
        drop(self.0.written.wait_timeout_while(queue, LAST_WORDS, |queue| queue.bytes.len() + queue.in_hand > 0));
    }
}

/// Standard output without the buffer of the standard library, which writes line by line and so would cut each frame in two.
fn standard_output() -> io::Result<File> {
    #[cfg(unix)]
    let output = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(windows)]
    let output = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(output.into())
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what is in the queue.
    fn write_all(&self) {
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(output, usize::MAX, |_| true);
    }

    /// Writes of the queue what can be written without waiting, and leaves the rest to the thread that waits.
    fn write_at_once(&self) {
        match self.output.try_lock() {
            Ok(output) => self.write(output, PIECE, takes_some),
            Err(_) => self.filled.notify_one(),
        }
    }

    /// Writes the queue in pieces, as long as the output is ready. If that is impossible, there is no client any more, and the process ends.
    fn write(&self, mut output: MutexGuard<'_, File>, piece: usize, is_ready: impl Fn(&File) -> bool) {
        let mut queue = self.lock();
        let bytes = std::mem::take(&mut queue.bytes);
        queue.in_hand = bytes.len();
        drop(queue);
        let mut written = 0;
        while written < bytes.len() && is_ready(&output) {
            let end = bytes.len().min(written.saturating_add(piece));
            if output.write_all(&bytes[written..end]).is_err() {
                std::process::exit(1);
            }
            written = end;
        }
        let mut queue = self.lock();
        queue.in_hand = 0;
        queue.bytes.splice(0..0, bytes[written..].iter().copied());
        // Somebody may have added to the queue who could not have the output meanwhile.
        if !queue.bytes.is_empty() {
            self.filled.notify_one();
        }
        self.written.notify_all();
    }
}

/// Whether the output takes a few bytes now.
#[cfg(unix)]
fn takes_some(output: &File) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut fds = [PollFd::new(output, PollFlags::OUT)];
    poll(&mut fds, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
}

/// Elsewhere there is no telling: the thread that may wait writes everything.
#[cfg(not(unix))]
fn takes_some(_: &File) -> bool {
    false
}
