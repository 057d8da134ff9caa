"""Runs `cryptocall-render`, and says what it told, took and left."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness import process
from harness.bench import Bench

PROGRAM = "cryptocall-render"
#: No film of these scenarios takes longer, in seconds.
LONGEST = 900.0


@dataclass
class Outcome:
    """One run, from its start to its end."""

    code: int
    """As a shell has it; below 0 the number of the signal that killed it."""
    lines: list[str]
    errors: str
    seconds: float
    cpu_seconds: float
    """Of the program and of all it has waited for."""
    peak_bytes: int
    """The program's own, and no child's."""
    children_peak_bytes: int
    """Of the child that held most."""
    children: set[int] = field(default_factory=set)

    @property
    def last(self) -> dict[str, Any]:
        """The last line; empty where it is none."""
        try:
            found = json.loads(self.lines[-1]) if self.lines else {}
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def film(self) -> dict[str, Any]:
        return dict(self.last.get("done", {}).get("_0", {}))

    @property
    def fault(self) -> dict[str, Any]:
        return dict(self.last.get("failed", {}).get("_0", {}))

    @property
    def progress(self) -> list[tuple[int, int]]:
        told = [json.loads(line).get("progress") for line in self.lines if '"progress"' in line]
        return [(one["done"], one["total"]) for one in told if one]

    def must(self) -> Outcome:
        if self.code != 0 or not self.film:
            raise RuntimeError(f"no film: exit {self.code}, {self.lines[-1:]} {self.errors[:200]}")
        return self


class Renderer:
    """The program of a build."""

    def __init__(self, bench: Bench) -> None:
        self.program = bench.programs.daemon.parent / PROGRAM

    @property
    def is_there(self) -> bool:
        return self.program.is_file()

    def film(
        self,
        order: Path | str,
        *,
        environment: Mapping[str, str] | None = None,
        meanwhile: Callable[[subprocess.Popen[str]], None] | None = None,
        timeout: float = LONGEST,
    ) -> Outcome:
        return self.run("film", str(order), environment=environment, meanwhile=meanwhile, timeout=timeout)

    def run(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        meanwhile: Callable[[subprocess.Popen[str]], None] | None = None,
        timeout: float = LONGEST,
    ) -> Outcome:
        """Runs it to its end; ``meanwhile`` is called beside it, as soon as it runs."""
        started = time.monotonic()
        child = subprocess.Popen(
            [str(self.program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment} if environment is not None else None,
        )
        watch = _Watch(child.pid)
        said: dict[str, str] = {}
        readers = [
            threading.Thread(target=lambda name=name, pipe=pipe: said.update({name: pipe.read()}), daemon=True)
            for name, pipe in (("out", child.stdout), ("err", child.stderr))
        ]
        for reader in readers:
            reader.start()
        if meanwhile is not None:
            threading.Thread(target=meanwhile, args=(child,), daemon=True).start()
        deadline = started + timeout
        usage, status = None, None
        while usage is None:
            # The peak can be read only while the process lives.
            watch.look()
            pid, status, usage_now = os.wait4(child.pid, os.WNOHANG)
            if pid:
                usage = usage_now
            elif time.monotonic() > deadline:
                child.kill()
                deadline += 30
            else:
                time.sleep(0.01)
        seconds = time.monotonic() - started
        assert status is not None
        child.returncode = os.waitstatus_to_exitcode(status)
        for reader in readers:
            reader.join(10)
        lines = said.get("out", "").splitlines()
        return Outcome(
            child.returncode, lines, said.get("err", ""), seconds, usage.ru_utime + usage.ru_stime, watch.peak,
            watch.children_peak, watch.children,
        )


class _Watch:
    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.peak = 0
        self.children_peak = 0
        self.children: set[int] = set()

    def look(self) -> None:
        # Before it has become another program, it is this one: that does not count.
        self.peak = max(self.peak, self._peak(self.pid, PROGRAM))
        for pid in children(self.pid):
            self.children.add(pid)
            self.children_peak = max(self.children_peak, self._peak(pid, "ffmpeg"))

    @staticmethod
    def _peak(pid: int, name: str) -> int:
        try:
            if Path(f"/proc/{pid}/comm").read_text().strip() != name[:15]:
                return 0
            return process.peak_resident_bytes(pid)
        except (FileNotFoundError, ProcessLookupError):
            return 0


def children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(one) for one in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found
