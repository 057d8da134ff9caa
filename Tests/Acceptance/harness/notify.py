"""The service manager's side of ``NOTIFY_SOCKET``."""

from __future__ import annotations

import os
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .waiting import Late


@dataclass(frozen=True)
class Told:
    """One datagram of the daemon."""

    at: float
    fields: dict[str, str]


class NotifySocket:
    """Receives what the daemon tells, with the moment at which it arrived on the monotonic clock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._told: list[Told] = []
        self._news = threading.Condition()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.bind(os.fspath(path))
        self._thread = threading.Thread(target=self._receive, name="notify", daemon=True)
        self._thread.start()

    def _receive(self) -> None:
        while True:
            data = self._socket.recv(65536)
            at = time.monotonic()
            if not data:
                return
            pairs = (line.partition("=") for line in data.decode(errors="replace").splitlines())
            with self._news:
                self._told.append(Told(at, {name: value for name, _, value in pairs}))
                self._news.notify_all()

    def told(self, name: str, value: str | None = None, since: float = 0.0) -> list[Told]:
        """All datagrams that had this field (with this value), from that moment on."""
        with self._news:
            return [one for one in self._told if one.at >= since and _has(one, name, value)]

    def wait(self, name: str, value: str | None, since: float, seconds: float) -> Told:
        """The first such datagram; raises ``Late`` when none comes."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                found = [one for one in self._told if one.at >= since and _has(one, name, value)]
                if found:
                    return found[0]
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Late(f"{name}={value or '...'} on the notify socket: not within {seconds:g} s")
                self._news.wait(left)

    def close(self) -> None:
        """Ends the thread: an empty datagram is its sign."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"", os.fspath(self.path))
        self._thread.join(2)
        self._socket.close()


def _has(one: Told, name: str, value: str | None) -> bool:
    return name in one.fields and (value is None or one.fields[name] == value)
