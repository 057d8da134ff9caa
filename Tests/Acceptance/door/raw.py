"""Bytes to the listener and bytes back, for what no client would send."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass

from .vault import VAULT

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@dataclass(frozen=True)
class Reaction:
    """What the listener did with some bytes."""

    data: bytes
    is_closed: bool
    """Whether it hung up, before the patience of the one who sent them was over."""

    @property
    def statuses(self) -> list[int]:
        """Of all answers, the first first. Bodies of the station hold no status lines."""
        return [int(found) for found in _STATUS.findall(self.data)]

    def __str__(self) -> str:
        answers = ", ".join(map(str, self.statuses)) or "no answer"
        return f"{answers}, {'closed' if self.is_closed else 'kept open'}"


def dial(port: int, *, seconds: float = 5.0, source: str | None = None, buffer: int = 0) -> socket.socket:
    """A connected socket. ``buffer`` bounds what the kernel takes before the listener is slowed down."""
    peer = socket.socket()
    peer.settimeout(seconds)
    if buffer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    if source:
        peer.bind((source, 0))
    peer.connect(("127.0.0.1", port))
    return peer


def send(peer: socket.socket, data: bytes) -> bool:
    """Whether the listener still took it."""
    try:
        peer.sendall(data)
        return True
    except OSError:
        return False


def react(port: int, data: bytes, *, seconds: float = 1.5, answers: int = 0) -> Reaction:
    """Sends bytes over a connection of their own and listens until it is closed, or for this long.

    With ``answers`` it does not listen on after that many; only for a moment, for one that should not come.
    """
    with dial(port) as peer:
        send(peer, data)
        return listen(peer, seconds=seconds, answers=answers)


def listen(peer: socket.socket, *, seconds: float, answers: int = 0, limit: int = 4 << 20) -> Reaction:
    """What comes until the connection is closed, or until the patience is over."""
    deadline = time.monotonic() + seconds
    data = b""
    while True:
        patience = deadline - time.monotonic()
        if answers and len(_STATUS.findall(data)) >= answers:
            patience = min(patience, 0.3)
        if patience <= 0 or len(data) > limit:
            break
        peer.settimeout(patience)
        try:
            more = peer.recv(65_536)
        except TimeoutError:
            break
        except OSError:
            return _told(data, True)
        if not more:
            return _told(data, True)
        data += more
    return _told(data, False)


def _told(data: bytes, is_closed: bool) -> Reaction:
    if _STATUS.search(data):
        VAULT.heard(data)
    return Reaction(data, is_closed)


def is_closed(peer: socket.socket) -> bool:
    """Whether the listener has hung up; reads whatever it said before."""
    peer.setblocking(False)
    try:
        while peer.recv(65_536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True
