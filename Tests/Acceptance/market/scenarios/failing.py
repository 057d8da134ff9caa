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
#: Limits are counted by the minute.
ASKED_SECONDS_MAX = 70


@dataclass
class Seen:
    """What was answered while somebody ailed."""

    answers: int = 0
    stale: int = 0
    untrue: list[str] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)


#: By the clock's windows of so many seconds, as they count themselves.
LIMITS = {"kraken": (60, 60), "coinbase": (1, 10), "coingecko": (60, 5), "coinpaprika": (60, 60)}


class World:
    """A station, and those whom it asks; each world has its own, because limits are those of one station."""

    def __init__(self, bench: Bench, first: str, poll_seconds: float = 0.5) -> None:
        self.exchange = bench.exchange()
        self.tellers = {
            "kraken": tellers.kraken(), "coinbase": tellers.coinbase(), "coingecko": tellers.coingecko(),
            "coinpaprika": tellers.coinpaprika(),
        }
        for teller in self.tellers.values():
            bench.on_close(teller.close)
        self.ailing: dict[str, Exchange | Teller] = {
            "binance": self.exchange, "kraken": self.tellers["kraken"], "coinbase": self.tellers["coinbase"],
        }
        self.station = bench.station(
            {
                **WIDE_OPEN,
                "market.pairs": '["BTC-USD"]',
                "market.poll_seconds": poll_seconds,
                "market.stale_after_seconds": STALE_AFTER,
                "market.providers": json.dumps([first, *(name for name in self.ailing if name != first)]),
                **{f"market.endpoints.{name}": teller.address for name, teller in self.tellers.items()},
            },
            exchange=self.exchange,
        )
        self.station.start()
        self.door = Door(self.station.port, timeout=20)
        wait_for(f"a price of {first}", 20, lambda: (_price(self.door) or {}).get("source") == first, every=0.1)

    def truth(self, source: str) -> set[Decimal]:
        """Every price that a source has ever told."""
        if source == "binance":
            return self.exchange.truth[("BTC", "price")]
        return {Decimal({"kraken": KRAKEN_PRICES["XBTUSD"][1], "coinbase": COINBASE_PRICES["BTC-USD"]}[source])}


def run(bench: Bench) -> None:
    most: dict[str, int] = {}
    # Whoever ails is asked first, and the others after it.
    for name in ("binance", "kraken", "coinbase"):
        world = World(bench, name)
        _each(bench, world, name)
        _count(world, most)
        world.station.stop()
    world = World(bench, "binance")
    _all(bench, world)
    _market(bench, world)
    _count(world, most)
    world.station.stop()
    _limit(bench, most)
    for name, (seconds, limit) in LIMITS.items():
        bench.check(f"{name}: the most questions of one station in {seconds} s", f"{limit} at most, as it counts", most[name],
                    0 < most[name] <= limit)


def _limit(bench: Bench, most: dict[str, int]) -> None:
    """Four questions a second to one that allows sixty a minute."""
    world = World(bench, "kraken", poll_seconds=0.25)
    # From the beginning of one of its minutes.
    time.sleep(60 - time.time() % 60)
    seen = _look(world, 20)
    # What the stations before this one asked is no part of it.
    own = dict.fromkeys(most, 0)
    _count(world, own)
    asked = own["kraken"]
    for name, count in own.items():
        most[name] = max(most[name], count)
    bench.check("80 questions within a minute to one that allows 60", "48 are asked of it, the others of the next one; all true",
                f"{asked} asked, {seen.answers} answers from {sorted(seen.sources)}, {len(seen.untrue)} untrue",
                45 <= asked <= 48 and not seen.untrue and len(seen.sources) > 1)


def _count(world: World, most: dict[str, int]) -> None:
    for name, teller in world.tellers.items():
        most[name] = max(most.get(name, 0), teller.most_within(LIMITS[name][0]))


def _price(door: Door) -> dict[str, Any] | None:
    answer = door.get("/api/prices?symbols=BTC", NOBODY)
    if answer.status != 200 or not answer.json["prices"]:
        return None
    return dict(answer.json["prices"][0])


