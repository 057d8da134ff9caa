"""Whoever hangs up pays for what came, and the provider is hung up on at once."""

from __future__ import annotations

import time

from harness.bench import Bench
from harness.waiting import wait_for

from models.chat import Caller, adds_up
from models.fault_server import FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "hang-up"
TITLE = "a client that hangs up: the provider's connection is closed within 100 ms, what came is charged; heartbeats"

WITHIN_MS = 100


def run(bench: Bench) -> None:
    server = FaultServer(bench, {"slow": answer(events=200, text="word " * 200, gap_ms=50)}).start()
    station = bench.station(dict(OPEN_SETTINGS))
    clocks = "first_content_seconds = 60\ngap_seconds = 60\ntotal_seconds = 120\n"
    text = settings({"slow": server.base}, ["slow"])
    station.write_config(text.replace("first_content_seconds = 2\ngap_seconds = 2\ntotal_seconds = 12\n", clocks))
    station.start()
    caller = Caller.add(station)
    took = []
    for number in range(5 if bench.quick else 20):
        gone = int(server.seen("slow").get("clientGone", 0))
        connection, reply = caller.open("Hello?")
        for _ in range(7):
            reply.readline()
        began = time.monotonic()
        connection.sock.close() if connection.sock else None
        reply.close()
        connection.close()
        wait_for(
            "the provider to be hung up on",
            5,
            lambda: int(server.seen("slow")["clientGone"]) > gone,
            every=0.002,
        )
        took.append((time.monotonic() - began) * 1000)
    bench.at_most(f"{len(took)} clients hang up: the provider's connection is closed, slowest", max(took), WITHIN_MS, "ms")
    wait_for("all of them to be settled", 5, lambda: caller.account()["held"] == 0)
    entries = [entry for entry in caller.account()["transactions"] if entry["provider"] == "grok"]
    bench.check(
        "each is charged for what came",
        f"{len(took)} entries of 2 credits",
        sorted({(entry["delta"]) for entry in entries}) if len(entries) == len(took) else f"{len(entries)} entries",
        len(entries) == len(took) and all(entry["delta"] == -2 for entry in entries),
    )
    server.behave("slow", answer(first_ms=21_000))
    connection, reply = caller.open("Hello?")
    began = time.monotonic()
    beats = []
    while line := reply.readline():
        if line.startswith(b":"):
            beats.append(time.monotonic() - began)
        if line.startswith(b"event: done"):
            break
    connection.close()
    gaps = [later - earlier for earlier, later in zip([0.0, *beats], beats, strict=False)]
    bench.check(
        "21 s until the first word: heartbeats, the longest silence",
        "at least 2, at most 10 s apart",
        f"{len(beats)}, {max(gaps, default=99):.1f} s",
        len(beats) >= 2 and max(gaps) <= 10,
    )
    adds_up(bench, station, [caller], "after all of it")
    station.stop()
