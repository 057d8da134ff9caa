"""A clip of three scenes is made fast and in little memory, passes the checks of a finished film, and only what changed is drawn."""

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from harness.bench import Bench
from looking import defects, order, quality, timing, voice
from looking.film import Crop, Film, loudest
from looking.renderer import Outcome, Renderer

NAME = "clip"
TITLE = "a clip of three scenes is drawn faster than it plays, passes every check, and only what changed is drawn again"

#: Of the film's length, at most.
SPEEDS = {order.HD720: 0.25, order.HD1080: 0.6}
#: A machine that does other things besides may need another try.
TRIES = 3
MEMORY = 150e6
#: Between two who speak in a scene, in seconds.
GAP = 0.25
TEXTS = (
    ("Nova", "Good evening everybody, and welcome back. Bitcoin made a big move today, and many people are buying more of it. "
             "Maybe that was the bottom. Could it be? Our members put money into it before breakfast, and the price jumped. "
             "Keep in mind that five in the morning is a bad time for big plans."),
    ("Rex", "I do not believe it. Volume was very poor, and five of the biggest pools moved their coins. "
            "Whoever builds a position now is a very brave man, and probably a bit mad. Be careful, my friends, and keep some powder dry. "
            "The map of the market is not the market, and maps have been wrong before."),
    ("Nova", "Remember that prices jump both ways. Please keep calm, and never bet what you cannot lose. "
             "What would change your mind about it?"),
    ("Rex", "A month of better volume, perhaps. Above the upper band people begin to believe again. "
            "Until then I remain where I am, and that is at the bar with a cup of coffee."),
)


