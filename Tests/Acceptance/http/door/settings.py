"""Settings that scenarios share."""

from __future__ import annotations

#: The setting behind each kind of limit; 0 takes the limit away.
LIMIT_OF = {
    "standard": "limits.standard_per_minute",
    "anonymous": "limits.anonymous_per_hour",
    "public": "limits.public_per_minute.free",
    "log-in by address": "limits.log_in_address_per_minute",
    "log-in by account": "limits.log_in_account_per_minute",
    "operations": "limits.operations_per_minute",
}

#: Limits that no scenario reaches which is not about limits.
WIDE_OPEN: dict[str, object] = {}
