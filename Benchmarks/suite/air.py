"""The air: how soon a text is heard, and what the programme costs beside Liquidsoap with the same work.

Liquidsoap gets the same queue of WAV files, bed, cross-fade and limiter, and encodes once for HLS and Icecast, as we do;
both run for as long, one after the other, against a real Icecast.
"""

from __future__ import annotations

import audioop
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .daemons import Daemons
from .report import Report, at_most, ratio_at_most
from .tools import BENCHMARKS, Failed, Tools

sys.path.insert(1, str(BENCHMARKS.parent / "Tests" / "Acceptance" / "onair"))
from harness.bench import SHIPPED_FEEDS  # noqa: E402
from harness.process import cpu_seconds  # noqa: E402
from harness.waiting import Late, wait_for  # noqa: E402
from listening import air, servers, sound  # noqa: E402
from listening.line import Line  # noqa: E402

FIRST_WORDS = "text to the first sample of its first sentence"
CPU, MEMORY, GAP = "programme: processor", "programme: memory (PSS)", "programme: silence where two items cannot be played"
PASSWORD = "of-a-test"
#: Words that make sentences which nobody has said before, so that no cache helps.
WORDS = "market quiet price morning evening trade volume record holder network steady signal summer winter river stone light"


def run(tools: Tools, report: Report) -> None:
    playout = tools.daemon.with_name("cryptocall-playout")
    missing = [name for name in ("ffmpeg", "flite") if shutil.which(name) is None]
    missing += [str(one) for one in (tools.daemon, playout) if not os.access(one, os.X_OK)]
    if missing:
        for name in (FIRST_WORDS, CPU, MEMORY, GAP):
            report.skip(name, f"no {', '.join(missing)}")
        return
    _first_words(tools, report)
    if shutil.which("liquidsoap") is None or servers.missing():
        for name in (CPU, MEMORY, GAP):
            report.skip(name, f"no liquidsoap, or no {servers.missing()}")
        return
    _beside_liquidsoap(tools, report, playout)


# MARK: The first words


def _first_words(tools: Tools, report: Report) -> None:
    """From the call of ``onair.say`` to the event ``segment.item.started``, as a client on the loopback has them.

    That is the call, the segment's row in the database, flite, loudness, the WAV file, the playout's queue with its journal,
    up to 20 ms until its next block, its event, the row's new state, and the event to the client. It is not the encoder, nor
    the playlist. The peer is flite by itself, with the same sentence.
    """
    settings: dict[str, object] = {
        # Nobody outside is asked.
        "onair.start_playout": "true", "host.segment_seconds": 3600, "market.streams.exchanges": "[]",
        **{f"news.feeds.{name}.enabled": "false" for name in SHIPPED_FEEDS},
    }
    ours: list[float] = []
    flite: list[float] = []
    with Daemons(tools).station(settings) as station:
        try:
            control, subscriber = station.control(), station.subscriber("segment.")
            subscriber.welcomed(10)
            wait_for("a voice and a playout", 30, lambda: (told := control.call("onair.status"))["voices"] and told["playout"])
            # The host would speak all the time.
            control.call("actor.stop", {"id": "host"})
            for _ in range(tools.rounds(10)):
                wait_for("silence", 90, lambda: (told := control.call("onair.status"))["segment"] is None and told["waiting"] == 0, every=0.1)
                first = " ".join(random.sample(WORDS.split(), 9)).capitalize() + "."
                text = f"{first} {' '.join(random.sample(WORDS.split(), 12)).capitalize()}."
                began = time.monotonic()
                segment = control.call("onair.say", {"text": text})["segment"]
                heard = subscriber.wait(
                    "the beginning of the segment", 30,
                    lambda event: event.header["type"] == "segment.item.started" and event.payload["segment"] == segment,
                )
                ours.append((heard.at - began) * 1000)
                began = time.monotonic()
                subprocess.run(["flite", "-voice", "slt", "-t", first, "-o", str(tools.folder / "alone.wav")], check=True, timeout=30)
                flite.append((time.monotonic() - began) * 1000)
        except Late as late:
            raise Failed(f"air: {late}") from late
        finally:
            _end_playout(station)
    report.add(FIRST_WORDS, "ms", ours, bar=at_most(150))
    report.add("  beside flite by itself, the same sentence", "ms", ours, flite)


