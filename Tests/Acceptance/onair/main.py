#!/usr/bin/python3
"""Proves what listeners get from outside, on the release programs; prints the same table as the spine's program.

Usage: main.py --build DIR [--only NAME ...] [--quick | --full] [--list]. Ends with 1 when a bar is missed.
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

# A browser is driven as the console's program drives it.
sys.path.insert(2, str(HERE.parent / "console"))

from harness import packages  # noqa: E402

#: From the package index: what drives the browser, and a player's own reader of playlists.
REQUIREMENTS = ("playwright==1.65.2", "m3u8==6.0.0")
packages.continue_with(REQUIREMENTS, HERE.parent / ".venv-onair")

from harness import program  # noqa: E402
from harness.bench import Scenario  # noqa: E402
from scenarios import bad_input, browser, kills, long, mute, operators, speaks, targets, without  # noqa: E402

SCENARIOS = cast(list[Scenario], [speaks, kills, mute, operators, without, bad_input, targets, browser, long])

if __name__ == "__main__":
    sys.exit(program.main("Proves what listeners get, on the release programs.", SCENARIOS, has_full=True))
