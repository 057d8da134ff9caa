"""What can go wrong when talking to a station."""

from __future__ import annotations

from typing import Any


class CryptoCallError(Exception):
    """The base of all errors of this package."""


class Unavailable(CryptoCallError):
    """Nobody answers at the address: the request was not sent."""


class RequestTimeout(CryptoCallError, TimeoutError):
    """The request was sent, and no answer came in time: whether it took effect is not known."""


class ProtocolError(CryptoCallError):
    """An answer that this client does not understand."""


class RequestError(CryptoCallError):
    """The station answered with a JSON-RPC error."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code
        self.message = message
        self.data = data
        """The error's details: ``reason``, ``role``, ``field`` or ``oldest``, depending on the code."""