def _end_playout(station: Any) -> None:
    station.end_processes()
    air.end_playout(station)


# MARK: Beside Liquidsoap


@dataclass
class Costs:
    percent: float
    megabytes: float


class Place:
    """Where servers of the acceptance tests can live: a folder, and what is done at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._closing: list[Callable[[], None]] = []

    def on_close(self, action: Callable[[], None]) -> None:
        self._closing.append(action)

    def close(self) -> None:
        for action in reversed(self._closing):
            action()
        shutil.rmtree(self.folder, ignore_errors=True)


def _beside_liquidsoap(tools: Tools, report: Report, playout: Path) -> None:
    # Not below the tools' folder, which is closed to whom Icecast becomes.
    place = Place(Path(tempfile.mkdtemp(prefix="ccb-air-", dir="/var/tmp")))
    icecast = servers.Icecast(place, PASSWORD)  # type: ignore[arg-type]
    try:
        icecast.start()
        items = _items(place.folder)
        bed = place.folder / "bed.wav"
        _ffmpeg("-f", "lavfi", "-i", "anoisesrc=c=pink:a=0.1:d=20", str(bed))
        silent, tone = place.folder / "silent.wav", place.folder / "tone.wav"
        _ffmpeg("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", "5", str(silent))
        _ffmpeg("-f", "lavfi", "-i", "sine=f=440:d=4", str(tone))
        garbage = place.folder / "garbage.wav"
        garbage.write_bytes(os.urandom(100_000))
        faulty = [tone, place.folder / "nobody.wav", garbage, tone]
        costs: tuple[list[Costs], list[Costs]] = ([], [])
        gaps: tuple[list[float], list[float]] = ([], [])
        programs = (lambda *what: _ours(tools, playout, icecast, *what), lambda *what: _liquidsoap(tools, icecast, *what))
        for _ in range(tools.rounds(3)):
            for side, program in enumerate(programs):
                with program(items, bed, 300) as pid:
                    costs[side].append(_costs(pid, 20 if tools.quick else 60))
                with program(faulty, silent, 0):
                    gaps[side].append(_gap(icecast) * 1000)
    except Late as late:
        raise Failed(f"air: {late}") from late
    finally:
        place.close()
    ours, theirs = costs
    report.add(CPU, "% of a core", [one.percent for one in ours], [one.percent for one in theirs], bar=ratio_at_most(1))
    report.add(MEMORY, "MB", [one.megabytes for one in ours], [one.megabytes for one in theirs], bar=ratio_at_most(1))
    report.add(GAP, "ms", gaps[0], gaps[1], bar=at_most(500))


def _items(folder: Path) -> list[Path]:
    """A minute and a half of sentences, with the loudness that the station gives its voices."""
    made: list[Path] = []
    for number in range(24):
        words = folder / "words.wav"
        text = " ".join(random.sample(WORDS.split(), 14)).capitalize() + "."
        subprocess.run(["flite", "-voice", "slt", "-t", text, "-o", str(words)], check=True, timeout=30)
        made.append(folder / f"item-{number}.wav")
        _ffmpeg("-i", str(words), "-af", "loudnorm=I=-16:TP=-1.5", str(made[-1]))
    return made


def _ffmpeg(*arguments: str) -> None:
    *before, last = arguments
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *before, "-ar", "48000", "-ac", "2", last], check=True, timeout=60)


@contextmanager
def _process(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _is_live(icecast: servers.Icecast, process: subprocess.Popen[bytes], log: Path) -> None:
    def look() -> bool:
        if process.poll() is not None:
            raise Failed(f"{process.args[0]}: ended with {process.returncode}: {log.read_text(errors='replace')[-500:]}")  # type: ignore[index]
        return bool(icecast.source())

    wait_for("the programme at Icecast", 30, look, every=0.05)


@contextmanager
def _ours(tools: Tools, playout: Path, icecast: servers.Icecast, items: list[Path], bed: Path, cross: int) -> Iterator[int]:
    home = tools.folder / "air-home"
    log = tools.folder / "playout.log"
    try:
        with _process([str(playout), "--home", str(home)], log) as process:
            path = home / "run" / "playout.sock"
            wait_for("the playout's socket", 10, lambda: path.exists())
            line = Line(path)
            line.call("hello", {"version": 1, "client": "bench"})
            line.call("bed.set", {"file": str(bed), "gainDecibels": 0})
            target = {"host": "127.0.0.1", "port": icecast.port, "mount": icecast.MOUNT, "user": "source", "password": PASSWORD, "name": "bench", "description": ""}
            line.call("targets.set", {"targets": {"icecast": [target], "push": []}})
            _is_live(icecast, process, log)
            for number, file in enumerate(items):
                item = {"id": f"{number}", "kind": "speech", "file": str(file), "gainDecibels": 0, "crossFadeMilliseconds": cross if number else 0}
                answer = line.call("queue.put", {"item": item, "position": "end"})
                if "error" in answer and file.exists():
                    raise Failed(f"cryptocall-playout: {answer['error']}")
            threading.Thread(target=_read_on, args=(line,), daemon=True).start()
            yield process.pid
            line.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _read_on(line: Line) -> None:
    """Events want to be read, or the playout gives the connection up."""
    try:
        while line.next(3600) is not None:
            pass
    except (OSError, Late, ValueError):
        return


@contextmanager
def _liquidsoap(tools: Tools, icecast: servers.Icecast, items: list[Path], bed: Path, cross: int) -> Iterator[int]:
    folder = tools.folder / "liquidsoap"
    (folder / "stream").mkdir(parents=True)
    script = folder / "station.liq"
    fade = f"queue = crossfade(duration=1., fade_out={cross / 1000}, fade_in={cross / 1000}, queue)" if cross else ""
    script.write_text(f"""settings.init.allow_root.set(true)
