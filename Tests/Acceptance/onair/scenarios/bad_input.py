"""Names that are none and lines that are none get an answer that says why, and the programme goes on."""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import time
from typing import Any

from door.client import NOBODY, Door
from harness.bench import Bench
from harness.station import Station
from harness.waiting import Late
from listening import air, sound
from listening.line import Line
from listening.listener import Listener

NAME = "bad-input"
TITLE = "bad names of files are not found, bad lines and sounds get a clear error, and the programme goes on"

#: What could lead out of the stream's folder, or break who looks for it.
NAMES = (
    "../state.json", "..%2fstate.json", "%2e%2e/state.json", "..%2f..%2fstation.sqlite", "state.json", "playlist.json", ".", "..",
    ".m3u8", "audio.m3u8.tmp", "audio.m3u8%00.vtt", "audio%0a.m3u8", "audio%0d%0aX-Evil:%201.m3u8", "AUDIO.M3U8",
    "a" * 200 + ".m3u8", "%ff%fe.m3u8", "audio-99999999999999999999.m4s", "audio--1.m4s", "%E2%80%AEaudio.m3u8", "",
)


def run(bench: Bench) -> None:
    if not sound.is_there():
        bench.skip("everything", "ffmpeg is not installed")
        return
    station = air.station(bench)
    station.start()
    listener = Listener(station.port).start()
    listener.first_sound(30)
    playout = air.playout(station)
    _names(bench, station)
    _lines(bench, station)
    _sounds(bench, station)
    listener.wait_until(time.time(), 20)
    kept = listener.stop()
    heard = kept.heard()
    gaps = [next.time - one.end for one, next in zip(heard, heard[1:])]
    silence, _ = sound.longest_silence(sound.decode(heard, kept.files))
    bench.check("the programme meanwhile", "no gap, no silence of 2 s, the same playout",
                f"{max(gaps, key=abs):.3f} s, {silence:.2f} s of {heard[-1].end - heard[0].time:.0f} s, {'the same' if air.playout(station) == playout else 'another one'}",
                max(map(abs, gaps)) < 0.05 and silence < 2 and air.playout(station) == playout)
    station.stop()


def _names(bench: Bench, station: Station) -> None:
    # The files that would be found if somebody looked.
    for place in (station.home / "state" / "state.json", station.home / "state" / "stream" / "state.json"):
        if not place.exists():
            place.write_text('{"secret": true}')
    door = Door(station.port)
    wrong: list[str] = []
    for name in NAMES:
        answer = _raw(station.port, f"/stream/{name}")
        if answer[0] not in (404, 400) or b"secret" in answer[1]:
            wrong.append(f"{name[:30]}: {answer[0]} {answer[1][:40]!r}")
        elif answer[0] == 400 and "%0" not in name and "%ff" not in name:
            wrong.append(f"{name[:30]}: 400")
    for raw in ("/stream/audio\x01.m3u8", "/stream/" + "a" * 20_000):
        answer = _raw(station.port, raw)
        if answer[0] not in (400, 404, 414, 431):
            wrong.append(f"{raw[:30]!r}: {answer[0]}")
    bench.check(f"{len(NAMES) + 2} names below /stream/ that are none", "404, and nothing of a file; 400 where the request is none",
                f"{len(wrong)} otherwise {wrong[:3]}", not wrong)
    bench.check("the playlist after that", "200", door.get("/stream/master.m3u8", NOBODY).status, door.get("/stream/master.m3u8", NOBODY).status == 200)


