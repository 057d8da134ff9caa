"""TCP peers that are no ZeroMQ peers."""

from __future__ import annotations

import os
import socket

#: The first bytes of a ZeroMQ greeting: enough to be waited for.
HALF_GREETING = b"\xff\x00\x00"


def connect(port: int) -> socket.socket:
    peer = socket.create_connection(("127.0.0.1", port), timeout=5)
    peer.setblocking(False)
    return peer


def send(peer: socket.socket, data: bytes) -> None:
    """Sends what the kernel takes; a peer that was thrown out already is fine."""
    try:
        peer.send(data)
    except (BlockingIOError, ConnectionError):
        return


def garbage() -> bytes:
    return os.urandom(300)


def was_closed(peer: socket.socket) -> bool:
    """Whether the other side has hung up."""
    try:
        while peer.recv(4096):
            pass
        return True
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
