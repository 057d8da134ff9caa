"""WebSocket clients, good ones and all the others: each fault ends its own connection, with the right code."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import websockets

from door.client import NOBODY, Credential, Door
from door.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, FrameSocket, NotUpgraded, frame, text
from door.people import People
from door.raw import dial, listen, send
from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.control import Control
from harness.ledger import TYPE, uuid7
from harness.process import resident_bytes
from harness.station import Station
from harness.waiting import Late

NAME = "web-sockets"
TITLE = "/ws: the protocol, log-in by token, faulty frames, floods, silence; a good client beside them misses nothing"

#: A peer that answers no ping is hung up on after three of them, ten seconds apart.
SILENCE_SECONDS = 45
MESSAGE_BYTES_MAX = 64 * 1024


def run(bench: Bench) -> None:
    station = bench.station({**WIDE_OPEN, "drills.enabled": "true"}, exchange=bench.exchange())
    station.start()
    people, door = People(station), Door(station.port)
    admin = people.add("admin").log_in(door).credential
    good = _Good(bench, station, admin)
    _library(bench, station)
    _protocol(bench, station, admin)
    _log_in(bench, station, people, door)
    _upgrades(bench, station, admin)
    _faults(bench, station)
    _floods(bench, station)
    _random(bench, station)
    _silent(bench, station)
    good.judge(bench)
    bench.check(
        "it is still the same process",
        "running",
        "running" if station.run.is_running else "ended",
        station.run.is_running,
    )
    station.stop()
    text_of_log = station.run.text()
    faults = [word for word in ("Fatal error", "a request failed", "crashed") if word in text_of_log]
    bench.check("its log speaks of no fault inside", "none", ", ".join(faults) or "none", not faults)


class _Good:
    """A client that follows events which are published twenty times a second, while others misbehave."""

    def __init__(self, bench: Bench, station: Station, admin: Credential) -> None:
        self.late: list[float] = []
        self.numbers: list[int] = []
        self.problem = ""
        self._ending = threading.Event()
        self._published = 0
        self._station, self._bench, self._admin = station, bench, admin
        ready = threading.Event()
        self._reader = bench.background("good client", lambda: self._read(ready))
        if not ready.wait(10):
            raise Late("the good client's subscription")
        self._writer = bench.background("publisher", self._write)

    def _read(self, ready: threading.Event) -> None:
        socket = FrameSocket(self._station.port, self._admin)
        socket.say({"type": "subscribe", "topics": [TYPE]})
        socket.wait("subscribed")
        ready.set()
        while not (self._ending.is_set() and len(self.numbers) >= self._published):
            message = socket.next(5)
            if message is None:
                # The last one may have come before the end was told.
                if self._ending.is_set() and len(self.numbers) >= self._published:
                    break
                self.problem = f"nothing for 5 s, {'closed ' + str(socket.close_code) if socket.is_closed else 'open'}"
                break
            if message.get("type") == "event":
                payload = message["event"]["data"]
                self.late.append(time.monotonic() - float(payload["filler"]))
                self.numbers.append(payload["number"])
        socket.close()

    def _write(self) -> None:
        control = Control(self._bench.context, self._station.control_address)
        while not self._ending.is_set():
            event = {
                "type": TYPE,
                "id": uuid7(),
                "payload": {"number": self._published + 1, "filler": f"{time.monotonic():.6f}"},
            }
            self._published += 1
            control.call("events.publish", {"events": [event]}, timeout=10)
            self._ending.wait(0.05)
        control.close()

    def judge(self, bench: Bench) -> None:
        self._ending.set()
        self._writer.join(15)
        self._reader.join(15)
        late = sorted(self.late)
        p99 = late[len(late) * 99 // 100] * 1000 if late else float("inf")
        is_complete = self.numbers == list(range(1, self._published + 1))
        bench.check(
            "beside all of this, a good client",
            "every event, in order",
            f"{len(self.numbers)} of {self._published}{'' if is_complete else ', not in order'} {self.problem}",
            is_complete and not self.problem and self._published > 50,
        )
        bench.at_most("publish to received at it, p99 with the writing to the log", p99, 100, "ms")


def _library(bench: Bench, station: Station) -> None:
    """A client library that checks what the daemon sends."""

    async def talk() -> list[Any]:
        uri = f"ws://127.0.0.1:{station.port}/ws"
        async with websockets.connect(uri, compression="deflate", open_timeout=10) as socket:
            told = [json.loads(await asyncio.wait_for(socket.recv(), 5))["type"]]
            await socket.send(json.dumps({"type": "subscribe", "group": "prices", "id": "1"}))
            for _ in range(20):
                message = json.loads(await asyncio.wait_for(socket.recv(), 5))
                if message["type"] != "event" and message.get("id") == "1":
                    told.append(message["type"])
                    break
            await socket.send(["{", '"type":"pi', 'ng"}'])  # In three fragments.
            while (message := json.loads(await asyncio.wait_for(socket.recv(), 5)))["type"] == "event":
                pass
            told.append(message["type"])
            latency = await asyncio.wait_for(await socket.ping(b"data"), 5)
            told.append("ping answered" if latency >= 0 else "")
            await socket.close(1000, "done")
            told.append(socket.close_code)
        return told

    told = asyncio.run(talk())
    bench.check(
        "a client library: welcome, a group, a message in fragments, a ping, a close",
        "welcome, subscribed, pong, ping answered, 1000",
        ", ".join(map(str, told)),
        told == ["welcome", "subscribed", "pong", "ping answered", 1000],
    )


def _protocol(bench: Bench, station: Station, admin: Credential) -> None:
    socket = FrameSocket(station.port, admin)
    welcome = socket.wait("welcome")
    socket.say({"type": "subscribe", "topics": ["drill.status."], "id": "a"})
    socket.wait("subscribed")
    socket.say({"type": "unsubscribe", "topics": ["drill.status."], "id": "b"})
    left = socket.wait("unsubscribed")
    socket.say({"type": "get_stats", "id": "c"})
    stats = socket.wait("stats")
    bench.check(
        "welcome, subscribe, unsubscribe, get_stats",
        "a session, then no topics, then figures",
        f"{'a session' if welcome.get('session_id') else 'none'}, {left.get('topics')}, "
        f"{stats.get('delivered')} delivered",
        bool(welcome.get("session_id"))
        and left.get("topics") == []
        and stats.get("session_id") == welcome["session_id"],
    )
    bad: list[tuple[str, bytes, str]] = [
        ("no JSON", frame(TEXT, b"hello"), "bad_request"),
        ("a list", text([]), "invalid_input"),
        ("no type", text({}), "invalid_input"),
        ("an unknown type", text({"type": "fly"}), "invalid_input"),
        ("a group that there is not", text({"type": "subscribe", "group": "nonsense"}), "invalid_input"),
        ("a topic that cannot be", text({"type": "subscribe", "topics": ["a b"]}), "invalid_input"),
        (
            "100 topics",
            text({"type": "subscribe", "topics": [f"a{number}." for number in range(100)]}),
            "invalid_input",
        ),
        ("an unknown field", text({"type": "ping", "x": 1}), "invalid_input"),
        ("nested deep", frame(TEXT, b'{"type":' + b"[" * 3000 + b"]" * 3000 + b"}"), "bad_request"),
        ("60 KB", frame(TEXT, b'{"type":"ping","x":"' + b"a" * 60_000 + b'"}'), "too_large"),
    ]
    wrong = []
    for name, data, code in bad:
        socket.send(data)
        answer = socket.wait("error")
        if answer.get("code") != code or not answer.get("message"):
            wrong.append(f"{name}: {answer.get('code')}")
    socket.say({"type": "ping", "id": "z"})
    alive = socket.wait("pong").get("id") == "z"
    bench.check(
        f"{len(bad)} messages that cannot be carried out",
        "an error each, and the connection goes on",
        f"{len(bad) - len(wrong)}{'; ' + '; '.join(wrong) if wrong else ''}, {'goes on' if alive else 'over'}",
        not wrong and alive,
    )
    socket.close()


def _log_in(bench: Bench, station: Station, people: People, door: Door) -> None:
    person = people.add("operator")
    tokens = person.log_in(door)
    socket = FrameSocket(station.port)
    socket.wait("welcome")
    socket.say({"type": "subscribe", "topics": ["control."]})
    before = socket.wait("error").get("code")
    socket.say({"type": "auth", "token": "nonsense"})
    wrong = socket.wait("error").get("code")
    socket.say({"type": "auth", "token": tokens.access})
    role = socket.wait("authenticated").get("role")
    socket.say({"type": "subscribe", "topics": ["control."]})
    after = socket.wait("subscribed").get("topics")
    bench.check(
        "control events as a stranger, with a wrong token, with an operator's",
        "unauthorized, unauthorized, subscribed",
        f"{before}, {wrong}, {after} as {role}",
        (before, wrong, role, after) == ("unauthorized", "unauthorized", "operator", ["control."]),
    )
    door.ask("DELETE", f"/api/auth/sessions/{tokens.session}", tokens.credential).expect(204)
    began = time.monotonic()
    try:
        code = socket.wait_closed(20)
    except Late:
        code = None
    bench.check(
        "its session is ended meanwhile",
        "closed with 4401 within 15 s",
        f"{code} after {time.monotonic() - began:.1f} s",
        code == 4401 and time.monotonic() - began < 15,
    )
    guesses = FrameSocket(station.port)
    guesses.wait("welcome")
    for _ in range(30):
        guesses.say({"type": "auth", "token": "guess"})
    try:
        code = guesses.wait_closed(10)
    except Late:
        code = None
    bench.check("30 wrong tokens over one connection", "closed with 1008", code, code == 1008)


def _upgrades(bench: Bench, station: Station, admin: Credential) -> None:
    """Whatever is no right upgrade gets an ordinary answer in HTTP."""
    cases: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
        ("without Upgrade", {"headers": {"Connection": "keep-alive", "Upgrade": ""}}, (426, 400)),
        ("version 8", {"headers": {"Sec-WebSocket-Version": "8"}}, (400, 426)),
        ("no key", {"headers": {"Sec-WebSocket-Key": ""}}, (400, 426)),
        ("a short key", {"headers": {"Sec-WebSocket-Key": "abc"}}, (400, 426)),
        ("another path", {"path": "/version"}, (200,)),
        ("a path that there is not", {"path": "/nothing"}, (404,)),
        ("a wrong token", {"who": Credential.token("nonsense")}, (401,)),
        (
            "a page of somebody else with a cookie",
            {"who": Credential.cookie("x"), "headers": {"Origin": "https://elsewhere.example"}},
            (401, 403),
        ),
    ]
    wrong = []
    for name, options, statuses in cases:
        try:
            FrameSocket(station.port, options.pop("who", NOBODY), **options).close()
            found = 101
        except NotUpgraded as error:
            found = error.status
        except Late:
            found = 0
        if found not in statuses:
            wrong.append(f"{name}: {found}")
    bench.check(
        f"{len(cases)} upgrades that are none",
        "an answer in HTTP each",
        "so" if not wrong else "; ".join(wrong),
        not wrong,
    )
    # Frames right behind the head: RFC 6455 wants clients to wait for the answer, so those are not heard.
    with dial(station.port) as peer:
        send(
            peer,
            b"GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            + text({"type": "ping", "id": "early"}),
        )
        reaction = listen(peer, seconds=1)
        send(peer, text({"type": "ping", "id": "later"}))
        then = listen(peer, seconds=2)
    accept = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in reaction.data
    bench.check(
        "a message right behind the head of the upgrade",
        "101 with the right key; dropped, and the next one answered",
        f"{reaction.statuses}, {'the right key' if accept else 'no key'}, "
        f"{'heard' if b'early' in reaction.data else 'dropped'}, {'answered' if b'later' in then.data else 'lost'}",
        reaction.statuses == [101] and accept and b"early" not in reaction.data and b"later" in then.data,
    )


@dataclass(frozen=True)
class Fault:
    name: str
    data: bytes
    codes: tuple[int | None, ...]


def _faults(bench: Bench, station: Station) -> None:
    big = MESSAGE_BYTES_MAX + 1
    faults = [
        Fault("unmasked", frame(TEXT, b"{}", is_masked=False), (1002,)),
        Fault("reserved bit 1", frame(TEXT, b"{}", reserved=4), (1002,)),
        Fault("reserved bit 2", frame(TEXT, b"{}", reserved=2), (1002,)),
        Fault("reserved bit 3", frame(TEXT, b"{}", reserved=1), (1002,)),
        *(Fault(f"opcode {code}", frame(code, b"x"), (1002,)) for code in (3, 7, 11, 15)),
        Fault("binary", frame(BINARY, b"\x00\x01"), (1003,)),
        Fault("no UTF-8", frame(TEXT, b"\xff\xfe"), (1007,)),
        Fault("half a character", frame(TEXT, b"\xe2\x82"), (1007,)),
        Fault("a surrogate", frame(TEXT, b"\xed\xa0\x80"), (1007,)),
        Fault("65 537 bytes", frame(TEXT, b" " * big), (1009,)),
        Fault("2^62 bytes told", frame(TEXT, b"x", told_length=1 << 62), (1009, 1002)),
        Fault("2^63 bytes told", frame(TEXT, b"x", told_length=1 << 63), (1009, 1002)),
        Fault(
            "65 537 bytes in fragments",
            frame(TEXT, b" " * 40_000, is_last=False) + frame(CONTINUATION, b" " * 30_000),
            (1009,),
        ),
        Fault("a continuation of nothing", frame(CONTINUATION, b"x"), (1002,)),
        Fault("a message within a message", frame(TEXT, b"a", is_last=False) + frame(TEXT, b"b"), (1002,)),
        Fault("a ping in fragments", frame(PING, b"x", is_last=False), (1002,)),
        Fault("a ping of 126 bytes", frame(PING, b"x" * 126), (1002, 1009)),
        Fault("a close of 126 bytes", frame(CLOSE, b"\x03\xe8" + b"x" * 124), (1002, 1009)),
        Fault("a close of one byte", frame(CLOSE, b"\x03"), (1002,)),
        Fault("a close with 1005", frame(CLOSE, b"\x03\xed"), (1002,)),
        Fault("a close with 999", frame(CLOSE, b"\x03\xe7"), (1002,)),
        Fault("a close with no UTF-8", frame(CLOSE, b"\x03\xe8\xff\xfe"), (1007, 1002)),
        Fault("a close", frame(CLOSE, b"\x03\xe8"), (1000,)),
        Fault("an empty close", frame(CLOSE), (1000, 1005)),
        Fault("plain HTTP", b"GET /version HTTP/1.1\r\nHost: localhost\r\nUser-Agent: somebody\r\nAccept: */*\r\n\r\n", (1002,)),
    ]
    wrong = []
    for fault in faults:
        socket = FrameSocket(station.port)
        socket.wait("welcome")
        socket.send(fault.data)
        try:
            code = socket.wait_closed(6)
        except Late:
            code = -1
        if code not in fault.codes:
            wrong.append(f"{fault.name}: {'still open' if code == -1 else code}")
        socket.close()
    bench.check(
        f"{len(faults)} frames that must not be",
        "closed with the code of RFC 6455 each",
        f"{len(faults) - len(wrong)} so{'; not: ' + '; '.join(wrong) if wrong else ''}",
        not wrong,
    )


def _floods(bench: Bench, station: Station) -> None:
    before = resident_bytes(station.run.pid)
    seconds = 3 if bench.quick else 6
    kinds: list[tuple[str, Callable[[int], bytes], tuple[int | None, ...]]] = [
        ("messages", lambda number: text({"type": "ping", "id": str(number)}), (1008,)),
        ("pings", lambda number: frame(PING, b"%d" % number), (1008,)),
        ("pongs that nobody asked for", lambda number: frame(PONG, b"x"), (1008,)),
        (
            "fragments without an end",
            lambda number: frame(TEXT if number == 0 else CONTINUATION, b"", is_last=False),
            (1008, 1009),
        ),
        ("subscriptions", lambda number: text({"type": "subscribe", "topics": [f"market.{number}."]}), (1008,)),
    ]
    for name, make, codes in kinds:
        socket = FrameSocket(station.port, buffer=8192)
        socket.wait("welcome")
        deadline = time.monotonic() + seconds
        number = 0
        while time.monotonic() < deadline and socket.send(b"".join(make(number + step) for step in range(50))):
            number += 50
        try:
            code = socket.wait_closed(6)
        except Late:
            code = -1
        bench.check(
            f"a flood of {name}",
            "closed with 1008",
            f"{'still open' if code == -1 else code} after {number}",
            code in codes,
        )
        socket.close()
    grown = resident_bytes(station.run.pid) - before
    bench.at_most("memory that the floods cost", max(0, grown) / 1e6, 48, "MB")


def _random(bench: Bench, station: Station) -> None:
    """Random bytes after a good beginning: whatever they mean, nothing breaks."""
    count = 150 if bench.quick else 1000
    dice = random.Random(20)
    unclear = 0
    for _ in range(count):
        socket = FrameSocket(station.port)
        kind = dice.randrange(3)
        if kind == 0:
            data = dice.randbytes(dice.randrange(1, 300))
        elif kind == 1:
            whole = bytearray(text({"type": "subscribe", "group": "prices"}))
            whole[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
            data = bytes(whole)
        else:
            data = text({"type": "ping"})[: dice.randrange(1, 20)]
        socket.send(data)
        socket.next_frame(0.02)
        unclear += not socket.is_closed
        socket.close()
    served = Door(station.port).get("/version").status
    bench.check(
        f"{count} connections with random bytes",
        "the daemon serves on",
        f"{served}; {unclear} hung up on by us",
        served == 200,
    )


def _silent(bench: Bench, station: Station) -> None:
    """Peers that answer no ping, and peers that vanish."""
    if bench.quick:
        return
    silent = [FrameSocket(station.port, answers_pings=False) for _ in range(20)]
    began = time.monotonic()
    codes: list[int | None] = []
    for socket in silent:
        try:
            socket.wait_closed(max(0.1, SILENCE_SECONDS - (time.monotonic() - began)))
            codes.append(socket.close_code)
        except Late:
            codes.append(-1)
    bench.check(
        "20 clients that answer no ping",
        f"hung up on within {SILENCE_SECONDS} s, after 3 pings",
        f"{sum(code != -1 for code in codes)} after {time.monotonic() - began:.0f} s, {silent[0].pings} pings",
        -1 not in codes and silent[0].pings == 3,
    )
    for socket in silent:
        socket.close()
