"""The stream of one subscription: complete, in order, across restarts of the station."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import zmq

from .address import CurveKeys
from .control import Control, configure
from .errors import CryptoCallError, ProtocolError, RequestError, Unavailable
from .event import Event, FrameError
from .tracker import (
    Action,
    AnswerGoodbye,
    Deliver,
    ExpectGoodbye,
    Loss,
    Lost,
    Page,
    Replay,
    Resubscribe,
    SequenceTracker,
    Snapshot,
)

logger = logging.getLogger("cryptocall")

_GOODBYES = b"system.goodbye."
_BATCH = 512
_REPLAY_LIMIT = 1000
_REPLAY_TIMEOUT = 2.0
_POSITION_AGED_OUT = -32006
_BUSY = -32002
_UNAVAILABLE = -32005


@dataclass
class Statistics:
    """What a stream has seen since it began."""

    events: int = 0
    repaired: int = 0
    duplicates: int = 0
    lost_data: int = 0
    lost_durable: int = 0
    bad_messages: int = 0
    epochs: list[str] = field(default_factory=list)


class Follow:
    """An asynchronous iterator of events; made by ``Client.follow``.

    Losses are told to ``on_loss`` before the next event is handed out. Without one they are logged as warnings.
    """

    def __init__(
        self,
        context: zmq.Context[Any],
        address: str,
        control: Control | None,
        prefix: str,
        *,
        since: int | None,
        on_loss: Callable[[Loss], None] | None,
        keys: CurveKeys | None,
        buffer: int,
        repair_timeout: float,
    ) -> None:
        self._tracker = SequenceTracker(prefix, since)
        self._address = address
        self._control = control
        self._on_loss = on_loss
        self._repair_timeout = repair_timeout
        self._ready: deque[Event | Loss] = deque()
        self._pending: Replay | Snapshot | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._silence: float | None = None
        self._closed = False
        self.statistics = Statistics()
        self._socket: zmq.Socket[bytes] = zmq.Socket(context, zmq.SUB)
        configure(self._socket, address, keys)
        self._socket.setsockopt(zmq.RCVHWM, buffer)
        # The heartbeat first: once the prefix's welcome is here, no heartbeat can be missing.
        for topic in (b"system.heartbeat.", _GOODBYES, prefix.encode("ascii")):
            self._socket.setsockopt(zmq.SUBSCRIBE, topic)
        self._socket.connect(address)
        self._descriptor = int(self._socket.get(zmq.FD))

    @property
    def position(self) -> int | None:
        """Every durable event up to this offset has been handed out: resume with ``since=position + 1``."""
        position = self._tracker.position
        if position is None:
            return None
        waiting = [item.offset for item in self._ready if isinstance(item, Event) and item.offset is not None]
        return min(position, *(offset - 1 for offset in waiting)) if waiting else position

    def __aiter__(self) -> Follow:
        return self

    async def __anext__(self) -> Event:
        ready = self._ready
        while True:
            while ready:
                item = ready.popleft()
                if isinstance(item, Event):
                    return item
                self._tell(item)
            if self._closed:
                raise StopAsyncIteration
            await self._fill()

    async def batch(self) -> list[Event]:
        """Waits for events and returns all that are here; faster than one at a time. Empty when the stream has ended.

        Losses among them are told before it returns.
        """
        events: list[Event] = []
        while not events and not (self._closed and not self._ready):
            if not self._ready:
                await self._fill()
            for item in self._ready:
                if isinstance(item, Event):
                    events.append(item)
                else:
                    self._tell(item)
            self._ready.clear()
        return events

    async def welcomed(self) -> None:
        """Waits for the station's welcome: from then on nothing is missed unnoticed."""
        while not self._tracker.is_welcomed and not self._closed:
            await self._fill()

    async def aclose(self) -> None:
        """Ends the stream; the iterator stops after what is already here."""
        if not self._closed:
            self._closed = True
            if self._waiter is not None:
                asyncio.get_running_loop().remove_reader(self._descriptor)
                _resolve(self._waiter)
            self._socket.close(linger=0)

    async def _fill(self) -> None:
        """Takes what is on the socket; waits when there is nothing.

        May be cancelled at any point without losing an event: what is taken from the socket is in ``_ready``, and a
        question to the event log stays pending until it is answered.
        """
        if self._pending is not None:
            actions = await self._ask(self._pending)
            self._pending = None
            self._perform(actions)
            return
        recv, option, more = self._socket.recv, self._socket.get, zmq.RCVMORE
        in_order, ready, read = self._tracker.in_order, self._ready, Event.from_frames
        taken = plain = 0
        while taken < _BATCH and self._pending is None and not self._closed:
            try:
                frames = [recv(zmq.NOBLOCK)]
            except zmq.Again:
                break
            while option(more):
                frames.append(recv())
            taken += 1
            try:
                event = read(frames)
                if in_order(event):
                    ready.append(event)
                    plain += 1
                else:
                    self._perform(self._tracker.feed(event))
            except FrameError as error:
                self.statistics.bad_messages += 1
                logger.warning("ignoring a message: %s", error)
        self.statistics.events += plain
        if taken:
            self._silence = None
        elif not self._closed:
            await self._wait()

    async def _wait(self) -> None:
        """Waits until the socket has something; a connection that has gone silent is made anew."""
        # libzmq's descriptor signals changes only, so look at the socket itself before waiting for it.
        if int(self._socket.get(zmq.EVENTS)) & zmq.POLLIN:
            return
        patience = self._silence or 3 * self._tracker.heartbeat_seconds
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        loop.add_reader(self._descriptor, _resolve, self._waiter)
        try:
            await asyncio.wait_for(self._waiter, patience)
        except asyncio.TimeoutError:
            if not self._closed:
                self._reconnect()
            self._silence = min(patience * 2, 30.0)
        finally:
            self._waiter = None
            if not self._closed:
                loop.remove_reader(self._descriptor)

    def _reconnect(self) -> None:
        try:
            self._socket.disconnect(self._address)
        except zmq.ZMQError:
            logger.debug("no connection to %s to give up", self._address)
        self._socket.connect(self._address)

    def _perform(self, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, Deliver):
                self._ready.append(action.event)
                self.statistics.events += 1
                self.statistics.repaired += action.event.repaired
            elif isinstance(action, Lost):
                self._ready.append(action.loss)
            elif isinstance(action, Resubscribe):
                # Twice in, once out: the second subscription alone travels to the station and is welcomed.
                self._socket.setsockopt(zmq.SUBSCRIBE, action.prefix.encode("ascii"))
                self._socket.setsockopt(zmq.UNSUBSCRIBE, action.prefix.encode("ascii"))
            elif isinstance(action, AnswerGoodbye):
                self._socket.setsockopt(zmq.UNSUBSCRIBE, _GOODBYES)
            elif isinstance(action, ExpectGoodbye):
                self._socket.setsockopt(zmq.SUBSCRIBE, _GOODBYES)
            else:
                self._pending = action
        self.statistics.duplicates = self._tracker.duplicates
        epoch = self._tracker.epoch
        if epoch is not None and self.statistics.epochs[-1:] != [epoch]:
            self.statistics.epochs.append(epoch)

    def _tell(self, loss: Loss) -> None:
        if loss.delivery == "durable":
            self.statistics.lost_durable += loss.count
        else:
            self.statistics.lost_data += loss.count
        if self._on_loss is None:
            logger.warning("%s", loss)
        else:
            self._on_loss(loss)

    async def _ask(self, action: Replay | Snapshot) -> list[Action]:
        """Asks the station for what is missing; tries again while it is away."""
        if self._control is None:
            return self._tracker.failed("no control address")
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._repair_timeout
        delay = 0.1
        while True:
            try:
                return await self._ask_once(self._control, action)
            except (CryptoCallError, FrameError) as error:
                definite = isinstance(error, (RequestError, ProtocolError, FrameError))
                if isinstance(error, RequestError) and error.code in (_BUSY, _UNAVAILABLE):
                    definite = False
                if self._closed:
                    definite = True
                if definite or loop.time() >= deadline:
                    return self._tracker.failed(str(error))
            await asyncio.sleep(delay)
            delay = min(delay * 2, 2.0)

    async def _ask_once(self, control: Control, action: Replay | Snapshot) -> list[Action]:
        if isinstance(action, Snapshot):
            result = await control.request(
                "events.snapshot", {"prefix": action.prefix}, timeout=_REPLAY_TIMEOUT
            )
            return self._tracker.snapshotted(events_of(result))
        limit = min(_REPLAY_LIMIT, action.through - action.from_offset + 1)
        params = {"prefix": action.prefix, "fromOffset": action.from_offset, "limit": limit}
        try:
            result = await control.request("events.replay", params, timeout=_REPLAY_TIMEOUT)
        except RequestError as error:
            oldest = error.data.get("oldest") if isinstance(error.data, dict) else None
            if error.code == _POSITION_AGED_OUT and isinstance(oldest, int):
                return self._tracker.aged_out(oldest)
            raise
        return self._tracker.replayed(page_of(result))


def events_of(result: Any) -> list[Event]:
    """The events of a replay, snapshot or trace answer."""
    parts = result.get("events") if isinstance(result, dict) else None
    if not isinstance(parts, list):
        raise ProtocolError("the answer has no events")
    return [Event.from_parts(part.get("header"), part.get("payload")) for part in parts if isinstance(part, dict)]


def page_of(result: Any) -> Page:
    """Reads the answer of ``events.replay``."""
    events = events_of(result)
    following, oldest, complete = result.get("next"), result.get("oldest"), result.get("complete")
    if not isinstance(following, int):
        raise ProtocolError("the answer of events.replay has no next offset")
    return Page(events, following, oldest if isinstance(oldest, int) else 0, complete is True)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
