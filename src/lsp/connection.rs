//! One session over a pair of pipes.
//!
//! tower-lsp's own loop ends at the first malformed frame and hangs after a panic in a handler; with this one in its place both cost one
//! answer. It also makes the order plain: a message is read, handed to its handler, and the handler runs up to its first await before
//! the next message is read. So an edit that is applied before the first await is applied in the order of arrival, and a request that
//! takes its snapshot there sees all edits before it and none after it.

use std::future::Future;
use std::io::Read;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use futures::{FutureExt, SinkExt, StreamExt};
use serde::Deserialize;
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp_server::{ClientSocket, ExitedError};
use tower_service::Service;

use super::frames::{Frame, Frames};
use super::outbox::Outbox;
use super::types::{MessageType, Uri};
use crate::guard;

/// Reads messages until `exit` or the end of the input, and has them answered. `rest` is called when all that was read is answered.
pub fn serve<S>(mut input: impl Read, outbox: &Outbox, mut service: S, socket: ClientSocket, mut rest: impl FnMut())
where
    S: Service<Request, Response = Option<Response>, Error = ExitedError>,
    S::Future: Send + 'static,
{
    let (mut requests, mut responses) = socket.split();
    let out = outbox.clone();
    tokio::spawn(async move {
        while let Some(request) = requests.next().await {
            match (request.id(), request.params()) {
                // Where there are no parameters, tower-lsp writes null; by JSON-RPC they may only be absent.
                (Some(id), Some(serde_json::Value::Null)) => out.send(&Request::build(request.method().to_owned()).id(id.clone()).finish()),
                _ => out.send(&request),
            }
        }
    });

    let mut frames = Frames::default();
    let mut piece = vec![0; 32 << 10];
    loop {
        while let Some(frame) = frames.next() {
            outbox.wait_for_room();
            match Message::read(frame) {
                Message::Request(request) => {
                    let last = request.method() == "exit";
                    answer(&mut service, outbox.spelling().read(request), outbox);
                    if last {
                        return;
                    }
                }
                Message::Response(response) => drop(responses.send(response).now_or_never()),
                Message::Broken(response) => outbox.send(&response),
            }
        }
        rest();
        match input.read(&mut piece) {
            Ok(0) => return,
            Ok(len) => frames.push(&piece[..len]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// Whether the client has already sent more.
#[cfg(unix)]
pub fn has_more() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let input = std::io::stdin();
    let mut fds = [PollFd::new(&input, PollFlags::IN)];
    poll(&mut fds, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
}

/// Elsewhere there is no telling.
#[cfg(not(unix))]
pub fn has_more() -> bool {
    true
}

/// Runs a handler up to its first await here, the rest of it elsewhere.
fn answer<S>(service: &mut S, request: Request, outbox: &Outbox)
where
    S: Service<Request, Response = Option<Response>, Error = ExitedError>,
    S::Future: Send + 'static,
{
    let id = request.id().cloned();
    let method = request.method().to_owned();
    match id.clone() {
        // tower-lsp would stop to serve.
        None if method == "shutdown" => return,
        // tower-lsp would not answer.
        Some(id) if method.starts_with("$/") => return outbox.send(&Response::from_error(id, Error::method_not_found())),
        None if names_no_uri(&request) => {
            outbox.log(MessageType::ERROR, format!("podls cannot process {method}: the `uri` of the document is not valid"))
        }
        _ => {}
    }
    let called = guard::run(|| {
        guard::trip(&method);
        service.call(request)
    });
    let running = match called {
        Ok(running) => running,
        Err(place) => return outbox.send_if(failed(outbox, id, &method, &place)),
    };
    let out = outbox.clone();
    let guarded = AssertUnwindSafe(running).catch_unwind().map(move |result| match result {
        Ok(response) => response.ok().flatten(),
        Err(_) => failed(&out, id, &method, &guard::last_panic()),
    });
    let mut guarded: Pin<Box<dyn Future<Output = Option<Response>> + Send>> = Box::pin(guarded);
    match (&mut guarded).now_or_never() {
        Some(response) => outbox.send_if(response),
        None => {
            let outbox = outbox.clone();
            tokio::spawn(async move { outbox.send_if(guarded.await) });
        }
    }
}

/// Whether a message is about a file that its sender could not name: it has no effect, and nothing else would say why.
fn names_no_uri(message: &Request) -> bool {
    let uri = message.params().and_then(|params| params.get("textDocument")?.get("uri")?.as_str());
    uri.is_some_and(|uri| uri.parse::<Uri>().is_err())
}

/// Logs that a handler panicked, and answers the request. A notification has no answer.
fn failed(outbox: &Outbox, id: Option<Id>, method: &str, place: &str) -> Option<Response> {
    let report = guard::report(method, "", place);
    outbox.log(MessageType::ERROR, report.clone());
    Some(Response::from_error(id?, Error { message: report.into(), ..Error::internal_error() }))
}

/// What a frame says.
pub enum Message {
    /// A request or notification.
    Request(Request),
    /// An answer to a request of ours.
    Response(Response),
    /// What is to be said to something that is no message.
    Broken(Response),
}

impl Message {
    /// Reads the body of a frame.
    pub fn read(frame: Frame) -> Message {
        let body = match frame {
            Frame::Body(body) => body,
            Frame::Broken(what) => return Message::broken(Id::Null, ErrorCode::ParseError, what.to_owned()),
        };
        // serde_json bounds the depth, and the strings are checked to be UTF-8.
        let request = serde_json::from_slice::<Request>(&body);
        // A list would be taken for the fields of a request in their order.
        if body.trim_ascii_start().starts_with(b"[") && request.as_ref().err().is_none_or(serde_json::Error::is_data) {
            return Message::broken(Id::Null, ErrorCode::InvalidRequest, "JSON-RPC batches are not supported".to_owned());
        }
        match request {
            Ok(request) if !request.method().is_empty() => Message::Request(request),
            Ok(_) => match serde_json::from_slice(&body) {
                Ok(response) => Message::Response(response),
                Err(_) => {
                    Message::broken(id_of(&body), ErrorCode::InvalidRequest, "the message has neither a method nor a result".to_owned())
                }
            },
            Err(error) if error.is_data() => Message::broken(id_of(&body), ErrorCode::InvalidRequest, error.to_string()),
            Err(error) => Message::broken(Id::Null, ErrorCode::ParseError, error.to_string()),
        }
    }

    fn broken(id: Id, code: ErrorCode, message: String) -> Message {
        Message::Broken(Response::from_error(id, Error { code, message: message.into(), data: None }))
    }
}

/// The id of a message that is wrong otherwise, so that nobody waits for its answer.
fn id_of(body: &[u8]) -> Id {
    #[derive(Deserialize)]
    struct Numbered {
        id: Id,
    }
    serde_json::from_slice::<Numbered>(body).map_or(Id::Null, |it| it.id)
}
