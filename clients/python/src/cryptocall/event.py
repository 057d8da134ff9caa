"""One event as it came from the station."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

# The four attributes needed for every event, in the order the station writes them. A quote inside a JSON string is
# always escaped, so this cannot match inside a value; any other order of attributes takes the slow way.
_NEEDED = re.compile(
    rb'"delivery":"(state|data|durable)","epoch":"([0-9a-f-]{36})","seq":(\d+)(?:,"offset":(\d+))?[,}]'
)
_SMALL = {b"state": "state", b"data": "data", b"durable": "durable"}


class FrameError(ValueError):
    """A message that is not an event of this protocol."""


class Event:
    """An event: what is needed to keep it in order is read at once, the rest when it is asked for.

    ``header`` and ``payload`` are decoded on first use and kept, so an event that is only counted or passed on costs
    no JSON parsing.
    """

    __slots__ = ("topic", "delivery", "epoch", "seq", "offset", "repaired", "_header", "_payload", "_raw")

    topic: str
    """The full topic: the type, and the subject where there is one."""
    delivery: str
    """``state``, ``data`` or ``durable``: what may be lost."""
    epoch: str
    """The run of the station that published it."""
    seq: int
    """Counts the events of this full topic from 1 in each epoch; 0 for the stream's own messages."""
    offset: int | None
    """The position in the event log; durable events only."""
    repaired: bool
    """Whether it came from the event log or a snapshot because the live one was missed."""

    def __init__(
        self,
        topic: str,
        header: dict[str, Any] | None,
        payload: Any,
        *,
        delivery: str,
        epoch: str,
        seq: int,
        offset: int | None,
        raw: tuple[bytes, bytes] | None = None,
        repaired: bool = False,
    ) -> None:
        self.topic = topic
        self.delivery = delivery
        self.epoch = epoch
        self.seq = seq
        self.offset = offset
        self.repaired = repaired
        self._header = header
        self._payload = payload
        self._raw = raw

    @classmethod
    def from_frames(cls, frames: list[bytes]) -> Event:
        """Reads the three frames of a message. Raises ``FrameError`` when they are not an event."""
        if len(frames) != 3:
            raise FrameError(f"an event has three frames, not {len(frames)}")
        topic, header, payload = frames
        found = _NEEDED.search(header)
        self = cls.__new__(cls)
        if found is None:
            self._read_slowly(header)
        else:
            delivery, epoch, seq, offset = found.groups()
            self.delivery = _SMALL[delivery]
            self.epoch = epoch.decode()
            self.seq = int(seq)
            self.offset = None if offset is None else int(offset)
            self._header = None
        try:
            self.topic = topic.decode("ascii")
        except UnicodeDecodeError as error:
            raise FrameError("a topic is ASCII") from error
        self.repaired = False
        self._payload = None
        self._raw = (header, payload)
        return self

    @classmethod
    def from_parts(cls, header: Any, payload: Any) -> Event:
        """Reads the ``header`` and ``payload`` of a replay or snapshot answer."""
        self = cls.__new__(cls)
        self._take(header)
        self.topic = self.type if self.subject is None else f"{self.type}.{self.subject}"
        self.repaired = True
        self._payload = payload
        self._raw = None
        return self

    def _read_slowly(self, raw: bytes) -> None:
        try:
            header = json.loads(raw)
        except ValueError as error:
            raise FrameError("the header frame is not JSON") from error
        self._take(header)

    def _take(self, header: Any) -> None:
        if not isinstance(header, dict):
            raise FrameError("the header is not a JSON object")
        epoch, seq, offset = header.get("epoch"), header.get("seq"), header.get("offset")
        if not isinstance(epoch, str) or not isinstance(seq, int) or not isinstance(header.get("type"), str):
            raise FrameError("the header has no type, epoch or seq")
        if offset is not None and not isinstance(offset, int):
            raise FrameError("the header's offset is not a number")
        delivery = header.get("delivery")
        self.delivery = delivery if isinstance(delivery, str) else "data"
        self.epoch = epoch
        self.seq = seq
        self.offset = offset
        self._header = header

    @property
    def header(self) -> dict[str, Any]:
        """All attributes of the header, also those this client does not know."""
        if self._header is None:
            if self._raw is None:
                return {}
            try:
                header = json.loads(self._raw[0])
            except ValueError as error:
                raise FrameError("the header frame is not JSON") from error
            if not isinstance(header, dict):
                raise FrameError("the header is not a JSON object")
            self._header = header
        return self._header

    @property
    def payload(self) -> Any:
        """The decoded payload, usually a dict."""
        if self._payload is None and self._raw is not None:
            try:
                self._payload = json.loads(self._raw[1])
            except ValueError as error:
                raise FrameError("the payload frame is not JSON") from error
        return self._payload

    @property
    def id(self) -> str:
        """The event's UUIDv7."""
        return str(self.header.get("id", ""))

    @property
    def type(self) -> str:
        """The topic without the subject."""
        return str(self.header.get("type", ""))

    @property
    def subject(self) -> str | None:
        """What the event is about, where its type has several: a pair, a channel, a queue."""
        subject = self.header.get("subject")
        return None if subject is None else str(subject)

    @property
    def version(self) -> int:
        """The version of the payload's shape."""
        return int(self.header.get("version", 1))

    @property
    def source(self) -> str:
        """Who published it: ``/cryptocall/<actor>``."""
        return str(self.header.get("source", ""))

    @property
    def time(self) -> datetime:
        """When it was published, in UTC."""
        return datetime.fromisoformat(str(self.header["time"]).replace("Z", "+00:00"))

    @property
    def cause(self) -> str | None:
        """The id of the event that led to this one."""
        cause = self.header.get("cause")
        return None if cause is None else str(cause)

    @property
    def correlation(self) -> str | None:
        """The id of the first event of the chain of causes."""
        correlation = self.header.get("correlation")
        return None if correlation is None else str(correlation)

    @property
    def origin(self) -> str | None:
        """The foreign publisher; ``None`` on the station's own events. A bridge never sends an event back to it."""
        origin = self.header.get("origin")
        return None if origin is None else str(origin)

    def __repr__(self) -> str:
        offset = "" if self.offset is None else f" @{self.offset}"
        return f"<Event {self.topic} #{self.seq}{offset}>"
