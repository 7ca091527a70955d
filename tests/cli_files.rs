//! `podls check` over everything that may be in a folder beside sound files: each is reported with its name and what to do, the rest is
//! checked.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

#[path = "common/folder.rs"]
mod folder;

use folder::{CLEAN, COMMENTS, Folder};

/// Text in an encoding of units of some bytes.
fn units<const N: usize>(mark: &[u8], text: &str, unit: fn(u32) -> [u8; N]) -> Vec<u8> {
    let values: Vec<u32> = if N == 2 { text.encode_utf16().map(u32::from).collect() } else { text.chars().map(u32::from).collect() };
    mark.iter().copied().chain(values.into_iter().flat_map(unit)).collect()
}

const LITTLE: fn(u32) -> [u8; 2] = |unit| (unit as u16).to_le_bytes();
const BIG: fn(u32) -> [u8; 2] = |unit| (unit as u16).to_be_bytes();

#[test]
fn encodings() {
    let found = "2:37 unknown-rule, 3:15 unused-allow";
    let refused = "0:0 not-utf-8";
    let folder = Folder::new("encodings", &[]);
    for (name, bytes, expected) in [
        ("utf-8", COMMENTS.as_bytes().to_vec(), found),
        ("utf-8-bom", [b"\xEF\xBB\xBF", COMMENTS.as_bytes()].concat(), found),
        ("utf-16-le", units(b"\xFF\xFE", COMMENTS, LITTLE), found),
        ("utf-16-be", units(b"\xFE\xFF", COMMENTS, BIG), found),
        ("utf-16-le-bare", units(b"", COMMENTS, LITTLE), refused),
        ("utf-16-be-bare", units(b"", COMMENTS, BIG), refused),
        ("utf-16-odd", [&units(b"\xFF\xFE", CLEAN, LITTLE)[..], b"a"].concat(), ""),
        ("utf-32-le", units(b"\xFF\xFE\0\0", COMMENTS, u32::to_le_bytes), refused),
        ("utf-32-be", units(b"\0\0\xFE\xFF", COMMENTS, u32::to_be_bytes), refused),
        ("utf-32-le-bare", units(b"", COMMENTS, u32::to_le_bytes), refused),
        ("utf-32-be-bare", units(b"", COMMENTS, u32::to_be_bytes), refused),
        ("latin-1", [CLEAN.as_bytes(), b"# caf\xE9\n"].concat(), "8:5 not-utf-8"),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb".to_vec(), "0:1 not-utf-8"),
        ("empty", vec![], ""),
        ("cr", CLEAN.replace('\n', "\r").into_bytes(), ""),
    ] {
        let name = format!("{name}.yaml");
        folder.write(&name, &bytes);
        let found = folder.json(&name).into_iter().map(|(path, found)| (path, found.join(", "))).collect::<Vec<_>>();
        assert_eq!(found, [(name, expected.to_owned())]);
    }
}

