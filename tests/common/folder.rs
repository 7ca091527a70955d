//! A folder with files, and runs of the real binary in it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A folder of its own for each test, removed at its end.
pub struct Folder(pub PathBuf);

/// What a run of podls left behind.
pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Folder {
    pub fn new(test: &str, files: &[(&str, &str)]) -> Self {
        let folder = Folder(std::env::temp_dir().join(format!("podls-{test}-{}", std::process::id())));
        fs::create_dir_all(&folder.0).expect("a folder for the test");
        for (path, text) in files {
            folder.write(path, text.as_bytes());
        }
        folder
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&self.0)).expect("a folder for the file");
        fs::write(path, bytes).expect("a file for the test");
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_podls"));
        command.current_dir(&self.0).args(line.split_whitespace()).env_remove("NO_COLOR");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, line: &str) -> Run {
        self.run_with(line, b"")
    }

    pub fn run_with(&self, line: &str, input: &[u8]) -> Run {
        let mut child = self.command(line).spawn().expect("podls");
        child.stdin.take().expect("its standard input").write_all(input).ok();
        let output = child.wait_with_output().expect("its end");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Run { status: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
    }

    #[allow(dead_code, reason = "not all tests read it")]
    /// The files of the JSON output: path, and `line:character code` of each diagnostic.
    pub fn json(&self, line: &str) -> Vec<(String, Vec<String>)> {
        let run = self.run(&format!("check --format json {line}"));
        let value: serde_json::Value = serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.out));
        let files = value["files"].as_array().expect("files");
        let place = |it: &serde_json::Value| {
            let start = &it["range"]["start"];
            format!("{}:{} {}", start["line"], start["character"], it["code"].as_str().unwrap_or_default())
        };
        let diagnostics = |file: &serde_json::Value| file["diagnostics"].as_array().expect("diagnostics").iter().map(place).collect();
        files.iter().map(|file| (file["path"].as_str().unwrap_or_default().to_owned(), diagnostics(file))).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

pub const CLEAN: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n";
#[allow(dead_code, reason = "not all tests need findings of this kind")]
/// Two findings that no release of Kubernetes changes: warnings of podls about its own comments.
pub const COMMENTS: &str = "apiVersion: v1\nkind: Service # é😀 podls: no\nmetadata: {name: web} # podls: allow(unused-alow)\n# podls: allow(unknown-rule)\nspec: {ports: [{port: 80}]}\n";
