"""The job engine on both databases: beside pgbench's bare statements, Procrastinate and DBOS on the same server."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .report import Report, at_least, at_most, ratio_at_least
from .tools import PEERS, Failed, Tools

from harness.postgres import ROLE, Cluster, Database, programs  # isort: skip  # The path comes with the tools.

#: Durable as shipped, on either side: no setting of the server is changed but its connections.
SETTINGS = {"max_connections": 200}
SLOTS = 64
STEPS = 10
RATE = 500
#: How many jobs the peers are given at a time; each is measured with the one that suits it best.
PROCRASTINATE_CONCURRENCY = (1, 4, 20)
DBOS_POLL_SECONDS = (0.01, 0.1)

_SCHEMA = """
DROP TABLE IF EXISTS job;
CREATE TABLE job (id bigint PRIMARY KEY, queue text NOT NULL, kind text NOT NULL, state text NOT NULL,
    priority smallint NOT NULL, run_at timestamptz NOT NULL, payload text NOT NULL, attempt integer NOT NULL,
    lease_epoch bigint NOT NULL, lease_until timestamptz, worker uuid, finished_at timestamptz) WITH (fillfactor = 70);
CREATE INDEX ON job (queue, priority, run_at, id) WHERE state = 'available';
CREATE INDEX ON job (lease_until) WHERE state = 'running';
INSERT INTO job SELECT i, 'bench', 'noop', 'available', 4, now(), '{"number":1}', 0, 0
    FROM generate_series(1, %d) AS i;
