"""A reader of server-sent events that shows everything as it came: ids, names, data, comments and the end."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.waiting import Late

from .client import NOBODY, Credential
from .raw import dial
from .vault import VAULT


@dataclass(frozen=True)
class Heard:
    """One event."""

    at: float
    id: int | None
    name: str
    text: str

    @property
    def data(self) -> Any:
        return json.loads(self.text)


class NotOpened(Exception):
    """The stream was refused."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status} {body[:200]!r}")
        self.status, self.body = status, body


class EventStream:
    """One connection; belongs to one thread. Raises ``NotOpened`` when there is another answer than a stream."""

    def __init__(
        self,
        port: int,
        query: str = "",
        who: Credential = NOBODY,
        *,
        after: int | None = None,
        source: str | None = None,
        buffer: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.last_id = after
        """Where to go on from: the last id that came, as a browser keeps it."""
        self.comments = 0
        self.is_ended = False
        self._data = b""
        self._text = b""
        self._peer: socket.socket = dial(port, source=source, buffer=buffer)
        sent = {"Host": "localhost", "Accept": "text/event-stream", **who.headers, **(headers or {})}
        if after is not None:
            sent["Last-Event-ID"] = str(after)
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        self._peer.sendall(f"GET /events{'?' + query if query else ''} HTTP/1.1\r\n{lines}\r\n".encode())
        self.headers = self._open()

    def _open(self) -> dict[str, str]:
        deadline = time.monotonic() + 10
        while b"\r\n\r\n" not in self._data:
            if not self._more(deadline):
                raise Late(f"the head of an event stream: {self._data[:100]!r}")
        head, _, self._data = self._data.partition(b"\r\n\r\n")
        first, *rest = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in rest)}
        status = int(first.split()[1])
        if status != 200 or not headers.get("content-type", "").startswith("text/event-stream"):
            self._peer.close()
            VAULT.heard(self._data)
            raise NotOpened(status, self._data)
        self._is_chunked = headers.get("transfer-encoding") == "chunked"
        return headers

    def next(self, seconds: float) -> Heard | None:
        """The next event, or nothing when none comes in time or the stream has ended."""
        deadline = time.monotonic() + seconds
        while True:
            block, separator, rest = self._text.partition(b"\n\n")
            if separator:
                self._text = rest
                heard = self._read(block.decode())
                if heard is not None:
                    return heard
                continue
            self._dechunk()
            if b"\n\n" not in self._text and (self.is_ended or not self._more(deadline)):
                return None

    def wait(self, what: str, seconds: float, fits: Callable[[Heard], bool]) -> Heard:
        """The next event that fits; others are passed over. Raises ``Late`` when none comes."""
        deadline = time.monotonic() + seconds
        while (heard := self.next(deadline - time.monotonic())) is not None:
            if fits(heard):
                return heard
        raise Late(f"{what}: not within {seconds:g} s{', the stream has ended' if self.is_ended else ''}")

    def all(self, seconds: float) -> Iterator[Heard]:
        """Whatever comes in this time."""
        deadline = time.monotonic() + seconds
        while (heard := self.next(deadline - time.monotonic())) is not None:
            yield heard

    def _read(self, block: str) -> Heard | None:
        id, name, data = None, "message", []
        for line in block.split("\n"):
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            match field:
                case "":
                    self.comments += 1
                case "id":
                    id = int(value)
                    self.last_id = id
                case "event":
                    name = value
                case "data":
                    data.append(value)
        return Heard(time.monotonic(), id, name, "\n".join(data)) if data else None

    def _dechunk(self) -> None:
        if not self._is_chunked:
            self._text, self._data = self._text + self._data, b""
            return
        while True:
            size, separator, rest = self._data.partition(b"\r\n")
            if not separator:
                return
            length = int(size, 16)
            if len(rest) < length + 2:
                return
            self._text += rest[:length]
            self._data = rest[length + 2 :]
            if length == 0:
                self.is_ended = True
                return

    def _more(self, deadline: float) -> bool:
        """Whether more bytes came."""
        patience = deadline - time.monotonic()
        if patience <= 0:
            return False
        self._peer.settimeout(patience)
        try:
            data = self._peer.recv(65_536)
        except TimeoutError:
            return False
        except OSError:
            data = b""
        if not data:
            self.is_ended = True
        self._data += data
        return bool(data)

    def close(self) -> None:
        self._peer.close()
