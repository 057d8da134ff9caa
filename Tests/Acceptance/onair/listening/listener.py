"""A listener who keeps everything: each version of the playlist, and each segment as soon as it is listed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from door.client import NOBODY, Door
from harness.waiting import Late, wait_for

from . import sound
from .playlist import Entry, Playlist, parse


@dataclass(frozen=True)
class Version:
    at: float
    """On the monotonic clock."""
    playlist: Playlist
    text: str
    """As it was served."""


@dataclass
class Kept:
    """What a listener has got so far."""

    versions: list[Version] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    entries: dict[int, Entry] = field(default_factory=dict)
    arrived: dict[int, float] = field(default_factory=dict)
    """When each segment was seen first, on the monotonic clock."""
    failures: list[tuple[float, str]] = field(default_factory=list)
    """What could not be fetched, and when."""
    missing: list[str] = field(default_factory=list)
    """Segments that were listed, and could not be had."""
    late_checks: list[tuple[str, int]] = field(default_factory=list)
    """Segments asked for when they had just to be there still, and the answer's status."""

    def heard(self) -> list[Entry]:
        """Everything that was got, in order."""
        return [self.entries[number] for number in sorted(self.entries) if self.entries[number].uri in self.files]


class Listener:
    """Follows the station on a thread of its own, through its restarts."""

    def __init__(self, port: int, every: float = 0.5, wants_captions: bool = False) -> None:
        self._door = Door(port, keeps=False, timeout=5)
        self._every = every
        self._wants_captions = wants_captions
        self._ends = threading.Event()
        self._kept = Kept()
        self._removed: list[tuple[float, Entry]] = []
        self._wanted: dict[str, float] = {}
        self._thread = threading.Thread(target=self._follow, name="listener", daemon=True)

    def start(self) -> Listener:
        self._thread.start()
        return self

    @property
    def kept(self) -> Kept:
        """To be read in peace after ``stop``; until then it grows."""
        return self._kept

    def stop(self) -> Kept:
        self._ends.set()
        self._thread.join(30)
        return self._kept

    def first_sound(self, seconds: float) -> tuple[float, float]:
        """When the first segment with sound was there, on the monotonic clock, and its level. Raises ``Late``."""

        def look() -> tuple[float, float] | None:
            for entry in self._kept.heard():
                if (level := sound.level(entry, dict(self._kept.files))) > sound.SILENCE:
                    return self._kept.arrived[entry.sequence], level
            return None

        return wait_for("a segment with sound", seconds, look, every=0.1)

    def wait_until(self, moment: float, seconds: float) -> None:
        """Until the programme is here up to a moment of Unix time. Raises ``Late``."""
        try:
            wait_for("", seconds, lambda: (heard := self._kept.heard()) and heard[-1].end >= moment, every=0.1)
        except Late:
            heard = self._kept.heard()
            behind = f"{moment - heard[-1].end:.1f} s are missing" if heard else "nothing has come"
            raise Late(f"the programme up to a moment: not within {seconds:g} s; {behind}") from None

    # The thread

    def _follow(self) -> None:
        while not self._ends.is_set():
            begun = time.monotonic()
            self._look()
            self._fetch()
            self._ask_for_removed()
            self._ends.wait(max(0.0, begun + self._every - time.monotonic()))

    def _get(self, name: str) -> tuple[int, bytes]:
        try:
            answer = self._door.get(f"/stream/{name}", NOBODY)
        except OSError as error:
            self._kept.failures.append((time.monotonic(), f"{name}: {error}"))
            return 0, b""
        except Exception as error:  # noqa: BLE001: a broken answer of a daemon that was killed in it.
            self._kept.failures.append((time.monotonic(), f"{name}: {type(error).__name__}"))
            return 0, b""
        return answer.status, answer.body

    def _look(self) -> None:
        status, body = self._get("audio.m3u8")
        if status != 200:
            return
        try:
            playlist = parse(body.decode())
        except ValueError as error:
            self._kept.failures.append((time.monotonic(), f"audio.m3u8: {error}"))
            return
        versions = self._kept.versions
        if versions and versions[-1].playlist == playlist:
            return
        now = time.monotonic()
        if versions:
            before = versions[-1].playlist
            longest = max(version.playlist.seconds for version in versions)
            for entry in before.entries:
                if entry.sequence < playlist.media_sequence:
                    # A little before it may go (6.2.2), so that the question is in time.
                    self._removed.append((now + entry.seconds + longest - 2, entry))
        versions.append(Version(now, playlist, body.decode()))
        for entry in playlist.entries:
            if entry.sequence not in self._kept.entries:
                self._kept.entries[entry.sequence] = entry
                self._kept.arrived[entry.sequence] = now
                names = [entry.map, entry.uri]
                if self._wants_captions:
                    names.append(f"captions-{entry.sequence}.vtt")
                for name in names:
                    if name not in self._kept.files:
                        self._wanted.setdefault(name, now)

    def _fetch(self) -> None:
        for name, since in list(self._wanted.items()):
            status, body = self._get(name)
            if status == 200:
                self._kept.files[name] = body
                del self._wanted[name]
            elif status == 0:
                return
            elif time.monotonic() - since > 5:
                self._kept.missing.append(f"{name}: {status}")
                del self._wanted[name]

    def _ask_for_removed(self) -> None:
        now = time.monotonic()
        due = [entry for at, entry in self._removed if at <= now]
        # Later than this the daemon was away for longer than the files have to stay.
        fresh = {entry for at, entry in self._removed if at <= now < at + 1.5}
        self._removed = [(at, entry) for at, entry in self._removed if at > now]
        for entry in due:
            if entry in fresh:
                status, _ = self._get(entry.uri)
                if status:
                    self._kept.late_checks.append((entry.uri, status))
