"""Peers that take their time: heads and bodies that drip, connections that say nothing, readers that do not read."""

from __future__ import annotations

import http.client
import resource
import socket
import time

from door import raw
from door.client import Door
from door.ordinary import Ordinary
from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.process import cpu_seconds, open_files, resident_bytes
from harness.station import Station
from harness.waiting import Late, wait_for

NAME = "slow-peers"
TITLE = "dripping heads and bodies, 1000 idle and half-open connections, readers that stop: the others are served"

#: How long a peer may take for its head, its body, or its next request until it is hung up on.
PATIENCE_SECONDS = 80
#: What one connection that says nothing may cost.
IDLE_BYTES_MAX = 64 * 1024


def run(bench: Bench) -> None:
    station = bench.station(dict(WIDE_OPEN))
    station.start()
    files = open_files(station.run.pid)
    _no_more_to_say(bench, station)
    _drip(bench, station)
    _crowd(bench, station)
    _not_reading(bench, station)
    _more_than_descriptors(bench, station)
    try:
        left = wait_for("the descriptors to come back", 20, lambda: _at_most(open_files(station.run.pid), files + 5))
    except Late:
        left = open_files(station.run.pid)
    bench.check("descriptors come back", f"about {files}", left, left <= files + 5)
    station.stop()


def _no_more_to_say(bench: Bench, station: Station) -> None:
    """Peers that tell at once that they send no more: behind a whole request, and in the middle of one."""
    count = 200
    asked = b"GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for what, sent, expected in (("a whole request", asked, count), ("half a request", asked[:-5], 0)):
        began = time.monotonic()
        peers = [raw.dial(station.port) for _ in range(count)]
        for peer in peers:
            raw.send(peer, sent)
            peer.shutdown(socket.SHUT_WR)
        reactions = [raw.listen(peer, seconds=15) for peer in peers]
        answered = sum(reaction.statuses == [200] for reaction in reactions)
        closed = sum(reaction.is_closed for reaction in reactions)
        took = time.monotonic() - began
        for peer in peers:
            peer.close()
        bench.check(
            f"{count} peers that send {what} and then no more",
            f"{expected} answered, all hung up on within 5 s",
            f"{answered} answered, {closed} hung up on, {took:.1f} s",
            answered == expected and closed == count and took < 5,
        )


def _at_most(found: int, bound: int) -> int:
    return found if found <= bound else 0


