"""What a program needs from the Python package index, in an environment beside it that is kept for the next time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def python_with(requirements: Sequence[str], folder: Path, *, sees_system: bool = False) -> Path:
    """An interpreter that has these packages, and the system's own beside them if wanted; installs at the first call."""
    python = folder / "bin" / "python"
    mark = folder / "installed"
    wanted = "\n".join(requirements)
    if not python.exists() or not mark.exists() or mark.read_text() != wanted:
        base = getattr(sys, "_base_executable", sys.executable)
        options = ["--clear", *(["--system-site-packages"] if sees_system else [])]
        subprocess.run([base, "-m", "venv", *options, os.fspath(folder)], check=True)
        install = [os.fspath(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
        subprocess.run(install, check=True, timeout=900)
        mark.write_text(wanted)
    return python


def continue_with(requirements: Sequence[str], folder: Path) -> None:
    """Goes on in an interpreter that has these packages: the program begins again, in the same process."""
    if Path(sys.prefix).resolve() == folder.resolve():
        return
    python = python_with(requirements, folder, sees_system=True)
    os.execv(python, [os.fspath(python), *sys.argv])
