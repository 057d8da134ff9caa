"""Hosts speak a model's words when they may be said, and approved texts otherwise."""

from __future__ import annotations

import time

from harness.bench import Bench
from harness.station import Station
from harness.subscriber import Heard, Subscriber

from models.fault_server import FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "hosts"
TITLE = "a host speaks a model's words; what may not be said is kept off the air; without a model it goes on"

GOOD = "You hear the station, and the night is calm."
# Seconds between two texts: what needs only the time lasts for a minute of them.
EVERY = 5
BAD = {
    "a figure of its own": "Bitcoin is at 12,345 dollars now.",
    "advice": "This is the time to buy, my friends.",
    "markup": "**Welcome** to the show.",
    "a stage direction": "(laughs) Welcome to the show.",
    "a link": "Find us at www.example.org tonight.",
}


def run(bench: Bench) -> None:
    server = FaultServer(bench, {"voice": answer(GOOD)}).start()
    station = bench.station({**OPEN_SETTINGS, "host.segment_seconds": EVERY})
    station.write_config(settings({"voice": server.base}, ["voice"], hosts=True))
    station.start()
    heard = station.subscriber("segment.host.")
    live = _kinds(heard, 6 * EVERY, "live")
    bench.check("with a model", "its words on the air", live[:1], any(GOOD in text for text in live))
    bench.check("a sentence that a model says again and again", "is heard once in six hours", f"{len(live)} times", len(live) == 1)
    request = server.seen("voice")["lastRequest"]
    said = request["messages"][1]["content"]
    bench.check(
        "what the model is told",
        "the rules, the facts, what was said lately",
        [message["role"] for message in request["messages"]],
        "Words only" in request["messages"][0]["content"] and "Said lately" in said,
    )
    for what, text in BAD.items():
        server.behave("voice", answer(text))
        before = server.requests("voice")
        texts = [event.payload["text"] for event in _events(heard, 4 * EVERY)]
        bench.check(
            f"a model that says {what}",
            "asked once more, never on the air; approved texts meanwhile",
            f"{server.requests('voice') - before} requests, {len(texts)} segments, {sum(text in one for one in texts)} of them its",
            not any(text in one for one in texts) and len(texts) >= 2 and server.requests("voice") > before,
        )
    server.behave("voice", {"do": "silent"})
    texts = [event.payload["kind"] for event in _events(heard, 5 * EVERY)]
    bench.check("a model that says nothing", "approved texts, at the usual pace", texts, texts.count("fallback") >= 3)
    _mute(bench, station, server)
    server.stop()
    texts = [event.payload["kind"] for event in _events(heard, 4 * EVERY)]
    bench.check("a provider that is away", "approved texts", texts, texts.count("fallback") >= 2)
    station.stop()


def _mute(bench: Bench, station: Station, server: FaultServer) -> None:
    server.behave("voice", answer(GOOD))
    station.ctl("mute", "--reason", "acceptance")
    time.sleep(2 * EVERY)  # Whatever was under way is over.
    before = server.requests("voice")
    time.sleep(2 * EVERY)  # Silence is shown by letting time pass.
    spent = server.requests("voice") - before
    bench.check("while the air is muted", "nothing is asked", f"{spent} requests", spent == 0)
    station.ctl("unmute")


def _events(heard: Subscriber, seconds: float) -> list[Heard]:
    # The segment that was written before the change may still come.
    time.sleep(1.5 * EVERY)
    heard.clear()
    return [event for event in heard.collect(seconds, "segment.host.spoke")]


def _kinds(heard: Subscriber, seconds: float, kind: str) -> list[str]:
    return [event.payload["text"] for event in heard.collect(seconds, "segment.host.spoke") if event.payload["kind"] == kind]