@dataclass(frozen=True)
class Clip:
    scenes: list[dict[str, Any]]
    speeches: list[list[voice.Speech]]

    def starts(self, fps: int) -> list[float]:
        """Where each speech should begin: scenes fill whole frames."""
        begins: list[float] = []
        frame = 0
        for spoken, frames in zip(self.speeches, self.frames(fps)):
            position = 0.3
            for speech in spoken:
                begins.append(frame / fps + position)
                position += speech.seconds + GAP
            frame += frames
        return begins

    def frames(self, fps: int) -> list[int]:
        counts: list[int] = []
        for spoken in self.speeches:
            samples = round(sum(one.seconds for one in spoken) * 48_000) + (len(spoken) - 1) * round(GAP * 48_000) + round(0.6 * 48_000)
            counts.append(-(-samples * fps // 48_000))
        return counts


def run(bench: Bench) -> None:
    renderer = Renderer(bench)
    reason = voice.reason_impossible() or (None if renderer.is_there else f"{renderer.program} is missing")
    if reason:
        bench.skip("everything", reason)
        return
    clip = _clip(bench)
    made = _hd720(bench, renderer, clip)
    _again(bench, renderer, clip, made)
    if not bench.quick:
        _hd1080(bench, renderer, clip)


def _clip(bench: Bench) -> Clip:
    said = [voice.say(host, text, bench.folder / f"speech-{place}.wav") for place, (host, text) in enumerate(TEXTS)]
    nova, rex = order.host("Nova", "casual", "happy"), order.host("Rex", "formal", "skeptical")
    spoken = [[said[0]], [said[1]], [said[2], said[3]]]
    return Clip(
        [
            order.scene("oneHost", [nova], [(0, said[0])], chapter="The move of the day"),
            order.scene("hostWithChart", [rex], [(0, said[1])], chapter="What the chart says"),
            order.scene("twoHosts", [nova, rex], [(0, said[2]), (1, said[3])], chapter="Both ways"),
        ],
        spoken,
    )


@dataclass(frozen=True)
class Made:
    order: dict[str, Any]
    outcome: Outcome
    film: Film
    folder: Path


def _make(bench: Bench, renderer: Renderer, name: str, cache: str, scenes: Sequence[dict[str, Any]], form: tuple[int, int, int] = order.HD720) -> Made:
    folder = bench.folder / name
    wish = order.order(folder, bench.folder / cache, scenes, form=form, teaser=(15, 40))
    outcome = renderer.film(order.write(bench.folder / f"{name}.json", wish)).must()
    return Made(wish, outcome, Film(folder / str(outcome.film["film"])), folder)


def _speed(bench: Bench, renderer: Renderer, clip: Clip, form: tuple[int, int, int]) -> Made:
    """The best of some tries counts; what else runs on the machine slows it down, and nothing makes it faster."""
    name = f"{form[1]}p{form[2]}"
    runs: list[Made] = []
    for attempt in range(1 if bench.quick else TRIES):
        runs.append(_make(bench, renderer, f"film-{name}-{attempt}", f"cache-{name}-{attempt}", clip.scenes, form))
        if runs[-1].outcome.seconds / runs[-1].film.seconds <= SPEEDS[form]:
            break
    best = min(runs, key=lambda made: made.outcome.seconds)
    ran, length = best.outcome, best.film.seconds
    load = os.getloadavg()[0]
    tries = ", ".join(f"{one.outcome.seconds / one.film.seconds:.3f}" for one in runs)
    bench.check(f"{name}: a film of {length:.1f} s takes", f"at most {SPEEDS[form]} of its length",
                f"{ran.seconds / length:.3f} ({ran.seconds:.1f} s; tries {tries}; {ran.cpu_seconds / length:.3f} of processor time, load {load:.1f} on {os.cpu_count()})",
                ran.seconds / length <= SPEEDS[form] and (bench.quick or length >= 60))
    bench.check(f"{name}: memory of the renderer at its peak", f"at most {MEMORY / 1e6:.0f} MB",
                f"{ran.peak_bytes / 1e6:.0f} MB (ffmpeg's {ran.children_peak_bytes / 1e6:.0f} MB)", 0 < ran.peak_bytes <= MEMORY)
    return runs[0]


def _hd720(bench: Bench, renderer: Renderer, clip: Clip) -> Made:
    made = _speed(bench, renderer, clip, order.HD720)
    told = made.outcome.progress
    dones = [done for done, _ in told]
    bench.check("progress", "never back, to the last frame, one total", f"{dones[0]} to {dones[-1]} of {told[-1][1]} in {len(told)} lines",
                dones == sorted(dones) and dones[-1] == told[-1][1] == sum(clip.frames(25)) and len({total for _, total in told}) == 1)
    _checks(bench, "720p25", clip, made)
    if not bench.quick:
        _defects(bench, clip, made)
    _chapters(bench, clip, made)
    _stills(bench, clip, made)
    _teaser(bench, clip, made)
    left = sorted(path.name for path in made.folder.iterdir())
    named = sorted([made.outcome.film[name] for name in ("film", "poster", "captions", "sheet", "teaser") if name in made.outcome.film] + ["film.json"])
    bench.check("the film's folder", "what film.json names, and nothing else", ", ".join(left), left == named)
    if bench.artefacts is not None:
        for name in left:
            keep(bench, made.folder / name, f"clip-{name}")
    return made


def keep(bench: Bench, file: Path, name: str) -> None:
    if bench.artefacts is not None:
        bench.artefacts.mkdir(parents=True, exist_ok=True)
        (bench.artefacts / name).write_bytes(file.read_bytes())


def _checks(bench: Bench, name: str, clip: Clip, made: Made) -> None:
    fps = made.order["form"]["framesPerSecond"]
    starts = clip.starts(fps)
    spoken = [speech for row in clip.speeches for speech in row]
    places = [timing.place(made.film.sound, speech.file) for speech in spoken]
    off = max(abs(place.seconds - start) for place, start in zip(places, starts))
    bench.check(f"{name}: each speech is heard where its scene puts it", "within 1 ms, and is what was given",
                f"{off * 1000:.2f} ms off at most, likeness at least {min(place.likeness for place in places):.3f}",
                off <= 0.001 and all(place.likeness > 0.98 for place in places))
    captions = (made.folder / str(made.outcome.film["captions"])).read_text()
    for finding in quality.findings(made.film, captions, _told(clip, made)):
        bench.check(f"{name}: {finding.name}", finding.bar, finding.measured, finding.holds)


def _told(clip: Clip, made: Made) -> quality.Told:
    form = made.order["form"]
    fps = form["framesPerSecond"]
    spoken = [speech for row in clip.speeches for speech in row]
    words = [
        {"text": word["text"], "start": start + word["start"] / 1000, "end": start + word["end"] / 1000}
        for start, speech in zip(clip.starts(fps), spoken) for word in speech.words
    ]
    return quality.Told(sum(clip.frames(fps)), (form["width"], form["height"], fps), words, [])


def _defects(bench: Bench, clip: Clip, made: Made) -> None:
    """Each check must be able to fail: films that were broken on purpose."""
    missed: list[str] = []
    good = {finding.name for finding in quality.findings(made.film, "WEBVTT\n", _told(clip, made)) if finding.holds}
    for name, check, changes in defects.DEFECTS:
        broken = Film(defects.make(made.film.path, changes, bench.folder / "broken.mp4"))
        found = [finding.name for finding in quality.findings(broken, "WEBVTT\n", _told(clip, made)) if not finding.holds]
        if not any(one.startswith(check) for one in found):
            missed.append(f"{name} by {check}")
    bench.check("films broken on purpose", "each found by its check", f"{len(defects.DEFECTS) - len(missed)} of {len(defects.DEFECTS)} {missed or ''}; {len(good)} checks hold for the whole one",
                not missed and len(good) > 8)


def _chapters(bench: Bench, clip: Clip, made: Made) -> None:
    found = [(one["tags"]["title"], float(one["start_time"]), float(one["end_time"])) for one in made.film.probe["chapters"]]
    counts = clip.frames(25)
    ends = np.cumsum(counts) / 25
    wanted = [(scene["chapter"], end - count / 25, end) for scene, count, end in zip(clip.scenes, counts, ends)]
    told = [(one["title"], one["milliseconds"] / 1000) for one in made.outcome.film["chapters"]]
    holds = [one[0] for one in found] == [one[0] for one in wanted] and np.allclose([one[1:] for one in found], [one[1:] for one in wanted], atol=0.002)
    title = made.film.probe["format"].get("tags", {}).get("title")
    lengths = [end - start for _, start, end in found]
    bench.check("Q21 chapters and title", "the order's, from 0 on, without gaps, three of 10 s or more; the same in film.json",
                f"{[(name, round(start, 2)) for name, start, _ in found]}, {title!r}",
                bool(holds) and title == made.order["title"] and (bench.quick or min(lengths) >= 10)
                and [(name, round(start, 2)) for name, start, _ in found] == [(name, round(start, 2)) for name, start in told])


def _stills(bench: Bench, clip: Clip, made: Made) -> None:
    poster = Image.open(made.folder / str(made.outcome.film["poster"]))
    sheet = Image.open(made.folder / str(made.outcome.film["sheet"]))
    count = clip.frames(25)[0]
    shown = np.asarray(poster.convert("RGB"), np.int16)
    distance = min(float(np.abs(frame.astype(np.int16) - shown).mean()) for frame in made.film.frames(count=count))
    size = (made.folder / str(made.outcome.film["poster"])).stat().st_size
    bench.check("Q22 the poster", "a picture of the first scene, as large as the film, below 2 MB", f"{poster.size}, {size / 1000:.0f} kB, {distance:.2f} of 255 from a frame",
                poster.size == made.film.size and distance < 3 and size < 2_000_000)
    cells = [np.asarray(sheet.convert("L").crop((12 + 492 * place, 12, 492 + 492 * place, 282)), np.float64) for place in range(len(clip.scenes))]
    apart = min(float(np.abs(cells[one] - cells[other]).mean()) for one in range(3) for other in range(one))
    bench.check("the sheet", "a picture of each scene, no two alike", f"{sheet.size}, {apart:.1f} of 255 apart", sheet.size == (12 + 492 * 3, 12 + 282) and apart > 3)


def _teaser(bench: Bench, clip: Clip, made: Made) -> None:
    told = made.outcome.film
    if "teaser" not in told:
        bench.check("the teaser", "there is one", "none", False)
        return
    teaser = Film(made.folder / str(told["teaser"]))
    first, last = told["teaserFrames"]
    count = len(teaser.frame_hashes)
    bench.check("the teaser's length", "15 to 40 s, as many frames as told, sound as long", f"{count / 25:.2f} s, {count} of {last - first} frames, sound {len(teaser.sound) / 48_000:.2f} s",
                15 <= count / 25 <= 40.2 and count == last - first and abs(len(teaser.sound) / 48_000 - count / 25) < 0.055)
    original = [frame.copy() for frame in made.film.frames(Crop(60, 90, 760, 410), count=last)][first:]
    distances = [float(np.abs(one.astype(np.int16) - other).mean()) for one, other in zip(teaser.frames(Crop(60, 90, 760, 410)), original)]
    bench.check("the teaser's pictures", "those of the film from its frame on", f"{max(distances):.2f} of 255 apart at most", max(distances) < 4)
    cut = last / 25
    starts = clip.starts(25)
    spoken = [speech for row in clip.speeches for speech in row]
    ends = [start + word["end"] / 1000 for start, speech in zip(starts, spoken) for word in speech.words if word["endsSentence"]]
    nearest = min(ends, key=lambda end: abs(end - cut))
    around, before = loudest(made.film.sound, cut - 0.03, cut + 0.03), loudest(made.film.sound, nearest - 0.6, nearest)
    at_begin = loudest(made.film.sound, first / 25 - 0.03, first / 25 + 0.03) if first else -120.0
    bench.check("where the teaser is cut", "within 0.3 s after a sentence, in silence", f"{(cut - nearest) * 1000:.0f} ms after one; {around:.0f} dB at the cut, {before:.0f} dB in the sentence, {at_begin:.0f} dB where it begins",
                0 <= cut - nearest <= 0.3 and around < -45 and before > -35 and at_begin < -45)
    bench.check("the teaser's file", "decodes, moov first", f"{teaser.errors[:80] or 'no errors'}, {' '.join(teaser.boxes)}",
                not teaser.errors and teaser.boxes.index("moov") < teaser.boxes.index("mdat"))


def _again(bench: Bench, renderer: Renderer, clip: Clip, made: Made) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in made.folder.iterdir()}
    again = renderer.film(bench.folder / f"{made.folder.name}.json").must()
    after = {path.name: path.stat().st_mtime_ns for path in made.folder.iterdir()}
    bench.check("the same order again", "makes nothing, says the same", f"{again.seconds:.2f} s, {len(again.lines)} line", before == after and again.film == made.outcome.film and not again.children)
    cache = Path(made.order["cache"]).name
    kept = _make(bench, renderer, "film-kept", cache, clip.scenes)
    bench.check("the same scenes in another folder", "none is drawn, every frame is the same", f"{kept.outcome.film['drawnScenes']} drawn in {kept.outcome.seconds:.1f} s",
                kept.outcome.film["drawnScenes"] == 0 and kept.film.frame_hashes == made.film.frame_hashes)
    changed = copy.deepcopy(clip.scenes)
    changed[1]["topic"] = "Volume is still poor"
    other = _make(bench, renderer, "film-changed", cache, changed)
    counts = clip.frames(25)
    parts = [slice(sum(counts[:place]), sum(counts[: place + 1])) for place in range(3)]
    same = [sum(one == two for one, two in zip(other.film.frame_hashes[part], made.film.frame_hashes[part])) for part in parts]
    bench.check("one scene of three changed", "one is drawn; the frames of the others are the same, those of this one are not",
                f"{other.outcome.film['drawnScenes']} drawn of {other.outcome.film['scenes']}; the same of each: {same} of {counts}",
                other.outcome.film["drawnScenes"] == 1 and same[0] == counts[0] and same[2] == counts[2] and same[1] == 0)
    fresh = _make(bench, renderer, "film-fresh", "cache-fresh", clip.scenes)
    differing = sum(one != two for one, two in zip(fresh.film.frame_hashes, made.film.frame_hashes))
    bench.check("drawn twice from nothing", "every frame is the same", f"{differing} of {len(fresh.film.frame_hashes)} differ",
                differing == 0 and fresh.film.frame_hashes == made.film.frame_hashes and fresh.outcome.film["drawnScenes"] == 3)


def _hd1080(bench: Bench, renderer: Renderer, clip: Clip) -> None:
    made = _speed(bench, renderer, clip, order.HD1080)
    _checks(bench, "1080p30", clip, made)
