"""A control client of a few lines, which can also send what no good client would."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

import zmq

from .waiting import Late


@dataclass(frozen=True)
class Curve:
    """Z85 keys: the server's public one, and the caller's own pair."""

    server: bytes
    public: bytes
    secret: bytes


class Refused(Exception):
    """The daemon answered with a JSON-RPC error."""

    def __init__(self, code: int, message: str, data: Any) -> None:
        super().__init__(f"{code} {message} {json.dumps(data)}")
        self.code, self.message, self.data = code, message, data


def dial(context: zmq.Context[Any], kind: int, address: str, keys: Curve | None = None) -> zmq.Socket[Any]:
    """A connected socket that is there as soon as the daemon is, and never holds up the end of the test."""
    socket: zmq.Socket[Any] = context.socket(kind)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RECONNECT_IVL, 2)
    if keys is not None:
        socket.curve_serverkey, socket.curve_publickey, socket.curve_secretkey = keys.server, keys.public, keys.secret
    if kind == zmq.DEALER:
        # A request is sent to a finished connection only, so that none takes effect in a later run of the daemon.
        socket.setsockopt(zmq.IMMEDIATE, 1)
    socket.connect(address)
    return socket


class Control:
    """Calls methods one at a time over its own DEALER socket. Belongs to one thread."""

    def __init__(self, context: zmq.Context[Any], address: str, keys: Curve | None = None) -> None:
        self.address = address
        self.socket = dial(context, zmq.DEALER, address, keys)

    def call(
        self, method: str, params: dict[str, Any] | None = None, *, timeout: float = 5.0, id: str | None = None
    ) -> Any:
        """The method's result. Raises ``Refused``, or ``Late`` when nobody answers."""
        request: dict[str, Any] = {"jsonrpc": "2.0", "id": id or str(uuid.uuid4()), "method": method}
        if params is not None:
            request["params"] = params
        deadline = time.monotonic() + timeout
        self.send([json.dumps(request).encode()], timeout)
        while True:
            answer = self.receive(deadline - time.monotonic())
            if answer is None:
                raise Late(f"{method} at {self.address}: no answer within {timeout:g} s")
            if answer.get("id") != request["id"] or "method" in answer:
                continue  # Progress, or the late answer to an earlier question.
            if "error" in answer:
                error = answer["error"]
                raise Refused(error["code"], error["message"], error.get("data"))
            return answer["result"]

    def send(self, frames: list[bytes], timeout: float = 5.0) -> None:
        """Sends any frames at all. Raises ``Late`` when there is no connection to send them to."""
        if not self.socket.poll(max(0, int(timeout * 1000)), zmq.POLLOUT):
            raise Late(f"a connection to {self.address}: not within {timeout:g} s")
        self.socket.send_multipart(frames)

    def receive(self, seconds: float) -> dict[str, Any] | None:
        """The next answer, or nothing when none comes in time."""
        if not self.socket.poll(max(0, int(seconds * 1000)), zmq.POLLIN):
            return None
        answer = json.loads(self.socket.recv_multipart()[-1])
        return answer if isinstance(answer, dict) else {"not an object": answer}

    def close(self) -> None:
        self.socket.close(linger=0)
