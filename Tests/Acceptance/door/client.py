"""A client of the HTTP interface: one request, one answer, and nothing hidden between them."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .vault import VAULT

#: Where a client is when nobody says otherwise; Linux answers on every address of this network.
HERE = "127.0.0.1"
_NOTHING = object()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """By their names in small letters; the last of those that came twice."""
    body: bytes = b""
    cookies: tuple[str, ...] = field(default=())
    """The values of all Set-Cookie headers."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The code in the error body; empty where there is no such body."""
        try:
            return str(self.json["error"])
        except (ValueError, KeyError, TypeError):
            return ""

    def number(self, header: str) -> int | None:
        text = self.headers.get(header)
        return int(text) if text is not None and text.isdigit() else None

    def expect(self, *statuses: int) -> Answer:
        """Itself. Raises ``Unexpected`` when it has another status."""
        if self.status not in statuses:
            raise Unexpected(f"{self.status} instead of {' or '.join(map(str, statuses))}: {self.body[:200]!r}")
        return self


class Unexpected(Exception):
    """An answer that the scenario cannot go on with."""


@dataclass(frozen=True)
class Credential:
    """What a request shows of its sender."""

    headers: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def token(text: str) -> Credential:
        return Credential({"Authorization": f"Bearer {text}"})

    @staticmethod
    def key(text: str) -> Credential:
        return Credential({"X-API-Key": text})

    @staticmethod
    def cookie(text: str) -> Credential:
        return Credential({"Cookie": f"cryptocall_session={text}"})


NOBODY = Credential()


class Door:
    """The interface of one daemon, as seen from one address. May be used by several threads."""

    def __init__(self, port: int, *, source: str = HERE, keeps: bool = True, timeout: float = 15.0) -> None:
        self.port, self.source, self.timeout = port, source, timeout
        self._keeps = keeps
        """Whether a thread sends its requests over one connection."""
        self._connections = threading.local()

    def seen_from(self, source: str) -> Door:
        return Door(self.port, source=source, keeps=self._keeps, timeout=self.timeout)

    def ask(
        self,
        method: str,
        path: str,
        who: Credential = NOBODY,
        *,
        json: Any = _NOTHING,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends one request and reads its answer to the end. Raises ``OSError`` or ``HTTPException`` without one."""
        sent = {**who.headers, **(headers or {})}
        if json is not _NOTHING:
            body = _encoded(json)
            sent.setdefault("Content-Type", "application/json")
        connection, is_fresh = self._connection()
        try:
            try:
                return self._exchange(connection, method, path, body, sent)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                # A connection that was kept may have been closed since; the request has not been read then.
                if is_fresh:
                    raise
                connection.close()
                return self._exchange(connection, method, path, body, sent)
        except BaseException:
            connection.close()
            raise
        finally:
            if not self._keeps:
                connection.close()

    def get(self, path: str, who: Credential = NOBODY, **more: Any) -> Answer:
        return self.ask("GET", path, who, **more)

    def post(self, path: str, json: Any = _NOTHING, who: Credential = NOBODY, **more: Any) -> Answer:
        return self.ask("POST", path, who, json=json, **more)

    def control(self, method: str, params: Any = None, who: Credential = NOBODY) -> Answer:
        return self.post(f"/api/control/{method}", {} if params is None else params, who)

    def close(self) -> None:
        """Closes this thread's connection."""
        connection = getattr(self._connections, "kept", None)
        if connection is not None:
            connection.close()

    def _connection(self) -> tuple[http.client.HTTPConnection, bool]:
        kept = getattr(self._connections, "kept", None)
        if kept is None:
            kept = http.client.HTTPConnection(HERE, self.port, timeout=self.timeout, source_address=(self.source, 0))
            if self._keeps:
                self._connections.kept = kept
        return kept, kept.sock is None

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> Answer:
        connection.request(method, path, body=body, headers=dict(headers))
        response = connection.getresponse()
        content = response.read()
        if response.status >= 400:
            VAULT.heard(content)
        return Answer(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            content,
            tuple(value for name, value in response.getheaders() if name.lower() == "set-cookie"),
        )


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode()
