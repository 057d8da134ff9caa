#!/usr/bin/python3
"""Proves the spine from outside: starts the release daemon, and prints a table of figure, bar, measured and verdict.

Usage: main.py --build DIR [--only NAME ...] [--quick] [--list]. Ends with 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import cast

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[2]
sys.path.insert(0, str(HERE))
sys.path.insert(1, str(PROJECT / "clients" / "python" / "src"))

from harness.bench import Bench, Scenario  # noqa: E402
from harness.report import Report  # noqa: E402
from harness.station import Programs  # noqa: E402
from scenarios import (  # noqa: E402
    complete_stream,
    crashes,
    faults,
    first_run,
    hostile_peers,
    process_faults,
    reload,
    slow_subscriber,
    stopping,
    systemd_units,
)

SCENARIOS = cast(
    list[Scenario],
    [
        first_run,
        complete_stream,
        crashes,
        faults,
        process_faults,
        hostile_peers,
        slow_subscriber,
        reload,
        stopping,
        systemd_units,
    ],
)
#: The hostile peers alone open over a thousand connections.
OPEN_FILES = 8192


def main() -> int:
    arguments = _arguments()
    if arguments.list:
        for scenario in SCENARIOS:
            print(f"{scenario.NAME:18} {scenario.TITLE}")
        return 0
    programs = _programs(arguments.build.resolve())
    chosen = [scenario for scenario in SCENARIOS if not arguments.only or scenario.NAME in arguments.only]
    _raise_open_files()
    # An end from outside must end what was started, too.
    signal.signal(signal.SIGTERM, _interrupt)
    logs = Path(tempfile.mkdtemp(prefix="cryptocall-accept-"))
    report = Report()
    if arguments.quick:
        print("Quick: fewer repetitions and smaller loads than the bars ask for; no proof.")
    for scenario in chosen:
        _show(scenario, programs, report, logs, arguments.quick)
    print("\n" + report.table())
    if report.missed:
        print(f"\n{len(report.missed)} of {len(report.rows)} missed. The daemons' logs: {logs}")
        return 1
    shutil.rmtree(logs, ignore_errors=True)
    print(f"\nAll {len(report.rows)} hold.")
    return 0


def _show(scenario: Scenario, programs: Programs, report: Report, logs: Path, quick: bool) -> None:
    print(f"\n{scenario.NAME}: {scenario.TITLE}", flush=True)
    started = time.monotonic()
    bench = Bench(scenario.NAME, programs, report, logs, PROJECT, quick)
    try:
        scenario.run(bench)
    except Exception as error:
        # Whatever went wrong is a row of the table; the other scenarios still run.
        bench.failed(error)
    finally:
        bench.close()
    missed = any(row.scenario == scenario.NAME for row in report.missed)
    print(f"  ({time.monotonic() - started:.0f} s{'; logs: ' + str(bench.logs) if missed else ''})", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Proves the spine from outside, on the release programs.")
    parser.add_argument("--build", type=Path, default=PROJECT / ".build" / "release", metavar="DIR")
    names = [scenario.NAME for scenario in SCENARIOS]
    parser.add_argument("--only", action="append", choices=names, help="only this scenario; may be repeated")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and smaller loads")
    parser.add_argument("--list", action="store_true", help="name the scenarios and end")
    return parser.parse_args()


def _programs(build: Path) -> Programs:
    daemon, ctl = build / "cryptocalld", build / "cryptocallctl"
    for program in (daemon, ctl):
        if not program.is_file():
            sys.exit(f"{program} is missing: run 'make build' first")
    swift = shutil.which("swift")
    backtracer = None
    if swift:
        candidate = Path(swift).resolve().parents[1] / "libexec/swift/linux/swift-backtrace-static"
        backtracer = candidate if candidate.is_file() else None
    unit = (PROJECT / "systemd" / "cryptocalld.service").read_text()
    setting = re.search(r"^Environment=SWIFT_BACKTRACE=(\S+)$", unit, re.MULTILINE)
    if setting is None:
        sys.exit("systemd/cryptocalld.service sets no SWIFT_BACKTRACE")
    return Programs(daemon, ctl, backtracer, setting.group(1))


def _raise_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
