"""SIGTERM under load: soon over, in order, and nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import signal
import time

import cryptocall

from harness.bench import Bench
from harness.control import Control, Refused
from harness.ledger import missing, read_log
from harness.station import Station
from harness.waiting import Late, wait_for

NAME = "stopping"
TITLE = "SIGTERM under load ends within 5 s with nothing lost; a second one ends it at once"

STOP_BAR_SECONDS = 5.0


def run(bench: Bench) -> None:
    _under_load(bench)
    _twice(bench)


def _under_load(bench: Bench) -> None:
    station = bench.station({"drills.enabled": "true"})
    run = station.start()
    listener = station.subscriber("system.goodbye.")
    listener.welcomed()
    writer = bench.writer(station)
    load = bench.background("load", lambda: _load(bench, station))
    wait_for("acknowledged batches under load", 20, lambda: len(writer.acknowledged) >= 1280)
    began = time.monotonic()
    run.process.send_signal(signal.SIGTERM)
    goodbye = False
    try:
        goodbye = (
            listener.wait("the goodbye", 6, lambda event: event.header["type"] == "system.goodbye.sent") is not None
        )
    except Late:
        pass  # The row tells.
    code = run.ended(30)
    seconds = time.monotonic() - began
    writer.stop()
    load.join(30)
    bench.at_most("SIGTERM under load: until the process has ended", seconds, STOP_BAR_SECONDS, "s", 2)
    stopping = station.notify.told("STOPPING", "1", began)
    bench.check(
        "SIGTERM: exit code, STOPPING told, goodbye said",
        "0, yes, yes",
        f"{code}, {'yes' if stopping else 'no'}, {'yes' if goodbye else 'no'}",
        code == 0 and bool(stopping) and goodbye,
    )
    station.start()
    log = read_log(station.control())
    gone = missing(writer.acknowledged, log)
    bench.check("SIGTERM: acknowledged events lost", "0", f"{len(gone)} of {len(writer.acknowledged)}", not gone)
    unclean = "did not end cleanly" in station.run.errors.read_text(errors="replace")
    bench.check(
        "the next start does not take it for a crash",
        "no warning",
        "a warning" if unclean else "no warning",
        not unclean,
    )
    handed_out = asyncio.run(_follow_all(station, len(log)))
    bench.check("a client that comes later reads all of it", f"{len(log)}", handed_out, handed_out == len(log))
    station.stop()


def _load(bench: Bench, station: Station) -> None:
    """More than can be published until the stop, so that the stop falls into it."""
    control = Control(bench.context, station.control_address)
    wanted = {"kind": "load", "count": 5_000_000, "delivery": "mixed", "payloadBytes": 64, "batch": 256}
    try:
        control.call("drill.start", wanted, timeout=15)
    except (Late, Refused):
        pass  # The daemon has ended before the load: that is what is shown here.
    finally:
        control.close()


async def _follow_all(station: Station, expected: int) -> int:
    """How many ledger entries a fresh client gets by replay."""
    seen: set[int] = set()
    async with cryptocall.Client(station.home) as client:
        stream = client.follow("drill.ledger.", since=1)
        try:
            async with asyncio.timeout(60):
                while len(seen) < expected:
                    seen.update(event.offset for event in await stream.batch() if event.offset is not None)
        except TimeoutError:
            pass  # The number tells.
    return len(seen)


def _twice(bench: Bench) -> None:
    """A part that takes its time to stop is waited for after one SIGTERM, and not after two."""
    seconds: dict[int, float] = {}
    codes: dict[int, int] = {}
    for times in (1, 2):
        station = bench.station({"drills.enabled": "true"})
        run = station.start()
        control = station.control()
        control.call("drill.start", {"kind": "fault", "behaviour": "slowStop", "seconds": 1})
        began = time.monotonic()
        run.process.send_signal(signal.SIGTERM)
        station.notify.wait("STOPPING", "1", began, 5)
        if times == 2:
            run.process.send_signal(signal.SIGTERM)
        codes[times] = run.ended(30)
        seconds[times] = time.monotonic() - began
    bench.check(
        "a second SIGTERM does not wait for a slow part",
        "sooner than after one",
        f"{seconds[2]:.2f} s (exit code {codes[2]}) against {seconds[1]:.2f} s (exit code {codes[1]})",
        seconds[2] < seconds[1] - 0.5,
    )
