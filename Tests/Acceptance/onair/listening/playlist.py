"""Media playlists as a player reads them, and the rules of RFC 8216 that a live one has to keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """One segment as a playlist lists it."""

    sequence: int
    uri: str
    seconds: float
    is_discontinuity: bool
    map: str
    time: float
    """Its program date and time, in seconds of Unix time."""

    @property
    def end(self) -> float:
        return self.time + self.seconds


@dataclass
class Playlist:
    """One version of a media playlist."""

    target: int = 0
    media_sequence: int = 0
    discontinuity_sequence: int = 0
    has_end: bool = False
    entries: list[Entry] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return sum(entry.seconds for entry in self.entries)


def parse(text: str) -> Playlist:
    """Raises ``ValueError`` for what is no media playlist with program dates."""
    lines = text.splitlines()
    if not lines or lines[0] != "#EXTM3U" or not text.endswith("\n"):
        raise ValueError("no whole playlist")
    playlist = Playlist()
    map, seconds, time, is_discontinuity = "", None, None, False
    for line in lines[1:]:
        tag, _, value = line.partition(":")
        match tag:
            case "#EXT-X-TARGETDURATION":
                playlist.target = int(value)
            case "#EXT-X-MEDIA-SEQUENCE":
                playlist.media_sequence = int(value)
            case "#EXT-X-DISCONTINUITY-SEQUENCE":
                playlist.discontinuity_sequence = int(value)
            case "#EXT-X-MAP":
                map = value.removeprefix('URI="').removesuffix('"')
            case "#EXT-X-PROGRAM-DATE-TIME":
                time = datetime.fromisoformat(value).timestamp()
            case "#EXTINF":
                seconds = float(value.rstrip(","))
            case "#EXT-X-DISCONTINUITY":
                is_discontinuity = True
            case "#EXT-X-ENDLIST":
                playlist.has_end = True
            case _ if line and not line.startswith("#"):
                if seconds is None or time is None:
                    raise ValueError(f"{line} has no duration or no date")
                sequence = playlist.media_sequence + len(playlist.entries)
                playlist.entries.append(Entry(sequence, line, seconds, is_discontinuity, map, time))
                seconds, time, is_discontinuity = None, None, False
    return playlist


def faults(versions: Iterable[Playlist]) -> list[str]:
    """Every rule that the versions of one live playlist break, in the order in which they were served."""
    wrong: list[str] = []
    last: Playlist | None = None
    for number, now in enumerate(versions):
        wrong += [f"version {number}: {fault}" for fault in _alone(now)]
        if last is not None:
            wrong += [f"version {number}: {fault}" for fault in _after(last, now)]
        last = now
    return wrong


def _alone(playlist: Playlist) -> list[str]:
    wrong: list[str] = []
    if playlist.has_end:
        wrong.append("a live playlist ends (6.2.1)")
    for entry in playlist.entries:
        # Rounded to the nearest whole second (4.3.3.1).
        if int(entry.seconds + 0.5) > playlist.target:
            wrong.append(f"{entry.uri} has {entry.seconds} s, the target is {playlist.target} s (4.3.3.1)")
    for one, next in zip(playlist.entries, playlist.entries[1:]):
        gap = next.time - one.end
        if next.time <= one.time:
            wrong.append(f"the date of {next.uri} is not after that of {one.uri} (4.3.2.6)")
        if not next.is_discontinuity and abs(gap) > 0.05:
            wrong.append(f"{gap:.3f} s between {one.uri} and {next.uri}, and no discontinuity (4.3.2.3)")
        if not next.is_discontinuity and next.map != one.map:
            wrong.append(f"{next.uri} has another map without a discontinuity (4.3.2.3)")
    return wrong


def _after(last: Playlist, now: Playlist) -> list[str]:
    wrong: list[str] = []
    if now.target != last.target:
        wrong.append(f"the target went from {last.target} to {now.target} (6.2.1)")
    if now.media_sequence < last.media_sequence:
        wrong.append(f"the media sequence went back from {last.media_sequence} to {now.media_sequence} (6.2.2)")
        return wrong
    if last.entries and now.media_sequence > last.entries[-1].sequence + 1:
        wrong.append(f"{now.media_sequence - last.entries[-1].sequence - 1} segments were never listed to a reader (6.2.2)")
    known = {entry.sequence: entry for entry in now.entries}
    for entry in last.entries:
        if entry.sequence in known and known[entry.sequence] != entry:
            wrong.append(f"{entry.uri} has changed (6.2.1)")
        if entry.sequence >= now.media_sequence and entry.sequence not in known:
            wrong.append(f"{entry.uri} was taken from the end (6.2.2)")
    gone = [entry for entry in last.entries if entry.sequence < now.media_sequence]
    expected = last.discontinuity_sequence + sum(entry.is_discontinuity for entry in gone)
    if now.discontinuity_sequence != expected:
        wrong.append(f"the discontinuity sequence is {now.discontinuity_sequence}, not {expected} (6.2.2)")
    # What is left after the removal of each must last for three target durations.
    if gone and now.seconds < 3 * now.target:
        wrong.append(f"only {now.seconds:.1f} s are listed (6.2.2)")
    return wrong
