"""With hedging on, a model that is slow for once holds nobody up, and nobody pays for two answers."""

from __future__ import annotations

from harness.bench import Bench

from models.chat import Caller, adds_up
from models.fault_server import FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "hedge"
TITLE = "a model that is slower than usual is not waited for: a second is asked beside it, once, within bounds"

#: Milliseconds until the slow one says something.
SLOW = 4000


def run(bench: Bench) -> None:
    first = FaultServer(bench, {"first": answer(first_ms=20)}).start()
    second = FaultServer(bench, {"second": answer()}).start()
    station = bench.station(dict(OPEN_SETTINGS))
    text = settings({"first": first.base, "second": second.base}, ["first", "second"], more="hedge_quantile = 0.9")
    station.write_config(text)
    station.start()
    caller = Caller.add(station)
    usual = [caller.stream() for _ in range(30)]
    # The slowest tenth may be overtaken, once it is known which that is.
    by_first = sum(one.provider == "first" and one.is_complete for one in usual)
    bench.check("as usual", "mostly the first answers", f"{by_first} of {len(usual)}", 20 <= by_first <= len(usual))
    hedges = "cryptocall_llm_hedges_total"
    before = station.metrics()
    first.behave("first", answer(first_ms=SLOW))
    count = 5 if bench.quick else 10
    slow = [caller.stream() for _ in range(count)]
    bench.check(
        f"{count} calls while the first takes {SLOW} ms",
        "all answered by the second",
        f"{sum(one.is_complete and one.provider == 'second' for one in slow)}",
        all(one.is_complete and one.provider == "second" for one in slow),
    )
    bench.at_most("the first of them", slow[0].seconds * 1000, 1000, "ms")
    won = station.metrics().value(hedges, outcome="won") - before.value(hedges, outcome="won")
    bench.check("hedges won", f"1 to {count}", f"{won:.0f}", 1 <= won <= count)
    usually = sum(before.value(hedges, outcome=outcome) for outcome in ("won", "lost"))
    bench.at_most("hedges as usual", usually, 10, "", 0)
    first.behave("first", answer(first_ms=20))
    adds_up(bench, station, [caller], "one charge for each")
