"""Settings files of stations that ask a fault server."""

from __future__ import annotations

from door.settings import WIDE_OPEN

#: Nobody waits long in a test.
CLOCKS = "first_content_seconds = 2\ngap_seconds = 2\ntotal_seconds = 12\n"
#: What a model costs here: 1 and 4 credits for a thousand tokens, and 1 for the call.
PRICES = 'ledger = "grok"\ncredits_input = 1\ncredits_output = 4\ncredits_call = 1\n'

OPEN_SETTINGS: dict[str, object] = {
    **WIDE_OPEN,
    # Accounts have what a scenario gives them, and nobody spends too much.
    "credits.welcome": 0,
    "credits.pro_month": 0,
    "credits.enterprise_month": 0,
    "credits.hour_max": 0,
}


def settings(
    models: dict[str, str], order: list[str], *, more: str = "", hosts: bool = False, prices: str = PRICES
) -> str:
    """Each model at a provider of its own name, at that address; the hosts ask them only where that is wanted."""
    text = f"[llm]\n{CLOCKS}{more}\n"
    for name, base in models.items():
        text += f'[llm.providers.{name}]\nbase = "{base}"\nneeds_key = false\n'
        text += f'[llm.models.{name}]\nprovider = "{name}"\nmodel = "{name}"\n{prices}'
    names = ", ".join(f'"{name}"' for name in order)
    tasks = ("chat", "tools", "explain", "creative", "scoring", "host", "trends")
    orders = "".join(f"{task} = [{names if task != 'host' or hosts else ''}]\n" for task in tasks)
    return text + "[llm.orders]\n" + orders
