"""The wallet oracle: a wallet with many transactions from recorded pages, and answers that are at hand."""

from __future__ import annotations

import itertools

from .report import Report, at_most
from .tools import Tools

ROWS = 50_000
QUESTIONS = 100_000


def run(tools: Tools, report: Report) -> None:
    rows, questions = tools.scaled(ROWS), tools.scaled(QUESTIONS)
    numbers = itertools.count()
    figures = [
        tools.run(tools.swift("OracleBench"), tools.folder / f"oracle{next(numbers)}.db", rows, questions)
        for _ in range(tools.rounds(5))
    ]
    report.add(f"a wallet with {rows} transactions", "s", [one["analysis_s"] for one in figures], bar=at_most(3))
    report.add("an answer at hand, p95", "ms", [one["cached_p95_ms"] for one in figures], bar=at_most(5))
