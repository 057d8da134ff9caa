"""A provider that is away for a minute is hardly asked, and asked again as soon as it is back."""

from __future__ import annotations

import time

from harness.bench import Bench

from models.chat import Caller, adds_up
from models.fault_server import FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "outage"
TITLE = "the first provider is down for 60 s while 20 ask: at most 8 attempts, everybody is answered, back within 5 s"

ATTEMPTS_MAX = 8


def run(bench: Bench) -> None:
    first = FaultServer(bench, {"first": answer()}).start()
    second = FaultServer(bench, {"second": answer()}).start()
    station = bench.station(dict(OPEN_SETTINGS))
    station.write_config(settings({"first": first.base, "second": second.base}, ["first", "second"]))
    station.start()
    caller = Caller.add(station)
    events = station.subscriber("llm.")
    before = caller.stream()
    bench.check("before it", "the first answers", before, before.provider == "first" and before.is_complete)
    failures = "cryptocall_llm_failures_total"
    seconds, count = (20.0, 8) if bench.quick else (60.0, 20)
    first.stop()
    began = time.monotonic()
    answers = []
    for number in range(count):
        answers.append(caller.stream())
        time.sleep(max(0.0, began + (number + 1) * seconds / count - time.monotonic()))  # The pace of those who ask.
    attempts = station.metrics().value(failures, provider="first", kind="unreachable")
    bench.check(
        f"{count} calls in {seconds:.0f} s without it",
        "all answered by the second",
        f"{sum(one.is_complete and one.provider == 'second' for one in answers)}",
        all(one.is_complete and one.provider == "second" for one in answers),
    )
    bench.at_most("the slowest of them", max(one.seconds for one in answers) * 1000, 1000, "ms")
    bench.at_most("attempts at the first meanwhile", attempts, ATTEMPTS_MAX, "")
    first.start()
    began = time.monotonic()
    back = 0.0
    while time.monotonic() - began < 30:
        if caller.stream().provider == "first":
            back = time.monotonic() - began
            break
        time.sleep(0.2)  # The pace of those who ask.
    bench.check("asked again after its return", "within 5 s", f"{back:.1f} s" if back else "never", 0 < back <= 5)
    told = set()
    while (event := events.next(2)) is not None:
        told.add(event.topic.removesuffix("/"))
    wanted = {"llm.call.completed", "llm.breaker.opened", "llm.breaker.closed"}
    bench.check("events", ", ".join(sorted(wanted)), ", ".join(sorted(told)), wanted <= told)
    adds_up(bench, station, [caller], "after all of it")
    station.stop()