def _drip(bench: Bench, station: Station) -> None:
    """A byte now and then, so that no pause is long; in all of them together many connections."""
    count = 60 if bench.quick else 200
    heads = [raw.dial(station.port) for _ in range(count)]
    bodies = [raw.dial(station.port) for _ in range(count)]
    try:
        for peer in heads:
            raw.send(peer, b"GET /version HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        for peer in bodies:
            raw.send(
                peer,
                b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                b"Content-Length: 4000\r\n\r\n{",
            )
        began = time.monotonic()
        with Ordinary(station.port) as ordinary:
            groups = {"heads": heads} if bench.quick else {"heads": heads, "bodies": bodies}
            gone = _drip_until_gone(groups, began + PATIENCE_SECONDS)
        for what, seconds in gone.items():
            bench.check(
                f"{count} peers whose {what} drip",
                f"all hung up on within {PATIENCE_SECONDS} s",
                f"after {seconds:.0f} s"
                if seconds
                else f"{_open(heads if what == 'heads' else bodies)} still open after {PATIENCE_SECONDS} s",
                seconds is not None,
            )
        bench.check("meanwhile, an ordinary client", "all served", str(ordinary), ordinary.are_all_served)
        bench.at_most("its p99", ordinary.p99_ms, 100, "ms")
    finally:
        for peer in heads + bodies:
            peer.close()


def _drip_until_gone(groups: dict[str, list[socket.socket]], deadline: float) -> dict[str, float | None]:
    """Sends a byte to each every second; when the last of each group was hung up on."""
    began = time.monotonic()
    gone: dict[str, float | None] = {what: None for what in groups}
    while time.monotonic() < deadline and None in gone.values():
        for what, peers in groups.items():
            for peer in peers:
                peer.setblocking(True)
                raw.send(peer, b"a")
            if gone[what] is None and _open(peers) == 0:
                gone[what] = time.monotonic() - began
        time.sleep(1)  # The pace of the drip.
    return gone


def _open(peers: list[socket.socket]) -> int:
    return sum(not raw.is_closed(peer) for peer in peers)


def _crowd(bench: Bench, station: Station) -> None:
    """Idle from the start, idle after an answer, and half-open: what was sent ends in the middle of a head."""
    count = 1000
    before = resident_bytes(station.run.pid)
    peers: list[socket.socket] = []
    try:
        with Ordinary(station.port) as ordinary:
            for number in range(count):
                peer = raw.dial(station.port)
                if number % 3 == 1:
                    raw.send(peer, b"GET /version HTTP/1.1\r\nHost: localhost\r\n\r\n")
                elif number % 3 == 2:
                    raw.send(peer, b"GET /version HTTP/1.1\r\nHost: loc")
                peers.append(peer)
            began = time.monotonic()
            answer = Door(station.port, keeps=False).get("/version")
            took = time.monotonic() - began
            wait_for(
                "every third to be answered",
                20,
                lambda: sum(_has_data(peer) for peer in peers[1::3]) == len(peers[1::3]),
                every=0.2,
            )
            ordinary.wait(2 if bench.quick else 5)
        grown = resident_bytes(station.run.pid) - before
        bench.check(
            f"{count} idle and half-open connections: an ordinary client",
            "all served",
            str(ordinary),
            ordinary.are_all_served,
        )
        bench.at_most("its p99", ordinary.p99_ms, 100, "ms")
        bench.check(
            "a new client gets in",
            "200 within 1 s",
            f"{answer.status} after {took * 1000:.0f} ms",
            answer.status == 200 and took < 1,
        )
        bench.at_most("memory for each of them", max(0, grown) / count / 1024, IDLE_BYTES_MAX / 1024, "KB")
        if bench.quick:
            return
        with Ordinary(station.port) as ordinary:
            open_peers = list(peers)

            def none_left() -> bool:
                open_peers[:] = [peer for peer in open_peers if not raw.is_closed(peer)]
                return not open_peers

            try:
                wait_for("the daemon to hang up", PATIENCE_SECONDS, none_left, every=0.5)
            except Late:
                pass  # The number tells.
        bench.check(
            "all of them are hung up on",
            f"within {PATIENCE_SECONDS} s",
            f"{count - len(open_peers)} of {count}",
            not open_peers,
        )
        bench.at_most("the ordinary client's p99 meanwhile", ordinary.p99_ms, 100, "ms")
    finally:
        for peer in peers:
            peer.close()


def _has_data(peer: socket.socket) -> bool:
    peer.setblocking(False)
    try:
        return bool(peer.recv(1, socket.MSG_PEEK))
    except OSError:
        return False


def _not_reading(bench: Bench, station: Station) -> None:
    """Asks a lot and reads nothing: the answers wait in bounded memory, and the requests in the kernel."""
    count, pipelined = (20, 500) if bench.quick else (50, 2000)
    before = resident_bytes(station.run.pid)
    request = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * pipelined
    peers = [raw.dial(station.port, buffer=4096) for _ in range(count)]
    try:
        with Ordinary(station.port) as ordinary:
            for peer in peers:
                peer.setblocking(False)
                try:
                    peer.send(request)
                except BlockingIOError:
                    pass
            ordinary.wait(2)
            began, used = time.monotonic(), cpu_seconds(station.run.pid)
            wait_for("a moment of rest", 20, lambda: _is_resting(station), every=0.5)
        grown = resident_bytes(station.run.pid) - before
        bench.check(
            f"{count} peers that ask {pipelined} times and do not read",
            "less than 200 MB, and no work without an end",
            f"{grown >> 20} MB grown; at rest after {time.monotonic() - began:.1f} s, "
            f"{cpu_seconds(station.run.pid) - used:.1f} s of work",
            grown < 200 << 20,
        )
        bench.check("meanwhile, an ordinary client", "all served", str(ordinary), ordinary.are_all_served)
        bench.at_most("its p99", ordinary.p99_ms, 100, "ms")
    finally:
        for peer in peers:
            peer.close()


def _is_resting(station: Station) -> bool:
    """Whether it does next to nothing but to serve the ordinary client."""
    before = cpu_seconds(station.run.pid)
    time.sleep(0.5)  # The length of the look.
    return cpu_seconds(station.run.pid) - before < 0.35


def _more_than_descriptors(bench: Bench, station: Station) -> None:
    """More connections than the process may have: those who came before are served, and afterwards everybody is."""
    pid = station.run.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    kept = Door(station.port)
    kept.get("/version").expect(200)
    room = open_files(pid) + 50
    peers: list[socket.socket] = []
    try:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (room, before[1]))
        # The kernel takes more than the process does.
        peers += [raw.dial(station.port) for _ in range(150)]
        wait_for("the descriptors to be used up", 10, lambda: open_files(pid) >= room - 1)
        began, used = time.monotonic(), cpu_seconds(pid)
        statuses = [kept.get("/version").status for _ in range(50)]
        wait_for("two seconds", 5, lambda: time.monotonic() > began + 2)
        busy = (cpu_seconds(pid) - used) / (time.monotonic() - began)
        bench.check(
            "150 connections with room for 50: one from before is served, at what use of a core",
            "200 each, less than half a core",
            f"{set(statuses)}, {busy:.2f}",
            set(statuses) == {200} and busy < 0.5,
        )
    finally:
        for peer in peers:
            peer.close()
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    try:
        status = wait_for("a new connection", 15, lambda: _fresh(station))
    except Late:
        status = 0
    bench.check("afterwards, a new one", "200", status, status == 200 and station.run.is_running)


def _fresh(station: Station) -> int:
    """The status of a request over a new connection; 0 when there is no answer."""
    try:
        return Door(station.port, keeps=False, timeout=2).get("/version").status
    except (OSError, http.client.HTTPException):
        return 0
