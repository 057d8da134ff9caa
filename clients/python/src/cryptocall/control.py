"""Requests and answers: JSON-RPC 2.0 over one DEALER socket."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import zmq
import zmq.asyncio

from .address import CurveKeys
from .errors import ProtocolError, RequestError, RequestTimeout, Unavailable

REQUEST_BYTES_MAX = 64 * 1024

Progress = Callable[[Mapping[str, Any]], None]


def configure(socket: zmq.Socket[Any], address: str, keys: CurveKeys | None) -> None:
    """The options both sockets share; they have to be set before connecting."""
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RECONNECT_IVL, 100)
    socket.setsockopt(zmq.RECONNECT_IVL_MAX, 1_000 if address.startswith("ipc://") else 30_000)
    socket.setsockopt(zmq.HEARTBEAT_IVL, 5_000)
    socket.setsockopt(zmq.HEARTBEAT_TIMEOUT, 15_000)
    socket.setsockopt(zmq.HEARTBEAT_TTL, 15_000)
    socket.setsockopt(zmq.TCP_KEEPALIVE, 1)
    if keys is not None and not address.startswith("ipc://"):
        socket.curve_serverkey = keys.server.encode()
        socket.curve_publickey = keys.public.encode()
        socket.curve_secretkey = keys.secret.encode()


class Control:
    """Sends requests and matches the answers, several at a time."""

    def __init__(self, context: zmq.Context[Any], address: str, keys: CurveKeys | None) -> None:
        self.address = address
        self._socket = zmq.asyncio.Socket(context, zmq.DEALER)
        configure(self._socket, address, keys)
        # Only to a finished connection: a request that cannot be sent is known not to have been sent, and none waits
        # in a queue to take effect in a later run of the station.
        self._socket.setsockopt(zmq.IMMEDIATE, 1)
        self._socket.connect(address)
        self._waiting: dict[str, tuple[asyncio.Future[Any], Progress | None]] = {}
        self._reader = asyncio.create_task(self._read())

    async def request(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        timeout: float,
        id: str | None = None,
        on_progress: Progress | None = None,
    ) -> Any:
        """Sends one request and waits for its result.

        Repeating a request under the same ``id`` within ten minutes gets the first answer without a second effect.
        """
        identifier = id or str(uuid.uuid4())
        message: dict[str, Any] = {"jsonrpc": "2.0", "id": identifier, "method": method}
        if params:
            message["params"] = params
        body = json.dumps(message, separators=(",", ":")).encode()
        if len(body) > REQUEST_BYTES_MAX:
            raise ValueError(f"a request has at most {REQUEST_BYTES_MAX} bytes, this one {len(body)}")
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        answer: asyncio.Future[Any] = loop.create_future()
        if identifier in self._waiting:
            raise ValueError(f"a request with the id {identifier} is under way")
        self._waiting[identifier] = (answer, on_progress)
        try:
            try:
                await asyncio.wait_for(self._socket.send(body), timeout)
            except asyncio.TimeoutError:
                raise Unavailable(f"no station answers at {self.address}: is cryptocalld running?") from None
            try:
                return await asyncio.wait_for(answer, max(0.0, deadline - loop.time()))
            except asyncio.TimeoutError:
                raise RequestTimeout(f"{method}: no answer from {self.address} within {timeout:g} s") from None
        finally:
            del self._waiting[identifier]

    async def close(self) -> None:
        """Ends the socket; requests under way fail."""
        self._reader.cancel()
        try:
            await self._reader
        except asyncio.CancelledError:
            pass
        for answer, _ in self._waiting.values():
            if not answer.done():
                answer.set_exception(Unavailable("the client was closed"))
        self._socket.close(linger=0)

    async def _read(self) -> None:
        while True:
            frames = await self._socket.recv_multipart()
            self._take(frames[-1])

    def _take(self, frame: bytes) -> None:
        try:
            message = json.loads(frame)
        except ValueError:
            return  # without an id nobody can be told; the request runs into its time limit
        if not isinstance(message, dict):
            return
        if message.get("method") == "progress":
            params = message.get("params")
            if isinstance(params, dict):
                _, progress = self._waiting.get(str(params.get("id")), (None, None))
                if progress is not None:
                    progress(params)
            return
        answer, _ = self._waiting.get(str(message.get("id")), (None, None))
        if answer is None or answer.done():
            return
        error = message.get("error")
        if isinstance(error, dict):
            code = error.get("code")
            text = str(error.get("message", "failed"))
            answer.set_exception(RequestError(code if isinstance(code, int) else 0, text, error.get("data")))
        elif "result" in message:
            answer.set_result(message["result"])
        else:
            answer.set_exception(ProtocolError("an answer with neither result nor error"))
