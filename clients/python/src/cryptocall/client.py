"""The front door of the package."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

import zmq

from .address import CurveKeys, discover
from .control import Control, Progress
from .errors import ProtocolError
from .event import Event
from .follow import Follow, events_of, page_of
from .tracker import Loss, Page


class Client:
    """A connection to one station, to be used with ``async with``.

    ``place`` is the daemon's ``--home`` folder or its control address; without it ``$CRYPTOCALL_HOME`` and then
    ``/run/cryptocall`` are tried. The station need not run yet: streams wait for it, requests fail after ``timeout``.
    One client belongs to one event loop.
    """

    def __init__(
        self,
        place: str | os.PathLike[str] | None = None,
        *,
        control: str | None = None,
        events: str | None = None,
        keys: CurveKeys | None = None,
        timeout: float = 5.0,
    ) -> None:
        self._addresses = discover(place, control, events)
        self._keys = keys
        self._timeout = timeout
        self._context: zmq.Context[Any] | None = None
        self._control: Control | None = None
        self._follows: list[Follow] = []

    async def __aenter__(self) -> Client:
        self._context = zmq.Context()
        self._control = Control(self._context, self._addresses.control, self._keys)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Ends all streams and requests."""
        for follow in self._follows:
            await follow.aclose()
        self._follows.clear()
        if self._control is not None:
            await self._control.close()
            self._control = None
        if self._context is not None:
            self._context.destroy(linger=0)
            self._context = None

    async def request(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        id: str | None = None,
        on_progress: Progress | None = None,
    ) -> Any:
        """Calls a control method and returns its result.

        Raises ``Unavailable`` (not sent), ``RequestTimeout`` (sent, outcome unknown) or ``RequestError`` (refused).
        """
        limit = self._timeout if timeout is None else timeout
        return await self._open_control().request(method, params, timeout=limit, id=id, on_progress=on_progress)

    def follow(
        self,
        prefix: str = "",
        *,
        since: int | None = None,
        on_loss: Callable[[Loss], None] | None = None,
        buffer: int = 50_000,
        repair_timeout: float = 60.0,
    ) -> Follow:
        """Follows all topics that start with ``prefix``.

        ``since`` first hands out the durable events from that offset on. ``on_loss`` hears of what could not be
        repaired. ``buffer`` bounds what waits on the socket, in messages; ``repair_timeout`` how long the event log
        is asked, in seconds, before a durable event counts as lost.
        """
        if self._context is None:
            raise RuntimeError("use the client with 'async with'")
        if self._addresses.events is None:
            raise ValueError("the events address is not known: give events=, or await client.find_events()")
        follow = Follow(
            self._context,
            self._addresses.events,
            self._control,
            prefix,
            since=since,
            on_loss=on_loss,
            keys=self._keys,
            buffer=buffer,
            repair_timeout=repair_timeout,
        )
        self._follows.append(follow)
        return follow

    async def find_events(self) -> str:
        """Asks the station where its events endpoint is; needed when only a control address was given."""
        result = await self.request("system.hello")
        addresses = result.get("events") if isinstance(result, dict) else None
        scheme = self._addresses.control.partition("://")[0]
        if isinstance(addresses, list):
            texts = [address for address in addresses if isinstance(address, str)]
            for address in [text for text in texts if text.startswith(scheme)] + texts:
                self._addresses = type(self._addresses)(self._addresses.control, address)
                return address
        raise ProtocolError("the station names no events endpoint")

    async def snapshot(self, prefix: str = "") -> list[Event]:
        """The newest state event of every topic that starts with ``prefix``."""
        return events_of(await self.request("events.snapshot", {"prefix": prefix}))

    async def replay(self, prefix: str = "", from_offset: int = 1, limit: int = 1000) -> Page:
        """One page of the event log; go on from ``page.next`` until ``page.complete``."""
        params = {"prefix": prefix, "fromOffset": from_offset, "limit": limit}
        return page_of(await self.request("events.replay", params))

    async def publish(self, events: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Publishes one event or up to 256, all or none; each has ``type``, ``payload`` and, where needed, ``subject``.

        Returns ``ids`` and, for durable events, ``offsets``.
        """
        several = [events] if isinstance(events, Mapping) else list(events)
        result = await self.request("events.publish", {"events": several})
        if not isinstance(result, dict):
            raise ProtocolError("the answer of events.publish is not an object")
        return result

    def _open_control(self) -> Control:
        if self._control is None:
            raise RuntimeError("use the client with 'async with'")
        return self._control
