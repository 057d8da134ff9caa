"""A limit of three at a time holds over daemons and their deaths, as seen from outside."""

from __future__ import annotations

import time

from harness.bench import Bench
from harness.engines import Engine, both
from harness.waiting import wait_for
from harness.work import judge, named, start, start_jobs, wait_states

NAME = "limits"
TITLE = "500 jobs of one key with a limit of 3, daemons killed meanwhile: never more than 3 at once"

LIMIT = 3
KILLS = 4


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    count = 100 if bench.quick else 500
    stations = [engine.station({"jobs.slots": 10}) for _ in range(1 if engine.name == "SQLite" else 2)]
    for station in stations:
        start(bench, station)
    witness = named(bench, engine, "limit")
    start_jobs(stations[0].control(), count, witness, sleepMs=60, limitKey="three", limitMax=LIMIT)
    for number in range(KILLS):
        target = (number + 1) * count // (KILLS + 2)
        wait_for("some of them", 120, lambda target=target: witness.ends() >= target)  # type: ignore[misc]
        station = stations[number % len(stations)]
        pid = station.run.pid
        station.kill()
        witness.note_killed(pid)
        time.sleep(0.2)
        start(bench, station)
    found = wait_states(engine, 180)
    seen = witness.read()
    judge(bench, f"{engine.name}, a limit of {LIMIT}, {KILLS} kills", seen, count, found)
    most = seen.most_at_once()
    rows = engine.query("SELECT running FROM job_limit WHERE limit_key LIKE 'three%'")
    bench.check(
        f"{engine.name}, {len(stations)} daemons: most jobs of the key at once outside; places taken at the end",
        f"{LIMIT}; 0",
        f"{most}; {rows[0][0] if rows else 'no row'}",
        most == LIMIT and rows in ([], [["0"]]),
    )
    for station in stations:
        station.stop()
