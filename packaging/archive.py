#!/usr/bin/env python3
"""archive.py TARGET BINARY FOLDER: the archive of a release for one target, and its checksum, in FOLDER.

Inside are podls, the completions of the shells, the manual pages, the README and the licenses. The binary is run for them, so it must be
able to run here.
"""
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPLETIONS = {"bash": "podls.bash", "elvish": "podls.elv", "fish": "podls.fish", "powershell": "_podls.ps1", "zsh": "_podls"}
MANUALS = {"podls.1": [], **{f"podls-{command}.1": [command] for command in ["check", "explain", "rules", "completions", "manual"]}}


def version():
    """The version in Cargo.toml."""
    return re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.M)[1]


def archive(target, binary, folder):
    """Makes the archive and gives its path."""
    name = f"podls-{version()}-{target}"
    with tempfile.TemporaryDirectory() as temporary:
        inside = Path(temporary, name)
        for sub in ["completions", "manual"]:
            (inside / sub).mkdir(parents=True)
        for file in [binary, *(ROOT / it for it in ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"])]:
            shutil.copy(file, inside)

        def printed(*words):
            return subprocess.run([binary, *words], check=True, capture_output=True).stdout

        for shell, file in COMPLETIONS.items():
            (inside / "completions" / file).write_bytes(printed("completions", shell))
        for file, command in MANUALS.items():
            (inside / "manual" / file).write_bytes(printed("manual", *command))
        made = Path(shutil.make_archive(str(folder / name), "zip" if "windows" in target else "gztar", temporary, name))
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    Path(f"{made}.sha256").write_text(f"{digest}  {made.name}\n")
    return made


if __name__ == "__main__":
    target, binary, folder = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    print(archive(target, Path(binary).resolve(), Path(folder).resolve()))
