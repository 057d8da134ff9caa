"""Whether lips close and open when they are heard to.

Lips close where a p, b or m begins and open where it ends; of two in a row the lips stay together between. What is between two
closures for less than 70 ms flickers and need not be seen, so such changes do not count; nor do those beside pauses, f and v, where
lips are nearly together. A mouth's change is seen between two frames, the last of the old state and the first of the new
one: its time is half way between the middles of both. Each change that is heard is matched with the nearest one of its kind
that is seen, within 120 ms.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import voice

LIPS = ("P", "B", "M")
#: In seconds.
NEAREST = 0.12
#: A mouth that is open for less flickers, in seconds.
SHORTEST = 0.07
_MODEL = Path("/usr/share/pocketsphinx/model/en-us/en-us-phone.lm.bin")


@dataclass(frozen=True)
class Closure:
    """Lips that are together, in seconds of the film."""

    start: float
    end: float
    closes: bool
    """Whether something else was said just before, and is said just after: else it does not show when they move."""
    opens: bool


@dataclass(frozen=True)
class Figures:
    closures: int
    shown: int
    closing: tuple[float, ...]
    """Of every closing that was matched, in milliseconds; above 0 it is seen late."""
    opening: tuple[float, ...]
    unmatched: int

    @property
    def errors(self) -> tuple[float, ...]:
        return self.closing + self.opening

    @property
    def shown_share(self) -> float:
        return self.shown / self.closures if self.closures else 0.0

    @property
    def mean(self) -> float:
        return float(np.mean(np.abs(self.errors))) if self.errors else 1e3

    @property
    def worst(self) -> float:
        return max(map(abs, self.errors), default=1e3)

    @property
    def bias(self) -> float:
        return float(np.mean(self.errors)) if self.errors else 0.0

    def within(self, limit: float) -> float:
        return sum(abs(error) <= limit for error in self.errors) / max(1, len(self.errors) + self.unmatched)

    @property
    def text(self) -> str:
        return (f"{self.shown} of {self.closures} shown ({self.shown_share:.1%}); {len(self.errors)} changes, off by {self.mean:.1f} ms on average, "
                f"{self.worst:.0f} ms at worst, {self.within(40):.0%} within 40 ms, {self.unmatched} unmatched; "
                f"closings {_spread(self.closing)}, openings {_spread(self.opening)}")


def _spread(errors: Sequence[float]) -> str:
    return f"{np.mean(errors):+.0f} ± {np.std(errors):.0f} ms" if errors else "none"


def heard(speeches: Iterable[tuple[float, voice.Speech]]) -> list[Closure]:
    """By the times of the voice itself, of speeches that begin at these times of the film."""
    found: list[Closure] = []
    for begin, speech in speeches:
        found += closures([(phone.name, begin + phone.start / 1000, begin + phone.end / 1000) for phone in speech.phones])
    return found


def closures(phones: Sequence[tuple[str, float, float]]) -> list[Closure]:
    found: list[Closure] = []
    place = 0
    while place < len(phones):
        if phones[place][0] not in LIPS:
            place += 1
            continue
        last = place
        while last + 1 < len(phones) and phones[last + 1][0] in LIPS:
            last += 1
        closes = _apart(reversed(phones[:place])) >= SHORTEST
        opens = _apart(phones[last + 1 :]) >= SHORTEST
        found.append(Closure(phones[place][1], phones[last][2], closes, opens))
        place = last + 1
    return found


def _apart(phones: Iterable[tuple[str, float, float]]) -> float:
    """For how long lips are apart; nothing where what comes first has them nearly together."""
    length = 0.0
    for name, start, end in phones:
        if name in LIPS or name in ("", "SIL") or (name in ("F", "V") and length == 0):
            break
        length += end - start
    return length


def recogniser_impossible() -> str | None:
    if shutil.which("pocketsphinx_continuous") is None or not _MODEL.is_file():
        return "pocketsphinx or its model en-us is not installed"
    return None


def recognised(film: Path, beside: Path) -> list[tuple[str, float, float]]:
    """What a recogniser hears in a film: sounds with their times in seconds."""
    subprocess.run(
        ["ffmpeg", "-y", "-v", "error", "-nostdin", "-i", str(film), "-ac", "1", "-ar", "16000", str(beside)], check=True
    )
    told = subprocess.run(
        ["pocketsphinx_continuous", "-infile", str(beside), "-allphone", str(_MODEL), "-allphone_ci", "yes", "-beam", "1e-20",
         "-pbeam", "1e-20", "-lw", "2.0", "-time", "yes", "-logfn", "/dev/null"],
        capture_output=True, text=True, check=True, timeout=300,
    ).stdout
    rows = re.findall(r"^(\S+) (\d+\.\d+) (\d+\.\d+) \d\.\d+$", told, re.MULTILINE)
    # Ends are told as the beginning of a sound's last 10 ms.
    return [(name, float(start), float(end) + 0.01) for name, start, end in rows]


def confirmed(closures: Sequence[Closure], by: Sequence[Closure]) -> list[Closure]:
    """Recognisers miss stops, invent them and shift them: those that begin and end within 50 ms of one of others."""
    return [
        one for one in closures
        if any(abs(one.start - other.start) <= 0.05 and abs(one.end - other.end) <= 0.05 for other in by)
    ]


def compare(closures: Sequence[Closure], openness: NDArray[np.float64], closed_below: float, rate: float) -> Figures:
    is_closed = openness < closed_below
    changes = np.flatnonzero(np.diff(is_closed.astype(np.int8))) + 1
    seen = {
        state: np.array([place / rate for place in changes if bool(is_closed[place]) == state]) for state in (True, False)
    }
    shown = 0
    errors: dict[bool, list[float]] = {True: [], False: []}
    unmatched = 0
    for closure in closures:
        first, last = int(closure.start * rate), int(np.ceil(closure.end * rate))
        shown += bool(is_closed[first:last].any())
        for is_wanted, moment, state in ((closure.closes, closure.start, True), (closure.opens, closure.end, False)):
            if not is_wanted:
                continue
            off = seen[state] - moment
            nearest = float(off[np.argmin(np.abs(off))]) if len(off) else NEAREST
            if abs(nearest) < NEAREST:
                errors[state].append(nearest * 1000)
            else:
                unmatched += 1
    return Figures(len(closures), shown, tuple(errors[True]), tuple(errors[False]), unmatched)


def sound_onsets(sound: NDArray[np.float32], *, after: float) -> list[float]:
    """When it is heard again after so long a silence, in seconds: to 1 ms."""
    size = 48
    levels = np.sqrt(np.mean(np.square(sound[: len(sound) // size * size].reshape(-1, size), dtype=np.float64), axis=1))
    loud = levels > 10 ** (-40 / 20)
    onsets: list[float] = []
    last = 0.0
    for place in np.flatnonzero(loud):
        time = place * size / 48_000
        if time - last >= after:
            onsets.append(time)
        last = time
    return onsets


def openings(openness: NDArray[np.float64], closed_below: float, rate: float, *, after: float) -> list[float]:
    """When a mouth opens after it was closed for so long."""
    found: list[float] = []
    last = 0
    for place in np.flatnonzero(openness >= closed_below):
        if (place - last) / rate >= after:
            found.append(float(place) / rate)
        last = place
    return found
