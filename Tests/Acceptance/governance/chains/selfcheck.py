#!/usr/bin/python3
"""Proves the chain faces and the wallets from outside, before anything is proved with them.

Usage: selfcheck.py [NAME ...]; everything without names. Ends with 1 when something does not hold.
"""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
# Not this folder itself: its modules have their names in the package.
sys.path[0] = str(HERE.parent)
sys.path.insert(1, str(HERE.parents[1]))

from harness import packages  # noqa: E402

from chains import REQUIREMENTS  # noqa: E402

packages.continue_with(REQUIREMENTS, HERE.parents[1] / ".venv-governance")

from chains.checks.checking import Checks  # noqa: E402

NAMES = ("faults", "solana", "solana_lies", "runtime", "evm", "wallets")


def main() -> int:
    check = Checks()
    for name in sys.argv[1:] or NAMES:
        before, began = check.held, time.monotonic()
        importlib.import_module(f"chains.checks.{name}").run(check)
        print(f"{name}: {check.held - before} held in {time.monotonic() - began:.1f} s", flush=True)
    print(f"{check.held} passed, {len(check.failed)} failed", flush=True)
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