def _raw(port: int, path: str) -> tuple[int, bytes]:
    """A request whose path no client library would send. 0 for a connection that is closed without an answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode("latin-1"))
            data = b""
            while chunk := connection.recv(65536):
                data += chunk
        except (ConnectionResetError, BrokenPipeError):
            pass
    head, _, body = data.partition(b"\r\n\r\n")
    words = head.split(b" ")
    return (int(words[1]) if len(words) > 1 else 0), body


def _lines(bench: Bench, station: Station) -> None:
    path = station.home / "run" / "playout.sock"

    def after(figure: str, bar: str, data: bytes, fits: str, names: str = "") -> None:
        line = Line(path)
        try:
            try:
                line.send(data)
            except BrokenPipeError:
                pass  # It does not read on; what it said before is still to be had.
            answer = line.answer()
        except (Late, OSError) as error:
            bench.check(figure, bar, f"{type(error).__name__}: {error}", False)
            return
        finally:
            line.close()
        error = (answer or {}).get("error") or {}
        bench.check(figure, bar, error or answer or "closed without a word", error.get("code") == fits and names in error.get("message", ""))

    def request(method: str, params: dict[str, Any]) -> bytes:
        return json.dumps({"id": 7, "method": method, "params": params}).encode() + b"\n"

    after("a line of garbage", "badRequest", b"\x00\xff garbage {{{\n", "badRequest")
    after("a line that is JSON, and no request", "badRequest", b"[1,2]\n", "badRequest")
    after("a line of 2 MB", "tooLarge", b'{"id":1,"method":"' + b"x" * 2_000_000 + b'"}\n', "tooLarge")
    hello = request("hello", {"version": 1, "client": "somebody"})
    for name, data, code, field in (
        ("a method that nobody knows", request("queue.burn", {}), "unknownMethod", ""),
        ("a put without a file", request("queue.put", {"item": {"id": "a", "kind": "speech"}}), "badParameters", "file"),
        ("a put without an item", request("queue.put", {}), "badParameters", "item"),
        ("a put of an unknown kind", request("queue.put", {"item": {"id": "a", "kind": "noise", "file": "a.wav"}}), "badParameters", "kind"),
        ("a put with a gain of 90 dB", request("queue.put", {"item": {"id": "a", "kind": "speech", "file": "a.wav", "gainDecibels": 90}}), "badParameters", "gainDecibels"),
    ):
        line = Line(path)
        try:
            line.send(hello)
            line.answer()
            line.send(data)
            answer = line.answer() or {}
        except (Late, OSError) as error:
            answer = {"error": {"message": f"{type(error).__name__}: {error}"}}
        finally:
            line.close()
        error = answer.get("error") or {}
        bench.check(name, f"{code}{', names ' + field if field else ''}", error or answer,
                    error.get("code") == code and field in error.get("message", ""))


def _sounds(bench: Bench, station: Station) -> None:
    """Items whose files are not what they should be."""
    folder = station.home / "state" / "audio"
    made = bench.folder / "sounds"
    made.mkdir()
    tone = made / "tone.wav"
    _ffmpeg("-f", "lavfi", "-i", "sine=frequency=440:duration=2", "-ar", "48000", "-ac", "1", str(tone))
    video = made / "video.mp4"
    _ffmpeg("-f", "lavfi", "-i", "testsrc=duration=1:size=64x64:rate=10", "-pix_fmt", "yuv420p", str(video))
    slow = made / "slow.wav"
    _ffmpeg("-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-ar", "8000", "-ac", "1", str(slow))
    whole = tone.read_bytes()
    # A header that says two seconds, and half of one behind it.
    files = {
        "a video by the name of a WAV": video.read_bytes(),
        "a WAV of 8 kHz": slow.read_bytes(),
        "a WAV cut off in its header": whole[:30],
        "a WAV whose data begin beyond its end": whole[:12] + b"fmt " + struct.pack("<I", 2**31) + whole[20:60],
        "an empty file": b"",
    }
    line = Line(station.home / "run" / "playout.sock")
    line.call("hello", {"version": 1, "client": "somebody"})
    ids: dict[str, str] = {}
    for number, (what, data) in enumerate(files.items()):
        # An item of the daemon's own is not over, so its folder is not swept clean of this.
        file = made / f"bad-{number}.wav"
        file.write_bytes(data)
        ids[what] = str(file)
    ids["a file that is not there"] = str(folder / "nobody.wav")
    ids["a folder"] = str(made)
    ids["a device that never ends"] = "/dev/zero"
    for number, (what, file) in enumerate(ids.items()):
        _fate(bench, line, what, f"bad-{number}", file, "failed")
    # Half of the sound is there: what is there may be heard, as long as something is said of the end.
    cut = made / "cut.wav"
    cut.write_bytes(whole[: len(whole) // 2])
    _fate(bench, line, "a WAV of which half is missing", "cut", str(cut), "failed", "finished")
    _fate(bench, line, "a WAV that is good, after all of them", "good", str(tone), "finished")
    line.close()


def _fate(bench: Bench, line: Line, what: str, id: str, file: str, *fits: str) -> None:
    """Puts an item, and waits for what becomes of it."""
    begun = time.monotonic()
    try:
        answer = line.call("queue.put", {"item": {"id": id, "kind": "jingle", "file": file, "title": what}, "position": "next"})
        if "error" in answer:
            bench.check(what, " or ".join(fits), answer["error"], "failed" in fits)
            return
        state = answer["result"]["state"]
        while state["state"] not in ("finished", "skipped", "removed", "failed"):
            if time.monotonic() - begun > 40:
                raise Late("what becomes of it: not within 40 s")
            event = line.next(40)
            if event is None:
                raise Late("the playout closed the line")
            data = event.get("data")
            if isinstance(data, dict) and data.get("id") == id and "outcome" in data:
                state = data["outcome"]
    except (Late, OSError) as error:
        bench.check(what, " or ".join(fits), f"{type(error).__name__}: {error}", False)
        return
    said = state.get("reason", "")
    bench.check(what, " or ".join(fits) + (" with a reason" if fits == ("failed",) else ""), f"{state['state']}: {said}",
                state["state"] in fits and (state["state"] != "failed" or bool(said)))


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *arguments], check=True, timeout=60)
