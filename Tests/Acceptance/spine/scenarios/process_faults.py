"""Faults that the process does not outlive: it ends with a backtrace, and nothing acknowledged is lost."""

from __future__ import annotations

import re
import signal
import time

from harness.bench import Bench
from harness.control import Refused
from harness.drill import DRILL, block_pool, is_up, order
from harness.ledger import missing, read_log
from harness.station import Run, Station
from harness.tree import wait_node
from harness.waiting import Late, wait_for

NAME = "process-faults"
TITLE = "blocked thread pool, trap, too many crashes; and drills in production"

SETTINGS: dict[str, object] = {"drills.enabled": "true"}


def run(bench: Bench) -> None:
    _blocked_pool(bench)
    _trap(bench)
    _too_many_crashes(bench)
    _production(bench)


def _blocked_pool(bench: Bench) -> None:
    """The test is the service manager: it sees that the signs of life stop, and aborts the process."""
    limit = 3.0
    station = bench.station({**SETTINGS, "watchdog.pool_lateness_seconds": 1})
    run = station.start(environment={"WATCHDOG_USEC": str(int(limit * 1e6))})
    pings = wait_for("four signs of life", 10, lambda: _pings(station, 4))
    widest = max(later - earlier for earlier, later in zip(pings, pings[1:]))
    bench.check(
        "watchdog: signs of life at a third of the limit",
        f"about {limit / 3:g} s apart",
        f"at most {widest:.2f} s apart",
        widest <= limit / 2,
    )
    control = station.control()
    block_pool(control, 25)
    began = time.monotonic()
    try:
        wait_for("no sign of life for the limit", 20, lambda: time.monotonic() - _pings(station, 1)[-1] >= limit)
    except Late as error:
        bench.check("blocked pool: the signs of life stop", "yes", error, False)
        return
    bench.check(
        "blocked pool: the signs of life stop",
        f"none for {limit:g} s",
        f"{time.monotonic() - began:.1f} s after the order",
        True,
    )
    _aborted(bench, run)
    again = station.start()
    bench.at_most("blocked pool: start to READY after the abort", again.ready_seconds or 99, 2, "s", 2)
    station.stop()


def _aborted(bench: Bench, run: Run) -> None:
    """What the service manager does when the signs of life stop: it aborts the process, and kills it if that fails."""
    run.process.send_signal(signal.SIGABRT)
    began = time.monotonic()
    try:
        ended = f"ended with {run.ended(15)}"
    except Late:
        ended = "went on after SIGABRT"
        run.process.kill()
        run.ended(5)
    bench.check(
        "blocked pool: SIGABRT ends the process, backtrace included",
        "SIGABRT within 10 s",
        f"{ended} after {time.monotonic() - began:.1f} s",
        run.process.returncode == -signal.SIGABRT and time.monotonic() - began <= 10,
    )
    text = run.errors.read_text(errors="replace")
    threads = len(re.findall(r"^Thread \d+", text, re.MULTILINE))
    named = "DrillActor" in text
    bench.check(
        "blocked pool: the backtrace shows all threads and names the blocked frames",
        "at least 5 threads, DrillActor",
        f"{threads} threads, {'named' if named else 'not named'}",
        threads >= 5 and named,
    )


def _pings(station: Station, count: int) -> list[float]:
    times = [told.at for told in station.notify.told("WATCHDOG", "1")]
    return times if len(times) >= count else []


def _trap(bench: Bench) -> None:
    station = bench.station(SETTINGS)
    run = station.start()
    writer = bench.writer(station)
    wait_for("acknowledged batches", 15, lambda: len(writer.acknowledged) >= 640)
    began = time.monotonic()
    try:
        station.control().call("drill.start", {"kind": "trap"}, timeout=1)
    except (Late, Refused):
        pass  # Nobody is left to answer.
    code = run.ended(60)
    died = time.monotonic() - began
    text = run.errors.read_text(errors="replace")
    bench.check(
        "trap: the process dies by a signal, with a backtrace",
        "SIGILL or SIGTRAP, frames",
        f"ended with {code} after {died:.1f} s, {text.count(' in ')} frames",
        code in (-signal.SIGILL, -signal.SIGTRAP) and "crashed:" in text and "Drills.swift" in text,
    )
    again = station.start()
    bench.at_most("trap: start to READY afterwards", again.ready_seconds or 99, 2, "s", 2)
    before = len(writer.acknowledged)
    wait_for("acknowledged batches after the trap", 15, lambda: len(writer.acknowledged) > before)
    writer.stop()
    gone = missing(writer.acknowledged, read_log(station.control()))
    bench.check("trap: acknowledged events lost", "0", f"{len(gone)} of {len(writer.acknowledged)}", not gone)
    station.stop()


def _too_many_crashes(bench: Bench) -> None:
    """With the shipped limit of restarts."""
    station = bench.station({"drills.enabled": "true", "supervision.backoff_base_seconds": 0.05})
    run = station.start()
    control = station.control()
    throws = 0
    deadline = time.monotonic() + 90
    while run.is_running and time.monotonic() < deadline:
        try:
            wait_node(control, DRILL, "running", 20, lambda one: one["state"] == "running")
            before = order(control, "throw")
            throws += 1
            wait_node(control, DRILL, "replaced", 20, is_up(before + 1))
        except (Late, Refused):
            break  # Going down, or gone.
    code = run.ended(30)
    bench.check(
        "repeated crashes: the process gives up for the service manager",
        "exit code 70",
        f"exit code {code} after {throws} crashes",
        code == 70,
    )


def _production(bench: Bench) -> None:
    station = bench.station({"station.production": "true", "drills.enabled": "true"})
    run = station.start(ready_within=None)
    code = run.ended(10)
    bench.check(
        "drills in production are refused",
        "exit code 78, naming the key",
        f"exit code {code}, {'named' if 'drills.enabled' in run.text() else 'not named'}",
        code == 78 and "drills.enabled" in run.text(),
    )
