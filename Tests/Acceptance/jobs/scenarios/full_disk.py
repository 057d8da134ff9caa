"""No room on the disk: the error says so, nothing that was acknowledged is lost, work goes on when there is room."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from harness import tmpfs
from harness.bench import Bench
from harness.engines import Engine, PostgresEngine, SQLiteEngine
from harness.feeder import Feeder
from harness.postgres import Cluster
from harness.station import Station
from harness.waiting import Late, wait_for
from harness.work import named, start, wait_states

NAME = "full-disk"
TITLE = "a small disk fills up under load: an error that names it, nothing lost, work resumes when there is room"

#: Enough for all that is enqueued while the disk is not full: only the ballast may fill it.
SQLITE_MEGABYTES = 256
POSTGRES_MEGABYTES = 320
FULL_SECONDS = 6.0
BACK_BAR_SECONDS = 15.0
#: Words by which an error names what is missing.
WORDS = ("full", "space", "disk")


def run(bench: Bench) -> None:
    reason = tmpfs.reason_impossible()
    if reason is not None:
        bench.impossible("a full disk", reason)
        return
    _sqlite(bench)
    _postgres(bench)


def _sqlite(bench: Bench) -> None:
    engine = SQLiteEngine(bench)
    station = engine.station({"jobs.slots": 20})
    disk = tmpfs.SmallDisk(station.home / "state", SQLITE_MEGABYTES)
    bench.on_close(disk.close)
    start(bench, station)
    _filled(bench, engine, station, disk, None)
    station.kill()
    rows = engine.query("PRAGMA integrity_check")
    bench.check("SQLite: the file afterwards", "ok", rows[0][0], rows == [["ok"]])


def _postgres(bench: Bench) -> None:
    # Not below the scenario's folder, which is closed to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="ccd-", dir="/var/tmp"))
    folder.chmod(0o755)
    bench.on_close(folder.rmdir)
    disk = tmpfs.SmallDisk(folder, POSTGRES_MEGABYTES)
    bench.on_close(disk.close)
    cluster = Cluster({"max_wal_size": "32MB", "min_wal_size": "8MB", "shared_buffers": "16MB"}, data=folder / "data")
    engine = PostgresEngine(bench, cluster)
    station = engine.station({"jobs.slots": 20})
    start(bench, station)
    _filled(bench, engine, station, disk, cluster)


def _filled(bench: Bench, engine: Engine, station: Station, disk: tmpfs.SmallDisk, cluster: Cluster | None) -> None:
    witness = named(bench, engine, "full")
    # Large, so that the last free pages are soon used.
    feeder = Feeder(bench.context, station.control_address, witness, filler="x" * 20_000)
    bench.on_close(feeder.stop)
    wait_for("jobs under load", 20, lambda: witness.ends() >= 100)
    disk.fill()
    try:
        wait_for("the end of all room", 60, lambda: feeder.refusals or feeder.unknown)
        time.sleep(FULL_SECONDS)
        log = station.run.errors.read_text(errors="replace")
        _named(bench, engine, station, feeder, log)
    finally:
        disk.relieve()
    if cluster is not None and not cluster.is_running:
        cluster.start()  # It gave up, as servers do that cannot write their log; its supervisor starts it.
    began = time.monotonic()
    known, ends = len(feeder.acknowledged), witness.ends()
    try:
        wait_for("work", 60, lambda: len(feeder.acknowledged) >= known + 5 and witness.ends() >= ends + 5, every=0.01)
        seconds = time.monotonic() - began
    except Late:
        seconds = 99.0
    bench.at_most(f"{engine.name}: room again: until jobs are taken and done", seconds, BACK_BAR_SECONDS, "s", 2)
    feeder.stop()
    found = wait_states(engine, 60)
    ended = witness.read().ended
    gone = [number for number in feeder.acknowledged if not ended[number]]
    bench.check(
        f"{engine.name}: acknowledged jobs that have ended outside",
        f"{len(feeder.acknowledged)}",
        f"{len(feeder.acknowledged) - len(gone)}; {dict(found)}",
        not gone and len(feeder.acknowledged) >= 100 and set(found) == {"completed"},
    )


def _named(bench: Bench, engine: Engine, station: Station, feeder: Feeder, log: str) -> None:
    clear = [text for text in feeder.refusals if any(word in text.lower() for word in WORDS)]
    logged = [line for line in log.splitlines() if any(word in line.lower() for word in ("full", "no space"))]
    bench.check(
        f"{engine.name}: no room: what a client is told, and what the log says",
        "that the disk is full",
        f"{len(clear)} of {len(feeder.refusals)}: {(clear or feeder.refusals or ['nothing'])[-1][:90]}; "
        f"{(logged or ['nothing'])[-1][-90:]}",
        bool(clear or logged),
    )
    bench.check(
        f"{engine.name}: the daemon meanwhile",
        "the same process",
        "runs" if station.run.is_running else "ended",
        station.run.is_running and len(station.runs) == 1,
    )
