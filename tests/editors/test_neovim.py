"""Neovim, the real one, set up as `editors/neovim/README.md` says and driven by keys."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pynvim
import pytest

from conftest import ROOT, missing, until

FILES = ROOT / "editors/neovim"


def find(fits, what):
    """The first Neovim whose version fits: the one of this Python, the one on the PATH, the system's."""
    places = [Path(sys.executable).parent / "nvim", shutil.which("nvim"), "/usr/bin/nvim"]
    for place in filter(None, places):
        if Path(place).exists():
            words = subprocess.run([place, "--version"], capture_output=True, text=True).stdout
            if fits(tuple(map(int, re.search(r"v(\d+)\.(\d+)", words).groups()))):
                return str(place)
    missing(what)


def new(config):
    """0.11 and newer."""
    nvim = find(lambda version: version >= (0, 11), "Neovim 0.11 is not to be had")
    (config / "lsp").mkdir(parents=True)
    shutil.copy(FILES / "lsp/podls.lua", config / "lsp")
    (config / "init.lua").write_text("vim.lsp.enable('podls')\n")
    return nvim


def old(config):
    """0.7 to 0.10."""
    nvim = find(lambda version: (0, 7) <= version < (0, 11), "Neovim 0.7 to 0.10 is not installed")
    config.mkdir(parents=True)
    shutil.copy(FILES / "init-0.7.lua", config / "init.lua")
    return nvim


@pytest.fixture
def start(manifest, podls):
    """Starts a Neovim on the manifest; at its end each message of podls is checked."""
    started = []

    def start_(program):
        started.append(attach(program, manifest))
        return started[0]

    yield start_
    for editor in started:
        try:
            editor.command("qa!")
        except (OSError, EOFError):
            pass
        podls.check()


def attach(program, manifest):
    editor = pynvim.attach("child", argv=[program, "--embed", "--headless", manifest])
    editor.exec_lua("vim.ui.select = function(items, _, choose) titles = vim.tbl_map(title, items); choose(items[1]) end\n"
                    "function title(item) return (item.action or item[2]).title end")
    return editor


def diagnostics(nvim):
    found = nvim.exec_lua("return vim.tbl_map(function(it) return {it.lnum, it.col, it.code} end, vim.diagnostic.get(0))")
    return sorted(map(tuple, found))


def floating(nvim):
    """The text of the floating window, if there is one."""
    windows = [window for window in nvim.windows if nvim.api.win_get_config(window)["relative"]]
    return "\n".join(windows[0].buffer[:]) if windows else ""


@pytest.mark.parametrize("version", [new, old], ids=["0.11", "0.7"])
def test_podls_at_work(version, home, start):
    nvim = start(version(home / ".config/nvim"))
    first = [(5, 0, "unknown-field"), (16, 35, "tail-pattern")]
    until(lambda: diagnostics(nvim) == first, lambda: f"{diagnostics(nvim)}")

    # A quick fix, under the cursor.
    nvim.funcs.cursor(6, 1)
    nvim.exec_lua("vim.lsp.buf.code_action()")
    until(lambda: nvim.current.line == "spec:", lambda: nvim.current.line)
    assert nvim.exec_lua("return titles") == [
        "Rename to `spec`",
        "Ignore here: `# podls: allow(unknown-field)`",
        "Ignore in this file: `# podls: allow-file(unknown-field)`",
    ]
    until(lambda: diagnostics(nvim) == first[1:], lambda: f"{diagnostics(nvim)}")

    # A hover on `volumeMounts`, by the key that Neovim has for it since 0.10.
    nvim.funcs.cursor(12, 5)
    nvim.exec_lua("if vim.fn.has('nvim-0.10') == 0 then vim.keymap.set('n', 'K', vim.lsp.buf.hover) end")
    nvim.input("K")
    hover = until(lambda: floating(nvim), "no hover")
    assert "volumeMounts" in hover and "VolumeMount" in hover
    nvim.input("j")

    # The name of a volume, half typed and completed. A menu, though there is one name only.
    nvim.options["completeopt"] = "menuone,noselect"
    nvim.funcs.cursor(19, 1)
    nvim.current.line = "    - name: app"
    nvim.input("A-<C-x><C-o>")
    items = until(lambda: nvim.funcs.complete_info()["items"], lambda: nvim.current.line)
    assert [item["abbr"] or item["word"] for item in items] == ["app-logs"]
    nvim.input("<C-n><C-y><Esc>")
    until(lambda: nvim.current.line == "    - name: app-logs", lambda: nvim.current.line)
    until(lambda: diagnostics(nvim) == first[1:], lambda: f"{diagnostics(nvim)}")


def test_takes_settings(home, start):
    program = new(home / ".config/nvim")
    with (home / ".config/nvim/init.lua").open("a") as init:
        init.write("vim.lsp.config('podls', { settings = { podls = { rules = { ['unknown-field'] = 'off', ['tail-pattern'] = 'error' } } } })\n")
    nvim = start(program)
    until(lambda: diagnostics(nvim) == [(16, 35, "tail-pattern")], lambda: f"{diagnostics(nvim)}")
