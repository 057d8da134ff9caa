"""The scenarios that both clients share, and what is particular to Python."""

from __future__ import annotations

import json
import re
import unittest
from pathlib import Path
from typing import Any

from cryptocall.event import Event, FrameError
from cryptocall.tracker import (
    Action,
    AnswerGoodbye,
    Deliver,
    ExpectGoodbye,
    Lost,
    Page,
    Replay,
    Resubscribe,
    SequenceTracker,
    Snapshot,
)

SCENARIOS = Path(__file__).resolve().parents[3] / "Tests" / "Fixtures" / "sequence-scenarios.json"
EVENT = re.compile(r"(\w+) ([^#]+)#(\d+)(?:@(\d+))?(?: in (\w+))?$")


def read_event(text: str) -> Event:
    found = EVENT.match(text)
    assert found is not None, text
    delivery, topic, seq, offset, epoch = found.groups()
    return make(topic, {}, topic, delivery, int(seq), None if offset is None else int(offset), epoch or "A")


def make(
    topic: str, payload: Any, kind: str, delivery: str, seq: int, offset: int | None, epoch: str, at: int = 0
) -> Event:
    milliseconds = f"{at:012x}"
    header = {"id": f"{milliseconds[:8]}-{milliseconds[8:]}-7000-8000-000000000000", "type": kind, "epoch": epoch}
    return Event(topic, header, payload, delivery=delivery, epoch=epoch, seq=seq, offset=offset)


def describe(action: Action) -> str:
    if isinstance(action, Deliver):
        event = action.event
        return f"deliver {event.topic}#{event.seq}" + ("" if event.offset is None else f"@{event.offset}")
    if isinstance(action, Lost):
        loss = action.loss
        at_most = "" if loss.exact else "at most "
        return f"lost {at_most}{loss.count} {loss.delivery} {loss.topic}: {loss.reason}"
    if isinstance(action, Replay):
        return f"replay {action.prefix} {action.from_offset}..{action.through}"
    if isinstance(action, Snapshot):
        return f"snapshot {action.prefix}"
    if isinstance(action, AnswerGoodbye):
        return "answer goodbye"
    if isinstance(action, ExpectGoodbye):
        return "expect goodbye"
    assert isinstance(action, Resubscribe)
    return f"resubscribe {action.prefix}"


def perform(tracker: SequenceTracker, step: dict[str, Any]) -> list[Action]:
    epoch = step.get("epoch", "A")
    if "event" in step:
        event = read_event(step["event"])
        return [Deliver(event)] if tracker.in_order(event) else tracker.feed(event)
    if "welcome" in step:
        payload = {"epoch": epoch, "offset": step["offset"], "sequences": step["sequences"], "heartbeatSeconds": 1}
        topic = step["welcome"]
        return tracker.feed(make(topic, payload, "system.welcome.sent", "state", 0, None, epoch, step.get("at", 0)))
    if "heartbeat" in step:
        payload = {"epoch": epoch, "offset": step["offset"], "sequences": step["heartbeat"]}
        topic = "system.heartbeat.sent"
        return tracker.feed(make(topic, payload, topic, "state", 0, None, epoch, step["at"]))
    if "goodbye" in step:
        payload = {"epoch": epoch, "offset": step["offset"]}
        return tracker.feed(make("system.goodbye.sent", payload, "system.goodbye.sent", "state", 0, None, epoch))
    if "page" in step:
        events = [read_event(text) for text in step["page"]]
        return tracker.replayed(Page(events, step["next"], step["oldest"], step["complete"]))
    if "agedOut" in step:
        return tracker.aged_out(step["agedOut"])
    if "snapshot" in step:
        return tracker.snapshotted([read_event(text) for text in step["snapshot"]])
    return tracker.failed(step["failed"])


class SharedScenarios(unittest.TestCase):
    def test_every_scenario(self) -> None:
        scenarios = json.loads(SCENARIOS.read_text())["scenarios"]
        self.assertGreater(len(scenarios), 30)
        for scenario in scenarios:
            tracker = SequenceTracker(scenario["prefix"], scenario.get("since"))
            for number, step in enumerate(scenario["steps"]):
                with self.subTest(scenario["name"], step=number):
                    self.assertEqual([describe(action) for action in perform(tracker, step)], step["expect"])
            with self.subTest(scenario["name"], step="end"):
                self.assertFalse(tracker.is_waiting)


class Frames(unittest.TestCase):
    HEADER = (
        b'{"specversion":"1.0","id":"0190a5c0-0000-7000-8000-000000000001","source":"/cryptocall/market",'
        b'"type":"market.price.ticked","subject":"BTC-USD","time":"2026-11-21T07:00:00.123456Z",'
        b'"datacontenttype":"application/json","version":1,"delivery":"durable",'
        b'"epoch":"0190a5c0-0000-7000-8000-00000000000e","seq":7,"offset":99,'
        b'"correlation":"0190a5c0-0000-7000-8000-000000000001","traceparent":"00-ab-cd-01"}'
    )

    def test_the_quick_and_the_slow_way_read_the_same(self) -> None:
        shuffled = json.dumps(dict(sorted(json.loads(self.HEADER).items()))).encode()
        for header in (self.HEADER, shuffled):
            event = Event.from_frames([b"market.price.ticked.BTC-USD", header, b'{"price":"1.5"}'])
            self.assertEqual((event.delivery, event.seq, event.offset), ("durable", 7, 99))
            self.assertEqual(event.epoch, "0190a5c0-0000-7000-8000-00000000000e")
            self.assertEqual((event.type, event.subject, event.version), ("market.price.ticked", "BTC-USD", 1))
            self.assertEqual(event.payload, {"price": "1.5"})
            self.assertEqual(event.time.microsecond, 123456)
            self.assertIsNone(event.origin)

    def test_a_subject_cannot_pass_for_an_attribute(self) -> None:
        trick = '","delivery":"data","epoch":"00000000-0000-0000-0000-000000000000","seq":1}'
        header = dict(json.loads(self.HEADER), subject=trick)
        event = Event.from_frames([b"market.price.ticked.X", json.dumps(header).encode(), b"{}"])
        self.assertEqual((event.delivery, event.seq), ("durable", 7))

    def test_what_is_not_an_event_is_refused(self) -> None:
        for frames in ([b"a", b"{}"], [b"a", b"nonsense", b"{}"], [b"a", b"[]", b"{}"], [b"\xff", self.HEADER, b"{}"]):
            with self.assertRaises(FrameError):
                Event.from_frames(frames)


if __name__ == "__main__":
    unittest.main()
