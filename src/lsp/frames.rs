//! Bytes to messages: the outermost layer of the protocol, where nothing can be trusted.

use memchr::memmem;

/// The longest body that is read. An editor sends a file of 100 MB in less.
const MAX_BODY: usize = 256 << 20;
/// The longest header. Real ones have forty bytes.
const MAX_HEADER: usize = 8 << 10;

/// Cuts the input into frames. Whatever comes, it finds its way back to the next sound frame and holds no more than one body.
#[derive(Debug, Default)]
pub struct Frames {
    buffer: Vec<u8>,
    /// How much of the buffer is done with.
    done: usize,
    state: State,
    /// How much of the rest has been searched in vain for what the state waits for.
    searched: usize,
    /// The input is out of step and that was said already.
    lost: bool,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    #[default]
    Header,
    Body(usize),
    /// A body that is too long to be kept: how much of it is still to come.
    Skip(u64),
}

/// A frame, or what was instead of one.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// The body of a frame. Not looked at: it may be no JSON.
    Body(Vec<u8>),
    /// Bytes that are no frame, in words for the log.
    Broken(&'static str),
}

impl Frames {
    /// Takes what was read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..std::mem::take(&mut self.done));
        self.buffer.extend_from_slice(bytes);
    }

    /// What is not done with.
    fn rest(&self) -> &[u8] {
        &self.buffer[self.done..]
    }

    /// The next frame, or `None` if more input is needed.
    pub fn next(&mut self) -> Option<Frame> {
        loop {
            let step = match self.state {
                State::Header => self.header()?,
                State::Body(len) => self.body(len)?,
                State::Skip(len) => self.skip(len)?,
            };
            if let Step::Yield(frame) = step {
                return Some(frame);
            }
        }
    }

    fn header(&mut self) -> Option<Step> {
        let len = self.rest().len();
        let Some(end) = memmem::find(&self.rest()[self.searched..], b"\r\n\r\n").map(|at| at + self.searched) else {
            if len > MAX_HEADER {
                // No header is that long. A new one may have begun at the end.
                self.drop_front(len - MAX_HEADER / 2);
                return Some(self.broken("no message header found"));
            }
            self.searched = len.saturating_sub(3);
            return None;
        };
        let header = Header::read(&self.rest()[..end]);
        self.drop_front(end + 4);
        let step = match header.length {
            None => self.broken("no valid Content-Length"),
            Some(length) if length > MAX_BODY as u64 => {
                self.state = State::Skip(length);
                self.broken("Content-Length is too large")
            }
            Some(length) => {
                self.state = State::Body(length as usize);
                let step = if header.garbage { self.broken("unexpected bytes between messages") } else { Step::Continue };
                self.lost = false;
                step
            }
        };
        Some(step)
    }

    fn body(&mut self, len: usize) -> Option<Step> {
        if let Some(at) = self.header_within(len) {
            self.drop_front(at);
            self.state = State::Header;
            return Some(self.broken("the message is shorter than its Content-Length"));
        }
        let there = self.rest().len();
        if there < len {
            return None;
        }
        let body = if there == len {
            // Mostly nothing is after it. A long one is not copied, and its room not kept.
            let mut body = std::mem::take(&mut self.buffer);
            body.drain(..std::mem::take(&mut self.done));
            body
        } else {
            let body = self.rest()[..len].to_vec();
            self.done += len;
            body
        };
        self.searched = 0;
        self.state = State::Header;
        Some(Step::Yield(Frame::Body(body)))
    }

    fn skip(&mut self, len: u64) -> Option<Step> {
        let here = self.rest().len().min(usize::try_from(len).unwrap_or(usize::MAX));
        if let Some(at) = self.header_within(here) {
            self.drop_front(at);
            self.state = State::Header;
            return Some(Step::Continue);
        }
        // The beginning of a header at the very end must not get lost.
        let gone = if here as u64 == len { here } else { here.saturating_sub(MAX_HEADER) };
        self.drop_front(gone);
        self.state = State::Skip(len - gone as u64);
        if len > gone as u64 {
            return None;
        }
        self.state = State::Header;
        Some(Step::Continue)
    }

    /// Where a header begins within the next `len` bytes. JSON has no raw line ends in strings and nothing like a header outside of
    /// them, so the body that holds one is none.
    fn header_within(&mut self, len: usize) -> Option<usize> {
        let name = b"Content-Length:";
        let rest = self.rest();
        let end = rest.len().min(len + name.len() - 1);
        let within = rest.get(self.searched..end).unwrap_or_default();
        let found = memmem::find_iter(within, name).map(|at| at + self.searched).find(|&at| {
            let after = &rest[at + name.len()..];
            let number = after.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b' ')).count();
            after[number..].starts_with(b"\r\n")
        });
        if found.is_none() {
            self.searched = end.saturating_sub(name.len() + 32);
        }
        found
    }

    fn drop_front(&mut self, len: usize) {
        self.done += len;
        self.searched = 0;
    }

    /// Says it once: whatever else comes before the next sound header belongs to the same mishap.
    fn broken(&mut self, what: &'static str) -> Step {
        if std::mem::replace(&mut self.lost, true) { Step::Continue } else { Step::Yield(Frame::Broken(what)) }
    }
}

