"""A million events flat out, and a Python subscriber that knows of every one that it did not get."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cryptocall

from harness.bench import Bench
from harness.station import Station

NAME = "complete-stream"
TITLE = "1 000 000 events flat out to a Python subscriber: nothing is lost unnoticed"

LOAD, LEDGER = "drill.load.generated", "drill.ledger.entered"


@dataclass
class Received:
    """What the subscriber saw, held against what the payloads say."""

    data: int = 0
    durable: int = 0
    lost_data: int = 0
    lost_durable: int = 0
    disorder: int = 0
    """Numbers that came twice or went back."""
    undetected: int = 0
    """Missing numbers that nobody told of."""
    _last: dict[str, int] = field(default_factory=dict)
    _told: int = 0

    def on_loss(self, loss: cryptocall.Loss) -> None:
        if loss.delivery == "durable":
            self.lost_durable += loss.count
        else:
            self.lost_data += loss.count
            self._told += loss.count

    def take(self, events: Sequence[cryptocall.Event]) -> None:
        for event in events:
            number = int(event.payload["number"])
            gap = number - self._last.get(event.topic, 0) - 1
            if gap < 0:
                self.disorder += 1
                continue
            self._last[event.topic] = number
            if event.topic == LOAD:
                self.data += 1
                # Losses are told before the event after them, so by now all of the gap has been told of.
                self.undetected += max(0, gap - self._told)
                self._told = max(0, self._told - gap)
            elif event.topic == LEDGER:
                self.durable += 1
                self.undetected += gap


def run(bench: Bench) -> None:
    count = 100_000 if bench.quick else 1_000_000
    station = bench.station({"drills.enabled": "true"})
    station.start()
    result, received, seconds = asyncio.run(_follow(station, count))
    published, durable = int(result["published"]), int(result["durable"])
    data = published - durable
    rate = published / float(result["seconds"])
    bench.check(
        "events published by the drill",
        f"{count}, a tenth durable",
        f"{published}, {durable} durable",
        published == count and durable == count // 10,
    )
    bench.check("published flat out, beside a follower in Python", "(measured)", f"{rate:,.0f} events/s", True)
    bench.check(
        "handed out, repairs included",
        "(measured)",
        f"{(received.data + received.durable) / seconds:,.0f} events/s",
        True,
    )
    bench.check(
        "undetected losses",
        "0",
        received.undetected + (data - received.data - received.lost_data),
        received.undetected == 0 and received.data + received.lost_data == data,
    )
    bench.check(
        "data events: received + told as lost",
        f"{data}",
        f"{received.data} + {received.lost_data}",
        received.data + received.lost_data == data,
    )
    bench.check(
        "durable events handed out after repair",
        f"{durable}, each once",
        f"{received.durable}, {received.lost_durable} lost",
        received.durable == durable and received.lost_durable == 0,
    )
    bench.check("events handed out twice or out of order", "0", received.disorder, received.disorder == 0)
    _compare_with_log(bench, station, durable)
    station.stop()


async def _follow(station: Station, count: int) -> tuple[dict[str, Any], Received, float]:
    received = Received()
    async with cryptocall.Client(station.home) as client:
        stream = client.follow("drill.", on_loss=received.on_loss)
        await stream.welcomed()
        began = time.monotonic()
        load = asyncio.create_task(
            client.request(
                "drill.start",
                {"kind": "load", "count": count, "delivery": "mixed", "payloadBytes": 256, "batch": 256},
                timeout=300,
            )
        )
        reading = asyncio.create_task(_read(stream, received))
        result = await load
        total = int(result["published"])
        deadline = time.monotonic() + 120
        quiet_since = time.monotonic()
        known = -1
        # It is over when every event is accounted for; or when nothing has come for three heartbeats and more.
        while time.monotonic() < deadline:
            now_known = received.data + received.durable + received.lost_data + received.lost_durable
            if now_known != known:
                known, quiet_since = now_known, time.monotonic()
            if now_known >= total or time.monotonic() - quiet_since > 10:
                break
            await asyncio.sleep(0.1)
        seconds = time.monotonic() - began
        await asyncio.sleep(2.5)  # Two heartbeats more, in which nothing may come twice.
        await stream.aclose()
        await reading
        return result, received, seconds


async def _read(stream: cryptocall.Follow, received: Received) -> None:
    while events := await stream.batch():
        received.take(events)


def _compare_with_log(bench: Bench, station: Station, durable: int) -> None:
    """The log itself, read without the client's help."""
    control = station.control()
    numbers: list[int] = []
    position, oldest_first = 1, True
    while True:
        page = control.call("events.replay", {"prefix": LEDGER, "fromOffset": position, "limit": 1000}, timeout=20)
        for event in page["events"]:
            numbers.append(int(event["payload"]["number"]))
            oldest_first = oldest_first and int(event["header"]["offset"]) >= position
        if page["complete"]:
            break
        position = int(page["next"])
    bench.check(
        "the log holds every durable event once, in order",
        f"1 to {durable}",
        f"{len(numbers)} entries",
        numbers == list(range(1, durable + 1)) and oldest_first,
    )
