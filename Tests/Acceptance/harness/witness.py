"""What drilled jobs and steps leave outside the system: one line for each beginning, end and step."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Mark:
    """A beginning or an end of one attempt of a job."""

    kind: str
    number: int
    job: str
    attempt: int
    epoch: int
    pid: int


@dataclass
class Seen:
    """All that stands in a witness file at one moment, in the order in which it was written."""

    marks: list[Mark] = field(default_factory=list)
    steps: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How often step k of workflow number n had its effect."""
    torn: int = 0
    """Lines that are no lines."""

    @property
    def begun(self) -> Counter[int]:
        return Counter(mark.number for mark in self.marks if mark.kind == "begin")

    @property
    def ended(self) -> Counter[int]:
        return Counter(mark.number for mark in self.marks if mark.kind == "end")

    def most_at_once(self) -> int:
        """The most attempts between their beginning and their end; those of a killed process ended with it."""
        running: set[tuple[str, int, int]] = set()
        most = 0
        for mark in self.marks:
            match mark.kind:
                case "begin":
                    running.add((mark.job, mark.epoch, mark.pid))
                case "end":
                    running.discard((mark.job, mark.epoch, mark.pid))
                case _:
                    running = {one for one in running if one[2] != mark.pid}
            most = max(most, len(running))
        return most


class Witness:
    """A file that only grows, and that nobody but the drills and this program writes."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.path = folder / name

    def read(self) -> Seen:
        seen = Seen()
        if not self.path.exists():
            return seen
        for line in self.path.read_text(errors="replace").splitlines():
            words = line.split(" ")
            try:
                match words[0]:
                    case "begin" | "end":
                        number, job, attempt, epoch, pid = words[1:]
                        seen.marks.append(Mark(words[0], int(number), job, int(attempt), int(epoch), int(pid)))
                    case "step":
                        number, step, _ = words[1:]
                        seen.steps[int(number), int(step)] += 1
                    case "killed":
                        seen.marks.append(Mark("killed", 0, "", 0, 0, int(words[1])))
                    case _:
                        seen.torn += 1
            except (ValueError, IndexError):
                seen.torn += 1
        return seen

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def ends(self) -> int:
        """How many attempts have ended: quicker than reading the file with sense."""
        return self.path.read_bytes().count(b"\nend ") if self.path.exists() else 0

    def note_killed(self, pid: int) -> None:
        """Writes that a process is dead, after it has been waited for: whatever it had begun has ended."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, f"killed {pid}\n".encode())
        finally:
            os.close(descriptor)
