"""A TCP connection that can be cut, or held up without being cut."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading


class Relay:
    """Forwards connections to a port of this machine; while it is held, nothing passes, and nobody is told."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._flowing = threading.Event()
        self._flowing.set()
        self._ending = threading.Event()
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def hold(self) -> None:
        """From now on nothing passes, in either direction."""
        self._flowing.clear()

    def release(self) -> None:
        """What was held passes."""
        self._flowing.set()

    def close(self) -> None:
        self._ending.set()
        self._flowing.set()
        self._thread.join(5)
        for one in (self._listener, *self._pairs):
            one.close()

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            while not self._ending.is_set():
                for key, _ in selector.select(0.05):
                    self._flowing.wait()
                    if key.fileobj is self._listener:
                        self._accept(selector)
                    elif isinstance(key.fileobj, socket.socket) and key.fileobj in self._pairs:
                        self._forward(key.fileobj, selector)

    def _accept(self, selector: selectors.BaseSelector) -> None:
        near, _ = self._listener.accept()
        try:
            far = socket.create_connection(("127.0.0.1", self._target), 5)
        except OSError:
            near.close()  # As if there were no server.
            return
        for one, other in ((near, far), (far, near)):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pairs[one] = other
            selector.register(one, selectors.EVENT_READ)

    def _forward(self, one: socket.socket, selector: selectors.BaseSelector) -> None:
        other = self._pairs[one]
        try:
            data = one.recv(262_144)
            if data:
                other.sendall(data)
                return
        except OSError:
            pass  # Broken: the other side is told by its end, below.
        for end in (one, other):
            self._pairs.pop(end, None)
            with contextlib.suppress(KeyError):
                selector.unregister(end)
            end.close()
