"""Killed at random moments for two minutes while workflows run: all finish, with the results of an undisturbed run."""

from __future__ import annotations

import random
import time

from harness.bench import Bench
from harness.engines import Engine, both
from harness.waiting import Late, wait_for
from harness.work import named, start, start_workflows, wait_states

NAME = "random-kills"
TITLE = "kill -9 every 0.5 to 3 s under ten-step workflows: all finish, each result as without a kill"

STEPS = 10
SLOTS = 100


def run(bench: Bench) -> None:
    count, seconds = (5_000, 120) if bench.full else (50, 20) if bench.quick else (500, 120)
    for engine in both(bench):
        _one(bench, engine, count, seconds)


def _one(bench: Bench, engine: Engine, count: int, seconds: float) -> None:
    random.seed(2)
    station = engine.station({"jobs.workflow_slots": SLOTS})
    start(bench, station)
    # The sums of an undisturbed run, by number: the same workflows without pauses.
    calm = named(bench, engine, "calm")
    start_workflows(station.control(), count, calm, steps=STEPS, sleepMs=0)
    wait_states(engine, 60 + count / 20, queue="workflows")
    expected = _outputs(engine, calm.name)
    witness = named(bench, engine, "kills")
    # Steps so long that the work outlasts the kills.
    start_workflows(station.control(), count, witness, steps=STEPS, sleepMs=min(1000, 500_000 // count))
    began, kills = time.monotonic(), 0
    while time.monotonic() - began < seconds and _left(engine, witness.name) > 0:
        time.sleep(random.uniform(0.5, 3.0))
        pid = station.run.pid
        station.kill()
        witness.note_killed(pid)
        kills += 1
        start(bench, station)
    lasted = time.monotonic() - began
    left = _left(engine, witness.name)
    try:
        wait_for("the end of all workflows", 240, lambda: _left(engine, witness.name) == 0, every=0.5)
    except Late as error:
        bench.check(f"{engine.name}: the workflows end", "within 4 min after the kills", error, False)
    found = _outputs(engine, witness.name)
    equal = sum(1 for number, output in expected.items() if found.get(number) == output)
    bench.check(
        f"{engine.name}: {count} workflows of {STEPS} steps under {kills} kills in {lasted:.0f} s"
        f" ({left} unfinished at the last): finished with the result of an undisturbed run",
        f"{count}, at least {seconds // 4:.0f} kills",
        equal,
        equal == count == len(expected) and kills >= seconds // 4,
    )
    effects = witness.read().steps
    extra = sum(effects.values()) - len(effects)
    bench.check(
        f"{engine.name}: effects of steps, at least once each, and again only for what a kill hit",
        f"{count * STEPS} different; at most {kills * SLOTS} again",
        f"{len(effects)} different; {extra} again",
        len(effects) == count * STEPS and extra <= kills * SLOTS,
    )
    station.stop()


def _left(engine: Engine, witness: str) -> int:
    final = "'completed', 'discarded', 'cancelled'"
    rows = engine.query(f"SELECT count(*) FROM job WHERE payload LIKE '%\"{witness}\"%' AND state NOT IN ({final})")
    return int(rows[0][0])


def _outputs(engine: Engine, witness: str) -> dict[str, str]:
    """The output of each finished run, by the number in its input."""
    number = "payload::jsonb->>'number'" if engine.name == "PostgreSQL" else "payload->>'number'"
    rows = engine.query(
        f"SELECT {number}, r.output FROM job JOIN workflow_run r ON r.id = job.id "
        f"WHERE payload LIKE '%\"{witness}\"%' AND r.state = 'completed'"
    )
    return {row[0]: row[1] for row in rows}
