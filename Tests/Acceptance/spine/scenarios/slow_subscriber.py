"""A subscriber that stops reading: it delays nobody, and costs a bounded amount of memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

import zmq

from harness.bench import Bench
from harness.control import Control, dial
from harness.process import resident_bytes
from harness.station import Station
from harness.waiting import wait_for

NAME = "slow-subscriber"
TITLE = "one subscriber stopped, one that never reads: others go on at their pace, memory stays bounded"

#: As shipped: what may wait for one subscriber.
HIGH_WATER_MARK = 50_000
#: Header, payload, topic and libzmq's own for one waiting event, generously.
EVENT_BYTES = 2_048
PAYLOAD_BYTES = 256
#: How far the memory of a process that publishes flat out swings by itself.
SWING_MEGABYTES = 24

#: A process of its own, so that it can be stopped: connects, subscribes, reads what comes, and says when it does.
_READER = """
import sys, zmq
socket = zmq.Context().socket(zmq.SUB)
socket.setsockopt(zmq.RCVHWM, 1000)
socket.setsockopt(zmq.SUBSCRIBE, b"drill.")
socket.connect(sys.argv[1])
while True:
    socket.recv_multipart()
    print("read", flush=True)
"""


@dataclass
class Round:
    """One load, as a good subscriber and the publisher see it."""

    rate: float
    """Events per second at the publisher."""
    seconds: float
    """Until the good subscriber had the last event it was going to get."""
    received: int
    slowest_beat: float
    """The widest gap between two heartbeats at the good subscriber."""
    resident: int
    """Bytes that the daemon holds afterwards."""


def run(bench: Bench) -> None:
    count, rounds = (50_000, 2) if bench.quick else (200_000, 3)
    station = bench.station({"drills.enabled": "true"})
    station.start()
    _round(bench, station, count)  # Warms up: arenas and buffers reach their size.
    alone = [_round(bench, station, count) for _ in range(rounds)]
    resident = max(one.resident for one in alone)
    never = dial(bench.context, zmq.SUB, station.events_address)
    never.setsockopt(zmq.RCVHWM, 1000)
    never.setsockopt(zmq.SUBSCRIBE, b"drill.")
    stopped = _stopped_reader(station)
    try:
        first = [_round(bench, station, count) for _ in range(rounds)]
        later = [_round(bench, station, count) for _ in range(rounds)]
        _judge(bench, alone, first + later, count)
        middle, end = max(one.resident for one in first), max(one.resident for one in later)
        total = 2 * rounds * count
        bound = 2 * HIGH_WATER_MARK * EVENT_BYTES / 1e6
        bench.at_most(
            f"memory that two stopped subscribers cost in {total:,} events", (end - resident) / 1e6, bound, "MB"
        )
        # What one of them may hold is reached in the first round; from then on it only swings.
        bench.at_most(f"of that, growth in the last {total // 2:,} events", (end - middle) / 1e6, SWING_MEGABYTES, "MB")
        state = station.control().call("system.status")["state"]
        bench.check("the station meanwhile", "serves", state, bool(state))
    finally:
        stopped.send_signal(signal.SIGCONT)
        stopped.kill()
        stopped.wait()
        never.close(linger=0)
    station.stop()


def _stopped_reader(station: Station) -> subprocess.Popen[bytes]:
    """A subscriber that is seen reading, and then gets SIGSTOP."""
    reader = subprocess.Popen(
        [sys.executable, "-c", _READER, station.events_address], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    assert reader.stdout is not None
    os.set_blocking(reader.stdout.fileno(), False)
    wait_for("the reader's subscription", 10, lambda: reader.stdout is not None and reader.stdout.read())
    reader.send_signal(signal.SIGSTOP)
    wait_for("the reader to be stopped", 5, lambda: _state(reader.pid) == "T")
    return reader


def _state(pid: int) -> str:
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]


def _round(bench: Bench, station: Station, count: int) -> Round:
    """Publishes flat out and reads all that comes, until the heartbeat says that it was all."""
    listener = station.subscriber("drill.", "system.heartbeat.", buffer=0)
    listener.welcomed()
    result: dict[str, Any] = {}
    began = time.monotonic()
    publisher = bench.background("publisher", lambda: result.update(_publish(bench, station, count)))
    received, last, beats = 0, began, [began]
    # Frames are counted, not decoded: the subscriber is to be faster than the daemon.
    socket = listener.socket
    while time.monotonic() < began + 120:
        if not socket.poll(1500):
            break
        frames = socket.recv_multipart()
        if frames[0].startswith(b"drill.load."):
            received += 1
            last = time.monotonic()
        elif frames[0] == b"system.heartbeat.sent":
            beats.append(time.monotonic())
            moved = json.loads(frames[2])["sequences"]
            if result and not any(topic.startswith("drill.") for topic in moved):
                break
    publisher.join(30)
    listener.close()
    gaps = [later - earlier for earlier, later in zip(beats, beats[1:])]
    return Round(
        count / float(result["seconds"]),
        last - began,
        received,
        max(gaps, default=99.0),
        resident_bytes(station.run.pid),
    )


def _publish(bench: Bench, station: Station, count: int) -> dict[str, Any]:
    control = Control(bench.context, station.control_address)
    wanted = {"kind": "load", "count": count, "delivery": "data", "payloadBytes": PAYLOAD_BYTES, "batch": 256}
    try:
        return dict(control.call("drill.start", wanted, timeout=120))
    finally:
        control.close()


def _judge(bench: Bench, alone: list[Round], with_slow: list[Round], count: int) -> None:
    # The best of several, with and without: the machine does other things, too.
    before, after = max(one.rate for one in alone), max(one.rate for one in with_slow)
    bench.check(
        "publishing beside two stopped subscribers",
        "at least 0.6 of the rate without them",
        f"{after / before:.2f} ({after:,.0f} of {before:,.0f} events/s)",
        after >= 0.6 * before,
    )
    before = max(one.received / one.seconds for one in alone)
    after = max(one.received / one.seconds for one in with_slow)
    bench.check(
        "a good subscriber beside them",
        "at least 0.6 of its rate without them",
        f"{after / before:.2f} ({after:,.0f} of {before:,.0f} events/s)",
        after >= 0.6 * before,
    )
    widest = max(one.slowest_beat for one in with_slow)
    bench.at_most("widest gap between heartbeats meanwhile", widest, 2.5, "s", 2)
