"""A fresh station is heard at once, loud as it should be, in words that can be understood and read along."""

from __future__ import annotations

import shutil
import time
from datetime import datetime
from typing import Any

from door.client import NOBODY, Door
from harness.bench import Bench
from harness.station import Station
from harness.subscriber import Heard
from harness.waiting import wait_for
from listening import air, captions, sound
from listening.listener import Kept, Listener
from listening.playlist import Entry, faults

NAME = "speaks"
TITLE = "a fresh station is heard at once; its words are understood, and are those of its captions and its transcript"

#: What loudness is measured over, in seconds.
MEASURED = 62
#: How long the recogniser listens, from the first word on, in seconds.
LISTENED = 40


def run(bench: Bench) -> None:
    if not sound.is_there():
        bench.skip("everything", "ffmpeg is not installed")
        return
    exchange = bench.exchange()
    station = air.station(bench, exchange=exchange)
    listener = Listener(station.port, every=0.1, wants_captions=True).start()
    subscriber = station.subscriber("segment.")
    run = station.start()
    ready = run.started + (run.ready_seconds or 0)
    arrived, level = listener.first_sound(30)
    first = min(listener.kept.arrived.values())
    bench.check("from READY to the first segment with sound in the playlist", "at most 2 s",
                f"{max(0.0, arrived - ready):.2f} s; the first of all, with sound or not, after {first - ready:.2f} s", arrived - ready <= 2)
    bench.check("the level of that segment", "above -50 dB", f"{level:.1f} dB", level > sound.SILENCE)
    door = Door(station.port)
    events = _consistent(bench, station, door, subscriber_events=subscriber)
    heard = listener.kept.heard()
    listener.wait_until(heard[0].time + MEASURED, MEASURED + 30)
    events += _rest(subscriber)
    transcript = _transcript(door)
    kept = listener.stop()
    _order(bench, events, transcript)
    _sound(bench, kept, transcript)
    _captions(bench, kept, transcript)
    broken = faults(version.playlist for version in kept.versions)
    bench.check(f"RFC 8216 over {len(kept.versions)} versions of the playlist", "no rule is broken", f"{len(broken)} {broken[:2]}",
                not broken and len(kept.versions) > 10)
    code = station.stop()
    wait_for("the end of the playout", 5, lambda: air.playout(station) is None)
    bench.check("an orderly stop", "0, and the playout has ended, too", f"{code}", code == 0)


def _rest(subscriber: Any) -> list[Heard]:
    events: list[Heard] = []
    while (event := subscriber.next(0.1)) is not None:
        events.append(event)
    return events


def _transcript(door: Door) -> list[dict[str, Any]]:
    """The oldest first."""
    return list(reversed(door.get("/api/transcripts?limit=200", NOBODY).expect(200).json["segments"]))


def _consistent(bench: Bench, station: Station, door: Door, subscriber_events: Any) -> list[Heard]:
    """While something is said, all who are asked say the same of it."""
    events: list[Heard] = []
    began = subscriber_events.wait("the beginning of a segment", 40, lambda event: (events.append(event) or event.header["type"] == "segment.item.started"))
    wrong: list[str] = []
    looks = 0
    deadline = time.monotonic() + 12
    while time.monotonic() < deadline:
        now = door.get("/now", NOBODY).expect(200).json
        segments = door.get("/schedule", NOBODY).expect(200).json["segments"]
        told = {one["id"]: one for one in _transcript(door)}
        after = door.get("/now", NOBODY).expect(200).json
        current = now.get("segment")
        # What ended between the questions proves nothing.
        if current and after.get("segment", {}).get("id") == current["id"]:
            looks += 1
            place = next((one for one in segments if one["id"] == current["id"]), None)
            row = told.get(current["id"])
            if place is None or place["state"] != "airing":
                wrong.append(f"/schedule: {place}")
            elif row is None or row["text"] != current["text"] or row["state"] != "airing":
                wrong.append(f"/api/transcripts: {row}")
            else:
                wrong += [
                    f"{field} is {row[field]!r} in the transcript and {current.get(field)!r} in /now"
                    for field in ("voice", "seconds", "started_at") if field in row and row[field] != current.get(field)
                ]
        if now["muted"] or not now["voice"].startswith("flite"):
            wrong.append(f"/now: {now['voice']} {now.get('reason')}")
        time.sleep(0.3)
    bench.check(
        f"/now, /schedule and /api/transcripts, compared {looks} times while something was said", "they agree",
        f"{len(wrong)} differ {sorted(set(wrong))[:3]}", not wrong and looks >= 5,
    )
    first = began.payload["segment"]
    bench.check("the first segment that began", "stands in the transcript", first, first in {one["id"] for one in _transcript(door)})
    health = Door(station.port, keeps=False).get("/api/health", NOBODY).json
    services = {name: health["services"][name]["status"] for name in ("sound", "air")}
    bench.check("health while it speaks", "sound and air are healthy", services, set(services.values()) == {"healthy"})
    return events + _rest(subscriber_events)


