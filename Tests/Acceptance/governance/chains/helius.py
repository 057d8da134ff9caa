"""Helius' enhanced transactions on the loopback: pages of wallets' rows, the newest first, and faults on purpose."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import base58
from .face import _Server as Server
from .faults import Fault

#: What the service gives at most.
ROWS_MAX = 100
Row = dict[str, Any]


@dataclass
class Strike:
    """A fault, from which page of a reading on it strikes (from 0), and how often yet (always with ``None``)."""

    fault: Fault
    page: int
    times_left: int | None


class Helius:
    """One service at a port of its own, with the key that it wants."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.asked: Counter[str] = Counter()
        """Questions by wallet, those that a fault has struck among them."""
        self.told: dict[str, dict[str, Row]] = defaultdict(dict)
        """By wallet and signature: every row that was given in a page."""
        self.refused_keys = 0
        self.others: dict[str, str] = {}
        """By wallet: whose rows are given in place of its own."""
        self.repeats = False
        """The first page is given whatever is asked for."""
        self.crashes: list[str] = []
        self._rows: dict[str, list[bytes]] = {}
        self._places: dict[str, dict[str, int]] = {}
        self._strikes: list[Strike] = []
        self._lock = threading.Lock()
        self._healed = threading.Event()
        self._server = Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="helius", daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self.heal()
        self._server.shutdown()
        self._server.server_close()
        self._server.cut_all()

    def keep(self, wallet: str, rows: Sequence[Row]) -> int:
        """From now on these are a wallet's rows, the newest first; their size in bytes."""
        encoded = [json.dumps(row, separators=(",", ":")).encode() for row in rows]
        with self._lock:
            self._rows[wallet] = encoded
            self._places[wallet] = {row["signature"]: place for place, row in enumerate(rows)}
        return sum(map(len, encoded))

    def rows_told(self, wallet: str) -> list[Row]:
        """What a wallet's readers have seen, the newest first."""
        places = self._places[wallet]
        return [row for _, row in sorted((places[name], row) for name, row in self.told[wallet].items())]

    # Faults

    def fail(self, fault: Fault, *, page: int = 0, times: int | None = None) -> None:
        """From now on, from that page of a reading on."""
        with self._lock:
            self._strikes.insert(0, Strike(fault, page, times))

    def heal(self) -> None:
        with self._lock:
            self._strikes.clear()
            self.others.clear()
            self.repeats = False
            self._healed.set()
            self._healed = threading.Event()

    def _struck(self, page: int) -> tuple[Fault | None, threading.Event]:
        with self._lock:
            for strike in self._strikes:
                if page >= strike.page and strike.times_left != 0:
                    if strike.times_left is not None:
                        strike.times_left -= 1
                    return strike.fault, self._healed
            return None, self._healed

    # Answers

    def _answer(self, path: str) -> tuple[int, dict[str, str], bytes, Fault | None, threading.Event]:
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        wallet = parts.path.removeprefix("/v0/addresses/").removesuffix("/transactions")
        with self._lock:
            self.asked[wallet] += 1
        if query.get("api-key") != self.key:
            self.refused_keys += 1
            return 401, {}, b'{"jsonrpc":"2.0","error":{"code":-32401,"message":"missing api key"}}', None, self._healed
        limit = int(query.get("limit", "100"))
        if not 1 <= limit <= ROWS_MAX or len(wallet) > 44:
            return 400, {}, b'{"error":"invalid query"}', None, self._healed
        whose = self.others.get(wallet, wallet)
        rows, places = self._rows.get(whose, []), self._places.get(whose, {})
        before = query.get("before-signature")
        if before is not None and before not in places:
            return 400, {}, b'{"error":"unknown signature"}', None, self._healed
        start = 0 if before is None or self.repeats else places[before] + 1
        fault, healed = self._struck(0 if before is None else (places[before] + 1) // limit)
        is_first = query.get("sort-order") == "asc"
        page = list(reversed(rows[-limit:])) if is_first else rows[start : start + limit]
        if not is_first and fault is None:
            self._note(wallet, start, page, whose)
        return 200, {}, b"[" + b",".join(page) + b"]", fault, healed

    def _note(self, wallet: str, start: int, page: Sequence[bytes], whose: str) -> None:
        """Remembers what was given; reading many thousands of rows once more would cost the time that is measured."""
        if whose == wallet and len(self._rows[wallet] if wallet in self._rows else []) <= 1000:
            for row in map(json.loads, page):
                self.told[wallet][row["signature"]] = row

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                try:
                    status, headers, body, fault, healed = service._answer(self.path)
                except Exception as error:
                    service.crashes.append(repr(error))
                    return self._say(500, {}, b"")
                if fault is None:
                    return self._say(status, headers, body)
                if fault.seconds:
                    healed.wait(fault.seconds)
                if fault.is_cut:
                    self.close_connection = True
                elif fault.body is not None:
                    self._say(fault.status, dict(fault.headers), fault.body)
                elif fault.is_short:
                    self.close_connection = True
                    self._say(200, {"Content-Length": str(len(body))}, body[: len(body) // 2])
                else:
                    self._say(200, {}, body[: len(body) // 2] if fault.is_truncated else body)

            def _say(self, status: int, headers: dict[str, str], body: bytes) -> None:
                told = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
                with contextlib.suppress(OSError):  # Whoever asked has gone.
                    self.send_response(status)
                    for name, value in told.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Requests are counted, not printed."""

        return Handler


# Rows, as the service writes them


USDC = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"
USDT = "Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB"
BONK = "DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263"
SOL = "So11111111111111111111111111111111111111112"
_POOL = base58.encoded(hashlib.sha256(b"pool").digest())
_DECIMALS = {SOL: 9, BONK: 5}
FEE_LAMPORTS = 5000


def decimals_of(mint: str) -> int:
    return _DECIMALS.get(mint, 6)


def token(name: str) -> str:
    """A mint, always the same for a name."""
    return base58.encoded(hashlib.sha256(b"token " + name.encode()).digest())


def _account(owner: str, mint: str) -> str:
    return base58.encoded(hashlib.sha256(f"{owner} {mint}".encode()).digest())


def row(wallet: str, number: int, at: int, type: str, **more: Any) -> Row:
    """One transaction that moves nothing."""
    return {
        "description": "",
        "type": type,
        "source": "JUPITER" if type == "SWAP" else "SYSTEM_PROGRAM",
        "fee": FEE_LAMPORTS,
        "feePayer": wallet,
        "signature": base58.encoded(hashlib.sha512(f"{wallet} {number}".encode()).digest()),
        "slot": 350_000_000 + number,
        "timestamp": at,
        "tokenTransfers": [],
        "nativeTransfers": [],
        "accountData": [{"account": wallet, "nativeBalanceChange": -FEE_LAMPORTS, "tokenBalanceChanges": []}],
        "transactionError": None,
        "instructions": [],
        "events": {},
        **more,
    }


def swap(wallet: str, number: int, at: int, sold: tuple[str, int], bought: tuple[str, int], form: str = "event") -> Row:
    """So many base units of one for so many of another; ``form`` is what tells it: event, balances, transfers."""
    made = row(wallet, number, at, "SWAP")
    own = made["accountData"][0]
    event: dict[str, Any] = {"nativeInput": None, "nativeOutput": None, "tokenInputs": [], "tokenOutputs": []}
    for (mint, units), sign in ((sold, -1), (bought, 1)):
        side = "Input" if sign < 0 else "Output"
        giver, taker = (wallet, _POOL) if sign < 0 else (_POOL, wallet)
        if mint == SOL:
            event[f"native{side}"] = {"account": wallet, "amount": str(units)}
            own["nativeBalanceChange"] += sign * units
            made["nativeTransfers"].append({"fromUserAccount": giver, "toUserAccount": taker, "amount": units})
            continue
        base = {"userAccount": wallet, "tokenAccount": _account(wallet, mint), "mint": mint}
        places = decimals_of(mint)
        event[f"token{side}s"].append({**base, "rawTokenAmount": {"tokenAmount": str(units), "decimals": places}})
        change = {**base, "rawTokenAmount": {"tokenAmount": str(sign * units), "decimals": places}}
        made["accountData"].append(
            {"account": base["tokenAccount"], "nativeBalanceChange": 0, "tokenBalanceChanges": [change]}
        )
        made["tokenTransfers"].append(
            {
                "fromUserAccount": giver,
                "toUserAccount": taker,
                "fromTokenAccount": _account(giver, mint),
                "toTokenAccount": _account(taker, mint),
                "tokenAmount": units / 10**places,
                "mint": mint,
                "tokenStandard": "Fungible",
            }
        )
    if form == "event":
        made["events"] = {"swap": event}
    if form == "transfers":
        made["accountData"] = []
    return made
