"""A stand-in for Binance's public data host on the loopback, whose every figure is known."""

from __future__ import annotations

import csv
import json
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: Hourly candles of SOL, made by hand: open, high, low, close, volume.
_SOL = (
    ("170.10", "171.45", "169.80", "171.02", "81234.5"),
    ("171.02", "172.60", "170.55", "172.31", "90412.1"),
    ("172.31", "172.90", "170.12", "170.47", "77310.9"),
    ("170.47", "173.05", "170.20", "172.88", "102077.3"),
)
#: Of BTC and ETH, likewise by hand, for machines without the recorded ones.
_BTC = (
    ("46216.93", "46731.39", "46208.37", "46656.13", "1503.3"),
    ("46656.14", "46949.99", "46574.06", "46778.14", "943.8"),
    ("46778.14", "46928.94", "46721.96", "46811.77", "485.2"),
)
_ETH = (
    ("3676.22", "3730.00", "3676.22", "3723.04", "9023.4"),
    ("3723.04", "3748.45", "3714.10", "3724.89", "8997.8"),
    ("3724.88", "3738.47", "3722.23", "3728.32", "5028.5"),
)
_STEP_SECONDS = 2.0
_HOUR = 3600


@dataclass(frozen=True)
class Bar:
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


def data_folder() -> Path:
    """Where recorded inputs lie, beside the project or where the variable says."""
    given = os.environ.get("CRYPTOCALL_TEST_DATA")
    root = Path(__file__).resolve().parents[3]
    return Path(given) if given else root.parent / "shared" / "data"


def recorded(name: str) -> Path | None:
    path = data_folder() / "ohlcv" / name
    return path if path.is_file() else None


def _bars(name: str, by_hand: Sequence[tuple[str, ...]]) -> tuple[list[Bar], bool]:
    path = recorded(name)
    if path is None:
        return [Bar(*(Decimal(text) for text in row)) for row in by_hand], False
    with path.open() as file:
        rows = list(csv.DictReader(file))[:200]
    return [Bar(*(Decimal(row[key]) for key in ("open", "high", "low", "close", "volume"))) for row in rows], True


