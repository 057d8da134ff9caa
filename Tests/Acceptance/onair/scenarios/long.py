"""Hours on the air in short: something is killed every half minute, and a listener's bytes are measured over all of it."""

from __future__ import annotations

import os
import random
import secrets
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import m3u8
from door.settings import credential
from harness.bench import Bench
from harness.process import cpu_seconds
from harness.station import Station
from harness.waiting import Late, wait_for
from listening import air, servers, sound
from listening.line import Line
from listening.listener import Kept, Listener
from listening.playlist import Entry, faults
from listening.sound import Piece

from .kills import Kill, kill, page

NAME = "long"
TITLE = "daemon, ffmpeg, voice, Icecast and RTMP killed every 30 s in turn: silence, gaps, loudness, drift, processor and memory"

EVERY = 30.0
VICTIMS = ("daemon", "ffmpeg", "voice", "icecast", "rtmp")
#: Shorter items say nothing of loudness: it is measured over 400 ms and more.
ITEM_SECONDS_MIN = 3.0


@dataclass
class Looks:
    """What was seen of the processes, once in half a second."""

    playout: float = 0.0
    """Processor seconds."""
    encoder: float = 0.0
    pushes: float = 0.0
    memory: list[int] = field(default_factory=list)
    """PSS in bytes."""
    drift: list[tuple[float, float]] = field(default_factory=list)
    wall: float = 0.0


class Watch:
    """Looks at a playout on a thread of its own."""

    def __init__(self, station: Station) -> None:
        self.looks = Looks()
        self.pid = air.playout(station) or 0
        self._line = Line(station.home / "run" / "playout.sock")
        self._line.call("hello", {"version": 1, "client": "a watch"})
        self._seen: dict[int, float] = {}
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="watch", daemon=True)
        self._thread.start()

    def stop(self) -> Looks:
        self._ends.set()
        self._thread.join(10)
        self._line.close()
        return self.looks

    def _follow(self) -> None:
        begun = time.monotonic()
        self._count(first=True)
        # Not always after as long, or it would look at the same place of a block each time.
        while not self._ends.wait(random.uniform(0.15, 0.25)):
            self._count()
            asked = time.monotonic()
            outputs = self._line.call("status", {})["result"].get("outputs") or {}
            # A late answer says nothing of a moment.
            if time.monotonic() - asked < 0.05 and "meter" in outputs:
                self.looks.drift.append((asked - begun, outputs["meter"]["driftSeconds"]))
            self.looks.wall = time.monotonic() - begun

    def _count(self, first: bool = False) -> None:
        parts = [("playout", self.pid), *(("encoder", one) for one in air.encoders(self.pid)),
                 *(("pushes", one) for one in air.encoders(self.pid, pushes=True))]
        for name, pid in parts:
            try:
                now = cpu_seconds(pid)
            except OSError:
                continue
            # What a fresh child has used counts from its start.
            before = self._seen.get(pid, now if first else 0.0)
            setattr(self.looks, name, getattr(self.looks, name) + max(0.0, now - before))
            self._seen[pid] = now
        try:
            rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        except OSError:
            return
        pss = next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)
        self.looks.memory.append(pss)


