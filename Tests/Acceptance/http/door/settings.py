"""Settings that scenarios share."""

from __future__ import annotations

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
    "limits.actions.workflow_start_per_hour": 0,
    "limits.log_in.address_per_minute": _MANY,
    "limits.log_in.address_per_hour": _MANY,
    "limits.log_in.account_per_minute": _MANY,
    "limits.log_in.account_per_hour": _MANY,
}
