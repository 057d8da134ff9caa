"""Speech of flite's, with the times of its sounds and of its words."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
#: Which voice each host has.
VOICES = {"Nova": "slt", "Rex": "rms"}
_DICTIONARY = Path("/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict")
_PAUSES = ("pau", "h#", "ssil")
#: Between two sentences, in milliseconds; flite leaves some silence of its own around each.
_BREATH = 60


@dataclass(frozen=True)
class Phone:
    """A sound in ARPAbet and when it is heard, in milliseconds; no name is a pause."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Speech:
    """What one says in one go, as a file."""

    host: str
    file: Path
    text: str
    seconds: float
    phones: tuple[Phone, ...]
    words: tuple[dict[str, Any], ...] = field(repr=False)

    def in_order(self, place: int, *, has_phones: bool = True) -> dict[str, Any]:
        """As a speech of an order, said by the host with this number."""
        phones = [
            {"arpabet": [phone.name] if phone.name else [], "start": phone.start, "end": phone.end}
            for phone in self.phones
        ]
        return {
            "host": place,
            "file": str(self.file),
            # Copies: whoever changes a word in an order changes it there only.
            "words": [dict(word) for word in self.words],
            "phones": phones if has_phones else [],
            "arePhonesOnsets": False,
        }


def reason_impossible() -> str | None:
    missing = [name for name in ("ffmpeg", "ffprobe", "flite") if shutil.which(name) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


def say(host: str, text: str, file: Path, *, silence_before: float = 0) -> Speech:
    """Has a text said, sentence by sentence, so that the time of each is known and not guessed."""
    shift = round(silence_before * 1000)
    parts: list[NDArray[np.int16]] = [np.zeros(shift * RATE // 1000, np.int16)]
    phones: list[Phone] = [Phone("", 0, shift)] if shift else []
    words: list[dict[str, Any]] = []
    position = shift
    for sentence in re.findall(r"[^.?!]+[.?!]*", text):
        if not sentence.strip():
            continue
        sound, said = _sentence(VOICES[host], sentence.strip(), file)
        placed = [Phone(phone.name, phone.start + position, phone.end + position) for phone in said]
        phones += placed
        words += _words(sentence.split(), placed)
        parts += [sound, np.zeros(_BREATH * RATE // 1000, np.int16)]
        length = round(len(sound) * 1000 / RATE) + _BREATH
        phones.append(Phone("", placed[-1].end, position + length))
        position += length
    samples = np.concatenate(parts)
    write(file, samples)
    return Speech(host, file, text, len(samples) / RATE, tuple(phones), tuple(words))


def write(file: Path, samples: NDArray[np.int16], *, channels: int = 1, rate: int = RATE) -> None:
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(channels)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(samples.astype("<i2").tobytes())


def _sentence(voice: str, text: str, beside: Path) -> tuple[NDArray[np.int16], list[Phone]]:
    raw = beside.with_suffix(".flite.wav")
    told = subprocess.run(
        ["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(raw)], capture_output=True, text=True, check=True
    ).stdout
    phones: list[Phone] = []
    last = 0
    for name, seconds in re.findall(r"([a-z#]+):([0-9.]+)", told):
        end = max(last, round(float(seconds) * 1000))
        phones.append(Phone("" if name in _PAUSES else name.upper(), last, end))
        last = end
    pcm = subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-nostdin", "-i", str(raw), "-ar", str(RATE), "-ac", "1", "-f", "s16le", "-"],
        capture_output=True, check=True,
    ).stdout
    raw.unlink()
    sound = np.frombuffer(pcm, "<i2")
    # The file is whole milliseconds, as the next sentence's place is.
    return np.pad(sound, (0, -len(sound) % (RATE // 1000))), phones


def _words(texts: list[str], phones: list[Phone]) -> list[dict[str, Any]]:
    """The words in the sounds of their sentence: as many sounds each as the dictionary has for it, or its letters ask for."""
    heard = [phone for phone in phones if phone.name]
    shares = [_sounds(text) for text in texts]
    total = sum(shares)
    words: list[dict[str, Any]] = []
    before = 0
    for text, share in zip(texts, shares):
        first = min(len(heard) - 1, before * len(heard) // total)
        before += share
        last = max(first, min(len(heard), before * len(heard) // total) - 1)
        words.append(
            {"text": text, "start": heard[first].start, "end": heard[last].end, "endsSentence": text[-1] in ".?!"}
        )
    return words


def _sounds(text: str) -> int:
    plain = re.sub(r"[^a-z']", "", text.lower())
    return _dictionary().get(plain, max(1, len(plain)))


@functools.cache
def _dictionary() -> dict[str, int]:
    if not _DICTIONARY.is_file():
        return {}
    lines = (line.split() for line in _DICTIONARY.read_text().splitlines() if line)
    return {line[0]: len(line) - 1 for line in lines if "(" not in line[0]}
