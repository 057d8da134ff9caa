"""What a person or a program can get wrong: each is refused by an error that names it, and nothing is lost."""

from __future__ import annotations

import json
from typing import Any

from harness.bench import Bench
from harness.control import Control, Refused
from harness.engines import Engine, PostgresEngine, SQLiteEngine, both
from harness.postgres import ROLE
from harness.station import Run, Station
from harness.waiting import Late
from harness.work import KIND, enqueue, judge, named, start, wait_states

NAME = "bad-input"
TITLE = "unknown kind, 10 MB, unknown queue, bad cron line, newer schema, wrong password: named, nothing lost"

MEGABYTES = 10


def run(bench: Bench) -> None:
    for engine in both(bench):
        _requests(bench, engine)
        _newer_schema(bench, engine)
    _wrong_password(bench)
    _unreachable(bench)
    _settings(bench)


def _requests(bench: Bench, engine: Engine) -> None:
    station = engine.station()
    start(bench, station)
    control = station.control()
    witness = named(bench, engine, "good")
    for number in range(1, 11):
        enqueue(control, number, witness, sleepMs=200)
    missing = "0198f0a0-0000-7000-8000-00000000dead"
    cases: list[tuple[str, str, dict[str, Any], tuple[str, ...]]] = [
        ("a job of an unknown kind", "jobs.enqueue", {"kind": "make-coffee", "payload": {}}, ("make-coffee",)),
        (
            "a queue with an impossible name",
            "jobs.enqueue",
            {"kind": KIND, "payload": {}, "queue": "No Queue"},
            ("queue",),
        ),
        ("pausing an impossible queue", "queues.pause", {"queue": "No Queue"}, ("queue",)),
        ("a payload that is no object", "jobs.enqueue", {"kind": KIND, "payload": 5}, ("payload",)),
        ("a misspelt parameter", "jobs.enqueue", {"kind": KIND, "payload": {}, "prioritty": 1}, ("prioritty",)),
        ("a priority of 12", "jobs.enqueue", {"kind": KIND, "payload": {}, "priority": 12}, ("priority",)),
        ("a job that is not there", "jobs.show", {"id": missing}, (missing,)),
        ("an id that is none", "jobs.show", {"id": "seven"}, ("id",)),
        ("an unknown state", "jobs.list", {"state": "lost"}, ("state",)),
        ("an unknown schedule", "schedules.run", {"name": "every-now-and-then"}, ("every-now-and-then",)),
        (
            "61 minutes in a cron line",
            "schedules.add",
            {"name": "bad", "cron": "61 * * * *", "kind": KIND, "payload": {}},
            ("cron", "61"),
        ),
        (
            "a cron line of a day that never comes",
            "schedules.add",
            {"name": "bad", "cron": "0 0 30 2 *", "kind": KIND, "payload": {}},
            ("cron",),
        ),
        (
            "an unknown time zone",
            "schedules.add",
            {"name": "bad", "cron": "@daily", "timeZone": "Moon/Tycho", "kind": KIND, "payload": {}},
            ("Moon/Tycho",),
        ),
        ("an unknown workflow", "workflows.start", {"name": "make-tea", "input": {}}, ("make-tea",)),
        (
            "an input that does not fit",
            "workflows.start",
            {"name": "drill-steps", "input": {"steps": "ten"}},
            ("input", "drill-steps"),
        ),
        ("a run that is not there", "workflows.cancel", {"id": missing}, (missing,)),
    ]
    for what, method, params, words in cases:
        _refused(bench, engine, control, what, method, params, words)
    _large(bench, engine, station)
    commands: list[tuple[list[str], str]] = [
        (["queues", "pause", "no-such-queue"], "no-such-queue"),
        (["jobs", "show", missing], missing),
        (["jobs", "enqueue", "make-coffee"], "make-coffee"),
        (["jobs", "enqueue", KIND, "{"], "payload"),
        (["schedules", "add", "bad", "every now and then", KIND], "cron"),
        (["workflows", "start", "make-tea"], "make-tea"),
    ]
    for typed, named_word in commands:
        done = station.ctl(*typed)
        text = done.stderr.strip()
        bench.check(
            f"{engine.name}: cryptocallctl {' '.join(typed)}",
            f"not 0, one line that names {named_word}",
            f"{done.returncode}: {text[:110]}",
            done.returncode != 0 and len(text.splitlines()) == 1 and named_word in text,
        )
    judge(bench, f"{engine.name}: the good jobs beside them", witness.read(), 10, wait_states(engine, 30))
    station.stop()


def _refused(
    bench: Bench,
    engine: Engine,
    control: Control,
    what: str,
    method: str,
    params: dict[str, Any],
    words: tuple[str, ...],
) -> None:
    try:
        answer = control.call(method, params)
        text, is_refused = f"accepted: {json.dumps(answer)[:80]}", False
    except Refused as error:
        text, is_refused = str(error), True
    bench.check(
        f"{engine.name}: {what}",
        f"an error that names {' or '.join(words)}",
        text[:130],
        is_refused and any(word in text for word in words),
    )


