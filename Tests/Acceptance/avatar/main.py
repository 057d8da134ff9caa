#!/usr/bin/python3
"""Proves films from outside, on the release programs: how they look, move and sound; prints the same table as the others.

Usage: main.py --build DIR [--only NAME ...] [--artefacts DIR] [--quick] [--list]. Ends with 1 when a bar is missed.
README.md beside this file says which scenario shows which promise.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(1, str(HERE.parent))

from harness import packages  # noqa: E402

#: From the package index: pictures as numbers, and pictures to keep.
REQUIREMENTS = ("numpy==2.4.6", "pillow==13.0.0")
packages.continue_with(REQUIREMENTS, HERE.parent / ".venv-avatar")

from harness import program  # noqa: E402
from harness.bench import Scenario  # noqa: E402
from scenarios import bad_input, clip, lips, looks  # noqa: E402

SCENARIOS = cast(list[Scenario], [clip, lips, looks, bad_input])

if __name__ == "__main__":
    sys.exit(program.main("Proves films, on the release programs.", SCENARIOS, has_artefacts=True))
