"""A stand-in for Binance's market streams on the loopback: whose every trade is known, and which misbehaves on demand."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from decimal import Decimal

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass
class Minute:
    """A candle as the trades make it."""

    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    trades: int = 1

    def add(self, price: Decimal, amount: Decimal) -> None:
        self.high, self.low, self.close = max(self.high, price), min(self.low, price), price
        self.volume += amount
        self.trades += 1


@dataclass
class _Client:
    connection: socket.socket
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_subscribed: bool = False

    def send(self, opcode: int, payload: bytes) -> None:
        """One frame, as servers send them. Raises ``OSError`` when the client has gone."""
        size = len(payload)
        head = bytes([0x80 | opcode]) + (
            bytes([size]) if size < 126 else b"\x7e" + struct.pack(">H", size) if size < 65536
            else b"\x7f" + struct.pack(">Q", size)
        )
        with self.lock:
            self.connection.sendall(head + payload)


class Streamer:
    """Trades BTC-USDT ten times a second, from its start on, whoever listens."""

    def __init__(self, first_price: str = "46700.00") -> None:
        self.minutes: dict[int, Minute] = {}
        """What the trades of each minute make, by its first second."""
        self.prices: set[Decimal] = set()
        self.connections = 0
        self.requests: list[str] = []
        """What clients have asked for."""
        self.accepts = True
        """Whether a new connection becomes a WebSocket; otherwise it is closed at once."""
        self.is_silent = False
        """Whether it keeps connections open and says nothing."""
        self._price = Decimal(first_price)
        self._number = 0
        self._random = random.Random(7)
        self._lock = threading.Lock()
        self._clients: list[_Client] = []
        self._ends = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [
            threading.Thread(target=work, name=f"streamer-{work.__name__}", daemon=True)
            for work in (self._accept, self._trade)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self._listener.getsockname()[1]}/ws"

    # What it does on demand

    def cut(self) -> None:
        """Drops every connection without a goodbye."""
        with self._lock:
            clients, self._clients = self._clients, []
        for client in clients:
            client.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.connection.close()

    def skip(self, count: int) -> None:
        """Trades that happen and are told to nobody."""
        for _ in range(count):
            self._next()

    def say(self, payload: bytes, opcode: int = 1) -> None:
        """Sends anything to every client."""
        self._tell(opcode, payload)

    def close(self) -> None:
        self._ends.set()
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)

    # Its trades

    def _next(self) -> tuple[dict[str, object], dict[str, object]]:
        now = int(time.time() * 1000)
        with self._lock:
            self._number += 1
            self._price += Decimal(self._random.randint(-50, 50)) / 100
            price, amount, number = self._price, Decimal(self._random.randint(1, 9999)) / 10000, self._number
            minute = now // 60_000 * 60
            if minute in self.minutes:
                self.minutes[minute].add(price, amount)
            else:
                self.minutes[minute] = Minute(price, price, price, price, amount)
            self.prices.add(price)
        trade: dict[str, object] = {
            "e": "trade", "E": now, "s": "BTCUSDT", "t": number, "p": format(price, "f"), "q": format(amount, "f"),
            "T": now, "m": True, "M": True,
        }
        ticker: dict[str, object] = {
            "e": "24hrTicker", "E": now, "s": "BTCUSDT", "p": "1.00", "P": "0.100", "c": format(price, "f"),
            "h": "50000.00", "l": "40000.00", "o": "46600.00",
        }
        return trade, ticker

    def _trade(self) -> None:
        while not self._ends.wait(0.1):
            trade, ticker = self._next()
            if not self.is_silent:
                self._tell(1, json.dumps(trade).encode())
                self._tell(1, json.dumps(ticker).encode())

    def _tell(self, opcode: int, payload: bytes) -> None:
        with self._lock:
            clients = [client for client in self._clients if client.is_subscribed]
        for client in clients:
            try:
                client.send(opcode, payload)
            except OSError:
                self._drop(client)

    # Its connections

    def _drop(self, client: _Client) -> None:
        with self._lock:
            if client in self._clients:
                self._clients.remove(client)
        client.connection.close()

    def _accept(self) -> None:
        while not self._ends.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            if not self.accepts:
                connection.close()
                continue
            threading.Thread(target=self._serve, args=(connection,), name="streamer-client", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        client = _Client(connection)
        try:
            stream = connection.makefile("rb")
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = stream.readline(4096)
                if not line:
                    return
                head += line
            key = next(line[19:].strip() for line in head.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key: "))
            accept = base64.b64encode(hashlib.sha1(key + _GUID).digest()).decode()
            connection.sendall(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
            )
            with self._lock:
                self._clients.append(client)
            while (frame := _read(stream)) is not None:
                opcode, payload = frame
                if opcode == 8:
                    client.send(8, payload[:2])
                    return
                if opcode == 1:
                    self.requests.append(payload.decode())
                    client.send(1, json.dumps({"result": None, "id": json.loads(payload)["id"]}).encode())
                    client.is_subscribed = True
        except (OSError, ValueError, StopIteration):
            pass  # The client has gone, or is no client: either way there is nobody to tell.
        finally:
            self._drop(client)


def _read(stream: object) -> tuple[int, bytes] | None:
    """The next frame of a client, which has to be masked; ``None`` at the end."""
    read = stream.read  # type: ignore[attr-defined]
    head = read(2)
    if len(head) < 2:
        return None
    if not head[1] & 0x80:
        raise ValueError("a frame without a mask")
    size = head[1] & 0x7F
    if size == 126:
        size = struct.unpack(">H", read(2))[0]
    elif size == 127:
        size = struct.unpack(">Q", read(8))[0]
    mask = read(4)
    return head[0] & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(read(size)))
