"""Emacs, the real one, with eglot set up as `editors/emacs/README.md` says."""
import json
import shutil
import subprocess

import pytest

from conftest import HERE, ROOT, missing

EGLOT = "(progn (package-initialize) (kill-emacs (if (and (require 'eglot nil t) (require 'yaml-mode nil t)) 0 1)))"


@pytest.fixture
def emacs(home):
    """An Emacs that has eglot and a mode for YAML, with what podls wants of `init.el`."""
    if not shutil.which("emacs"):
        missing("Emacs is not installed")
    if subprocess.run(["emacs", "--batch", "--eval", f"(progn (require 'package) {EGLOT})"], capture_output=True).returncode != 0:
        missing("this Emacs lacks eglot or yaml-mode")
    init = home / "init.el"
    init.write_text("(require 'package)\n(package-initialize)\n" + (ROOT / "editors/emacs/podls.el").read_text())
    return ["emacs", "--batch", "-l", init]


def test_podls_at_work(emacs, manifest, podls):
    run = subprocess.run([*emacs, "-l", HERE / "emacs.el", manifest], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    seen = json.loads(run.stdout)
    assert seen["mode"] == "yaml-mode"
    assert list(seen["diagnostics"]) == ["spce", "/logs/catalina*.log"]
    assert "did you mean `spec`?" in seen["diagnostics"]["spce"]
    assert (seen["fix"], seen["fixed"]) == ("Rename to `spec`", "spec:")
    assert list(seen["left"]) == ["/logs/catalina*.log"]
    assert "VolumeMount" in seen["hover"]
    assert seen["completions"] == ["app-logs"]
    assert seen["completed"] == "    - name: app-logs"
    podls.check()