def _order(bench: Bench, events: list[Heard], transcript: list[dict[str, Any]]) -> None:
    started: list[str] = []
    finished: list[str] = []
    wrong: list[str] = []
    spoke = 0
    for event in events:
        match event.header["type"]:
            case "segment.item.started":
                if started and started[-1] not in finished:
                    wrong.append(f"{event.payload['segment']} began before {started[-1]} had ended")
                started.append(event.payload["segment"])
            case "segment.item.finished":
                if event.payload["segment"] not in started:
                    wrong.append(f"{event.payload['segment']} ended and had not begun")
                finished.append(event.payload["segment"])
            case "segment.host.spoke":
                spoke += 1
            case "segment.item.skipped":
                wrong.append(f"skipped: {event.payload}")
    texts = [event.payload["text"] for event in events if event.header["type"] == "segment.host.spoke"]
    aired = [one["text"] for one in transcript if one["state"] in ("airing", "aired")]
    heard_texts = [text for text in texts if text in aired]
    if len(started) != len(set(started)) or len(finished) != len(set(finished)):
        wrong.append("a segment began or ended twice")
    bench.check(
        "segment.item.started and .finished on the bus", "each once, one after the other, in order",
        f"{len(started)} began, {len(finished)} ended, {len(wrong)} wrong {wrong[:2]}",
        not wrong and len(finished) >= 3 and started == [one["id"] for one in transcript if one["id"] in set(started)],
    )
    bench.check(
        "segment.host.spoke", "once for each segment that is heard, in their order; nothing is told that nobody hears",
        f"{spoke} told, {len(aired)} heard, {len(texts) - len(heard_texts)} told only",
        heard_texts == aired[: len(heard_texts)] and len(aired) - len(heard_texts) <= 1 and len(texts) == len(heard_texts),
    )


def _sound(bench: Bench, kept: Kept, transcript: list[dict[str, Any]]) -> None:
    heard = kept.heard()
    bench.check("segments that were listed and could not be had", "none", kept.missing[:3], not kept.missing)
    pieces = sound.decode(heard, kept.files)
    total, listed = sum(piece.seconds for piece in pieces), sum(entry.seconds for entry in heard)
    bench.check("the decoded sound is as long as listed", "to 50 ms for each run", f"{total:.2f} s of {listed:.2f} s in {len(pieces)}",
                abs(total - listed) <= 0.05 * len(pieces))
    silence, at = sound.longest_silence(pieces)
    bench.check("the longest silence", "under 2 s", f"{silence:.2f} s at {at - heard[0].time:.1f} s of {total:.0f} s", silence < 2)
    run = max(sound.runs(heard), key=len)
    measured = sound.loudness(run, kept.files)
    seconds = sum(entry.seconds for entry in run)
    bench.check(f"the loudness of {seconds:.0f} s", "-16 LUFS, 1 more or less, over 60 s or more", f"{measured.integrated:.1f} LUFS",
                abs(measured.integrated + 16) <= 1 and seconds >= 60)
    bench.at_most("the true peak", measured.true_peak, -1.0, "dBTP")
    _understood(bench, heard, kept, transcript)


