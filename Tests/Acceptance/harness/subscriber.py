"""A subscriber of a few lines: what arrives on the socket, as it arrives."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import zmq

from .control import Curve, dial
from .waiting import Late


@dataclass(frozen=True)
class Heard:
    """One event as its three frames say it."""

    at: float
    topic: str
    header: dict[str, Any]
    payload: Any


class Subscriber:
    """Belongs to one thread."""

    def __init__(
        self, context: zmq.Context[Any], address: str, *prefixes: str, keys: Curve | None = None, buffer: int = 0
    ) -> None:
        self.address = address
        self.socket = dial(context, zmq.SUB, address, keys)
        self.socket.setsockopt(zmq.RCVHWM, buffer)
        for prefix in prefixes:
            self.socket.setsockopt(zmq.SUBSCRIBE, prefix.encode())

    def next(self, seconds: float) -> Heard | None:
        """The next event, or nothing when none comes in time."""
        if not self.socket.poll(max(0, int(seconds * 1000)), zmq.POLLIN):
            return None
        topic, header, payload = self.socket.recv_multipart()
        return Heard(time.monotonic(), topic.decode(), json.loads(header), json.loads(payload))

    def wait(self, what: str, seconds: float, fits: Callable[[Heard], bool]) -> Heard:
        """The next event that fits; others are passed over. Raises ``Late`` when none comes."""
        deadline = time.monotonic() + seconds
        while True:
            event = self.next(deadline - time.monotonic())
            if event is not None and fits(event):
                return event
            if time.monotonic() >= deadline:
                raise Late(f"{what} at {self.address}: not within {seconds:g} s")

    def collect(self, seconds: float, type: str) -> list[Heard]:
        """All events of a type that come in this time."""
        deadline = time.monotonic() + seconds
        events: list[Heard] = []
        while (left := deadline - time.monotonic()) > 0:
            event = self.next(left)
            if event is not None and event.header["type"] == type:
                events.append(event)
        return events

    def clear(self) -> None:
        """Passes over what is here already."""
        while self.next(0.1) is not None:
            pass

    def welcomed(self, seconds: float = 5.0) -> Heard:
        """The daemon's welcome: from here on the subscription holds."""
        return self.wait("a welcome", seconds, lambda event: event.header["type"] == "system.welcome.sent")

    def close(self) -> None:
        self.socket.close(linger=0)
