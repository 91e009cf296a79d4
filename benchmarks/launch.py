"""Runs one command and prints what it cost, as JSON on stdout: `python -m benchmarks.launch FOLDER COMMAND...`.

It stands between the benchmark and the scan because Linux counts the memory of whoever starts a process into that process's
peak: this starter is small, whereas the benchmark holds a clinic of 5,000 people.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main(folder: Path, command: list[str]) -> None:
    """Run `command` with its output in `folder`; print exit code, wall and processor seconds, and peak MiB."""
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=err)  # noqa: S603 - the benchmark's own command
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    cost = {
        "exit": process.returncode,
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "mib": used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024),  # macOS counts bytes
    }
    sys.stdout.write(json.dumps(cost) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