def _large(bench: Bench, engine: Engine, station: Station) -> None:
    """Too large for a request is answered; too large for the transport ends the connection, and nothing else."""
    for size, words in ((100_000, ("large", "bytes", "size", "long")), (MEGABYTES << 20, ())):
        control = station.control()
        payload = {"witness": "large", "number": 1, "filler": "x" * size}
        try:
            control.call("jobs.enqueue", {"kind": KIND, "payload": payload}, timeout=3)
            text = "accepted"
        except (Refused, Late) as error:
            text = str(error)
        alive = station.control().call("system.status")["state"]
        rows = engine.query("SELECT count(*) FROM job WHERE payload LIKE '%large%'")
        bench.check(
            f"{engine.name}: a request of {size:,} bytes",
            ("an error that speaks of its size" if words else "not answered") + "; no job, the station serves on",
            f"{text[:100]}; {rows[0][0]} jobs, {alive}",
            text != "accepted"
            and rows == [["0"]]
            and bool(alive)
            and (not words or any(word in text.lower() for word in words)),
        )


def _ended(station: Station, run: Run, seconds: float = 40) -> tuple[int | None, str]:
    """How it ended and the last it said; one that goes on trying is looked at and ended."""
    try:
        code: int | None = run.ended(seconds)
    except Late:
        code = None
        station.kill()
    lines = [line for line in run.text().splitlines() if line.strip()]
    return code, " / ".join(lines[-3:])


def _newer_schema(bench: Bench, engine: Engine) -> None:
    later = "9999-made-by-a-later-version"
    engine.change(f"INSERT INTO schema_migration (id, checksum, applied_at) VALUES ('{later}', 'x', 1);")
    station = engine.station() if engine.name == "PostgreSQL" else _of(engine)
    run = start(bench, station, ready_within=None)
    code, text = _ended(station, run)
    jobs = engine.query("SELECT count(*) FROM job WHERE state = 'completed'")[0][0]
    bench.check(
        f"{engine.name}: a schema of a later version",
        "ends, naming it; the jobs are still there",
        f"exit code {code}: {text[-130:]}; {jobs} jobs",
        code not in (0, None) and ("newer" in text or later in text) and jobs == "10",
    )
    engine.change(f"DELETE FROM schema_migration WHERE id = '{later}';")
    start(bench, station)
    bench.check(f"{engine.name}: without it", "READY", f"after {station.run.ready_seconds or 0:.2f} s", True)
    station.stop()


def _of(engine: Engine) -> Station:
    assert isinstance(engine, SQLiteEngine)
    return engine.only_station


def _wrong_password(bench: Bench) -> None:
    engine = PostgresEngine(bench)
    settings: dict[str, object] = {"store.postgres.host": "127.0.0.1"}
    station = engine.station(settings)
    wrong = "hunter2-is-not-it"
    _give_password(station, wrong)
    run = start(bench, station, ready_within=None)
    code, text = _ended(station, run)
    bench.check(
        "PostgreSQL: a wrong password",
        f"an error that names the password or {ROLE}, and does not tell it",
        f"exit code {code}: {text[-130:]}",
        code != 0 and ("password" in text or ROLE in text) and wrong not in run.text(),
    )
    _give_password(station, engine.cluster.password)
    start(bench, station)
    bench.check("PostgreSQL: the right one", "READY", f"after {station.run.ready_seconds or 0:.2f} s", True)
    station.stop()


def _give_password(station: Station, password: str) -> None:
    file = station.home / "credentials" / "postgres-password"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_text(password)
    file.chmod(0o600)
    station.settings["store.postgres.password"] = f"cred:{file.name}"


def _unreachable(bench: Bench) -> None:
    engine = PostgresEngine(bench)
    station = engine.station()
    engine.cluster.stop()
    run = start(bench, station, ready_within=None)
    code, text = _ended(station, run, 15)
    place = str(engine.cluster.port)
    bench.check(
        "PostgreSQL: nobody at the address",
        "an error that names the address",
        f"exit code {code}: {text[-130:]}",
        code != 0 and (place in run.text() or str(engine.cluster.socket) in run.text()),
    )


def _settings(bench: Bench) -> None:
    """Everything that a person writes into the file, checked before a start."""
    station = bench.station()
    cases = {
        "store.backup.at": '[store.backup]\nat = "25:00"\n',
        "store.engine": '[store]\nengine = "oracle"\n',
        "jobs.slots": "[jobs]\nslots = 0\n",
        "jobs.runs": '[jobs]\nruns = ["No Queue"]\n',
        "jobs.lease_seconds": "[jobs]\nlease_seconds = 0\n",
        "store.postgres.port": "[store.postgres]\nport = 70000\n",
    }
    for key, text in cases.items():
        station.write_config(text)
        run = station.start("--check-config", ready_within=None)
        code = run.ended(20)
        bench.check(
            f"the settings file: {' '.join(text.split())}",
            f"--check-config ends with another code than 0 and names {key}",
            f"{code}: {run.text().strip()[:110]}",
            code != 0 and key in run.text(),
        )
