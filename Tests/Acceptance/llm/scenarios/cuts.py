"""A stream that is cut at each of its events is never complete, and costs what was delivered."""

from __future__ import annotations

import math

from harness.bench import Bench

from models.chat import Caller, adds_up
from models.fault_server import FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "cuts"
TITLE = "a stream cut at every event, and inside of events: never called complete, charged for what came"

EVENTS = 24
#: Of the request, with the station's rules and facts; the provider never gets to say.
TEXT = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen."


def run(bench: Bench) -> None:
    server = FaultServer(bench, {"cut": answer()}).start()
    station = bench.station(dict(OPEN_SETTINGS))
    # The breaker has no say here: every cut is to be seen.
    station.write_config(settings({"cut": server.base}, ["cut"], more="breaker_failures = 100\nrepeats_max = 0"))
    station.start()
    caller = Caller.add(station)
    complete, wrong, silent = [], [], 0
    for after in range(EVENTS):
        server.behave("cut", {"do": "cut", "after": after, "text": TEXT, "events": EVENTS})
        before = int(caller.account()["balance"])
        heard = caller.stream(request_id=f"cut-{after}")
        account = caller.account()
        paid = before - int(account["balance"])
        if heard.is_complete:
            complete.append(after)
        if not heard.text:
            silent += 1
        # The entry says what was counted; the tokens of the answer are those that were delivered.
        entry = next((one for one in account["transactions"] if one["delta"] == -paid), None)
        delivered = math.ceil(len(heard.text.encode()) / 4)
        if paid != heard.charged or (not heard.text) != (paid == 0) or (paid and entry is None):
            wrong.append(f"{after}: {paid} paid, {heard.charged} told, {delivered} tokens")
    bench.check(f"cut behind each of {EVENTS} events: called complete", "none", complete or "none", not complete)
    bench.check("  not charged as told, or for nothing", "none", "; ".join(wrong) or "none", not wrong)
    bench.check("  without a word", "only the first", silent, silent == 1)
    whole = answer()
    server.behave("cut", {"do": "answer", "text": TEXT, "events": EVENTS})
    length = 400
    complete, wrong = [], []
    for size in range(1, length, 23 if bench.quick else 7):
        server.behave("cut", {"do": "cut", "after_bytes": size, "text": TEXT, "events": EVENTS})
        before = int(caller.account()["balance"])
        heard = caller.stream()
        paid = before - int(caller.account()["balance"])
        if heard.is_complete:
            complete.append(size)
        if paid != heard.charged or not TEXT.startswith(heard.text):
            wrong.append(f"{size}: {paid} paid, {heard.charged} told, {heard.text[:20]!r}")
    bench.check("cut inside of events: called complete", "none", complete or "none", not complete)
    bench.check("  not charged as told, or not what was said", "none", "; ".join(wrong) or "none", not wrong)
    server.behave("cut", whole)
    last = caller.stream()
    bench.check("and uncut", "done, 6 credits", f"{last}, {last.charged}", last.is_complete and last.charged == 6)
    adds_up(bench, station, [caller], "after all of it")
    station.stop()
