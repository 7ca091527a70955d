//! Files to texts, as kubectl reads them.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::outside::NOT_UTF_8;
use crate::text::TextRange;

/// The longest file that is read, in bytes. etcd takes objects of up to 1.5 MB; this is room for thousands of them.
const LIMIT: u64 = 64 << 20;

/// Most files are not longer, in bytes.
const USUAL: u64 = 16 << 10;

/// A text and what is wrong with its encoding.
#[derive(Debug, Default)]
pub struct Source {
    pub text: String,
    pub encoding: Option<Diagnostic>,
    pub form: Form,
}

/// How a text is written in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-8 after a byte order mark.
    Utf8WithMark,
    /// Anything else: the bytes cannot be restored from the text alone.
    Other,
}

/// Reads standard input to its end.
pub fn stdin() -> Result<Source, String> {
    bytes(io::stdin().lock(), 0).map_err(|why| format!("standard input {why}")).map(decode)
}

/// How a file came to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It was named by the user.
    Named,
    /// It was found in a folder.
    Listed,
    /// It was found in a folder, and is not a link, pipe, socket or device.
    Regular,
}

/// Reads a file. Pipes and devices only where they are named by the user: in a folder, they might never end.
pub fn file(path: &Path, origin: Origin) -> Result<Source, String> {
    let because = |error: io::Error| why(path, &error);
    if origin == Origin::Regular {
        // Its length is not asked for: most files are read at once.
        let file = File::open(path).map_err(because)?;
        return bytes(file, USUAL).map_err(|why| format!("{} {why}", path.display())).map(decode);
    }
    let metadata = fs::metadata(path).map_err(because)?;
    let kind = metadata.file_type();
    let readable = kind.is_file() || origin == Origin::Named && is_stream(kind);
    if !readable {
        return Err(format!("{} is a socket, pipe or device, not a regular file; exclude it in .podls.yaml", path.display()));
    }
    if kind.is_file() && metadata.len() > LIMIT {
        return Err(format!("{} {}", path.display(), too_long()));
    }
    let source: Box<dyn Read> = if is_pipe(kind) { Box::new(pipe(path)?) } else { Box::new(File::open(path).map_err(because)?) };
    bytes(source, metadata.len()).map_err(|why| format!("{} {why}", path.display())).map(decode)
}

/// Why a path could not be read, and what to do.
pub fn why(path: &Path, error: &io::Error) -> String {
    let is_link = path.is_symlink();
    let is_hidden = path.symlink_metadata().is_err();
    let path = path.display();
    match error.kind() {
        io::ErrorKind::NotFound if is_link => format!("{path} is a broken symbolic link; fix or remove it"),
        io::ErrorKind::NotFound => format!("{path} does not exist; check the path, which is relative to the current folder"),
        io::ErrorKind::PermissionDenied if is_hidden => {
            format!("{path} cannot be read: no permission to search its folder; grant it, for example with `chmod u+x`")
        }
        io::ErrorKind::PermissionDenied => format!("{path} cannot be read: permission denied; grant it, for example with `chmod u+r`"),
        io::ErrorKind::IsADirectory => format!("{path} is a folder, not a file; give a file in it"),
        io::ErrorKind::InvalidData => format!("{path} is not encoded in UTF-8; save it as UTF-8"),
        io::ErrorKind::NotADirectory => format!("{path} does not exist: a part of the path before the last `/` is a file, not a folder"),
        _ => format!("{path} cannot be read: {error}; fix it, or exclude it in .podls.yaml"),
    }
}

#[cfg(unix)]
fn is_stream(kind: fs::FileType) -> bool {
    is_pipe(kind) || std::os::unix::fs::FileTypeExt::is_char_device(&kind)
}

#[cfg(unix)]
fn is_pipe(kind: fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

/// Opens a pipe, as `podls check <(helm template …)` names one, if somebody writes to it: else the check would wait forever.
#[cfg(unix)]
fn pipe(path: &Path) -> Result<impl Read, String> {
    use rustix::fs::{Mode, OFlags, fcntl_setfl, open};
    let because = |error: rustix::io::Errno| why(path, &error.into());
    let mut pipe = File::from(open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).map_err(because)?);
    let mut first = vec![0];
    match pipe.read(&mut first) {
        Ok(0) => return Err(format!("no process writes to the pipe {}; start it first", path.display())),
        Ok(_) => {}
        // The writer is there and has written nothing yet.
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => first.clear(),
        Err(error) => return Err(why(path, &error)),
    }
    fcntl_setfl(&pipe, OFlags::empty()).map_err(because)?;
    Ok(io::Cursor::new(first).chain(pipe))
}

