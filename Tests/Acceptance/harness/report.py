"""The table: what was promised, what was measured, and whether it holds."""

from __future__ import annotations

import enum
import textwrap
from dataclasses import dataclass, field


class Verdict(enum.Enum):
    HELD = "held"
    MISSED = "MISSED"
    #: Could not be looked at, though it should have been: counts as missed.
    SKIPPED = "SKIPPED"
    #: Cannot be looked at on this machine at all: does not count.
    IMPOSSIBLE = "not here"

    @property
    def counts_as_missed(self) -> bool:
        return self in (Verdict.MISSED, Verdict.SKIPPED)


@dataclass(frozen=True)
class Row:
    scenario: str
    figure: str
    bar: str
    measured: str
    verdict: Verdict

    def cells(self) -> tuple[str, str, str, str]:
        return self.figure, self.bar, self.measured, self.verdict.value


@dataclass
class Report:
    """Rows in the order in which they were measured; each is printed at once, and all of them at the end."""

    rows: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        print(f"  {row.verdict.value:8}  {row.figure}: {row.measured}  (bar: {row.bar})", flush=True)

    @property
    def missed(self) -> list[Row]:
        return [row for row in self.rows if row.verdict.counts_as_missed]

    def table(self) -> str:
        head = ("figure", "bar", "measured", "verdict")
        limits = (50, 32, 58, 8)
        lines: list[str] = []

        def put(cells: tuple[str, ...], filler: str = " ") -> None:
            columns = [textwrap.wrap(cell, limit) or [""] for cell, limit in zip(cells, limits, strict=True)]
            for position in range(max(len(column) for column in columns)):
                parts = [column[position] if position < len(column) else "" for column in columns]
                padded = [part.ljust(limit, filler) for part, limit in zip(parts, limits, strict=True)]
                lines.append(f"{filler}|{filler}".join(padded).rstrip())

        put(head)
        put(("-", "-", "-", "-"), "-")
        scenario = ""
        for row in self.rows:
            if row.scenario != scenario:
                scenario = row.scenario
                lines.append(f"[{scenario}]")
            put(row.cells())
        return "\n".join(lines)