enum Step {
    Yield(Frame),
    Continue,
}

struct Header {
    length: Option<u64>,
    /// Something that is no header was before it.
    garbage: bool,
}

impl Header {
    /// Reads the lines before an empty line, the last first: what does not look like a header field, and all before it, is garbage.
    fn read(block: &[u8]) -> Header {
        let mut header = Header { length: None, garbage: false };
        for line in String::from_utf8_lossy(block).rsplit("\r\n") {
            let name = line.split(':').next().unwrap_or_default();
            let sound = line.contains(':') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let lower = line.to_ascii_lowercase();
            if let Some(at) = lower.rfind("content-length:") {
                header.length = lower[at + "content-length:".len()..].trim().parse().ok();
                header.garbage |= at > 0;
            }
            if !sound {
                header.garbage = true;
                break;
            }
        }
        header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The frames of an input that comes in pieces of `size` bytes: bodies as text, everything else as `!`.
    fn frames(input: &[u8], size: usize) -> Vec<String> {
        let mut frames = Frames::default();
        let mut found = vec![];
        for piece in input.chunks(size) {
            frames.push(piece);
            while let Some(frame) = frames.next() {
                found.push(match frame {
                    Frame::Body(body) => String::from_utf8_lossy(&body).into_owned(),
                    Frame::Broken(_) => "!".to_owned(),
                });
            }
            assert!(frames.buffer.len() <= 3 * MAX_HEADER + size, "the buffer grows");
        }
        found
    }

    #[test]
    fn finds_its_way_back() {
        let good = "Content-Length: 2\r\n\r\n{}";
        let long = format!("{}\r\n", "x".repeat(40_000));
        for (broken, expected) in [
            ("", vec![]),
            ("content-length:2\r\n\r\n[]", vec!["[]"]),
            ("Content-Type: a; charset=utf-8\r\nContent-Length: 2\r\nX-Other: y\r\n\r\n[]", vec!["[]"]),
            ("garbage", vec!["!"]),
            ("garbage\r\n\r\n", vec!["!"]),
            ("{\"a\":1}\n", vec!["!"]),
            (&long, vec!["!"]),
            ("Content-Length: -1\r\n\r\n[]", vec!["!"]),
            ("Content-Length: two\r\n\r\n[]", vec!["!"]),
            ("Content-Length:\r\n\r\n[]", vec!["!"]),
            ("Content-Length: 99999999999999999999999999\r\n\r\n[]", vec!["!"]),
            ("Content-Length: 9999999999999\r\n\r\n[]", vec!["!"]),
            ("Content-Length: 50\r\n\r\n[]", vec!["!"]),
            ("Content-Length: 4\r\n\r\n[]", vec!["!"]),
            ("Content-Length: 1\r\n\r\n[]", vec!["[", "!"]),
            ("Content-Length: 0\r\n\r\n", vec![""]),
            ("Other: 2\r\n\r\n[]", vec!["!"]),
            ("\r\n\r\n", vec!["!"]),
            ("Content-Length: 2\n\n[]", vec!["!"]),
        ] {
            for size in [1, 7, 1 << 20] {
                let found = frames(format!("{broken}{good}{good}").as_bytes(), size);
                // In tiny pieces a frame that is a few bytes short takes the next one with it.
                let expected: Vec<_> = expected.iter().copied().chain(["{}", "{}"]).collect();
                assert!(found == expected || size < 1 << 20 && found.ends_with(&["{}".to_owned()]), "{broken:.60?} by {size}: {found:?}");
            }
        }
    }

    #[test]
    fn bytes_are_no_matter() {
        let mut input = vec![0xff, 0xfe, 0x00];
        input.extend_from_slice(b"Content-Length: 3\r\n\r\n");
        input.extend_from_slice(&[b'"', 0xff, b'"']);
        assert_eq!(frames(&input, 5), ["!", "\"\u{fffd}\""]);
    }
}
