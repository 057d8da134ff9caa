"""The real daemon with its shipped settings: how soon it is ready, and what it costs while nothing happens."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .report import Report, at_most
from .tools import Failed, Tools

READY_SECONDS_MAX = 20
NAMES = ("start to READY, empty log", "idle resident memory", "idle processor use")


def run(tools: Tools, report: Report) -> None:
    if not os.access(tools.daemon, os.X_OK):
        for name in NAMES:
            report.skip(name, f"no {tools.daemon.name}: `make build` first")
        return
    milliseconds = []
    for _ in range(tools.rounds(5)):
        with _daemon(tools) as (_, seconds):
            milliseconds.append(seconds * 1000)
    report.add(NAMES[0], "ms", milliseconds, bar=at_most(100))
    with _daemon(tools) as (process, _):
        # The first words and prices are over.
        time.sleep(2 if tools.quick else 8)
        began, before = time.monotonic(), _processor_seconds(process.pid)
        resident = []
        for _ in range(5 if tools.quick else 10):
            time.sleep(1)
            resident.append(_memory(process.pid, "VmRSS"))
        percent = (_processor_seconds(process.pid) - before) / (time.monotonic() - began) * 100
        highest = _memory(process.pid, "VmHWM")
    report.add(NAMES[1], "MB", [max(resident)], bar=at_most(45))
    report.add("  at its highest, while starting", "MB", [highest])
    report.add(NAMES[2], "% of a core", [percent], bar=at_most(0.5))


@contextmanager
def _daemon(tools: Tools) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """The daemon in a fresh home, and how many seconds passed until it said that it was ready."""
    home = tools.folder / "home"
    place = tools.folder / "notify"
    errors = tools.folder / "daemon.log"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("CRYPTOCALL_", "WATCHDOG_"))}
    environment["NOTIFY_SOCKET"] = str(place)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify, errors.open("wb") as log:
        notify.bind(str(place))
        command = [str(tools.daemon), "--home", str(home), "--port", "0"]
        began = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=log)
        try:
            _wait_for_ready(notify, process, errors)
            yield process, time.monotonic() - began
        finally:
            _stop(process)
            place.unlink()
            shutil.rmtree(home, ignore_errors=True)


def _wait_for_ready(notify: socket.socket, process: subprocess.Popen[bytes], errors: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    notify.settimeout(0.2)
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if b"READY=1" in notify.recv(65536):
                return
        except TimeoutError:
            continue
    raise Failed(f"cryptocalld: not ready; it wrote: {errors.read_text(errors='replace')[-500:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _processor_seconds(pid: int) -> float:
    """Of all threads, from the scheduler's own count of nanoseconds: a tick of 10 ms would be too coarse here."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            continue  # The thread has ended meanwhile.
    return total / 1e9


def _memory(pid: int, name: str) -> float:
    """A figure of the process's memory, in millions of bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise Failed(f"cryptocalld: no {name} in /proc")
