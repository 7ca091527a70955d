"""Whole manifests typed by keys into the real Neovim, which opens its list of completions by itself, and compared with what was meant."""
import json
import re

import pytest

from conftest import ROOT, until
from test_neovim import attach, new

MANIFESTS = sorted((ROOT / "editors/vscode/test/typing").glob("*.yaml"))

# As its documentation (`:help lsp-autocompletion`) has it.
AUTOMATIC = """
vim.o.completeopt = 'menuone,noselect,popup'
vim.api.nvim_create_autocmd('LspAttach', { callback = function(event)
  vim.lsp.completion.enable(true, event.data.client_id, event.buf, { autotrigger = true })
  ready = true
end })
"""


class Writer:
    """A person in front of an empty file."""

    def __init__(self, nvim, log):
        self.nvim, self.log = nvim, log
        nvim.input("i")

    def text(self):
        return "\n".join(self.nvim.current.buffer[:])

    def settled(self):
        """Waits until podls has answered all it was asked."""
        until(lambda: not self.unanswered(), lambda: f"{self.unanswered()}")

    def unanswered(self):
        waiting = set()
        for line in self.log.read_text().splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            message = entry.get("message", {})
            if "id" in message and "method" in message and entry["from"] == "client":
                waiting.add(message["id"])
            elif "id" in message and "method" not in message and entry["from"] == "server":
                waiting.discard(message["id"])
        return waiting

    def type(self, text):
        before = self.nvim.current.line
        self.nvim.input(text.replace("<", "<LT>"))
        until(lambda: self.nvim.current.line == before + text, lambda: f"{text!r} after {before!r} became {self.nvim.current.line!r}")
        self.settled()

    def enter(self):
        lines = len(self.nvim.current.buffer)
        self.nvim.input("<CR>")
        until(lambda: len(self.nvim.current.buffer) == lines + 1, lambda: f"no line after\n{self.text()}")

    def indent(self, column):
        self.nvim.input("<C-u>" if self.nvim.current.line else "")
        until(lambda: not self.nvim.current.line, lambda: self.nvim.current.line)
        if column:
            self.type(" " * column)

    def accept(self, label):
        """Accepts what is offered under that label, if it is."""
        before, asked = self.nvim.current.line, self.asked()
        self.nvim.input("<C-x><C-o>")
        until(lambda: self.asked() > asked, "podls is not asked")
        self.settled()
        labels = [item["abbr"] or item["word"] for item in self.nvim.funcs.complete_info(["items"])["items"]]
        if label not in labels:
            self.nvim.input("<C-e>" if self.nvim.funcs.pumvisible() else "")
            until(lambda: self.nvim.current.line == before, lambda: f"{before!r} became {self.nvim.current.line!r}")
            return False
        lines = len(self.nvim.current.buffer)
        self.nvim.input("<C-n>" * (labels.index(label) + 1) + "<C-y>")
        until(lambda: not self.nvim.funcs.pumvisible(), "the list stays open")
        written = lambda: f"{label}:" in "\n".join(self.nvim.current.buffer[lines - 1:])
        until(written, lambda: f"{label} is not written in\n{self.text()}")
        return True

    def asked(self):
        """How often completions were asked for."""
        return self.log.read_text().count('"method": "textDocument/completion"')


@pytest.fixture
def writer(home, podls):
    program = new(home / ".config/nvim")
    with (home / ".config/nvim/init.lua").open("a") as init:
        init.write(AUTOMATIC)
    file = home / "typed.yaml"
    file.write_text("")
    nvim = attach(program, str(file))
    until(lambda: nvim.exec_lua("return ready"), "podls is not attached")
    yield Writer(nvim, podls.log)
    try:
        nvim.command("qa!")
    except (OSError, EOFError):
        pass
    # What Neovim asked last it need not have waited for.
    podls.check(killed=True)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.stem)
def test_by_hand(manifest, writer):
    meant = manifest.read_text().rstrip()
    for at, line in enumerate(meant.splitlines()):
        if at:
            writer.enter()
        writer.indent(len(line) - len(line.lstrip()))
        writer.type(line.lstrip())
    assert writer.text() == meant


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.stem)
def test_with_keys_accepted(manifest, writer):
    """Each key is chosen from the list where it is offered; what an accepted key writes after it is taken as it comes."""
    meant, accepted = manifest.read_text().rstrip(), 0
    lines = meant.splitlines()
    while (text := writer.text()) != meant:
        written = text.split("\n")
        last, line = written[-1], lines[len(written) - 1]
        dash, key = re.match(r"( *(?:- )?)(?:([\w./-]+):)?", line).groups()
        if line == last.rstrip():
            writer.enter()
        elif not last.strip() or last.strip() == "-":
            if last != dash:
                writer.indent(len(dash) - len(dash.lstrip()))
                if "-" in dash:
                    writer.type("- ")
            if not key:
                writer.type(line[len(dash):])
                continue
            writer.type(key[:2])
            if not line.endswith("]") and writer.accept(key):
                accepted += 1
            else:
                writer.type(key[2:] + ":")
        else:
            assert line.startswith(last), f"{line!r} should be written, but it is\n{text}"
            writer.type(line[len(last):])
    assert accepted > len(lines) / 2
