"""`editors/try`, as a new user calls it; and the picture of it in the README."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Screen, missing, until

TRY = ROOT / "editors/try"
PICTURE = ROOT / "editors/neovim/podls.png"


@pytest.fixture
def environment(monkeypatch, podls):
    """The podls whose log is checked; the Neovim of the tests comes first."""
    monkeypatch.setenv("PODLS", str(podls.path))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")


@pytest.mark.parametrize("name", ["neovim", "emacs", "helix"])
def test_shows_the_first_finding(name, environment, podls):
    if name == "helix" and not shutil.which("hx"):
        missing("Helix is not installed")
    if not shutil.which("tmux"):
        missing("tmux is not installed")
    shown = subprocess.run([TRY, "--check", name], capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr + shown.stdout
    assert "unknown field `spce`; did you mean `spec`?" in shown.stdout
    podls.check(last="initialized", killed=True)


@pytest.mark.parametrize("arguments", [[], ["ed"], ["neovim"], ["--check", "neovim", "no-such-file.yaml"]])
def test_tells_what_it_cannot_do(arguments, environment):
    reported = subprocess.run([TRY, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert reported.returncode == 2
    assert reported.stderr.startswith("editors/try: ") and not reported.stdout


@pytest.fixture
def display(monkeypatch):
    """A display in memory."""
    for program in ["Xvfb", "xterm", "import", "tmux"]:
        if not shutil.which(program):
            missing(f"the picture: {program} is not installed")
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1010x501x24", "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as ready:
        monkeypatch.setenv("DISPLAY", ":" + ready.readline().strip())
    yield
    server.kill()
    server.wait()


def test_takes_the_picture_of_the_readme(display, environment, podls, tmp_path, monkeypatch):
    """UPDATE=1 keeps the picture."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    screen = Screen(tmp_path, TRY, "neovim", settings="set -g status off; set -ga terminal-overrides ,*:Tc")
    face = ["-fa", "DejaVu Sans Mono", "-fs", "10", "-bg", "#14161b", "-fg", "#e0e2ea", "-b", "4", "-geometry", "125x29+0+0"]
    terminal = subprocess.Popen(["xterm", *face, "-e", "tmux", "-S", screen.socket, "attach"])
    try:
        screen.until("did you mean", "the shell expands")
        if "└" not in screen.text():
            missing("the picture: it is of Neovim 0.11")
        # Who mounts the volume where: a hover on its name.
        screen.keys("13G$K")
        screen.until("deleted with it")
        picture = tmp_path / "podls.png"
        # An empty terminal is steady too, but small.
        until(lambda: steady(picture) and picture.stat().st_size > 10_000, "the picture never comes to rest")
        assert picture.stat().st_size < 100_000
        if os.environ.get("UPDATE"):
            shutil.copy(picture, PICTURE)
        assert PICTURE.exists()
        podls.check(last="textDocument/hover", killed=True)
    finally:
        screen.close()
        terminal.wait()


def steady(picture):
    """Takes a picture of the display; true when it is like the one before."""
    before = picture.read_bytes() if picture.exists() else None
    subprocess.run(["import", "-window", "root", "-colors", "48", "-strip", "+dither", f"PNG8:{picture}"], check=True)
    return picture.read_bytes() == before
