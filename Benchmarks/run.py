#!/usr/bin/env python3
"""Measures the station, each figure beside its peer's in the same minutes, and prints one table.

Needs Debian's python3-zmq; `make bench` installs what the peers are made of, and the peers in Python their own. The
status is 1 when a program could not be built or run, and 0 otherwise: a missed bar is a row to read, not a failure of
this program.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from suite import (
    air,
    bus,
    front_door,
    history,
    http,
    ingest,
    jobs,
    log,
    market,
    models,
    oracle,
    restart,
    sentiment,
    start,
    votes,
    wire,
)
from suite.report import Report
from suite.tools import BENCHMARKS, Failed, Tools

GROUPS: dict[str, Callable[[Tools, Report], None]] = {
    "bus": bus.run,
    "restart": restart.run,
    "wire": wire.run,
    "log": log.run,
    "jobs": jobs.run,
    "http": http.run,
    "front-door": front_door.run,
    "models": models.run,
    "market": market.run,
    "sentiment": sentiment.run,
    "ingest": ingest.run,
    "votes": votes.run,
    "oracle": oracle.run,
    "air": air.run,
    "start": start.run,
    "history": history.run,
}
#: Those that take so long that they run only when they are named.
LONG = {"history"}


def main() -> int:
    # An end from outside must end what was started, too.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    options = parse()
    wanted = options.only.split(",") if options.only else [name for name in GROUPS if name not in LONG]
    tools = Tools(options.scratch_path.resolve(), options.daemon.resolve(), options.quick)
    report = Report()
    failures: list[str] = []
    try:
        print("Building the programs and their peers ...", flush=True)
        tools.build()
        began, load = time.monotonic(), os.getloadavg()[0]
        print(f"Load before: {load:.1f} on {os.cpu_count()} processors.", flush=True)
        for name in wanted:
            print(f"{name}:", flush=True)
            try:
                GROUPS[name](tools, report)
            except Failed as error:
                failures.append(str(error))
                report.skip(name, "failed, see below")
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        tools.close()
    print()
    print(report.table())
    print()
    print(
        f"Medians of interleaved rounds; a ratio is ours by the peer's within one round. "
        f"{report.count('held')} held, {report.count('MISSED')} missed, {report.count('NOT RUN')} not run, "
        f"{time.monotonic() - began:.0f} s.\n"
        f"Load of the machine: {load:.1f} before (other work), {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} "
        f"processors. Machines like this one are noisy:\ntake ratios within 15 % of each other as equal, and repeat on "
        f"an idle machine before believing a single figure."
    )
    for failure in failures:
        print(f"failed: {failure}", file=sys.stderr)
    return 1 if failures else 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help=f"groups of rows, separated by commas: {','.join(GROUPS)}")
    parser.add_argument("--quick", action="store_true", help="two rounds and shorter runs: whether it works at all")
    parser.add_argument("--scratch-path", type=Path, default=BENCHMARKS / ".build", help="where Swift builds")
    daemon = BENCHMARKS.parent / ".build" / "release" / "cryptocalld"
    parser.add_argument("--daemon", type=Path, default=daemon, help="the daemon that is started")
    options = parser.parse_args()
    unknown = set(options.only.split(",") if options.only else []) - set(GROUPS)
    if unknown:
        parser.error(f"no such rows: {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
