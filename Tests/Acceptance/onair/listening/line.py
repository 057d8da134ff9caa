"""The playout's socket as a program of somebody else uses it."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

from harness.waiting import Late


class Line:
    """One connection. Belongs to one thread."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(5)
        self._socket.connect(str(path))
        self._rest = b""
        self._number = 0

    def send(self, data: bytes) -> None:
        """Raises ``OSError`` when the other side has closed."""
        self._socket.sendall(data)

    def next(self, seconds: float = 5.0) -> dict[str, Any] | None:
        """The next line; nothing at the end. Raises ``Late``."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._rest:
            self._socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                chunk = self._socket.recv(65536)
            except TimeoutError:
                raise Late(f"a line of the playout: not within {seconds:g} s") from None
            except ConnectionResetError:
                return None
            if not chunk:
                return None
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return dict(json.loads(line))

    def answer(self, seconds: float = 5.0) -> dict[str, Any] | None:
        """The next line that is no event."""
        while (line := self.next(seconds)) is not None and "event" in line:
            pass
        return line

    def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        self.send(json.dumps({"id": self._number, "method": method, "params": params}).encode() + b"\n")
        while (line := self.answer()) is not None:
            if line.get("id") == self._number:
                return line
        raise Late(f"{method}: the playout closed the line")

    def close(self) -> None:
        self._socket.close()
