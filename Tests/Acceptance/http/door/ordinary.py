#!/usr/bin/python3
"""An ordinary client in a process of its own: asks one thing again and again until its input ends, then tells how long it took.

Usage: ordinary.py PORT PATH [HEADER VALUE]
"""

from __future__ import annotations

import http.client
import json
import os
import select
import subprocess
import sys
import time
from types import TracebackType

PAUSE_SECONDS = 0.004
#: Every so many requests the connection is a new one, as those who come by need one.
PER_CONNECTION = 10


def main() -> None:
    port, path = int(sys.argv[1]), sys.argv[2]
    headers = {sys.argv[3]: sys.argv[4]} if len(sys.argv) > 4 else {}
    took: list[float] = []
    statuses: dict[str, int] = {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
        if len(took) % PER_CONNECTION == 0:
            connection.close()
        began = time.monotonic()
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            told = str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            told = type(error).__name__
        took.append(time.monotonic() - began)
        statuses[told] = statuses.get(told, 0) + 1
    print(json.dumps({"took": took, "statuses": statuses}))


class Ordinary:
    """The client beside a scenario, from the beginning of a ``with`` to its end."""

    def __init__(self, port: int, path: str = "/version") -> None:
        self._command = [sys.executable, os.path.abspath(__file__), str(port), path]
        self.took: list[float] = []
        self.statuses: dict[str, int] = {}

    def __enter__(self) -> Ordinary:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            output, _ = self._process.communicate("\n", timeout=30)
        finally:
            self._process.kill()
        told = json.loads(output)
        self.took, self.statuses = sorted(told["took"]), told["statuses"]

    @property
    def p99_ms(self) -> float:
        return self.took[min(len(self.took) - 1, len(self.took) * 99 // 100)] * 1000 if self.took else float("inf")

    @property
    def are_all_served(self) -> bool:
        return len(self.took) > 0 and set(self.statuses) == {"200"}

    def __str__(self) -> str:
        slowest = self.took[-1] * 1000 if self.took else 0
        return f"{len(self.took)} requests, p99 {self.p99_ms:.1f} ms, slowest {slowest:.0f} ms, {self.statuses}"


if __name__ == "__main__":
    main()
