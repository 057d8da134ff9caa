"""Peers that must not get in, and frames that must not get through: refused, counted, and others still served."""

from __future__ import annotations

import json
import socket
import time
import uuid
from dataclasses import dataclass
from typing import Any

import zmq

from harness import tcp
from harness.bench import Bench
from harness.control import Control, Curve, Refused
from harness.ledger import TYPE, uuid7
from harness.metrics import Metrics
from harness.process import open_files
from harness.local import free_port
from harness.station import Station
from harness.waiting import Late, wait_for

NAME = "hostile-peers"
TITLE = "unknown keys, no keys, dead ZAP, garbage and half-open connections, malformed frames, missing rights"

CREDENTIAL = "zeromq-server"
CONTROL_BYTES_MAX = 65_536


@dataclass(frozen=True)
class Keys:
    """What the station's operator hands out."""

    server: bytes
    admin: Curve
    viewer: Curve
    stranger: Curve


def run(bench: Bench) -> None:
    events_port, control_port = free_port(), free_port()
    station = bench.station(
        {
            "drills.enabled": "true",
            "zeromq.tcp_events": f"tcp://127.0.0.1:{events_port}",
            "zeromq.tcp_control": f"tcp://127.0.0.1:{control_port}",
            "zeromq.curve.server_secret_key": f"cred:{CREDENTIAL}",
            "zeromq.handshake_seconds": 3,
        }
    )
    keys = _install_keys(station)
    station.start()
    events, control = f"tcp://127.0.0.1:{events_port}", f"tcp://127.0.0.1:{control_port}"
    _keys_let_in(bench, station, events, control, keys)
    _strangers(bench, station, events, control, keys)
    _rights(bench, station, control, keys)
    _frames(bench, station)
    _same_id(bench, station)
    _crowd(bench, station, (events_port, control_port), control, keys)
    _dead_zap(bench, station, control, keys)
    station.stop()


def _install_keys(station: Station) -> Keys:
    server, secret = zmq.curve_keypair()
    folder = station.home / "credentials"
    folder.mkdir(mode=0o700)
    file = folder / CREDENTIAL
    file.write_bytes(secret + b"\n")
    file.chmod(0o600)
    admin, viewer, stranger = (Curve(server, *zmq.curve_keypair()) for _ in range(3))
    # Literal strings: a Z85 key may hold every character but a single quote.
    station.write_config(
        "".join(
            f'[[zeromq.keys]]\nname = "{name}"\npublic_key = \'{key.public.decode()}\'\nrole = "{role}"\n'
            f"publish = {publish}\n\n"
            for name, key, role, publish in (
                ("boss", admin, "admin", '["drill."]'),
                ("dashboard", viewer, "viewer", "[]"),
            )
        )
    )
    return Keys(server, admin, viewer, stranger)


def _keys_let_in(bench: Bench, station: Station, events: str, control: str, keys: Keys) -> None:
    roles = [station.control(control, key).call("system.hello")["role"] for key in (keys.admin, keys.viewer)]
    listener = station.subscriber("system.heartbeat.", address=events, keys=keys.viewer)
    listener.wait("a heartbeat over TCP", 5, lambda event: event.header["type"] == "system.heartbeat.sent")
    bench.check(
        "known CURVE keys get in, each with its role", "admin, viewer", ", ".join(roles), roles == ["admin", "viewer"]
    )


def _strangers(bench: Bench, station: Station, events: str, control: str, keys: Keys) -> None:
    before = station.metrics()
    names = ("cryptocall_zeromq_auth_failures_total", "cryptocall_zeromq_handshake_failures_total")
    for figure, own, name in (
        ("an unknown CURVE key", keys.stranger, names[0]),
        ("a peer without CURVE", None, names[1]),
    ):
        answered = _is_answered(station.control(control, own))
        listener = station.subscriber("", address=events, keys=own)
        heard = listener.next(1.5) is not None
        listener.close()
        counted = 0.0
        try:
            counted = wait_for("its count", 3, lambda: station.metrics().value(name) - before.value(name))
        except Late:
            pass  # The row says that nothing was counted.
        bench.check(
            f"{figure} is refused and counted",
            "no answer, no event, counted",
            f"{'an answer' if answered else 'no answer'}, {'an event' if heard else 'no event'}, {counted:.0f} counted",
            not answered and not heard and counted > 0,
        )


def _is_answered(control: Control, seconds: float = 1.5) -> bool:
    try:
        control.call("system.hello", timeout=seconds)
        return True
    except Late:
        return False
    finally:
        control.close()


