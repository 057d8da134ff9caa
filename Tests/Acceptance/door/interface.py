"""The interface as its own description tells it: every operation, with the role and the scope that it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .client import NOBODY, Answer, Credential, Door

#: From the least to the highest.
ROLES = ("viewer", "client", "operator", "admin")
SCOPES = ("read", "write", "control", "account")
#: No key can be given it.
UNGRANTABLE = "account"
#: Stands for a thing that there is not.
NO_ID = "01980000-0000-7000-8000-000000000000"
#: No route knows it, so that a typed route that lets a request in refuses it before it does anything.
UNKNOWN_PARAMETER = "no_such_parameter=1"


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    template: str
    role: str | None
    """Nothing for an operation that is open to anybody."""
    scope: str | None
    limit: str
    body_type: str | None
    statuses: frozenset[str]

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def path(self) -> str:
        return re.sub(r"\{[^}]*\}", NO_ID, self.template)

    def expected(self, role: str | None, scopes: Sequence[str] | None) -> frozenset[int]:
        """The refusals that a caller must get; none where the door is open to them.

        Without ``role`` the caller shows nothing; with ``scopes`` a key that has only these.
        """
        if self.role is None:
            return frozenset()
        if role is None:
            # A browser is led to the log-in page instead; the console's own program shows that.
            return frozenset({401})
        if ROLES.index(role) < ROLES.index(self.role):
            return frozenset({403})
        if scopes is not None and self.scope not in scopes:
            return frozenset({403})
        return frozenset()

    def ask_in_vain(self, door: Door, who: Credential = NOBODY) -> Answer:
        """Asks so that nothing happens even when it is let in: with a parameter and a body that are not known."""
        path = f"{self.path}?{UNKNOWN_PARAMETER}"
        if self.body_type is None:
            return door.ask(self.method, path, who)
        body = b"[]" if self.body_type == "application/json" else b"\x00"
        return door.ask(self.method, path, who, body=body, headers={"Content-Type": self.body_type})


def operations(document: Any) -> list[Operation]:
    """Every operation of an OpenAPI document. Raises ``KeyError`` for one that does not say what it must."""
    found: list[Operation] = []
    for template, methods in document["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {})
            found.append(
                Operation(
                    method=method.upper(),
                    template=template,
                    role=told["x-role"] if "security" in told else None,
                    scope=told["x-scope"] if "security" in told else None,
                    limit=told["x-limit-class"],
                    body_type=next(iter(content), None),
                    statuses=frozenset(told["responses"]),
                )
            )
    return found


def read_operations(door: Door) -> list[Operation]:
    return operations(door.get("/openapi.json").expect(200).json)
