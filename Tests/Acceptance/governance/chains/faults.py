"""Ways in which an endpoint can fail, as values; which calls they strike, and how often."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One way to answer badly. What is set is done in this order: wait, cut, answer with a status, spoil the answer."""

    name: str
    seconds: float = 0.0
    """How long nothing is said."""
    is_cut: bool = False
    """The connection ends without an answer."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Told in place of everything else."""
    error: Mapping[str, Any] | None = None
    """A JSON-RPC error for each call that is struck."""
    result: tuple[Any, ...] = ()
    """A result for each call that is struck, in place of the true one; empty for none."""
    is_truncated: bool = False
    """A true answer of which only the first half comes, with the length of that half: bad JSON in good HTTP."""
    is_short: bool = False
    """A true answer that ends before the length that was announced."""

    # HTTP

    @staticmethod
    def too_many(retry_after: str | None = "3") -> Fault:
        """A provider's limit, with seconds or a date after which one may come again."""
        body = b'{"jsonrpc":"2.0","error":{"code":429,"message":"Too many requests for a specific RPC call"},"id":null}'
        return Fault("429", status=429, headers={} if retry_after is None else {"Retry-After": retry_after}, body=body)

    @staticmethod
    def refused(status: int) -> Fault:
        """Whatever HTTP says: 403 where one is blocked, 500, 502, 503."""
        return Fault(str(status), status=status, body=b"no")

    @staticmethod
    def page() -> Fault:
        """A page for people, under the status of an answer."""
        return Fault("page", headers={"Content-Type": "text/html"}, body=b"<!doctype html><p>Prove your work</p>")

    @staticmethod
    def redirect(to: str) -> Fault:
        return Fault("redirect", status=302, headers={"Location": to}, body=b"")

    @staticmethod
    def hanging(seconds: float = 3600) -> Fault:
        """Never answers; ends when the face is closed or healed."""
        return Fault("hanging", seconds=seconds, is_cut=True)

    @staticmethod
    def slow(seconds: float) -> Fault:
        """A true answer that comes late."""
        return Fault("slow", seconds=seconds)

    @staticmethod
    def cut() -> Fault:
        return Fault("cut", is_cut=True)

    @staticmethod
    def truncated() -> Fault:
        return Fault("truncated", is_truncated=True)

    @staticmethod
    def short() -> Fault:
        return Fault("short", is_short=True)

    # JSON-RPC

    @staticmethod
    def rpc(code: int, message: str, data: Any = None) -> Fault:
        error = {"code": code, "message": message}
        return Fault(f"error {code}", error=error if data is None else {**error, "data": data})

    @staticmethod
    def behind(slots: int) -> Fault:
        """What a Solana node says of itself that has fallen behind."""
        return Fault.rpc(-32005, f"Node is behind by {slots} slots", {"numSlotsBehind": slots})

    @staticmethod
    def answer(result: Any) -> Fault:
        """A result of one's own: of a wrong shape, or a wrong value."""
        return Fault("answer", result=(result,))


@dataclass
class Rule:
    """A fault, the methods that it strikes (all where none are named), and how often yet (always with ``None``)."""

    fault: Fault
    methods: frozenset[str]
    times_left: int | None

    def strikes(self, methods: Collection[str]) -> bool:
        if self.times_left == 0 or (self.methods and self.methods.isdisjoint(methods)):
            return False
        if self.times_left is not None:
            self.times_left -= 1
        return True
