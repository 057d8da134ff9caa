#!/usr/bin/python3
"""Proves the front door from outside, on the release programs; prints the same table as the spine's program.

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

#: From the package index: the generator of requests, a WebSocket client, a parser of metrics, a maker of tokens.
REQUIREMENTS = (
    "schemathesis==4.32.5",
    "websockets==17.4",
    "prometheus-client==0.26.0",
    "cryptography>=38",
)
packages.continue_with(REQUIREMENTS, HERE.parent / ".venv")

from harness import program  # noqa: E402
from harness.bench import Scenario  # noqa: E402
from scenarios import (  # noqa: E402
    access,
    addresses,
    control_roles,
    crashes,
    description,
    event_streams,
    forged_tokens,
    health,
    hostile_requests,
    keys,
    limits,
    live_crowd,
    lock_out,
    log_in,
    refresh,
    secrets_kept,
    slow_peers,
    web_sockets,
    webhooks,
)

SCENARIOS = cast(
    list[Scenario],
    [
        log_in,
        refresh,
        lock_out,
        forged_tokens,
        keys,
        access,
        control_roles,
        description,
        limits,
        addresses,
        hostile_requests,
        slow_peers,
        event_streams,
        web_sockets,
        live_crowd,
        webhooks,
        crashes,
        health,
        # The last: it searches what all of the others have left.
        secrets_kept,
    ],
)

if __name__ == "__main__":
    sys.exit(program.main("Proves the front door, on the release programs.", SCENARIOS, has_full=True))
