"""A station that is stopped says so to those whom it is answering, and they pay for what came."""

from __future__ import annotations

import threading
import time

from harness.bench import Bench

from models.chat import Caller, Heard, adds_up, read
from models.fault_server import FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "stop"
TITLE = "a stop in the middle of answers: each ends with an event that says so, what came is charged, nothing stays held"

#: Seconds that answers under way get to come to their end, and a little for the rest.
STOP_MAX = 8
LISTENERS = 20


def run(bench: Bench) -> None:
    server = FaultServer(bench, {"slow": answer(events=1000, text="word " * 1000, gap_ms=50)}).start()
    station = bench.station(dict(OPEN_SETTINGS))
    station.write_config(settings({"slow": server.base}, ["slow"]).replace("total_seconds = 12", "total_seconds = 120"))
    station.start()
    callers = [Caller.add(station) for _ in range(4)]
    heard = [Heard(0) for _ in range(LISTENERS)]
    begun = threading.Barrier(LISTENERS + 1)

    def listen(number: int) -> None:
        connection, reply = callers[number % len(callers)].open("Hello?")
        heard[number].status = reply.status
        begun.wait(20)
        read(reply, heard[number])
        connection.close()

    threads = [threading.Thread(target=listen, args=(number,), daemon=True) for number in range(LISTENERS)]
    for thread in threads:
        thread.start()
    begun.wait(20)
    time.sleep(1)  # Something of each answer comes.
    began = time.monotonic()
    code = station.stop()
    took = time.monotonic() - began
    for thread in threads:
        thread.join(10)
    bench.check("exit code", "0", code, code == 0)
    bench.at_most("time to stop", took, STOP_MAX, "s")
    told = sum(one.last[0] == "error" and one.error == "all_providers_failed" for one in heard)
    bench.check(f"{LISTENERS} who listen", "each hears an event error last", f"{told}", told == LISTENERS)
    pieces = [sum(name == "token" for name, _ in one.events) for one in heard]
    bench.check("what came before", "something", f"{min(pieces)} to {max(pieces)} pieces", min(pieces) > 0)
    charged = sum(one.charged for one in heard)
    station.start()
    spent = sum(100_000 - int(caller.account()["balance"]) for caller in callers)
    bench.check("what they paid", f"{charged} credits, as they were told", f"{spent}", spent == charged > 0)
    adds_up(bench, station, callers, "after the stop")
