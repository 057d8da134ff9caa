"""A film as a player gets it: what ffprobe and ffmpeg say of it, its frames and its sound."""

from __future__ import annotations

import json
import re
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
Frame = NDArray[np.uint8]


@dataclass(frozen=True)
class Crop:
    """A part of the picture, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def filter(self) -> str:
        return f"crop={self.width}:{self.height}:{self.x}:{self.y}:exact=1"


class Film:
    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def probe(self) -> dict[str, Any]:
        told = subprocess.run(
            ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-show_chapters", "-of", "json", str(self.path)],
            capture_output=True, text=True, check=True,
        ).stdout
        return dict(json.loads(told))

    def stream(self, kind: str) -> dict[str, Any]:
        return next((dict(one) for one in self.probe["streams"] if one["codec_type"] == kind), {})

    @property
    def size(self) -> tuple[int, int]:
        video = self.stream("video")
        return int(video["width"]), int(video["height"])

    @property
    def rate(self) -> float:
        above, below = self.stream("video")["r_frame_rate"].split("/")
        return int(above) / int(below)

    @cached_property
    def frame_times(self) -> list[float]:
        """When each frame is shown, by the container."""
        told = subprocess.run(
            ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0",
             str(self.path)],
            capture_output=True, text=True, check=True,
        ).stdout
        return sorted(float(line.strip().strip(",")) for line in told.splitlines() if line.strip())

    @cached_property
    def frame_hashes(self) -> list[str]:
        """Of each decoded frame."""
        told = subprocess.run(
            ["ffmpeg", "-v", "error", "-nostdin", "-i", str(self.path), "-map", "0:v", "-f", "framemd5", "-"],
            capture_output=True, text=True, check=True,
        ).stdout
        return [line.split(",")[-1].strip() for line in told.splitlines() if not line.startswith("#")]

    @property
    def errors(self) -> str:
        """What a decoder has to say against it."""
        return subprocess.run(
            ["ffmpeg", "-v", "error", "-nostdin", "-i", str(self.path), "-f", "null", "-"],
            capture_output=True, text=True, check=False,
        ).stderr.strip()

    @cached_property
    def sound(self) -> NDArray[np.float32]:
        """Both channels as one, from the film's beginning on; what its edit list leaves out is left out."""
        pcm = subprocess.run(
            ["ffmpeg", "-v", "error", "-nostdin", "-i", str(self.path), "-map", "0:a", "-ac", "1", "-ar", str(RATE), "-f", "f32le",
             "-"],
            capture_output=True, check=True,
        ).stdout
        return np.frombuffer(pcm, "<f4")

    def frames(self, crop: Crop | None = None, *, start: float = 0, count: int | None = None) -> Iterator[Frame]:
        """Frame after frame: rows of pixels of red, green and blue."""
        width, height = (crop.width, crop.height) if crop else self.size
        command = ["ffmpeg", "-v", "error", "-nostdin", *(["-ss", f"{start:.6f}"] if start else []), "-i", str(self.path), "-map", "0:v"]
        filters = [crop.filter] if crop else []
        command += ["-vf", ",".join([*filters, "scale=in_color_matrix=bt709:flags=accurate_rnd+full_chroma_int"])]
        command += [*(["-frames:v", str(count)] if count else []), "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
        size = width * height * 3
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            while len(data := child.stdout.read(size)) == size:
                yield np.frombuffer(data, np.uint8).reshape(height, width, 3)

    def detected(self, *arguments: str) -> str:
        """What filters print about it."""
        return subprocess.run(
            ["ffmpeg", "-hide_banner", "-nostats", "-nostdin", "-i", str(self.path), *arguments, "-f", "null", "-"],
            capture_output=True, text=True, check=True,
        ).stderr

    def spans(self, filter: str, start: str, end: str, *, is_sound: bool = False) -> list[tuple[float, float]]:
        """From when to when a filter sees what it looks for; to the end where it tells no end."""
        log = self.detected("-vn" if is_sound else "-an", "-af" if is_sound else "-vf", filter)
        starts = [float(one) for one in re.findall(rf"{start}:\s*(-?[0-9.]+)", log)]
        ends = [float(one) for one in re.findall(rf"{end}:\s*(-?[0-9.]+)", log)]
        ends += [self.seconds] * (len(starts) - len(ends))
        return list(zip(starts, ends))

    @property
    def seconds(self) -> float:
        return float(self.probe["format"]["duration"])

    @cached_property
    def loudness(self) -> dict[str, float]:
        """Of the whole: ``I`` in LUFS, ``Peak`` in dBTP."""
        told = self.detected("-vn", "-af", "ebur128=peak=true").rsplit("Summary:", 1)[-1]
        return {name: float(value) for name, value in re.findall(r"(I|LRA|Peak):\s*(-?[0-9.]+|-inf)", told)}

    @property
    def boxes(self) -> list[str]:
        """The outer boxes of the file, in their order."""
        names: list[str] = []
        with self.path.open("rb") as file:
            while len(head := file.read(8)) == 8:
                size, name = struct.unpack(">I4s", head)
                length = 8
                if size == 1:
                    size, length = struct.unpack(">Q", file.read(8))[0], 16
                names.append(name.decode("latin-1"))
                if size == 0:
                    break
                file.seek(size - length, 1)
        return names


def loudest(sound: NDArray[np.float32], first: float, last: float) -> float:
    """The level of a stretch of sound, in seconds, in dB."""
    part = sound[max(0, round(first * RATE)) : max(0, round(last * RATE))]
    if len(part) == 0:
        return -120.0
    power = float(np.mean(np.square(part, dtype=np.float64)))
    return 10 * float(np.log10(power)) if power > 1e-12 else -120.0
