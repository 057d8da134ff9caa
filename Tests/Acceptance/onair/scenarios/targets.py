"""The programme goes to servers, too: they get it again after they were away, and cost nobody anything when they are dead."""

from __future__ import annotations

import json
import secrets
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from door.client import NOBODY, Door
from door.settings import credential
from harness import clock
from harness.bench import Bench
from harness.control import Control
from harness.local import free_port
from harness.station import Station
from harness.subscriber import Heard
from harness.waiting import Late, wait_for
from listening import air, captions, servers, sound
from listening.listener import Kept, Listener
from listening.playlist import faults

NAME = "targets"
TITLE = "Icecast and RTMP get the programme, again after a kill; dead and stuck servers cost nothing; keys stay secret; hours are recorded"

#: A server that is back has the programme again within this, in seconds.
BACK_SECONDS_MAX = 15
#: Until a server that takes nothing is given up for the first time, with time to look.
STUCK_SECONDS_MAX = 45


def run(bench: Bench) -> None:
    if not sound.is_there() or servers.missing():
        bench.skip("everything", f"not installed: {servers.missing() or 'ffmpeg'}")
        return
    keys = {name: secrets.token_urlsafe(24) for name in ("icecast", "rtmp", "dead", "stuck")}
    icecast, rtmp, stuck = servers.Icecast(bench, keys["icecast"]), servers.RTMP(bench), servers.Stuck(bench)
    icecast.start()
    rtmp.start()
    station = air.station(bench, exchange=bench.exchange())
    named = {name: credential(station, f"key-{name}", key) for name, key in keys.items()}
    push = [
        f"live {rtmp.url} {named['rtmp']}", f"dead rtmp://127.0.0.1:{free_port()}/live {named['dead']}",
        f"stuck rtmp://127.0.0.1:{stuck.port}/live {named['stuck']}",
    ]
    servers.send_to(station, icecast, named["icecast"], push)
    station.settings["onair.record_days"] = 1
    subscriber = station.subscriber("")
    station.start()
    ready = time.monotonic()
    control = station.control()
    listener = Listener(station.port).start()
    said = _Said(control, station)
    for name, what in ((icecast.name, "icecast"), ("live", "push")):
        _becomes_live(bench, said, what, name, f"from READY until {icecast.name if what == 'icecast' else 'nginx-rtmp'} is live", ready)
    _icecast(bench, station, icecast)
    _rtmp(bench, rtmp, keys["rtmp"])
    _others(bench, said)
    _costs_nothing(bench, station, said, quick=bench.quick)
    _left_out(bench, station, said)
    _back(bench, station, said, icecast, "icecast", lambda: _gets_sound_of_icecast(icecast))
    _back(bench, station, said, rtmp, "push", lambda: len(rtmp.play(keys["rtmp"], 2)) > sound.RATE)
    listener.wait_until(time.time(), 20)
    _untouched(bench, listener.stop())
    _recording(bench, station, said)
    events = _drain(subscriber)
    _secrets(bench, station, said, keys, events)
    station.stop()
    _hour(bench)


class _Said:
    """Asks for ``onair.status``, and keeps all that was ever answered."""

    def __init__(self, control: Control, station: Station) -> None:
        self.control = control
        self.texts: set[str] = set()
        self._station = station

    def outputs(self) -> dict[str, Any]:
        found = air.outputs(self._station, self.control)
        self.texts.add(json.dumps(found))
        return found

    def target(self, kind: str, name: str) -> dict[str, Any]:
        """Empty while nobody knows of it. There is one Icecast only, so that its name does not matter."""
        told = self.outputs().get("targets") or []
        return next((one for one in told if one["kind"] == kind and (kind == "icecast" or one["name"] == name)), {})


def _becomes_live(bench: Bench, said: _Said, kind: str, name: str, figure: str, since: float) -> None:
    try:
        wait_for(f"{name} is live", BACK_SECONDS_MAX * 3, lambda: said.target(kind, name).get("state") == "live", every=0.1)
        bench.at_most(figure, time.monotonic() - since, BACK_SECONDS_MAX, "s")
    except Late:
        bench.check(figure, f"at most {BACK_SECONDS_MAX} s", f"not within {BACK_SECONDS_MAX * 3} s: {said.target(kind, name)}", False)


