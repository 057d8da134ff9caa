"""From an actor's fault to the readiness of its next incarnation, beside Erlang's supervisor."""

from __future__ import annotations

from .report import Report, ratio_at_most
from .tools import Tools

ROWS = (
    ("restart paced 200/s, p50", "paced_p50_us", True),
    ("restart paced 200/s, p99", "paced_p99_us", True),
    ("restart back to back, p50", "back_to_back_p50_us", True),
    ("restart back to back, p99", "back_to_back_p99_us", True),
    ("restart one_for_all of 100, p50", "one_for_all_100_p50_us", False),
)


def run(tools: Tools, report: Report) -> None:
    ours, erlang = [], []
    for _ in range(tools.rounds(3)):
        ours.append(tools.run(tools.swift("RestartBench")))
        erlang.append(tools.erlang("restart_peer"))
    for name, key, has_bar in ROWS:
        bar = ratio_at_most(1) if has_bar else None
        report.add(name, "us", [figures[key] for figures in ours], [figures[key] for figures in erlang], bar)
