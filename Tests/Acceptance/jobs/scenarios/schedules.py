"""Schedules: every minute once however many daemons look at the clock, catch-up as chosen, and a crash while firing."""

from __future__ import annotations

import json
import time
from collections import Counter

from harness.bench import Bench
from harness.engines import Engine, PostgresEngine, both
from harness.waiting import wait_for
from harness.witness import Witness
from harness.work import KIND, QUEUE, kill_at, named, start, wait_states

NAME = "schedules"
TITLE = "two daemons, 100 schedules, an hour of minutes: each once; 3 h 7 min of downtime; killed while firing"

MINUTE = 60
DOWN_SECONDS = 3 * 3600 + 7 * 60


def run(bench: Bench) -> None:
    _hour(bench)
    for engine in both(bench):
        _downtime(bench, engine)
    for engine in both(bench):
        _killed(bench, engine)


def _hour(bench: Bench) -> None:
    """An hour passes while nobody is there; two daemons find it at the same moment."""
    count = 20 if bench.quick else 100
    engine = PostgresEngine(bench)
    stations = [engine.station({"jobs.slots": 50}) for _ in range(2)]
    witness = named(bench, engine, "hour")
    start(bench, stations[0])  # Makes the tables.
    stations[0].stop()
    first = int(time.time()) // MINUTE * MINUTE - 59 * MINUTE
    engine.change(
        "".join(
            _insert(f"minute-{number}", "* * * * *", witness, first, number, catch_up="all", most=60, overlap="allow")
            for number in range(1, count + 1)
        )
    )
    for station in stations:
        start(bench, station, ready_within=None)
    for station in stations:
        station.wait_ready(station.run)
    wait_for("the hour's fires", 60, lambda: len(_fires(engine)) == count and _caught_up(engine), every=0.5)
    wait_states(engine, 120)
    fires = _fires(engine)
    jobs = int(engine.query(f"SELECT count(*) FROM job WHERE queue = '{QUEUE}'")[0][0])
    linked = int(engine.query("SELECT count(DISTINCT f.job) FROM schedule_fire f JOIN job j ON j.id = f.job")[0][0])
    total = sum(len(times) for times in fires.values())
    whole = all(_is_whole(times, first) for times in fires.values())
    bench.check(
        f"two daemons, {count} schedules, an hour of minutes: jobs, and (schedule, minute) that have one",
        f"as many, {60 * count} or more, no minute left out",
        f"{jobs} and {linked} of {total}, {'none' if whole else 'some'} left out",
        jobs == linked == total and total >= 60 * count and whole,
    )
    begun = Counter(mark.job for mark in witness.read().marks if mark.kind == "begin")
    bench.check(
        "beginnings of these jobs outside, and daemons that ran them",
        f"{jobs}, once each; 2",
        f"{sum(begun.values())}, {len(begun)} different; "
        f"{len({mark.pid for mark in witness.read().marks if mark.kind == 'begin'})}",
        sum(begun.values()) == len(begun) == jobs
        and len({mark.pid for mark in witness.read().marks if mark.kind == "begin"}) == 2,
    )
    for station in stations:
        station.stop()


def _downtime(bench: Bench, engine: Engine) -> None:
    station = engine.station()
    witness = named(bench, engine, "downtime")
    start(bench, station)
    station.stop()
    # Hourly, last 20 minutes ago: three times in 3 h 7 min, whatever time it is now.
    now = time.time()
    last = (int(now) // MINUTE - 20) * MINUTE
    missed = [last - hours * 3600 for hours in (2, 1, 0)]
    assert missed[0] > now - DOWN_SECONDS > missed[0] - 3600
    minute = last // MINUTE % 60
    for number, policy in enumerate(("skip", "once", "all"), 1):
        statement = _insert(
            f"hourly-{policy}", f"{minute} * * * *", witness, missed[0], number, catch_up=policy, overlap="allow"
        )
        engine.change(statement)
    start(bench, station)
    wait_for("the schedules to be dealt with", 60, lambda: _caught_up(engine), every=0.2)
    wait_states(engine, 30)
    begun = witness.read().begun
    bench.check(
        f"{engine.name}: 3 h 7 min down across an hourly schedule: runs with skip, once, all",
        "0, 1, 3",
        ", ".join(str(begun[number]) for number in (1, 2, 3)),
        [begun[number] for number in (1, 2, 3)] == [0, 1, 3],
    )
    station.stop()


def _killed(bench: Bench, engine: Engine) -> None:
    """Between the row of the fire and the commit."""
    station = engine.station()
    witness = named(bench, engine, "fire")
    start(bench, station)
    kill_at(station.control(), "cronInsert", 1)
    due = (int(time.time()) // MINUTE - 1) * MINUTE
    engine.change(_insert("killed", "* * * * *", witness, due, 1, catch_up="once", overlap="allow"))
    # A new row is found at the next full minute at the latest.
    code = station.run.ended(80)
    witness.note_killed(station.run.pid)
    before = len(_fires(engine).get("killed", []))
    start(bench, station)
    wait_for("the fire", 80, lambda: _fires(engine).get("killed"), every=0.1)
    wait_states(engine, 30)
    engine_fires = _fires(engine)["killed"]
    begun = witness.read().begun[1]
    bench.check(
        f"{engine.name}, killed cronInsert: fires on record before and after, and runs",
        "signal 9; 0; as many fires as runs",
        f"{code}; {before}; {len(engine_fires)} and {begun}",
        code == -9 and before == 0 and len(engine_fires) == begun >= 1,
    )
    station.stop()


def _insert(
    name: str,
    cron: str,
    witness: Witness,
    next_at: int,
    number: int,
    *,
    catch_up: str,
    most: int = 10,
    overlap: str,
) -> str:
    """The statement that an operator's schedule comes down to."""
    payload = json.dumps({"witness": witness.name, "number": number})
    window = 24 * 3600 * 10**9
    return (
        "INSERT INTO schedule (name, cron, time_zone, kind, queue, payload, catch_up, catch_up_window_ns, "
        "catch_up_max, overlap, origin, next_at, updated_at) VALUES "
        f"('{name}', '{cron}', 'UTC', '{KIND}', '{QUEUE}', '{payload}', '{catch_up}', {window}, {most}, "
        f"'{overlap}', 'operator', {next_at * 10**9}, {time.time_ns()});"
    )


def _fires(engine: Engine) -> dict[str, list[int]]:
    """The seconds at which each of our schedules was fired."""
    found: dict[str, list[int]] = {}
    ours = "(SELECT name FROM schedule WHERE origin = 'operator')"
    rows = engine.query(f"SELECT schedule, fire_at FROM schedule_fire WHERE schedule IN {ours} ORDER BY fire_at")
    for name, at in rows:
        found.setdefault(name, []).append(int(at) // 10**9)
    return found


def _caught_up(engine: Engine) -> bool:
    now = time.time_ns()
    rows = engine.query(f"SELECT count(*) FROM schedule WHERE origin = 'operator' AND next_at <= {now}")
    return rows[0][0] == "0"


def _is_whole(times: list[int], first: int) -> bool:
    return times == list(range(first, first + len(times) * MINUTE, MINUTE))
