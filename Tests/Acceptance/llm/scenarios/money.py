"""Months that are given once, spending that is paused and resumed, and prices that rise with notice."""

from __future__ import annotations

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from door.client import Door
from door.people import Person
from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.control import Control
from harness.engines import Engine, PostgresEngine, SQLiteEngine
from harness.station import Station
from harness.waiting import wait_for

from models.chat import Caller, adds_up
from models.fault_server import FaultServer, answer
from models.settings import PRICES, settings

NAME = "money"
TITLE = "months are given once over kill -9, too much spending is paused and resumed, prices rise with notice; both databases"

#: What a call costs at 1 and 4 credits for a thousand tokens, and 1 for the call: 500 and 1000 tokens.
COST = 6
#: The same when input and output have become twice as dear.
DEAR = 10
#: The keeper makes its rounds twice a minute.
ROUND_SECONDS = 45
HOUR_MAX = 30
MONTHS = {"pro": 1000, "enterprise": 5000}

#: Everything else comes from the file, so that a reload can change it.
FIXED: dict[str, object] = {**WIDE_OPEN, "credits.welcome": 0}


def run(bench: Bench) -> None:
    for engine in (SQLiteEngine(bench), PostgresEngine(bench)):
        server = FaultServer(bench, {"one": answer()}).start()
        station = engine.station(FIXED)
        _write(station, server, credits="")
        station.start()
        _months(bench, engine, station)
        _pause(bench, engine, station, server)
        _prices(bench, engine, station, server)
        station.stop()


def _write(station: Station, server: FaultServer, *, credits: str, prices: str = PRICES) -> None:
    chat = '[chat]\ncompletions_tier = "free"\n'
    # What an alert is about is over when it is.
    alerts = "[alerts]\nresolve_after_seconds = 0\n"
    text = settings({"one": server.base}, ["one"], prices=prices)
    station.write_config(f"{text}[credits]\n{credits}\n{chat}{alerts}")


def _reload(station: Station) -> None:
    done = station.ctl("reload")
    if done.returncode != 0:
        raise RuntimeError(f"the settings are not taken: {done.stderr.strip()[-300:]}")


# Months


def _months(bench: Bench, engine: Engine, station: Station) -> None:
    """Nobody asks for them, and the daemon is killed while it gives them."""
    began = time.monotonic()
    callers = {tier: Caller.add(station, tier=tier, credits=1) for tier in ("free", "pro", "enterprise")}

    def given() -> bool:
        return all(callers[tier].account()["balance"] == 1 + month for tier, month in MONTHS.items())

    wait_for("the first months", ROUND_SECONDS, given, every=0.5)
    bench.check(
        f"{engine.name}: accounts of each tier, untouched",
        "pro 1000, enterprise 5000, free nothing",
        {tier: caller.account()["balance"] - 1 for tier, caller in callers.items()},
        given() and callers["free"].account()["balance"] == 1,
    )
    bench.at_most("  until then", time.monotonic() - began, ROUND_SECONDS, "s")
    entries = [one for one in callers["pro"].account()["transactions"] if one["provider"] == "subscription"]
    bench.check("  the entry", "one, of 1000", entries, [one["delta"] for one in entries] == [MONTHS["pro"]])
    month = time.strftime("%Y-%m", time.gmtime())
    causes = engine.query("SELECT DISTINCT cause FROM credits_ledger WHERE cause LIKE 'month:%'")
    bench.check("  the cause", f"month:{month}", causes, causes == [[f"month:{month}"]])

    count, kills = (1000, 3) if bench.quick else (20_000, 10) if bench.full else (5000, 6)
    station.kill()
    engine.change(_subscribers(engine, count))
    seen = 2
    used = 0
    while used < kills and seen < count + 2:
        station.start(ready_within=None)
        try:
            before = seen
            wait_for("some of them to get theirs", 20, lambda: _given(engine) > before, every=0.005)
        finally:
            station.kill()
        used += 1
        seen = _given(engine)
    bench.check(
        f"  {count} more, the daemon killed while it gave them",
        "at least once in the midst of it",
        f"{used} x kill -9, {seen - 2} given by then",
        used > 0,
    )
    station.start()
    wait_for("all of them to get theirs", 120, lambda: _given(engine) >= count + 2, every=0.2)
    station.kill()
    station.start()
    # A round of the keeper after all have theirs, as its first comes with the start.
    control = station.control()
    wait_for("a look at all accounts", 20, lambda: _looked(control), every=0.2)
    rows = engine.query(
        "SELECT count(*), sum(delta), count(DISTINCT user_id) FROM credits_ledger WHERE cause LIKE 'month:%'"
    )
    wanted = [str(count + 2), str(MONTHS["pro"] * (count + 1) + MONTHS["enterprise"]), str(count + 2)]
    bench.check("  months in the ledger, their sum, and whose", str(wanted), rows[0], rows[0] == wanted)
    wrong = engine.query(
        "SELECT count(*) FROM credits_account a WHERE balance <> (SELECT coalesce(sum(delta), 0) FROM credits_ledger"
        " WHERE user_id = a.user_id)"
    )
    bench.check("  accounts that do not add up", "0", wrong[0][0], wrong[0][0] == "0")


