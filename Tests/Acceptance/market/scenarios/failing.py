"""Everybody fails in every known way; nothing untrue is ever told, and nobody is asked too much."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from door.client import NOBODY, Credential, Door
from door.people import People
from door.settings import WIDE_OPEN
from harness import tellers
from harness.bench import Bench
from harness.exchange import Exchange
from harness.tellers import AILMENTS, COINBASE_PRICES, COINS, KRAKEN_PRICES, Teller, told
from harness.waiting import wait_for

NAME = "failing"
TITLE = "every provider fails in every known way: answers stay true or say they are stale, and nobody is asked too much"

#: What the stand-in for Binance can do of them.
BINANCE_AILMENTS = ("html", "error", "limit", "cut", "hang")
STALE_AFTER = 3
#: How long each ailment is looked at.
LOOK_SECONDS = 2.0


@dataclass
class Seen:
    """What was answered while somebody ailed."""

    answers: int = 0
    stale: int = 0
    untrue: list[str] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)


def run(bench: Bench) -> None:
    exchange = bench.exchange()
    kraken, coinbase, gecko, paprika = tellers.kraken(), tellers.coinbase(), tellers.coingecko(), tellers.coinpaprika()
    for teller in (kraken, coinbase, gecko, paprika):
        bench.on_close(teller.close)
    truth = {
        "binance": lambda: exchange.truth[("BTC", "price")],
        "kraken": lambda: {Decimal(KRAKEN_PRICES["XBTUSD"][1])},
        "coinbase": lambda: {Decimal(COINBASE_PRICES["BTC-USD"])},
    }
    ailing: dict[str, Exchange | Teller] = {"binance": exchange, "kraken": kraken, "coinbase": coinbase}
    settings: dict[str, object] = {
        **WIDE_OPEN,
        "market.pairs": '["BTC-USD"]',
        # As often as whoever is first allows, and then some.
        "market.poll_seconds": 0.5,
        "market.stale_after_seconds": STALE_AFTER,
        "market.endpoints.kraken": kraken.address,
        "market.endpoints.coinbase": coinbase.address,
        "market.endpoints.coingecko": gecko.address,
        "market.endpoints.coinpaprika": paprika.address,
    }
    for name, one in ailing.items():
        # Whoever ails is asked first, and the others after it.
        order = [name, *(other for other in ailing if other != name)]
        station = bench.station({**settings, "market.providers": json.dumps(order)}, exchange=exchange)
        station.start()
        door = Door(station.port, timeout=20)
        wait_for(f"a price of {name}", 20, lambda: (_price(door) or {}).get("source") == name, every=0.1)
        operator = People(station).add("operator").log_in(door).credential
        _each(bench, door, operator, name, one, truth)
        station.stop()
    station = bench.station(settings, exchange=exchange)
    station.start()
    door = Door(station.port, timeout=20)
    wait_for("the first price", 20, lambda: _price(door), every=0.1)
    _all(bench, door, ailing, truth)
    _market(bench, door, gecko, paprika)
    # As each of them counts, by the windows of the clock.
    limits = [("kraken", kraken, 60, 60), ("coinbase", coinbase, 1, 10), ("coingecko", gecko, 60, 5), ("coinpaprika", paprika, 60, 60)]
    for name, teller, seconds, limit in limits:
        most = teller.most_within(seconds)
        bench.check(f"{name}: the most questions in {seconds} s", f"{limit} at most, as it counts", most, 0 < most <= limit)


def _price(door: Door) -> dict[str, Any] | None:
    answer = door.get("/api/prices?symbols=BTC", NOBODY)
    if answer.status != 200 or not answer.json["prices"]:
        return None
    return dict(answer.json["prices"][0])


def _look(door: Door, truth: dict[str, Any], seconds: float) -> Seen:
    seen = Seen()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = door.get("/api/prices?symbols=BTC", NOBODY)
        seen.answers += 1
        if answer.status != 200:
            seen.untrue.append(f"{answer.status} {answer.body.decode()[:100]}")
            continue
        price = answer.json["prices"][0]
        seen.sources.add(price["source"])
        seen.stale += bool(price["stale"])
        if Decimal(price["price"]) not in truth[price["source"]]():
            seen.untrue.append(f"{price['price']} from {price['source']}")
        if not price["stale"] and price["cache_age"] > STALE_AFTER + 1:
            seen.untrue.append(f"{price['cache_age']:.1f} s old, and not stale")
        time.sleep(0.05)
    return seen


def _is_well(door: Door, name: str, operator: Credential) -> bool:
    return bool(door.ask("POST", f"/api/providers/{name}/health-check", operator).expect(200).json["reachable"])


def _each(
    bench: Bench, door: Door, operator: Credential, name: str, one: Exchange | Teller, truth: dict[str, Any]
) -> None:
    """One after the other, the others being well."""
    ways = BINANCE_AILMENTS if isinstance(one, Exchange) else tuple(AILMENTS)
    total = Seen()
    asked = 0
    for way in ways:
        before = 0 if isinstance(one, Exchange) else one.asked()
        one.ailment = way
        seen = _look(door, truth, LOOK_SECONDS)
        total.answers += seen.answers
        total.stale += seen.stale
        total.sources |= seen.sources
        total.untrue += [f"{way}: {text}" for text in seen.untrue]
        one.ailment = None
        asked += isinstance(one, Exchange) or one.asked() > before
        # So that it is not left alone when the next one comes; as soon as its limits allow to ask it.
        wait_for(f"{name} is well again", 80, lambda: _is_well(door, name, operator), every=0.5)
    bench.check(
        f"{name} ails in {len(ways)} ways, the others are well",
        "every answer is true, whoever gives it; none is missing",
        f"{total.answers} answers from {sorted(total.sources)}, {total.stale} stale, {len(total.untrue)} untrue {total.untrue[:2]}; asked during {asked} of them",
        not total.untrue and total.answers > 10 * len(ways) and len(total.sources) > 1 and asked == len(ways),
    )


def _all(bench: Bench, door: Door, ailing: dict[str, Exchange | Teller], truth: dict[str, Any]) -> None:
    """All of them at once, each in its own way."""
    for name, one in ailing.items():
        one.ailment = {"binance": "html", "kraken": "array", "coinbase": "forbidden"}[name]
    stale = wait_for("a stale price", 30, lambda: (found := _price(door)) and found["stale"] and found, every=0.1)
    bench.check("all three ail", "the last price, marked stale", f"{stale['price']} from {stale['source']}, {stale['cache_age']:.1f} s old",
                Decimal(stale["price"]) in truth[stale["source"]]() and stale["cache_age"] > STALE_AFTER)
    unknown = door.get("/api/prices?symbols=ETH", NOBODY)
    text = unknown.body.decode()
    bench.check("all three ail, and nothing was known", "503 with everybody's reason", f"{unknown.status} {text[:150]}",
                unknown.status == 503 and all(name in text for name in ailing))
    for one in ailing.values():
        one.ailment = None
    fresh = wait_for("they are well again", 120, lambda: (found := _price(door)) and not found["stale"] and found, every=0.2)
    bench.check("after all of it", "a fresh price, and true", f"{fresh['price']} from {fresh['source']}",
                Decimal(fresh["price"]) in truth[fresh["source"]]())


def _market(bench: Bench, door: Door, gecko: Teller, paprika: Teller) -> None:
    """The market as a whole, by the first who is well; asked for without a pause while both ail."""
    told_by: dict[str, int] = {}
    wrong: list[str] = []
    for way in AILMENTS:
        gecko.ailment = paprika.ailment = way
        answer = door.get("/api/market", NOBODY)
        told_by[str(answer.status)] = told_by.get(str(answer.status), 0) + 1
        if answer.status != 503 or not all(name in answer.body.decode() for name in ("coingecko", "coinpaprika")):
            wrong.append(f"{way}: {answer.status} {answer.body.decode()[:80]}")
    bench.check(f"those who tell the market as a whole ail in {len(AILMENTS)} ways", "503 with everybody's reason, each time",
                f"{told_by}, {wrong[:2]}", not wrong)
    paprika.ailment, gecko.ailment = None, "error"
    answer = wait_for("the market by the second one", 150, lambda: _told(door), every=0.5)
    bench.check("the second one is well", "the figures are its own, and its name stands beside them",
                f"{answer['source']}: {[coin['symbol'] for coin in answer['coins']]}",
                answer["source"] == "coinpaprika"
                and [Decimal(coin["price"]) for coin in answer["coins"]] == [told(coin[3]) for coin in COINS])


def _told(door: Door) -> dict[str, Any] | None:
    answer = door.get("/api/market", NOBODY)
    return dict(answer.json) if answer.status == 200 else None
