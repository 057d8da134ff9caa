"""Pasts of wallets for the oracle: one for each edge of its table, and one with everything in it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from chains.helius import BONK, SOL, USDC, USDT, Row, row, swap, token
from chains.wallets import SolanaWallet
from oracle_figures import DAY_SECONDS

_CENT = 10_000
"""One cent in the units of USDC."""
TIER = {"few_transactions": 1, "ordinary": 1, "losing": 2, "skilled": 3, "whale": 4, "viral_veteran": 5}


@dataclass
class Past:
    """A wallet's rows as they come to be, a minute apart."""

    wallet: str = field(default_factory=lambda: SolanaWallet().address)
    days_ago: float = 10
    rows: list[Row] = field(default_factory=list)
    at: int = 0

    def __post_init__(self) -> None:
        self.at = int(time.time() - self.days_ago * DAY_SECONDS)

    @property
    def newest_first(self) -> list[Row]:
        return self.rows[::-1]

    def move_to(self, days_ago: float) -> Past:
        self.at = max(self.at, int(time.time() - days_ago * DAY_SECONDS))
        return self

    def _next(self) -> tuple[str, int, int]:
        self.at += 60
        return self.wallet, len(self.rows), self.at

    def pad(self, count: int) -> Past:
        """Transactions that move nothing."""
        for _ in range(count):
            self.rows.append(row(*self._next(), "TRANSFER"))
        return self

    def fail(self, count: int) -> Past:
        for _ in range(count):
            made = swap(*self._next(), (USDC, 10**9), (token("never"), 10**6))
            self.rows.append({**made, "transactionError": {"InstructionError": [2, {"Custom": 6001}]}})
        return self

    def swap(self, sold: tuple[str, int], bought: tuple[str, int], form: str = "event") -> Past:
        self.rows.append(swap(*self._next(), sold, bought, form))
        return self

    def buy(self, mint: str, cents: int, units: int = 10**6, form: str = "event") -> Past:
        return self.swap((USDC, cents * _CENT), (mint, units), form)

    def sell(self, mint: str, cents: int, units: int = 10**6, form: str = "event") -> Past:
        return self.swap((mint, units), (USDC, cents * _CENT), form)

    def trade(self, cost: int, proceeds: int, count: int = 1) -> Past:
        """Bought and sold again, in cents."""
        for _ in range(count):
            mint = token(f"{len(self.rows)}")
            self.buy(mint, cost).sell(mint, proceeds)
        return self

    def change(self, cents: int, count: int = 1) -> Past:
        """Money for money: volume, and no trade."""
        for _ in range(count):
            self.swap((SOL, 10**9), (USDC, cents * _CENT))
        return self


# Trades by their names: of a hundred dollars


def _wins(past: Past, count: int) -> Past:
    return past.trade(10_000, 11_000, count)


def _losses(past: Past, count: int) -> Past:
    return past.trade(10_000, 9_000, count)


def _rugs(past: Past, count: int) -> Past:
    return past.trade(10_000, 4_999, count)


@dataclass(frozen=True)
class Edge:
    """One place in the table, with what stands there, decided by hand."""

    name: str
    make: Callable[[Past], Past]
    rule: str
    has: tuple[str, ...] = ()
    """Flags that must be raised."""
    lacks: tuple[str, ...] = ()
    """Flags that must not be."""
    days_ago: float = 10