def _subscribers(engine: Engine, count: int) -> str:
    """Statements that make so many accounts of the tier pro."""
    rows = [
        f"({_id(engine)}, 'many-{number}@example.net', 'Many', 'none', 'client', 'pro', 1, 1)"
        for number in range(count)
    ]
    columns = "id, email, display_name, password_hash, role, tier, created_at, updated_at"
    return f"INSERT INTO user_account ({columns}) VALUES {', '.join(rows)};"


def _given(engine: Engine) -> int:
    return int(engine.query("SELECT count(*) FROM credits_ledger WHERE cause LIKE 'month:%'")[0][0])


def _looked(control: Control) -> bool:
    """Whether all accounts have been looked at since the start: then their alert has a reading, as some never have."""
    silent = {one["rule"] for one in control.call("alerts.list")["silent"]}
    return bool(silent) and "spending-paused-critical" not in silent


def _open(control: Control) -> bool:
    return any(one["rule"] == "spending-paused-critical" for one in control.call("alerts.list")["open"])


# Pauses


def _pause(bench: Bench, engine: Engine, station: Station, server: FaultServer) -> None:
    _write(station, server, credits=f"hour_max = {HOUR_MAX}\nlarge_charge = 5")
    _reload(station)
    caller = Caller.add(station, tier="free", credits=1000)
    heard = [caller.whole() for _ in range(HOUR_MAX // COST + 2)]
    bench.check(
        f"{engine.name}: calls of {COST} credits each, {HOUR_MAX} allowed in an hour",
        f"{HOUR_MAX // COST + 1} answered, then 403 spending_paused",
        [str(one) for one in heard[-2:]],
        all(one.is_complete for one in heard[:-1])
        and heard[-1].status == 403
        and heard[-1].error == "spending_paused",
    )
    told = caller.door.post(
        "/v1/chat/completions",
        {"model": "auto", "messages": [{"role": "user", "content": "Hello?"}]},
        caller.credential,
    )
    error = told.json.get("error", {})
    bench.check(
        "  by OpenAI's interface",
        "403, permission_error, spending_paused",
        f"{told.status} {error}",
        told.status == 403 and error.get("type") == "permission_error" and error.get("code") == "spending_paused",
    )
    account = caller.account()
    bench.check(
        "  GET /credits",
        "paused, nothing held",
        {name: account[name] for name in ("balance", "held", "low", "paused")},
        account["paused"] is True and account["low"] is False and account["held"] == 0,
    )
    other = Caller.add(station, tier="free", credits=1000)
    bench.check("  somebody else", "answered", str(other.whole()), other.whole().is_complete)

    # Many at once get past the limit by no more than what they hold.
    crowd = Caller.add(station, tier="free", credits=10_000)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: crowd.whole(), range(200)))
    spent = 10_000 - crowd.account()["balance"]
    bench.at_most("  spent by 200 calls of 20 at once", spent, HOUR_MAX + COST + 20 * COST, "credits")

    control = station.control()
    wait_for("the alert", 60, lambda: _open(control), every=0.5)
    station.kill()
    station.start()
    late = caller.whole()
    bench.check("  after kill -9", "403 still", str(late), late.status == 403)
    resumed = station.ctl("credits", "resume", caller.person.email)
    again = station.ctl("credits", "resume", caller.person.email)
    station.ctl("credits", "resume", crowd.person.email)
    back = caller.whole()
    bench.check(
        "  cryptocallctl credits resume, twice, and a call",
        "may spend again; was not paused; answered",
        f"{resumed.stdout.strip()}; {again.stdout.strip()}; {back}",
        "may spend again" in resumed.stdout and "was not paused" in again.stdout and back.is_complete,
    )
    events = engine.query("SELECT topic, count(*) FROM event_log WHERE topic LIKE 'credits.%' GROUP BY topic ORDER BY topic")
    counts = {topic: int(number) for topic, number in events}
    bench.check(
        "  events",
        "2 paused, 2 resumed, one for each large charge",
        counts,
        counts.get("credits.spending.paused") == 2
        and counts.get("credits.spending.resumed") == 2
        and counts.get("credits.charge.large", 0) == (1000 - caller.account()["balance"] + spent + 12) // COST,
    )
    audit = engine.query("SELECT outcome FROM activity_log WHERE action = 'credits.resume'")
    bench.check("  the audit log", "3 calls, done", audit, audit == [["done"]] * 3)
    wait_for("the end of the alert", 60, lambda: not _open(control), every=0.5)
    told_once = engine.query("SELECT payload FROM event_log WHERE topic = 'system.alert.raised'")
    raised = [row for row in told_once if "spending-paused-critical" in row[0]]
    bench.check("  the alert", "raised, and over", f"{len(raised)} raised", len(raised) >= 1)
    adds_up(bench, station, [caller, other, crowd], "  after all of it")


