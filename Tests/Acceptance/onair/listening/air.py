"""A station that is on the air: the daemon, the playout that it starts, and their children."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.control import Control
from harness.exchange import Exchange
from harness.station import Programs, Station
from harness.waiting import wait_for

#: Speaks often, so that there is something to hear.
SETTINGS: dict[str, object] = {
    **WIDE_OPEN,
    "onair.start_playout": "true",
    "market.pairs": '["BTC-USD"]',
    "market.providers": '["binance"]',
    "host.segment_seconds": 5,
}


def station(
    bench: Bench,
    *,
    exchange: Exchange | None = None,
    settings: dict[str, object] | None = None,
    programs: Programs | None = None,
) -> Station:
    """A station whose playout ends with the scenario, too."""
    made = bench.station({**SETTINGS, **(settings or {})}, exchange=exchange)
    if programs is not None:
        made.programs = programs
    bench.on_close(lambda: end_playout(made))
    return made


def playout(station: Station) -> int | None:
    """The process id of the station's playout, while there is one."""
    wanted = f"{station.home}/state".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"/cryptocall-playout") and wanted in words and _lives(int(folder.name)):
            return int(folder.name)
    return None


def children(pid: int) -> dict[int, str]:
    """The children of a process, by their program's name."""
    found: dict[int, str] = {}
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return found
    for task in tasks:
        try:
            for child in (task / "children").read_text().split():
                found[int(child)] = Path(f"/proc/{child}/comm").read_text().strip()
        except OSError:
            continue  # It has ended since it was listed.
    return found


def child(pid: int, *names: str) -> int | None:
    return next((one for one, name in children(pid).items() if name[:15] in {wanted[:15] for wanted in names}), None)


def command(pid: int) -> list[str]:
    """A process's command line; empty when it has ended."""
    try:
        return [word.decode(errors="replace") for word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
    except OSError:
        return []


def encoders(playout: int, *, pushes: bool = False) -> list[int]:
    """The ffmpegs of a playout: the one that encodes, or those that push to servers."""
    # Before it has become ffmpeg, a child has the command line of its parent.
    found = {one: command(one) for one, name in children(playout).items() if name == "ffmpeg"}
    return [one for one, words in found.items() if words and words[0].endswith("ffmpeg") and ("flv" in words) == pushes]


def encoder(playout: int) -> int | None:
    return next(iter(encoders(playout)), None)


def outputs(station: Station, control: Control) -> dict[str, Any]:
    """How the programme gets out, as an operator is told; empty while nobody knows."""
    return ((control.call("onair.status").get("playout") or {}).get("outputs")) or {}


def end_playout(station: Station) -> None:
    """Ends a playout that a killed daemon has left."""
    pid = playout(station)
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    try:
        wait_for("the end of the playout", 5, lambda: not _lives(pid))
    except Exception:
        os.kill(pid, signal.SIGKILL)
        raise


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
