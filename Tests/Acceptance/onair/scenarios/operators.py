"""What operators do to the programme: hosts off the air and back, a jingle, another loudness."""

from __future__ import annotations

import math
import struct
import time
import wave
from pathlib import Path

from door.client import NOBODY, Door
from harness.bench import Bench
from harness.station import Station
from harness.waiting import Late, wait_for
from listening import air, sound
from listening.listener import Listener

NAME = "operators"
TITLE = "hosts leave the air and come back, over a restart; a jingle is heard before a part; the loudness is what it is told to be"

#: Of the jingle, in Hz; no voice and no bed is strong there for so long.
TONE = 3000
TONE_SECONDS = 1.0


def run(bench: Bench) -> None:
    if not sound.is_there():
        bench.skip("everything", "ffmpeg is not installed")
        return
    jingle = _jingle(bench.folder / "jingle.wav")
    station = air.station(bench, settings={"onair.jingle": str(jingle), "onair.loudness": -23})
    station.start()
    heard = station.subscriber("segment.host.")
    heard.welcomed()
    listener = Listener(station.port).start()
    listener.first_sound(30)
    heard.wait("the hosts", 30, lambda event: True)
    listener.wait_until(time.time() + 12, 40)
    _is_before_words(bench, listener)
    _leaves(bench, station, listener)
    listener.stop()
    _is_as_loud(bench, listener)
    station.stop()


def _jingle(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.RATE)
        count = int(TONE_SECONDS * sound.RATE)
        file.writeframes(b"".join(struct.pack("<h", int(6000 * math.sin(2 * math.pi * TONE * n / sound.RATE))) for n in range(count)))
    return path


def _tone_seconds(listener: Listener) -> float:
    """For how long most of what is heard is the tone."""
    size = int(sound.RATE * sound.WINDOW)
    turn = 2 * math.cos(2 * math.pi * TONE / sound.RATE)
    found = 0
    for piece in sound.decode(listener.kept.heard(), dict(listener.kept.files)):
        samples = struct.unpack(f"<{len(piece.sound) // 2}h", piece.sound)
        for at in range(0, len(samples) - size, size):
            window = samples[at : at + size]
            power = sum(sample * sample for sample in window) / size
            # Goertzel's filter: the power at one frequency.
            last = before = 0.0
            for sample in window:
                last, before = sample + turn * last - before, last
            tone = 2 * (last * last + before * before - turn * last * before) / (size * size)
            found += power > 10_000 and tone > 0.6 * power
    return found * sound.WINDOW


def _is_before_words(bench: Bench, listener: Listener) -> None:
    seconds = _tone_seconds(listener)
    bench.check("the jingle before the first part", f"the tone of {TONE} Hz for {TONE_SECONDS} s, or two parts", f"{seconds:.2f} s",
                0.8 * TONE_SECONDS <= seconds <= 2.2 * TONE_SECONDS)


def _leaves(bench: Bench, station: Station, listener: Listener) -> None:
    told = station.ctl("onair", "stop", "--reason", "works on the mast").stdout
    stopped = time.time()
    bench.check("cryptocallctl onair stop", "says so", told.strip(), "off the air" in told)
    try:
        # What the playout has is said to its end.
        wait_for("the end of what was begun", 40, lambda: _is_empty(station), every=0.2)
    except Late as late:
        bench.check("what was begun", "ends", f"{late}", False)
    quiet_since = time.time()
    heard = station.subscriber("segment.host.")
    heard.welcomed()
    spoken = 0
    while time.time() < quiet_since + 15:
        spoken += heard.next(0.5) is not None
    bench.check(f"texts in 15 s, {quiet_since - stopped:.0f} s after that", "none", spoken, spoken == 0)
    _told(bench, station, "off the air")
    station.kill()
    station.start()
    heard = station.subscriber("segment.host.")
    heard.welcomed()
    until = time.time() + 10
    while time.time() < until:
        spoken += heard.next(0.5) is not None
    bench.check("the daemon is killed and starts again: texts in 10 s", "none", spoken, spoken == 0)
    _told(bench, station, "killed and started again")
    listener.wait_until(time.time(), 30)
    entries = [entry for entry in listener.kept.heard() if entry.time > quiet_since]
    longest, _ = sound.longest_silence(sound.decode(entries, dict(listener.kept.files)))
    bench.at_most("the longest silence meanwhile", longest, 2.0, "s", 2)
    station.ctl("onair", "start")
    began = time.monotonic()
    try:
        heard.wait("words", 30, lambda event: True)
        bench.at_most("from onair start to the next words", time.monotonic() - began, 15.0, "s", 1)
    except Late as late:
        bench.check("from onair start to the next words", "15 s at most", f"{late}", False)


def _is_empty(station: Station) -> bool:
    status = station.control().call("onair.status")
    return status["segment"] is None and status["playout"] is not None and status["playout"]["item"] is None and status["playout"]["items"] == 0


def _told(bench: Bench, station: Station, when: str) -> None:
    door = Door(station.port, keeps=False)
    now, status = door.get("/now", NOBODY).expect(200).json, door.get("/status", NOBODY).expect(200).json
    part = door.get("/api/health", NOBODY).json["services"]["air"]
    bench.check(f"/now, /status and health when {when}", "all say so", f"{now['off_air']}, running {status['running']}, {part}",
                now["off_air"] and not status["running"] and part["status"] == "degraded" and "off the air" in part["error"])


def _is_as_loud(bench: Bench, listener: Listener) -> None:
    # Words alone: the bed is quieter.
    until = min((entry.time for entry in listener.kept.heard()), default=0) + 20
    entries = [entry for entry in listener.kept.heard() if entry.time < until]
    loudness = sound.loudness(sound.runs(entries)[0], dict(listener.kept.files))
    bench.check("20 s with hosts, loudness -23", "-23 ± 1.5 LUFS, no peak above -1 dBTP", f"{loudness.integrated:.1f} LUFS, {loudness.true_peak:.1f} dBTP",
                abs(loudness.integrated + 23) <= 1.5 and loudness.true_peak <= -1.0)