def run(bench: Bench) -> None:
    if not sound.is_there() or servers.missing():
        bench.skip("everything", f"not installed: {servers.missing() or 'ffmpeg'}")
        return
    minutes = 20 if bench.full else 3 if bench.quick else 6
    password, key = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
    icecast, rtmp = servers.Icecast(bench, password), servers.RTMP(bench)
    icecast.start()
    rtmp.start()
    station = air.station(bench, exchange=bench.exchange())
    servers.send_to(station, icecast, credential(station, "icecast", password), [f"live {rtmp.url} {credential(station, 'key', key)}"])
    station.start()
    # No divisor of the length of segments, so that some questions come just in time.
    listener = Listener(station.port, every=0.37).start()
    listener.first_sound(30)
    wait_for("sound for a while", 20, lambda: len(listener.kept.heard()) >= 3)
    watch = Watch(station)
    load = os.getloadavg()[0]
    begun, kills, missed = time.monotonic(), [], []
    recovered: list[float] = []
    number = 0
    while time.monotonic() - begun < minutes * 60 - EVERY / 2:
        next_at = time.monotonic() + EVERY
        victim = VICTIMS[number % len(VICTIMS)]
        number += 1
        try:
            kills.append(_kill(station, victim, {"icecast": icecast, "rtmp": rtmp}))
            if victim in ("icecast", "rtmp"):
                recovered.append(_live_again(station, victim, icecast if victim == "icecast" else rtmp))
        except Late as late:
            missed.append(f"{victim}: {late}")
        time.sleep(max(0.0, next_at - time.monotonic()))
    listener.wait_until(time.time(), 20)
    looks = watch.stop()
    outputs = wait_for("the status", 5, lambda: air.outputs(station, station.control()))
    transcript = page(station)
    kept = listener.stop()
    station.stop()
    bench.check(f"{len(kills)} kills in {minutes} minutes", "each found its victim",
                missed or f"yes; load {load:.1f} before, {os.getloadavg()[0]:.1f} after", not missed)
    if recovered:
        bench.at_most(f"{len(recovered)} times until a server that came back was live", max(recovered), 15, "s")
    _playlists(bench, kept)
    pieces = _programme(bench, kept, kills, transcript)
    _loudness(bench, kept, pieces, transcript)
    _drift(bench, kept, pieces, looks, outputs)
    _costs(bench, looks)


def _kill(station: Station, victim: str, targets: dict[str, servers.Server]) -> Kill:
    if victim not in targets:
        return kill(station, victim)
    at = time.time()
    targets[victim].kill()
    return Kill(victim, at)


def _live_again(station: Station, victim: str, server: servers.Server) -> float:
    """Starts a server again; seconds until it has the programme."""
    kind = "icecast" if victim == "icecast" else "push"
    control = station.control()

    def state(is_live: bool) -> bool:
        return any(one["kind"] == kind and (one["state"] == "live") == is_live for one in air.outputs(station, control).get("targets", []))

    wait_for(f"the loss of {victim} in the status", 15, lambda: state(False), every=0.1)
    server.start()
    begun = time.monotonic()
    wait_for(f"{victim} live again", 25, lambda: state(True), every=0.1)
    return time.monotonic() - begun


def _playlists(bench: Bench, kept: Kept) -> None:
    versions = [version.playlist for version in kept.versions]
    broken = faults(versions)
    bench.check(f"RFC 8216 over {len(versions)} versions of the playlist", "no rule is broken", f"{len(broken)} {broken[:3]}", not broken and len(versions) > 20)
    strange: list[str] = []
    for number, version in enumerate(kept.versions):
        try:
            read = m3u8.loads(version.text)
        except Exception as error:  # noqa: BLE001: whatever a foreign reader raises is what it has to say.
            strange.append(f"version {number}: {type(error).__name__} {error}")
            continue
        ours = version.playlist
        same = (
            read.target_duration == ours.target and (read.media_sequence or 0) == ours.media_sequence
            and (read.discontinuity_sequence or 0) == ours.discontinuity_sequence and not read.is_endlist
            and len(read.segments) == len(ours.entries) and all(map(_is_same, read.segments, ours.entries))
        )
        if not same:
            strange.append(f"version {number}: read otherwise")
    bench.check("the same versions, read by the package m3u8", "as we read them: sequences, maps, breaks, dates", f"{len(strange)} otherwise {strange[:2]}",
                not strange)
    bench.check("segments that were listed and could not be had", "none", f"{len(kept.missing)} {kept.missing[:3]}", not kept.missing)


