"""An ordinary client beside a scenario, in a process of its own, so that nothing that the scenario does holds it up."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from harness.waiting import Late

_PROGRAM = Path(__file__).resolve().with_name("ordinary_client.py")


class Ordinary:
    """The client beside a scenario, from the beginning of a ``with`` to its end."""

    def __init__(self, port: int, path: str = "/version") -> None:
        self._command = [sys.executable, os.fspath(_PROGRAM), str(port), path]
        self._said = b""
        self.took: list[float] = []
        self.statuses: dict[str, int] = {}

    def __enter__(self) -> Ordinary:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        try:
            # What is measured begins when it has found its pace.
            self.wait(1)
        except BaseException:
            self._process.kill()
            raise
        return self

    def wait(self, hundreds: int, seconds: float = 30.0) -> None:
        """Waits until it has asked so many hundred times more. Raises ``Late``."""
        output = self._process.stdout
        assert output is not None
        deadline = time.monotonic() + seconds
        wanted = self._said.count(b"\n") + hundreds
        while self._said.count(b"\n") < wanted:
            if not select.select([output], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise Late(f"{hundreds} hundred requests of an ordinary client: not within {seconds:g} s")
            more = output.read(4096)
            if not more:
                raise Late("an ordinary client has ended")
            self._said += more

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            output, _ = self._process.communicate(b"\n", timeout=30)
        finally:
            self._process.kill()
        told = json.loads(output.splitlines()[-1])
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