#[cfg(not(unix))]
fn is_stream(_: fs::FileType) -> bool {
    false
}

#[cfg(not(unix))]
fn is_pipe(_: fs::FileType) -> bool {
    false
}

#[cfg(not(unix))]
fn pipe(path: &Path) -> Result<impl Read, String> {
    File::open(path).map_err(|error| why(path, &error))
}

/// Reads to the end; `expected` is the probable length.
fn bytes(from: impl Read, expected: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(expected.min(LIMIT) as usize + 1);
    from.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > LIMIT {
        return Err(too_long());
    }
    Ok(bytes)
}

fn too_long() -> String {
    format!("is larger than {} MiB; split it, or exclude it in .podls.yaml", LIMIT >> 20)
}

/// UTF-8 with or without byte order mark, and UTF-16 with one; anything else as UTF-8 with `�` where it is none.
fn decode(bytes: Vec<u8>) -> Source {
    let text = match bytes[..] {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return rejected("UTF-32, which kubectl cannot read"),
        [a, 0, 0, 0, b, 0, 0, 0, ..] | [0, 0, 0, a, 0, 0, 0, b, ..] if a != 0 && b != 0 => {
            return rejected("UTF-32 without a byte order mark, which kubectl interprets as UTF-8 and rejects");
        }
        [0xFF, 0xFE, ref rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, ref rest @ ..] => utf_16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, ..] => return utf_8(bytes[3..].to_vec(), Form::Utf8WithMark),
        [0, a, 0, b, ..] | [a, 0, b, 0, ..] if a != 0 && b != 0 => {
            return rejected("UTF-16 without a byte order mark, which kubectl interprets as UTF-8 and rejects");
        }
        _ => return utf_8(bytes, Form::Utf8),
    };
    Source { text, encoding: None, form: Form::Other }
}

/// A file whose text is not even tried.
fn rejected(what: &str) -> Source {
    let message = format!("{what}; save the file as UTF-8");
    let encoding = Diagnostic::new(NOT_UTF_8.code, Severity::Error, TextRange::at(0), "", message);
    Source { text: String::new(), encoding: Some(encoding), form: Form::Other }
}

fn utf_8(bytes: Vec<u8>, form: Form) -> Source {
    let error = match String::from_utf8(bytes) {
        Ok(text) => return Source { text, encoding: None, form },
        Err(error) => error,
    };
    let at = error.utf8_error().valid_up_to();
    let byte = error.as_bytes()[at];
    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
    let message = format!("byte {byte:02X} is not valid UTF-8, so kubectl reads `�` instead; save the file as UTF-8");
    let range = TextRange::new(at, at + '\u{FFFD}'.len_utf8());
    let encoding = Diagnostic::new(NOT_UTF_8.code, NOT_UTF_8.severity, range, "", message);
    Source { text, encoding: Some(encoding), form: Form::Other }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|&pair| unit(pair))).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn decodes_as_kubectl_does() {
        for (bytes, text, reported) in [
            (&b"a: \xC3\xA9"[..], "a: é", false),
            (b"\xEF\xBB\xBFa: 1", "a: 1", false),
            (b"\xFF\xFEa\0:\0 \0\xE9\0", "a: é", false),
            (b"\xFE\xFF\0a\0:\0 \0\xE9", "a: é", false),
            (b"a\0:\0 \0", "", true),
            (b"\0a\0:\0 ", "", true),
            (b"a: \xE9 b", "a: \u{FFFD} b", true),
            (b"\xFF\xFE\0\0a\0\0\0", "", true),
            (b"\0\0\xFE\xFF\0\0\0a", "", true),
            (b"a\0\0\0:\0\0\0", "", true),
            (b"\0\0\0a\0\0\0:", "", true),
            (b"\xFF\xFE", "", false),
            (b"", "", false),
        ] {
            let source = decode(bytes.to_vec());
            assert_eq!((source.text.as_str(), source.encoding.is_some()), (text, reported), "{bytes:?}");
        }
    }
}