def _is_same(read: Any, ours: Entry) -> bool:
    return bool(
        (read.uri, read.duration, read.discontinuity) == (ours.uri, ours.seconds, ours.is_discontinuity)
        and read.init_section is not None and read.init_section.uri == ours.map
        and read.program_date_time is not None and abs(read.program_date_time.timestamp() - ours.time) < 0.001
    )


def _programme(bench: Bench, kept: Kept, kills: Sequence[Kill], transcript: Sequence[dict[str, Any]]) -> list[Piece]:
    heard = kept.heard()
    pieces = sound.decode(heard, kept.files)
    seconds = heard[-1].end - heard[0].time
    silence, at = sound.longest_silence(pieces)
    bench.check(f"the longest silence in {seconds:.0f} s", "at most 2 s", f"{silence:.2f} s at {at - heard[0].time:.0f} s", silence <= 2)
    gaps = [(next.time - one.end, one.end) for one, next in zip(heard, heard[1:])]
    gap, when = max(gaps, key=lambda one: abs(one[0]))
    bench.check("the largest gap, or overlap, of programme time", "at most 0.5 s", f"{gap:.3f} s at {when - heard[0].time:.0f} s", abs(gap) <= 0.5)
    daemon = [kill for kill in kills if kill.victim == "daemon"]
    waits = [_news(kept, kill) for kill in daemon]
    if waits:
        bench.at_most(f"{len(daemon)} daemon kills: from each to the next new segment that a listener gets", max(waits), 5, "s")
    _items(bench, daemon, transcript)
    return pieces


def _news(kept: Kept, kill: Kill) -> float:
    moment = kill.at - time.time() + time.monotonic()
    return min((one for one in kept.arrived.values() if one > moment), default=moment + 99) - moment


def _items(bench: Bench, daemon: Sequence[Kill], transcript: Sequence[dict[str, Any]]) -> None:
    """Words, rather than the bed: how long nobody speaks around the death of the daemon, and otherwise."""
    spans = sorted((start, start + float(one.get("seconds") or 0)) for one in transcript if "started_at" in one
                   for start in [datetime.fromisoformat(one["started_at"]).timestamp()])
    pauses = [(one[1], next[0]) for one, next in zip(spans, spans[1:])]
    near: list[float] = []
    others: list[float] = []
    for begin, end in pauses:
        # What was made ahead is used up by then.
        is_near = any(kill.at <= end and begin <= kill.at + 30 for kill in daemon)
        (near if is_near else others).append(end - begin)
    if near and others:
        bench.check("the longest pause between words, within 30 s of a daemon's death", "5 s more than otherwise, at most",
                    f"{max(near):.1f} s; otherwise {max(others):.1f} s, {statistics.median(others):.1f} s in the middle; {len(spans)} items",
                    max(near) <= max(others) + 5)
    else:
        bench.check("the longest pause between words, within 30 s of a daemon's death", "5 s more than otherwise, at most", f"{len(spans)} items only", False)


def _loudness(bench: Bench, kept: Kept, pieces: Sequence[Piece], transcript: Sequence[dict[str, Any]]) -> None:
    stereo = sound.stereo(pieces, kept.files)
    whole = sound.loudness_of(b"".join(stereo))
    bench.check("the loudness of all of it", "-16 LUFS, 1 more or less", f"{whole.integrated:.1f} LUFS, true peak {whole.true_peak:.1f} dBTP",
                abs(whole.integrated + 16) <= 1 and whole.true_peak <= -1)
    items: list[tuple[float, float]] = []
    for one in transcript:
        if "started_at" not in one or float(one.get("seconds") or 0) < ITEM_SECONDS_MIN:
            continue
        start = datetime.fromisoformat(one["started_at"]).timestamp()
        if (part := _cut(pieces, stereo, start, float(one["seconds"]))) is not None:
            items.append((start, sound.loudness_of(part).integrated))
    items.sort()
    jumps = [abs(next[1] - one[1]) for one, next in zip(items, items[1:])]
    levels = [level for _, level in items]
    bench.check(f"jumps of loudness between {len(items)} items", "at most 2 LU", f"{max(jumps, default=99):.1f} LU at most; {min(levels, default=0):.1f} to {max(levels, default=0):.1f} LUFS",
                max(jumps, default=99) <= 2 and len(items) >= 5)


