"""The built-in classifiers of news on one core: headlines per second, and what the first use costs."""

from __future__ import annotations

from .report import Report, at_least, at_most
from .tools import Tools


def run(tools: Tools, report: Report) -> None:
    rounds = str(tools.scaled(200))
    figures = []
    for _ in range(tools.rounds(5)):
        figures.append(tools.run(*tools.on_one_core([tools.swift("SentimentBench"), rounds])))

    def values(name: str) -> list[float]:
        return [one[name] for one in figures]

    report.add("headlines, linear model", "/s", values("linear_per_s"), bar=at_least(20_000))
    report.add("headlines, lexicon and rules", "/s", values("keyword_per_s"))
    report.add("first use, which trains the model", "ms", values("first_use_ms"), bar=at_most(100))
