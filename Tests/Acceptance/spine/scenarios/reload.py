"""Reloading: a bad file changes nothing and is told; a good one is in force at once."""

from __future__ import annotations

from typing import Any

from harness.bench import Bench
from harness.control import Control
from harness.station import Station
from harness.waiting import Late

NAME = "reload"
TITLE = "a bad reload leaves the old settings running and exits non-zero, a good one is applied"

METRIC = "cryptocall_config_last_reload_success"
BEFORE = '[station]\nname = "Before"\n[host]\nsegment_seconds = 7\n'
AFTER = '[station]\nname = "After"\n[host]\nsegment_seconds = 9\n'
BAD = {
    "an unknown key": '[station]\nname = "Bad"\n[host]\nsegment_secondz = 3\n',
    "a value of the wrong kind": '[station]\nname = "Bad"\n[host]\nsegment_seconds = "soon"\n',
    "a value out of range": '[station]\nname = "Bad"\n[market]\npoll_seconds = -1\n',
    "no TOML": '[station\nname = "Bad"\n',
}


def run(bench: Bench) -> None:
    station = bench.station()
    station.write_config(BEFORE)
    station.start()
    control = station.control()
    listener = station.subscriber("system.config.")
    listener.welcomed()
    name = control.call("system.status")["name"]
    bench.check(
        "the file is in force at start",
        "Before, 7",
        f"{name}, {_segment(control)}",
        name == "Before" and _segment(control) == 7,
    )
    for what, text in BAD.items():
        _refused(bench, station, control, what, text)
    try:
        event = listener.wait("system.config.rejected", 5, lambda one: one.header["type"] == "system.config.rejected")
        bench.check(
            "the refusal is an event",
            "with its problems",
            f"{len(event.payload['problems'])} problems",
            bool(event.payload["problems"]),
        )
    except Late as error:
        bench.check("the refusal is an event", "with its problems", error, False)
    _applied(bench, station, control)
    station.stop()


def _segment(control: Control) -> Any:
    settings = control.call("config.dump")["settings"]
    return next((one["value"] for one in settings if one["key"] == "host.segment_seconds"), None)


def _refused(bench: Bench, station: Station, control: Control, what: str, text: str) -> None:
    station.write_config(text)
    result = station.ctl("reload", "--wait")
    said = (result.stderr or result.stdout).strip()
    name, segment, metric = control.call("system.status")["name"], _segment(control), station.metrics().value(METRIC)
    bench.check(
        f"reload of {what}",
        "exit code not 0, Before, 7, metric 0",
        f"exit code {result.returncode}, {name}, {segment}, metric {metric:.0f}; “{said.partition(chr(10))[0][:120]}”",
        result.returncode != 0
        and name == "Before"
        and segment == 7
        and metric == 0
        and bool(said)
        and "cryptocall.toml" in said,
    )


def _applied(bench: Bench, station: Station, control: Control) -> None:
    station.write_config(AFTER)
    since = station.run.started
    seen = len(station.notify.told("READY", "1", since))
    result = station.ctl("reload", "--wait")
    name, segment, metric = control.call("system.status")["name"], _segment(control), station.metrics().value(METRIC)
    bench.check(
        "reload of a good file",
        "exit code 0, After, 9, metric 1",
        f"exit code {result.returncode}, {name}, {segment}, metric {metric:.0f}",
        result.returncode == 0 and name == "After" and segment == 9 and metric == 1,
    )
    reloading = station.notify.told("RELOADING", "1", since)
    ready = station.notify.told("READY", "1", since)
    bench.check(
        "the service manager hears of a reload",
        "RELOADING, then READY",
        f"{len(reloading)} times RELOADING, {len(ready) - seen} READY after the last reload",
        bool(reloading) and len(ready) > seen and ready[-1].at >= reloading[-1].at,
    )
    origin = station.ctl("config", "dump", "--origin")
    bench.check(
        "config dump --origin names file and line",
        "cryptocall.toml:4",
        "named" if "cryptocall.toml:4" in origin.stdout else origin.stdout[:60] or origin.stderr[:60],
        origin.returncode == 0 and "cryptocall.toml:4" in origin.stdout,
    )
