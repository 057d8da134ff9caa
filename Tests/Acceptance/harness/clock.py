"""A daemon whose wall clock is off, so that hours pass in a moment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .bench import Bench

_SOURCE = Path(__file__).resolve().parent / "clock_shift.c"


def off_by(bench: Bench, seconds: int) -> dict[str, str]:
    """The environment of a process whose clock is this much ahead; behind, when it is negative."""
    library = bench.folder / "clock_shift.so"
    if not library.exists():
        command = ["cc", "-O2", "-shared", "-fPIC", "-o", os.fspath(library), os.fspath(_SOURCE)]
        subprocess.run(command, check=True, capture_output=True)
    return {"LD_PRELOAD": os.fspath(library), "CLOCK_SHIFT_SECONDS": str(seconds)}
