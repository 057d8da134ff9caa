"""Prices and candles over HTTP: true, with source and age; asked for once; stale or an error with reasons, never made up."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from typing import Any

from door.client import NOBODY, Door
from door.people import People
from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.exchange import Exchange
from harness.station import Station
from harness.waiting import wait_for

NAME = "doors"
TITLE = "prices and candles are the exchange's, with source and age; many who ask cost one question; silence is said"

TICKER, KLINES = "/api/v3/ticker/24hr", "/api/v3/klines"
#: Old enough to be asked for again, so that an ailing exchange shows soon.
STALE_AFTER = 3
#: Who is asked for prices unless the settings say otherwise.
PRICES = ("binance", "kraken", "coinbase")


def run(bench: Bench) -> None:
    exchange = bench.exchange()
    station = bench.station(
        {
            **WIDE_OPEN,
            "market.pairs": '["BTC-USD"]',
            # Where others are away, nobody can say that a coin is unknown.
            "market.providers": '["binance"]',
            "market.poll_seconds": 1,
            "market.stale_after_seconds": STALE_AFTER,
        },
        exchange=exchange,
    )
    station.start()
    door = Door(station.port, timeout=20)
    _followed(bench, door, exchange)
    _asked_once(bench, door, exchange)
    _candles(bench, door, exchange)
    _bad_input(bench, door)
    _ailing(bench, door, exchange)
    _providers(bench, exchange)


def prices(door: Door, symbols: str) -> dict[str, Any]:
    return dict(door.get(f"/api/prices?symbols={symbols}", NOBODY).expect(200).json)


def _followed(bench: Bench, door: Door, exchange: Exchange) -> None:
    first = wait_for("the first price", 20, lambda: _price(door, "BTC"), every=0.1)
    bench.check(
        "the price of what is followed",
        "served by the exchange, fresh",
        f"{first['price']} from {first['source']}, {first['cache_age']:.1f} s old",
        Decimal(first["price"]) in exchange.truth[("BTC", "price")]
        and first["source"] == "binance" and not first["stale"] and first["cache_age"] <= STALE_AFTER,
    )
    before = exchange.asked(TICKER)
    began = time.monotonic()
    seen = [prices(door, "btc")["prices"][0] for _ in range(200)]
    polls = int(time.monotonic() - began) + 2
    extra = exchange.asked(TICKER) - before
    bench.check(
        "200 questions for it",
        f"no question to the exchange beside its {polls} polls",
        f"{extra} questions, {len(seen)} answers",
        extra <= polls,
    )


def _price(door: Door, symbol: str) -> dict[str, Any] | None:
    answer = door.get(f"/api/prices?symbols={symbol}", NOBODY)
    if answer.status != 200:
        return None
    found = answer.json["prices"]
    return dict(found[0]) if found else None


def _asked_once(bench: Bench, door: Door, exchange: Exchange) -> None:
    """Of what is not followed."""
    def ask(_: int) -> dict[str, Any]:
        return prices(Door(door.port, keeps=False, timeout=20), "ETH,SOL,DOGE")

    before = exchange.asked(TICKER)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(64)))
    questions = exchange.asked(TICKER) - before
    told = {(one["symbol"], Decimal(one["price"])) for answer in answers for one in answer["prices"]}
    bench.check(
        "64 at once for two that are not followed and one that nobody knows",
        "one question each, and the polls; true; the unknown is named",
        f"{questions} questions, {len(told)} prices, unknown {answers[0]['unknown']}",
        questions <= 3 + 8 and len(told) == 2 and all(answer["unknown"] == ["DOGE"] for answer in answers)
        and all(price in exchange.truth[(symbol, "price")] for symbol, price in told),
    )


def _candles(bench: Bench, door: Door, exchange: Exchange) -> None:
    before = exchange.asked(KLINES)
    answer = door.get("/api/ohlcv?symbol=BTCUSDT&interval=1h&limit=500", NOBODY).expect(200).json
    rows = answer["candles"]
    closes = {Decimal(row["close"]) for row in rows}
    steps = {_seconds(after["open_time"]) - _seconds(earlier["open_time"]) for earlier, after in zip(rows, rows[1:])}
    bench.check(
        "500 hours of candles",
        "the exchange's, in order, the last one forming, no gap",
        f"{len(rows)} candles, steps {sorted(steps)}, forming {[row['forming'] for row in rows[-2:]]}",
        len(rows) == 500 and steps == {3600} and [row["forming"] for row in rows] == [False] * 499 + [True]
        and closes <= exchange.truth[("BTC", "close")] and not answer["gaps"],
    )
    asked = exchange.asked(KLINES) - before
    for _ in range(20):
        again = door.get("/api/ohlcv?symbol=btc-usd&interval=1h&limit=500", NOBODY).expect(200).json
    bench.check(
        "the same candles once more",
        "from the cache, which says so",
        f"cached {again['cached']}, {again['cache_age']:.1f} s old, {exchange.asked(KLINES) - before - asked} questions",
        again["cached"] and again["candles"] == rows and exchange.asked(KLINES) - before - asked <= 1,
    )


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _bad_input(bench: Bench, door: Door) -> None:
    cases = {
        "/api/prices": 422, "/api/prices?symbols=BTC;x": 422, "/api/prices?symbols=" + ",".join(f"A{n}" for n in range(21)): 422,
        "/api/prices?symbols=NOBODY": 400, "/api/ohlcv?symbol=BTC&interval=2s": 422, "/api/ohlcv?symbol=BTC&limit=1001": 422,
        "/api/ohlcv?symbol=NOBODY": 400, "/api/ohlcv?symbol=%00": 422,
    }
    seen = {path: door.get(path, NOBODY).status for path in cases}
    wrong = {path: status for path, status in seen.items() if status != cases[path]}
    bench.check("bad input", "refused by its field, or named as unknown", wrong or f"{len(cases)} of {len(cases)}", not wrong)


def _ailing(bench: Bench, door: Door, exchange: Exchange) -> None:
    """Each ailment in turn: first what was known grows stale, what was never known is an error with the reason."""
    for interval, ailment in (("1m", "html"), ("5m", "error"), ("15m", "cut"), ("4h", "limit"), ("1d", "hang")):
        wait_for("a fresh price", 60, lambda: (_price(door, "BTC") or {"stale": True})["stale"] is False, every=0.2)
        exchange.ailment = ailment
        stale = wait_for("a stale price", 30, lambda: _stale(door), every=0.2)
        # Each time another one, of which nothing can be known.
        unknown = door.get(f"/api/ohlcv?symbol=SOL&interval={interval}", NOBODY)
        text = unknown.body.decode()
        bench.check(
            f"an exchange that ails ({ailment})",
            "the last price, marked stale; candles: 503 with the reason",
            f"{stale['price']} stale, {stale['cache_age']:.1f} s old; {unknown.status} {text[:110]}",
            Decimal(stale["price"]) in exchange.truth[("BTC", "price")] and unknown.status == 503 and "binance" in text,
        )
        exchange.ailment = None
    fresh = wait_for("it is well again", 60, lambda: (_price(door, "BTC") or {"stale": True})["stale"] is False, every=0.2)
    bench.check("after all of them", "a fresh price again", fresh, bool(fresh))


def _stale(door: Door) -> dict[str, Any] | None:
    found = _price(door, "BTC")
    return found if found and found["stale"] else None


def _providers(bench: Bench, exchange: Exchange) -> None:
    """A station that asks three for prices, of which two cannot be reached."""
    station = bench.station({**WIDE_OPEN, "market.pairs": '["BTC-USD"]', "market.poll_seconds": 1}, exchange=exchange)
    station.start()
    door = Door(station.port, timeout=20)
    wait_for("the first price", 20, lambda: _price(door, "BTC"), every=0.1)
    people = People(station)
    viewer = people.add("viewer").log_in(door).credential
    operator = people.add("operator").log_in(door).credential
    listed = door.get("/api/providers", viewer).expect(200).json["providers"]
    names = {one["id"] for one in listed}
    failed = door.get("/api/prices?symbols=NOBODY", NOBODY)
    bench.check("a coin of which two that are away might know", "503 with everybody's reason", failed.body.decode()[:160],
                failed.status == 503 and all(name in failed.body.decode() for name in PRICES))
    # The fifth failure in a row is one too many.
    for _ in range(4):
        for name in ("kraken", "coinbase"):
            door.ask("POST", f"/api/providers/{name}/health-check", operator)
    listed = door.get("/api/providers", viewer).expect(200).json["providers"]
    statuses = {one["id"]: one["status"] for one in listed}
    bench.check(
        "the providers", "all that there are; two are away, one lacks a key", statuses,
        names >= {*PRICES, "coingecko", "defillama", "alternative"} and statuses["binance"] == "online"
        and statuses["kraken"] == statuses["coinbase"] == "offline" and statuses["coincap"] == "unavailable",
    )
    good = door.ask("POST", "/api/providers/binance/health-check", operator).expect(200).json
    bad = door.ask("POST", "/api/providers/kraken/health-check", operator).expect(200).json
    refused = door.ask("POST", "/api/providers/kraken/health-check", viewer).status
    bench.check(
        "asking one at once", "binance answers, kraken does not; viewers may not", (good, bad, refused),
        good["reachable"] and not bad["reachable"] and refused == 403,
    )
    bench.check(
        "who has no account", "sees no providers; 404 for one that is none",
        (door.get("/api/providers", NOBODY).status, door.get("/api/providers/nobody", viewer).status),
        door.get("/api/providers", NOBODY).status == 401 and door.get("/api/providers/nobody", viewer).status == 404,
    )
