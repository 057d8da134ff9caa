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
#: A credit for each token of the answer and nothing else, so that the ledger says how many were counted.
BY_THE_TOKEN = 'ledger = "grok"\ncredits_input = 0\ncredits_output = 1000\ncredits_call = 0\n'
TEXT = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen."


def run(bench: Bench) -> None:
    server = FaultServer(bench, {"cut": answer()}).start()
    station = bench.station(dict(OPEN_SETTINGS))
    # The breaker has no say here: every cut is to be seen.
    station.write_config(settings({"cut": server.base}, ["cut"], more="breaker_failures = 100\nrepeats_max = 0\n[chat]\nprice_cap = 10000", prices=BY_THE_TOKEN))
    station.start()
    caller = Caller.add(station)
    complete, wrong, silent = [], [], 0
    for after in range(EVENTS):
        server.behave("cut", {"do": "cut", "after": after, "text": TEXT, "events": EVENTS})
        before = int(caller.account()["balance"])
        heard = caller.stream(request_id=f"cut-{after}")
        paid = before - int(caller.account()["balance"])
        if heard.is_complete:
            complete.append(after)
        if not heard.text:
            silent += 1
        # Four bytes are a token, where the provider never gets to say.
        delivered = math.ceil(len(heard.text.encode()) / 4)
        if paid != heard.charged or paid != delivered:
            wrong.append(f"{after}: {paid} paid, {heard.charged} told, {delivered} tokens")
    bench.check(f"cut behind each of {EVENTS} events: called complete", "none", complete or "none", not complete)
    bench.check("  not charged for just what was delivered", "none", "; ".join(wrong) or "none", not wrong)
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
        if paid != math.ceil(len(heard.text.encode()) / 4) or not TEXT.startswith(heard.text):
            wrong.append(f"{size}: {paid} paid, {heard.charged} told, {heard.text[:20]!r}")
    bench.check("cut inside of events: called complete", "none", complete or "none", not complete)
    bench.check("  not charged for just what was delivered, or not what was said", "none", "; ".join(wrong) or "none", not wrong)
    server.behave("cut", whole)
    last = caller.stream()
    bench.check("and uncut", "done, 1000 credits", f"{last}, {last.charged}", last.is_complete and last.charged == 1000)
    adds_up(bench, station, [caller], "after all of it")
    station.stop()
