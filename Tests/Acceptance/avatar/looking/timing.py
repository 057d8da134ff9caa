"""Where in a film's sound a speech is heard, found by the sound itself."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 48_000


@dataclass(frozen=True)
class Place:
    seconds: float
    """Where its first sample is."""
    likeness: float
    """1 where nothing but its loudness was changed."""


def read(file: Path) -> NDArray[np.float32]:
    """One channel of a WAV file at 48 kHz."""
    with wave.open(str(file), "rb") as wav:
        data = np.frombuffer(wav.readframes(wav.getnframes()), "<i2").astype(np.float32) / 32768
        return data[:: wav.getnchannels()]


def place(sound: NDArray[np.float32], file: Path) -> Place:
    """Slides the speech along the film, and takes the place where both are most alike."""
    speech = read(file)
    size = 1 << (len(sound) + len(speech)).bit_length()
    product = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(speech, size))
    correlation = np.fft.irfft(product, size)[: max(1, len(sound) - len(speech) // 2)]
    best = int(np.argmax(correlation))
    part = sound[best : best + len(speech)].astype(np.float64)
    speech = speech[: len(part)]
    norm = float(np.linalg.norm(part) * np.linalg.norm(speech))
    return Place(best / RATE, float(np.dot(part, speech)) / norm if norm else 0.0)