def _icecast(bench: Bench, station: Station, server: servers.Icecast) -> None:
    door = Door(station.port, keeps=False)
    ear = servers.IcecastListener(server)
    begun = time.monotonic()
    seconds = 30 if bench.quick else 60
    titles: set[str] = set()
    while time.monotonic() - begun < seconds:
        titles.add(str(server.source().get("title", "")))
        time.sleep(1)
    lasted = time.monotonic() - begun
    data = ear.stop()
    source = server.source()
    heard = sound.file_as_heard(data)
    length, silence = len(heard) / 2 / sound.RATE, sound.silence_of(heard)
    measured = sound.loudness_of_file(data)
    bench.check(f"a listener of Icecast's mount for {lasted:.0f} s", "hears as many seconds, 3 less at most; no silence of 2 s",
                f"{length:.1f} s, {silence:.2f} s of silence", length >= lasted - 3 and silence < 2)
    bench.check("its loudness there", "-16 LUFS, 1.5 more or less; at most -1 dBTP", f"{measured.integrated:.1f} LUFS, {measured.true_peak:.1f} dBTP",
                abs(measured.integrated + 16) <= 1.5 and measured.true_peak <= -1)
    told = [captions.spoken(one["text"]) for one in door.get("/api/transcripts?limit=200", NOBODY).expect(200).json["segments"]]
    # Who speaks stands before what is said.
    spoken = {title: captions.spoken(title.partition(" - ")[2]) for title in titles if " - " in title}
    known = [title for title, part in spoken.items() if any(captions.contains(words, part) for words in told)]
    strange = [title for title in spoken if title not in known]
    bench.check(f"{len(titles)} titles of status-json.xsl", "two or more with the words of the transcript; none with others",
                f"{len(known)}, {len(strange)} with others {strange[:1]}; server_name {source.get('server_name')!r}, {source.get('server_type')}",
                len(known) >= 2 and not strange and "aac" in str(source.get("server_type")))


def _rtmp(bench: Bench, server: servers.RTMP, key: str) -> None:
    heard = server.play(key, 8)
    silence = sound.silence_of(heard)
    bench.check("8 s played from nginx's RTMP", "7.5 s or more of sound, no silence of 2 s", f"{len(heard) / 2 / sound.RATE:.1f} s, {silence:.2f} s of silence",
                len(heard) / 2 / sound.RATE >= 7.5 and silence < 2)


def _others(bench: Bench, said: _Said) -> None:
    """What is told of the dead and the stuck one."""
    for name, words in (("dead", ("refused",)), ("stuck", ("took nothing", "did not answer"))):
        def told() -> dict[str, Any] | None:
            target = said.target("push", name)
            return target if any(word in str(target.get("reason")) for word in words) else None
        try:
            target = wait_for(name, STUCK_SECONDS_MAX, told, every=0.2)
        except Late:
            target = said.target("push", name)
        bench.check(f"onair.status of the {name} target", f"never live; the reason says '{words[0]}'", target,
                    target.get("connects") == 0 and any(word in str(target.get("reason")) for word in words))


def _costs_nothing(bench: Bench, station: Station, said: _Said, *, quick: bool) -> None:
    pid = air.playout(station) or 0
    files, began = len(list(Path(f"/proc/{pid}/fd").iterdir())), time.monotonic()
    before = said.outputs()
    most = files
    pushing = 0
    while time.monotonic() - began < (20 if quick else 60):
        most = max(most, len(list(Path(f"/proc/{pid}/fd").iterdir())))
        pushing = max(pushing, len(air.encoders(pid, pushes=True)))
        time.sleep(0.5)
    after = said.outputs()
    connects = {one["name"]: one["connects"] for one in after["targets"] if one["state"] == "live"}
    # An ffmpeg that tries has three pipes on our side.
    bench.check(f"{time.monotonic() - began:.0f} s beside a dead and a stuck target",
                "Icecast and RTMP stay live by their first connection; no sound lost; no files left open",
                f"connects {connects}; {after['lostSeconds'] - before['lostSeconds']:.1f} s lost; {files} files, {most} at most; {pushing} ffmpegs push",
                len(connects) == 2 and set(connects.values()) == {1} and after["lostSeconds"] == before["lostSeconds"] and most <= files + 8
                and after["encoderStarts"] == before["encoderStarts"])


