"""The emergency stop is heard at once, lasts over a restart, and is told."""

from __future__ import annotations

import time

from door.client import NOBODY, Door
from harness.bench import Bench
from harness.station import Station
from harness.waiting import wait_for
from listening import air, sound
from listening.listener import Kept, Listener

NAME = "mute"
TITLE = "air.mute silences what listeners hear within a second, over restarts and until air.unmute; health tells"


def run(bench: Bench) -> None:
    if not sound.is_there():
        bench.skip("everything", "ffmpeg is not installed")
        return
    station = air.station(bench)
    station.start()
    listener = Listener(station.port).start()
    listener.first_sound(30)
    listener.wait_until(time.time(), 20)
    muted_at = time.time()
    station.control().call("air.mute", {"reason": "a test of the stop"})
    time.sleep(6)
    _told(bench, station, "muted")
    unmuted_at = time.time()
    station.control().call("air.unmute")
    listener.wait_until(unmuted_at + 4, 30)
    _heard(bench, listener.kept, muted_at, unmuted_at)
    _restarts(bench, station, listener)
    listener.stop()
    station.stop()


def _levels(kept: Kept, since: float) -> list[tuple[float, float]]:
    entries = [entry for entry in kept.heard() if entry.end > since]
    return [level for piece in sound.decode(entries, dict(kept.files)) for level in piece.levels() if level[0] >= since]


def _heard(bench: Bench, kept: Kept, muted_at: float, unmuted_at: float) -> None:
    levels = _levels(kept, muted_at - 2)
    loud = [time for time, level in levels if level > sound.SILENCE and time < unmuted_at]
    bench.at_most("from air.mute to the last sound, in programme time", max(loud) - muted_at, 1.0, "s", 2)
    quiet = [level for time, level in levels if muted_at + 1 <= time < unmuted_at]
    bench.check(f"{len(quiet) * sound.WINDOW:.1f} s of the programme while muted", "all below -50 dB", f"{max(quiet, default=0):.0f} dB at most",
                len(quiet) > 20 and max(quiet) < sound.SILENCE)
    again = [time for time, level in levels if level > sound.SILENCE and time >= unmuted_at]
    bench.at_most("from air.unmute to the first sound, in programme time", min(again, default=unmuted_at + 99) - unmuted_at, 1.0, "s", 2)


def _told(bench: Bench, station: Station, when: str) -> None:
    now = Door(station.port, keeps=False).get("/now", NOBODY).expect(200).json
    health = Door(station.port, keeps=False).get("/api/health", NOBODY).json
    air_service = health["services"]["air"]
    bench.check(f"/now and health when {when}", "both say that it is muted", f"{now['muted']}, {health['status']}: {air_service}",
                now["muted"] and air_service["status"] == "degraded" and "muted" in air_service["error"] and health["status"] != "healthy")


def _restarts(bench: Bench, station: Station, listener: Listener) -> None:
    station.control().call("air.mute", {"reason": "before a restart"})
    time.sleep(2)
    muted = time.time()
    station.kill()
    station.start()
    time.sleep(6)
    _told(bench, station, "killed and started again")
    station.stop()
    wait_for("the end of the playout", 5, lambda: air.playout(station) is None)
    station.start()
    started = time.time()
    listener.wait_until(started + 6, 40)
    _told(bench, station, "stopped and started again, with its playout")
    levels = _levels(listener.kept, muted)
    after = [level for time, level in levels if time > started]
    loud = [(round(time - muted, 2), round(level)) for time, level in levels if level > sound.SILENCE]
    bench.check(f"{len(levels) * sound.WINDOW:.0f} s of the programme over both restarts", "nothing is heard",
                f"{len(loud) * sound.WINDOW:.2f} s are {loud[:2]}; {len(after) * sound.WINDOW:.1f} s after the last start",
                not loud and len(after) > 40)
    station.control().call("air.unmute")
    unmuted = time.time()
    listener.wait_until(unmuted + 3, 30)
    again = [time for time, level in _levels(listener.kept, unmuted) if level > sound.SILENCE]
    bench.at_most("after all of it, from air.unmute to the first sound", min(again, default=unmuted + 99) - unmuted, 1.0, "s", 2)