def _understood(bench: Bench, heard: list[Entry], kept: Kept, transcript: list[dict[str, Any]]) -> None:
    """Whether what is on the air, with the bed below it, is as clear to a recogniser as the voice by itself."""
    figure = "words that pocketsphinx understands on the air"
    if shutil.which("pocketsphinx_continuous") is None or shutil.which("flite") is None or not sound.DICTIONARY.exists():
        bench.skip(figure, "pocketsphinx, its dictionary or flite is not installed")
        return
    first = next((one["started_at"] for one in transcript if "started_at" in one), None)
    if first is None:
        bench.check(figure, "some", "nothing was said", False)
        return
    start = datetime.fromisoformat(first).timestamp()
    spoken = sound.decode([entry for entry in heard if entry.end > start and entry.time < start + LISTENED], kept.files)
    end = spoken[-1].entries[-1].end
    texts = [one["text"] for one in transcript if "started_at" in one and datetime.fromisoformat(one["started_at"]).timestamp() < end]
    # Names such as Binance are not in its dictionary, numbers are said otherwise than they are written, and short words
    # are heard in everything.
    dictionary = sound.dictionary()
    said = {word for text in texts for word in captions.spoken(text) if len(word) >= 4 and word in dictionary}
    alone = set(sound.words_alone(texts, bench.folder)) & said
    on_air = set(sound.words(spoken, LISTENED + 6, bench.folder)) & said
    bench.check(f"{figure} in {LISTENED} s, of {len(said)} different ones of four letters or more in its dictionary",
                f"two thirds of the {len(alone)} that it understands of the same texts by flite alone, and 8 or more",
                f"{len(on_air)}: {' '.join(sorted(on_air)[:10])}; not {' '.join(sorted(alone - on_air)[:6])}", len(on_air) >= max(8, len(alone) * 2 / 3))


def _captions(bench: Bench, kept: Kept, transcript: list[dict[str, Any]]) -> None:
    texts = [captions.spoken(one["text"]) for one in transcript]
    begins = {
        one["id"]: (datetime.fromisoformat(one["started_at"]).timestamp(), captions.spoken(one["text"]))
        for one in transcript if "started_at" in one
    }
    broken: list[str] = []
    cues: dict[tuple[int, str], float] = {}
    for entry in kept.heard():
        name = f"captions-{entry.sequence}.vtt"
        if name not in kept.files:
            broken.append(f"{name} is missing")
            continue
        try:
            found = captions.parse(kept.files[name].decode())
        except ValueError as error:
            broken.append(f"{name}: {error}")
            continue
        media = sound.media_time(kept.files[entry.uri], kept.files[entry.map])
        for cue in found:
            if cue.end <= media - 0.01 or cue.start >= media + entry.seconds + 0.01:
                broken.append(f"{name} has a cue of another time: {cue}")
            cues.setdefault((round(cue.start * 1000), cue.text), entry.time + cue.start - media)
    bench.check(f"the captions of {len(kept.heard())} segments", "each is WebVTT, with the cues of its time", f"{len(broken)} wrong {broken[:2]}",
                not broken and bool(kept.heard()))
    strange = [text for _, text in cues if not any(captions.contains(words, captions.spoken(text)) for words in texts)]
    bench.check(f"the words of {len(cues)} captions", "those of the transcript, in its order", f"{len(strange)} are not {strange[:2]}",
                not strange and len(cues) >= 8)
    # The first words of a segment, when they are shown and when the transcript says that they were heard.
    off: list[float] = []
    for start, words in begins.values():
        near = [time for (_, text), time in cues.items() if captions.spoken(text) and words[: len(captions.spoken(text))] == captions.spoken(text) and abs(time - start) < 3]
        if near:
            off.append(min((time - start for time in near), key=abs))
    worst = max((abs(one) for one in off), default=99.0)
    bench.check(f"the first caption of {len(off)} segments", "within 0.5 s of the segment's beginning", f"{worst:.2f} s at most", worst <= 0.5 and len(off) >= 3)
