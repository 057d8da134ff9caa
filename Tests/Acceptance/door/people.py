"""Those who use the station: accounts of every role and tier, with their tokens and keys."""

from __future__ import annotations

import itertools
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from harness.station import Station

from .client import Answer, Credential, Door
from .vault import VAULT


@dataclass(frozen=True)
class Tokens:
    """What a log-in or a refresh gives."""

    access: str
    refresh: str
    session: str
    answer: dict[str, Any] = field(repr=False)

    @property
    def credential(self) -> Credential:
        return Credential.token(self.access)

    @staticmethod
    def read(answer: dict[str, Any]) -> Tokens:
        VAULT.keep("access token", answer["access_token"])
        VAULT.keep("refresh token", answer["refresh_token"])
        return Tokens(answer["access_token"], answer["refresh_token"], answer["session_id"], answer)


@dataclass(frozen=True)
class Key:
    """An API key, as it is shown once."""

    id: str
    text: str = field(repr=False)

    @property
    def credential(self) -> Credential:
        return Credential.key(self.text)


@dataclass
class Person:
    """An account and its password."""

    email: str
    password: str = field(repr=False)
    role: str
    tier: str = "free"

    def log_in(self, door: Door) -> Tokens:
        """Raises ``Unexpected`` when the station does not let them in."""
        return Tokens.read(self.try_password(door, self.password).expect(200).json)

    def try_password(self, door: Door, password: str) -> Answer:
        return door.post("/api/auth/login", {"email": self.email, "password": password})


def make_key(door: Door, who: Credential, name: str, scopes: list[str], **more: Any) -> Key:
    answer = door.post("/api/keys", {"name": name, "scopes": scopes, **more}, who).expect(201).json
    return Key(answer["id"], VAULT.keep("API key", answer["key"]))


class People:
    """Makes accounts as an operator does: on the machine, by the command line."""

    _numbers = itertools.count(1)

    def __init__(self, station: Station) -> None:
        self._station = station

    def add(self, role: str, tier: str = "free") -> Person:
        email, password = new_email(role), new_password()
        done = self._station.ctl(
            "user", "add", email, "--role", role, "--tier", tier, "--password-stdin", "--json", input=password + "\n"
        )
        if done.returncode != 0:
            raise RuntimeError(f"user add: {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")
        return Person(email, password, role, tier)

    def register(self, door: Door) -> Person:
        """Somebody who makes the account themselves."""
        person = Person(new_email("guest"), new_password(), "client")
        door.post("/api/auth/register", {"email": person.email, "password": person.password}).expect(201)
        return person


def new_email(role: str) -> str:
    return f"{role}-{next(People._numbers)}-{secrets.token_hex(3)}@example.net"


def new_password() -> str:
    """One that is found wherever it turns up."""
    return VAULT.keep("password", f"Parole-{secrets.token_urlsafe(15)}")


def id_of(done: str) -> str:
    """The id in what ``user add --json`` prints."""
    return str(json.loads(done)["id"])
