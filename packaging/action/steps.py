"""steps.py RELEASES FOLDER PATHS: runs the steps of action.yml as a runner on Linux does, with archives from RELEASES, in FOLDER."""
import os
import platform
import subprocess
import sys
from pathlib import Path

import yaml

releases, folder, paths = sys.argv[1:]
action = yaml.safe_load((Path(__file__).parent / "action.yml").read_text())
inputs = {name: it["default"] for name, it in action["inputs"].items()} | {"releases": releases, "paths": paths}
added = Path(folder, "path")
arch = {"x86_64": "X64", "aarch64": "ARM64"}[platform.machine()]
runner = {**os.environ, "RUNNER_OS": "Linux", "RUNNER_ARCH": arch, "RUNNER_TEMP": folder, "GITHUB_PATH": str(added)}
for step in action["runs"]["steps"]:
    own = {name: inputs[value.removeprefix("${{ inputs.").removesuffix(" }}")] for name, value in step["env"].items()}
    path = ":".join([*(added.read_text().split() if added.exists() else []), os.environ["PATH"]])
    status = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], env={**runner, **own, "PATH": path}).returncode
    if status:
        sys.exit(status)