def _left_out(bench: Bench, station: Station, said: _Said) -> None:
    """An operator keeps the programme from one server, and lets it have it again."""
    before = {one["name"]: one["connects"] for one in said.outputs()["targets"]}
    off = station.ctl("onair", "target", "live", "off").stdout
    try:
        wait_for("the target to be gone", 10, lambda: said.target("push", "live") in (None, {}), every=0.1)
        gone = True
    except Late:
        gone = False
    others = {one["name"]: one["connects"] for one in said.outputs()["targets"]}
    del before["live"]
    bench.check("cryptocallctl onair target live off", "it gets nothing, and the others stay as they were",
                f"{off.strip()}; {'gone' if gone else 'still there'}; {others}",
                gone and {name: count for name, count in others.items() if count} == {name: count for name, count in before.items() if count})
    station.ctl("onair", "target", "live", "on")
    _becomes_live(bench, said, "push", "live", "onair target live on: until it is live", time.monotonic())


def _gets_sound_of_icecast(server: servers.Icecast) -> bool:
    try:
        ear = servers.IcecastListener(server)
        wait_for("sound", 6, lambda: len(ear.data) > 30_000)
    except (OSError, Late):
        return False
    heard = sound.file_as_heard(ear.stop())
    return len(heard) > sound.RATE and sound.silence_of(heard) < 0.5


def _back(bench: Bench, station: Station, said: _Said, server: servers.Server, kind: str, hears: Callable[[], bool]) -> None:
    """Kills a server with kill -9, waits until that is told, and starts it again."""
    server.kill()
    try:
        down = wait_for("the loss is told", 20, lambda: (one := said.target(kind, "live")) and one["state"] != "live" and one, every=0.1)
        bench.check(f"{server.name} killed: onair.status", "not live, with a reason", f"{down['state']}: {down.get('reason')}", bool(down.get("reason")))
    except Late as late:
        bench.check(f"{server.name} killed: onair.status", "not live, with a reason", late, False)
    # Long enough that it is tried in vain more than once.
    time.sleep(3)
    server.start()
    _becomes_live(bench, said, kind, "live", f"{server.name} started again: until it is live", time.monotonic())
    bench.check(f"{server.name} started again: its listeners", "hear the programme", "sound" if (heard := hears()) else "nothing", heard)


def _untouched(bench: Bench, kept: Kept) -> None:
    """What listeners of the playlist had of all this."""
    heard = kept.heard()
    gaps = [abs(next.time - one.end) for one, next in zip(heard, heard[1:])]
    broken = faults(version.playlist for version in kept.versions)
    silence, at = sound.longest_silence(sound.decode(heard, kept.files))
    jumps = sum(entry.is_discontinuity for entry in heard)
    bench.check(f"the playlist over all of it, {heard[-1].end - heard[0].time:.0f} s", "no gap, no discontinuity, no silence of 2 s, no rule broken",
                f"gap {max(gaps):.3f} s, {jumps} discontinuities, silence {silence:.2f} s at {at - heard[0].time:.1f} s, "
                f"{len(broken)} rules {broken[:1]}, {len(kept.missing)} missing",
                max(gaps) < 0.05 and jumps == 0 and silence < 2 and not broken and not kept.missing)


def _recording(bench: Bench, station: Station, said: _Said) -> None:
    told = said.outputs().get("recording") or {}
    found = sorted((station.home / "state" / "recordings").rglob("*.aac*"))
    if not found:
        bench.check("the recording", "a file of this hour", f"none; {told}", False)
        return
    heard = b"".join(sound.file_as_heard(one.read_bytes()) for one in found)
    seconds, silence = len(heard) / 2 / sound.RATE, sound.silence_of(heard)
    bench.check("the recording", "the file that status names; decodes to a minute or more without 2 s of silence",
                f"{[one.name for one in found]}, {told}: {seconds:.0f} s, silence {silence:.2f} s",
                any(str(one).endswith(str(told.get("file"))) for one in found) and not told.get("failure") and seconds >= 60 and silence < 2)


