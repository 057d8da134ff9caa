"""A bare machine: READY at once, a true word within five seconds, and quiet when nobody asks."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import time
from decimal import Decimal
from typing import Any

from harness.bench import Bench
from harness.exchange import Exchange, recorded
from harness.process import cpu_seconds, resident_bytes
from harness.speech import figures, untruths
from harness.station import Run, Station
from harness.subscriber import Heard
from harness.tree import restarts
from harness.waiting import Late, wait_for

NAME = "first-run"
TITLE = "READY, a true word within 5 s, on every way out; also without a network; small when idle"

START_BAR_MILLISECONDS = 100
RESIDENT_BAR_MEGABYTES = 45
CPU_BAR_PERCENT = 0.5
SPOKEN = "segment.host.spoke"


def run(bench: Bench) -> None:
    _start_times(bench)
    _true_words(bench)
    _without_network(bench)
    _replayed(bench)


def _start_times(bench: Bench) -> None:
    """Each start in a home of its own, so that every log is empty."""
    seconds: list[float] = []
    for _ in range(3 if bench.quick else 9):
        station = bench.station()
        station.start()
        seconds.append((station.run.ready_seconds or 0) * 1000)
        station.kill()
    bench.at_most(
        f"start to READY, empty log (median of {len(seconds)}; worst {max(seconds):.0f} ms)",
        statistics.median(seconds),
        START_BAR_MILLISECONDS,
        "ms",
    )


def _true_words(bench: Bench) -> None:
    exchange = bench.exchange()
    station = bench.station(exchange=exchange)
    run = station.start(ready_within=None)
    # Before READY: the subscription has to be there when the first word falls.
    listener = station.subscriber("segment.host.", "market.price.")
    ready = run.started + station.wait_ready(run)
    printed_after = wait_for("the first word on the terminal", 10, lambda: _first_line_about_prices(run))
    bench.check(
        "READY to the first word about prices, on the terminal",
        "at most 5 s",
        f"{printed_after - ready:.2f} s",
        printed_after - ready <= 5,
    )
    first = listener.wait("a host speaks", 20, _speaks_of_prices)
    bench.at_most("READY to the first word about prices, over ZeroMQ", first.at - ready, 5, "s", 2)
    bench.check("where the exchange's figures come from", "said", exchange.origin, True)

    heard = [first] + listener.collect(22, SPOKEN)
    wrong = [text for event in heard for text in untruths(event.payload, exchange)]
    said = sum(len(event.payload["facts"]) for event in heard)
    bench.check(
        "figures of host talk that the exchange never served",
        "0 of at least 2",
        f"{len(wrong)} of {said}{': ' + '; '.join(wrong[:3]) if wrong else ''}",
        not wrong and said >= 2,
    )
    bench.check("the host keeps talking, over ZeroMQ", "at least 3 in 22 s", f"{len(heard)}", len(heard) >= 3)
    printed = run.output.read_text(errors="replace")
    missing = [
        event.payload["text"] for event in heard[:-1] if _squeezed(event.payload["text"]) not in _squeezed(printed)
    ]
    bench.check(
        "the same words on the terminal", "all", f"{len(heard) - 1 - len(missing)} of {len(heard) - 1}", not missing
    )
    _prices_match(bench, station, exchange)
    _commands_of_the_readme(bench, station)
    _idle(bench, station)
    code = station.stop()
    bench.check("it ends in order", "exit code 0", code, code == 0)


def _first_line_about_prices(run: Run) -> float:
    """The moment at which the terminal is seen to show a figure, or 0."""
    lines = run.output.read_text(errors="replace").splitlines()
    return time.monotonic() if any(figures(line) for line in lines) else 0.0


def _prices_match(bench: Bench, station: Station, exchange: Exchange) -> None:
    snapshot = station.control().call("events.snapshot", {"prefix": "market.price."})
    prices = {event["payload"]["pair"]: Decimal(str(event["payload"]["price"])) for event in snapshot["events"]}
    wrong = [pair for pair, price in prices.items() if price not in exchange.truth.get((pair[:3], "price"), set())]
    status = station.control().call("system.status")
    bench.check(
        "prices on the bus equal the exchange's",
        "3 pairs, all equal",
        f"{len(prices)} pairs, {len(wrong)} differ",
        len(prices) == 3 and not wrong,
    )
    bench.check(
        "status while all is well",
        "ok, from binance",
        f"{status['state']}, from {status['market']['source']}",
        status["state"] == "ok" and status["market"]["source"] == "binance",
    )


def _commands_of_the_readme(bench: Bench, station: Station) -> None:
    """Those that end by themselves, as they stand there."""
    lines = re.findall(r"^\$ \S*cryptocallctl (.*)$", (bench.project / "README.md").read_text(), re.MULTILINE)
    commands = [line for line in lines if "status" in line or "tree" in line]
    failed: list[str] = []
    for command in commands:
        words = command.replace("--home home", f"--home {station.home}").split()
        done = subprocess.run(
            [bench.programs.ctl, *words], capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL
        )
        if done.returncode != 0:
            failed.append(f"{command}: {done.stderr.strip().partition(chr(10))[0]}")
    bench.check(
        "the README's commands work as they stand there",
        "status and tree",
        "; ".join(failed) or f"{len(commands)} of {len(commands)}",
        len(commands) >= 2 and not failed,
    )


def _idle(bench: Bench, station: Station) -> None:
    """Nobody is connected; prices are still asked for and the host still speaks, as always."""
    pid = station.run.pid
    span = 8 if bench.quick else 20
    before, began = cpu_seconds(pid), time.monotonic()
    time.sleep(span)  # Idleness is measured by letting time pass.
    percent = (cpu_seconds(pid) - before) / (time.monotonic() - began) * 100
    bench.at_most("resident memory, idle", resident_bytes(pid) / 1e6, RESIDENT_BAR_MEGABYTES, "MB")
    bench.at_most(f"processor time, idle, over {span} s", percent, CPU_BAR_PERCENT, "% of a core", 2)


def _without_network(bench: Bench) -> None:
    station = bench.station()
    run = station.start()
    control = station.control()
    listener = station.subscriber("segment.host.")
    try:
        status = wait_for(
            "a status that says so",
            20,
            lambda: (lambda found: found if found["state"] == "degraded" else None)(control.call("system.status")),
        )
        bench.check(
            "without a network, status says so",
            "degraded, with a reason",
            f"{status['state']}: {'; '.join(status['reasons'])}",
            bool(status["reasons"]),
        )
    except Late as error:
        status = control.call("system.status")
        bench.check(
            "without a network, status says so", "degraded, with a reason", f"{error}: {json.dumps(status)}", False
        )
    heard = listener.collect(20, SPOKEN)
    invented = [event for event in heard if event.payload["facts"] or figures(event.payload["text"])]
    bench.check(
        "without a network, the host reads only what needs no figures",
        "at least 1 remark, 0 with figures",
        f"{len(heard)} remarks, {len(invented)} with figures{_quote(invented)}",
        bool(heard) and not invented,
    )
    total = restarts(control.call("system.tree"))
    after = control.call("system.status")
    bench.check(
        "without a network, restarts in over 20 s",
        "0, same process",
        f"{total}, {'same' if after['pid'] == run.pid else 'another'} process",
        total == 0 and after["pid"] == run.pid,
    )
    code, _ = station.health()
    bench.check("without a network, /health", "answers, and not as down", code, code == 200)
    station.stop()


def _replayed(bench: Bench) -> None:
    candles = recorded("BTCUSDT_1h.csv")
    if candles is None:
        # Any candle file will do; this one is short and made by hand.
        candles = bench.folder / "BTCUSDT_1h.csv"
        rows = [
            f"2024-01-01 {hour:02}:00:00,{100 + hour},{102 + hour},{99 + hour},{101 + hour},5" for hour in range(24)
        ]
        candles.write_text("\n".join(["timestamp,open,high,low,close,volume", *rows]) + "\n")
    closes = {Decimal(line.split(",")[4]) for line in candles.read_text().splitlines()[1:]}
    station = bench.station()
    run = station.start("--replay", f"{os.fspath(candles)}@36000", ready_within=None)
    listener = station.subscriber("segment.host.", "market.")
    ready = run.started + station.wait_ready(run)
    first = listener.wait("a host speaks of the replayed candles", 25, _speaks_of_prices)
    bench.at_most("--replay: READY to the first word about prices", first.at - ready, 5, "s", 2)
    values = [Decimal(str(fact["value"])) for fact in first.payload["facts"] if fact["quantity"] in ("price", "close")]
    wrong = [value for value in values if value not in closes]
    sources = {fact["source"] for fact in first.payload["facts"]}
    bench.check(
        "--replay: figures are the file's, and named as replayed",
        "all",
        f"{len(values) - len(wrong)} of {len(values)}, from {', '.join(sorted(sources))}",
        bool(values) and not wrong and all(source.startswith("replay:") for source in sources),
    )
    station.stop()


def _speaks_of_prices(event: Heard) -> bool:
    return event.header["type"] == SPOKEN and bool(event.payload["facts"])


def _squeezed(text: Any) -> str:
    """Without white space: a terminal may break lines."""
    return "".join(str(text).split())


def _quote(events: list[Heard]) -> str:
    return f": “{events[0].payload['text']}”" if events else ""
