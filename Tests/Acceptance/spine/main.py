#!/usr/bin/python3
"""Proves the spine from outside: starts the release daemon, and prints a table of figure, bar, measured and verdict.

Usage: main.py --build DIR [--only NAME ...] [--quick] [--list]. Ends with 1 when a bar is missed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import cast

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(1, str(HERE.parent))
sys.path.insert(2, str(HERE.parents[2] / "clients" / "python" / "src"))

from harness import program  # noqa: E402
from harness.bench import Scenario  # noqa: E402
from scenarios import (  # noqa: E402
    complete_stream,
    crashes,
    faults,
    first_run,
    hostile_peers,
    process_faults,
    reload,
    slow_subscriber,
    stopping,
    systemd_units,
)

SCENARIOS = cast(
    list[Scenario],
    [
        first_run,
        complete_stream,
        crashes,
        faults,
        process_faults,
        hostile_peers,
        slow_subscriber,
        reload,
        stopping,
        systemd_units,
    ],
)

if __name__ == "__main__":
    sys.exit(program.main("Proves the spine from outside, on the release programs.", SCENARIOS))
