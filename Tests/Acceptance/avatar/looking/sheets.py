"""Pictures looked at as pictures: their edges, the contrast of their letters, and sheets to keep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Frame = NDArray[np.uint8]


def keep(frames: Sequence[Frame], columns: int, path: Path, *, width: int = 426) -> None:
    """Writes frames as one picture, row by row."""
    height = width * frames[0].shape[0] // frames[0].shape[1]
    sheet = Image.new("RGB", (columns * (width + 4) + 4, (len(frames) + columns - 1) // columns * (height + 4) + 4), (90, 90, 90))
    for place, frame in enumerate(frames):
        row, column = divmod(place, columns)
        sheet.paste(Image.fromarray(frame).resize((width, height)), (4 + column * (width + 4), 4 + row * (height + 4)))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def edge_deviation(frame: Frame, share: float) -> float:
    """How far any pixel of the border is from its row's background; both edges of the picture are alike."""
    height, width = frame.shape[:2]
    # What stands at the very line leaves traces of its coding just beyond.
    high, wide = int(height * share) - 2, int(width * share) - 2
    picture = frame.astype(np.int16)
    sides = np.concatenate([picture[:, :wide], picture[:, width - wide :]], axis=1)
    background = np.median(sides, axis=1, keepdims=True)
    rows = np.concatenate([np.abs(picture[:high] - background[:high]), np.abs(picture[height - high :] - background[height - high :])])
    return float(max(rows.max(), np.abs(sides - background).max()))


def luminance(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Relative, as WCAG 2 has it."""
    share = pixels / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(frame: Frame, other: Frame, most: float = 1.0) -> float | None:
    """Of letters on their ground, where two pictures differ by their letters only; nothing where they do not differ.

    The ground is the most frequent luminance of the box, and the letters' own is that of the few pixels farthest from it: of
    thin letters most pixels are a mixture.
    """
    difference = np.abs(frame.astype(np.int16) - other).max(axis=2) > 40
    rows, columns = np.flatnonzero(difference.any(axis=1)), np.flatnonzero(difference.any(axis=0))
    if len(rows) < 3 or len(columns) < 3:
        return None
    box = luminance(frame[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]).ravel()
    counts, edges = np.histogram(np.sqrt(box), 64, (0, 1))
    mode = int(np.argmax(counts))
    ground = float(np.median(box[(np.sqrt(box) >= edges[mode]) & (np.sqrt(box) <= edges[mode + 1])]))
    ratios = (np.maximum(box, ground) + 0.05) / (np.minimum(box, ground) + 0.05)
    return float(np.percentile(ratios, 100 - most))
