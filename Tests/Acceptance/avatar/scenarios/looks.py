"""How every layout, host, style and mood looks: on sheets for people, and by what can be measured of them."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.bench import Bench
from looking import mouth, order, sheets, voice
from looking.film import Film
from looking.renderer import Renderer
from looking.sheets import Frame

NAME = "looks"
TITLE = "every layout, host, style and mood keeps its edges free, its letters readable and its face its own; eyes blink, mouths rest"

SD360 = (640, 360, 25)
#: Nothing that matters is nearer to the edge, as shares of the picture; letters are not within the second.
IMPORTANT, LETTERS = 0.035, 0.05
CONTRAST = 4.5
#: What coding leaves of a smooth ground, of 255.
NOISE = 12
WITH_HOSTS = ("oneHost", "twoHosts", "hostWithChart", "callerOnAir")
#: Frames of a scene in the sheets.
LENGTH = 5


def run(bench: Bench) -> None:
    renderer = Renderer(bench)
    reason = voice.reason_impossible() or (None if renderer.is_there else f"{renderer.program} is missing")
    if reason:
        bench.skip("everything", reason)
        return
    word = _word(bench)
    for form in (SD360,) if bench.quick else (order.HD720, SD360):
        _sheets(bench, renderer, form, word)
        _letters(bench, renderer, form, word)
    for name in order.HOSTS:
        _life(bench, renderer, name)


def _word(bench: Bench) -> voice.Speech:
    """Something said for 0.2 s, so that there are words in the picture."""
    file = bench.folder / "word.wav"
    voice.write(file, np.random.default_rng(4).normal(0, 900, LENGTH * 1920).astype(np.int16))
    words = ({"text": "Hello", "start": 0, "end": 100, "endsSentence": False}, {"text": "everybody!", "start": 100, "end": 200, "endsSentence": True})
    return voice.Speech("Nova", file, "Hello everybody!", 0.2, (voice.Phone("EH", 0, 200),), words)


def _scene(layout: str, hosts: list[dict[str, Any]], word: voice.Speech) -> dict[str, Any]:
    return order.scene(layout, hosts, [(0, word)], lead=0, tail=0)


def _middles(film: Film) -> list[Frame]:
    """The frame in the middle of each scene."""
    return [frame.copy() for place, frame in enumerate(film.frames()) if place % LENGTH == LENGTH // 2]


def _film(bench: Bench, renderer: Renderer, name: str, wish: dict[str, Any]) -> Film:
    renderer.film(order.write(bench.folder / f"{name}.json", wish)).must()
    return Film(bench.folder / name / "film.mp4")


def _sheets(bench: Bench, renderer: Renderer, form: tuple[int, int, int], word: voice.Speech) -> None:
    name = f"looks-{form[1]}p"
    looks = list(itertools.product(order.LAYOUTS, order.HOSTS, order.STYLES, order.MOODS))
    scenes = []
    for layout, host, style, mood in looks:
        other = order.host("Rex" if host == "Nova" else "Nova", style, mood)
        scenes.append(_scene(layout, [order.host(host, style, mood), *([other] if layout == "twoHosts" else [])], word))
    frames = _middles(_film(bench, renderer, name, order.order(bench.folder / name, bench.folder / "cache", scenes, form=form)))
    bench.check(f"{form[1]}p: layouts, hosts, styles and moods", "a picture of each", f"{len(frames)} of {len(looks)}", len(frames) == len(looks))
    if bench.artefacts is not None:
        for layout, host in itertools.product(order.LAYOUTS, order.HOSTS):
            of_both = [frame for frame, look in zip(frames, looks) if look[:2] == (layout, host)]
            sheets.keep(of_both, len(order.MOODS), bench.artefacts / f"{name}-{layout}-{host}.png")
    for figure, share in (("nothing within 3.5 % of an edge", IMPORTANT), ("no letters within 5 % of an edge", LETTERS)):
        off = [sheets.edge_deviation(frame, share) for frame in frames]
        worst = int(np.argmax(off))
        bench.check(f"{form[1]}p: {figure}", f"at most {NOISE} of 255 from the ground", f"{off[worst]:.0f}, in {' '.join(looks[worst])}", off[worst] <= NOISE)
    _moods(bench, form, looks, frames)


def _moods(bench: Bench, form: tuple[int, int, int], looks: list[tuple[str, str, str, str]], frames: list[Frame]) -> None:
    """Apart from what it feels, each host is drawn the same."""
    nearest, who = 255.0, ""
    for layout, host, style in itertools.product(WITH_HOSTS, order.HOSTS, order.STYLES):
        faces = [(look[3], frame.astype(np.int16)) for frame, look in zip(frames, looks) if look[:3] == (layout, host, style)]
        for (one, first), (other, second) in itertools.combinations(faces, 2):
            # The most that any part of the picture of 4 % of its width differs on average.
            distance = _blocks(np.abs(first - second).mean(axis=2), first.shape[1] // 25).max()
            if distance < nearest:
                nearest, who = float(distance), f"{one} and {other} of {host}, {style}, {layout}"
    bench.check(f"{form[1]}p: pictures of different moods", "no two alike: somewhere 4 of 255 apart", f"{nearest:.1f} apart: {who}", nearest >= 4)


def _blocks(values: NDArray[Any], size: int) -> NDArray[np.float64]:
    height, width = (length // size * size for length in values.shape)
    return np.asarray(values[:height, :width].reshape(height // size, size, width // size, size).mean(axis=(1, 3)))


def _letters(bench: Bench, renderer: Renderer, form: tuple[int, int, int], word: voice.Speech) -> None:
    """Each text is found by changing it: the letters are where the picture then differs."""
    for theme in ("dark", "light"):
        scenes = [_scene(layout, [order.host("Nova"), order.host("Rex")], word) for layout in order.LAYOUTS]
        base = _theme(bench, renderer, form, theme, "base", scenes, "CryptoCall FM")
        least: dict[str, tuple[float, str]] = {}
        for field in ("station", "topic", "name", "role", "words", "price", "change", "pair"):
            changed = copy.deepcopy(scenes)
            for scene in changed:
                _change(scene, field)
            station = "CallCrypto MF" if field == "station" else "CryptoCall FM"
            frames = _theme(bench, renderer, form, theme, field, changed, station)
            # Hosts move with their words: those are looked at where there are none.
            looked = [layout for layout in order.LAYOUTS if field != "words" or layout not in WITH_HOSTS]
            pairs = [(one, other, layout) for layout, one, other in zip(order.LAYOUTS, base, frames) if layout in looked]
            found = [(value, layout) for one, other, layout in pairs if (value := sheets.contrast(one, other)) is not None]
            if found:
                least[field] = min(found)
        missing = {"station", "topic", "name", "role", "words", "price", "change", "pair"} - set(least)
        shown = ", ".join(f"{field} {value:.1f}" for field, (value, _) in sorted(least.items(), key=lambda one: one[1]))
        bench.check(f"{form[1]}p, {theme}: contrast of letters and their ground", f"at least {CONTRAST}, sampled in every layout", f"{shown}{f'; not found: {missing}' if missing else ''}",
                    not missing and min(value for value, _ in least.values()) >= CONTRAST)


def _change(scene: dict[str, Any], field: str) -> None:
    if field == "topic":
        scene["topic"] = "Ether falls below 3,000"
    elif field in ("name", "role"):
        for host in scene["hosts"]:
            host[field] = host[field][::-1].swapcase()
    elif field == "words":
        for said in scene["speeches"][0]["words"]:
            said["text"] = str(said["text"])[::-1]
    elif field == "price":
        scene["ticker"][0]["price"] = "38741.90"
    elif field == "change":
        scene["ticker"][0]["changeBasisPoints"] = 387
    elif field == "pair" and "chart" in scene:
        scene["chart"]["pair"] = "ETH-USD"


def _theme(bench: Bench, renderer: Renderer, form: tuple[int, int, int], theme: str, field: str, scenes: list[dict[str, Any]], station: str) -> list[Frame]:
    name = f"letters-{form[1]}-{theme}-{field}"
    wish = order.order(bench.folder / name, bench.folder / "cache", scenes, form=form, theme=theme)
    wish["station"] = station
    frames = _middles(_film(bench, renderer, name, wish))
    if field == "base" and bench.artefacts is not None:
        sheets.keep(frames, 3, bench.artefacts / f"layouts-{form[1]}p-{theme}.png", width=640)
    return frames


def _life(bench: Bench, renderer: Renderer, name: str) -> None:
    """A host who is silent, in every mood."""
    learned = mouth.learn(bench, renderer, name, order.HD720)
    # Excited ones tear their eyes open, happy ones nearly close them: each is compared with its own.
    seconds = 12 if not bench.quick else 10
    moods = order.MOODS[:2] if bench.quick else order.MOODS
    scenes = [order.scene("oneHost", [order.host(name, mood=mood)], lead=seconds * 500, tail=seconds * 500) for mood in moods]
    film = _film(bench, renderer, f"silent-{name}", order.order(bench.folder / f"silent-{name}", bench.folder / "cache", scenes))
    eyes: list[int] = []
    openness: list[float] = []
    for frame in film.frames(learned.crop):
        column, row = learned.find(frame)
        face = frame[row : row + learned.face.shape[0] * 3 // 5, column : column + learned.face.shape[1]]
        eyes.append(int((face.min(axis=2) > 175).sum()))
        openness.append(learned.patch_openness(frame))
    count = seconds * 25
    counts, gaps, longest = [], [], 0.0
    for place in range(len(moods)):
        part = np.array(eyes[place * count : (place + 1) * count])
        shut = part < 0.45 * np.median(part)
        edges = np.flatnonzero(np.diff(shut.astype(np.int8), prepend=0, append=0))
        spans = list(zip(edges[::2], edges[1::2]))
        counts.append(len(spans))
        gaps.append(max(np.diff([0, *(start for start, _ in spans), count])) / 25)
        longest = max([longest, *((end - start) / 25 for start, end in spans)])
    bench.check(f"{name}: blinks in {seconds} s of silence", "one within each 10 s, none longer than 0.5 s",
                f"{dict(zip(moods, counts))}, at most {max(gaps):.1f} s apart, the longest {longest:.2f} s", max(gaps) <= 10 and 0 < longest <= 0.5)
    most = {mood: max(openness[place * count : (place + 1) * count]) for place, mood in enumerate(moods)}
    bench.check(f"{name}: the mouth while nothing is said", f"open below {learned.closed_below:.2f} of the widest in every mood",
                ", ".join(f"{mood} {value:.2f}" for mood, value in most.items()), max(most.values()) < learned.closed_below)
    moved = [frame.astype(np.int16) for place, frame in enumerate(film.frames(learned.crop, count=count)) if place % 25 == 0]
    still = min(float(_blocks(np.abs(one - other).mean(axis=2), 20).max()) for one, other in zip(moved, moved[1:]))
    bench.check(f"{name}: who is silent still lives", "moves in every second", f"{still:.1f} of 255 somewhere", still > 2)
    if bench.artefacts is not None:
        frames = [frame.copy() for place, frame in enumerate(film.frames(learned.crop)) if place % count == count // 2]
        sheets.keep(frames, 3, bench.artefacts / f"silent-{name}.png", width=500)
