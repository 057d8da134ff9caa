"""Killed twenty times while clients write to it: nothing that it acknowledged is gone."""

from __future__ import annotations

import asyncio
import random
import statistics
import threading
import time
from dataclasses import dataclass, field

import cryptocall

from harness.bench import Bench
from harness.ledger import TYPE, LedgerWriter, missing, read_log
from harness.station import Station
from harness.waiting import Late, wait_for

NAME = "crashes"
TITLE = "20 x kill -9 under durable publishing: every acknowledged event once, a new epoch, no false gap"

READY_BAR_SECONDS = 2.0


@dataclass
class Follower:
    """A client that follows the ledger across all crashes, on an event loop and a thread of its own."""

    home: str
    epochs: list[str] = field(default_factory=list)
    handed_out: dict[str, int] = field(default_factory=dict)
    """How often each ledger event was handed out."""
    disorder: int = 0
    losses: list[str] = field(default_factory=list)
    error: str = ""
    _highest: int = 0

    def __post_init__(self) -> None:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(20)

    def _run(self) -> None:
        try:
            asyncio.run(self._follow())
        except Exception as error:
            self.error = f"{type(error).__name__}: {error}"

    async def _follow(self) -> None:
        async with cryptocall.Client(self.home) as client:
            stream = client.follow("drill.", since=1, on_loss=lambda loss: self.losses.append(str(loss)))
            ending = asyncio.create_task(self._end(stream))
            while events := await stream.batch():
                for event in events:
                    self._take(event)
                self.epochs = list(stream.statistics.epochs)
            await ending

    async def _end(self, stream: cryptocall.Follow) -> None:
        while not self._ending.is_set():
            self.epochs = list(stream.statistics.epochs)
            await asyncio.sleep(0.02)
        await stream.aclose()

    def _take(self, event: cryptocall.Event) -> None:
        if event.topic == TYPE and event.offset is not None:
            self.handed_out[event.id] = self.handed_out.get(event.id, 0) + 1
            self.disorder += event.offset <= self._highest
            self._highest = max(self._highest, event.offset)


def run(bench: Bench) -> None:
    kills = 4 if bench.quick else 20
    random.seed(20)
    station = bench.station({"drills.enabled": "true"})
    station.start()
    follower = Follower(str(station.home))
    bench.on_close(follower.stop)
    writer = bench.writer(station)
    ready: list[float] = []
    epochs = [str(station.control().call("system.status")["epoch"])]
    try:
        for _ in range(kills):
            _work_until_killed(station, writer, follower, epochs[-1])
            station.start(ready_within=30)
            ready.append(station.run.ready_seconds or 0)
            epochs.append(_epoch(station))
        _settle(follower, epochs[-1], writer)
    finally:
        writer.stop()
        follower_caught_up = _catch_up(station, follower)
        follower.stop()
    log = read_log(station.control())
    _judge(bench, writer, log)
    bench.check(
        f"kill -9, {kills} times: start to READY",
        f"each at most {READY_BAR_SECONDS:g} s",
        f"median {statistics.median(ready) * 1000:.0f} ms, worst {max(ready) * 1000:.0f} ms",
        max(ready) <= READY_BAR_SECONDS,
    )
    bench.check(
        "epochs that the follower saw",
        f"{kills + 1}, as the daemon says",
        len(follower.epochs),
        follower.epochs == epochs and len(set(epochs)) == kills + 1,
    )
    bench.check(
        "false gaps told to the follower",
        "0",
        f"{len(follower.losses)}{': ' + follower.losses[0] if follower.losses else ''}",
        not follower.losses and not follower.error,
    )
    once = sum(1 for id in log if follower.handed_out.get(id) == 1)
    bench.check(
        "logged events handed to the follower, each once and in order",
        f"{len(log)}",
        f"{once}, {follower.disorder} out of order{', ' + follower.error if follower.error else ''}",
        once == len(log) == len(follower.handed_out) and follower.disorder == 0 and follower_caught_up,
    )
    station.stop()


def _epoch(station: Station) -> str:
    control = station.control()
    try:
        return str(control.call("system.status")["epoch"])
    finally:
        control.close()


def _work_until_killed(station: Station, writer: LedgerWriter, follower: Follower, epoch: str) -> None:
    """Lets the writer get some batches through and the follower see the epoch; then kills at an odd moment."""
    before = len(writer.acknowledged)
    wait_for("acknowledged batches", 15, lambda: len(writer.acknowledged) >= before + 640)
    wait_for("the follower in this epoch", 15, lambda: epoch in follower.epochs)
    time.sleep(random.uniform(0.0, 0.15))  # The kill must hit any phase of a commit.
    station.kill()


def _settle(follower: Follower, epoch: str, writer: LedgerWriter) -> None:
    before = len(writer.acknowledged)
    wait_for("acknowledged batches after the last restart", 15, lambda: len(writer.acknowledged) >= before + 64)
    wait_for("the follower in the last epoch", 15, lambda: epoch in follower.epochs)


def _catch_up(station: Station, follower: Follower) -> bool:
    if not station.run.is_running:
        return False
    expected = read_log(station.control())
    try:
        return wait_for("the follower at the end of the log", 30, lambda: len(follower.handed_out) >= len(expected))
    except Late:
        return False


def _judge(bench: Bench, writer: LedgerWriter, log: dict[str, list[int]]) -> None:
    gone = missing(writer.acknowledged, log)
    bench.check(
        "acknowledged events in the log, once, where it was said",
        f"{len(writer.acknowledged)}",
        f"{len(writer.acknowledged) - len(gone)}",
        not gone and len(writer.acknowledged) > 0,
    )
    twice = [id for id, offsets in log.items() if len(offsets) > 1]
    strangers = log.keys() - writer.acknowledged.keys() - writer.abandoned
    bench.check(
        "events in the log twice, or that nobody wrote",
        "0",
        f"{len(twice)} and {len(strangers)}",
        not twice and not strangers,
    )
    bench.check(
        "errors of the writer other than the daemon's absence",
        "0",
        f"{len(writer.errors)}{': ' + writer.errors[0] if writer.errors else ''}",
        not writer.errors,
    )
