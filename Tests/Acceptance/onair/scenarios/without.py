"""What is missing is said, and everything that does not need it goes on."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

from door.client import NOBODY, Door
from harness.bench import Bench
from harness.station import Programs, Station
from harness.waiting import Late, wait_for
from listening import air, sound
from listening.listener import Listener

NAME = "without"
TITLE = "without ffmpeg or without voices the station says why; the bed plays on, and words go out as text"


def run(bench: Bench) -> None:
    if not sound.is_there():
        bench.skip("everything", "ffmpeg is not installed")
        return
    _voices(bench)
    _flite(bench)
    _ffmpeg(bench)


def _path(bench: Bench, *missing: str) -> str:
    """A folder with every program of the machine but some."""
    folder = bench.folder / f"path-without-{'-'.join(missing)}"
    folder.mkdir()
    for place in os.environ["PATH"].split(":"):
        if not os.path.isdir(place):
            continue
        for program in os.scandir(place):
            link = folder / program.name
            if program.name not in missing and not link.is_symlink():
                link.symlink_to(program.path)
    return str(folder)


def _programs(bench: Bench, missing: str) -> Programs:
    """The programs in a folder where one of them is not."""
    folder = bench.folder / f"build-without-{missing}"
    folder.mkdir()
    for name in ("cryptocalld", "cryptocallctl", "cryptocall-playout", "cryptocall-speech"):
        found = bench.programs.daemon.parent / name
        if name != missing and found.is_file():
            # A link would lead the daemon back to where the program is.
            shutil.copy2(found, folder / name)
    old = bench.programs
    return Programs(folder / "cryptocalld", folder / "cryptocallctl", old.backtracer, old.backtrace)


def _now(station: Station) -> dict[str, Any]:
    return dict(Door(station.port, keeps=False).get("/now", NOBODY).expect(200).json)


def _voices(bench: Bench) -> None:
    """Neither flite nor cryptocall-speech."""
    station = air.station(bench, exchange=bench.exchange(), programs=_programs(bench, "cryptocall-speech"))
    subscriber = station.subscriber("segment.")
    listener = Listener(station.port).start()
    station.start(environment={"PATH": _path(bench, "flite", "cryptocall-speech")})
    subscriber.welcomed(10)
    level = listener.first_sound(30)[1]
    # By then it knows that the playout is there.
    now = wait_for("a reason", 10, lambda: (found := _now(station)) and "away" not in found.get("reason", "") and found)
    reason = str(now.get("reason"))
    bench.check("without flite and cryptocall-speech: /now", "no voice, and why for each", f"{now['voice']}: {reason}",
                now["voice"] == "off" and "flite" in reason and "speech" in reason)
    # The first words wait for a voice, because a playout is expected.
    subscriber.clear()
    subscriber.wait("words without a voice", 15, lambda event: event.header["type"] == "segment.host.spoke")
    spoken = subscriber.collect(12, "segment.host.spoke")
    bench.check("words without a voice", "go out as text, every 5 s", f"{len(spoken)} in 12 s", 2 <= len(spoken) <= 4)
    listener.wait_until(time.time(), 20)
    kept = listener.stop()
    silence, _ = sound.longest_silence(sound.decode(kept.heard(), kept.files))
    bench.check("the bed without a voice", "plays on; no silence of 2 s", f"{level:.0f} dB, {silence:.2f} s of silence at most", silence < 2)
    _health(bench, station, "no voice", ("voice", "sound"))
    station.stop()


def _health(bench: Bench, station: Station, when: str, names: tuple[str, ...]) -> None:
    services = Door(station.port, keeps=False).get("/api/health", NOBODY).json["services"]
    told = {name: one.get("error") for name, one in services.items() if name in names and one["status"] != "healthy"}
    bench.check(f"health with {when}", "says so, with a reason", told or "nothing of it", any(told.values()))


def _flite(bench: Bench) -> None:
    """Only flite is missing: espeak-ng speaks."""
    station = air.station(bench)
    station.start(environment={"PATH": _path(bench, "flite")})
    try:
        current = wait_for("a voice", 40, lambda: _spoken_by(station), every=0.2)
        now = _now(station)
        bench.check("without flite", "espeak-ng speaks", f"{now['voice']}; {current}", now["voice"] == "espeak" and current.startswith("espeak"))
    except Late as late:
        bench.check("without flite", "espeak-ng speaks", late, False)
    station.stop()


def _spoken_by(station: Station) -> str:
    told = Door(station.port, keeps=False).get("/api/transcripts", NOBODY).expect(200).json["segments"]
    return next((one["voice"] for one in told if one["state"] in ("airing", "aired") and one.get("voice")), "")


def _ffmpeg(bench: Bench) -> None:
    """Nothing can leave; the words can."""
    station = air.station(bench)
    subscriber = station.subscriber("segment.")
    run = station.start(environment={"PATH": _path(bench, "ffmpeg")})
    subscriber.welcomed(10)
    spoken = subscriber.collect(25, "segment.host.spoke")
    bench.check("words without ffmpeg", "go on", f"{len(spoken)} in 25 s", len(spoken) >= 2)
    # The playout looks for the encoder when it has something to encode, and tells once in a while.
    trouble = str(wait_for("trouble in /now", 20, lambda: _now(station).get("trouble"), every=0.2))
    answer = Door(station.port, keeps=False).get("/stream/master.m3u8", NOBODY)
    bench.check("without ffmpeg: the stream", "404 with a reason", f"{answer.status} {answer.error}", answer.status == 404)
    bench.check("without ffmpeg: /now, for listeners", "its trouble names the encoder, and no path of the machine", trouble,
                "encoder" in trouble and "ffmpeg" in trouble and "/" not in trouble)
    _health(bench, station, "no ffmpeg", ("sound",))
    bench.check("the daemon and the playout without ffmpeg", "live on", f"{run.is_running}, {air.playout(station)}",
                run.is_running and air.playout(station) is not None)
    log = Path(run.errors).read_text(errors="replace")
    bench.check("the log without ffmpeg", "names the program", f"{log.count('ffmpeg')} times", "ffmpeg" in log)
    station.stop()
