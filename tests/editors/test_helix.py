"""Helix, the real one, where it is installed: no package registry has it, so the protocol as it speaks it is in `test_clients.py`."""
import shutil

import pytest

from conftest import ROOT, missing

CONFIG = ROOT / "editors/helix"


@pytest.fixture
def hx(home):
    """Helix with the lines of `languages.toml`, and findings shown in the text."""
    if not shutil.which("hx"):
        missing("Helix is not installed")
    config = home / ".config/helix"
    config.mkdir()
    shutil.copy(CONFIG / "try.toml", config / "config.toml")
    shutil.copy(CONFIG / "languages.toml", config)
    return "hx"


def test_podls_at_work(hx, manifest, podls, screen):
    shown = screen(hx, manifest)
    shown.until("spce:", "unknown field `spce`; did you mean `spec`?", "the shell expands")

    # The quick fix, from the menu.
    shown.keys("/spce", "Enter", " a")
    shown.until("Rename to `spec`")
    shown.keys("Enter")
    shown.until("[+]", "spec:")
    shown.until_gone("unknown field")

    # A hover on `volumeMounts`.
    shown.keys("/volumeMounts", "Enter", " k")
    shown.until("VolumeMount")
    shown.keys("Escape")
    shown.until_gone("VolumeMount")

    # The name of a volume, half typed and completed.
    shown.keys("19GglB", "c", "app-", "C-x")
    shown.until("app-logs reference")
    shown.keys("C-n", "Enter")
    shown.until_gone("app-logs reference")
    shown.keys("Escape")
    shown.until(" NOR ")
    shown.until_gone("has no volume")
    shown.keys(":write", "Enter")
    shown.until("written")
    assert "    - name: app-logs\n      mountPath: /logs" in open(manifest).read()
    shown.keys(":quit", "Enter")
    shown.until_ended()
    # Helix does not always wait until its `shutdown` has gone out before it kills the server.
    podls.check(last="textDocument/didSave")
