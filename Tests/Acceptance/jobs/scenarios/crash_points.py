"""Killed at every labelled point of a job and of a step: nothing is lost, and only what may happen twice does."""

from __future__ import annotations

from harness.bench import Bench
from harness.engines import Engine, both, plain
from harness.station import Station
from harness.waiting import Late
from harness.work import judge, kill_at, named, start, start_jobs, wait_states, workflow
from harness.witness import Witness

NAME = "crash-points"
TITLE = "kill -9 after a claim, before and after a record, in a step: nothing lost, extra effects where allowed only"

#: How many extra beginnings a crash at this point costs the job that is there.
JOB_MOMENTS = {"afterClaim": 0, "beforeRecord": 1, "afterRecord": 0}
#: The same for the effects of a workflow's steps: the least and the most.
STEP_MOMENTS = {"midStep": (0, 1), "beforeStepRecord": (1, 1), "afterStepRecord": (0, 0)}
JOBS = 10
STEPS = 10
#: The crash comes at the n-th time.
AFTER = 4
#: A dead daemon's lease, and whoever takes the work back.
BACK_SECONDS = 60


def run(bench: Bench) -> None:
    for engine in both(bench):
        station = engine.station({"jobs.slots": 1, "jobs.workflow_slots": 1})
        for moment, extra in JOB_MOMENTS.items():
            _job(bench, engine, station, moment, extra)
        start(bench, station)
        expected = _undisturbed(bench, engine, station)
        station.stop()
        for moment, bounds in STEP_MOMENTS.items():
            _step(bench, engine, station, moment, bounds, expected)


def _crash(bench: Bench, station: Station, moment: str, witness: Witness) -> bool:
    """Waits for the ordered end, and starts the next process."""
    run = station.run
    code = run.ended(30)
    witness.note_killed(run.pid)
    if code != -9:
        bench.check(f"{moment}: the daemon kills itself", "signal 9", code, False)
    start(bench, station)
    return code == -9


def _job(bench: Bench, engine: Engine, station: Station, moment: str, extra: int) -> None:
    start(bench, station)
    control = station.control()
    witness = named(bench, engine, moment)
    kill_at(control, moment, AFTER)
    # One of the key at a time, so that it is known which job is there at the moment.
    start_jobs(control, JOBS, witness, limitKey="crash", limitMax=1)
    if not _crash(bench, station, moment, witness):
        return
    found = wait_states(engine, BACK_SECONDS, of=witness)
    seen = witness.read()
    judge(bench, f"{engine.name}, killed {moment}", seen, JOBS, found)
    begun = seen.begun
    others = sum(begun.values()) - begun[AFTER] - (JOBS - 1)
    # Its slot may be given to the next one before the moment has passed: that one is hit by the same kill.
    bench.check(
        f"{engine.name}, killed {moment}: beginnings of the job that was there, and again of any other",
        f"{1 + extra}, at most 1",
        f"{begun[AFTER]}, {others} (twice: {[number for number, count in begun.items() if count > 1]})",
        begun[AFTER] == 1 + extra and others <= 1,
    )
    station.stop()


def _begin(bench: Bench, engine: Engine, station: Station, name: str) -> tuple[str, Witness]:
    witness = named(bench, engine, name)
    request = {"name": "drill-steps", "input": {"witness": witness.name, "steps": STEPS, "sleepMs": 0, "number": 1}}
    return str(station.control().call("workflows.start", request)["id"]), witness


def _output(engine: Engine, run: str) -> tuple[str, str]:
    rows = engine.query(f"SELECT state, output FROM workflow_run WHERE {engine.id('id')} = '{plain(run)}'")
    return (rows[0][0], rows[0][1]) if rows else ("not begun", "")


def _undisturbed(bench: Bench, engine: Engine, station: Station) -> str:
    run, _ = _begin(bench, engine, station, "undisturbed")
    wait_states(engine, 30, queue="workflows")
    state, output = _output(engine, run)
    if state != "completed" or not output:
        raise Late(f"an undisturbed workflow: {state} with “{output}”")
    return output


def _step(bench: Bench, engine: Engine, station: Station, moment: str, bounds: tuple[int, int], expected: str) -> None:
    start(bench, station)
    kill_at(station.control(), moment, AFTER)
    run, witness = _begin(bench, engine, station, moment)
    if not _crash(bench, station, moment, witness):
        return
    wait_states(engine, BACK_SECONDS, queue="workflows")
    state, output = _output(engine, run)
    rows = engine.query(
        "SELECT count(*), count(DISTINCT number) FROM workflow_step "
        f"WHERE state = 'completed' AND {engine.id('run')} = '{plain(run)}'"
    )
    bench.check(
        f"{engine.name}, killed {moment}: the workflow's result, and its steps on record",
        f"as without a crash, {STEPS} once each",
        f"{state}, {'the same' if output == expected else 'another'}, {rows[0][0]} ({rows[0][1]} different)",
        state == "completed" and output == expected and rows[0] == [str(STEPS), str(STEPS)],
    )
    effects = witness.read().steps
    extra = sum(effects.values()) - STEPS
    touched = [step for (_, step), times in effects.items() if times > 1]
    bench.check(
        f"{engine.name}, killed {moment}: effects of steps more than once",
        f"{bounds[0]} to {bounds[1]}" if bounds[0] != bounds[1] else f"{bounds[0]}",
        f"{extra}" + (f", at step {', '.join(map(str, touched))}" if touched else ""),
        len(effects) == STEPS and bounds[0] <= extra <= bounds[1],
    )
    timeline = workflow(station.control(), run)
    bench.check(
        f"{engine.name}, killed {moment}: workflows.show has a timeline of all steps",
        f"{STEPS}",
        len(timeline.get("steps", [])),
        len(timeline.get("steps", [])) == STEPS,
    )
    station.stop()
