"""How far a host's mouth is open in each frame, seen in the picture alone.

What a host's mouth looks like is learned from a film of the same host that the same program was told to make, with each shape
for a while. Where the mouth is, is what differs between open and closed there; in every other frame the face is found by
how it looks, and the mouth by its place in the face. How far it is open is how much of it has colours that a closed mouth has not:
teeth, tongue, and the dark between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.bench import Bench

from . import order, voice
from .film import Crop, Film
from .renderer import Renderer

Array = NDArray[np.float64]

#: What the lesson goes through: a sound and how long it is held, in milliseconds.
LESSON = [
    (name, 360)
    for _ in range(5)
    for name in ("P", "AA", "P", "EH", "P", "IY", "B", "AO", "M", "UW", "P", "AA")
] + [("", 1000), ("P", 360), ("", 1000), ("P", 360)]
#: In the lesson, nothing within this time of a change is looked at, in milliseconds.
_EDGE = 120
_BITS = 4
_SEARCH = 44


@dataclass
class Mouth:
    """What one host's mouth looks like, in films of one form."""

    crop: Crop
    """Where the host is."""
    face: Array
    """What the face is found by: grey, with a mean of 0."""
    face_at: tuple[int, int]
    """Where it was in the lesson, as column and row."""
    mouth: tuple[int, int, int, int]
    """Column, row, width and height, from the corner of the face."""
    inside: NDArray[np.bool_]
    """Which colours are those of an open mouth."""
    whole: float
    """How many pixels have such colours where it is wide open."""
    closed_below: float = 0.0
    """A mouth that is open less far is closed."""
    lesson: dict[str, Array] | None = None
    """How far it was open in the lesson, by sounds."""

    def openness(self, film: Film, *, start: float = 0, count: int | None = None) -> Array:
        """0 where it is closed, 1 where it is as wide open as it gets; one number for each frame."""
        return np.array([self.patch_openness(frame) for frame in film.frames(self.crop, start=start, count=count)])

    def patch_openness(self, frame: NDArray[np.uint8]) -> float:
        return self._open(frame) / self.whole

    def _open(self, frame: NDArray[np.uint8]) -> float:
        return float(self.inside[_colours(self.patch(frame))].sum())

    def patch(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The mouth in a frame."""
        column, row = self.find(frame)
        x, y, width, height = self.mouth
        return frame[row + y : row + y + height, column + x : column + x + width]

    def find(self, frame: NDArray[np.uint8]) -> tuple[int, int]:
        """Where the face is most like what was learned."""
        height, width = self.face.shape
        x, y = self.face_at
        left, top = max(0, x - _SEARCH), max(0, y - _SEARCH)
        area = _grey(frame)[top : y + height + _SEARCH, left : x + width + _SEARCH]
        size = area.shape
        spectrum = np.fft.rfft2(area)
        likeness = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(self.face, size)), size)
        box = np.fft.rfft2(np.ones(self.face.shape), size)
        count = self.face.size
        sums = np.fft.irfft2(spectrum * np.conj(box), size)
        squares = np.fft.irfft2(np.fft.rfft2(area * area) * np.conj(box), size)
        spread = np.sqrt(np.maximum(squares - sums * sums / count, 1.0))
        valid = (likeness / spread)[: size[0] - height + 1, : size[1] - width + 1]
        best = int(np.argmax(valid))
        row, column = divmod(best, valid.shape[1])
        return left + column, top + row


def learn(bench: Bench, renderer: Renderer, name: str, form: tuple[int, int, int]) -> Mouth:
    """Has the lesson filmed, and looks at it."""
    film, shown = _lesson(bench, renderer, name, form)
    crop = Crop(form[0] // 20, form[1] // 8, form[0] * 3 // 5, form[1] * 9 // 16)
    frames = [frame.copy() for frame in film.frames(crop)]
    is_open = [place for place, sound in enumerate(shown) if sound in ("AA", "EH", "IY", "AO", "UW")]
    is_closed = [place for place, sound in enumerate(shown) if sound in ("P", "B", "M")]
    wide = [place for place, sound in enumerate(shown) if sound == "AA"]
    box = _where_it_differs(frames, wide, is_closed)
    x, y, width, height = box
    size = max(width, 20)
    # Eyes and nose: above the mouth, and somewhat wider.
    top, left = max(0, y - round(1.5 * size)), max(0, x + width // 2 - round(1.05 * size))
    grey = _grey(frames[is_closed[len(is_closed) // 2]])
    face = grey[top : y - round(0.08 * size), left : left + round(2.1 * size)]
    mouth = Mouth(crop, face - face.mean(), (left, top), (0, 0, 1, 1), np.zeros(1, bool), 1.0)
    # Heads move: only beside the face the place of the mouth is always the same.
    corners = {place: mouth.find(frames[place]) for place in (*is_closed, *is_open)}
    area = (0, face.shape[0] - round(0.1 * size), face.shape[1], round(1.3 * size))

    def cut(place: int, part: tuple[int, int, int, int]) -> NDArray[np.uint8]:
        column, row = corners[place]
        return frames[place][row + part[1] : row + part[1] + part[3], column + part[0] : column + part[0] + part[2]]

    aligned = [np.mean([_grey(cut(place, area)) for place in places if cut(place, area).shape[:2] == (area[3], area[2])], axis=0) for places in (wide, is_closed)]
    found = _largest(np.abs(aligned[0] - aligned[1]), 0.25)
    mouth.mouth = (area[0] + found[0] - 2, area[1] + found[1] - 2, found[2] + 4, found[3] + 4)
    mouth.inside = _differing_colours([cut(place, mouth.mouth) for place in is_open], [cut(place, mouth.mouth) for place in is_closed])
    mouth.whole = float(np.mean([mouth._open(frames[place]) for place in wide]))
    lesson: dict[str, list[float]] = {}
    for frame, sound in zip(frames, shown):
        if sound is not None:
            lesson.setdefault(sound, []).append(mouth._open(frame) / mouth.whole)
    mouth.lesson = {sound: np.array(values) for sound, values in lesson.items()}
    shut = np.concatenate([mouth.lesson[sound] for sound in ("P", "B", "M")])
    apart = np.concatenate([mouth.lesson[sound] for sound in ("IY", "UW", "EH", "AA", "AO")])
    mouth.closed_below = float((np.percentile(shut, 99) + np.percentile(apart, 2)) / 2)
    return mouth


def _lesson(bench: Bench, renderer: Renderer, name: str, form: tuple[int, int, int]) -> tuple[Film, list[str | None]]:
    """The film, and for each of its frames what is shown, or nothing where that is about to change."""
    file = bench.folder / f"lesson-{name}.wav"
    milliseconds = sum(length for _, length in LESSON)
    chance = np.random.default_rng(1)
    voice.write(file, chance.normal(0, 300, milliseconds * 48).astype(np.int16))
    phones: list[voice.Phone] = []
    position = 0
    for sound, length in LESSON:
        phones.append(voice.Phone(sound, position, position + length))
        position += length
    speech = voice.Speech(name, file, "", milliseconds / 1000, tuple(phones), ())
    folder = bench.folder / f"lesson-{name}-{form[1]}-{form[2]}"
    wish = order.order(folder, bench.folder / "cache", [order.scene("oneHost", [order.host(name)], [(0, speech)], lead=200, tail=200)], form=form)
    renderer.film(order.write(folder.with_suffix(".json"), wish)).must()
    film = Film(folder / "film.mp4")
    shown: list[str | None] = []
    for frame in range(len(film.frame_times)):
        time = (frame + 0.5) * 1000 / form[2] - 200
        phone = next((one for one in phones if one.start + _EDGE <= time < one.end - _EDGE), None)
        shown.append(phone.name if phone else None)
    return film, shown


def _grey(frame: NDArray[np.uint8]) -> Array:
    return frame @ np.array([0.299, 0.587, 0.114])


def _colours(patch: NDArray[np.uint8]) -> NDArray[np.int64]:
    """One number for each pixel's colour, roughly."""
    rough = patch.astype(np.int64) >> (8 - _BITS)
    return np.asarray((rough[..., 0] << 2 * _BITS) + (rough[..., 1] << _BITS) + rough[..., 2])


def _differing_colours(opened: list[NDArray[np.uint8]], closed: list[NDArray[np.uint8]]) -> NDArray[np.bool_]:
    """Colours that open mouths have far more often than closed ones."""
    counts = []
    for patches in (opened, closed):
        count = np.zeros(1 << 3 * _BITS)
        for patch in patches:
            np.add.at(count, _colours(patch).ravel(), 1)
        counts.append(count / max(1, len(patches)))
    return np.asarray((counts[0] > 0.05) & (counts[0] > 6 * counts[1]))


def _where_it_differs(frames: list[NDArray[np.uint8]], one: list[int], other: list[int]) -> tuple[int, int, int, int]:
    means = [np.mean([_grey(frames[place]) for place in places], axis=0) for places in (one, other)]
    return _largest(np.abs(means[0] - means[1]), 0.3)


def _largest(difference: Array, share: float) -> tuple[int, int, int, int]:
    """The box of what is connected with the largest difference: column, row, width, height."""
    kernel = np.ones(5) / 5
    for axis in (0, 1):
        difference = np.apply_along_axis(lambda line: np.convolve(line, kernel, "same"), axis, difference)
    peak = np.unravel_index(int(np.argmax(difference)), difference.shape)
    mask = difference > share * difference[peak]
    seen = np.zeros_like(mask)
    waiting = [(int(peak[0]), int(peak[1]))]
    seen[peak] = True
    while waiting:
        row, column = waiting.pop()
        for y, x in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            if 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and mask[y, x] and not seen[y, x]:
                seen[y, x] = True
                waiting.append((y, x))
    rows, columns = np.where(seen)
    return int(columns.min()), int(rows.min()), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def save(patches: list[NDArray[np.uint8]], path: Path, columns: int = 16) -> None:
    """Keeps what was looked at as one picture."""
    from PIL import Image

    height, width = patches[0].shape[:2]
    sheet = np.zeros(((len(patches) + columns - 1) // columns * height, columns * width, 3), np.uint8)
    for place, patch in enumerate(patches):
        row, column = divmod(place, columns)
        sheet[row * height : (row + 1) * height, column * width : (column + 1) * width] = patch[:height, :width]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(sheet).resize((sheet.shape[1] * 2, sheet.shape[0] * 2)).save(path)
