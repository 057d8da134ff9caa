"""The market as a whole, over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

from door.client import NOBODY, Door
from door.people import People
from door.settings import WIDE_OPEN
from harness import tellers
from harness.bench import Bench
from harness.tellers import COINS, PROTOCOLS, TRENDING, told
from harness.waiting import wait_for

NAME = "overview"
TITLE = "the largest coins, what people look for and what protocols hold: as told, asked for once, or an error with reasons"

PATHS = ("/api/market", "/api/trending", "/api/defi")


def run(bench: Bench) -> None:
    gecko, paprika, llama = tellers.coingecko(), tellers.coinpaprika(), tellers.defillama()
    for teller in (gecko, paprika, llama):
        bench.on_close(teller.close)
    station = bench.station(
        {
            **WIDE_OPEN,
            "market.providers": '["binance"]',
            "market.endpoints.coingecko": gecko.address,
            "market.endpoints.coinpaprika": paprika.address,
            "market.endpoints.defillama": llama.address,
        },
        exchange=bench.exchange(),
    )
    station.start()
    door = Door(station.port, timeout=20)
    for teller in (gecko, paprika, llama):
        teller.ailment = "html"
    seen = {path: door.get(path, NOBODY) for path in PATHS}
    bench.check(
        "before anybody has told anything, and all of them ail", "503 with everybody's reason, CoinCap's missing key among them",
        {path: (answer.status, answer.body.decode()[:90]) for path, answer in seen.items()},
        all(answer.status == 503 for answer in seen.values())
        and all(name in seen["/api/market"].body.decode() for name in ("coingecko", "coinpaprika", "coincap: not set up: needs a key"))
        and "coingecko" in seen["/api/trending"].body.decode() and "defillama" in seen["/api/defi"].body.decode(),
    )
    for teller in (gecko, paprika, llama):
        teller.ailment = None
    market = wait_for("the market", 90, lambda: _answer(door, "/api/market"), every=1)
    _market(bench, market)
    _once(bench, door, (gecko, paprika, llama))
    trending = wait_for("what people look for", 90, lambda: _answer(door, "/api/trending"), every=1)
    bench.check("what people look for", f"{TRENDING}, from coingecko", [coin["id"] for coin in trending["coins"]],
                tuple(coin["id"] for coin in trending["coins"]) == TRENDING and trending["source"] == "coingecko")
    defi = wait_for("what protocols hold", 90, lambda: _answer(door, "/api/defi"), every=1)
    held = [Decimal(one["tvl"]) for one in defi["protocols"]]
    bench.check(
        "what protocols hold", "the twenty that hold most, without exchanges, which are named as left out",
        f"{len(held)}: {defi['protocols'][0]['slug']} … {defi['protocols'][-1]['slug']}, left out {defi['excluded_categories']}",
        len(held) == 20 and held == sorted(held, reverse=True) and held[0] == Decimal(PROTOCOLS[1][2])
        and "CEX" in defi["excluded_categories"],
    )
    for teller in (gecko, paprika, llama):
        teller.ailment = "error"
    later = {path: door.get(path, NOBODY).expect(200).json for path in PATHS}
    bench.check("within their lifetime, with all of them ailing", "the same figures, from the cache",
                {path: (answer["cached"], answer["source"]) for path, answer in later.items()},
                all(answer["cached"] for answer in later.values()) and later["/api/market"]["coins"] == market["coins"]
                and later["/api/defi"]["protocols"] == defi["protocols"])
    _counts(bench, door, station)


def _answer(door: Door, path: str) -> dict[str, Any] | None:
    answer = door.get(path, NOBODY)
    return dict(answer.json) if answer.status == 200 else None


def _market(bench: Bench, market: dict[str, Any]) -> None:
    coins = market["coins"]
    bench.check(
        "the largest coins", "as told, down to eleven zeros, with rank and source",
        f"{[(coin['rank'], coin['symbol'], coin['price']) for coin in coins]} from {market['source']}",
        [(coin["rank"], coin["symbol"], Decimal(coin["price"]), Decimal(coin["market_cap"])) for coin in coins]
        == [(rank, symbol, told(price), told(value)) for rank, (_, symbol, _, price, value, _) in enumerate(COINS, 1)],
    )
    dominance = market["global"]["dominance"]
    bench.check("shares of the market", "those of whoever has told", dominance,
                Decimal(dominance["BTC"]) in (Decimal("51.25"), Decimal("51.5")))


def _once(bench: Bench, door: Door, all_of_them: tuple[tellers.Teller, ...]) -> None:
    before = sum(teller.asked() for teller in all_of_them)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: Door(door.port, keeps=False, timeout=20).get("/api/market", NOBODY).status, range(64)))
    asked = sum(teller.asked() for teller in all_of_them) - before
    bench.check("64 at once for what is there", "no question to anybody", f"{asked} questions, {set(answers)}",
                asked == 0 and set(answers) == {200})


def _counts(bench: Bench, door: Door, station: Any) -> None:
    status = door.get("/api/status", NOBODY).expect(200).json
    viewer = People(station).add("viewer").log_in(door).credential
    stats = door.get("/api/stats", viewer).expect(200).json
    listed = door.get("/api/providers", viewer).expect(200).json["providers"]
    coincap = next(one for one in listed if one["id"] == "coincap")
    counts = status["providers"]
    bench.check(
        "the status", "operational or degraded, everybody counted once",
        status,
        status["status"] in ("operational", "degraded")
        and counts["total"] == sum(counts[name] for name in ("online", "degraded", "offline", "rate_limited", "unavailable"))
        and 0 < status["success_rate"] < 1,
    )
    bench.check("CoinCap without a key", "unavailable, and why", (coincap["status"], coincap["obstacle"], coincap["asked"]),
                coincap["status"] == "unavailable" and coincap["obstacle"] == "needs a key" and coincap["asked"] == 0)
    bench.check("the sums", "those of the providers", stats["totals"],
                stats["totals"]["asked"] == sum(one["asked"] for one in listed)
                and stats["totals"]["answered"] == sum(one["answered"] for one in listed))
    some = door.get("/api/providers/category/defi", viewer).expect(200).json["providers"]
    bench.check("who tells of decentralised finance", "DefiLlama", [one["id"] for one in some],
                [one["id"] for one in some] == ["defillama"] and door.get("/api/providers/category/x", viewer).status == 404)
