"""Settings that scenarios share."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from harness.station import Station

from .vault import VAULT

#: The setting behind each kind of limit that a route is under.
LIMIT_OF = {
    "standard": "limits.standard.per_minute",
    "anonymous": "limits.standard.anonymous_per_hour",
    "public": "limits.public_data.free_per_minute",
    "log-in by address": "limits.log_in.address_per_minute",
    "log-in by account": "limits.log_in.account_per_minute",
    "operations": "limits.standard.operations_per_minute",
}

_MANY = 1_000_000

#: Limits that no scenario reaches which is not about limits.
WIDE_OPEN: dict[str, object] = {
    "limits.standard.per_minute": 0,
    "limits.standard.anonymous_per_hour": 0,
    "limits.standard.operations_per_minute": 0,
    "limits.public_data.free_per_minute": 0,
    "limits.public_data.free_per_day": 0,
    "limits.public_data.pro_per_minute": 0,
    "limits.public_data.pro_per_day": 0,
    "limits.model_backed.free_per_minute": 0,
    "limits.model_backed.pro_per_minute": 0,
    "limits.model_backed.enterprise_per_minute": 0,
    "limits.model_backed.free_at_once": 0,
    "limits.model_backed.pro_at_once": 0,
    "limits.model_backed.enterprise_at_once": 0,
    "limits.actions.workflow_start_per_hour": 0,
    "limits.log_in.address_per_minute": _MANY,
    "limits.log_in.address_per_hour": _MANY,
    "limits.log_in.account_per_minute": _MANY,
    "limits.log_in.account_per_hour": _MANY,
}


def credential(station: Station, name: str, secret: str) -> str:
    """Puts a secret where the daemon finds it; how a setting names it."""
    folder = station.home / "credentials"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / name
    file.write_text(secret)
    file.chmod(0o600)
    return f"cred:{name}"


def share_signing_key(stations: Iterable[Station]) -> None:
    """Daemons on one database take each other's tokens, so they sign with one key."""
    secret = VAULT.keep("signing key", secrets.token_urlsafe(48))
    for station in stations:
        station.settings["identity.token_key"] = credential(station, "token-key", secret)