# Prices


def _prices(bench: Bench, engine: Engine, station: Station, server: FaultServer) -> None:
    _write(station, server, credits="hour_max = 0")
    _reload(station)
    free, pro = Caller.add(station, tier="free", credits=1000), _old_subscriber(engine, station)
    before = [caller.whole().charged for caller in (free, pro)]
    events = len(_changes(engine))
    dearer = PRICES.replace("credits_input = 1", "credits_input = 2").replace("credits_output = 4", "credits_output = 8")
    _write(station, server, credits="hour_max = 0", prices=dearer)
    _reload(station)
    after = [caller.whole().charged for caller in (free, pro)]
    bench.check(
        f"{engine.name}: a reload makes a model twice as dear: free and pro, before and after",
        f"{COST} and {COST}, then {DEAR} and {COST}",
        f"{before}, then {after}",
        before == [COST, COST] and after == [DEAR, COST],
    )
    offered = pro.door.post("/chat/estimate", {"message": "Hello?"}, pro.credential).expect(200).json
    asked = free.door.post("/chat/estimate", {"message": "Hello?"}, free.credential).expect(200).json
    bench.check(
        "  POST /chat/estimate",
        "the price of who asks",
        f"free {asked['max_credits']}, pro {offered['max_credits']} for four times as many tokens",
        # 4096 tokens at 4, and 1024 at 8, and 1 for the call.
        offered["max_credits"] in (18, 19) and asked["max_credits"] in (10, 11),
    )
    late = Caller.add(station, tier="pro", credits=1000)
    bench.check("  a subscriber who came after it", f"{DEAR}", late.whole().charged, late.whole().charged == DEAR)
    change = _changes(engine)[events:]
    seconds = 0.0
    if len(change) == 1:
        seconds = _seconds(change[0]["subscribersAt"]) - _seconds(change[0]["appliesAt"])
    bench.check(
        "  credits.price.changed",
        "once: one, 1 and 4 to 2 and 8, 30 days later for subscribers",
        change,
        len(change) == 1
        and change[0]["name"] == "one"
        and change[0]["old"] == {"input": 1, "output": 4, "call": 1}
        and change[0]["new"] == {"input": 2, "output": 8, "call": 1}
        and seconds == 30 * 86_400,
    )
    shown = station.ctl("llm", "prices").stdout
    bench.check(
        "  cryptocallctl llm prices",
        "what subscribers pay, and until when",
        next((line for line in shown.splitlines() if "subscribers" in line), "nothing"),
        "one: subscribers pay 1, 4 and 1 until " in shown,
    )
    station.kill()
    station.start()
    kept = [caller.whole().charged for caller in (free, pro)]
    bench.check("  after kill -9: free and pro", f"{DEAR} and {COST}", kept, kept == [DEAR, COST])
    bench.check("  announced again", "no", len(_changes(engine)) - events, len(_changes(engine)) == events + 1)

    # Not time passes, but what has happened moves back.
    for days, cost, label in ((29, COST, "29 days later"), (2, DEAR, "2 more days later")):
        station.stop()
        engine.change(f"UPDATE credits_price SET since = since - {days * 86_400 * 10**9};")
        station.start()
        passed = [caller.whole().charged for caller in (free, pro)]
        bench.check(f"  {label}: free and pro", f"{DEAR} and {cost}", passed, passed == [DEAR, cost])
    shown = station.ctl("llm", "prices").stdout
    bench.check("  a notice is shown", "False", "subscribers" in shown, bool(shown) and "subscribers" not in shown)

    # A start with other settings than the last run's is a change like a reload's; a fall is everybody's at once.
    station.stop()
    _write(station, server, credits="hour_max = 0")
    station.start()
    fallen = [caller.whole().charged for caller in (free, pro)]
    bench.check("  a start with the old price: free and pro", f"{COST} and {COST}", fallen, fallen == [COST, COST])
    _write(station, server, credits="hour_max = 0\nprice_notice_days = 0", prices=dearer)
    _reload(station)
    unnoticed = [caller.whole().charged for caller in (free, pro)]
    bench.check("  a rise without notice: free and pro", f"{DEAR} and {DEAR}", unnoticed, unnoticed == [DEAR, DEAR])
    adds_up(bench, station, [free, pro, late], "  after all of it")


