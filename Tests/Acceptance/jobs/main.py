#!/usr/bin/python3
"""Proves the promises about durable jobs from outside, on both databases; prints the same table as the spine's program.

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

from harness import program  # noqa: E402
from harness.bench import Scenario  # noqa: E402
from scenarios import (  # noqa: E402
    approvals,
    bad_input,
    cancelling,
    clocks,
    contention,
    crash_points,
    database_faults,
    full_disk,
    limits,
    open_transaction,
    ownership,
    poison,
    random_kills,
    schedules,
    stopping,
    three_daemons,
    tour,
    uniqueness,
)

SCENARIOS = cast(
    list[Scenario],
    [
        tour,
        bad_input,
        poison,
        crash_points,
        random_kills,
        three_daemons,
        database_faults,
        open_transaction,
        ownership,
        clocks,
        schedules,
        uniqueness,
        limits,
        approvals,
        cancelling,
        stopping,
        full_disk,
        contention,
    ],
)

if __name__ == "__main__":
    sys.exit(program.main("Proves the promises about jobs, on the release programs.", SCENARIOS, has_full=True))
