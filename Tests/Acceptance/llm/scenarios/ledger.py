"""Two hundred at once on a balance for thirty-seven, and many outcomes with the daemon killed in between."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from harness.bench import Bench
from harness.engines import Engine, PostgresEngine, SQLiteEngine
from harness.station import Station
from harness.waiting import Late, wait_for

from models.chat import Caller, Heard
from models.fault_server import Behaviour, FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "ledger"
TITLE = "200 at once on a balance for 37; mixed outcomes with kill -9 in between: the ledger is exact, on both databases"

#: What a call may cost at the tier free: 1024 tokens of answer at 4 for a thousand, its input, and 1.
HOLD = 6
AT_ONCE, ADMITTED = 200, 37
#: What the dearest of the mixed outcomes costs: 500 and 1000 tokens.
DEAREST = 6


def run(bench: Bench) -> None:
    for engine in (SQLiteEngine(bench), PostgresEngine(bench)):
        _at_once(bench, engine)


def _at_once(bench: Bench, engine: Engine) -> None:
    # Nobody is done before all have asked.
    server = FaultServer(bench, {"one": answer(first_ms=6000)}).start()
    station = engine.station(dict(OPEN_SETTINGS))
    text = settings({"one": server.base}, ["one"], more="at_once_max = 1000")
    station.write_config(text.replace("first_content_seconds = 2", "first_content_seconds = 30"))
    station.start()
    caller = Caller.add(station, tier="free", credits=ADMITTED * HOLD + HOLD - 1)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        heard = list(pool.map(lambda number: caller.stream("Hello?", request_id=f"r{number}"), range(AT_ONCE)))
    admitted = [one for one in heard if one.status == 200]
    refused = [one for one in heard if one.status == 402]
    bench.check(
        f"{engine.name}: {AT_ONCE} calls at once on a balance for {ADMITTED}",
        f"exactly {ADMITTED} answered, 402 with balance and required for the others",
        f"{len(admitted)} answered, {len(refused)} times 402",
        len(admitted) == ADMITTED
        and len(refused) == AT_ONCE - ADMITTED
        and all(one.is_complete for one in admitted)
        and all(one.body.get("required") == HOLD and one.body.get("balance") is not None for one in refused),
    )
    account = caller.account()
    paid = sum(one.charged for one in admitted)
    bench.check(
        "  the ledger",
        f"{ADMITTED} charges, the sum that was told",
        f"{-sum(entry['delta'] for entry in account['transactions'] if entry['delta'] < 0)} of {paid}",
        account["balance"] == ADMITTED * HOLD + HOLD - 1 - paid and account["held"] == 0,
    )
    again = caller.stream("Hello?", request_id="r0" if heard[0].status == 200 else f"r{heard.index(admitted[0])}")
    bench.check("  the same request id again", "409, nothing charged", again, again.status == 409)
    _mixed(bench, engine, server, station)


def _is_there(station: Station) -> bool:
    try:
        return station.health()[0] > 0
    except OSError:
        return False


OUTCOMES: dict[str, Behaviour] = {
    "well": answer(gap_ms=2),
    "cut": {"do": "cut", "after": 2},
    "broken": {"do": "status", "status": 500},
    "stall": {"do": "stall", "after": 2},
}


def _mixed(bench: Bench, engine: Engine, server: FaultServer, station: Station) -> None:
    """Many calls of many people, hung up on and cut, while the daemon is killed now and then."""
    for name, behaviour in OUTCOMES.items():
        server.behave(name, behaviour)
    bases = {name: server.base for name in OUTCOMES}
    # A cut, a stall or a failure on purpose is no reason to leave a model alone here.
    text = settings(bases, list(OUTCOMES), more="breaker_failures = 100\nat_once_max = 1000\nrepeats_max = 0")
    station.write_config(text.replace("gap_seconds = 2", "gap_seconds = 0.5"))
    if station.ctl("reload").returncode != 0:
        raise RuntimeError("the settings are not taken")
    total, kills = (400, 2) if bench.quick else (100_000, 20) if bench.full else (6000, 6)
    callers = [Caller.add(station, credits=1_000_000) for _ in range(8)]
    told: dict[str, int] = {caller.person.email: 0 for caller in callers}
    lost: dict[str, int] = {caller.person.email: 0 for caller in callers}
    lock, stop, done = threading.Lock(), threading.Event(), [0]
    chance = random.Random(20_261_126)
    choices = [chance.choice(["well"] * 6 + ["cut", "broken", "stall", "gone"]) for _ in range(total)]

    def one(number: int) -> None:
        caller, what = callers[number % len(callers)], choices[number]
        email = caller.person.email
        try:
            if what == "gone":
                connection, reply = caller.open("Hello?", model="well", request_id=f"m{number}")
                reply.read(20)
                connection.close()
                raise ConnectionError
            heard = caller.stream("Hello?", model=what, request_id=f"m{number}")
        except ConnectionRefusedError:
            # Nothing was asked; whoever comes next waits until somebody is there.
            wait_for("the daemon to be back", 30, lambda: _is_there(station), every=0.1)
            heard = Heard(503)
        except OSError:
            heard = Heard(0)
        with lock:
            done[0] += 1
            # A stream that ended without its last event was cut with the daemon, or by us: charged, or not.
            if heard.events and heard.last[0] in ("done", "error"):
                told[email] += heard.charged
            elif heard.status in (0, 200):
                lost[email] += 1

    def killer() -> None:
        for number in range(kills):
            goal = total * (number + 1) // (kills + 1)
            while done[0] < goal and not stop.is_set():
                time.sleep(0.05)  # The pace of the look.
            station.kill()
            station.start()

    thread = bench.background("killer", killer)
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(one, range(total)))
    stop.set()
    thread.join(60)
    # What a killed daemon has left held comes back when its time is over; the clock of the holds is moved, not waited for.
    held = sum(int(caller.account()["held"]) for caller in callers)
    wrong = []
    for caller in callers:
        email = caller.person.email
        charged = 1_000_000 - int(caller.account()["balance"])
        # Those whose end nobody heard cost a hold at most, and nothing is charged that was not delivered.
        if not told[email] <= charged <= told[email] + DEAREST * lost[email]:
            wrong.append(f"{email}: {charged} charged, {told[email]} told, {lost[email]} unheard")
    bench.check(
        f"{engine.name}: {total} calls, {kills} x kill -9: charged, beside what was told",
        "all that was told, and no more than the unheard could cost",
        "; ".join(wrong) or f"{sum(told.values())} told, {sum(lost.values())} unheard, {held} held by the killed",
        not wrong,
    )
    rows = engine.query(
        "SELECT count(*) FROM credits_account a WHERE balance <> (SELECT coalesce(sum(delta), 0) FROM credits_ledger"
        " WHERE user_id = a.user_id) OR held <> (SELECT coalesce(sum(credits), 0) FROM credits_hold WHERE user_id ="
        " a.user_id) OR balance < 0 OR held < 0"
    )
    bench.check("  accounts whose row is not the sum of ledger and holds", "0", rows[0][0], rows[0][0] == "0")
    twice = engine.query("SELECT count(*) FROM (SELECT 1 FROM credits_ledger GROUP BY user_id, cause HAVING count(*) > 1) x")
    bench.check("  requests charged twice", "0", twice[0][0], twice[0][0] == "0")
    station.kill()
    engine.change("UPDATE credits_hold SET expires_at = 1")
    station.start()
    def left_held() -> int:
        return sum(int(caller.account()["held"]) for caller in callers)

    try:
        wait_for("the holds to come back", 45, lambda: left_held() == 0, every=1)
    except Late:
        pass  # The number tells.
    left = left_held()
    bench.check("  held once the time of the holds is over", "0", left, left == 0)
    station.stop()