class Exchange:
    """Serves tickers and candles; every two seconds the market moves on by one bar.

    ``truth`` holds every figure that was ever served, so that whatever a host says can be held against it.
    """

    def __init__(self) -> None:
        btc, is_recorded = _bars("BTCUSDT_1h.csv", _BTC)
        eth, _ = _bars("ETHUSDT_1h.csv", _ETH)
        sol = [Bar(*(Decimal(text) for text in row)) for row in _SOL]
        self.bars = {"BTC": btc, "ETH": eth, "SOL": sol}
        self.is_recorded = is_recorded
        self.truth: dict[tuple[str, str], set[Decimal]] = {}
        """By currency and quantity: price, change_24h, high_24h, low_24h, close, candle_change."""
        self.requests: dict[str, int] = {}
        self.ailment: str | None = None
        """How it answers everything: ``html``, ``error``, ``limit``, ``cut``, ``hang``; well with ``None``."""
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="exchange", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def origin(self) -> str:
        """Where the figures come from, for the table."""
        return "recorded BTC and ETH candles, SOL by hand" if self.is_recorded else "candles made by hand"

    def close(self) -> None:
        """Stops listening: from now on every request is refused."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def keep_step_with(self, other: Exchange) -> None:
        """From now on it tells the same prices at the same time as another one."""
        self._started = other._started

    # What it knows

    def _position(self) -> int:
        return int((time.monotonic() - self._started) / _STEP_SECONDS) + 24

    def _bar(self, currency: str, position: int) -> Bar:
        bars = self.bars[currency]
        return bars[position % len(bars)]

    def _tell(self, currency: str, quantity: str, value: Decimal) -> str:
        with self._lock:
            self.truth.setdefault((currency, quantity), set()).add(value)
        return format(value, "f")

    def _ticker(self, symbol: str) -> dict[str, Any]:
        currency = _currency(symbol)
        position = self._position()
        day = [self._bar(currency, position - back) for back in range(24)]
        last, first = day[0], day[-1]
        change = ((last.close - first.open) / first.open * 100).quantize(Decimal("0.001"))
        now = int(time.time() * 1000)
        tell = self._tell
        return {
            "symbol": symbol,
            "priceChange": format(last.close - first.open, "f"),
            "priceChangePercent": tell(currency, "change_24h", change),
            "weightedAvgPrice": format(last.close, "f"),
            "prevClosePrice": format(first.open, "f"),
            "lastPrice": tell(currency, "price", last.close),
            "lastQty": "0.01000000",
            "bidPrice": format(last.close, "f"),
            "bidQty": "1.00000000",
            "askPrice": format(last.close + Decimal("0.01"), "f"),
            "askQty": "1.00000000",
            "openPrice": format(first.open, "f"),
            "highPrice": tell(currency, "high_24h", max(bar.high for bar in day)),
            "lowPrice": tell(currency, "low_24h", min(bar.low for bar in day)),
            "volume": format(sum(bar.volume for bar in day), "f"),
            "quoteVolume": format(sum(bar.volume * bar.close for bar in day), "f"),
            "openTime": now - 86_400_000,
            "closeTime": now,
            "firstId": 1,
            "lastId": 1_000_000,
            "count": 1_000_000,
        }

    def _price(self, symbol: str) -> dict[str, str]:
        currency = _currency(symbol)
        close = self._bar(currency, self._position()).close
        return {"symbol": symbol, "price": self._tell(currency, "price", close)}

    def _klines(self, symbol: str, interval: str, limit: int, start: int | None) -> list[list[Any]]:
        currency = _currency(symbol)
        seconds = {"1m": 60, "5m": 300, "15m": 900, "1h": _HOUR, "4h": 4 * _HOUR, "1d": 24 * _HOUR}[interval]
        newest = int(time.time()) // seconds * seconds
        rows: list[list[Any]] = []
        count = min(limit, 1000)
        first = newest - (count - 1) * seconds if start is None else -(-start // (seconds * 1000)) * seconds
        for opened in range(first, min(newest, first + (count - 1) * seconds) + 1, seconds):
            bar = self._bar(currency, opened // seconds)
            change = (bar.close - bar.open) / bar.open * 100
            self._tell(currency, "candle_change", change)
            self._tell(currency, "price", bar.close)
            rows.append(
                [
                    opened * 1000,
                    format(bar.open, "f"),
                    format(bar.high, "f"),
                    format(bar.low, "f"),
                    self._tell(currency, "close", bar.close),
                    format(bar.volume, "f"),
                    (opened + seconds) * 1000 - 1,
                    format(bar.volume * bar.close, "f"),
                    1000,
                    "0",
                    "0",
                    "0",
                ]
            )
        return rows

    def _count(self, path: str) -> None:
        with self._lock:
            self.requests[path] = self.requests.get(path, 0) + 1

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        with self._lock:
            return self.requests.get(path, 0)

    def _answer(self, path: str, query: dict[str, list[str]]) -> Any:
        symbols = query.get("symbol", [])
        if "symbols" in query:
            symbols = json.loads(query["symbols"][0])
        self._count(path)
        if path == "/api/v3/ping":
            return {}
        if path == "/api/v3/time":
            return {"serverTime": int(time.time() * 1000)}
        if path == "/api/v3/klines":
            start = int(query["startTime"][0]) if "startTime" in query else None
            return self._klines(symbols[0], query["interval"][0], int(query.get("limit", ["500"])[0]), start)
        one = {"/api/v3/ticker/24hr": self._ticker, "/api/v3/ticker/price": self._price}[path]
        return one(symbols[0]) if "symbol" in query else [one(symbol) for symbol in symbols]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        exchange = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            #: One packet for an answer, not two that wait for each other.
            wbufsize = -1

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if exchange.ailment is not None:
                    exchange._count(parts.path)
                    return self._ail(exchange.ailment)
                try:
                    code, body = 200, exchange._answer(parts.path, parse_qs(parts.query))
                except (KeyError, IndexError, ValueError) as error:
                    code, body = 400, {"code": -1121, "msg": f"Invalid symbol. {error}"}
                data = json.dumps(body).encode()
                self.send_response(code)
                self.send_header("Content-Type", "application/json;charset=UTF-8")
                self.send_header("Content-Length", str(len(data)))
                self.send_header("X-MBX-USED-WEIGHT-1M", "2")
                self.end_headers()
                self.wfile.write(data)

            def _ail(self, ailment: str) -> None:
                if ailment == "hang":
                    # Longer than anybody waits; the connection is given up before.
                    time.sleep(8)
                status, kind, length, data = {
                    "html": (200, "text/html", None, b"<!doctype html><p>Prove your work</p>"),
                    "error": (500, "text/plain", None, b"no"),
                    "limit": (429, "application/json", None, b'{"code":-1003,"msg":"Too many requests."}'),
                    "cut": (200, "application/json", 5000, b'[{"symbol":"BTCUSDT","lastPrice":"1'),
                    "hang": (503, "text/plain", None, b"late"),
                }[ailment]
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data) if length is None else length))
                if ailment == "limit":
                    self.send_header("Retry-After", "3")
                self.end_headers()
                self.wfile.write(data)
                self.close_connection = True

            def log_message(self, format: str, *arguments: Any) -> None:
                """Requests are counted, not printed."""

        return Handler


def _currency(symbol: str) -> str:
    currency = symbol[:3].upper()
    if currency not in ("BTC", "ETH", "SOL"):
        raise KeyError(symbol)
    return currency
