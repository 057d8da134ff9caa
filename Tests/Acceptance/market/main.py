#!/usr/bin/python3
"""Proves the market data from outside, on the release programs; prints the same table as the spine's program.

Usage: main.py --build DIR [--only NAME ...] [--quick] [--list]. Ends with 1 when a bar is missed.
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
    constants,
    day,
    discovery,
    doors,
    failing,
    history,
    moods,
    news,
    onnx,
    overview,
    pools,
    sentiment,
    streams,
)

SCENARIOS = cast(
    list[Scenario],
    [doors, day, streams, history, overview, pools, discovery, failing, constants, news, moods, onnx, sentiment],
)

if __name__ == "__main__":
    sys.exit(program.main("Proves the market data, on the release programs.", SCENARIOS))
