"""A writing transaction is held open beside steady work: what it costs, and that it is over when it ends."""

from __future__ import annotations

import time

from harness.bench import Bench
from harness.engines import PostgresEngine
from harness.postgres import Cluster
from harness.waiting import wait_for
from harness.witness import Witness
from harness.work import judge, named, start, start_jobs, wait_states

NAME = "open-transaction"
TITLE = "a writing transaction held open at steady load: throughput and dead tuples meanwhile, and afterwards"

SLOTS, SLEEP_MS = 10, 20
DROP_BAR_SHARE = 0.5
BACK_BAR_SHARE = 0.9
BACK_BAR_SECONDS = 30.0


def run(bench: Bench) -> None:
    held_seconds = 180 if bench.full else 10 if bench.quick else 25
    rate = SLOTS * 1000 // SLEEP_MS
    count = rate * (held_seconds + 35)
    # The server looks for dead rows more often than once a minute, so that the test does not have to wait for it.
    engine = PostgresEngine(bench, Cluster({"autovacuum_naptime": "2s"}))
    station = engine.station({"jobs.slots": SLOTS})
    start(bench, station)
    witness = named(bench, engine, "held")
    start_jobs(station.control(), count, witness, sleepMs=SLEEP_MS)
    wait_for("steady work", 30, lambda: witness.ends() >= rate)
    before = _rate(witness, 6)
    session = engine.cluster.hold(
        engine.database.name, "CREATE TABLE held (number int); BEGIN; INSERT INTO held VALUES (1);"
    )
    try:
        wait_for("the open transaction", 10, lambda: _is_open(engine))
        time.sleep(held_seconds - 6)
        during = _rate(witness, 6)
        dead = _dead(engine)
    finally:
        session.kill()
        session.wait()
        if session.stdin is not None:
            session.stdin.close()
    released = time.monotonic()
    after = _rate(witness, 6)
    bench.check(
        f"jobs/s while a writing transaction is open, after {held_seconds} s of it",
        f"at least {DROP_BAR_SHARE:.0%} of before",
        f"{during / before:.0%} ({during:,.0f} of {before:,.0f})",
        during >= DROP_BAR_SHARE * before,
    )
    bench.check(
        "jobs/s within 6 s of its end",
        f"at least {BACK_BAR_SHARE:.0%} of before",
        f"{after / before:.0%} ({after:,.0f})",
        after >= BACK_BAR_SHARE * before,
    )
    left = wait_for("the dead rows to go", 60, lambda: _gone(engine, dead), every=0.5)
    bench.check(
        f"dead rows of the table of jobs at the end of it ({dead:,}): until no more than half are left",
        f"at most {BACK_BAR_SECONDS:g} s after its end",
        f"{time.monotonic() - released:.1f} s, {left - 1:,} left",
        time.monotonic() - released <= BACK_BAR_SECONDS,
    )
    found = wait_states(engine, 120, of=witness)
    judge(bench, "all jobs beside it", witness.read(), count, found)
    station.stop()


def _rate(witness: Witness, seconds: float) -> float:
    first, began = witness.ends(), time.monotonic()
    time.sleep(seconds)
    last = witness.ends()
    return (last - first) / (time.monotonic() - began)


def _is_open(engine: PostgresEngine) -> bool:
    rows = engine.query(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND backend_xid IS NOT NULL"
    )
    return rows[0][0] != "0"


def _dead(engine: PostgresEngine) -> int:
    return int(engine.query("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'job'")[0][0])


def _gone(engine: PostgresEngine, dead: int) -> int | None:
    """One more than are left, once no more than half are."""
    left = _dead(engine)
    return left + 1 if left <= dead / 2 else None