def _cut(pieces: Sequence[Piece], stereo: Sequence[bytes], start: float, seconds: float) -> bytes | None:
    """What was heard then; nothing when a break lies in it."""
    for piece, data in zip(pieces, stereo):
        begin = piece.entries[0].time
        if begin <= start and start + seconds <= piece.entries[-1].end:
            first = round((start - begin) * sound.RATE) * 4
            return data[first : first + round(seconds * sound.RATE) * 4]
    return None


def _drift(bench: Bench, kept: Kept, pieces: Sequence[Piece], looks: Looks, outputs: dict[str, Any]) -> None:
    heard = kept.heard()
    dates, made = heard[-1].end - heard[0].time, sum(piece.seconds for piece in pieces)
    bench.at_most(f"program dates beside {made:.0f} s of decoded sound: the difference", abs(dates - made) * 1000, 50, "ms", 0)
    # Each look is off by up to one block of 20 ms; a line through thousands of them is not.
    slope, error = _line(looks.drift)
    a_day, off = slope * 86_400_000, error * 86_400_000
    said = (f"{a_day:+.0f} ms a day, {off:.0f} more or less ({len(looks.drift)} looks in {looks.wall:.0f} s); "
            f"onair.status says {outputs['driftSeconds'] * 1000:+.1f} ms in all")
    if off > 25:
        # Too short a run to tell; what can be told is that it is no more than this can hide.
        bench.check("drift, from the playout's own meter", "under 50 ms a day, as far as so short a run tells", said, abs(a_day) <= 50 + 3 * off)
    else:
        bench.check("drift, from the playout's own meter", "under 50 ms a day", said, abs(a_day) <= 50 + off)
    # By our own clock: the first moment at which a listener can have a segment does not move away from its date.
    arrivals = [(kept.arrived[one.sequence], kept.arrived[one.sequence] - one.end) for one in heard]
    half = len(arrivals) // 2
    first, second = min(late for _, late in arrivals[:half]), min(late for _, late in arrivals[half:])
    bench.check("how soon a listener has a segment at best, in the second half against the first", "0.1 s more or less, by our clock",
                f"{second - first:+.3f} s", abs(second - first) <= 0.1)


def _line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The slope of a line through points, and its standard error."""
    count = len(points)
    if count < 10:
        return 0.0, 1.0
    x = statistics.fmean(one[0] for one in points)
    y = statistics.fmean(one[1] for one in points)
    spread = sum((one[0] - x) ** 2 for one in points)
    slope = sum((one[0] - x) * (one[1] - y) for one in points) / spread
    left = sum((one[1] - y - slope * (one[0] - x)) ** 2 for one in points)
    return slope, (left / (count - 2) / spread) ** 0.5


def _costs(bench: Bench, looks: Looks) -> None:
    def share(seconds: float) -> float:
        return seconds / looks.wall * 100

    bench.check("processor use of the playout and its encoder", "at most 10 % of a core",
                f"{share(looks.playout + looks.encoder):.1f} %: {share(looks.playout):.1f} and {share(looks.encoder):.1f}; pushing {share(looks.pushes):.1f} more",
                share(looks.playout + looks.encoder) <= 10)
    quarter = max(1, len(looks.memory) // 4)
    first, last, most = (statistics.median(part) / 1e6 for part in (looks.memory[:quarter], looks.memory[-quarter:], [max(looks.memory)]))
    bench.check("memory of the playout (PSS), at its highest", "at most 40 MB", f"{most:.1f} MB; {first:.1f} in the first quarter, {last:.1f} in the last",
                most <= 40)