"""
#: The statements that a queue cannot do without: a claim, and its end under the fence.
_SCRIPT = """
WITH c AS MATERIALIZED (SELECT id FROM job WHERE queue = 'bench' AND state = 'available' AND run_at <= now() \
ORDER BY priority, run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) \
UPDATE job j SET state = 'running', attempt = attempt + 1, lease_epoch = lease_epoch + 1, \
lease_until = now() + interval '30 s', worker = '0198f0a0-0000-7000-8000-000000000001' \
FROM c WHERE j.id = c.id RETURNING j.* \\gset
UPDATE job SET state = 'completed', finished_at = now(), lease_until = NULL, worker = NULL \
WHERE id = :id AND state = 'running' AND lease_epoch = :lease_epoch;
"""


def run(tools: Tools, report: Report) -> None:
    if programs() is None:
        raise Failed("jobs: no PostgreSQL server below /usr/lib/postgresql: scripts/bootstrap bench")
    python = tools.python()
    cluster = Cluster(SETTINGS)
    try:
        bench = JobsBench(tools, report, cluster.start(), python)
        bench.claims()
        bench.sqlite()
        bench.libraries()
        bench.paces()
        bench.workflows()
        bench.finished()
    finally:
        cluster.close()


class JobsBench:
    """The rows, group by group; every figure is of a database that was made for it."""

    def __init__(self, tools: Tools, report: Report, cluster: Cluster, python: Path) -> None:
        self.tools, self.report, self.cluster, self.python = tools, report, cluster, python
        self._numbers = itertools.count(1)
        self._runner: list[float] = []
        """Jobs per second through the runner on PostgreSQL, for comparison."""

    # Databases

    @contextmanager
    def _database(self) -> Iterator[Database]:
        name = f"bench_{next(self._numbers)}"
        database = self.cluster.create_database(name)
        try:
            yield database
        finally:
            self.cluster.sql(f'DROP DATABASE "{name}" WITH (FORCE)')
            self.cluster.sql("CHECKPOINT")

    @contextmanager
    def _place(self, engine: str) -> Iterator[str]:
        """A fresh database as JobBench's command line names it."""
        if engine == "PostgreSQL":
            with self._database() as database:
                yield self._named(database)
        else:
            file = self.tools.folder / f"jobs-{next(self._numbers)}.sqlite"
            try:
                yield f"sqlite:{file}"
            finally:
                for rest in self.tools.folder.glob(f"{file.name}*"):
                    rest.unlink()

    def _named(self, database: Database) -> str:
        return f"postgres:{self.cluster.socket}:{self.cluster.port}:{database.name}:{ROLE}"

    def _ours(self, place: str, mode: str, count: int, option: int) -> dict[str, float]:
        return self.tools.run(self.tools.swift("JobBench"), place, mode, count, option)

    def _fresh(self, engine: str, mode: str, count: int, option: int) -> dict[str, float]:
        with self._place(engine) as place:
            return self._ours(place, mode, count, option)

    # Rows

    def claims(self) -> None:
        """One job at a time beside the bare statements, and then as the runner does it."""
        peers: dict[int, list[float]] = {}
        for workers, count in ((1, self.tools.scaled(6_000)), (4, self.tools.scaled(12_000))):
            calls, ours, peers[workers] = [], [], []
            for _ in range(self.tools.rounds(5)):
                calls.append(self._fresh("PostgreSQL", "claim", count, workers)["jobs_per_s"])
                ours.append(self._fresh("PostgreSQL", "runner", count, workers)["jobs_per_s"])
                peers[workers].append(self._pgbench(count, workers))
            name = f"PostgreSQL claim, then complete, as calls, {workers} at once, pgbench -c {workers}"
            self.report.add(name, "/s", calls, peers[workers], ratio_at_least(0.8))
            name = f"PostgreSQL runner with {workers} slots, pgbench -c {workers}"
            self.report.add(name, "/s", ours, peers[workers], ratio_at_least(0.8))
        fastest: list[float] = []
        for _ in range(self.tools.rounds(5)):
            self._runner.append(self._fresh("PostgreSQL", "runner", self.tools.scaled(40_000), SLOTS)["jobs_per_s"])
            fastest.append(self._pgbench(self.tools.scaled(12_000), 4))
        name = "PostgreSQL runner, claims of 32, pgbench -c 4"
        self.report.add(name, "/s", self._runner, fastest, ratio_at_least(1))

    def _pgbench(self, jobs: int, clients: int) -> float:
        script = self.tools.folder / "claim.sql"
        script.write_text(_SCRIPT)
        with self._database() as database:
            database.sql(_SCHEMA % jobs)
            database.sql("VACUUM ANALYZE job")
            words = [
                "pgbench",
                "-n",
                "-M",
                "prepared",
                "-f",
                str(script),
                "-c",
                str(clients),
                "-j",
                str(min(clients, 2)),
            ]
            words += ["-t", str(jobs // clients), "-h", str(self.cluster.socket), "-p", str(self.cluster.port)]
            done = _output([*words, "-U", "postgres", database.name])
            left = database.sql("SELECT count(*) FROM job WHERE state <> 'completed'")
            if left != [["0"]]:
                raise Failed(f"pgbench: {left} jobs are left")
        found = re.search(r"tps = ([0-9.]+)", done)
        if found is None:
            raise Failed(f"pgbench: no rate in {done[-300:]}")
        return float(found.group(1))

    def sqlite(self) -> None:
        for name, mode, count, option in (
            ("SQLite FULL claim and complete, 1 at once", "claim", 4_000, 1),
            ("SQLite FULL claim and complete, 4 at once", "claim", 8_000, 4),
            ("SQLite FULL runner, claims of 32", "runner", 40_000, SLOTS),
        ):
            rates = [
                self._fresh("SQLite", mode, self.tools.scaled(count), option)["jobs_per_s"]
                for _ in range(self.tools.rounds(3))
            ]
            self.report.add(name, "/s", rates, bar=at_least(2000))

    def libraries(self) -> None:
        """From the worker's start until everything that was enqueued before is done."""
        self._beside("Procrastinate", self._procrastinate, PROCRASTINATE_CONCURRENCY)
        self._beside("DBOS", self._dbos_jobs, DBOS_POLL_SECONDS)

    def _beside(self, name: str, measure: Callable[[int, float], float], options: Sequence[float]) -> None:
        """The peer is measured with the setting with which it is fastest here."""
        count = self.tools.scaled(2_000)
        tried = {option: measure(max(200, count // 5), option) for option in options}
        best = max(tried, key=lambda option: tried[option])
        ours, theirs = [], []
        for _ in range(self.tools.rounds(3)):
            ours.append(self._fresh("PostgreSQL", "runner", self.tools.scaled(20_000), SLOTS)["jobs_per_s"])
            theirs.append(measure(count, best))
        self.report.add(f"PostgreSQL jobs through the runner, {name}", "/s", ours, theirs, ratio_at_least(1))

    def _procrastinate(self, count: int, concurrency: float) -> float:
        with self._database() as database:
            place = f"host={self.cluster.socket} port={self.cluster.port} dbname={database.name} user={ROLE}"
            program = str(PEERS / "procrastinate_peer.py")
            return float(self.tools.run(self.python, "-B", program, place, count, int(concurrency))["jobs_per_s"])

    def _dbos(self, *words: object) -> dict[str, float]:
        with self._database() as database:
            url = f"postgresql+psycopg://{ROLE}@/{database.name}?host={self.cluster.socket}&port={self.cluster.port}"
            return self.tools.run(self.python, "-B", str(PEERS / "dbos_peer.py"), url, *words)

    def _dbos_jobs(self, count: int, poll_seconds: float) -> float:
        return self._dbos("jobs", count, poll_seconds)["jobs_per_s"]

    def paces(self) -> None:
        seconds = 3 if self.tools.quick else 10
        for engine in ("PostgreSQL", "SQLite"):
            for mode, name in (("paced", "claim"), ("pickup", "enqueue to begin")):
                key = "claim" if mode == "paced" else "pickup"
                rounds = [self._fresh(engine, mode, seconds, RATE) for _ in range(self.tools.rounds(3))]
                for share in ("p50", "p99"):
                    waits = [figures[f"{key}_{share}_ms"] for figures in rounds]
                    bar = at_most(20) if share == "p99" else None
                    self.report.add(f"{engine} {name} at {RATE}/s, {share}", "ms", waits, bar=bar)

    def workflows(self) -> None:
        count = self.tools.scaled(100)
        sqlite, postgres, theirs = [], [], []
        for _ in range(self.tools.rounds(3)):
            sqlite.append(self._fresh("SQLite", "workflow", count, STEPS)["ms_per_workflow"])
            postgres.append(self._fresh("PostgreSQL", "workflow", count, STEPS)["ms_per_workflow"])
            theirs.append(self._dbos("workflows", count, STEPS)["ms_per_workflow"])
        self.report.add("SQLite ten-step workflow", "ms", sqlite, bar=at_most(15))
        self.report.add("PostgreSQL ten-step workflow", "ms", postgres)
        ours = [1000 / one for one in postgres]
        peers = [1000 / one for one in theirs]
        self.report.add("PostgreSQL ten-step workflows one by one, DBOS", "/s", ours, peers, ratio_at_least(1))
        for engine in ("SQLite", "PostgreSQL"):
            rates = [
                self._fresh(engine, "workflows", self.tools.scaled(1_000), STEPS)["workflows_per_s"]
                for _ in range(self.tools.rounds(3))
            ]
            self.report.add(f"{engine} ten-step workflows, 32 at once", "/s", rates)

    def finished(self) -> None:
        """The same claims in a table of finished jobs, and in an empty one: round by round, in turn."""
        rows = self.tools.scaled(1_000_000)
        for engine in ("PostgreSQL", "SQLite"):
            count = self.tools.scaled(5_000)
            with self._place(engine) as full, self._place(engine) as empty:
                self._ours(full, "fill", rows, 0)
                if engine == "PostgreSQL":
                    self.cluster.sql("VACUUM ANALYZE job", full.split(":")[3])
                # The first claims make tables and fill caches.
                for place in (full, empty):
                    self._ours(place, "claim", count // 5, 1)
                with_rows, without = [], []
                for _ in range(self.tools.rounds(5)):
                    with_rows.append(self._ours(full, "claim", count, 1)["jobs_per_s"])
                    without.append(self._ours(empty, "claim", count, 1)["jobs_per_s"])
            name = f"{engine} claim and complete beside {rows:,} finished jobs".replace(",", " ")
            self.report.add(f"{name}, beside none", "/s", with_rows, without, ratio_at_least(0.9))


def _output(words: list[str]) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    done = subprocess.run(words, capture_output=True, text=True, timeout=240, env=environment)
    if done.returncode != 0:
        raise Failed(f"{words[0]}: status {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout
