"""A worker that was stopped, or cut off from its database, past its lease: it writes nothing and releases nothing."""

from __future__ import annotations

import signal
import threading
import time

from harness.bench import Bench
from harness.engines import LEASE_SECONDS, PostgresEngine, plain
from harness.postgres import Cluster
from harness.relay import Relay
from harness.waiting import wait_for
from harness.work import QUEUE, enqueue, named, start, wait_job, wait_states

NAME = "ownership"
TITLE = "a stopped worker and one whose heartbeat is held up: the next owner's work stands, limits hold"

#: The next owner has to notice, and its keeper looks every two seconds.
TAKEN_SECONDS = 30


def run(bench: Bench) -> None:
    _zombie(bench)
    _cut_off(bench)


def _zombie(bench: Bench) -> None:
    engine = PostgresEngine(bench)
    first, second = engine.station(), engine.station()
    start(bench, first)
    witness = named(bench, engine, "zombie")
    limit = {"limitKey": "one", "limitMax": 1}
    id = enqueue(first.control(), 1, witness, sleepMs=2500, **limit)["id"]
    wait_for("the first beginning", 10, lambda: witness.read().begun[1])
    first.run.process.send_signal(signal.SIGSTOP)
    start(bench, second)
    control = second.control()
    enqueue(control, 2, witness, sleepMs=6000, **limit)
    done = wait_job(control, id, ("completed", "discarded"), TAKEN_SECONDS + LEASE_SECONDS)
    wait_for("the next job of the same key", 10, lambda: witness.read().begun[2])
    before = _row(engine, id)
    first.run.process.send_signal(signal.SIGCONT)
    time.sleep(3)  # It could write now: its job's time is over, and the other one's is not.
    limits = engine.query("SELECT running FROM job_limit WHERE limit_key = 'one'")
    epochs = sorted({mark.epoch for mark in witness.read().marks if mark.number == 1 and mark.kind == "begin"})
    bench.check(
        "SIGSTOP past the lease, another finishes, SIGCONT: the first writes nothing",
        "the row as the second owner left it",
        f"{'as it was' if _row(engine, id) == before else 'changed'}, {done['state']}, lease epochs {epochs}",
        _row(engine, id) == before and done["state"] == "completed" and len(epochs) == 2,
    )
    bench.check(
        "and releases nothing: places taken of a limit of 1, while the next job runs",
        "1",
        limits[0][0],
        limits == [["1"]],
    )
    found = wait_states(engine, 30)
    limits = engine.query("SELECT running FROM job_limit WHERE limit_key = 'one'")
    bench.check(
        "afterwards",
        "2 completed, 0 places taken",
        f"{dict(found)}, {limits}",
        found["completed"] == 2 and limits in ([["0"]], []),
    )
    for station in (first, second):
        station.stop()


def _cut_off(bench: Bench) -> None:
    """The way to the database is held up, so that no heartbeat arrives, while the work goes on."""
    engine = PostgresEngine(bench, Cluster(asks_password=False))
    relay = Relay(engine.cluster.port)
    bench.on_close(relay.close)
    first = engine.station(
        {"store.postgres.host": "127.0.0.1", "store.postgres.port": relay.port, "store.postgres.ssl_mode": "disable"}
    )
    second = engine.station()
    start(bench, first)
    witness = named(bench, engine, "cut-off")
    control = first.control()
    ids = [
        enqueue(control, number, witness, sleepMs=7000 if number <= 3 else 300, limitKey="three", limitMax=3)["id"]
        for number in range(1, 21)
    ]
    wait_for("three beginnings", 10, lambda: len(witness.read().begun) == 3)
    most = _Most(engine, "three")
    bench.on_close(most.stop)
    relay.hold()
    start(bench, second)
    wait_for("the other owner", TAKEN_SECONDS, lambda: all(witness.read().begun[number] >= 2 for number in (1, 2, 3)))
    time.sleep(5)  # The first owner's work ends meanwhile, and waits for its database.
    during = [_row(engine, id) for id in ids[:3]]
    relay.release()
    time.sleep(2)
    epochs = [row[1] for row in during] == [_row(engine, id)[1] for id in ids[:3]]
    found = wait_states(engine, 60)
    most.stop()
    workers = {_row(engine, id)[3] for id in ids[:3]}
    bench.check(
        "heartbeat held up past the lease while the work goes on: the record is the second owner's",
        "20 completed, lease epochs unchanged by the first",
        f"{dict(found)}, {'unchanged' if epochs else 'changed'}, attempts {[_row(engine, id)[2] for id in ids[:3]]}",
        found["completed"] == 20 and epochs and workers == {""},
    )
    bench.check(
        f"most jobs of a key with a limit of 3 that run by the database's word, in {most.looks} looks",
        "3",
        f"{most.most}",
        most.most == 3 and most.looks > 20,
    )
    for station in (first, second):
        station.stop()


def _row(engine: PostgresEngine, id: str) -> list[str]:
    """State, epoch, attempt, worker, end and result of a job."""
    rows = engine.query(
        "SELECT state, lease_epoch, attempt, worker, finished_at, result FROM job "
        f"WHERE {engine.id('id')} = '{plain(id)}' AND queue = '{QUEUE}'"
    )
    return rows[0]


class _Most:
    """Looks all the time how many jobs of a key run."""

    def __init__(self, engine: PostgresEngine, key: str) -> None:
        self.most, self.looks = 0, 0
        self._engine, self._key = engine, key
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="most", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        statement = f"SELECT count(*) FROM job WHERE state = 'running' AND limit_key = '{self._key}'"
        while not self._ending.wait(0.05):
            self.most = max(self.most, int(self._engine.query(statement)[0][0]))
            self.looks += 1

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(10)
