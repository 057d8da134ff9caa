"""The sound of segments: decoded by ffmpeg, and measured."""

from __future__ import annotations

import audioop
import math
import re
import shutil
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .playlist import Entry

RATE = 48_000
#: Quieter is silence, in dB below full scale.
SILENCE = -50.0
#: The words that pocketsphinx knows, with how they sound.
DICTIONARY = Path("/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict")
#: What levels are measured over, in seconds.
WINDOW = 0.05


@dataclass(frozen=True)
class Piece:
    """Segments without a discontinuity between them, decoded: mono, 16 bits, 48 kHz."""

    entries: tuple[Entry, ...]
    sound: bytes

    @property
    def seconds(self) -> float:
        return len(self.sound) / 2 / RATE

    def levels(self) -> list[tuple[float, float]]:
        """Each window's beginning, as the segments' dates have it, and its level in dB."""
        size = int(RATE * WINDOW) * 2
        found: list[tuple[float, float]] = []
        offset = 0.0
        for entry in self.entries:
            # Dates may run a little faster or slower than the sound.
            first = round(offset * RATE) * 2
            count = int(entry.seconds / WINDOW)
            for number in range(count):
                window = self.sound[first + number * size : first + (number + 1) * size]
                if len(window) == size:
                    found.append((entry.time + number * WINDOW, decibels(audioop.rms(window, 2))))
            offset += entry.seconds
        return found


def decibels(value: float) -> float:
    return 20 * math.log10(value / 32768) if value > 0 else -120.0


def is_there() -> bool:
    return shutil.which("ffmpeg") is not None


