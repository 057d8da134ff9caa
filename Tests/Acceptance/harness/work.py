"""Ordering drilled jobs and workflows, waiting for their end, and looking at what became of them."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from .bench import Bench
from .control import Control
from .engines import Engine, share_witnesses, witness
from .station import Run, Station
from .waiting import Late
from .witness import Seen, Witness

KIND = "drill-witness"
QUEUE = "drill"
#: States in which nothing more happens.
FINAL = ("completed", "discarded", "cancelled")


def start(bench: Bench, station: Station, *extra: str, **more: Any) -> Run:
    """Starts a daemon whose witnesses lie in the scenario's common folder."""
    share_witnesses(bench, station)
    return station.start(*extra, **more)


def enqueue(control: Control, number: int, to: Witness, **more: Any) -> dict[str, Any]:
    """Enqueues one drilled job; what is no option of a job belongs into its payload."""
    options = ("queue", "delaySeconds", "uniqueKey", "priority", "limitKey", "limitMax", "attemptMax")
    request = {key: more.pop(key) for key in options if key in more}
    payload = {"witness": to.name, "number": number, **more}
    return dict(control.call("jobs.enqueue", {"kind": KIND, "payload": payload, **request}, timeout=15))


def start_jobs(control: Control, count: int, to: Witness, **more: Any) -> None:
    """Enqueues many drilled jobs, numbered from 1 on."""
    for first in range(1, count + 1, 5_000):
        request = {"kind": "jobs", "first": first, "count": min(5_000, count + 1 - first), "witness": to.name, **more}
        control.call("drill.start", request, timeout=120)


def start_workflows(control: Control, count: int, to: Witness, **more: Any) -> None:
    control.call("drill.start", {"kind": "workflows", "count": count, "witness": to.name, **more}, timeout=120)


def kill_at(control: Control, moment: str, after: int) -> None:
    """Orders the daemon to kill itself when it reaches a moment for the n-th time."""
    control.call("drill.start", {"kind": "killAt", "moment": moment, "after": after})


def job(control: Control, id: str) -> dict[str, Any]:
    return dict(control.call("jobs.show", {"id": id}))


def workflow(control: Control, id: str) -> dict[str, Any]:
    return dict(control.call("workflows.show", {"id": id}))


def states(engine: Engine, queue: str = QUEUE, of: Witness | None = None) -> Counter[str]:
    """How many jobs of a queue are in each state, or how many of those with this witness."""
    only = f" AND payload LIKE '%\"{of.name}\"%'" if of else ""
    rows = engine.query(f"SELECT state, count(*) FROM job WHERE queue = '{queue}'{only} GROUP BY state")
    return Counter({state: int(count) for state, count in rows})


def wait_states(
    engine: Engine, seconds: float, *, queue: str = QUEUE, of: Witness | None = None, every: float = 0.2
) -> Counter[str]:
    """Waits until all of these jobs are in final states. Raises ``Late`` with the last look."""
    deadline = time.monotonic() + seconds
    while True:
        found = states(engine, queue, of)
        if found and all(state in FINAL for state in found):
            return found
        if time.monotonic() >= deadline:
            raise Late(f"the end of all jobs of {queue}: not within {seconds:g} s; there are {dict(found)}")
        time.sleep(every)


def wait_job(control: Control, id: str, wanted: tuple[str, ...], seconds: float) -> dict[str, Any]:
    """Waits until a job is in one of these states. Raises ``Late`` with its last look."""
    deadline = time.monotonic() + seconds
    while True:
        found = job(control, id)
        if found["state"] in wanted:
            return found
        if time.monotonic() >= deadline:
            raise Late(f"job {id} to be {' or '.join(wanted)}: not within {seconds:g} s; it is {found['state']}")
        time.sleep(0.05)


def lost(seen: Seen, count: int) -> list[int]:
    """Numbers from 1 on, or from 0 on, of which no attempt has ended."""
    first = 0 if 0 in seen.begun else 1
    ended = seen.ended
    return [number for number in range(first, first + count) if not ended[number]]


def judge(bench: Bench, what: str, seen: Seen, count: int, found: Counter[str]) -> bool:
    """The row that says that nothing is lost: outside every number has ended, inside every job has completed."""
    gone = lost(seen, count)
    return bench.check(
        f"{what}: jobs that ended outside, and completed inside",
        f"{count} and {count}, no torn line",
        f"{count - len(gone)} and {found['completed']}, {seen.torn} torn"
        + (f"; not ended: {gone[:5]}" if gone else "")
        + (f"; {dict(found)}" if set(found) - {"completed"} else ""),
        not gone and found["completed"] == count and sum(found.values()) == count and not seen.torn,
    )


def named(bench: Bench, engine: Engine, name: str) -> Witness:
    """A witness of this engine's own."""
    return witness(bench, f"{name}-{engine.name.lower()}")