def _rights(bench: Bench, station: Station, control: str, keys: Keys) -> None:
    viewer = station.control(control, keys.viewer)
    before = _refusals(station.metrics())
    calls: list[tuple[str, dict[str, Any]]] = [
        ("actor.restart", {"id": "host"}),
        ("log.level", {"level": "debug"}),
        ("config.reload", {}),
        ("air.mute", {}),
        ("system.shutdown", {}),
        ("drill.start", {"kind": "trap"}),
        ("events.publish", {"events": [{"type": TYPE, "payload": {"number": 1, "filler": ""}}]}),
    ]
    wrong = [method for method, params in calls if _code(viewer, method, params) != -32001]
    counted = _counted(station, before, len(calls))
    bench.check(
        "a viewer calling what operators and admins may",
        f"{len(calls)} refused with -32001, counted",
        f"{len(calls) - len(wrong)} refused, {counted:.0f} counted{': not ' + ', '.join(wrong) if wrong else ''}",
        not wrong and counted >= len(calls),
    )
    served = viewer.call("system.status")["state"]
    bench.check("the same viewer may still look", "served", served, bool(served))


def _refusals(metrics: Metrics) -> float:
    """Requests that were turned away, for whatever reason."""
    refused = "cryptocall_control_refused_requests_total"
    early = sum(metrics.value(refused, reason=reason) for reason in ("malformed", "busy", "unknown method"))
    return early + metrics.value("cryptocall_control_requests_total", result="failed")


def _counted(station: Station, before: float, expected: int) -> float:
    """How many refusals were counted since; the counters may lag a moment."""
    try:
        wait_for("the count", 3, lambda: _refusals(station.metrics()) - before >= expected)
    except Late:
        pass  # The number tells.
    return _refusals(station.metrics()) - before


def _code(control: Control, method: str, params: dict[str, Any]) -> int:
    """The error code of a call; 0 when it succeeded."""
    try:
        control.call(method, params)
        return 0
    except Refused as error:
        return error.code


def _frames(bench: Bench, station: Station) -> None:
    """Each frame from a connection of its own, since some of them end the connection."""
    request = {"jsonrpc": "2.0", "id": "1", "method": "system.status"}
    text = json.dumps(request).encode()
    frames: list[tuple[str, list[bytes], tuple[int | None, ...]]] = [
        ("not JSON", [b"hello"], (-32700,)),
        ("an empty frame", [b""], (-32700, -32600)),
        ("cut off", [text[:-3]], (-32700,)),
        ("no UTF-8", [b'{"jsonrpc":"2.0","id":"1","method":"\xff\xfe"}'], (-32700,)),
        ("nested 20 000 deep", [b"[" * 20_000 + b"]" * 20_000], (-32700, -32600)),
        (
            "a nested object in params",
            [b'{"jsonrpc":"2.0","id":"1","method":"system.status","params":' + b'{"a":' * 5000 + b"1" + b"}" * 5001],
            (-32700, -32600, -32602),
        ),
        ("a list of requests", [json.dumps([request]).encode()], (-32600,)),
        ("no id", [b'{"jsonrpc":"2.0","method":"system.status"}'], (-32600,)),
        ("another protocol version", [b'{"jsonrpc":"1.0","id":"1","method":"system.status"}'], (-32600,)),
        ("an unknown method", [b'{"jsonrpc":"2.0","id":"1","method":"system.selfDestruct"}'], (-32601,)),
        ("an unknown parameter", [b'{"jsonrpc":"2.0","id":"1","method":"system.status","params":{"x":1}}'], (-32602,)),
        (
            "a prefix of 201 bytes",
            [b'{"jsonrpc":"2.0","id":"1","method":"events.snapshot","params":{"prefix":"' + b"a" * 201 + b'"}}'],
            (-32602,),
        ),
        # No request at all, so nobody to answer.
        ("three frames", [text, text, text], (None,)),
    ]
    before = _refusals(station.metrics())
    wrong: list[str] = []
    for what, message, codes in frames:
        peer = station.control()
        peer.send(message)
        answer = peer.receive(3)
        code = answer.get("error", {}).get("code") if answer else None
        if code not in codes:
            wrong.append(f"{what}: {code}")
        peer.close()
    counted = _counted(station, before, len(frames))
    bench.check(
        "malformed and unknown requests",
        f"{len(frames)} refused with the right code, counted",
        f"{len(frames) - len(wrong)} right, {counted:.0f} counted{': not ' + '; '.join(wrong) if wrong else ''}",
        not wrong and counted >= len(frames),
    )
    _too_large(bench, station)
    served = station.control().call("system.status")["state"]
    bench.check("after all of these, a good client", "served", served, bool(served))


