"""What the kernel says about a process."""

from __future__ import annotations

import os
from pathlib import Path


def resident_bytes(pid: int) -> int:
    """Memory held in RAM."""
    return _status_kilobytes(pid, "VmRSS") * 1024


def peak_resident_bytes(pid: int) -> int:
    """The most that it ever held in RAM."""
    return _status_kilobytes(pid, "VmHWM") * 1024


def cpu_seconds(pid: int) -> float:
    """Processor time of all threads that live now, to the nanosecond."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue  # The thread has ended since it was listed.
    return total / 1e9


def open_files(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def _status_kilobytes(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0
