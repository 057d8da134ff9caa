"""Requests through the HTTP client, beside plain C with the same libcurl, against one local server."""

from __future__ import annotations

import select

from .report import Report
from .tools import Failed, Tools

CASES = (
    ("HTTP 64 at once, short answers", "json", 20_000, 64),
    ("HTTP one at a time, short answers", "json", 3_000, 1),
    ("HTTP 64 at once, streams of 200 events", "sse", 500, 64),
)


def run(tools: Tools, report: Report) -> None:
    with tools.start(tools.peer("http_server")) as server:
        if server.stdout is None or not select.select([server.stdout], [], [], 10)[0]:
            raise Failed("http_server: does not say its port")
        port = int(server.stdout.readline())
        for name, kind, count, concurrency in CASES:
            requests = max(concurrency, tools.scaled(count))
            ours: list[float] = []
            peer: list[float] = []
            for _ in range(tools.rounds(5)):
                for program, rates in ((tools.swift("HTTPBench"), ours), (tools.peer("http_client"), peer)):
                    rates.append(tools.run(program, kind, port, requests, concurrency)["requests_per_s"])
            report.add(name, "/s", ours, peer)
