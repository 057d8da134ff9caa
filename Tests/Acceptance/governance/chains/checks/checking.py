"""Counting what holds, and asking a face from outside as any client would."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

from chains.face import Face


@dataclass
class Checks:
    """What held so far, and what did not."""

    held: int = 0
    failed: list[str] = field(default_factory=list)

    def that(self, what: str, holds: bool, seen: Any = "") -> None:
        if holds:
            self.held += 1
        else:
            self.failed.append(what)
            print(f"  FAILED  {what}: {str(seen)[:600]}", flush=True)

    def same(self, what: str, seen: Any, wanted: Any) -> None:
        self.that(what, seen == wanted, f"{seen!r} where {wanted!r} was wanted")


@dataclass(frozen=True)
class Answer:
    """What came over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Asked(Exception):
    """A JSON-RPC error, as the one who asked gets it."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(str(error))
        self.code, self.message, self.data = error["code"], error["message"], error.get("data")


class Client:
    """Asks one face, by a new connection each time."""

    def __init__(self, face: Face, timeout: float = 10) -> None:
        self._port, self._timeout = face.port, timeout

    def post(self, body: Any) -> Answer:
        """Raises what the connection raises."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
        try:
            connection.request("POST", "/?api-key=k", data, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def __call__(self, method: str, *params: Any) -> Any:
        """The result; raises ``Asked`` for an error."""
        told = self.post({"jsonrpc": "2.0", "id": 7, "method": method, "params": list(params)}).json
        if "error" in told:
            raise Asked(told["error"])
        assert told["id"] == 7 and told["jsonrpc"] == "2.0", told
        return told["result"]

    def value(self, method: str, *params: Any) -> Any:
        return self(method, *params)["value"]

    def code(self, method: str, *params: Any) -> int | None:
        """The code of the error that is told; nothing where a result is."""
        try:
            self(method, *params)
        except Asked as error:
            return int(error.code)
        return None
