"""Orders that cannot be met end with their exit code and a line that says why; strange ones are met; killed runs leave nothing."""

from __future__ import annotations

import copy
import json
import os
import random
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from harness import tmpfs
from harness.bench import Bench
from looking import order, voice, vtt
from looking.film import Film
from looking.renderer import Outcome, Renderer, children

NAME = "bad_input"
TITLE = "bad orders end with their exit code and say which field is bad, strange ones are drawn, and killed runs leave nothing behind"

#: As the manual page has them.
USAGE, ORDER, MISSING, ENCODER, FILES = 64, 65, 69, 70, 73
CODES = {ORDER: ("badOrder", "badInput"), MISSING: ("unavailable",), ENCODER: ("encoder",), FILES: ("files",)}
SMALL = (320, 180, 25)
KILLS = 20


class Orders:
    """Small orders around one short speech."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.speech = voice.say("Nova", "Maybe people bought more.", bench.folder / "short.wav")
        self.count = 0

    def scene(self, layout: str = "oneHost", **changes: Any) -> dict[str, Any]:
        made = order.scene(layout, [order.host("Nova")], [(0, self.speech)], lead=100, tail=100)
        made.update(changes)
        return made

    def order(self, *scenes: dict[str, Any], form: tuple[int, int, int] = SMALL, **changes: Any) -> dict[str, Any]:
        self.count += 1
        folder = self.bench.folder / "films" / str(self.count)
        folder.parent.mkdir(exist_ok=True)
        made = order.order(folder, self.bench.folder / "cache", scenes or [self.scene()], form=form)
        made.update(changes)
        return made

    def write(self, made: dict[str, Any]) -> Path:
        return order.write(self.bench.folder / f"order-{self.count}.json", made)


def run(bench: Bench) -> None:
    renderer = Renderer(bench)
    reason = voice.reason_impossible() or (None if renderer.is_there else f"{renderer.program} is missing")
    if reason:
        bench.skip("everything", reason)
        return
    orders = Orders(bench)
    _refused(bench, renderer, orders)
    _no_orders(bench, renderer, orders)
    _strange(bench, renderer, orders)
    _long(bench, renderer, orders)
    _places(bench, renderer, orders)
    _programs(bench, renderer, orders)
    _fonts(bench, renderer, orders)
    _kills(bench, renderer, orders)


# What is refused


def _says(outcome: Outcome, code: int, *fields: str) -> bool:
    """The exit code, the line that goes with it, and a word of what is wrong."""
    fault = outcome.fault
    text = str(fault.get("message", ""))
    return (
        outcome.code == code and fault.get("code") in CODES.get(code, ()) and any(field in text for field in fields)
        and len(text) < 400 and "Optional(" not in text and "Swift" not in text
    )


def _told(outcome: Outcome) -> str:
    return f"{outcome.code}: {outcome.fault.get('message') or (outcome.lines[-1:] or [outcome.errors[-80:]])[0]}"[:200]


def _refused(bench: Bench, renderer: Renderer, orders: Orders) -> None:
    sounds = _sounds(bench)

    def speech(file: Path) -> dict[str, Any]:
        return orders.scene(speeches=[{**orders.speech.in_order(0), "file": str(file)}])

    def host(**changes: str) -> dict[str, Any]:
        return orders.scene(hosts=[{**order.host("Nova"), **changes}])

    def chart(**changes: Any) -> dict[str, Any]:
        return orders.scene("hostWithChart", chart={**order.chart(4), **changes})

    def figure(**changes: Any) -> dict[str, Any]:
        return orders.scene(ticker=[{**order.ticker()[0], **changes}])

    bar = order.chart(1)["bars"][0]
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("a sound that is not there", orders.order(speech(bench.folder / "nowhere.wav")), "nowhere.wav"),
        *((f"a sound that is {name}", orders.order(speech(file)), file.name) for name, file in sounds),
        ("an unknown host", orders.order(host(figure="Zed")), "hosts.0.figure"),
        ("an unknown style", orders.order(host(style="pirate")), "hosts.0.style"),
        ("an unknown mood", orders.order(host(mood="hangry")), "hosts.0.mood"),
        ("an unknown layout", orders.order(orders.scene(layout="mosaic")), "layout"),
        ("an unknown interval", orders.order(chart(interval="7m")), "chart.interval"),
        ("an unknown theme", orders.order(theme="pink"), "theme"),
        ("a pair that is none", orders.order(chart(pair="bitcoin")), "chart.pair"),
        ("a price that is no number", orders.order(chart(bars=[{**bar, "high": "a lot"}])), "chart.bars"),
        ("a ticker's price that is no number", orders.order(figure(price="NaN")), "ticker"),
        ("a speech of nobody", orders.order(orders.scene(speeches=[orders.speech.in_order(3)])), "host 3"),
        ("a frame of no size", orders.order(form=(0, 180, 25)), "form"),
        ("a frame of odd size", orders.order(form=(321, 180, 25)), "form"),
        ("a frame that is too large", orders.order(form=(10_000, 10_000, 25)), "form"),
        ("a rate of 24 frames", orders.order(form=(320, 180, 24)), "form"),
        ("no scenes", orders.order(scenes=[]), "scenes"),
        ("more scenes than there may be", orders.order(scenes=[orders.scene()] * 501), "scenes"),
        ("a folder that is no whole path", orders.order(folder="films/one"), "folder"),
        ("a cache that is no whole path", orders.order(cache="cache"), "cache"),
        ("silence without an end", orders.order(orders.scene(leadMilliseconds=10**12)), "silence"),
        ("silence below nothing", orders.order(orders.scene(leadMilliseconds=-5)), "silence"),
        ("a scene without a length", orders.order(orders.scene(speeches=[], leadMilliseconds=0, tailMilliseconds=0)), "length"),
        ("a teaser of no length", orders.order(teaser=[0, 0]), "teaser"),
        ("a title of 501 characters", orders.order(title="t" * 501), "title"),
        ("phones that go backwards", orders.order(orders.scene(speeches=[{**orders.speech.in_order(0), "phones": [
            {"arpabet": ["AA"], "start": 900, "end": 1000}, {"arpabet": ["P"], "start": 100, "end": 200}]}])), "phones"),
        ("phones with times beyond all numbers", orders.order(orders.scene(speeches=[{**orders.speech.in_order(0), "phones": [
            {"arpabet": ["AA"], "start": 0, "end": 2**62}]}])), "phones"),
        ("times of words beyond all numbers", orders.order(orders.scene(speeches=[{**orders.speech.in_order(0), "words": [
            {"text": "late", "start": 2**63 - 2, "end": 2**63 - 1, "endsSentence": True}]}])), "words"),
        ("a film made at a time beyond all numbers", orders.order(producedAt=2**63 - 1), "producedAt"),
    ]
    for name, made, field in cases:
        orders.count += 1
        outcome = renderer.film(orders.write(made), timeout=60)
        left = _left(made)
        bench.check(name, f"{ORDER}, names '{field}', leaves nothing", f"{_told(outcome)}{f'; left {left}' if left else ''}",
                    _says(outcome, ORDER, field) and not left)


def _left(made: dict[str, Any]) -> list[str]:
    """What lies where the film should have come."""
    folder = Path(made["folder"])
    if not folder.is_absolute():
        return []
    found = sorted(folder.parent.glob(f"{folder.name}*")) if folder.parent.is_dir() else []
    return [path.name for path in found if path.name == folder.name or path.name.startswith(f"{folder.name}.")]


def _sounds(bench: Bench) -> list[tuple[str, Path]]:
    whole = (bench.folder / "short.wav").read_bytes()
    # A program of the machine, read as a sound.
    files = {
        "no WAV": Path("/bin/sh").read_bytes()[:40_000],
        "empty": b"",
        "cut in its header": whole[:30],
        "of another rate": whole[:24] + struct.pack("<II", 16_000, 32_000) + whole[32:],
        "of 40 channels": whole[:22] + struct.pack("<H", 40) + whole[24:],
        "of a foreign code": whole[:20] + struct.pack("<H", 85) + whole[22:],
        "of channels that are none": whole[:22] + struct.pack("<H", 0) + whole[24:],
    }
    found: list[tuple[str, Path]] = []
    for name, data in files.items():
        file = bench.folder / f"bad-{name.replace(' ', '-')}.wav"
        file.write_bytes(data)
        found.append((name, file))
    folder = bench.folder / "bad-folder.wav"
    folder.mkdir()
    pipe = bench.folder / "bad-pipe.wav"
    os.mkfifo(pipe)
    return [*found, ("a folder", folder), ("a pipe that nobody writes to", pipe)]


def _no_orders(bench: Bench, renderer: Renderer, orders: Orders) -> None:
    good = json.dumps(orders.order())
    without = json.loads(good)
    del without["seed"]
    texts: dict[str, tuple[bytes, str]] = {
        "no JSON": (b"what is this?", "order"),
        "an empty file": (b"", "order"),
        "half an order": (good[: len(good) // 2].encode(), "order"),
        "bytes that are no text": (b"\xff\xfe\x00{" * 50, "order"),
        "nested 100 000 deep": (b"[" * 100_000, "order"),
        "an order without its seed": (json.dumps(without).encode(), "seed"),
        "a seed that is a text": (good.replace('"seed": 7', '"seed": "seven"').encode(), "seed"),
        "a seed beyond all numbers": (good.replace('"seed": 7', f'"seed": {10**40}').encode(), "order"),
        "a teaser that ends before it begins": (good.replace('"seed"', '"teaser": [40, 20], "seed"').encode(), "teaser"),
        "an order of 65 MiB": (good.replace("How the market moved", "x" * (65 << 20)).encode(), "order"),
    }
    for name, (data, field) in texts.items():
        file = bench.folder / "no-order.json"
        file.write_bytes(data)
        outcome = renderer.film(file, timeout=60)
        bench.check(name, f"{ORDER}, names '{field}'", _told(outcome), _says(outcome, ORDER, field) and outcome.peak_bytes < 600e6)
    outcome = renderer.film(bench.folder / "not-there.json")
    bench.check("an order that is not there", f"{ORDER}, and says so", _told(outcome), _says(outcome, ORDER, "order"))
    outcome = renderer.film(bench.folder)
    bench.check("a folder as the order", f"{ORDER}, and says so", _told(outcome), _says(outcome, ORDER, "order"))
    for arguments in (("film",), ("film", "one", "two"), ("draw", "one"), ("film", "--fast", "one")):
        outcome = renderer.run(*arguments)
        bench.check(f"called with {' '.join(arguments)}", f"{USAGE} and how to use it", f"{outcome.code}: {outcome.errors.splitlines()[:1]}", outcome.code == USAGE and "Usage" in outcome.errors)


# What is strange, and drawn


def _strange(bench: Bench, renderer: Renderer, orders: Orders) -> None:
    def words(texts: list[str]) -> dict[str, Any]:
        step = round(orders.speech.seconds * 1000) // len(texts)
        said = [{"text": text, "start": place * step, "end": place * step + step, "endsSentence": False} for place, text in enumerate(texts)]
        return {**orders.speech.in_order(0), "words": said}

    def bars(count: int, price: str, change: str = "0") -> dict[str, Any]:
        made = order.chart(count)
        for bar in made["bars"]:
            bar.update(open=price, high=price, low=price, close=price if change == "0" else change)
            bar["high"] = max(price, bar["close"], key=float)
            bar["low"] = min(price, bar["close"], key=float)
        return made

    gaps = order.chart(96)
    gaps["bars"] = [bar for place, bar in enumerate(gaps["bars"]) if place % 7 and not 30 < place < 60]
    wild = copy.deepcopy(order.chart(3))
    for bar, price in zip(wild["bars"], ("0.000000000001", "999999999999", "0.5")):
        bar.update(open=price, high=price, low=price, close=price, volume="0")
    upside = order.chart(20)
    for bar in upside["bars"]:
        bar["high"], bar["low"] = bar["low"], bar["high"]
    arabic = ["مرحبا", "بكم", "في", "البرنامج"]
    emoji = ["🚀🚀", "👩‍👩‍👧‍👦", "to", "the", "🌕", "e" + "\u0301" * 60, "漢字仮名", "\u202eevil", "a\u0000b", "<b>&amp;-->"]
    cases: dict[str, dict[str, Any]] = {
        "Arabic and Hebrew": orders.scene(topic="سعر البيتكوين اليوم שלום", speeches=[words([*arabic, "שלום", "BTC"])]),
        "emoji, marks and signs": orders.scene(topic="🚀" * 40, speeches=[words(emoji)]),
        "a topic of 500 characters": orders.scene(topic=("Bitcoin and the rest of them " * 20)[:500]),
        "a topic of one word of 500 letters": orders.scene(topic="W" * 500),
        "a chart with gaps": orders.scene("hostWithChart", chart=gaps),
        "a chart of one candle": orders.scene("hostWithChart", chart=order.chart(1)),
        "a chart of none": orders.scene("hostWithChart", chart=order.chart(0)),
        "a layout with a chart, and no chart": {**orders.scene("oneHost"), "layout": "hostWithChart"},
        "a chart of 5 000 candles": orders.scene("chartFull", chart=order.chart(5000)),
        "a chart of huge prices": orders.scene("chartFull", chart=bars(20, "99999999999999", "99999999999998")),
        "a chart of tiny prices": orders.scene("chartFull", chart=bars(20, "0.00000000123", "0.00000000124")),
        "a chart of zeros": orders.scene("chartFull", chart=bars(20, "0")),
        "a chart from nearly nothing to a billion": orders.scene("chartFull", chart=wild),
        "a chart whose highs are its lows": orders.scene("chartFull", chart=upside),
        "a ticker of huge and tiny prices": orders.scene(ticker=[{**order.ticker()[0], "price": "99999999999999.99", "changeBasisPoints": 10**15},
                                                                {**order.ticker()[1], "price": "0.000000000001", "changeBasisPoints": -(10**15)}]),
        "figures of last year": orders.scene(ticker=[{**row, "asOf": order.PRODUCED_AT - 31_536_000_000} for row in order.ticker()]),
        "a scene without hosts": orders.scene("chartFull", hosts=[], speeches=[], chart=order.chart()),
        "two hosts wanted, one there": orders.scene("twoHosts"),
        "a WAV that is cut off": orders.scene(speeches=[{**orders.speech.in_order(0), "file": str(_cut(bench))}]),
        "a speech of nothing": orders.scene(speeches=[{**orders.speech.in_order(0), "file": str(_empty(bench)), "words": [], "phones": []}]),
        "words after the end of the sound": orders.scene(speeches=[words(["one"])| {"words": [{"text": "late", "start": 60_000, "end": 61_000, "endsSentence": True}]}]),
        "phones that ARPAbet has not": orders.scene(speeches=[{**orders.speech.in_order(0), "phones": [{"arpabet": ["QX", "💥"], "start": 0, "end": 500}]}]),
    }
    for name, scene in cases.items():
        made = orders.order(scene, form=(640, 360, 25))
        outcome = renderer.film(orders.write(made), timeout=120)
        film = Film(Path(made["folder"]) / "film.mp4")
        if outcome.code == 0:
            captions = (Path(made["folder"]) / "captions.vtt").read_text()
            try:
                vtt.read(captions)
                problem = film.errors
            except ValueError as error:
                problem = str(error)
            frames = len(film.frame_hashes)
            _keep(bench, Path(made["folder"]) / "poster.png", f"strange-{name.replace(' ', '-').replace(',', '')}.png")
            bench.check(name, "is drawn, or refused with a word why", f"{frames} frames in {outcome.seconds:.1f} s {problem[:80]}", frames == outcome.film["frames"] > 0 and not problem)
        else:
            bench.check(name, "is drawn, or refused with a word why", _told(outcome), _says(outcome, ORDER, "scenes", "speeches", "chart", "ticker", "hosts", "topic"))


def _keep(bench: Bench, file: Path, name: str) -> None:
    if bench.artefacts is not None:
        bench.artefacts.mkdir(parents=True, exist_ok=True)
        (bench.artefacts / name).write_bytes(file.read_bytes())


def _cut(bench: Bench) -> Path:
    """Its header tells more than there is."""
    whole = (bench.folder / "short.wav").read_bytes()
    file = bench.folder / "cut.wav"
    file.write_bytes(whole[: len(whole) // 2 + 1])
    return file


def _empty(bench: Bench) -> Path:
    file = bench.folder / "nothing.wav"
    voice.write(file, np.zeros(0, np.int16))
    return file


def _long(bench: Bench, renderer: Renderer, orders: Orders) -> None:
    """10 000 words take an hour; here they are said in minutes, which costs the captions as much."""
    count = 1000 if bench.quick else 10_000
    seconds = count // 50
    file = bench.folder / "long.wav"
    chance = np.random.default_rng(2)
    voice.write(file, (chance.normal(0, 800, seconds * 48_000)).astype(np.int16))
    chosen = random.Random(3)
    step = seconds * 1000 // count
    words = [{"text": chosen.choice(("market", "a", "moved,", "bitcoin", "people.", "incomprehensibilities")), "start": place * step,
              "end": place * step + step, "endsSentence": place % 15 == 14} for place in range(count)]
    speech = {"host": 0, "file": str(file), "words": words, "phones": [], "arePhonesOnsets": False}
    made = orders.order(orders.scene(speeches=[speech]), form=SMALL)
    outcome = renderer.film(orders.write(made))
    shown: list[str] = []
    if outcome.code == 0:
        shown = [word for cue in vtt.read((Path(made["folder"]) / "captions.vtt").read_text()) for word in cue.words]
    bench.check(f"a script of {count} words", "all are captions, in 150 MB", f"{len(shown)} words, {outcome.peak_bytes / 1e6:.0f} MB, {outcome.seconds:.0f} s for {seconds} s {'' if outcome.code == 0 else _told(outcome)}",
                shown == [word["text"] for word in words] and outcome.peak_bytes < 150e6)


# Where it works, and with what


def _places(bench: Bench, renderer: Renderer, orders: Orders) -> None:
    blocked = bench.folder / "a-file"
    blocked.write_text("in the way")
    for name, made in (
        ("a folder below a file", orders.order(folder=str(blocked / "film"))),
        ("a cache below a file", orders.order(cache=str(blocked / "cache"))),
        ("a folder where nobody may write", orders.order(folder="/proc/film")),
        ("a folder of a name that is too long", orders.order(folder=str(bench.folder / ("f" * 300)))),
    ):
        outcome = renderer.film(orders.write(made))
        left = [path.name for path in bench.folder.glob("*.part")] + _left(made)
        bench.check(name, f"{FILES}, says which file, leaves nothing", f"{_told(outcome)} {left or ''}", _says(outcome, FILES, "cache", "sound", "film", "folder") and not left)
    taken = orders.order()
    Path(taken["folder"]).mkdir(parents=True)
    (Path(taken["folder"]) / "mine.txt").write_text("keep me")
    outcome = renderer.film(orders.write(taken))
    bench.check("a folder that has something else", f"{FILES}, and what was there stays", f"{_told(outcome)}; {[path.name for path in Path(taken['folder']).iterdir()]}",
                outcome.code == FILES and [path.name for path in Path(taken["folder"]).iterdir()] == ["mine.txt"])
    quoted = orders.order(folder=str(bench.folder / "it's a \"film\" %d ü 🚀"), cache=str(bench.folder / "it's a \\cache\\ %03d"))
    outcome = renderer.film(orders.write(quoted))
    bench.check("folders with quotes, signs and spaces", "0", _told(outcome) if outcome.code else f"0, {outcome.film.get('frames')} frames", outcome.code == 0 and not Film(Path(quoted["folder"]) / "film.mp4").errors)
    slash = orders.order()
    slash["folder"] += "/"
    outcome = renderer.film(orders.write(slash))
    left = _left(slash) if outcome.code else sorted(path.name for path in Path(slash["folder"]).glob("*.part"))
    bench.check("a folder with a slash at its end", "0, or refused by its name; nothing is left of the work", f"{_told(outcome) if outcome.code else 'drawn'} {left or ''}",
                (outcome.code == 0 or _says(outcome, ORDER, "folder")) and not left)
    _full(bench, renderer, orders)


def _full(bench: Bench, renderer: Renderer, orders: Orders) -> None:
    reason = tmpfs.reason_impossible()
    if reason:
        bench.impossible("a disk that is full", reason)
        return
    disk = tmpfs.SmallDisk(bench.folder / "disk", 8)
    bench.on_close(disk.close)
    for name, free, folder, cache in (
        ("the disk of the film is full", 200_000, disk.folder / "film", bench.folder / "cache-full"),
        ("the disk of the cache is full", 60_000, bench.folder / "film-full", disk.folder / "cache"),
        ("the disk is full while the film is put together", 1_300_000, disk.folder / "film", bench.folder / "cache-full"),
    ):
        disk.relieve()
        disk.fill(leave_bytes=free)
        made = orders.order(orders.scene(), orders.scene("twoHosts", hosts=[order.host("Nova"), order.host("Rex")]), form=order.HD720, folder=str(folder), cache=str(cache))
        outcome = renderer.film(orders.write(made))
        left = _left(made)
        # Which of the two programs meets it first is not told.
        holds = (_says(outcome, FILES, "") or _says(outcome, ENCODER, "space", "ffmpeg")) and not left
        bench.check(name, f"{FILES} or {ENCODER} with the reason, leaves nothing", f"{_told(outcome)} {left or ''}", holds)
        drafts = sorted(path.name for path in cache.glob("*.part")) if cache.is_dir() else []
        bench.check(f"{name}: drafts in the cache", "none is left", f"{len(drafts)}", not drafts)
        whole = [Film(path).errors for path in cache.glob("*.mp4")] if cache.is_dir() else []
        bench.check(f"{name}: scenes in the cache", "whole, each", f"{len(whole)}, {sum(map(bool, whole))} of them broken {[one[-60:] for one in whole if one][:1]}", not any(whole))
        disk.relieve()
        again = renderer.film(orders.write(made))
        bench.check(f"{name}, and then no more", "the same order is met", f"{again.code}, {again.film.get('frames')} frames", again.code == 0 and not Film(folder / "film.mp4").errors)
        for path in sorted(folder.rglob("*"), reverse=True):
            path.unlink()
        if folder.is_dir():
            folder.rmdir()


def _programs(bench: Bench, renderer: Renderer, orders: Orders) -> None:
    empty = bench.folder / "no-programs"
    empty.mkdir()
    fresh = {"cache": str(bench.folder / "cache-none")}
    made = orders.order(**fresh)
    outcome = renderer.film(orders.write(made), environment={"PATH": str(empty)})
    bench.check("ffmpeg is not installed", f"{MISSING}, names it, leaves nothing", f"{_told(outcome)} {_left(made) or ''}", _says(outcome, MISSING, "ffmpeg") and not _left(made))
    for name, script, bar in (
        ("ffmpeg ends at once", "#!/bin/sh\nexit 3\n", ENCODER),
        ("ffmpeg that says much and ends", "#!/bin/sh\nhead -c 3000000 /dev/zero | tr '\\0' x >&2\nexit 4\n", ENCODER),
        ("ffmpeg that is no program", "not a program", MISSING),
    ):
        folder = bench.folder / name.replace(" ", "-")
        folder.mkdir()
        (folder / "ffmpeg").write_text(script)
        (folder / "ffmpeg").chmod(0o755)
        made = orders.order(**fresh)
        path = f"{folder}:{os.environ['PATH']}" if bar == ENCODER else str(folder)
        outcome = renderer.film(orders.write(made), environment={"PATH": path}, timeout=60)
        bench.check(name, f"{ENCODER} or {MISSING}, names it, leaves nothing", f"{_told(outcome)} {_left(made) or ''}",
                    (_says(outcome, ENCODER, "ffmpeg") or _says(outcome, MISSING, "ffmpeg")) and not _left(made))
    made = orders.order(orders.scene(), form=order.HD1080, **fresh)

    def kill(child: subprocess.Popen[str]) -> None:
        for _ in range(500):
            for pid in children(child.pid):
                time.sleep(0.4)
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                return
            time.sleep(0.01)

    outcome = renderer.film(orders.write(made), meanwhile=kill, timeout=120)
    bench.check("ffmpeg is killed while it codes", f"{ENCODER}, names it, leaves nothing", f"{_told(outcome)} {_left(made) or ''}", _says(outcome, ENCODER, "ffmpeg") and not _left(made))
    again = renderer.film(orders.write(made))
    bench.check("and the same order again", "0", f"{again.code}, {again.film.get('frames')} frames", again.code == 0)
    _unheard(bench, renderer, orders)


def _unheard(bench: Bench, renderer: Renderer, orders: Orders) -> None:
    """Nobody reads what it tells."""
    made = orders.order(orders.scene(), form=order.HD720, cache=str(bench.folder / "cache-unheard"))
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run([renderer.program, "film", orders.write(made)], stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.PIPE, timeout=120, check=False)
    os.close(writer)
    left = _left(made)
    bench.check("nobody reads what is told", "74, and nothing is left", f"{ended.returncode} {left or ''}", ended.returncode == 74 and not left)


def _fonts(bench: Bench, renderer: Renderer, orders: Orders) -> None:
    config = bench.folder / "fonts.conf"
    config.write_text('<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>')
    for name, value in (("no fonts at all", config), ("a configuration of fonts that is not there", bench.folder / "none.conf")):
        widths: list[int] = []
        for topic in ("iiiiiiiiiiii", "WWWWWWWWWWWW"):
            made = orders.order(orders.scene(topic=topic), cache=str(bench.folder / "cache-fonts"), form=(640, 360, 25))
            outcome = renderer.film(orders.write(made), environment={"FONTCONFIG_FILE": str(value)}, timeout=60)
            if outcome.code == 0:
                _keep(bench, Path(made["folder"]) / "poster.png", f"{name.replace(' ', '-')}-{topic[0]}.png")
                widths.append(_headline_width(Path(made["folder"]) / "poster.png"))
        # Boxes in place of letters are all of one width.
        holds = widths[1] > 2 * widths[0] > 0 if len(widths) == 2 else _says(outcome, MISSING, "font") or _says(outcome, ORDER, "font")
        bench.check(name, "an i is narrower than a W, or an error says that there are no fonts", f"{_told(outcome) if outcome.code else 'drawn'}, widths of 12: {widths}", holds)


def _headline_width(poster: Path) -> int:
    """How wide the letters in the upper right part of the picture are, in pixels."""
    picture = np.asarray(Image.open(poster).convert("L"))
    part = picture[picture.shape[0] // 8 : picture.shape[0] * 2 // 5, picture.shape[1] * 17 // 25 :]
    columns = np.flatnonzero((part > 170).any(axis=0))
    return int(np.ptp(columns)) if len(columns) else 0


# Killed


def _kills(bench: Bench, renderer: Renderer, orders: Orders) -> None:
    cache, home = bench.folder / "cache-kills", bench.folder / "kills"
    home.mkdir()
    scenes = [orders.scene(topic=f"Scene {place}") for place in range(3)]
    made = orders.order(*scenes, form=order.HD720, folder=str(home / "film"), cache=str(cache), teaser=[1, 4])
    file = orders.write(made)
    calm = renderer.film(orders.write(orders.order(*scenes, form=order.HD720, cache=str(bench.folder / "cache-calm"), teaser=[1, 4]))).must()
    chance = random.Random(5)
    count = 5 if bench.quick else KILLS
    killed = 0
    for attempt in range(count):
        wait = chance.uniform(0.02, calm.seconds)
        if attempt < count // 2:
            # Something is to be drawn.
            for path in cache.glob("*.mp4"):
                path.unlink()
        else:
            # Most scenes are there by now: the rest is over sooner.
            wait = chance.uniform(0.01, calm.seconds / 3)

        def kill(child: subprocess.Popen[str], wait: float = wait) -> None:
            time.sleep(wait)
            try:
                os.kill(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

        outcome = renderer.film(file, meanwhile=kill)
        killed += outcome.code == -signal.SIGKILL
        if outcome.code == 0:
            # It was done: from the beginning again.
            for path in sorted((home / "film").rglob("*"), reverse=True):
                path.unlink()
            (home / "film").rmdir()
    time.sleep(0.5)
    orphans = [pid for pid in _ffmpegs(str(home)) + _ffmpegs(str(cache))]
    outcome = renderer.film(file).must()
    left = sorted(path.name for path in home.iterdir())
    drafts = sorted(path.name for path in cache.glob("*.part"))
    film = Film(home / "film" / "film.mp4")
    wanted = Film(Path(json.loads(Path(bench.folder / f"order-{orders.count}.json").read_text())["folder"]) / "film.mp4")
    bench.check(f"killed {killed} times of {count}, at moments by chance", "at least half of them", f"{killed}", killed >= count / 2)
    bench.check("after the kills: the film", "complete, and frame for frame the one of a calm run", f"{len(film.frame_hashes)} frames {film.errors[:60]}",
                not film.errors and film.frame_hashes == wanted.frame_hashes)
    bench.check("after the kills: beside the film", "nothing but it", f"{left}", left == ["film"])
    bench.check("after the kills: drafts in the cache", "none that is not in use", f"{len(drafts)} {drafts[:1]}", not drafts)
    bench.check("after the kills: ffmpeg without a master", "none", f"{orphans}", not orphans)
    extra = sorted(path.name for path in (home / "film").iterdir())
    bench.check("after the kills: in the film's folder", "what film.json names", f"{extra}", len(extra) == 5 + ("teaser" in outcome.film))


def _ffmpegs(word: str) -> list[int]:
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if line.startswith("ffmpeg") and word in line:
                found.append(int(entry.name))
    return found
