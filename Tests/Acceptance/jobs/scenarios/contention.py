"""Sixteen clients and a foreign writer at one SQLite file: nobody hears that it is locked; whole after kill -9."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator

from harness.bench import Bench
from harness.control import Control, Refused
from harness.engines import SQLiteEngine
from harness.station import Station
from harness.waiting import Late, wait_for
from harness.witness import Witness
from harness.work import enqueue, named, start, wait_states

NAME = "contention"
TITLE = "SQLite: 16 clients, 10 000 jobs, a second writer: no “database is locked”; kill -9, then the file is whole"

CLIENTS = 16
HOLD_SECONDS = 0.15
#: A busy writer leaves few gaps for another program: the clients go on until it has had the lock so often.
HOLDS = 10
LOAD_SECONDS_MAX = 120


def run(bench: Bench) -> None:
    count, holds_least = (2_000, 2) if bench.quick else (10_000, HOLDS)
    engine = SQLiteEngine(bench)
    station = engine.station({"jobs.slots": 20})
    start(bench, station)
    witness = named(bench, engine, "contention")
    errors: list[str] = []
    ending = threading.Event()
    holds: list[int] = []
    foreign = bench.background("foreign writer", lambda: _hold(engine, ending, holds, errors))
    share = count // CLIENTS

    until = time.monotonic() + LOAD_SECONDS_MAX
    enqueued = [0] * CLIENTS

    def enqueue_share(client: int) -> None:
        def numbers() -> Iterator[int]:
            while enqueued[client] < share or (len(holds) < holds_least and time.monotonic() < until):
                yield enqueued[client] * CLIENTS + client + 1
                enqueued[client] += 1

        _enqueue(bench, station, witness, numbers(), errors)

    threads = [
        bench.background(f"client {client}", lambda client=client: enqueue_share(client))  # type: ignore[misc]
        for client in range(CLIENTS)
    ]
    for thread in threads:
        thread.join(240)
    ending.set()
    foreign.join(20)
    found = wait_states(engine, 120)
    total = sum(enqueued)
    locked = [text for text in errors if "lock" in text.lower() or "busy" in text.lower()]
    bench.check(
        f"{CLIENTS} clients enqueue {total} jobs while another program locks the file {len(holds)} times",
        f"all completed, no error, locked {holds_least} times or more",
        f"{found['completed']} completed, {len(locked)} “locked”, {len(errors)} errors"
        + (f": {errors[0][:80]}" if errors else ""),
        found["completed"] == total >= share * CLIENTS and not errors and len(holds) >= holds_least,
    )
    _killed(bench, engine, station)


def _hold(engine: SQLiteEngine, ending: threading.Event, holds: list[int], errors: list[str]) -> None:
    """Another program takes the write lock again and again, as a person with a tool does."""
    database = sqlite3.connect(engine.path, timeout=30, isolation_level=None)
    try:
        while not ending.wait(HOLD_SECONDS):
            try:
                database.execute("BEGIN IMMEDIATE")
                time.sleep(HOLD_SECONDS)
                database.execute("ROLLBACK")
                holds.append(1)
            except sqlite3.OperationalError as error:
                errors.append(f"the foreign writer: {error}")
    finally:
        database.close()


def _enqueue(bench: Bench, station: Station, witness: Witness, numbers: Iterable[int], errors: list[str]) -> None:
    control = Control(bench.context, station.control_address)
    try:
        for number in numbers:
            enqueue(control, number, witness)
    except (Refused, Late) as error:
        errors.append(str(error))
    finally:
        control.close()


def _killed(bench: Bench, engine: SQLiteEngine, station: Station) -> None:
    witness = named(bench, engine, "killed")
    thread = bench.background("last client", lambda: _enqueue(bench, station, witness, range(1, 10_000), []))
    wait_for("jobs under way", 20, lambda: witness.ends() > 100)
    station.kill()
    thread.join(30)
    database = sqlite3.connect(engine.path)
    try:
        check = database.execute("PRAGMA integrity_check").fetchall()
    finally:
        database.close()
    bench.check("kill -9 under load, then SQLite's integrity check", "ok", str(check)[:100], check == [("ok",)])
    run = start(bench, station)
    second = start(bench, station, ready_within=None)
    code = second.ended(20)
    bench.check(
        "a second daemon in the same home",
        "ends, saying that the database is in use",
        f"exit code {code}: {second.text().strip().splitlines()[-1][-120:]}",
        code != 0 and ("use" in second.text() or "lock" in second.text()) and run.is_running,
    )
    wait_states(engine, 60)
    run.process.terminate()
    run.ended(30)
