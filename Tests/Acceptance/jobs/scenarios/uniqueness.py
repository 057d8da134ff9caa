"""Fifty clients enqueue the same unique job at once: there is one, and the key is free when it is over."""

from __future__ import annotations

import threading
from typing import Any

from harness.bench import Bench
from harness.control import Control
from harness.engines import Engine, both
from harness.station import Station
from harness.waiting import Late, wait_for
from harness.witness import Witness
from harness.work import enqueue, named, start, wait_job

NAME = "uniqueness"
TITLE = "50 clients enqueue one unique job: one row; another after its end, and after its worker was killed"

CLIENTS = 50


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    station = engine.station()
    start(bench, station)
    witness = named(bench, engine, "unique")
    answers = _all_at_once(bench, station, witness)
    ids = {answer["id"] for answer in answers}
    rows = engine.query("SELECT count(*) FROM job WHERE unique_key LIKE '%same%'")
    bench.check(
        f"{engine.name}: {CLIENTS} clients, one unique key: answers, ids, new ones, rows",
        f"{CLIENTS}, 1, 1, 1",
        f"{len(answers)}, {len(ids)}, {sum(answer['isNew'] for answer in answers)}, {rows[0][0]}",
        len(answers) == CLIENTS
        and len(ids) == 1
        and sum(answer["isNew"] for answer in answers) == 1
        and rows == [["1"]],
    )
    control = station.control()
    first = ids.pop()
    while_running = enqueue(control, 2, witness, uniqueKey="same")
    wait_job(control, first, ("completed",), 30)
    # An attempt that ends with its worker: the only one that it has.
    second = enqueue(control, 3, witness, uniqueKey="same", sleepMs=120_000, attemptMax=1)
    bench.check(
        f"{engine.name}: the same key while it runs, and after its end",
        "the same job; another",
        f"{'the same' if while_running['id'] == first else 'another'}; "
        f"{'another' if second['isNew'] and second['id'] != first else 'the same'}",
        while_running["id"] == first and not while_running["isNew"] and second["isNew"] and second["id"] != first,
    )
    wait_for("its beginning", 10, lambda: witness.read().begun[3])
    station.kill()
    start(bench, station)
    control = station.control()
    third: dict[str, Any] = {}

    def accepted() -> bool:
        third.update(enqueue(control, 4, witness, uniqueKey="same"))
        return bool(third["isNew"])

    try:
        wait_for("another to be accepted", 60, accepted, every=0.2)
    except Late:
        pass  # The row tells.
    bench.check(
        f"{engine.name}: its worker killed: another is accepted once the lease has expired",
        "within 60 s",
        "yes" if third.get("isNew") else "no",
        bool(third.get("isNew")),
    )
    station.stop()


def _all_at_once(bench: Bench, station: Station, witness: Witness) -> list[dict[str, Any]]:
    gate = threading.Barrier(CLIENTS)
    answers: list[dict[str, Any]] = []

    def ask() -> None:
        control = Control(bench.context, station.control_address)
        try:
            control.call("system.status")  # So that the connection is there.
            gate.wait(20)
            answers.append(enqueue(control, 1, witness, uniqueKey="same", sleepMs=1500))
        finally:
            control.close()

    threads = [bench.background(f"client {number}", ask) for number in range(CLIENTS)]
    for thread in threads:
        thread.join(30)
    return answers
