"""What the markets did is kept: caught up with after a crash, brought from the past, and read with its gaps."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from door.client import NOBODY, Door
from door.people import People
from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.exchange import Exchange
from harness.station import Station
from harness.waiting import wait_for

NAME = "history"
TITLE = "candles are kept and told once, also over a crash; a backfill goes on where it was killed; history is read by tier"

KLINES = "/api/v3/klines"
#: Three days of minutes, 299 at a question.
BACKFILL_DAYS = 3
QUESTIONS = -(-BACKFILL_DAYS * 1440 // 299)


class Llama:
    """A stand-in for DefiLlama: three protocols, one exchange that is none, and a total that is not their sum."""

    PROTOCOLS = (("aave-v3", "Aave V3", "Lending", "31000000000.25"), ("lido", "Lido", "Liquid Staking", "22000000000.5"),
                 ("binance-cex", "Binance CEX", "CEX", "150000000000"), ("uniswap", "Uniswap", "Dexs", "5000000000"))
    SUM, TOTAL = Decimal("58000000000.75"), Decimal("91000000000.125")

    def __init__(self) -> None:
        self.asked = 0
        llama = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = llama.answer(self.path).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="llama", daemon=True)
        self._thread.start()

    def answer(self, path: str) -> str:
        if path == "/protocols":
            self.asked += 1
            rows = (
                f'{{"id":"{number}","slug":"{slug}","name":"{name}","category":"{category}","chains":["Ethereum"],"tvl":{tvl}}}'
                for number, (slug, name, category, tvl) in enumerate(self.PROTOCOLS)
            )
            return f"[{','.join(rows)}]"
        today = int(time.time()) // 86_400 * 86_400
        return f'[{{"date":{today - 86_400},"tvl":90000000000}},{{"date":{today},"tvl":{self.TOTAL}}}]'

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def run(bench: Bench) -> None:
    llama = Llama()
    try:
        _run(bench, llama)
    finally:
        llama.close()


def _run(bench: Bench, llama: Llama) -> None:
    exchange = bench.exchange()
    station = bench.station(
        {
            **WIDE_OPEN,
            "market.pairs": '["BTC-USD"]',
            "market.providers": '["binance"]',
            "market.poll_seconds": 1,
            "market.history.backfill_pause_seconds": 0.3,
            "market.endpoints.defillama": llama.address,
        },
        exchange=exchange,
    )
    station.start()
    _kept(bench, station, exchange)
    _backfill(bench, station, exchange)
    _crash(bench, station)
    _doors(bench, station, exchange, llama)


def ctl(station: Station, *arguments: str) -> dict[str, Any]:
    done = station.ctl("market", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def candles(station: Station, interval: str, limit: int = 1000, start: str | None = None) -> list[dict[str, Any]]:
    more = ("--from", start) if start else ()
    return list(ctl(station, "history", "BTC-USD", "--interval", interval, "--limit", str(limit), *more)["candles"])


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _kept(bench: Bench, station: Station, exchange: Exchange) -> None:
    hours = wait_for("hours", 20, lambda: candles(station, "1h"), every=0.2)
    days = wait_for("days", 20, lambda: candles(station, "1d"), every=0.2)
    minutes = wait_for("a minute", 20, lambda: candles(station, "1m"), every=0.2)
    steps = {_seconds(after["openTime"]) - _seconds(one["openTime"]) for one, after in zip(hours, hours[1:])}
    closes = {Decimal(one["close"]) for one in hours + days + minutes}
    bench.check(
        "after the first round",
        "120 hours and 120 days, and the newest minute, as the exchange tells them",
        f"{len(hours)} hours, {len(days)} days, {len(minutes)} minutes, steps {steps}",
        len(hours) == 120 and len(days) == 120 and len(minutes) >= 1 and steps == {3600.0}
        and closes <= exchange.truth[("BTC", "close")],
    )


def _backfill(bench: Bench, station: Station, exchange: Exchange) -> None:
    today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    start, end = f"{today - timedelta(days=BACKFILL_DAYS):%Y-%m-%d}", f"{today:%Y-%m-%d}"
    span = ("BTC-USD", "--interval", "1m", "--from", start, "--to", end)
    before = ctl(station, "gaps", *span)
    asked = exchange.asked(KLINES)
    begun = ctl(station, "backfill", *span, "--detach")

    def progress() -> dict[str, Any]:
        return dict(ctl(station, "backfills")["backfills"][0])

    def reached(share: float) -> Callable[[], dict[str, Any] | None]:
        return lambda: one if (one := progress())["done"] >= share * one["expected"] else None

    kills = []
    for share in (0.2, 0.5):
        kills.append(wait_for(f"{share:.0%} of the backfill", 60, reached(share), every=0.05)["done"])
        station.kill()
        station.start()
    done = wait_for("its end", 90, lambda: one if (one := progress())["state"] == "completed" else None, every=0.2)
    questions = exchange.asked(KLINES) - asked
    after = ctl(station, "gaps", *span)
    bench.check(
        f"a backfill of {begun['expected']} minutes, killed twice in the middle",
        f"goes on where it was: {QUESTIONS} questions, and a few of the two starts; nothing is missing",
        f"killed at {kills} of {done['expected']}; {questions} questions; missing {after['gaps']}",
        done["done"] == done["expected"] == begun["expected"] == BACKFILL_DAYS * 1440
        and [gap["asked"] for gap in before["gaps"]] == [False] and not after["gaps"]
        # Each kill may lose the note of one answer; each start asks for the newest of three intervals, each poll for a minute.
        and questions <= QUESTIONS + 2 + 2 * 3 + 10,
    )


def _crash(bench: Bench, station: Station) -> None:
    """More than a minute without a program, and candles that end meanwhile."""
    last = candles(station, "1m")[-1]["openTime"]
    station.kill()
    # The time that the program is away is what is tested.
    time.sleep(130)
    heard = station.subscriber("market.candle.closed")
    station.start()
    wanted = int(time.time() // 60) - 1
    found = wait_for(
        "the newest minute", 30,
        lambda: rows if (rows := candles(station, "1m", start=last)) and _seconds(rows[-1]["openTime"]) // 60 >= wanted else None,
        every=0.5,
    )
    steps = [_seconds(after["openTime"]) - _seconds(one["openTime"]) for one, after in zip(found, found[1:])]
    told = [
        event.payload["candle"]["openTime"]
        for event in heard.collect(1, "market.candle.closed")
        if event.payload["candle"]["interval"] == "1m"
    ]
    bench.check(
        "a crash, and more than two minutes away",
        "every minute is kept without a gap, and the missed ones are told in order, each once",
        f"{len(found) - 1} minutes since {last}, told {told}",
        len(found) >= 3 and set(steps) == {60.0} and told == sorted(set(told)) and len(told) >= 2
        and set(told) <= {row["openTime"] for row in found},
    )


def _doors(bench: Bench, station: Station, exchange: Exchange, llama: Llama) -> None:
    door = Door(station.port, timeout=20)
    member = People(station).add("viewer").log_in(door).credential
    run_now = station.ctl("schedules", "run", "store-prices")
    prices = wait_for(
        "a stored price", 20,
        lambda: door.get("/api/prices/history/BTC?days=1", member).expect(200).json["prices"], every=0.2,
    )
    week = door.get("/api/ohlcv/history/btcusdt?interval=1h&days=5", member).expect(200).json
    page = door.get("/api/ohlcv/history/BTC?interval=1h&days=5&limit=50", member).expect(200).json
    rest = door.get(f"/api/ohlcv/history/BTC?interval=1h&days=5&from={page['next']}", member).expect(200).json
    statuses = {
        path: door.get(path, who).status
        for path, who in (
            ("/api/ohlcv/history/BTC", NOBODY), ("/api/prices/history/BTC", NOBODY), ("/api/defi/history/x", NOBODY),
            ("/api/ohlcv/history/BTC?days=8", member), ("/api/defi/history/nothing", member),
            ("/api/defi/tvl-chart", NOBODY),
        )
    }
    bench.check(
        "history over HTTP",
        "for who has logged in, a week with the tier free; in pages that fit; the exchange's figures",
        f"{run_now.returncode}, {len(prices)} prices, {len(week['candles'])} hours, pages {len(page['candles'])} + "
        f"{len(rest['candles'])}, statuses {list(statuses.values())}",
        list(statuses.values()) == [401, 401, 401, 403, 404, 200]
        and Decimal(prices[-1]["price"]) in exchange.truth[("BTC", "price")]
        and 118 <= len(week["candles"]) <= 121 and not week["gaps"]
        and page["candles"] + rest["candles"] == week["candles"],
    )
    _defi(bench, station, door, member, llama)
    calls = wait_for(
        "calls of the provider", 30,
        lambda: station.metrics().value("cryptocall_market_calls_stored_total") or None, every=0.5,
    )
    bench.check("calls of the provider", "are recorded", f"{calls:g}", calls > 5)


def _defi(bench: Bench, station: Station, door: Door, member: Any, llama: Llama) -> None:
    def chart() -> list[dict[str, Any]]:
        return list(door.get("/api/defi/tvl-chart", NOBODY).expect(200).json["days"])

    def aave() -> list[dict[str, Any]]:
        answer = door.get("/api/defi/history/aave-v3?days=1", member)
        return list(answer.json["points"]) if answer.status == 200 else []

    before = chart()
    station.ctl("schedules", "run", "store-defi")
    points = wait_for("what a protocol holds", 20, aave, every=0.2)
    asked = llama.asked
    # Once more within the hour, as after a restart: nobody is asked. When the hour turns just now, somebody is.
    hour = int(time.time() // 3600)
    station.ctl("schedules", "run", "store-defi")
    wait_for("the second run", 20, lambda: _ended(station, "store-defi") >= 2, every=0.2)
    again, last = aave(), chart()[-1]
    turned = int(time.time() // 3600) != hour
    bench.check(
        "what DeFi protocols hold",
        "30 days without figures; then today's sum without the exchange, and the source's own total; once an hour",
        f"{sum('tvl' in day for day in before)} of {len(before)} days, then {last}, asked {asked} then {llama.asked}",
        len(before) == 30 and all(day.get("tvl") is None for day in before)
        and [Decimal(point["tvl"]) for point in points] == [Decimal("31000000000.25")]
        and Decimal(last["tvl"]) == Llama.SUM and Decimal(last["total"]) == Llama.TOTAL and last["protocols"] == 3
        and (turned or (again == points and llama.asked == asked == 1)),
    )


def _ended(station: Station, kind: str) -> int:
    listed = station.ctl("jobs", "list", "--kind", kind, "--state", "completed", "--json")
    return len(json.loads(listed.stdout)["jobs"])