def _look(world: World, seconds: float) -> Seen:
    seen = Seen()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = world.door.get("/api/prices?symbols=BTC", NOBODY)
        seen.answers += 1
        if answer.status != 200:
            seen.untrue.append(f"{answer.status} {answer.body.decode()[:100]}")
            continue
        price = answer.json["prices"][0]
        seen.sources.add(price["source"])
        seen.stale += bool(price["stale"])
        if Decimal(price["price"]) not in world.truth(price["source"]):
            seen.untrue.append(f"{price['price']} from {price['source']}")
        if not price["stale"] and price["cache_age"] > STALE_AFTER + 1:
            seen.untrue.append(f"{price['cache_age']:.1f} s old, and not stale")
        time.sleep(0.05)
    return seen


def _is_well(door: Door, name: str, operator: Credential) -> bool:
    return bool(door.ask("POST", f"/api/providers/{name}/health-check", operator).expect(200).json["reachable"])


def _each(bench: Bench, world: World, name: str) -> None:
    """One after the other, the others being well."""
    one = world.ailing[name]
    operator = People(world.station).add("operator").log_in(world.door).credential
    ways = BINANCE_AILMENTS if isinstance(one, Exchange) else tuple(AILMENTS)
    total = Seen()
    asked = 0
    for way in ways:
        before = 0 if isinstance(one, Exchange) else one.asked()
        one.ailment = way
        end = time.monotonic() + ASKED_SECONDS_MAX
        while True:
            seen = _look(world, LOOK_SECONDS)
            total.answers += seen.answers
            total.stale += seen.stale
            total.sources |= seen.sources
            total.untrue += [f"{way}: {text}" for text in seen.untrue]
            is_asked = isinstance(one, Exchange) or one.asked() > before
            # Its limits may not allow another question yet: an ailment that nobody meets shows nothing.
            if is_asked or time.monotonic() > end:
                break
        one.ailment = None
        asked += is_asked
        # So that it is not left alone when the next one comes; as soon as its limits allow to ask it. Each look costs one
        # of the questions that it allows.
        wait_for(f"{name} is well again", 80, lambda: _is_well(world.door, name, operator), every=2)
    bench.check(
        f"{name} ails in {len(ways)} ways, the others are well",
        "every answer is true, whoever gives it; none is missing",
        f"{total.answers} answers from {sorted(total.sources)}, {total.stale} stale, {len(total.untrue)} untrue {total.untrue[:2]}; asked during {asked} of them",
        not total.untrue and total.answers > 10 * len(ways) and len(total.sources) > 1 and asked == len(ways),
    )


def _all(bench: Bench, world: World) -> None:
    """All of them at once, each in its own way."""
    door, ailing = world.door, world.ailing
    for name, one in ailing.items():
        one.ailment = {"binance": "html", "kraken": "array", "coinbase": "forbidden"}[name]
    stale = wait_for("a stale price", 30, lambda: (found := _price(door)) and found["stale"] and found, every=0.1)
    bench.check("all three ail", "the last price, marked stale", f"{stale['price']} from {stale['source']}, {stale['cache_age']:.1f} s old",
                Decimal(stale["price"]) in world.truth(stale["source"]) and stale["cache_age"] > STALE_AFTER)
    unknown = door.get("/api/prices?symbols=ETH", NOBODY)
    text = unknown.body.decode()
    bench.check("all three ail, and nothing was known", "503 with everybody's reason", f"{unknown.status} {text[:150]}",
                unknown.status == 503 and all(name in text for name in ailing))
    for one in ailing.values():
        one.ailment = None
    fresh = wait_for("they are well again", 120, lambda: (found := _price(door)) and not found["stale"] and found, every=0.2)
    bench.check("after all of it", "a fresh price, and true", f"{fresh['price']} from {fresh['source']}",
                Decimal(fresh["price"]) in world.truth(fresh["source"]))


def _market(bench: Bench, world: World) -> None:
    """The market as a whole, by the first who is well; asked for without a pause while both ail."""
    door, gecko, paprika = world.door, world.tellers["coingecko"], world.tellers["coinpaprika"]
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