EDGES = (
    Edge("9 transactions", lambda p: p.pad(9), "few_transactions"),
    Edge("10 transactions, one more failed", lambda p: p.pad(10).fail(1), "ordinary"),
    Edge("9 transactions, five more failed", lambda p: p.pad(9).fail(5), "few_transactions"),
    Edge("50 000 dollars in 51", lambda p: p.change(100_000, 50).pad(1), "ordinary"),
    Edge("50 000.01 dollars in 51", lambda p: p.change(100_000, 49).change(100_001).pad(1), "whale"),
    Edge("60 000 dollars in 50", lambda p: p.change(120_000, 50), "ordinary"),
    Edge("11 of 20 won", lambda p: _losses(_wins(p, 11), 9), "ordinary"),
    Edge("12 of 20 won", lambda p: _losses(_wins(p, 12), 8), "skilled"),
    Edge("6 of 10 won in 20", lambda p: _losses(_wins(p, 6), 4), "ordinary"),
    Edge("6 of 10 won in 21", lambda p: _losses(_wins(p, 6), 4).pad(1), "skilled"),
    Edge("2 of 10 rugs", lambda p: _rugs(_wins(p, 8), 2).pad(1), "ordinary"),
    Edge("1 of 10 rugs", lambda p: _rugs(_wins(p, 9), 1).pad(1), "skilled"),
    Edge("half lost is no rug", lambda p: _wins(p, 8).trade(10_000, 5_000, 2).pad(1), "skilled"),
    Edge("3 of 10 rugs", lambda p: _rugs(_losses(_wins(p, 5), 2), 3), "ordinary", lacks=("HIGH_RUG_EXPOSURE",)),
    Edge("4 of 10 rugs", lambda p: _rugs(_losses(_wins(p, 5), 1), 4), "losing", lacks=("HIGH_RUG_EXPOSURE",)),
    Edge("5 of 10 rugs", lambda p: _rugs(_wins(p, 5), 5), "losing", has=("HIGH_RUG_EXPOSURE",)),
    Edge("4 of 10 won", lambda p: _losses(_wins(p, 4), 6), "ordinary"),
    Edge("3 of 10 won", lambda p: _losses(_wins(p, 3), 7), "losing"),
    Edge("none of 4 won", lambda p: _losses(p, 4).pad(2), "ordinary"),
    Edge("none of 5 won", lambda p: _losses(p, 5), "losing"),
    Edge("a fall of 70 %", lambda p: p.trade(10_000, 3_000).pad(8), "losing", lacks=("SEVERE_DRAWDOWN",)),
    Edge("a fall of 70.01 %", lambda p: p.trade(10_000, 2_999).pad(8), "losing", has=("SEVERE_DRAWDOWN",)),
    Edge(
        "returns that spread by 0.4999",
        lambda p: p.trade(10_000, 10_000).trade(10_000, 17_070).pad(6),
        "ordinary",
        lacks=("EXTREME_VOLATILITY",),
    ),
    Edge(
        "returns that spread by 0.5001",
        lambda p: p.trade(10_000, 10_000).trade(10_000, 17_072).pad(6),
        "ordinary",
        has=("EXTREME_VOLATILITY",),
    ),
    Edge("70 % memes", lambda p: p.buy(BONK, 7_000).change(3_000).pad(8), "ordinary", lacks=("MEME_HEAVY",)),
    Edge("70.01 % memes", lambda p: p.buy(BONK, 7_001).change(2_999).pad(8), "ordinary", has=("MEME_HEAVY",)),
    Edge("-30 % in a week", lambda p: p.trade(10_000, 7_000).pad(8), "ordinary", lacks=("COLD_STREAK",), days_ago=3),
    Edge("-30.01 % in a week", lambda p: p.trade(10_000, 6_999).pad(8), "ordinary", has=("COLD_STREAK",), days_ago=3),
    Edge("+50.01 % in a week", lambda p: p.trade(10_000, 15_001).pad(8), "ordinary", days_ago=3),
    Edge(
        "-30.01 %, eight days ago",
        lambda p: p.trade(10_000, 6_999).pad(8),
        "ordinary",
        lacks=("COLD_STREAK",),
        days_ago=8,
    ),
    Edge(
        "40 days, 120 transactions, 60 % won",
        lambda p: _losses(_wins(p.pad(1).move_to(20), 36), 24),
        "skilled",
        days_ago=40,
    ),
)


# Everything at once


def busy(days_ago: float = 45) -> Past:
    """Some 400 rows in all three shapes: tokens bought and sold in parts, memes, failures, much that is old."""
    past, chance = Past(days_ago=days_ago), random.Random(20260401)
    tokens = [*(token(f"busy {number}") for number in range(12)), BONK]
    for step in range(400):
        past.at += int(days_ago * DAY_SECONDS / 420)
        mint, form = chance.choice(tokens), chance.choice(("event", "balances", "transfers"))
        cents, units = chance.randrange(100, 300_000), chance.randrange(10**3, 10**9)
        match chance.randrange(12):
            case 0:
                past.pad(1)
            case 1:
                past.fail(1)
            case 2:
                past.change(cents)
            case 3:
                past.swap((USDT, cents * _CENT), (mint, units), form)
            case 4:
                past.swap((mint, units), (USDT, cents * _CENT), form)
            case 5 | 6 | 7:
                past.sell(mint, cents, units, form)
            case 8 if step % 3 == 0:
                past.swap((mint, units), (token("busy 0 for another"), units), form)
            case _:
                past.buy(mint, cents, units, form)
    return past


def long(count: int) -> Past:
    """So many rows within the window: pairs of purchases and sales of 300 tokens."""
    past = Past(days_ago=28)
    for pair in range(count // 2):
        past.at = int(time.time() - 28 * DAY_SECONDS + pair * 27 * DAY_SECONDS / (count // 2)) - 60
        mint = token(f"long {pair % 300}")
        past.buy(mint, 10_000).sell(mint, 9_000 + pair % 2_500)
    return past


def losing(count: int = 40) -> Past:
    """So many rows of trades that lose a tenth."""
    return _losses(Past(), count // 2)


def grown(past: Past) -> Past:
    """Later the same wallet moves whole fortunes."""
    past.at = int(time.time() - DAY_SECONDS)
    return past.change(200_000, 30)
