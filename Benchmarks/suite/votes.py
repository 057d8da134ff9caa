"""Voting: ballots checked and written down on both databases, signatures beside libsodium's own rate, and counting."""

from __future__ import annotations

import itertools

from .report import Report, at_least, at_most, ratio_at_least
from .tools import Failed, Tools

from harness.postgres import ROLE, Cluster, programs  # isort: skip  # The path comes with the tools.

SIGNATURES = 20_000
COUNTED = 1_000_000
BALLOTS = 50_000
#: Voters who wait for the acknowledgement of their ballot at the same time.
AT_ONCE = 500


def run(tools: Tools, report: Report) -> None:
    _counting(tools, report)
    if programs() is None:
        raise Failed("votes: no PostgreSQL server below /usr/lib/postgresql: scripts/bootstrap bench")
    cluster = Cluster({})
    try:
        cluster.start()
        numbers = itertools.count()

        def postgres() -> str:
            database = cluster.create_database(f"votes{next(numbers)}")
            return f"postgres:{cluster.socket}:{cluster.port}:{database.name}:{ROLE}"

        def sqlite() -> str:
            return f"sqlite:{tools.folder / f'votes{next(numbers)}.db'}"

        for engine, place, bar in (("PostgreSQL", postgres, at_least(5_000)), ("SQLite", sqlite, None)):
            count = tools.scaled(BALLOTS)
            figures = [
                tools.run(tools.swift("VoteBench"), place(), count, AT_ONCE, seconds=600)
                for _ in range(tools.rounds(3))
            ]
            rates = [one["ballots_per_s"] for one in figures]
            report.add(f"ballots checked and stored, {engine}", "/s", rates, bar=bar)
            for name, label in (("open_s", "opening"), ("decide_s", "deciding"), ("receipt_s", "a receipt")):
                report.add(f"  {label} with {count} holders", "s", [one[name] for one in figures])
    finally:
        cluster.close()


def _counting(tools: Tools, report: Report) -> None:
    signatures, ballots = tools.scaled(SIGNATURES), tools.scaled(COUNTED)
    ours: list[dict[str, float]] = []
    peers: list[float] = []
    for _ in range(tools.rounds(5)):
        ours.append(tools.run(*tools.on_one_core([tools.swift("TallyBench"), str(signatures), str(ballots)])))
        peers.append(tools.run(*tools.on_one_core([tools.peer("ed25519"), str(signatures)]))["verify_per_s"])
    rates = [one["verify_per_s"] for one in ours]
    report.add("Ed25519 signatures checked, beside libsodium from C", "/s", rates, peers, ratio_at_least(0.8))
    for system, bar in (("basic", 1.0), ("ranked", 5.0), ("copeland", None), ("quadratic", None)):
        seconds = [one[f"{system}_s"] for one in ours]
        report.add(f"{ballots} ballots counted, {system}", "s", seconds, bar=at_most(bar) if bar else None)
