"""WebVTT, read strictly, and the rules that captions of English keep."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_TIME = r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_TIME} --> {_TIME}")


@dataclass(frozen=True)
class Cue:
    start: int
    end: int
    """In milliseconds."""
    lines: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return [word for line in self.lines for word in line.split()]

    @property
    def characters_per_second(self) -> float:
        return sum(map(len, self.lines)) * 1000 / max(1, self.end - self.start)


def read(text: str) -> list[Cue]:
    """All cues; raises ``ValueError`` for what is no WebVTT."""
    blocks = re.split(r"\n{2,}", text.strip("\n"))
    if blocks[0] != "WEBVTT":
        raise ValueError("does not begin with WEBVTT alone")
    cues: list[Cue] = []
    for block in blocks[1:]:
        times, *lines = block.split("\n")
        found = _TIMES.fullmatch(times)
        if found is None:
            raise ValueError(f"no times: {times!r}")
        numbers = [int(one) for one in found.groups()]
        start, end = (_milliseconds(numbers[:4]), _milliseconds(numbers[4:]))
        if not lines or any("-->" in line for line in lines) or end <= start:
            raise ValueError(f"a cue without text or time: {block!r}")
        cues.append(Cue(start, end, tuple(html.unescape(re.sub(r"<[^>]*>", "", line)) for line in lines)))
    return cues


def _milliseconds(parts: list[int]) -> int:
    hours, minutes, seconds, rest = parts
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def broken_rules(cues: list[Cue]) -> tuple[list[str], list[str]]:
    """What is beyond a limit, and what is beyond twice a limit."""
    beyond: list[str] = []
    far: list[str] = []

    def look(name: str, value: float, limit: float, cue: Cue) -> None:
        if value > limit:
            beyond.append(f"{name} {value:.2f} at {cue.start}")
        if value > 2 * limit:
            far.append(f"{name} {value:.2f} at {cue.start}")

    for cue, following in zip(cues, [*cues[1:], None]):
        look("characters a second", cue.characters_per_second, 20, cue)
        look("characters in a line", max(map(len, cue.lines)), 42, cue)
        look("lines", len(cue.lines), 2, cue)
        look("too short by a factor of", 833 / (cue.end - cue.start), 1, cue)
        look("milliseconds", cue.end - cue.start, 7000, cue)
        if following is not None and following.start - cue.end < 66:
            beyond.append(f"a gap of {following.start - cue.end} ms at {cue.end}")
            if following.start < cue.end:
                far.append(f"overlap at {cue.end}")
    return beyond, far
