"""Publish to handled inside one process, beside Erlang's message passing and libzmq's inproc transport."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from .report import Report, at_most, ratio_at_least
from .tools import Tools

#: The publisher waits at this many events, or practically never: Erlang is given whichever suits it better.
ERLANG_WINDOWS = (2048, 1_000_000_000)


@dataclass(frozen=True)
class Case:
    """A fan-out, and how many events each side publishes so that a run takes about half a second."""

    subscribers: int
    batch: int
    ours: int
    erlang: int
    inproc: int

    @property
    def name(self) -> str:
        return f"bus 1->{self.subscribers} {'single' if self.batch == 1 else f'batch {self.batch}'}"


CASES = (
    Case(1, 1, ours=2_000_000, erlang=1_000_000, inproc=2_000_000),
    Case(10, 1, ours=500_000, erlang=100_000, inproc=100_000),
    Case(100, 1, ours=50_000, erlang=10_000, inproc=2_000),
    Case(1, 64, ours=10_000_000, erlang=2_000_000, inproc=10_000_000),
    Case(10, 64, ours=2_000_000, erlang=300_000, inproc=1_000_000),
    Case(100, 64, ours=200_000, erlang=50_000, inproc=50_000),
)


def run(tools: Tools, report: Report) -> None:
    for case in CASES:
        _throughput(tools, report, case)
    _allocations(tools, report)
    _latency(tools, report)


def _throughput(tools: Tools, report: Report, case: Case) -> None:
    ours: list[float] = []
    inproc: list[float] = []
    erlang: dict[int, list[float]] = {window: [] for window in ERLANG_WINDOWS}
    for _ in range(tools.rounds(5)):
        figures = tools.run(tools.swift("BusBench"), "throughput", case.subscribers, case.ours, case.batch)
        ours.append(figures["publishes_per_s"])
        for window, rates in erlang.items():
            figures = tools.erlang("bus_peer", "throughput", case.subscribers, case.erlang, case.batch, window)
            rates.append(figures["publishes_per_s"])
        figures = tools.run(tools.peer("inproc"), case.subscribers, case.inproc, case.batch)
        inproc.append(figures["publishes_per_s"])
    bar = ratio_at_least(1) if case.subscribers >= 10 else None
    better = max(erlang.values(), key=statistics.median)
    report.add(f"{case.name}, Erlang", "/s", ours, better, bar)
    report.add(f"{case.name}, inproc", "/s", ours, inproc, bar)


def _allocations(tools: Tools, report: Report) -> None:
    """Counts in two runs of different length: what does not grow with the length is set-up."""
    publishes = (200_000, 600_000)
    subscribers = 10
    own: list[int] = []
    everything: list[int] = []
    file = tools.folder / "allocations"
    environment = {"LD_PRELOAD": tools.peer("malloc-count.so"), "MALLOC_COUNT_FILE": str(file)}
    for count in publishes:
        program = tools.swift("BusBench")
        figures = tools.run(program, "throughput", subscribers, count, 1, environment=environment)
        total, by_dispatch = (int(word) for word in file.read_text().split())
        everything.append(total)
        # A wake-up costs libdispatch a work item, and a pause of this benchmark's publisher costs the runtime one.
        own.append(total - by_dispatch - figures["yields"])
    deliveries = (publishes[1] - publishes[0]) * subscribers
    grown = max(0, own[1] - own[0]) / deliveries
    report.add("bus allocations per delivery", "", [grown], bar=at_most(0.0005))
    woken = max(0, everything[1] - everything[0]) / deliveries
    report.add("  with the runtime's, for wake-ups and pauses", "", [woken])


def _latency(tools: Tools, report: Report) -> None:
    ours: dict[str, list[float]] = {"p50_us": [], "p99_us": []}
    erlang: dict[str, list[float]] = {"p50_us": [], "p99_us": []}
    for _ in range(tools.rounds(5)):
        figures = tools.run(tools.swift("BusBench"), "latency", 10, 2)
        peer = tools.erlang("bus_peer", "latency", 10, 1)
        for key in ours:
            ours[key].append(figures[key])
            erlang[key].append(peer[key])
    report.add("bus latency p50, 10 000/s to 10 (Erlang: 1000/s)", "us", ours["p50_us"], erlang["p50_us"])
    report.add(
        "bus latency p99, 10 000/s to 10 (Erlang: 1000/s)", "us", ours["p99_us"], erlang["p99_us"], at_most(60)
    )
