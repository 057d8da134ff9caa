"""Faults on command: each ends as the rules of supervision say, and the rest of the station goes on."""

from __future__ import annotations

import time
from typing import Any

from harness.bench import Bench
from harness.control import Control
from harness.drill import DRILL, is_up, order
from harness.station import Station
from harness.subscriber import Heard, Subscriber
from harness.tree import Node, node, wait_node
from harness.waiting import Late, wait_for

NAME = "faults"
TITLE = "throw, return, hang, ignored cancellation, slow and crashing stops, crashes in start, flooded mailbox"

#: Fast enough for a test, slow enough to see that restarts are spaced.
SETTINGS: dict[str, object] = {
    "drills.enabled": "true",
    "supervision.intensity": 100,
    "supervision.backoff_base_seconds": 0.1,
    "supervision.backoff_cap_seconds": 2,
}


def run(bench: Bench) -> None:
    station = bench.station(SETTINGS)
    station.start()
    control = station.control()
    changes = station.subscriber(f"system.actor.changed.{DRILL}")
    changes.welcomed()
    _idle(bench, control)
    for behaviour, exit, seconds in (
        ("throw", "failed", 10),
        ("return", "returned", 10),
        ("hang", "no progress", 40),
    ):
        _replaced(bench, control, behaviour, exit, seconds)
    _ignored_cancellation(bench, station, control)
    _slow_stop(bench, control, changes)
    _crash_in_stop(bench, control)
    _crash_in_start(bench, control, changes)
    _flood(bench, station, control)
    alive = station.run.is_running
    bench.check("the process outlived all of these", "yes", "yes" if alive else "no", alive)
    station.stop()


def _idle(bench: Bench, control: Control) -> None:
    """Else every fault below would seem to be mended: by a restart that has nothing to do with it."""
    before = wait_node(control, DRILL, "running", 10, is_up(1))
    time.sleep(8)  # Longer than any heartbeat allows; nothing may happen.
    after = node(control, DRILL)
    bench.check(
        "no fault: a child with nothing to do is left alone for 8 s",
        "the same incarnation",
        f"{before['incarnation']} -> {after['incarnation']}, “{after['lastExit']}”",
        after["incarnation"] == before["incarnation"],
    )


def _restart(control: Control) -> Node:
    """A fresh incarnation without any orders from before."""
    before = int(node(control, DRILL)["incarnation"])
    control.call("actor.restart", {"id": DRILL})
    return wait_node(control, DRILL, "restarted by the operator", 40, is_up(before + 1))


def _replaced(bench: Bench, control: Control, behaviour: str, exit: str, seconds: float) -> None:
    wait_node(control, DRILL, "running", 10, is_up(1))
    before = order(control, behaviour)
    began = time.monotonic()
    try:
        after = wait_node(control, DRILL, f"replaced after {behaviour}", seconds, is_up(before + 1))
    except Late as error:
        bench.check(f"{behaviour}: a new incarnation", "yes", error, False)
        return
    bench.check(
        f"{behaviour}: a new incarnation, and the reason told",
        f"one more, “{exit}…”",
        f"{before} -> {after['incarnation']} after {time.monotonic() - began:.1f} s, “{after['lastExit']}”",
        after["incarnation"] == before + 1 and str(after["lastExit"]).startswith(exit),
    )


def _ignored_cancellation(bench: Bench, station: Station, control: Control) -> None:
    metric = "cryptocall_supervision_fenced_incarnations_total"
    fenced = station.metrics().value(metric)
    before = order(control, "ignoreCancel")
    try:
        after = wait_node(control, DRILL, "replaced after ignoreCancel", 60, is_up(before + 1))
    except Late as error:
        bench.check("ignored cancellation: replaced", "yes", error, False)
        return
    counted = station.metrics().value(metric) - fenced
    tree = control.call("system.tree")
    zombies = _zombies(tree)
    bench.check(
        "ignored cancellation: fenced, counted as a zombie, replaced",
        "1 fenced, 1 zombie, one incarnation more",
        f"{counted:.0f} fenced, {zombies} zombies, {before} -> {after['incarnation']}",
        counted == 1 and zombies == 1 and after["incarnation"] == before + 1,
    )


def _zombies(tree: Any) -> int:
    if not isinstance(tree, dict):
        return 0
    return int(tree.get("zombies") or 0) + sum(_zombies(child) for child in tree.get("children", []))


