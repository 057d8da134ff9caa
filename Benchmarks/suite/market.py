"""Doors to the market of the real daemon, with an exchange of its own: how long answers take at a steady rate."""

from __future__ import annotations

import os

from .daemons import Daemons
from .report import Report, at_most
from .tools import Failed, Tools

from door.client import NOBODY, Door  # noqa: E402
from door.settings import WIDE_OPEN  # noqa: E402
from harness.exchange import Exchange  # noqa: E402
from harness.waiting import wait_for  # noqa: E402

PATH = "/api/prices?symbols=BTC,ETH,SOL"
RATE = 2000
NAME = f"GET {PATH}, followed by the station, at {RATE}/s: p95"


def run(tools: Tools, report: Report) -> None:
    if not os.access(tools.daemon, os.X_OK):
        report.skip(NAME, f"no {tools.daemon.name}: `make build` first")
        return
    daemons = Daemons(tools)
    exchange = Exchange()
    try:
        settings = {
            **WIDE_OPEN,
            "market.providers": '["binance"]',
            "market.endpoints.binance": exchange.address,
        }
        figures: dict[str, list[float]] = {"p95_us": [], "p99_us": []}
        with daemons.station(settings) as station:
            door = Door(station.port)
            wait_for("prices", 20, lambda: _knows_all(door))
            for _ in range(tools.rounds(5)):
                paced = daemons.paced(station.port, PATH, RATE)
                for name, values in figures.items():
                    values.append(paced[name] / 1000)
        report.add(NAME, "ms", figures["p95_us"], bar=at_most(5))
        report.add("  p99", "ms", figures["p99_us"])
    except OSError as error:
        raise Failed(f"market: {error}") from error
    finally:
        exchange.close()


def _knows_all(door: Door) -> bool:
    answer = door.get(PATH, NOBODY)
    return answer.status == 200 and len(answer.json["prices"]) == 3
