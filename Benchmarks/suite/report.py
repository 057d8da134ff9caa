"""The table: ours beside the peer's, and whether the bar is reached."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bar:
    """A limit, for our figure or for its ratio to the peer's."""

    limit: float
    is_minimum: bool
    of_ratio: bool

    def holds(self, value: float) -> bool:
        return value >= self.limit if self.is_minimum else value <= self.limit


def ratio_at_least(limit: float) -> Bar:
    return Bar(limit, is_minimum=True, of_ratio=True)


def ratio_at_most(limit: float) -> Bar:
    return Bar(limit, is_minimum=False, of_ratio=True)


def at_least(limit: float) -> Bar:
    return Bar(limit, is_minimum=True, of_ratio=False)


def at_most(limit: float) -> Bar:
    return Bar(limit, is_minimum=False, of_ratio=False)


@dataclass
class Report:
    """Rows in the order in which they were measured; each is printed at once, and all of them at the end."""

    rows: list[tuple[str, str, str, str, str, str]] = field(default_factory=list)

    def add(
        self,
        name: str,
        unit: str,
        ours: Sequence[float],
        peers: Sequence[float] = (),
        bar: Bar | None = None,
    ) -> None:
        """Adds a row of one figure for each round; the ratio is taken within each round, where there is a peer."""
        middle = statistics.median(ours)
        ratios = [own / other for own, other in zip(ours, peers) if other]
        ratio = statistics.median(ratios) if ratios else None
        measured = ratio if bar and bar.of_ratio else middle
        if bar is None or measured is None:
            verdict, bar_text = "-", "-"
        else:
            verdict = "held" if bar.holds(measured) else "MISSED"
            sign = ">=" if bar.is_minimum else "<="
            bar_text = f"{sign} {bar.limit:g} x" if bar.of_ratio else f"{sign} {amount(bar.limit, unit)}"
        ratio_text = "-"
        if ratio is not None:
            ratio_text = f"{ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f})" if len(ratios) > 1 else f"{ratio:.2f}"
        peer_text = amount(statistics.median(peers), unit) if peers else "-"
        self._put((name, amount(middle, unit), peer_text, ratio_text, bar_text, verdict))

    def skip(self, name: str, reason: str) -> None:
        """A row that could not be measured."""
        self._put((name, reason, "-", "-", "-", "NOT RUN"))

    def _put(self, row: tuple[str, str, str, str, str, str]) -> None:
        self.rows.append(row)
        print(f"  {row[5]:7}  {row[0]}: {row[1]}  peer {row[2]}  ratio {row[3]}  bar {row[4]}", flush=True)

    def count(self, verdict: str) -> int:
        return sum(row[5] == verdict for row in self.rows)

    def table(self) -> str:
        head = ("row", "ours", "peer", "ratio (lowest-highest)", "bar", "verdict")
        widths = [max(len(row[column]) for row in [head, *self.rows]) for column in range(len(head))]
        lines = ["-+-".join("-" * width for width in widths)]
        for row in [head, *self.rows]:
            cells = (cell.ljust(width) if at in (0, 5) else cell.rjust(width)
                     for at, (cell, width) in enumerate(zip(row, widths)))
            lines.append(" | ".join(cells).rstrip())
        lines[0], lines[1] = lines[1], lines[0]
        return "\n".join(lines)


def amount(value: float, unit: str) -> str:
    """A figure with three digits that count, and its unit."""
    if unit == "/s":
        for size, letter in ((1e6, "M"), (1e3, "k")):
            if value >= size:
                return f"{_digits(value / size)} {letter}/s"
    return f"{_digits(value)} {unit}".strip()


def _digits(value: float) -> str:
    if value == 0:
        return "0"
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 4
    return f"{value:.{places}f}"