def _slow_stop(bench: Bench, control: Control, changes: Subscriber) -> None:
    _restart(control)
    order(control, "slowStop", seconds=1)
    changes.clear()
    before = int(node(control, DRILL)["incarnation"])
    control.call("actor.restart", {"id": DRILL})
    heard: list[Heard] = []

    def keep(event: Heard) -> bool:
        if event.topic.startswith("system.actor.changed"):
            heard.append(event)
            return bool(event.payload["what"] == "ready" and event.payload["incarnation"] > before)
        return False

    try:
        changes.wait("the new incarnation's readiness", 40, keep)
    except Late as error:
        bench.check("slow stop: the old one has ended before the new one starts", "yes", error, False)
        return
    said = [(event.payload["what"], int(event.payload["incarnation"])) for event in heard]
    ended = [place for place, (what, number) in enumerate(said) if number == before and what in ("exited", "fenced")]
    started = [place for place, (what, number) in enumerate(said) if number > before and what == "started"]
    bench.check(
        "slow stop: the old one has ended before the new one starts",
        "exited, then started",
        ", ".join(f"{what} {number}" for what, number in said),
        bool(ended and started) and ended[0] < started[0],
    )


def _crash_in_stop(bench: Bench, control: Control) -> None:
    _restart(control)
    order(control, "crashInStop")
    began = time.monotonic()
    try:
        after = _restart(control)
        bench.check(
            "crash in stop: restarted all the same",
            "running within 10 s",
            f"{after['state']} after {time.monotonic() - began:.1f} s",
            time.monotonic() - began < 10,
        )
    except Late as error:
        bench.check("crash in stop: restarted all the same", "running within 10 s", error, False)


def _crash_in_start(bench: Bench, control: Control, changes: Subscriber) -> None:
    _restart(control)
    changes.clear()
    before = order(control, "crashInStart", times=3)
    tries: list[float] = []
    deadline = time.monotonic() + 30
    recovered = False
    while not recovered and time.monotonic() < deadline:
        event = changes.next(1)
        if event is None or not event.topic.startswith("system.actor.changed"):
            continue
        if event.payload["what"] == "started" and event.payload["incarnation"] > before:
            tries.append(event.at)
        recovered = event.payload["what"] == "ready" and event.payload["incarnation"] > before
    waits = [later - earlier for earlier, later in zip(tries, tries[1:])]
    bench.check(
        "crash in start: spaced tries, then up again",
        "3 tries or more, each wait at least 0.08 s and growing",
        f"{len(tries)} tries, waits {', '.join(f'{wait:.2f}' for wait in waits)} s, {'up' if recovered else 'down'}",
        recovered and len(tries) >= 3 and min(waits) >= 0.08 and waits[-1] >= waits[0],
    )


def _flood(bench: Bench, station: Station, control: Control) -> None:
    _restart(control)
    bystander = station.subscriber("system.heartbeat.")
    bystander.welcomed()
    dropped = station.metrics().value("cryptocall_bus_dropped_events_total")
    order(control, "flood")
    try:
        wait_for("counted drops", 20, lambda: station.metrics().value("cryptocall_bus_dropped_events_total") > dropped)
    except Late as error:
        bench.check("mailbox flood: drops are counted", "more than 0", error, False)
    lost = station.metrics().value("cryptocall_bus_dropped_events_total") - dropped
    boxes = [box for box in control.call("system.top")["mailboxes"] if DRILL in box["subscriber"]]
    deepest = max((box["depth"] for box in boxes), default=0)
    limit = max((box["limit"] for box in boxes), default=0)
    bench.check(
        "mailbox flood: bounded, drops counted",
        "depth at most the limit, drops above 0",
        f"depth {deepest} of {limit}, {lost:.0f} dropped",
        bool(boxes) and deepest <= limit and lost > 0,
    )
    slowest = 0.0
    for _ in range(50):
        began = time.monotonic()
        control.call("system.status")
        slowest = max(slowest, time.monotonic() - began)
    beats = len(bystander.collect(3.2, "system.heartbeat.sent"))
    bench.check(
        "mailbox flood: others are served",
        "requests within 1 s, a heartbeat each second",
        f"slowest {slowest * 1000:.0f} ms, {beats} heartbeats in 3.2 s",
        slowest < 1 and beats >= 2,
    )
    after = _restart(control)
    bench.check("mailbox flood: runs again afterwards", "running", after["state"], after["state"] == "running")
