"""Runs the soak programs of this folder as programs of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
_MEMORY = Path("/dev/shm")  # where it exists, making files durable costs nothing there
MEMORY = _MEMORY if os.access(_MEMORY, os.W_OK) else None


def soak(program: str, *arguments: object, preload: Path | None = None) -> dict[str, Any]:
    """The figures that a program printed last. Fails with all it said when it failed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if preload is not None:
        environment["LD_PRELOAD"] = str(preload)
    done = subprocess.run(
        [sys.executable, str(HERE / f"{program}.py"), *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{program} {arguments}\n{done.stdout}\n{done.stderr[-6000:]}"
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def shim(folder: Path) -> Path | None:
    """The library that fails calls, compiled; None without a C compiler."""
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), "")
    if not compiler or sys.platform != "linux":
        return None
    target = folder / "faults.so"
    options = ["-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(target)]
    libraries = ["-ldl", "-lpthread"]
    subprocess.run([compiler, *options, str(HERE / "faults.c"), *libraries], check=True)
    return target