def _hour(bench: Bench) -> None:
    """An hour ends: the clock of this station is so far ahead that it comes half a minute after its start."""
    station = air.station(bench, settings={"onair.record_days": 1})
    station.start(environment=clock.off_by(bench, int(3600 - time.time() % 3600 - 30) % 3600))
    folder = station.home / "state" / "recordings"
    try:
        whole = wait_for("a whole hour's file", 75, lambda: next(folder.rglob("*.aac"), None), every=0.2)
        heard = sound.file_as_heard(whole.read_bytes())
        next_file = wait_for("the next hour's file", 10, lambda: next(folder.rglob("*.aac.part"), None))
        index = whole.with_name(whole.name.replace(".aac", ".json"))
        bench.check("the end of an hour", "its file gets its name and decodes; the next one is begun; an index beside it",
                    f"{whole.parent.name}/{whole.name}: {len(heard) / 2 / sound.RATE:.0f} s, then {next_file.name}; index {index.exists()}",
                    len(heard) / 2 / sound.RATE >= 10 and next_file.name[:2] == f"{(int(whole.name[:2]) + 1) % 24:02}" and index.exists())
    except Late as late:
        bench.check("the end of an hour", "its file gets its name", f"{late}; {[one.name for one in folder.rglob('*')]}", False)
    station.stop()


def _drain(subscriber: Any) -> list[Heard]:
    events: list[Heard] = []
    while (event := subscriber.next(0.1)) is not None and len(events) < 100_000:
        events.append(event)
    return events


def _secrets(bench: Bench, station: Station, said: _Said, keys: dict[str, str], events: list[Heard]) -> None:
    door = Door(station.port, keeps=False)
    places: dict[str, bytes] = {
        "onair.status": "\n".join(said.texts).encode() + json.dumps(said.control.call("onair.status")).encode(),
        "cryptocallctl onair status": station.ctl("onair", "status").stdout.encode(),
        "the events": json.dumps([[event.header, event.payload] for event in events]).encode(),
        "/metrics": urllib.request.urlopen(f"http://127.0.0.1:{station.port}/metrics", timeout=5).read(),
        **{path: door.get(path, NOBODY).body for path in ("/now", "/schedule", "/api/health", "/api/transcripts", "/listen")},
    }
    for file in station.logs.iterdir():
        places[f"log {file.name}"] = file.read_bytes()
    journal = station.home / "state" / "playout.journal"
    for file in station.home.rglob("*"):
        if file.is_file() and "credentials" not in file.parts and file != journal:
            places[f"file {file.relative_to(station.home)}"] = file.read_bytes()
    size = sum(map(len, places.values()))
    leaks = [f"{name} in {place}" for place, data in places.items() for name, key in keys.items() if key.encode() in data]
    bench.check(f"the four secrets in {len(places)} places ({len(events)} events, {size / 1e6:.0f} MB)", "nowhere", leaks[:4] or "nowhere",
                not leaks and len(events) > 10)
    mode = journal.stat().st_mode & 0o777
    bench.check("the playout's journal, which keeps them", "for its owner alone", f"{mode:o}", mode & 0o077 == 0)
    pushing, told = _processes(keys)
    bench.check("arguments and environments of all processes", "without any of the secrets, those that push among them",
                f"{told[:3] or 'nowhere'}; {len(pushing)} that push", bool(pushing) and not told)


def _processes(keys: dict[str, str]) -> tuple[list[int], list[str]]:
    """Those that push to servers, and what tells a secret."""
    pushing: list[int] = []
    told: list[str] = []
    end = time.monotonic() + 20
    while not pushing and time.monotonic() < end:
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            for part in ("cmdline", "environ"):
                try:
                    words = (folder / part).read_bytes()
                except OSError:
                    continue  # It has ended, or is the system's.
                if part == "cmdline" and b"\0flv\0" in words:
                    pushing.append(int(folder.name))
                told += [f"{part} of {words[:40]!r}" for key in keys.values() if key.encode() in words]
    return pushing, told
