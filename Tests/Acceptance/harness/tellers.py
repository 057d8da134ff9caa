"""Stand-ins for others who tell about the market, on the loopback: every figure is known, and they fail on purpose."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: How they fail: status, type, further headers, body; a body of ``None`` closes the connection without a word.
AILMENTS: dict[str, tuple[int, str, dict[str, str], bytes | None]] = {
    "html": (200, "text/html", {}, b"<!doctype html><p>Prove your work</p>"),
    "error": (500, "text/plain", {}, b"no"),
    "away": (503, "application/json", {}, b"{}"),
    "limit": (429, "application/json", {"Retry-After": "2"}, b'{"status":{"error_code":429}}'),
    "banned": (418, "application/json", {"Retry-After": "3"}, b'{"code":-1003,"msg":"banned"}'),
    "forbidden": (403, "text/html", {}, b"<p>error code: 1020</p>"),
    "cut": (200, "application/json", {"Content-Length": "5000"}, b'[{"symbol":"BTCUSDT","lastPrice":"1'),
    "note": (200, "application/json", {}, b'{"Note":"you have asked too often"}'),
    "array": (200, "application/json", {}, b'{"error":["EAPI:Rate limit exceeded"]}'),
    "empty": (200, "application/json", {}, b""),
    "nonsense": (200, "application/json", {}, b'{"result":{"price":"NaN"},"data":[null]}'),
    "silent": (0, "", {}, None),
    "hang": (503, "text/plain", {}, b"late"),
}


class Teller:
    """One server; ``answer`` says what comes back for a path and a query, and raises ``KeyError`` for what it lacks."""

    def __init__(self, answer: Callable[[str, dict[str, list[str]]], Any]) -> None:
        self.ailment: str | None = None
        self.asked_at: list[tuple[float, str]] = []
        self._answer = answer
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="teller", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def asked(self, beginning: str = "/") -> int:
        with self._lock:
            return sum(path.startswith(beginning) for _, path in self.asked_at)

    def most_within(self, seconds: int) -> int:
        """The most questions within one window of the clock, as providers count them."""
        windows: dict[int, int] = {}
        with self._lock:
            for moment, _ in self.asked_at:
                windows[int(moment // seconds)] = windows.get(int(moment // seconds), 0) + 1
        return max(windows.values(), default=0)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        teller = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                with teller._lock:
                    teller.asked_at.append((time.time(), parts.path))
                if teller.ailment is not None:
                    return self._ail(teller.ailment)
                try:
                    status, body = 200, teller._answer(parts.path, parse_qs(parts.query))
                except KeyError as error:
                    status, body = 404, {"error": f"nothing about {error}"}
                self._send(status, "application/json", {}, json.dumps(body).encode())

            def _ail(self, ailment: str) -> None:
                status, kind, headers, body = AILMENTS[ailment]
                if ailment == "hang":
                    # Longer than anybody waits; the connection is given up before.
                    time.sleep(6)
                self.close_connection = True
                if body is not None:
                    self._send(status, kind, headers, body)

            def _send(self, status: int, kind: str, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Requests are counted, not printed."""

        return Handler


# What each of them knows

KRAKEN_PRICES = {"XBTUSD": ("XXBTZUSD", "46001.10000"), "ETHUSD": ("XETHZUSD", "3601.50000")}
COINBASE_PRICES = {"BTC-USD": "46002.25", "ETH-USD": "3602.75"}
#: By rank: id, symbol, name, price, market value, volume.
COINS = (
    ("bitcoin", "BTC", "Bitcoin", "46003.123456789012", "900000000000", "21000000000"),
    ("ethereum", "ETH", "Ethereum", "3603.75", "430000000000", "11000000000"),
    ("pepe", "PEPE", "Pepe", "7.821066970851871e-11", "3000000000", "1000000"),
)
DOMINANCE = {"btc": 51.25, "eth": 17.5}
TRENDING = ("pepe", "bitcoin", "ethereum")
#: Slug, kind, value locked; the first is no protocol of decentralised finance.
PROTOCOLS = (("exchange", "CEX", "99000000000"), *((f"protocol-{number}", "Lending", str(10**9 - number)) for number in range(30)))


