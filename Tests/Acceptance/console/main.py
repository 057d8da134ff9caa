#!/usr/bin/python3
"""Proves the station's pages from outside, with a real browser on the release daemon; prints the same table as the others.

Usage: main.py --build DIR [--only NAME ...] [--artefacts DIR] [--quick] [--list]. Ends with 1 when a bar is missed.
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

#: From the package index: what drives the browser, and the checks of accessibility that run in it.
REQUIREMENTS = ("playwright==1.65.2", "axe-playwright-python==0.1.8")
packages.continue_with(REQUIREMENTS, HERE.parent / ".venv-console")

from harness import program  # noqa: E402
from harness.bench import Scenario  # noqa: E402
from scenarios import accounts, every_page, hostile_texts, live, operating, public_page  # noqa: E402

SCENARIOS = cast(list[Scenario], [public_page, live, hostile_texts, accounts, operating, every_page])

if __name__ == "__main__":
    sys.exit(
        program.main("Proves the station's pages with a real browser, on the release programs.", SCENARIOS, has_artefacts=True)
    )
