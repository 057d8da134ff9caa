"""Answers that are given again: to the same person, for the same question, for the least of a call."""

from __future__ import annotations

import threading
import time

from harness.bench import Bench

from models.chat import Caller, Heard, adds_up
from models.fault_server import FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "reuse"
TITLE = "the meaning of a word and the signals of the same symbols are asked once, per person; one question at once"


def run(bench: Bench) -> None:
    server = FaultServer(bench, {"first": answer("It measures momentum.", first_ms=300)}).start()
    station = bench.station(dict(OPEN_SETTINGS))
    station.write_config(
        settings({"first": server.base}, ["first"], more="[chat]\ncache_signal_seconds = 2").replace("[chat]", "\n[chat]")
    )
    station.start()
    ann, ben = Caller.add(station), Caller.add(station)
    # 500 and 1000 tokens at 1 and 4 for a thousand, and 1 for the call; 1 for the call alone.
    told: list[Heard] = [ann.whole("What is RSI?"), ann.whole("What is RSI?"), ann.stream("What is RSI?")]
    bench.check("the same question, three times", "6, 1 and 1", [one.charged for one in told], [one.charged for one in told] == [6, 1, 1])
    bench.check("requests", "1", server.requests("first"), server.requests("first") == 1)
    says = told[1].body["metadata"].get("cached"), told[2].last[1]["metadata"].get("cached")
    bench.check("it says so", "cached, whole and streamed", says, says == (True, True))
    same = len({one.text for one in told})
    bench.check("the words", "the same", f"{same} texts", same == 1)
    other = ben.whole("What is RSI?")
    bench.check("somebody else", "6 credits", other.charged, other.charged == 6 and "cached" not in other.body["metadata"])
    before = server.requests("first")
    figures = [ann.whole("What is BTC?").charged for _ in range(2)]
    bench.check("a question for a followed symbol, twice", "6 and 6", figures, figures == [6, 6])
    bench.check("requests", "2 more", server.requests("first") - before, server.requests("first") - before == 2)

    # One question by many at once.
    before, heard = server.requests("first"), [Heard(0)] * 10

    def ask(number: int) -> None:
        heard[number] = ann.whole("What is slippage?")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(heard))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    costs = sorted(one.charged for one in heard)
    asked = server.requests("first") - before
    bench.check("ten at once", "one asks the model", f"{asked} requests, {costs}", asked == 1 and costs == [1] * 9 + [6])

    # Signals, for two seconds here.
    context = {"include_signals": True, "symbols": ["BTC", "ETH"]}
    turned = {"include_signals": True, "symbols": ["eth", "btc"]}
    signals = [ann.whole("And?", context=one).charged for one in (context, turned)]
    bench.check("signals of the same symbols", "6 and 1", signals, signals == [6, 1])
    time.sleep(2.2)  # Until it is too old.
    later = ann.whole("And?", context=context).charged
    bench.check("later", "6", later, later == 6)
    adds_up(bench, station, [ann, ben], "after all of it")
