"""Texts and the market's mood: who says so, who did not, and how old it is."""

from __future__ import annotations

import time
from typing import Any

from door.client import NOBODY, Credential, Door
from door.people import People
from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.station import Station
from harness.waiting import wait_for
from sites.moods import Moods

NAME = "moods"
TITLE = "texts are judged by a server, or by the program when that fails, which is said; the mood has source and age"

GOOD = "Bitcoin surges to a record high as inflows accelerate."
BAD = "The exchange was hacked and millions were stolen; the token collapses."
#: What an answer may take, with a server that never answers.
PATIENCE = 2.0


def run(bench: Bench) -> None:
    moods = Moods()
    bench.on_close(moods.close)
    _alone(bench)
    station = bench.station(
        {
            **WIDE_OPEN,
            "sentiment.order": '["huggingface", "tei"]',
            "sentiment.tei_base": moods.address,
            "market.endpoints.alternative": moods.address,
            "sentiment.index_seconds": 60,
        }
    )
    station.start()
    door = Door(station.port, timeout=20)
    viewer = People(station).add("viewer").log_in(door).credential
    _served(bench, door, viewer, moods)
    _ailing(bench, door, viewer, moods)
    _index(bench, station, moods)


def _judge(door: Door, text: str, who: Credential, path: str = "analyze") -> dict[str, Any]:
    return dict(door.post(f"/api/sentiment/{path}", {"text": text}, who).expect(200).json)


def _alone(bench: Bench) -> None:
    """A station that has nobody but itself."""
    station = bench.station(dict(WIDE_OPEN))
    station.start()
    door = Door(station.port, timeout=20)
    viewer = People(station).add("viewer").log_in(door).credential
    good, bad = _judge(door, GOOD, viewer), _judge(door, BAD, viewer)
    bench.check(
        "good and bad news, by the program alone", "above and below 0, at once, nobody passed over",
        (good["score"], good["level"], bad["score"], bad["level"], good["method"]),
        good["score"] > 0.2 and bad["score"] < -0.2 and good["method"] == "linear" and not good["passed_over"],
    )
    both = _judge(door, GOOD, viewer, "crypto-analysis"), _judge(door, BAD, viewer, "crypto-analysis")
    bench.check(
        "the same as bullish or bearish", "bullish, bearish; probabilities that are 1 together",
        [(one["label"], one["scores"]) for one in both],
        [one["label"] for one in both] == ["bullish", "bearish"]
        and all(abs(sum(one["scores"].values()) - 1) < 1e-6 for one in both),
    )
    short = _judge(door, "BTC up!", viewer)
    bench.check("a text under 10 characters", "neutral, with a warning", (short["level"], short["score"], short.get("warning")),
                short["level"] == "neutral" and short["score"] == 0 and bool(short.get("warning")))
    half = GOOD + " " * 10
    long = _judge(door, (half * 400)[:20_000], viewer)
    bench.check("a text of 20 000 characters", "judged as a whole: as its parts are", (long["score"], long["level"]), long["score"] > 0.2)
    codes = {
        "nobody": door.post("/api/sentiment/analyze", {"text": GOOD}, NOBODY).status,
        "too long": door.post("/api/sentiment/analyze", {"text": "a" * 20_001}, viewer).status,
        "empty": door.post("/api/sentiment/analyze", {"text": ""}, viewer).status,
        "no text": door.post("/api/sentiment/crypto-analysis", {}, viewer).status,
        "no index and no news": door.get("/api/sentiment", NOBODY).status,
    }
    bench.check("what is refused", "401, 422, 503", codes, list(codes.values()) == [401, 422, 422, 422, 503])


def _served(bench: Bench, door: Door, viewer: Credential, moods: Moods) -> None:
    moods.labels = [{"label": "positive", "score": 1.0}]
    best = _judge(door, GOOD, viewer)
    moods.labels = [{"label": "NEGATIVE", "score": 1.0}]
    worst = _judge(door, GOOD, viewer)
    bench.check(
        "by a server, to both ends of the scale", "1 is very positive, -1 very negative; who has no key is named",
        (best["score"], best["level"], worst["score"], worst["level"], best["method"], best["passed_over"]),
        (best["score"], best["level"], worst["score"], worst["level"]) == (1, "very_positive", -1, "very_negative")
        and best["method"] == "tei"
        and [one["provider"] for one in best["passed_over"]] == ["huggingface"]
        and "huggingface_key" in best["passed_over"][0]["reason"],
    )
    moods.asked.clear()
    text = (GOOD + " ") * 90
    _judge(door, text, viewer)
    pieces = [piece for texts in moods.asked for piece in texts]
    bench.check("a long text", "in pieces, none cut, in one question", (len(moods.asked), [len(one) for one in pieces]),
                len(moods.asked) == 1 and len(pieces) > 2 and "".join(pieces) == text and max(map(len, pieces)) <= 1200)


def _ailing(bench: Bench, door: Door, viewer: Credential, moods: Moods) -> None:
    for ailment, word in (("error", "status 500"), ("html", "no list of labels"), ("hang", "no answer in time")):
        moods.ailment = None
        moods.labels = [{"label": "positive", "score": 0.9}, {"label": "negative", "score": 0.1}]
        wait_for("the server is asked again", 60, lambda: _judge(door, GOOD, viewer)["method"] == "tei", every=0.5)
        moods.ailment = ailment
        began = time.monotonic()
        answer = _judge(door, GOOD, viewer)
        took = time.monotonic() - began
        reasons = " ".join(one["reason"] for one in answer["passed_over"])
        bench.check(
            f"a server that ails ({ailment})", f"the program answers within {PATIENCE} s, and says why",
            f"{answer['method']} in {took:.2f} s: {reasons}"[:200],
            answer["method"] == "linear" and answer["score"] > 0.2 and word in reasons and took < PATIENCE,
        )
    moods.ailment = None


def _mood(door: Door) -> dict[str, Any] | None:
    answer = door.get("/api/sentiment", NOBODY)
    return dict(answer.json) if answer.status == 200 else None


def _index(bench: Bench, station: Station, moods: Moods) -> None:
    door = Door(station.port, timeout=20)
    mood = wait_for("the index", 15, lambda: _mood(door), every=0.2)
    index = mood["fear_greed"]
    bench.check(
        "the Fear & Greed index", "47, with source and age", index,
        index["value"] == 47 and index["source"] == "alternative" and not index["stale"] and index["cached"],
    )
    asked = moods.index_asked
    for _ in range(100):
        _mood(door)
    bench.check("100 questions for it", "none to who tells it", moods.index_asked - asked, moods.index_asked - asked <= 1)
    subscriber = station.subscriber("sentiment.")
    moods.index = 12
    event = subscriber.wait("another index", 90, lambda one: one.header["type"] == "sentiment.index.changed"
                            and one.payload["index"]["value"] == 12)
    bench.check("another index", "told once", event.payload["index"], event.payload["index"]["source"] == "alternative")
    moods.index_ails = True
    station.stop()
    station.start()
    kept = wait_for("the index after a restart", 15, lambda: _mood(door), every=0.2)
    bench.check(
        "a restart while nobody tells it", "the last one, with its age",
        kept["fear_greed"],
        kept["fear_greed"]["value"] == 12 and kept["fear_greed"]["cache_age"] < 90,
    )
