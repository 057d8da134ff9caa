"""Payloads that cannot be read and kinds that nobody knows: given up after their attempts, and in nobody's way."""

from __future__ import annotations

import time

from harness.bench import Bench
from harness.control import Control
from harness.engines import Engine, both
from harness.witness import Witness
from harness.work import KIND, QUEUE, named, start, start_jobs, wait_states

NAME = "poison"
TITLE = "poison payloads and unknown kinds: discarded with a reason after the limit, other jobs as fast as without"

POISON = 50
ATTEMPTS = 2
RATE_BAR = 0.8


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    count = 1_000 if bench.quick else 4_000
    station = engine.station({"jobs.slots": 10})
    start(bench, station)
    control = station.control()
    # Jobs of a fixed length, so that the rate is the slots' and not the machine's.
    alone = _rate(engine, control, named(bench, engine, "alone"), count)
    for number in range(POISON):
        _poison(control, number)
    beside = _rate(engine, control, named(bench, engine, "beside"), count)
    bench.check(
        f"{engine.name}: jobs/s beside {POISON} poison jobs",
        f"at least {RATE_BAR:g} of without",
        f"{beside / alone:.2f} ({beside:,.0f} of {alone:,.0f})",
        beside >= RATE_BAR * alone,
    )
    found = wait_states(engine, 60)
    errors = engine.query("SELECT attempt, errors FROM job WHERE state = 'discarded'")
    told = sum(1 for row in errors if row[0] == str(ATTEMPTS) and "decode" in row[1] and KIND in row[1])
    bench.check(
        f"{engine.name}: what became of them",
        f"{POISON} discarded after {ATTEMPTS} attempts, the error names the kind",
        f"{found['discarded']}, {told} of them with {ATTEMPTS} attempts and the reason",
        found["discarded"] == POISON == told,
    )
    _unknown(bench, engine)
    station.stop()


def _poison(control: Control, number: int) -> None:
    payload = [{"witness": 5, "number": number}, {"number": "x"}, {}][number % 3]
    control.call("jobs.enqueue", {"kind": KIND, "payload": payload, "attemptMax": ATTEMPTS})


def _rate(engine: Engine, control: Control, witness: Witness, count: int) -> float:
    began = time.monotonic()
    start_jobs(control, count, witness, sleepMs=10)
    wait_states(engine, 120, of=witness, every=0.05)
    return count / (time.monotonic() - began)


def _unknown(bench: Bench, engine: Engine) -> None:
    """As an older or a newer daemon on the same database could leave them."""
    for number, (kind, payload, what) in enumerate(
        (
            ("from-elsewhere", '{"from":"elsewhere"}', "of an unknown kind"),
            (KIND, "no JSON at all", "whose payload is no JSON"),
            (KIND, '{"filler":"' + "x" * (10 << 20) + '"}', "whose payload has 10 MB"),
        )
    ):
        _left_behind(bench, engine, number, kind, payload, what)


def _left_behind(bench: Bench, engine: Engine, number: int, kind: str, payload: str, what: str) -> None:
    digits = f"0198f0a0000070008000{number:012}"
    id = f"x'{digits}'" if engine.name == "SQLite" else f"'{digits}'"
    engine.change(
        "INSERT INTO job (id, queue, kind, state, run_at, payload, attempt_max, inserted_at) VALUES "
        f"({id}, '{QUEUE}', '{kind}', 'available', 1, '{payload}', {ATTEMPTS}, 1);"
    )
    wait_states(engine, 60)
    row = engine.query(f"SELECT state, attempt, errors FROM job WHERE id = {id}")[0]
    bench.check(
        f"{engine.name}: a job {what} in the table",
        "discarded, the error names the kind",
        f"{row[0]} after {row[1]}: {row[2][:120]}",
        row[0] == "discarded" and kind in row[2],
    )
