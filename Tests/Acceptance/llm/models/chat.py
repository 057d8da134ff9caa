"""Somebody who asks: streams and whole answers of `POST /chat`, and what they cost."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import Any

from door.client import Credential, Door
from door.people import People, Person
from harness.bench import Bench
from harness.station import Station


@dataclass
class Heard:
    """What came of one call."""

    status: int
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    body: dict[str, Any] = field(default_factory=dict)
    heartbeats: int = 0
    seconds: float = 0.0

    @property
    def last(self) -> tuple[str, dict[str, Any]]:
        return self.events[-1] if self.events else ("", {})

    @property
    def text(self) -> str:
        if self.body:
            return str(self.body.get("text", ""))
        return "".join(data["content"] for name, data in self.events if name == "token")

    @property
    def is_complete(self) -> bool:
        """Whether it says of itself that it is all there."""
        return self.last[0] == "done" if self.events else self.status == 200

    @property
    def charged(self) -> int:
        return int((self.last[1] if self.events else self.body).get("credits_charged", 0))

    @property
    def error(self) -> str:
        return str((self.last[1] if self.events else self.body).get("error", ""))

    @property
    def provider(self) -> str:
        if self.body:
            return str(self.body.get("provider", ""))
        return str(self.events[0][1].get("provider", "")) if self.events else ""

    def __str__(self) -> str:
        end = self.last[0] if self.events else ("whole" if self.status == 200 else "refused")
        return f"{self.status} {end}{f' ({self.error})' if self.error else ''} by {self.provider or 'nobody'}"


class Caller:
    """A person with credits, and how they ask. May be used by several threads."""

    def __init__(self, station: Station, person: Person, credential: Credential) -> None:
        self.station, self.person, self.credential = station, person, credential
        self.door = Door(station.port, keeps=False, timeout=60)

    @staticmethod
    def add(station: Station, *, tier: str = "enterprise", credits: int = 100_000) -> Caller:
        """An account with exactly so many credits."""
        person = People(station).add("client", tier)
        caller = Caller(station, person, person.log_in(Door(station.port)).credential)
        done = station.ctl("credits", "grant", person.email, str(credits), "--reason", "acceptance")
        if done.returncode != 0:
            raise RuntimeError(f"credits grant: {done.stderr.strip()[-300:]}")
        return caller

    def account(self) -> dict[str, Any]:
        return dict(self.door.get("/credits?limit=500", self.credential).expect(200).json)

    def whole(self, message: str = "Hello?", **more: Any) -> Heard:
        began = time.monotonic()
        answer = self.door.post("/chat", {"message": message, "stream": False, **more}, self.credential)
        return Heard(answer.status, body=answer.json, seconds=time.monotonic() - began)

    def stream(self, message: str = "Hello?", *, request_id: str = "", **more: Any) -> Heard:
        """To its end, whatever that is."""
        began = time.monotonic()
        connection, answer = self.open(message, request_id=request_id, **more)
        try:
            if answer.status != 200:
                return Heard(answer.status, body=json.loads(answer.read()), seconds=time.monotonic() - began)
            heard = Heard(answer.status)
            read(answer, heard)
            heard.seconds = time.monotonic() - began
            return heard
        finally:
            connection.close()

    def open(
        self, message: str, *, request_id: str = "", **more: Any
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self.station.port, timeout=60)
        headers = {**self.credential.headers, "Content-Type": "application/json"}
        if request_id:
            headers["X-Request-ID"] = request_id
        connection.request("POST", "/chat", json.dumps({"message": message, **more}), headers)
        return connection, connection.getresponse()


def read(answer: http.client.HTTPResponse, heard: Heard) -> None:
    """Events until the stream ends; one that is cut ends there."""
    name, data = "", ""
    try:
        for raw in answer:
            line = raw.decode().rstrip("\n")
            if line.startswith(":"):
                heard.heartbeats += 1
            elif line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                data = line[6:]
            elif not line and name:
                heard.events.append((name, json.loads(data)))
                name, data = "", ""
    except (http.client.IncompleteRead, ConnectionError, OSError):
        pass


def ask_both(caller: Caller, message: str = "Hello?", **more: Any) -> tuple[Heard, Heard]:
    return caller.stream(message, **more), caller.whole(message, **more)


def adds_up(bench: Bench, station: Station, callers: list[Caller], what: str) -> None:
    """The account is the sum of its entries, and nothing is held while nobody asks."""
    wrong = []
    for caller in callers:
        account = caller.account()
        total = sum(entry["delta"] for entry in account["transactions"])
        if account["held"] != 0 or (account["count"] <= 500 and total != account["balance"]):
            wrong.append(f"{caller.person.email}: {total}, {account['balance']}, {account['held']} held")
    bench.check(f"{what}: accounts that do not add up", "none", "; ".join(wrong) or "none", not wrong)