settings.frame.audio.samplerate.set(48000)
settings.log.level.set(2)
wait = ref(true)
queue = request.queue(id="q", queue=list.map(fun (f) -> request.create(f), {json.dumps([str(one) for one in items])}))
{fade}
radio = smooth_add(duration=0.3, p=0.2, normal=single({json.dumps(str(bed))}), special=queue)
radio = limit(threshold=-1., mksafe(radio))
radio = ffmpeg.encode.audio(%ffmpeg(%audio(codec="aac", b="128k", samplerate=48000, channels=2)), radio)
output.file.hls(segment_duration=2.0, segments=6, segments_overhead=6, playlist="audio.m3u8", fallible=true,
  {json.dumps(str(folder / "stream"))}, [("audio", %ffmpeg(format="mpegts", %audio.copy))], radio)
output.icecast(%ffmpeg(format="adts", %audio.copy), fallible=true, format="audio/aac", host="127.0.0.1", port={icecast.port},
  password="{PASSWORD}", mount="{icecast.MOUNT.removeprefix('/')}", radio)
""".replace("wait = ref(true)\n", ""))
    log = folder / "log.txt"
    try:
        with _process(["liquidsoap", str(script)], log) as process:
            _is_live(icecast, process, log)
            yield process.pid
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _costs(pid: int, seconds: float) -> Costs:
    """Of a program and its children, once it has begun."""
    time.sleep(3)
    family = [pid, *air.children(pid)]
    before, began = sum(map(cpu_seconds, family)), time.monotonic()
    memory: list[float] = []
    while time.monotonic() - began < seconds:
        time.sleep(1)
        memory.append(sum(map(_pss, family)))
    return Costs((sum(map(cpu_seconds, family)) - before) / (time.monotonic() - began) * 100, max(memory))


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


def _gap(icecast: servers.Icecast) -> float:
    """How long nothing is heard between two tones, in seconds, with two items between them that cannot be played."""
    ear = servers.IcecastListener(icecast)
    # The tones last for eight seconds; a program may start late and retry what it cannot play.
    time.sleep(14)
    heard = sound.file_as_heard(ear.stop())
    window = sound.RATE // 100 * 2
    levels = [sound.decibels(audioop.rms(heard[at : at + window], 2)) > -40 for at in range(0, len(heard) - window, window)]
    if True not in levels:
        return math.inf
    first, last = levels.index(True), len(levels) - 1 - levels[::-1].index(True)
    longest = lasted = 0
    for is_loud in levels[first:last]:
        lasted = 0 if is_loud else lasted + 1
        longest = max(longest, lasted)
    # Only one of the two was heard.
    return longest / 100 if last - first > 500 else math.inf
