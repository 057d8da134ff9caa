"""How many live connections there may be, and what is left of ten thousand that came and went."""

from __future__ import annotations

import socket
import struct
import time

from door.client import Door
from door.frames import CLOSE, FrameSocket, NotUpgraded, frame
from door.ordinary import Ordinary
from door.raw import dial, send
from door.settings import WIDE_OPEN
from door.stream import EventStream, NotOpened
from harness.bench import Bench
from harness.process import open_files, resident_bytes
from harness.station import Station
from harness.waiting import Late, wait_for

NAME = "live-crowd"
TITLE = "the caps answer 503 and come back; 10 000 connects leave nothing; 1000 clients at once"

TOTAL, PER_ADDRESS = 12, 5


def run(bench: Bench) -> None:
    _caps(bench)
    _many(bench)


def _caps(bench: Bench) -> None:
    station = bench.station(
        {**WIDE_OPEN, "http.live_connections_max": TOTAL, "http.live_connections_per_address_max": PER_ADDRESS}
    )
    station.start()
    opened: list[EventStream | FrameSocket] = []
    refusals: list[int] = []

    def open_one(number: int, source: str) -> None:
        try:
            opened.append(
                EventStream(station.port, source=source) if number % 2 else FrameSocket(station.port, source=source)
            )
        except (NotOpened, NotUpgraded) as error:
            refusals.append(error.status)

    for number in range(2 * PER_ADDRESS):
        open_one(number, "127.0.5.1")
    bench.check(
        f"{2 * PER_ADDRESS} connections from one address, streams and sockets in turn",
        f"{PER_ADDRESS} open, 503 for the others",
        f"{len(opened)} open, {refusals}",
        len(opened) == PER_ADDRESS and refusals == [503] * PER_ADDRESS,
    )
    refusals.clear()
    for number in range(2 * TOTAL):
        open_one(number, f"127.0.5.{number % 6 + 2}")
    others = Door(station.port).get("/version").status
    bench.check(
        "from other addresses; an ordinary request meanwhile",
        f"{TOTAL} open in all, 503 for the others; 200",
        f"{len(opened)} open, {len(refusals)} times {set(refusals)}; {others}",
        len(opened) == TOTAL and set(refusals) == {503} and others == 200,
    )
    for one in opened:
        one.close()
    wait_for("the places to be given back", 5, lambda: station.metrics().value("cryptocall_live_clients") == 0)
    opened.clear()
    refusals.clear()
    for number in range(PER_ADDRESS):
        open_one(number, "127.0.5.1")
    bench.check("after all of them have gone", f"{PER_ADDRESS} get in again", len(opened), len(opened) == PER_ADDRESS)
    for one in opened:
        one.close()
    station.stop()


def _many(bench: Bench) -> None:
    count = 10_000 if not bench.quick else 3_000
    station = bench.station(
        {**WIDE_OPEN, "http.live_connections_max": 3000, "http.live_connections_per_address_max": 3000},
        exchange=bench.exchange(),
    )
    station.start()
    _come_and_go(station, count // 5)  # Buffers and arenas reach their size.
    wait_for("the first to be gone", 10, lambda: station.metrics().value("cryptocall_live_clients") == 0)
    memory, files = resident_bytes(station.run.pid), open_files(station.run.pid)
    began = time.monotonic()
    with Ordinary(station.port) as ordinary:
        _come_and_go(station, count)
    took = time.monotonic() - began
    try:
        wait_for("all of them to be gone", 40, lambda: station.metrics().value("cryptocall_live_clients") == 0)
        wait_for("the descriptors to come back", 10, lambda: open_files(station.run.pid) <= files + 3)
    except Late:
        pass  # The rows tell.
    left = station.metrics().value("cryptocall_live_clients")
    bench.check(
        f"{count} connects in {took:.0f} s, ended in six ways: clients that are counted afterwards",
        "0",
        f"{left:.0f}",
        left == 0,
    )
    bench.check("descriptors", f"about {files}", open_files(station.run.pid), open_files(station.run.pid) <= files + 3)
    bench.at_most("memory that they left", max(0, resident_bytes(station.run.pid) - memory) / 1e6, 24, "MB")
    bench.check("meanwhile, an ordinary client", "all served", str(ordinary), ordinary.are_all_served)
    bench.at_most("its p99", ordinary.p99_ms, 100, "ms")
    _at_once(bench, station)
    station.stop()


def _come_and_go(station: Station, count: int) -> None:
    """Each ends in another way: in order, by a reset, in the middle of the head, of a frame, before the first byte."""
    reset = struct.pack("ii", 1, 0)
    for number in range(count):
        kind = number % 6
        if kind == 0:
            EventStream(station.port).close()
        elif kind == 1:
            one = FrameSocket(station.port)
            one.send(frame(CLOSE, b"\x03\xe8"))
            one.wait_closed(5)
            one.close()
        elif kind == 2:
            one = FrameSocket(station.port)
            one.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            one.close()
        elif kind == 3:
            peer = dial(station.port)
            send(peer, b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            peer.close()
        elif kind == 4:
            peer = dial(station.port)
            send(peer, b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: webso")
            peer.close()
        else:
            one = FrameSocket(station.port)
            one.send(frame(1, b"half a frame")[:7])
            one.close()


def _at_once(bench: Bench, station: Station) -> None:
    half = 500
    streams: list[EventStream] = []
    sockets: list[FrameSocket] = []
    try:
        for _ in range(half):
            streams.append(EventStream(station.port, "topics=system.health."))
            sockets.append(FrameSocket(station.port))
        counted = station.metrics().value("cryptocall_live_clients")
        with Ordinary(station.port) as ordinary:
            answered = sum(one.next(5) is not None for one in streams) + sum(one.next(5) is not None for one in sockets)
        bench.check(
            f"{2 * half} clients at once",
            f"{2 * half} counted, each with its welcome",
            f"{counted:.0f}, {answered}",
            counted == 2 * half and answered == 2 * half,
        )
        bench.at_most("an ordinary client's p99 meanwhile", ordinary.p99_ms, 100, "ms")
    finally:
        for stream in streams:
            stream.close()
        for one in sockets:
            one.close()
