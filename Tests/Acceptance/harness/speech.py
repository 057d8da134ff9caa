"""Whether what a host said is true."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

from .exchange import Exchange

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
#: Figures that are no market data: a time of day, a date, the length of the day.
_NOT_MARKET = re.compile(
    r"\b\d{1,2}:\d{2}(?::\d{2})?\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2} [A-Z][a-z]+ \d{4}\b|\b24[ -]?(?:h|hours?)\b"
)
#: Values that are computed rather than quoted may differ in their last digits.
_COMPUTED = {"candle_change"}


def untruths(payload: dict[str, Any], exchange: Exchange) -> list[str]:
    """Everything in a ``segment.host.spoke`` payload that the exchange never said."""
    wrong: list[str] = []
    said: list[Decimal] = []
    for fact in payload["facts"]:
        currency, quantity, value = str(fact["pair"])[:3], str(fact["quantity"]), Decimal(str(fact["value"]))
        said.append(value)
        known = exchange.truth.get((currency, quantity), set())
        holds = any(_near(value, one) for one in known) if quantity in _COMPUTED else value in known
        if not holds:
            wrong.append(f"{quantity} of {currency} is {value}, which was never served")
    for number in figures(str(payload["text"])):
        if not any(_rounds_to(value, number) for value in said):
            wrong.append(f"{number} in the text stands in no fact")
    return wrong


def figures(text: str) -> list[Decimal]:
    """The numbers of a text that could be market data."""
    plain = _NOT_MARKET.sub(" ", text)
    return [Decimal(found.replace(",", "")) for found in _NUMBER.findall(plain)]


def _rounds_to(value: Decimal, number: Decimal) -> bool:
    """Whether ``number`` is ``value``, or what it is when said with fewer digits; a fall is said without its sign."""
    unit = Decimal(1).scaleb(int(number.as_tuple().exponent))
    roundings = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
    return any(abs(value).quantize(unit, rounding) == number for rounding in roundings)


def _near(left: Decimal, right: Decimal) -> bool:
    return abs(left - right) <= Decimal("0.01")
