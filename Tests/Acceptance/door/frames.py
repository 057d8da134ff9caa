"""WebSocket frames by hand: those that a good client sends, and all the others."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.waiting import Late

from .client import NOBODY, Credential
from .raw import dial
from .vault import VAULT

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 1, 2, 8, 9, 10, 0


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    is_last: bool = True,
    reserved: int = 0,
    is_masked: bool = True,
    told_length: int | None = None,
) -> bytes:
    """The bytes of one frame; ``told_length`` lies about its size."""
    length = len(payload) if told_length is None else told_length
    first = (0x80 if is_last else 0) | reserved << 4 | opcode
    mark = 0x80 if is_masked else 0
    if length < 126:
        head = struct.pack("!BB", first, mark | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", first, mark | 126, length)
    else:
        head = struct.pack("!BBQ", first, mark | 127, length)
    if not is_masked:
        return head + payload
    mask = os.urandom(4)
    whole = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return head + mask + (int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")).to_bytes(len(payload), "big")


def text(message: Any) -> bytes:
    return frame(TEXT, json.dumps(message).encode())


@dataclass(frozen=True)
class Frame:
    opcode: int
    payload: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.payload)

    @property
    def close_code(self) -> int | None:
        return struct.unpack("!H", self.payload[:2])[0] if len(self.payload) >= 2 else None


class NotUpgraded(Exception):
    """The daemon answered in HTTP."""

    def __init__(self, status: int, head: str) -> None:
        super().__init__(f"{status} {head[:200]}")
        self.status, self.head = status, head


class FrameSocket:
    """One WebSocket; belongs to one thread. Answers pings while it is read, unless told not to."""

    def __init__(
        self,
        port: int,
        who: Credential = NOBODY,
        *,
        path: str = "/ws",
        source: str | None = None,
        buffer: int = 0,
        answers_pings: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.peer: socket.socket = dial(port, source=source, buffer=buffer)
        self.answers_pings = answers_pings
        self.pings = 0
        self.close_code: int | None = None
        self.is_closed = False
        sent = {
            "Host": "localhost",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            **who.headers,
            **(headers or {}),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        self.peer.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        self._data = b""
        deadline = time.monotonic() + 10
        while b"\r\n\r\n" not in self._data:
            if not self._more(deadline):
                self.peer.close()
                raise Late(f"an answer to an upgrade: {self._data[:100]!r}")
        head, _, self._data = self._data.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        if status != 101:
            self._more(time.monotonic() + 0.2)
            self.peer.close()
            VAULT.heard(head + self._data)
            raise NotUpgraded(status, head.decode(errors="replace"))

    def send(self, data: bytes) -> bool:
        """Whether the daemon still took it."""
        try:
            self.peer.settimeout(5)
            self.peer.sendall(data)
            return True
        except OSError:
            return False

    def say(self, message: Any) -> bool:
        return self.send(text(message))

    def next_frame(self, seconds: float) -> Frame | None:
        """The next frame of any kind, or nothing when none comes in time or the connection is closed."""
        deadline = time.monotonic() + seconds
        while (found := self._parse()) is None:
            if not self._more(deadline):
                return None
        if found.opcode == PING:
            self.pings += 1
            if self.answers_pings:
                self.send(frame(PONG, found.payload))
        elif found.opcode == CLOSE:
            self.close_code = found.close_code or 1005
        return found

    def next(self, seconds: float) -> Any | None:
        """The next message."""
        deadline = time.monotonic() + seconds
        while (found := self.next_frame(deadline - time.monotonic())) is not None:
            if found.opcode == TEXT:
                return found.json
        return None

    def wait(self, type: str, seconds: float = 5.0) -> dict[str, Any]:
        """The next message of a type; others are passed over. Raises ``Late`` when none comes."""
        deadline = time.monotonic() + seconds
        while (message := self.next(deadline - time.monotonic())) is not None:
            if message.get("type") == type:
                return dict(message)
        state = f"closed with {self.close_code}" if self.is_closed else "open"
        raise Late(f"a message of type {type}: not within {seconds:g} s; the connection is {state}")

    def wait_closed(self, seconds: float) -> int | None:
        """Reads until the daemon hangs up; the code that it gave. Raises ``Late`` when it does not."""
        deadline = time.monotonic() + seconds
        while not self.is_closed:
            if (
                self.next_frame(deadline - time.monotonic()) is None
                and not self.is_closed
                and time.monotonic() >= deadline
            ):
                raise Late(f"the end of a connection: not within {seconds:g} s")
        return self.close_code

    def _parse(self) -> Frame | None:
        data = self._data
        if len(data) < 2:
            return None
        length, start = data[1] & 0x7F, 2
        if length == 126:
            if len(data) < 4:
                return None
            length, start = struct.unpack("!H", data[2:4])[0], 4
        elif length == 127:
            if len(data) < 10:
                return None
            length, start = struct.unpack("!Q", data[2:10])[0], 10
        if len(data) < start + length:
            return None
        self._data = data[start + length :]
        return Frame(data[0] & 0x0F, data[start : start + length])

    def _more(self, deadline: float) -> bool:
        patience = deadline - time.monotonic()
        if patience <= 0:
            return False
        self.peer.settimeout(patience)
        try:
            data = self.peer.recv(65_536)
        except TimeoutError:
            return False
        except OSError:
            data = b""
        if not data:
            self.is_closed = True
        self._data += data
        return bool(data)

    def close(self) -> None:
        self.peer.close()
