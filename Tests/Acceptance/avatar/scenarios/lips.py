"""Lips move when they are heard to, measured in the pictures and in the sound of finished films."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.bench import Bench
from looking import lipsync, mouth, order, timing, voice
from looking.film import Film
from looking.lipsync import Figures
from looking.mouth import Mouth
from looking.renderer import Renderer

NAME = "lips"
TITLE = "lips close for every p, b and m and open after it, when that is heard; a mouth opens with the sound and rests without"

SHOWN = 0.98
MEAN, WORST = 20.0, 40.0
TEXTS = (
    "Maybe people bought more bitcoin because prices jumped. Probably both big pools made a move before breakfast.",
    "My members ask me about the bottom. A broad band of buyers appeared, but problems remain.",
    "Remember, a member may become a prime buyer tomorrow. Happy people buy apples and plums in September.",
    "Bob made a map of the market. Pam put ample money into a number of pumped up bonds.",
    "The import of copper is up by a number of points. Empty promises keep many from buying.",
)
#: They begin with a vowel that opens the mouth at once.
OPENERS = ("Apples are up.", "All of it is new.", "After that it fell.", "Others are out.", "Add a coin.", "Art is old.")
#: Before each of them, in seconds.
SILENCE = 1.2


def run(bench: Bench) -> None:
    renderer = Renderer(bench)
    reason = voice.reason_impossible() or lipsync.recogniser_impossible() or (None if renderer.is_there else f"{renderer.program} is missing")
    if reason:
        bench.skip("everything", reason)
        return
    for name in order.HOSTS:
        learned = mouth.learn(bench, renderer, name, order.HD720)
        if _lesson(bench, name, learned):
            _speech(bench, renderer, name, learned)
            _onsets(bench, renderer, name, learned)


def _lesson(bench: Bench, name: str, learned: Mouth) -> bool:
    """What is measured with must tell mouths apart."""
    assert learned.lesson is not None
    shut = max(float(learned.lesson[sound].max()) for sound in ("P", "B", "M"))
    means = {sound: float(values.mean()) for sound, values in learned.lesson.items()}
    apart = min(float(learned.lesson[sound].min()) for sound in ("UW", "IY", "EH", "AO", "AA"))
    shown = ", ".join(f"{sound or 'rest'} {means[sound]:.2f}" for sound in sorted(means, key=lambda sound: means[sound]))
    bench.check(f"{name}: a mouth at rest", "is closed", f"{learned.lesson[''].max():.3f} of the widest at most", float(learned.lesson[""].max()) < learned.closed_below)
    return bench.check(f"{name}: mouths in the lesson", "every closed one narrower than every open one by 0.05; UW < IY < EH < AA",
                       f"{shown}; closed below {learned.closed_below:.2f}",
                       shut + 0.05 < apart and means["UW"] < means["IY"] < means["EH"] < means["AA"])


def _film(bench: Bench, renderer: Renderer, name: str, label: str, speeches: list[voice.Speech], *, has_phones: bool) -> Film:
    folder = bench.folder / f"lips-{label}"
    scenes = [order.scene("oneHost", [order.host(name)], [(0, speech)], has_phones=has_phones) for speech in speeches]
    renderer.film(order.write(folder.with_suffix(".json"), order.order(folder, bench.folder / "cache", scenes))).must()
    return Film(folder / "film.mp4")


def _speech(bench: Bench, renderer: Renderer, name: str, learned: Mouth) -> None:
    texts = TEXTS[:2] if bench.quick else TEXTS
    speeches = [voice.say(name, text, bench.folder / f"{name}-{place}.wav") for place, text in enumerate(texts)]
    for has_phones in (True, False):
        film = _film(bench, renderer, name, f"{name}-{'phones' if has_phones else 'sound'}", speeches, has_phones=has_phones)
        openness = learned.openness(film)
        # Where each speech is in the film is found in its sound, and not worked out.
        told = lipsync.heard([(timing.place(film.sound, speech.file).seconds, speech) for speech in speeches])
        recognised = lipsync.closures(lipsync.recognised(film.path, bench.folder / "heard.wav"))
        by_voice = lipsync.compare(told, openness, learned.closed_below, film.rate)
        by_ear = lipsync.compare(lipsync.confirmed(recognised, told), openness, learned.closed_below, film.rate)
        if has_phones:
            _bars(bench, name, by_voice, by_ear, lipsync.compare(told, np.roll(openness, 5), learned.closed_below, film.rate))
        else:
            bench.check(f"{name}, from sound alone, against the voice's own times", "a figure, no bar", by_voice.text, True)
            bench.check(f"{name}, from sound alone, against a recogniser's", "a figure, no bar", by_ear.text, True)
        _keep(bench, learned, film, f"lips-{name}-{'phones' if has_phones else 'sound'}", openness)


def _bars(bench: Bench, name: str, by_voice: Figures, by_ear: Figures, late: Figures) -> None:
    bench.check(f"{name}: closures of p, b and m by the voice's own times", f"{SHOWN:.0%} shown, of 30 or more", by_voice.text,
                by_voice.shown_share >= SHOWN and by_voice.closures >= (10 if bench.quick else 30))
    bench.check(f"{name}: lips close and open, by the voice's own times", f"off by {MEAN:.0f} ms on average", f"{by_voice.mean:.1f} ms; {by_voice.bias:+.1f} ms with its sign", by_voice.mean <= MEAN)
    for figure, errors in (("closing", by_voice.closing), ("opening", by_voice.opening)):
        worst = max(errors, key=abs, default=1e3)
        within = sum(abs(error) <= WORST for error in errors)
        bench.check(f"{name}: the worst {figure} of lips", f"off by {WORST:.0f} ms", f"{worst:+.0f} ms; {within} of {len(errors)} within", abs(worst) <= WORST)
    bench.check(f"{name}: changes that are heard and not seen", "none", f"{by_voice.unmatched} of {by_voice.unmatched + len(by_voice.errors)}", by_voice.unmatched == 0)
    bench.check(f"{name}: closures that a recogniser hears, too", f"{SHOWN:.0%} shown, off by {MEAN:.0f} ms on average", by_ear.text,
                by_ear.shown_share >= SHOWN and by_ear.mean <= MEAN and by_ear.closures >= 5)
    bench.check(f"{name}: the same film with its pictures 0.2 s late", "is found out", late.text, late.mean > MEAN and late.shown_share < SHOWN)


def _onsets(bench: Bench, renderer: Renderer, name: str, learned: Mouth) -> None:
    """Through the whole chain: a mouth that opens after a long silence, and the sound that it opens for."""
    speeches = [voice.say(name, text, bench.folder / f"{name}-opener-{place}.wav", silence_before=SILENCE) for place, text in enumerate(OPENERS)]
    film = _film(bench, renderer, name, f"{name}-openers", speeches, has_phones=True)
    openness = learned.openness(film)
    sounds = lipsync.sound_onsets(film.sound, after=1)
    opened = lipsync.openings(openness, learned.closed_below, film.rate, after=1)
    errors = [(min(opened, key=lambda moment: abs(moment - sound)) - sound) * 1000 for sound in sounds] if opened else []
    mean, worst = (float(np.mean(errors)), max(errors, key=abs)) if errors else (1e3, 1e3)
    bench.check(f"{name}: a mouth opens after a long silence, against the sound", "within a frame (40 ms) on average; each 60 ms early to 40 ms late at most",
                f"{mean:+.1f} ms on average, {worst:+.1f} ms at worst, of {len(errors)}; {len(opened)} openings",
                len(errors) == len(OPENERS) == len(opened) and abs(mean) <= 40 and all(-60 <= error <= 40 for error in errors))
    quiet = _quiet_frames(film.sound, len(openness), film.rate)
    most = float(openness[quiet].max()) if len(quiet) else 1.0
    bench.check(f"{name}: the mouth while nothing is said", "closed in every frame that is 0.5 s away from any sound", f"{most:.3f} of the widest at most, in {len(quiet)} frames",
                most < learned.closed_below and len(quiet) > 20)


def _quiet_frames(sound: NDArray[np.float32], count: int, rate: float) -> list[int]:
    loud = np.abs(sound) > 10 ** (-45 / 20)
    sums = np.concatenate([[0], np.cumsum(loud)])
    frames: list[int] = []
    for frame in range(count):
        middle = (frame + 0.5) / rate * 48_000
        first, last = (int(np.clip(middle + side * 24_000, 0, len(sound))) for side in (-1, 1))
        if sums[last] == sums[first]:
            frames.append(frame)
    return frames


def _keep(bench: Bench, learned: Mouth, film: Film, name: str, openness: NDArray[np.float64]) -> None:
    if bench.artefacts is None:
        return
    patches = [learned.patch(frame) for frame in film.frames(learned.crop, count=320)]
    mouth.save(patches, bench.artefacts / f"{name}.png", 20)
    Path(bench.artefacts / f"{name}.txt").write_text("".join(f"{place / film.rate:.3f} {value:.3f}\n" for place, value in enumerate(openness)))
