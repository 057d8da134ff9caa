"""Whatever is killed, listeners who follow the playlist lose nothing but what the playout itself had in its hands."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from typing import Any

from door.client import NOBODY, Door
from harness.bench import Bench
from harness.station import Station
from harness.waiting import Late, wait_for
from listening import air, captions, sound
from listening.listener import Kept, Listener
from listening.playlist import faults

NAME = "kills"
TITLE = "daemon, ffmpeg, playout and voices are killed in turn: the playlist keeps its rules, and the sound goes on"

#: From one kill to the next, in seconds.
EVERY = 15.0
VICTIMS = ("daemon", "ffmpeg", "playout", "voice")


@dataclass
class Kill:
    victim: str
    at: float
    """By the wall clock, as programme dates are."""


def run(bench: Bench) -> None:
    if not sound.is_there():
        bench.skip("everything", "ffmpeg is not installed")
        return
    station = air.station(bench, exchange=bench.exchange())
    station.start()
    listener = Listener(station.port, wants_captions=True).start()
    listener.first_sound(30)
    wait_for("a segment that is heard", 40, lambda: _is_airing(station), every=0.2)
    kills: list[Kill] = []
    missed: list[str] = []
    for _ in range(1 if bench.quick else 3):
        for victim in VICTIMS:
            next_at = time.monotonic() + EVERY
            try:
                kills.append(kill(station, victim))
            except Late as late:
                missed.append(f"{victim}: {late}")
            time.sleep(max(0.0, next_at - time.monotonic()))
    listener.wait_until(time.time(), 20)
    transcript = page(station)
    starts = _starts(station)
    kept = listener.stop()
    bench.check(f"{len(kills)} kills", "each found its victim", missed or "yes", not missed)
    _playlists(bench, kept)
    _programme(bench, kept, kills)
    _said(bench, kept, transcript, starts, kills)
    station.stop()


def _is_airing(station: Station) -> bool:
    return "segment" in Door(station.port, keeps=False).get("/now", NOBODY).json


def kill(station: Station, victim: str) -> Kill:
    match victim:
        case "daemon":
            at = time.time()
            station.kill()
            station.start()
        case "playout":
            pid = wait_for("a playout", 5, lambda: air.playout(station))
            at = time.time()
            os.kill(pid, signal.SIGKILL)
        case "ffmpeg":
            pid = wait_for("an encoder", 5, lambda: air.encoder(air.playout(station) or 0))
            at = time.time()
            os.kill(pid, signal.SIGKILL)
        case _:
            # Fifteen seconds of speech are made ahead: then nobody speaks for as long.
            pid = wait_for("a voice", 28, lambda: air.child(station.run.pid, "flite", "cryptocall-speech"), every=0.002)
            at = time.time()
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                raise Late("it had ended just before") from None
    return Kill(victim, at)


def page(station: Station) -> list[dict[str, Any]]:
    answer = Door(station.port, keeps=False).get("/api/transcripts?limit=200", NOBODY).expect(200)
    return list(reversed(answer.json["segments"]))


def _starts(station: Station) -> dict[str, int]:
    """How often each segment began, by the event log."""
    found: dict[str, int] = {}
    control, position = station.control(), 1
    while True:
        page = control.call("events.replay", {"prefix": "segment.item.started", "fromOffset": position, "limit": 1000})
        for event in page["events"]:
            segment = str(event["payload"]["segment"])
            found[segment] = found.get(segment, 0) + 1
        if page["complete"]:
            return found
        position = int(page["next"])


def _playlists(bench: Bench, kept: Kept) -> None:
    broken = faults(version.playlist for version in kept.versions)
    bench.check(f"RFC 8216 over {len(kept.versions)} versions of the playlist", "no rule is broken", f"{len(broken)} {broken[:3]}",
                not broken and len(kept.versions) > 10)
    bench.check("segments that were listed and could not be had", "none", f"{len(kept.missing)} {kept.missing[:3]}", not kept.missing)
    gone = [uri for uri, status in kept.late_checks if status != 200]
    bench.check(f"{len(kept.late_checks)} segments asked for shortly before they may go (6.2.2)", "each is there",
                f"{len(gone)} are not {gone[:3]}", not gone and (bench.quick or len(kept.late_checks) > 10))


def _programme(bench: Bench, kept: Kept, kills: list[Kill]) -> None:
    heard = kept.heard()
    pieces = sound.decode(heard, kept.files)
    total, listed = sum(piece.seconds for piece in pieces), sum(entry.seconds for entry in heard)
    bench.check("the decoded sound is as long as listed", "to 50 ms for each run", f"{total:.2f} s of {listed:.2f} s in {len(pieces)}",
                abs(total - listed) <= 0.05 * len(pieces))
    silence, at = sound.longest_silence(pieces)
    bench.check("the longest silence as it is played", "at most 2 s", f"{silence:.2f} s at {at - heard[0].time:.1f} s", silence <= 2)
    others: list[float] = [0.0]
    back: list[float] = []
    lost: list[float] = []
    for one, next in zip(heard, heard[1:]):
        gap = next.time - one.end
        if next.sequence != one.sequence + 1 or abs(gap) > 0.05:
            near = [kill for kill in kills if one.end - 3 <= kill.at <= next.time + 1]
            if any(kill.victim == "playout" for kill in near):
                lost.append(gap)
                back.append(next.time - _at_of_playout(near))
            else:
                others.append(gap)
    bench.at_most("programme time that is missing, whoever else was killed", max(others), 0.5, "s", 2)
    killed = sum(kill.victim == "playout" for kill in kills)
    if killed:
        pauses = [_pause(kept, kill) for kill in kills if kill.victim == "playout"]
        bench.check(
            f"the playout was killed {killed} times: from the kill to the next sound of the programme", "at most 1 s each",
            f"{', '.join(f'{one:.2f} s' for one in back)}; lost {', '.join(f'{one:.2f} s' for one in lost)}; "
            f"no new segment for {', '.join(f'{one:.1f} s' for one in pauses)}",
            len(back) == killed and max(back) <= 1.0,
        )


def _at_of_playout(near: list[Kill]) -> float:
    return next(kill.at for kill in near if kill.victim == "playout")


def _pause(kept: Kept, kill: Kill) -> float:
    """From the last new segment before a kill to the first after it, as the reader saw them."""
    moment = kill.at - time.time() + time.monotonic()
    times = sorted(kept.arrived.values())
    before = max((one for one in times if one <= moment), default=moment)
    return min((one for one in times if one > moment), default=moment) - before


def _said(bench: Bench, kept: Kept, transcript: list[dict[str, Any]], starts: dict[str, int], kills: list[Kill]) -> None:
    states: dict[str, int] = {}
    for one in transcript:
        states[one["state"]] = states.get(one["state"], 0) + 1
    twice = [segment for segment, count in starts.items() if count > 1]
    # What went out as text has no voice, and nobody hears it.
    aired = [one for one in transcript if "started_at" in one and one.get("voice")]
    untold = [one["id"] for one in aired if one["id"] not in starts]
    bench.check("segments in the event log", "each began once; each that was heard is told", f"{len(starts)} began, {len(twice)} twice, {len(untold)} untold; {states}",
                not twice and not untold and len(starts) > 3)
    reasons = [one.get("reason") for one in transcript if one["state"] in ("failed", "skipped")]
    bench.check("segments that failed", "none: another voice takes over", f"{len(reasons)} {reasons[:2]}", not reasons)
    # What listeners read along is what they hear.
    said: list[tuple[float, str]] = []
    for entry in kept.heard():
        found = kept.files.get(f"captions-{entry.sequence}.vtt")
        if found is None:
            continue
        media = sound.media_time(kept.files[entry.uri], kept.files[entry.map])
        for cue in captions.parse(found.decode()):
            # The same cue stands beside each segment that it reaches into.
            if media <= cue.start < media + entry.seconds:
                said.append((entry.time + cue.start - media, cue.text))
    again: list[str] = []
    by_text: dict[str, list[float]] = {}
    for at, text in said:
        by_text.setdefault(text, []).append(at)
    for text, times in by_text.items():
        written = sum(captions.contains(captions.spoken(one["text"]), captions.spoken(text)) for one in aired)
        # What plays when the playout dies may be repeated for a second; it is its beginning that is heard again.
        allowed = written + any(kill.victim == "playout" and 0 < kill.at - at < 1 for kill in kills for at in times)
        if len(times) > allowed:
            again.append(f"{text!r} {len(times)} times, written {written}")
    bench.check(f"{len(said)} captions", "nothing is said more often than it was written", f"{len(again)} {again[:2]}", not again and len(said) > 8)
