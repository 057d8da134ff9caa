"""A wallet's figures once more, slowly and exactly: from the rows that Helius gave, by the words of the definitions."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from chains.helius import BONK, SOL, USDC, USDT, Row

DAY_SECONDS = 86_400
WIF = "EKpQGSJtjMFqKZ9KQanSqYXRcF8fBopzLHYxdM65zcjm"
_MONEY, _DOLLARS, _MEMES = {SOL, USDC, USDT}, {USDC, USDT}, {BONK, WIF}
Amounts = dict[str, Fraction]


# What a row did


def moved(row: Row, wallet: str) -> Amounts:
    """What came in, and what went out below zero: by the swap event, else by the balances, else by the transfers."""
    event = (row["events"] or {}).get("swap")
    by_event = _by_event(event, wallet) if event else {}
    if _has_both(by_event):
        return by_event
    if any(entry["account"] == wallet for entry in row["accountData"]):
        return _by_balances(row, wallet)
    return _by_transfers(row, wallet)


def _has_both(amounts: Amounts) -> bool:
    return any(one < 0 for one in amounts.values()) and any(one > 0 for one in amounts.values())


def _units(raw: Mapping[str, Any]) -> Fraction:
    return Fraction(int(raw["tokenAmount"]), 10 ** raw["decimals"])


def _by_event(event: Mapping[str, Any], wallet: str) -> Amounts:
    found: Amounts = defaultdict(Fraction)
    for side, sign in (("Input", -1), ("Output", 1)):
        native = event[f"native{side}"]
        if native and native["account"] == wallet:
            found[SOL] += sign * Fraction(int(native["amount"]), 10**9)
        for one in event[f"token{side}s"]:
            if one["userAccount"] == wallet:
                found[one["mint"]] += sign * _units(one["rawTokenAmount"])
    return found


def _by_balances(row: Row, wallet: str) -> Amounts:
    found: Amounts = defaultdict(Fraction)
    for entry in row["accountData"]:
        if entry["account"] == wallet:
            paid = row["fee"] if row["feePayer"] == wallet else 0
            found[SOL] += Fraction(entry["nativeBalanceChange"] + paid, 10**9)
        for one in entry["tokenBalanceChanges"]:
            if one["userAccount"] == wallet:
                found[one["mint"]] += _units(one["rawTokenAmount"])
    return found


def _by_transfers(row: Row, wallet: str) -> Amounts:
    found: Amounts = defaultdict(Fraction)
    for one in row["tokenTransfers"]:
        amount = Fraction(str(one["tokenAmount"]))
        found[one["mint"]] += amount * ((one["toUserAccount"] == wallet) - (one["fromUserAccount"] == wallet))
    for one in row["nativeTransfers"]:
        amount = Fraction(one["amount"], 10**9)
        found[SOL] += amount * ((one["toUserAccount"] == wallet) - (one["fromUserAccount"] == wallet))
    return found


def _unknown(at: int) -> Fraction | None:
    """What SOL costs at a station that asks nobody."""
    return None


# What all of them did


@dataclass
class Trade:
    at: int
    cost: Fraction
    proceeds: Fraction

    @property
    def profit(self) -> Fraction:
        return self.proceeds - self.cost


@dataclass
class Figures:
    """Everything that a report tells of a wallet's trading, not rounded."""

    transactions: int = 0
    failed: int = 0
    volume: Fraction = Fraction(0)
    unvalued: int = 0
    valued: int = 0
    memes: Fraction = Fraction(0)
    trades: list[Trade] = field(default_factory=list)
    unknown_costs: int = 0
    drawdown: Fraction | None = None
    days: int | None = None
    now: float = 0
    sol: Callable[[int], Fraction | None] = _unknown

    @staticmethod
    def count(
        rows: Sequence[Row],
        wallet: str,
        now: float,
        first: int | None,
        *,
        days: int = 30,
        sol: Callable[[int], Fraction | None] = _unknown,
    ) -> Figures:
        """``rows`` as they were given, the newest first; ``first`` is the time of the very first transaction."""
        figures = Figures(now=now, sol=sol)
        held: dict[str, tuple[Fraction, Fraction]] = {}
        stake = total = peak = Fraction(0)
        for row in sorted(reversed(rows), key=lambda one: (one["timestamp"], one["slot"])):
            is_counted = row["timestamp"] >= now - days * DAY_SECONDS
            if row["transactionError"] is not None:
                figures.failed += is_counted
                continue
            figures.transactions += is_counted
            if row["type"] != "SWAP":
                continue
            closed = figures._swap(row, moved(row, wallet), held, is_counted)
            stake = max(stake, sum((cost for _, cost in held.values()), Fraction(0)))
            for trade in closed if is_counted else []:
                figures.trades.append(trade)
                total += trade.profit
                peak = max(peak, total)
                if stake + peak > 0:
                    fall = min(Fraction(1), (peak - total) / (stake + peak))
                    figures.drawdown = max(figures.drawdown or Fraction(0), fall)
        if first is not None:
            figures.days = int((now - first) // DAY_SECONDS)
        return figures

    def _dollars(self, amounts: Amounts, at: int) -> Fraction | None:
        """What all of them are worth; nobody knows what tokens cost."""
        worth = Fraction(0)
        for mint, one in amounts.items():
            price = Fraction(1) if mint in _DOLLARS else self.sol(at) if mint == SOL else None
            if price is None:
                return None
            worth += one * price
        return worth

    def _swap(
        self, row: Row, amounts: Amounts, held: dict[str, tuple[Fraction, Fraction]], is_counted: bool
    ) -> list[Trade]:
        given = {mint: -one for mint, one in amounts.items() if one < 0}
        taken = {mint: one for mint, one in amounts.items() if one > 0}
        sides = [given, taken] if set(given) <= _MONEY or not set(taken) <= _MONEY else [taken, given]
        worths = [self._dollars(side, row["timestamp"]) for side in sides]
        value = next((found for found in worths if found is not None), None)
        if is_counted:
            self.valued += value is not None
            self.unvalued += value is None
            self.volume += value or 0
            self.memes += (value or 0) if _MEMES & set(amounts) else 0
        closed: list[Trade] = []
        for mint, quantity in given.items():
            if mint not in _MONEY:
                closed += self._sell(row, mint, quantity, self._dollars(taken, row["timestamp"]), held, is_counted)
        for mint, quantity in taken.items():
            cost = self._dollars(given, row["timestamp"])
            if mint not in _MONEY and cost is not None:
                had, paid = held.get(mint, (Fraction(0), Fraction(0)))
                held[mint] = (had + quantity, paid + cost)
        return closed

    def _sell(
        self,
        row: Row,
        mint: str,
        quantity: Fraction,
        proceeds: Fraction | None,
        held: dict[str, tuple[Fraction, Fraction]],
        is_counted: bool,
    ) -> list[Trade]:
        """At the average cost; what goes beyond what was bought came from elsewhere."""
        had, paid = held.get(mint, (Fraction(0), Fraction(0)))
        self.unknown_costs += is_counted and quantity > had
        if had == 0:
            return []
        part = min(had, quantity)
        cost = paid * part / had
        if part == had:
            del held[mint]
        else:
            held[mint] = (had - part, paid - cost)
        return [] if proceeds is None else [Trade(row["timestamp"], cost, proceeds * part / quantity)]

    # As an answer tells it

    def told(self) -> dict[str, Any]:
        """The fifteen figures: money to the cent, shares to six digits, what is unknown as nothing."""
        count = len(self.trades)
        week = [trade for trade in self.trades if trade.at >= self.now - 7 * DAY_SECONDS]
        gain, paid = sum((one.profit for one in week), Fraction(0)), sum((one.cost for one in week), Fraction(0))
        profit = sum((one.profit for one in self.trades), Fraction(0))
        return {
            "transactions": self.transactions,
            "volume_usd": _rounded(self.volume, 2) if self.valued or not self.unvalued else None,
            "win_ratio": _rounded(Fraction(self._wins, count), 6) if count >= 5 else None,
            "total_pnl_usd": _rounded(profit, 2) if count else None,
            "average_pnl_usd": _rounded(profit / count, 2) if count else None,
            "max_drawdown": _rounded(self.drawdown, 6) if self.drawdown is not None else None,
            "volatility": self._deviation,
            "meme_exposure": _rounded(self.memes / self.volume, 6) if self.volume else None,
            "rug_ratio": _rounded(Fraction(self._rugs, count), 6) if count else None,
            "pnl_7d_usd": _rounded(gain, 2) if week else None,
            "hot": gain / paid > Fraction(1, 2) if paid else None,
            "cold": gain / paid < Fraction(-3, 10) if paid else None,
            "whale": True if self.volume > 50_000 else None if self.unvalued else False,
            "days_active": self.days,
            "x_sentiment": "neutral",
        }

    @property
    def _wins(self) -> int:
        return sum(one.profit > 0 for one in self.trades)

    @property
    def _rugs(self) -> int:
        return sum(one.profit < -one.cost / 2 for one in self.trades)

    @property
    def _deviation(self) -> Decimal | None:
        """Of a sample, by the definition: exact up to the root."""
        returns = [one.profit / one.cost for one in self.trades]
        if len(returns) < 2:
            return None
        mean = sum(returns, Fraction(0)) / len(returns)
        squares = sum(((one - mean) ** 2 for one in returns), Fraction(0)) / (len(returns) - 1)
        return Decimal(str(round(math.sqrt(squares), 6)))

    @property
    def flags(self) -> list[str]:
        rugs = Fraction(self._rugs, len(self.trades)) if self.trades else Fraction(0)
        memes = self.memes / self.volume if self.volume else Fraction(0)
        raised = {
            "HIGH_RUG_EXPOSURE": rugs > Fraction(2, 5),
            "SEVERE_DRAWDOWN": (self.drawdown or 0) > Fraction(7, 10),
            "EXTREME_VOLATILITY": (self._deviation or 0) > Decimal("0.5"),
            "MEME_HEAVY": memes > Fraction(7, 10),
            "COLD_STREAK": bool(self.told()["cold"]),
        }
        return [flag for flag, is_raised in raised.items() if is_raised]

    @property
    def rule(self) -> str:
        """The first one of the table; the fifth tier needs what nobody can say from outside."""
        count, told = len(self.trades), self.told()
        win = Fraction(self._wins, count) if count >= 5 else None
        rugs = Fraction(self._rugs, count) if count else None
        if self.transactions < 10:
            return "few_transactions"
        if told["whale"] and self.transactions > 50:
            return "whale"
        is_winning = win is not None and win > Fraction(55, 100)
        if is_winning and self.transactions > 20 and rugs is not None and rugs < Fraction(1, 5):
            return "skilled"
        is_losing = (rugs is not None and rugs > Fraction(3, 10)) or (win is not None and win < Fraction(2, 5))
        return "losing" if is_losing else "ordinary"


def _rounded(exact: Fraction, digits: int) -> Decimal:
    """Halves to the even neighbour."""
    scaled = exact * 10**digits
    return Decimal(round(scaled)).scaleb(-digits).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)


def differences(metrics: Mapping[str, Any], figures: Figures) -> dict[str, tuple[Any, Any]]:
    """By figure: what an answer tells, and what comes out here; the volatility may be off by one in its last digit."""
    found: dict[str, tuple[Any, Any]] = {}
    for name, wanted in figures.told().items():
        said = metrics.get(name)
        value = Decimal(str(said)) if isinstance(wanted, Decimal) and said is not None else said
        if name == "volatility" and value is not None and wanted is not None:
            if abs(value - wanted) <= Decimal("0.000001"):
                continue
        if value != wanted:
            found[name] = (said, wanted)
    return found
