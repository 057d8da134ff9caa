#!/usr/bin/python3
"""Proves the language models from outside, on the release programs; prints the same table as the spine's program.

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

from harness import packages  # noqa: E402

#: From the package index: the client library whose interface we speak.
REQUIREMENTS = ("openai==3.52.0",)
packages.continue_with(REQUIREMENTS, HERE.parent / ".venv-llm")

from harness import program  # noqa: E402
from harness.bench import Scenario  # noqa: E402
from scenarios import (  # noqa: E402
    bad_input,
    cuts,
    faults,
    hang_up,
    hedge,
    hosts,
    keys,
    ledger,
    library,
    money,
    outage,
    reuse,
    stop,
    trends,
)

SCENARIOS = cast(
    list[Scenario],
    [keys, faults, cuts, outage, hedge, hang_up, stop, reuse, hosts, ledger, money, library, bad_input, trends],
)

if __name__ == "__main__":
    sys.exit(program.main("Proves the language models, on the release programs.", SCENARIOS, has_full=True))