#[test]
fn what_is_no_file_is_reported_and_the_rest_is_checked() {
    let folder = Folder::new("hostile", &[("clean.yaml", CLEAN), ("loop/x.yaml", CLEAN), ("folder.yaml/y.yaml", CLEAN)]);
    let at = |name: &str| folder.0.join(name);
    let _socket = UnixListener::bind(at("socket.yaml")).expect("a socket");
    assert!(Command::new("mkfifo").arg(at("pipe.yaml")).status().expect("mkfifo").success());
    symlink("self.yaml", at("self.yaml")).expect("a link to itself");
    symlink("gone.yaml", at("dangling.yaml")).expect("a link to nothing");
    symlink("/dev/full", at("device.yaml")).expect("a link to a device");
    symlink("clean.yaml", at("link.yaml")).expect("a link");
    symlink("../loop", at("loop/again")).expect("a loop");
    File::create(at("huge.yaml")).and_then(|file| file.set_len(1 << 30)).expect("a file of 1 GB");
    let odd = Path::new(OsStr::from_bytes(b"odd\xFF\x1b[31m.yaml")).to_owned();
    fs::write(folder.0.join(odd), COMMENTS).expect("a file with an odd name");

    let files: Vec<String> = folder.json("").into_iter().map(|(path, found)| format!("{path}: {}", found.join(", "))).collect();
    assert_eq!(
        files,
        ["clean.yaml: ", "folder.yaml/y.yaml: ", "loop/x.yaml: ", "odd\u{FFFD}\u{1b}[31m.yaml: 2:37 unknown-rule, 3:15 unused-allow",]
    );
    let run = folder.run("check");
    assert_eq!(run.status, 0, "what was not named does not count");
    assert!(!run.out.contains('\u{1b}'), "a name must not speak to the terminal");
    insta::assert_snapshot!(run.err, @r#"
    podls: warning: dangling.yaml is a broken symbolic link; fix or remove it
    podls: warning: device.yaml is a socket, pipe or device, not a regular file; exclude it in .podls.yaml
    podls: warning: huge.yaml is larger than 64 MiB; split it, or exclude it in .podls.yaml
    podls: warning: pipe.yaml is a socket, pipe or device, not a regular file; exclude it in .podls.yaml
    podls: warning: self.yaml cannot be read: Too many levels of symbolic links (os error 40); fix it, or exclude it in .podls.yaml
    podls: warning: socket.yaml is a socket, pipe or device, not a regular file; exclude it in .podls.yaml
    "#);
}

#[test]
fn what_is_named_and_no_file() {
    let folder = Folder::new("named", &[("clean.yaml", CLEAN), ("file", "")]);
    let _socket = UnixListener::bind(folder.0.join("socket")).expect("a socket");
    assert!(Command::new("mkfifo").arg(folder.0.join("pipe")).status().expect("mkfifo").success());
    symlink("self", folder.0.join("self")).expect("a link to itself");
    File::create(folder.0.join("huge.yaml")).and_then(|file| file.set_len(1 << 30)).expect("a file of 1 GB");
    for (path, said) in [
        ("socket", "socket is a socket, pipe or device"),
        ("pipe", "no process writes to the pipe pipe"),
        ("/dev/zero", "/dev/zero is larger than 64 MiB"),
        ("self", "self cannot be read: Too many levels of symbolic links"),
        ("huge.yaml", "huge.yaml is larger than 64 MiB"),
        ("gone", "gone does not exist"),
        ("file/x", "file/x does not exist: a part of the path"),
        ("clean.yaml/", "clean.yaml/ does not exist: a part of the path"),
    ] {
        let run = folder.run(&format!("check {path} clean.yaml"));
        assert_eq!(run.status, 2, "{path}: {}", run.err);
        assert!(run.err.contains(said) && run.out.contains("1 file checked: no findings"), "{path}: {}{}", run.out, run.err);
    }
    // A folder that cannot be listed, by its owner or by anybody.
    fs::create_dir_all(folder.0.join("d/closed")).expect("a folder");
    fs::write(folder.0.join("d/a.yaml"), CLEAN).expect("a file");
    fs::set_permissions(folder.0.join("d/closed"), fs::Permissions::from_mode(0o000)).expect("permissions");
    if fs::read_dir(folder.0.join("d/closed")).is_err() {
        assert_eq!((folder.run("check d").status, folder.run("check d/closed").status), (0, 2));
        assert!(folder.run("check d").err.contains("warning: d/closed cannot be read: permission denied"));
    }
    fs::set_permissions(folder.0.join("d/closed"), fs::Permissions::from_mode(0o700)).expect("permissions");
    let long = "x".repeat(5000);
    assert!(folder.run(&format!("check {long}")).err.contains("File name too long"));
    assert_eq!(folder.run("check /dev/null").status, 0);
}

/// `podls check <(helm template …)`
#[test]
fn a_pipe_with_a_writer_is_read() {
    let folder = Folder::new("pipes", &[("comments.yaml", COMMENTS)]);
    let mut shell = Command::new("bash");
    let line = format!("{} check --format json <(cat comments.yaml)", env!("CARGO_BIN_EXE_podls"));
    let output = shell.current_dir(&folder.0).args(["-c", &line]).output().expect("bash");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.contains("unknown-rule"), "{out}{}", String::from_utf8_lossy(&output.stderr));
}

/// A mistake of podls costs one file, and what is said of it quotes nothing of the file.
#[cfg(debug_assertions)]
#[test]
fn a_panic_costs_one_file() {
    let folder = Folder::new("panic", &[("a.yaml", "password: s3cret\n"), ("b.yaml", COMMENTS)]);
    let output = folder.command("check").env("PODLS_TEST_PANIC", "s3cret").output().expect("podls");
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert_eq!(output.status.code(), Some(2));
    assert!(out.contains("1 file checked: 2 warnings"), "{out}");
    assert!(err.contains("a.yaml could not be checked") && err.contains("src/cli/examine.rs") && err.contains("of 17 bytes"), "{err}");
    assert!(!err.contains("s3cret") && err.lines().count() == 1, "{err}");
}

#[test]
fn a_link_and_its_file_are_one() {
    let folder = Folder::new("links", &[("d/a.yaml", COMMENTS), ("e/b.yaml", COMMENTS)]);
    symlink("a.yaml", folder.0.join("d/link.yaml")).expect("a link");
    symlink("../e/b.yaml", folder.0.join("d/out.yaml")).expect("a link");
    let files = |line: &str| folder.json(line).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(files("d"), ["d/a.yaml", "d/out.yaml"]);
    assert_eq!(files("d/link.yaml d/a.yaml"), ["d/link.yaml"]);
    assert_eq!(files("e d"), ["e/b.yaml", "d/a.yaml"]);
    // git takes no changes of what a link leads to under the name of the link.
    assert!(folder.run("check --diff d/out.yaml").out.contains("+++ b/e/b.yaml"));
}

#[test]
fn nothing_that_could_be_read_is_no_success() {
    let folder = Folder::new("nothing-read", &[]);
    fs::create_dir(folder.0.join("d")).expect("a folder");
    symlink("gone", folder.0.join("d/a.yaml")).expect("a link");
    let run = folder.run("check d");
    assert!(run.status == 2 && run.out.contains("0 files checked: no findings; 1 path could not be read"), "{}", run.out);
    let report = |format: &str| folder.run(&format!("check d gone.yaml --format {format}")).out;
    assert!(report("junit").contains("<testsuite name=\"unread\" tests=\"2\" failures=\"0\" errors=\"2\">"), "{}", report("junit"));
    let github = report("github");
    assert!(
        github.contains("::warning title=podls::d/a.yaml is a broken symbolic link") && github.contains("::error title=podls::gone.yaml")
    );
    symlink("gone", folder.0.join(".podls.yaml")).expect("a link");
    let broken = folder.run("check d");
    assert!(broken.err.contains(".podls.yaml is a broken symbolic link"), "{}", broken.err);
}
