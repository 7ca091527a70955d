"""What the tests of the editors share: podls with its protocol written down, files to edit, waiting, and a loud word on what was left out."""
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import validate

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
EXAMPLE = ROOT / "examples/broken/pod-volume-applogs.yaml"
PODLS = Path(os.environ.get("PODLS", ROOT / "target/release/podls")).resolve()

# Far longer than anything takes, so that only a hang reaches it.
TOO_LONG = 60


def until(condition, what):
    """Asks again and again until the condition gives something, and gives that."""
    end = time.monotonic() + TOO_LONG
    while not (result := condition()):
        assert time.monotonic() < end, what() if callable(what) else what
        time.sleep(0.02)
    return result


def missing(what):
    """Leaves a test out, loudly: see `pytest_terminal_summary`."""
    pytest.skip(what)


class Podls:
    """A `podls` to be put first on the PATH, which writes down what it hears and says."""

    def __init__(self, folder):
        self.log = folder / "protocol.jsonl"
        self.folder = folder / "bin"
        self.folder.mkdir()
        self.path = self.folder / "podls"
        words = [sys.executable, HERE / "tap.py", self.log, PODLS]
        self.path.write_text(f"#!/bin/sh\nexec {shlex.join(map(str, words))} \"$@\"\n")
        self.path.chmod(0o755)

    def check(self, last="shutdown", killed=False):
        """Waits for the editor's last word and checks each message of the server against the protocol. One that was killed may owe answers."""
        # An editor may end the server when it has said that, so what follows may be missing in the log.
        until(lambda: self.log.exists() and f'"method": "{last}"' in self.log.read_text(), f"the editor has not said {last}")
        checked, problems = validate.findings(self.log)
        assert checked > 2, "podls has said nothing"
        assert not [it for it in problems if not (killed and it.endswith("never answered"))]


@pytest.fixture
def podls(tmp_path):
    """podls with its log; the log is checked when the test has ended well."""
    assert PODLS.exists(), f"{PODLS} is missing: cargo build --release, or name another in PODLS"
    return Podls(tmp_path)


@pytest.fixture
def home(tmp_path, podls, monkeypatch):
    """An empty home for the editor, so that no settings but the test's are read, with `podls` on the PATH."""
    home = tmp_path / "home"
    for variable, folder in {"HOME": "", "XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".share", "XDG_STATE_HOME": ".state", "XDG_CACHE_HOME": ".cache"}.items():
        (home / folder).mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(variable, str(home / folder))
    monkeypatch.setenv("PATH", f"{podls.folder}:{os.environ['PATH']}")
    return home


@pytest.fixture
def manifest(home):
    """A copy of the example that may be edited."""
    return shutil.copy(EXAMPLE, home / "pod.yaml")


class Screen:
    """A terminal of 120 by 36 in which a program runs, driven by keys and read as text. It is tmux."""

    def __init__(self, folder, *command, settings=""):
        self.socket = str(folder / "tmux")
        (folder / "tmux.conf").write_text(settings.replace("; ", "\n"))
        self.tmux("-f", str(folder / "tmux.conf"), "new-session", "-d", "-x", "120", "-y", "36", shlex.join(map(str, command)))

    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, *words], check=True, capture_output=True, text=True).stdout

    def text(self):
        """What the terminal shows; nothing when the program has ended."""
        shown = subprocess.run(["tmux", "-S", self.socket, "capture-pane", "-p"], capture_output=True, text=True)
        return shown.stdout if shown.returncode == 0 else ""

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def until(self, *texts):
        """Waits until all of these are to be seen together."""
        until(lambda: all(text in self.text() for text in texts), lambda: f"not all of {texts} in\n{self.text()}")

    def until_gone(self, text):
        until(lambda: text not in self.text(), lambda: f"still «{text}» in\n{self.text()}")

    def until_ended(self):
        until(lambda: not self.text(), lambda: f"not ended:\n{self.text()}")

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True)


@pytest.fixture
def screen(tmp_path):
    """Opens a terminal: `screen("nvim", file)`."""
    if not shutil.which("tmux"):
        missing("what needs a terminal: tmux is not installed")
    opened = []

    def open_(*command):
        opened.append(Screen(tmp_path, *command))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


def pytest_terminal_summary(terminalreporter):
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        terminalreporter.write_line(f"SKIPPED: {report.nodeid.split('/')[-1]}: {reason}", yellow=True, bold=True)
