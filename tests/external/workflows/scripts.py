"""Writes the scripts in workflow files into a folder, a file each: scripts.py FOLDER FILE…"""

import pathlib
import re
import sys

from ruamel.yaml import YAML

folder = pathlib.Path(sys.argv[1])
for path in map(pathlib.Path, sys.argv[2:]):
    for job in YAML(typ="safe").load(path.read_text())["jobs"].values():
        for number, step in enumerate(job["steps"]):
            if "run" not in step:
                continue
            if "${{" in step["run"]:
                sys.exit(f"{path}: step {number}: what GitHub puts into a script is run by it; use the environment")
            # Variables come from `env`, which shellcheck does not see; it does not ask for those in capitals.
            name = re.sub(r"\W+", "-", f"{path.stem}-{number}")
            (folder / f"{name}.sh").write_text("#!/usr/bin/env bash\nset -eo pipefail\n" + step["run"])