def runs(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Segments that one decoder may take one after the other."""
    found: list[list[Entry]] = []
    for entry in entries:
        follows = found and found[-1][-1].sequence + 1 == entry.sequence and found[-1][-1].map == entry.map
        if follows and not entry.is_discontinuity:
            found[-1].append(entry)
        else:
            found.append([entry])
    return found


def decode(entries: Sequence[Entry], files: dict[str, bytes]) -> list[Piece]:
    """Raises ``ValueError`` with what ffmpeg says of sound that it cannot decode without a complaint."""
    return [Piece(tuple(run), _decoded(_joined(run, files))) for run in runs(entries)]


def _joined(run: Sequence[Entry], files: dict[str, bytes]) -> bytes:
    return files[run[0].map] + b"".join(files[entry.uri] for entry in run)


def _decoded(data: bytes, channels: int = 1) -> bytes:
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", "pipe:0", "-f", "s16le", "-ar", str(RATE), "-ac", str(channels), "pipe:1"],
        input=data, capture_output=True, timeout=60,
    )
    if done.returncode != 0 or done.stderr:
        raise ValueError(f"ffmpeg: {done.stderr.decode(errors='replace')[:200]}")
    return done.stdout


def level(entry: Entry, files: dict[str, bytes]) -> float:
    """The level of a segment by itself, in dB."""
    return decibels(audioop.rms(_decoded(_joined([entry], files)), 2))


def longest_silence(pieces: Sequence[Piece]) -> tuple[float, float]:
    """How long it is, over all pieces one after the other as a player plays them, and when it begins."""
    longest, since, lasted = 0.0, 0.0, 0.0
    begun = 0.0
    for piece in pieces:
        for time, decibel in piece.levels():
            if decibel >= SILENCE:
                lasted = 0.0
                continue
            if lasted == 0:
                begun = time
            lasted += WINDOW
            if lasted > longest:
                longest, since = lasted, begun
    return longest, since


@dataclass(frozen=True)
class Loudness:
    """As ITU-R BS.1770 and EBU R 128 have it."""

    integrated: float
    true_peak: float


def loudness(entries: Sequence[Entry], files: dict[str, bytes]) -> Loudness:
    """Of one run of segments, in stereo as it is sent."""
    return _loudness(["-i", "pipe:0"], _joined(entries, files))


def _loudness(input: list[str], data: bytes) -> Loudness:
    done = subprocess.run(
        ["ffmpeg", "-hide_banner", "-nostats", *input, "-filter_complex", "ebur128=peak=true", "-f", "null", "-"],
        input=data, capture_output=True, timeout=600,
    )
    text = done.stderr.decode(errors="replace")
    summary = text[text.rfind("Summary:") :]
    integrated = re.search(r"I:\s+(-?[\d.]+) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+|-inf) dBFS", summary)
    if integrated is None or peak is None:
        raise ValueError(f"ebur128 says nothing: {text[-200:]}")
    return Loudness(float(integrated.group(1)), float(peak.group(1)))


def stereo(pieces: Sequence[Piece], files: dict[str, bytes]) -> list[bytes]:
    """The same pieces as they are heard: two channels, 16 bits, 48 kHz."""
    return [_decoded(_joined(piece.entries, files), channels=2) for piece in pieces]


def loudness_of(sound: bytes) -> Loudness:
    """Of decoded sound: two channels, 16 bits, 48 kHz."""
    return _loudness(["-f", "s16le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0"], sound)


def file_as_heard(data: bytes) -> bytes:
    """Any file of sound, decoded to one channel, 16 bits, 48 kHz. Its end may be cut off."""
    command = ["ffmpeg", "-v", "fatal", "-i", "pipe:0", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "pipe:1"]
    return subprocess.run(command, input=data, capture_output=True, timeout=120).stdout


def loudness_of_file(data: bytes) -> Loudness:
    return _loudness(["-i", "pipe:0"], data)


def silence_of(sound: bytes) -> float:
    """The longest silence of decoded sound with one channel, in seconds."""
    size = int(RATE * WINDOW) * 2
    longest = lasted = 0
    for at in range(0, len(sound) - size + 1, size):
        lasted = lasted + 1 if decibels(audioop.rms(sound[at : at + size], 2)) < SILENCE else 0
        longest = max(longest, lasted)
    return longest * WINDOW


def media_time(segment: bytes, map: bytes) -> float:
    """When a segment's first sample is, on the clock of its media: the ``tfdt`` box by the scale in its map."""
    scale = map.index(b"mdhd")
    # Version 0 has times of four bytes before the scale, version 1 of eight.
    at = scale + 8 + (16 if map[scale + 4] else 8)
    (per_second,) = struct.unpack_from(">I", map, at)
    box = segment.index(b"tfdt")
    (time,) = struct.unpack_from(">Q" if segment[box + 4] else ">I", segment, box + 8)
    return float(time) / float(per_second)


def words(pieces: Sequence[Piece], seconds: float, folder: Path) -> list[str]:
    """What a speech recogniser understands of the first seconds."""
    sound = b"".join(piece.sound for piece in pieces)[: int(seconds * RATE) * 2]
    narrow, _ = audioop.ratecv(sound, 2, 1, RATE, 16_000, None)
    return _recognised(narrow, folder)


def words_alone(texts: Sequence[str], folder: Path) -> list[str]:
    """What it understands of texts that flite says, with nothing else to be heard."""
    found: list[str] = []
    for text in texts:
        file = folder / "alone.wav"
        subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", str(file)], check=True, timeout=60)
        found += _recognised(file.read_bytes()[44:], folder)
    return found


def dictionary() -> set[str]:
    """The words that the recogniser can understand at all."""
    return {line.split(" ", 1)[0] for line in DICTIONARY.read_text().splitlines()}


def _recognised(sound: bytes, folder: Path) -> list[str]:
    """Of one channel, 16 bits, 16 kHz."""
    raw = folder / "heard.raw"
    raw.write_bytes(sound)
    done = subprocess.run(
        ["pocketsphinx_continuous", "-infile", str(raw), "-logfn", "/dev/null"],
        capture_output=True, text=True, timeout=300,
    )
    if done.returncode != 0:
        raise ValueError(f"pocketsphinx: {done.returncode}")
    return done.stdout.split()
