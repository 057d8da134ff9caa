"""The checks that a film has to pass before anybody sees it, each on the finished file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import vtt
from .film import Film


@dataclass(frozen=True)
class Told:
    """What was known before the film was made, on the film's clock, in seconds."""

    frames: int
    form: tuple[int, int, int]
    words: list[dict[str, Any]]
    """``text``, ``start`` and ``end``."""
    pauses: list[tuple[float, float]]
    """Where nobody speaks, on purpose."""


@dataclass(frozen=True)
class Finding:
    name: str
    bar: str
    measured: str
    holds: bool


def findings(film: Film, captions: str, told: Told) -> list[Finding]:
    return [
        _container(film, told), _frames(film, told), *_lengths(film), _voice(film, told), *_picture(film),
        _silence(film, told), *_loudness(film), *_captions(captions, told), _beginning_of_file(film),
    ]


def _container(film: Film, told: Told) -> Finding:
    video, sound = film.stream("video"), film.stream("audio")
    is_constant = video["r_frame_rate"] == video["avg_frame_rate"]
    steps = {round(next - one, 4) for one, next in zip(film.frame_times, film.frame_times[1:])}
    found = (
        film.probe["format"]["format_name"].split(",")[1:2], video["codec_name"], video["profile"], video["pix_fmt"],
        video.get("sample_aspect_ratio", "1:1"), (video["width"], video["height"], film.rate), is_constant,
        max(steps) - min(steps) < 0.001, sound["codec_name"], sound["profile"], sound["sample_rate"], sound["channels"],
        [video.get(name) for name in ("color_primaries", "color_transfer", "color_space", "color_range")],
    )
    wanted = (
        ["mp4"], "h264", "High", "yuv420p", "1:1", (told.form[0], told.form[1], float(told.form[2])), True, True, "aac", "LC",
        "48000", 2, ["bt709", "bt709", "bt709", "tv"],
    )
    wrong = [f"{one} for {other}" for one, other in zip(found, wanted) if one != other]
    errors = film.errors
    return Finding("Q1 container and codecs", "mp4, H.264 High, yuv420p, AAC-LC 48 kHz stereo, SAR 1:1, constant rate, BT.709; decodes",
                   "; ".join(wrong) or errors[:80] or "so it is", not wrong and not errors)


def _frames(film: Film, told: Told) -> Finding:
    count = len(film.frame_hashes)
    return Finding("Q2 length of the picture", f"{told.frames} frames, give or take 1", f"{count}", abs(count - told.frames) <= 1)


def _lengths(film: Film) -> list[Finding]:
    video = len(film.frame_hashes) / film.rate
    sound = len(film.sound) / 48_000
    starts = [float(film.stream(kind)["start_time"]) for kind in ("video", "audio")]
    return [
        Finding("Q3 sound as long as the picture", "within 55 ms, decoded", f"{(sound - video) * 1000:+.1f} ms", abs(sound - video) <= 0.055),
        Finding("Q4 streams begin", "at 0, within 1 ms", f"{starts}", max(map(abs, starts)) <= 0.001),
    ]


def _voice(film: Film, told: Told) -> Finding:
    margin = len(film.sound) / 48_000 - told.words[-1]["end"]
    return Finding("Q5 the voice is complete", "at least 150 ms of sound after the last word", f"{margin * 1000:.0f} ms", margin >= 0.15)


def _picture(film: Film) -> list[Finding]:
    black = film.spans("blackdetect=d=0.1:pix_th=0.10", "black_start", "black_end")
    frozen = film.spans("freezedetect=n=-60dB:d=1", "freeze_start", "freeze_end")
    longest = max((end - start for start, end in frozen), default=0.0)
    return [
        Finding("Q6 black", "never for 0.1 s", f"{black[:3]}", not black),
        Finding("Q7 frozen pictures", "never for 2 s", f"{len(frozen)} of 1 s or more, the longest of {longest:.2f} s", longest < 2),
    ]


def _silence(film: Film, told: Told) -> Finding:
    silent = film.spans("silencedetect=n=-50dB:d=0.2", "silence_start", "silence_end", is_sound=True)
    first = silent[0][1] if silent and silent[0][0] < 0.05 else 0.0
    long = [
        (start, end) for start, end in silent
        if end - start >= 1.5 and not any(begin <= start + 0.3 and end - 0.3 <= last for begin, last in told.pauses)
    ]
    return Finding("Q8 silence", "never for 1.5 s but on purpose; the first sound within 0.6 s", f"{long[:3]}, the first sound at {first:.2f} s",
                   not long and first <= 0.6)


def _loudness(film: Film) -> list[Finding]:
    loudness, peak = film.loudness["I"], film.loudness["Peak"]
    return [
        Finding("Q9 loudness", "-14 LUFS within 0.5", f"{loudness:.1f} LUFS", abs(loudness + 14) <= 0.5),
        Finding("Q10 true peak", "at most -1.0 dBTP", f"{peak:.1f} dBTP", peak <= -1.0),
    ]


def _captions(text: str, told: Told) -> list[Finding]:
    try:
        cues = vtt.read(text)
    except ValueError as error:
        return [Finding("captions are WebVTT", "they are", str(error), False)]
    spoken = [str(word["text"]) for word in told.words]
    shown = [word for cue in cues for word in cue.words]
    overlaps = sum(one.end > next.start for one, next in zip(cues, cues[1:]))
    place, late = 0, 0.0
    for cue in cues:
        if place < len(told.words):
            late = max(late, abs(cue.start - told.words[place]["start"] * 1000))
        place += len(cue.words)
    beyond, far = vtt.broken_rules(cues)
    return [
        Finding("Q12 captions", "all words in order, no overlap", f"{len(shown)} of {len(spoken)} words, {overlaps} overlaps",
                shown == spoken and not overlaps),
        Finding("Q13 captions against words", "within 100 ms", f"{late:.0f} ms", late <= 100),
        Finding("Q14 limits of captions", "none twice over; at most one in ten cues beyond one",
                f"{len(cues)} cues, {len(beyond)} beyond {beyond[:2]}, {len(far)} twice {far[:1]}", not far and len(beyond) <= len(cues) / 10),
    ]


def _beginning_of_file(film: Film) -> Finding:
    boxes = film.boxes
    is_first = "moov" in boxes and "mdat" in boxes and boxes.index("moov") < boxes.index("mdat")
    return Finding("the index comes first", "moov before mdat", " ".join(boxes), is_first)
