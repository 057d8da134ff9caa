"""Films that are broken on purpose: whoever checks films has to find each of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

#: A name, the check that must find it, and what ffmpeg does to the film for it.
DEFECTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("half a second of black", "Q6", ("-vf", "drawbox=c=black:t=fill:enable='between(t,4,4.5)'", "-c:a", "copy")),
    ("a picture that stands still", "Q7", ("-vf", "loop=loop=75:size=1:start=100,setpts=N/FRAME_RATE/TB", "-c:a", "copy")),
    ("two seconds of silence", "Q8", ("-c:v", "copy", "-af", "volume=0:enable='between(t,5,7)'", "-c:a", "aac")),
    ("sound that is 3 dB too loud", "Q9", ("-c:v", "copy", "-af", "volume=3dB", "-c:a", "aac")),
    ("peaks at full scale", "Q10", ("-c:v", "copy", "-af", "volume=12dB", "-c:a", "aac")),
    ("a picture that ends a second early", "Q2", ("-vf", "trim=end_frame=400", "-c:a", "copy")),
    ("the index at the end", "the index", ("-c", "copy", "-movflags", "0")),
    ("another profile", "Q1", ("-c:v", "libx264", "-profile:v", "baseline", "-c:a", "copy")),
)


def make(film: Path, changes: tuple[str, ...], target: Path) -> Path:
    options = [*changes]
    if "-vf" in options:
        options += ["-c:v", "libx264", "-preset", "ultrafast"]
    elif "libx264" in options:
        options += ["-preset", "ultrafast"]
    subprocess.run(["ffmpeg", "-y", "-v", "error", "-nostdin", "-i", str(film), "-map", "0:v", "-map", "0:a", *options, str(target)], check=True)
    return target
