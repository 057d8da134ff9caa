"""The event log on one core: durable appends beside plain C with the same SQLite, and opening a long log."""

from __future__ import annotations

import shutil

from .report import Report, at_least, at_most
from .tools import Tools


def run(tools: Tools, report: Report) -> None:
    ours = []
    peer = []
    long = 200_000 if tools.quick else 1_000_000
    for events in (long, 200_000) if tools.quick else (long, 300_000, 300_000):
        folder = tools.folder / "log"
        folder.mkdir()
        figures = tools.run(*tools.on_one_core([tools.swift("LogBench"), str(folder), str(events)]))
        ours.append(figures)
        per_commit = max(1, round(figures["events_per_commit_encoded_batches"]))
        command = [tools.peer("sqlite"), str(folder / "peer.db"), str(events // 4), str(per_commit)]
        peer.append(tools.run(*tools.on_one_core(command)))
        shutil.rmtree(folder)

    def rates(name: str) -> list[float]:
        return [figures[f"appends_per_s_{name}"] for figures in ours]

    report.add("durable append, 16 producers, batches of 100", "/s", rates("batches"), bar=at_least(100_000))
    beside = [figures["appends_per_s"] for figures in peer]
    report.add("  encoded beforehand, C with as large commits", "/s", rates("encoded_batches"), beside)
    processor = [figures["appends_per_cpu_s_encoded_batches"] for figures in ours]
    report.add("  the same, per second of processor time", "/s", processor, [one["appends_per_cpu_s"] for one in peer])
    report.add("durable append, 512 producers, one by one", "/s", rates("singles"), bar=at_least(100_000))
    processor = [figures["appends_per_cpu_s_singles"] for figures in ours]
    report.add("  the same, per second of processor time", "/s", processor)
    name = f"recovery of {long:,} events".replace(",", " ")
    bar = at_most(2) if long >= 1_000_000 else None
    report.add(name, "s", [ours[0]["recovery_s"]], bar=bar)
    report.add(f"{name} after a crash", "s", [ours[0]["recovery_after_crash_s"]], bar=bar)
