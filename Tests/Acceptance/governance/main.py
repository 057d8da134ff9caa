#!/usr/bin/python3
"""Proves governance and wallets from outside, on the release programs; prints the same table as the spine's program.

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
# What looks at the console's pages also looks at those of proposals; behind ours, for its scenarios are others.
sys.path.insert(2, str(HERE.parent / "console"))

from chains import REQUIREMENTS  # noqa: E402
from harness import packages  # noqa: E402

#: What drives the browser, and the checks of accessibility that run in it: as the console's program has them.
BROWSER = ("playwright==1.65.2", "axe-playwright-python==0.1.8")
packages.continue_with((*REQUIREMENTS, *BROWSER), HERE.parent / ".venv-governance")

from harness import program  # noqa: E402
from harness.bench import Scenario  # noqa: E402
from scenarios import anchoring, burns, delegation, endpoints, forgeries, oracle, pages, path, storm, systems, wallets  # noqa: E402

SCENARIOS = cast(
    list[Scenario], [path, storm, forgeries, endpoints, anchoring, delegation, systems, wallets, oracle, burns, pages]
)

if __name__ == "__main__":
    sys.exit(program.main("Proves governance and wallets, on the release programs.", SCENARIOS, has_artefacts=True))
