"""The database goes away, its connections are cut, all of them are taken: the daemon comes back, nothing is lost."""

from __future__ import annotations

import subprocess
import time

from harness.bench import Bench
from harness.engines import PostgresEngine
from harness.feeder import Feeder
from harness.postgres import ROLE, Cluster, SQLFailed
from harness.waiting import Late, wait_for
from harness.witness import Witness
from harness.work import named, start, wait_states

NAME = "database-faults"
TITLE = "PostgreSQL stopped and started under load, connections cut four times a second, none left to take"

BACK_BAR_SECONDS = 10.0
AWAY_SECONDS = 3.0
CUTS, CUT_EVERY_SECONDS = 24, 0.25
CONNECTIONS = 40


def run(bench: Bench) -> None:
    engine = PostgresEngine(bench, Cluster({"max_connections": CONNECTIONS}))
    station = engine.station({"jobs.slots": 20})
    start(bench, station)
    witness = named(bench, engine, "faults")
    feeder = Feeder(bench.context, station.control_address, witness)
    bench.on_close(feeder.stop)
    wait_for("jobs under load", 20, lambda: witness.ends() >= 100)
    for immediate in (False, True):
        engine.cluster.stop(immediate=immediate)
        time.sleep(AWAY_SECONDS)
        engine.cluster.start()
        how = "as by a crash" if immediate else "in order"
        _back(bench, f"database stopped {how} for {AWAY_SECONDS:g} s and started: until a job ends again", witness)
    _cut(bench, engine, witness)
    _exhausted(bench, engine, witness)
    feeder.stop()
    pid = station.run.pid
    bench.check(
        "the daemon meanwhile", "one process, serving", f"pid {pid}, {len(station.runs)} start", station.run.is_running
    )
    found = wait_states(engine, 60)
    ended = witness.read().ended
    gone = [number for number in feeder.acknowledged if not ended[number]]
    bench.check(
        "acknowledged jobs that have ended outside",
        f"{len(feeder.acknowledged)}, at least 500",
        f"{len(feeder.acknowledged) - len(gone)}; without an answer {len(feeder.unknown)}; {dict(found)}",
        not gone and len(feeder.acknowledged) >= 500 and set(found) == {"completed"},
    )
    named_errors = {text.split(" {")[0][:60] for text in feeder.refusals}
    bench.check(
        "what a client is told meanwhile",
        "the database, by an error or no answer",
        f"{len(feeder.refusals)} errors: {'; '.join(sorted(named_errors))[:150] or 'none'}",
        all("-32" in text or "store" in text.lower() for text in feeder.refusals),
    )
    station.stop()


def _back(bench: Bench, figure: str, witness: Witness) -> None:
    """From now until more ends; what was being written when the fault came does not count."""
    began = time.monotonic()
    before = witness.ends()
    try:
        wait_for("a job's end", 60, lambda: witness.ends() >= before + 5, every=0.01)
        bench.at_most(figure, time.monotonic() - began, BACK_BAR_SECONDS, "s", 2)
    except Late as error:
        bench.check(figure, f"at most {BACK_BAR_SECONDS:g} s", error, False)


def _cut(bench: Bench, engine: PostgresEngine, witness: Witness) -> None:
    before, cut = witness.ends(), 0
    for _ in range(CUTS):
        cut += engine.cluster.terminate_backends(engine.database.name)
        time.sleep(CUT_EVERY_SECONDS)
    meanwhile = witness.ends() - before
    bench.check(
        f"connections cut every {CUT_EVERY_SECONDS:g} s for {CUTS * CUT_EVERY_SECONDS:g} s: work goes on",
        "jobs end meanwhile",
        f"{meanwhile} ends, {cut} connections cut",
        meanwhile > 0 and cut > CUTS,
    )
    _back(bench, "after the last cut: until jobs end", witness)


def _exhausted(bench: Bench, engine: PostgresEngine, witness: Witness) -> None:
    """Idle sessions take every connection that a station could get, and the station's own are cut."""
    idle: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(3):
            for _ in range(CONNECTIONS):
                idle.append(engine.cluster.hold(engine.database.name, "", user=ROLE))
            engine.cluster.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'cryptocalld%'"
            )
            time.sleep(1.0)
        taken = _refused(engine)
        time.sleep(2.0)
    finally:
        for process in idle:
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()
    bench.check(
        "all connections taken by idle sessions",
        "the server refuses another",
        taken,
        "too many" in taken or "reserved" in taken,
    )
    _back(bench, "all connections taken for 5 s: from their return until a job ends", witness)


def _refused(engine: PostgresEngine) -> str:
    try:
        engine.cluster.sql("SELECT 1", engine.database.name, user=ROLE)
        return "another was given"
    except SQLFailed as error:
        return str(error).splitlines()[-1][-100:]
