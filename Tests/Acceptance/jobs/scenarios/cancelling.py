"""Cancelled while it runs, waits, is scheduled, and between steps."""

from __future__ import annotations

import time

from harness.bench import Bench
from harness.control import Control
from harness.engines import Engine, both
from harness.waiting import Late, wait_for
from harness.work import enqueue, named, start, wait_job

NAME = "cancelling"
TITLE = "cancelled while running, scheduled, waiting and between steps: cancelled within the grace period"

#: What a running job is given to end, and how often its worker asks.
BAR_SECONDS = 5.0


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    station = engine.station()
    start(bench, station)
    control = station.control()
    witness = named(bench, engine, "cancel")
    running = enqueue(control, 1, witness, sleepMs=60_000)["id"]
    scheduled = enqueue(control, 2, witness, delaySeconds=3600)["id"]
    wait_for("its beginning", 10, lambda: witness.read().begun[1])
    for what, id in (("running", running), ("scheduled", scheduled)):
        began = time.monotonic()
        control.call("jobs.cancel", {"id": id})
        state = _state_of_job(control, id)
        _row(bench, f"{engine.name}: a {what} job", state, time.monotonic() - began)
    steps = named(bench, engine, "cancel-steps")
    gates = named(bench, engine, "cancel-gates")
    between = control.call(
        "workflows.start",
        {"name": "drill-steps", "input": {"witness": steps.name, "steps": 100, "sleepMs": 200, "number": 1}},
    )["id"]
    waiting = control.call(
        "workflows.start",
        {"name": "drill-gates", "input": {"witness": gates.name, "text": "x", "seconds": 600, "number": 1}},
    )["id"]
    wait_for("some steps", 15, lambda: sum(steps.read().steps.values()) >= 3)
    wait_for(
        "the question", 15, lambda: engine.query("SELECT count(*) FROM approval WHERE decision IS NULL") != [["0"]]
    )
    for what, id in (("between its steps", between), ("waiting for a person", waiting)):
        began = time.monotonic()
        control.call("workflows.cancel", {"id": id})
        state = _state_of_job(control, id)
        _row(bench, f"{engine.name}: a workflow {what}", state, time.monotonic() - began)
    done = sum(steps.read().steps.values())
    time.sleep(1)
    more = sum(steps.read().steps.values()) - done
    bench.check(f"{engine.name}: steps after its end as cancelled", "0", f"{more}, after {done} steps", more == 0)
    station.stop()


def _state_of_job(control: Control, id: str) -> str:
    try:
        return str(wait_job(control, id, ("cancelled", "completed", "discarded"), 30)["state"])
    except Late as error:
        return str(error)


def _row(bench: Bench, figure: str, state: str, seconds: float) -> None:
    bench.check(
        f"{figure}: cancelled",
        f"within {BAR_SECONDS:g} s",
        f"{state}, {seconds:.2f} s",
        state == "cancelled" and seconds <= BAR_SECONDS,
    )
