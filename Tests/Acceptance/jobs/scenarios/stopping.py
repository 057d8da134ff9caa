"""SIGTERM with a hundred running jobs: it ends in time, no attempt is used, and all of them go on afterwards."""

from __future__ import annotations

import signal
import time

from harness.bench import Bench
from harness.engines import Engine, both
from harness.waiting import wait_for
from harness.work import judge, named, start, start_jobs, states, wait_states

NAME = "stopping"
TITLE = "SIGTERM with 100 running jobs: ends within the grace period, attempts not used, all go on"

JOBS = 100
GRACE_SECONDS = 3
#: The grace, what cancelled jobs get to end, and what else a stop takes.
BAR_SECONDS = GRACE_SECONDS + 5.0


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    station = engine.station({"jobs.slots": JOBS, "jobs.stop_grace_seconds": GRACE_SECONDS})
    start(bench, station)
    witness = named(bench, engine, "stopping")
    start_jobs(station.control(), JOBS, witness, sleepMs=8_000)
    wait_for("all beginnings", 20, lambda: len(witness.read().begun) == JOBS)
    running = states(engine)["running"]
    began = time.monotonic()
    station.run.process.send_signal(signal.SIGTERM)
    code = station.run.ended(60)
    seconds = time.monotonic() - began
    left = states(engine)
    attempts = engine.query("SELECT max(attempt) FROM job WHERE queue = 'drill'")[0][0]
    bench.check(
        f"{engine.name}: SIGTERM with {running} running jobs, {GRACE_SECONDS} s of grace: until the end",
        f"{JOBS} running, exit code 0 within {BAR_SECONDS:g} s",
        f"exit code {code}, {seconds:.2f} s",
        running == JOBS and code == 0 and seconds <= BAR_SECONDS,
    )
    bench.check(
        f"{engine.name}: the jobs then",
        f"{JOBS} available, 0 attempts used",
        f"{dict(left)}, {attempts} used",
        left["available"] == JOBS and attempts == "0",
    )
    start(bench, station)
    found = wait_states(engine, 60)
    judge(bench, f"{engine.name}, after the next start", witness.read(), JOBS, found)
    attempts = engine.query("SELECT max(attempt) FROM job WHERE queue = 'drill'")[0][0]
    bench.check(f"{engine.name}: attempts used in the end", "1", attempts, attempts == "1")
    station.stop()
