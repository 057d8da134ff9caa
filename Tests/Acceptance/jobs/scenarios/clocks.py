"""Workers whose clocks are an hour off, one in each direction: nothing changes, since the database's clock counts."""

from __future__ import annotations

import datetime
import re
import time

from harness import clock
from harness.bench import Bench
from harness.engines import LEASE_SECONDS, PostgresEngine
from harness.station import Station
from harness.waiting import Late, wait_for
from harness.work import enqueue, judge, named, start, wait_states

NAME = "clocks"
TITLE = "two daemons whose clocks are an hour ahead and an hour behind: due times, leases and attempts as usual"

HOUR = 3600
DELAY_SECONDS = 3
LATE_BAR_SECONDS = 3.0
JOBS, DELAYED, LONG = 200, 20, 4


def run(bench: Bench) -> None:
    engine = PostgresEngine(bench)
    stations = [engine.station(), engine.station()]
    for station, shift in zip(stations, (HOUR, -HOUR), strict=True):
        start(bench, station, environment=clock.off_by(bench, shift))
    told = [_told(station) - time.time() for station in stations]
    bench.check(
        "the daemons' clocks, by the times in their logs",
        "+3600 s and -3600 s",
        " and ".join(f"{offset:+.0f} s" for offset in told),
        all(abs(offset - shift) < 120 for offset, shift in zip(told, (HOUR, -HOUR), strict=True)),
    )
    witness = named(bench, engine, "clocks")
    controls = [station.control() for station in stations]
    for number in range(1, JOBS + 1):
        enqueue(controls[number % 2], number, witness)
    wait_for("the jobs at once", 30, lambda: witness.ends() >= JOBS)
    began = time.monotonic()
    for number in range(JOBS + 1, JOBS + DELAYED + 1):
        enqueue(controls[number % 2], number, witness, delaySeconds=DELAY_SECONDS)
    wait_for("the first delayed job", 30, lambda: len(witness.read().begun) > JOBS, every=0.01)
    first = time.monotonic() - began
    wait_for("the delayed jobs", 30, lambda: witness.ends() >= JOBS + DELAYED, every=0.01)
    last = time.monotonic() - began
    bench.check(
        f"{DELAYED} jobs due in {DELAY_SECONDS} s: the first and the last begin after",
        f"{DELAY_SECONDS} to {DELAY_SECONDS + LATE_BAR_SECONDS:g} s",
        f"{first:.2f} to {last:.2f} s",
        DELAY_SECONDS - 0.05 <= first and last <= DELAY_SECONDS + LATE_BAR_SECONDS,
    )
    count = JOBS + DELAYED + LONG
    for number in range(JOBS + DELAYED + 1, count + 1):
        enqueue(controls[number % 2], number, witness, sleepMs=int(LEASE_SECONDS * 2000))
    found = wait_states(engine, 60)
    seen = witness.read()
    judge(bench, "clocks an hour off", seen, count, found)
    attempts = engine.query("SELECT max(attempt) FROM job WHERE queue = 'drill'")[0][0]
    begun = sum(seen.begun.values())
    workers = {mark.pid for mark in seen.marks if mark.kind == "begin"}
    bench.check(
        f"beginnings, {LONG} of them for twice the lease; attempts; daemons that took part",
        f"{count}; 1; 2",
        f"{begun}; {attempts}; {len(workers)}",
        begun == count and attempts == "1" and len(workers) == 2,
    )
    for station in stations:
        station.stop()


def _told(station: Station) -> float:
    """The time of the first record of the daemon's log, in seconds since 1970."""
    found = re.search(r'"timestamp":"([^"]+)Z"', station.run.errors.read_text())
    if found is None:
        raise Late("a time in the log")
    return datetime.datetime.fromisoformat(f"{found.group(1)}+00:00").timestamp()
