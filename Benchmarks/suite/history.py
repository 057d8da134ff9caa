"""The history of markets on both databases: fifty million candles, and what it takes to read them.

SQLite's file stays below `Benchmarks/.history`, because making it takes many minutes: remove the folder to begin anew.
Pages are read through the repository, as the daemon reads them; through `GET /api/ohlcv/history` come the log-in and a
hop over loopback besides, which `http` measures.
"""

from __future__ import annotations

from pathlib import Path

from .report import Report, at_least, at_most
from .tools import BENCHMARKS, Failed, Tools

from harness.postgres import ROLE, Cluster, programs  # isort: skip  # The path comes with the tools.

CANDLES = 50_000_000
QUICK_CANDLES = 100_000
#: Making and measuring; nothing else in the suite takes longer than minutes.
SECONDS_MAX = 3 * 3600
KEPT = BENCHMARKS / ".history"


def run(tools: Tools, report: Report) -> None:
    count = QUICK_CANDLES if tools.quick else CANDLES
    rows(report, "SQLite", count, sqlite(tools, count))
    if programs() is None:
        report.skip("history on PostgreSQL", "no PostgreSQL server below /usr/lib/postgresql: scripts/bootstrap bench")
        return
    cluster = Cluster({})
    try:
        cluster.start()
        rows(report, "PostgreSQL", count, postgres(tools, cluster, count))
    finally:
        cluster.close()


def sqlite(tools: Tools, count: int) -> dict[str, float]:
    """The file of the full size is kept; a small one goes with the folder of the run."""
    folder = tools.folder if tools.quick else KEPT
    folder.mkdir(exist_ok=True)
    return measure(tools, f"sqlite:{folder / 'candles.db'}", count)


def postgres(tools: Tools, cluster: Cluster, count: int) -> dict[str, float]:
    database = cluster.create_database("history")
    return measure(tools, f"postgres:{cluster.socket}:{cluster.port}:{database.name}:{ROLE}", count)


def measure(tools: Tools, place: str, count: int) -> dict[str, float]:
    figures = tools.run(tools.swift("HistoryBench"), place, count, seconds=SECONDS_MAX)
    if figures["candles"] < count * 0.99:
        raise Failed(f"{place}: {figures['candles']:.0f} candles instead of {count}")
    return figures


def rows(report: Report, engine: str, count: int, figures: dict[str, float]) -> None:
    millions = f"{count / 1_000_000:g} million candles, {engine}"
    if "candles_per_s" in figures:
        report.add(f"{millions}: stored", "/s", [figures["candles_per_s"]], bar=at_least(20_000))
        report.add(f"{millions}: bytes of one", "B", [figures["bytes_per_candle"]])
    for order in ("newest", "oldest"):
        report.add(
            f"{millions}: 720 hours of one market, {order} first, p95",
            "ms",
            [figures[f"read_720_{order}_p95_ms"]],
            bar=at_most(20),
        )
    report.add(
        f"{millions}: 720 hours of one market, all sources and gaps, p95",
        "ms",
        [figures["page_720_p95_ms"]],
        bar=at_most(20),
    )
    report.add(f"{millions}: known candles again", "/s", [figures["known_candles_per_s"]])
    report.add(f"{millions}: single candles as they close", "/s", [figures["single_candles_per_s"]])
