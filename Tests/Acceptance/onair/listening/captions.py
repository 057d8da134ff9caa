"""Captions as a player reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TIMES = re.compile(r"^(?:(\d+):)?(\d\d):(\d\d\.\d{3}) --> (?:(\d+):)?(\d\d):(\d\d\.\d{3})(?: .*)?$")


@dataclass(frozen=True)
class Cue:
    start: float
    """In seconds of the media's own clock."""
    end: float
    text: str


def parse(text: str) -> list[Cue]:
    """The cues of a WebVTT segment (RFC 8216, 3.5). Raises ``ValueError`` for what is none."""
    blocks = text.replace("\r\n", "\n").strip("\n").split("\n\n")
    head = blocks[0].split("\n")
    if head[0] != "WEBVTT":
        raise ValueError(f"no WebVTT: {head[0][:40]!r}")
    stamp = re.fullmatch(r"X-TIMESTAMP-MAP=MPEGTS:(\d+),LOCAL:00:00:00\.000", "\n".join(head[1:]))
    if stamp is None:
        raise ValueError(f"no time map: {head[1:]}")
    base = int(stamp.group(1)) / 90_000
    cues: list[Cue] = []
    for block in blocks[1:]:
        times, *lines = block.split("\n")
        found = _TIMES.match(times)
        if found is None or not lines:
            raise ValueError(f"no cue: {block[:60]!r}")
        start, end = (
            base + int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
            for hours, minutes, seconds in (found.groups()[:3], found.groups()[3:])
        )
        if end <= start:
            raise ValueError(f"a cue ends before it begins: {block[:60]!r}")
        cues.append(Cue(start, end, " ".join(lines)))
    return cues


def spoken(text: str) -> list[str]:
    """The words of a text, without what is not said."""
    return re.findall(r"[a-z0-9']+", text.lower())


def contains(words: list[str], part: list[str]) -> bool:
    """Whether the words have the part somewhere, whole and in its order."""
    return bool(part) and any(words[place : place + len(part)] == part for place in range(len(words) - len(part) + 1))