def _old_subscriber(engine: Engine, station: Station) -> Caller:
    """Somebody who has been here for longer than any notice: the id of an account tells how long."""
    young = Caller.add(station, tier="pro", credits=1000)
    old = Person(f"old-{secrets.token_hex(3)}@example.net", young.person.password, "client", "pro")
    station.stop()
    engine.change(
        "INSERT INTO user_account (id, email, display_name, password_hash, role, tier, created_at, updated_at)"
        f" SELECT {_id(engine, days=100)}, '{old.email}', display_name, password_hash, role, tier, 1, 1"
        f" FROM user_account WHERE email = '{young.person.email}';"
    )
    station.start()
    caller = Caller(station, old, old.log_in(Door(station.port)).credential)
    if station.ctl("credits", "grant", old.email, "1000", "--reason", "acceptance").returncode != 0:
        raise RuntimeError("credits grant")
    return caller


def _id(engine: Engine, *, days: int = 0) -> str:
    """Of an account that was made so many days ago, as the station makes them: version 7."""
    milliseconds = int((time.time() - days * 86_400) * 1000)
    text = f"{milliseconds:012x}7{secrets.token_hex(2)[1:]}8{secrets.token_hex(8)[1:]}"
    return f"X'{text}'" if isinstance(engine, SQLiteEngine) else f"'{text}'::uuid"


def _changes(engine: Engine) -> list[dict[str, Any]]:
    rows = engine.query("SELECT payload FROM event_log WHERE topic = 'credits.price.changed' ORDER BY log_offset")
    return [json.loads(row[0]) for row in rows]


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
