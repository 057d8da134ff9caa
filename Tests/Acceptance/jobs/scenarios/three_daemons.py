"""Three daemons drain one queue while one after the other is killed and the database is restarted."""

from __future__ import annotations

import statistics
import threading
import time
from dataclasses import dataclass, field

from harness.bench import Bench
from harness.engines import PostgresEngine
from harness.station import Station
from harness.waiting import Late, wait_for
from harness.witness import Witness
from harness.work import QUEUE, judge, named, start, start_jobs, wait_states

NAME = "three-daemons"
TITLE = "three daemons on one PostgreSQL: 50 000 jobs under kill -9 every 3 s and a restart of the database"

KILL_EVERY_SECONDS = 3.0
#: The kills at which the database is restarted, too, and after which there are no more.
RESTART_AT_KILL, KILLS = 3, 6
BACK_BAR_SECONDS = 10.0
BACK_BAR_SHARE = 0.9
#: Rates are taken over this long, so that a single pause of the machine is no finding.
WINDOW_SECONDS = 2.0
#: What one daemon works on at a time, and for how long: a rate that two processors can hold beside a database.
SLOTS, SLEEP_MS = 10, 20


@dataclass
class Pace:
    """Looks every 100 ms at how many attempts have ended, until it is stopped."""

    witness: Witness
    looks: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look, name="pace", daemon=True)
        self._thread.start()

    def _look(self) -> None:
        position, ends = 0, 0
        while not self._ending.wait(0.1):
            if not self.witness.path.exists():
                continue
            with self.witness.path.open("rb") as file:
                file.seek(position)
                # Whole lines only, so that none is counted half.
                data = file.read()
                data = data[: data.rfind(b"\n") + 1]
            position += len(data)
            ends += sum(1 for line in data.splitlines() if line.startswith(b"end "))
            self.looks.append((time.monotonic(), ends))

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(5)

    def rates(self, since: float, until: float) -> list[tuple[float, float]]:
        """The end of each window that begins in that time, and its rate."""
        found = []
        looks = [look for look in self.looks if since <= look[0]]
        for at, ends in looks:
            later = next((look for look in looks if look[0] >= at + WINDOW_SECONDS), None)
            if later is None or later[0] > until:
                break
            found.append((later[0], (later[1] - ends) / (later[0] - at)))
        return found


def run(bench: Bench) -> None:
    count, calm_count = (25_000, 8_000) if bench.quick else (50_000, 15_000)
    engine = PostgresEngine(bench)
    stations = [engine.station({"jobs.slots": SLOTS}) for _ in range(3)]
    for station in stations:
        start(bench, station)
    calm = _undisturbed(bench, engine, stations[0], calm_count)
    witness = named(bench, engine, "storm")
    began, pace = _let_go(stations[0], witness, count)
    bench.on_close(pace.stop)
    last = _storm(bench, engine, stations, witness)
    unfinished = count - pace.looks[-1][1]
    found = wait_states(engine, 300, of=witness)
    pace.stop()
    ended = pace.looks[-1][0]
    seen = witness.read()
    judge(bench, f"{count} jobs, {KILLS} kills, 1 restart of the database", seen, count, found)
    begun, extra = seen.begun, sum(seen.begun.values()) - count
    bench.check(
        "jobs begun at least once; begun again",
        f"{count}; at most {(KILLS + 3) * SLOTS}: what a fault can hit",
        f"{len(begun)}; {extra}, in {time.monotonic() - began:.0f} s in all",
        len(begun) == count and extra <= (KILLS + 3) * SLOTS,
    )
    _judge_pace(bench, pace, last, ended, calm, unfinished)
    for station in stations:
        station.stop()


def _let_go(station: Station, witness: Witness, count: int) -> tuple[float, Pace]:
    """Enqueues into a paused queue and lets it go: what is measured is draining alone."""
    control = station.control()
    control.call("queues.pause", {"queue": QUEUE})
    start_jobs(control, count, witness, sleepMs=SLEEP_MS)
    pace = Pace(witness)
    control.call("queues.resume", {"queue": QUEUE})
    return time.monotonic(), pace


def _undisturbed(bench: Bench, engine: PostgresEngine, station: Station, count: int) -> float:
    witness = named(bench, engine, "calm")
    _, pace = _let_go(station, witness, count)
    try:
        wait_states(engine, 120, of=witness)
    finally:
        pace.stop()
    # Without the beginning and the end, at which not all daemons are busy.
    first = next(at for at, ends in pace.looks if ends > count // 10)
    last = next(at for at, ends in pace.looks if ends > count * 9 // 10)
    rates = [rate for _, rate in pace.rates(first, last)]
    if not rates:
        raise Late(f"an undisturbed rate: {count} jobs were done within {last - first:.1f} s")
    return statistics.median(rates)


def _storm(bench: Bench, engine: PostgresEngine, stations: list[Station], witness: Witness) -> float:
    """Returns when the last fault was over: everything that was ended is ready again."""
    wait_for("the first ends", 20, lambda: witness.ends() > 100)
    for number in range(KILLS):
        time.sleep(KILL_EVERY_SECONDS)
        station = stations[number % 3]
        pid = station.run.pid
        station.kill()
        witness.note_killed(pid)
        if number + 1 == RESTART_AT_KILL:
            engine.cluster.restart(immediate=True)
        start(bench, station)
    return time.monotonic()


def _judge_pace(bench: Bench, pace: Pace, last: float, ended: float, calm: float, unfinished: int) -> None:
    rates = pace.rates(last, ended)
    back = next((at - last for at, rate in rates if rate >= BACK_BAR_SHARE * calm), None)
    best = max((rate for at, rate in rates if at <= last + BACK_BAR_SECONDS), default=0.0)
    bench.check(
        f"rate over {WINDOW_SECONDS:g} s after the last fault",
        f"{BACK_BAR_SHARE:.0%} of the undisturbed within {BACK_BAR_SECONDS:g} s",
        (f"after {back:.1f} s; " if back is not None else "not reached; ")
        + f"best within {BACK_BAR_SECONDS:g} s {best:,.0f} of {calm:,.0f} jobs/s ({best / calm:.0%}), "
        f"{unfinished:,} jobs were left",
        back is not None and back <= BACK_BAR_SECONDS,
    )
