"""What a new user types, in order: jobs, queues, schedules, workflows, and the database with its way to PostgreSQL."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from harness.bench import Bench
from harness.engines import PostgresEngine, SQLiteEngine
from harness.station import Station
from harness.waiting import wait_for
from harness.work import KIND, QUEUE, named, start, start_jobs, wait_states

NAME = "tour"
TITLE = "the commands as a new user types them: jobs, queues, schedules, workflows, db; from SQLite to PostgreSQL"

JOBS = 30


def run(bench: Bench) -> None:
    sqlite = SQLiteEngine(bench)
    station = sqlite.station()
    postgres = PostgresEngine(bench)
    _write_config(station, postgres, "sqlite")
    start(bench, station)
    _jobs(bench, sqlite, station)
    _queues(bench, sqlite, station)
    _schedules(bench, station)
    _workflows(bench, sqlite, station)
    backup = _backup(bench, station)
    counts = _counts(sqlite)
    _restore(bench, sqlite, station, backup, counts)
    _move(bench, sqlite, postgres, station, counts)


def _write_config(station: Station, postgres: PostgresEngine, engine: str) -> None:
    cluster = postgres.cluster
    station.write_config(
        f'[store]\nengine = "{engine}"\n\n[store.postgres]\nhost = "{cluster.socket}"\nport = {cluster.port}\n'
        f'database = "{postgres.database.name}"\n\n[drills]\nenabled = true\n'
    )


def _typed(
    bench: Bench,
    station: Station,
    words: str,
    *expected: str,
    code: int = 0,
    seconds: float = 60,
) -> subprocess.CompletedProcess[str]:
    """One command line, and what its output has to speak of."""
    done = station.ctl(*words.split(), seconds=seconds)
    text = done.stdout + done.stderr
    absent = [word for word in expected if word not in text]
    first = next((line.strip() for line in text.splitlines() if line.strip()), "(it says nothing)")
    bench.check(
        f"cryptocallctl {words}",
        f"{code}, speaks of {', '.join(expected)}" if expected else f"{code}",
        f"{done.returncode}: {first[:90]}" + (f"; without {', '.join(absent)}" if absent else ""),
        done.returncode == code and not absent,
    )
    return done


def _jobs(bench: Bench, engine: SQLiteEngine, station: Station) -> None:
    witness = named(bench, engine, "tour")
    start_jobs(station.control(), JOBS, witness)
    wait_states(engine, 30)
    _typed(bench, station, "jobs list", QUEUE, KIND, "completed")
    _typed(bench, station, "jobs list --state discarded")
    listed = station.ctl("jobs", "list", "--json", "--queue", QUEUE, "--limit", "5")
    answer = json.loads(listed.stdout)
    jobs = answer["jobs"] if isinstance(answer, dict) else answer
    bench.check(
        "cryptocallctl jobs list --json --queue drill --limit 5",
        "5 jobs, newest first",
        f"{len(jobs)}",
        len(jobs) == 5 and [job["id"] for job in jobs] == sorted((job["id"] for job in jobs), reverse=True),
    )
    _typed(bench, station, f"jobs show {jobs[0]['id']}", jobs[0]["id"], KIND, "completed", witness.name)
    # One that fails for good, and is started over.
    control = station.control()
    payload = {"witness": witness.name, "number": 100, "outcome": "permanent"}
    dead = control.call("jobs.enqueue", {"kind": KIND, "payload": payload})["id"]
    wait_for("the dead letter", 15, lambda: control.call("jobs.list", {"state": "discarded"})["jobs"])
    _typed(bench, station, f"jobs show {dead}", "discarded")
    _typed(bench, station, f"jobs retry {dead}")
    wait_for("its second life", 15, lambda: witness.read().begun[100] == 2)
    later = control.call("jobs.enqueue", {"kind": KIND, "payload": payload, "delaySeconds": 3600})["id"]
    _typed(bench, station, f"jobs cancel {later}")
    _typed(bench, station, f"jobs show {later}", "cancelled")
    _typed(bench, station, "workers", "drill")


def _queues(bench: Bench, engine: SQLiteEngine, station: Station) -> None:
    _typed(bench, station, "queues list", QUEUE)
    _typed(bench, station, f"queues pause {QUEUE}")
    witness = named(bench, engine, "paused")
    control = station.control()
    control.call("jobs.enqueue", {"kind": KIND, "payload": {"witness": witness.name, "number": 1}})
    _typed(bench, station, "queues list", "paused")
    begun = witness.read().begun[1]
    _typed(bench, station, f"queues resume {QUEUE}")
    wait_for("the job that waited", 15, lambda: witness.read().begun[1])
    bench.check("a paused queue's job: begun while paused, and after", "0, 1", f"{begun}, 1", begun == 0)
    _typed(bench, station, f"queues requeue {QUEUE}", "1")
    wait_states(engine, 30)


def _schedules(bench: Bench, station: Station) -> None:
    added = station.ctl("schedules", "add", "tour-daily", "0 2 * * *", KIND, '{"witness":"tour-daily","number":1}')
    bench.check(
        "cryptocallctl schedules add tour-daily '0 2 * * *' ...",
        "0, names it",
        f"{added.returncode}: {(added.stdout + added.stderr).strip().splitlines()[0][:90]}",
        added.returncode == 0 and "tour-daily" in added.stdout,
    )
    done = _typed(bench, station, "schedules list")
    names = station.control().call("schedules.list")["schedules"]
    bench.check(
        "schedules list names all of them",
        f"{len(names)}, at least 1",
        f"{sum(one['name'] in done.stdout for one in names)}",
        bool(names) and all(one["name"] in done.stdout for one in names),
    )
    name = "tour-daily"
    _typed(bench, station, f"schedules show {name}", name)
    _typed(bench, station, f"schedules pause {name}")
    _typed(bench, station, f"schedules show {name}", "paused")
    _typed(bench, station, f"schedules run {name}")
    _typed(bench, station, f"schedules resume {name}")
    _typed(bench, station, f"schedules remove {name}", "removed")


def _workflows(bench: Bench, engine: SQLiteEngine, station: Station) -> None:
    gates = named(bench, engine, "tour-gates")
    control = station.control()
    request = {
        "name": "drill-gates",
        "input": {"witness": gates.name, "text": "good evening", "seconds": 600, "number": 1},
    }
    id = control.call("workflows.start", request)["id"]
    wait_for("the question", 15, lambda: engine.query("SELECT 1 FROM approval WHERE decision IS NULL"))
    _typed(bench, station, "workflows list", "drill-gates", "waiting")
    _typed(bench, station, f"workflows show {id}", "drill-gates", "script")
    for subject in ("script", "final"):
        wait_for(
            f"the question about {subject}",
            15,
            lambda subject=subject: engine.query(  # type: ignore[misc]
                f"SELECT 1 FROM approval WHERE decision IS NULL AND subject = '{subject}'"
            ),
        )
        shown = _typed(bench, station, "workflows approvals", id, subject)
        # What a person copies from the screen.
        found = re.search(r"\b[0-9a-f]{64}\b", shown.stdout)
        hash = found.group(0) if found else "none"
        _typed(bench, station, f"workflows approve {id} {subject} --hash {hash}")
    wait_for("its end", 15, lambda: engine.query("SELECT 1 FROM workflow_run WHERE state = 'completed'"))
    _typed(bench, station, f"workflows show {id}", "completed")


def _backup(bench: Bench, station: Station) -> Path:
    _typed(bench, station, "db status", "sqlite", "schema")
    file = bench.folder / "backup.sqlite"
    _typed(bench, station, f"db backup {file}", "rows")
    _typed(bench, station, f"db backup --verify {file}")
    _typed(bench, station, "db check")
    refused = station.ctl("db", "restore", str(file))
    bench.check(
        "db restore while the station runs",
        "refused, saying that it runs",
        f"{refused.returncode}: {refused.stderr.strip()[:90]}",
        refused.returncode != 0 and ("daemon" in refused.stderr or "use" in refused.stderr),
    )
    return file


def _counts(engine: SQLiteEngine | PostgresEngine) -> list[int]:
    tables = ("job", "workflow_run", "workflow_step", "approval")
    return [int(engine.query(f"SELECT count(*) FROM {table}")[0][0]) for table in tables]


def _restore(bench: Bench, engine: SQLiteEngine, station: Station, file: Path, counts: list[int]) -> None:
    control = station.control()
    witness = named(bench, engine, "after-backup")
    control.call("jobs.enqueue", {"kind": KIND, "payload": {"witness": witness.name, "number": 1}})
    wait_states(engine, 15)
    station.stop()
    refused = station.ctl("db", "restore", str(file))
    bench.check(
        "db restore over a database, without --replace",
        "refused",
        f"{refused.returncode}: {refused.stderr.strip()[:90]}",
        refused.returncode != 0 and "--replace" in refused.stderr,
    )
    _typed(bench, station, f"db restore --replace {file}", "restored")
    _typed(bench, station, "db check")
    bench.check("what is there then", f"{counts}", f"{_counts(engine)}", _counts(engine) == counts)
    start(bench, station)
    control = station.control()
    control.call("jobs.enqueue", {"kind": KIND, "payload": {"witness": witness.name, "number": 2}})
    wait_for("a job after the restore", 15, lambda: witness.read().ended[2])
    station.stop()


def _move(bench: Bench, sqlite: SQLiteEngine, postgres: PostgresEngine, station: Station, counts: list[int]) -> None:
    before = _counts(sqlite)
    _typed(bench, station, "db move", "row for row", seconds=120)
    bench.check("rows on PostgreSQL then", f"{before}", f"{_counts(postgres)}", _counts(postgres) == before)
    _write_config(station, postgres, "postgres")
    run = start(bench, station)
    control = station.control()
    witness = named(bench, postgres, "after-move")
    control.call("jobs.enqueue", {"kind": KIND, "payload": {"witness": witness.name, "number": 1}})
    wait_for("a job on PostgreSQL", 15, lambda: witness.read().ended[1])
    _typed(bench, station, "db status", "postgres")
    _typed(bench, station, "db check")
    _typed(bench, station, "jobs list", KIND, "completed")
    bench.check("the station on PostgreSQL", "runs", "runs" if run.is_running else "ended", run.is_running)
    station.stop()