def _too_large(bench: Bench, station: Station) -> None:
    before = station.metrics()
    refused: list[str] = []
    for size in (CONTROL_BYTES_MAX + 1, 4 << 20, 64 << 20):
        peer = station.control()
        peer.send([b'{"jsonrpc":"2.0","id":"1","method":"system.status","params":{"x":"' + b"a" * size + b'"}}'])
        answer = peer.receive(1)
        if answer is None or "error" in answer:
            refused.append("silence" if answer is None else str(answer["error"]["code"]))
        peer.close()
    names = ("cryptocall_control_refused_requests_total", "cryptocall_zeromq_disconnects_total")
    after = station.metrics()
    counted = sum(after.value(name) - before.value(name) for name in names)
    bench.check(
        "requests of 64 KiB + 1, 4 MiB and 64 MiB",
        "refused or cut off, counted",
        f"{', '.join(refused)}; {counted:.0f} counted",
        len(refused) == 3 and counted >= 3,
    )


def _same_id(bench: Bench, station: Station) -> None:
    control = station.control()
    id = str(uuid.uuid4())
    params = {"events": [{"type": TYPE, "id": uuid7(), "payload": {"number": 1, "filler": ""}}]}
    first = control.call("events.publish", params, id=id)
    second = control.call("events.publish", params, id=id)
    page = control.call("events.replay", {"prefix": TYPE, "fromOffset": first["offsets"][0], "limit": 10})
    bench.check(
        "the same request id twice",
        "one effect, one answer",
        f"{len(page['events'])} in the log, {'the same answer' if first == second else 'another answer'}",
        first == second and len(page["events"]) == 1,
    )


def _crowd(bench: Bench, station: Station, ports: tuple[int, int], control: str, keys: Keys) -> None:
    """A thousand peers that talk rubbish or never finish their greeting, on both ports."""
    count = 300 if bench.quick else 1000
    before = station.metrics()
    files_before = open_files(station.run.pid)
    peers: list[socket.socket] = []
    slowest, served = 0.0, 0
    good = station.control(control, keys.admin)
    good.call("system.hello")
    try:
        for number in range(count):
            peer = tcp.connect(ports[number % 2])
            tcp.send(peer, tcp.garbage() if number % 4 < 2 else tcp.HALF_GREETING)
            peers.append(peer)
            if number % 10 == 0:
                began = time.monotonic()
                good.call("system.hello", timeout=5)
                slowest, served = max(slowest, time.monotonic() - began), served + 1
        bench.check(
            f"{count} garbage and half-open peers: a good client",
            "each answer within 0.5 s",
            f"{served} answers, slowest {slowest * 1000:.0f} ms",
            slowest <= 0.5,
        )
        began = time.monotonic()
        _ = station.control(control, keys.admin).call("system.hello", timeout=10)
        bench.at_most("meanwhile, a new good client gets in", time.monotonic() - began, 2, "s", 2)
        gone = wait_for_gone(peers, 15)
        bench.check(
            "all of them are hung up on", "within 15 s (handshake limit 3 s)", f"{gone} of {count}", gone == count
        )
    finally:
        for peer in peers:
            peer.close()
    names = ("cryptocall_zeromq_disconnects_total", "cryptocall_zeromq_handshake_failures_total")

    def deltas() -> list[float]:
        now = station.metrics()
        return [now.value(name) - before.value(name) for name in names]

    # Garbage is no handshake to ZeroMQ, and so shows as a closed connection only.
    holds = False
    try:
        holds = wait_for("the counts", 5, lambda: deltas()[0] >= count and deltas()[1] >= count // 2)
    except Late:
        pass  # The numbers tell.
    closed, failed = deltas()
    bench.check(
        "they are counted",
        f"at least {count} hung up on, {count // 2} failed handshakes",
        f"{closed:.0f} and {failed:.0f}",
        holds,
    )
    try:
        left = wait_for("the descriptors to come back", 10, lambda: _returned(station, files_before))
    except Late:
        left = open_files(station.run.pid)
    bench.check("descriptors come back", f"about {files_before}", left, left <= files_before + 20)


def wait_for_gone(peers: list[socket.socket], seconds: float) -> int:
    """How many peers the daemon has hung up on within this time."""
    open_peers = list(peers)

    def look() -> bool:
        open_peers[:] = [peer for peer in open_peers if not tcp.was_closed(peer)]
        return not open_peers

    try:
        wait_for("the daemon to hang up", seconds, look, every=0.1)
    except Late:
        pass  # The number tells.
    return len(peers) - len(open_peers)


def _returned(station: Station, before: int) -> int:
    now = open_files(station.run.pid)
    return now if now <= before + 20 else 0


def _dead_zap(bench: Bench, station: Station, control: str, keys: Keys) -> None:
    local = station.control()
    closed = local.call("drill.start", {"kind": "zapDeath"})["closed"]
    shut_out = 0
    for key in (keys.admin, keys.viewer, keys.stranger, None):
        shut_out += not _is_answered(station.control(control, key))
    served = local.call("system.status")["state"]
    bench.check(
        "dead ZAP: nobody gets in over TCP any more, ipc is served",
        "4 of 4 shut out, served",
        f"{shut_out} of 4 shut out, {served}; closed {closed}",
        shut_out == 4 and bool(served) and bool(closed),
    )