def kraken() -> Teller:
    def answer(path: str, query: dict[str, list[str]]) -> Any:
        if path != "/0/public/Ticker":
            return {"error": ["EGeneral:Unknown method"]}
        found = {}
        for name in query["pair"][0].split(","):
            if name not in KRAKEN_PRICES:
                return {"error": ["EQuery:Unknown asset pair"]}
            key, price = KRAKEN_PRICES[name]
            found[key] = {"c": [price, "0.1"]}
        return {"error": [], "result": found}

    return Teller(answer)


def coinbase() -> Teller:
    def answer(path: str, query: dict[str, list[str]]) -> Any:
        _, _, pair, kind = path.split("/")
        if kind != "ticker":
            raise KeyError(kind)
        return {"trade_id": 1, "price": COINBASE_PRICES[pair], "size": "0.1", "time": _now()}

    return Teller(answer)


def coingecko() -> Teller:
    def answer(path: str, query: dict[str, list[str]]) -> Any:
        if path == "/api/v3/coins/markets":
            return [
                _with_numbers(
                    {"id": id, "symbol": symbol.lower(), "name": name, "market_cap_rank": rank, "last_updated": _now()},
                    current_price=price, market_cap=value, total_volume=volume,
                )
                for rank, (id, symbol, name, price, value, volume) in enumerate(COINS, 1)
            ]
        if path == "/api/v3/global":
            return {"data": {"active_cryptocurrencies": 9000, "total_market_cap": {"usd": 1.75e12},
                             "total_volume": {"usd": 6e10}, "market_cap_percentage": DOMINANCE,
                             "market_cap_change_percentage_24h_usd": -0.5, "updated_at": int(time.time())}}
        if path == "/api/v3/search/trending":
            return {"coins": [{"item": {"id": id, "coin_id": place, "name": id.title(), "symbol": id[:4].upper(),
                                        "market_cap_rank": place}} for place, id in enumerate(TRENDING, 1)]}
        raise KeyError(path)

    return Teller(answer)


def coinpaprika() -> Teller:
    def answer(path: str, query: dict[str, list[str]]) -> Any:
        if path == "/v1/global":
            return {"market_cap_usd": 1740000000000, "volume_24h_usd": 61000000000, "cryptocurrencies_number": 9100,
                    "bitcoin_dominance_percentage": 51.5, "market_cap_change_24h": -0.4, "last_updated": int(time.time())}
        if path == "/v1/tickers":
            return [
                {"id": f"{symbol.lower()}-{id}", "name": name, "symbol": symbol, "rank": rank, "last_updated": _now(),
                 "quotes": {"USD": _with_numbers({}, price=price, volume_24h=volume, market_cap=value)}}
                for rank, (id, symbol, name, price, value, volume) in enumerate(COINS, 1)
            ]
        raise KeyError(path)

    return Teller(answer)


def defillama() -> Teller:
    def answer(path: str, query: dict[str, list[str]]) -> Any:
        if path != "/protocols":
            raise KeyError(path)
        return [
            _with_numbers({"id": str(number), "name": slug.title(), "slug": slug, "symbol": "-", "category": kind, "chains": ["Ethereum"],
                  "chain": "Ethereum", "change_1d": None, "mcap": None}, tvl=value)
            for number, (slug, kind, value) in enumerate(PROTOCOLS)
        ]

    return Teller(answer)


def _with_numbers(members: dict[str, Any], **numbers: str) -> dict[str, Any]:
    """Numbers as JSON has them: some have more digits than a float keeps, and are compared with what a float keeps."""
    return {**members, **{name: float(number) for name, number in numbers.items()}}


def told(number: str) -> Decimal:
    """A figure as it leaves the server."""
    return Decimal(json.dumps(float(number)))


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
