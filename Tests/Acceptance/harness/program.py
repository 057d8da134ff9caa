"""What the acceptance programs have in common: their options, the scenarios one after the other, and the table."""

from __future__ import annotations

import argparse
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from .bench import Bench, Scenario
from .report import Report
from .station import Programs

PROJECT = Path(__file__).resolve().parents[3]
#: The hostile peers alone open over a thousand connections.
OPEN_FILES = 8192


def main(
    description: str, scenarios: Sequence[Scenario], *, has_full: bool = False, has_artefacts: bool = False
) -> int:
    """Runs the chosen scenarios; 1 when a bar is missed, 130 when it was interrupted."""
    try:
        return _main(description, scenarios, has_full, has_artefacts)
    except KeyboardInterrupt:
        return 130


def _main(description: str, scenarios: Sequence[Scenario], has_full: bool, has_artefacts: bool) -> int:
    arguments = _arguments(description, scenarios, has_full, has_artefacts)
    if arguments.list:
        for scenario in scenarios:
            print(f"{scenario.NAME:18} {scenario.TITLE}")
        return 0
    programs = _programs(arguments.build.resolve())
    chosen = [scenario for scenario in scenarios if not arguments.only or scenario.NAME in arguments.only]
    _raise_open_files()
    # An end from outside must end what was started, too.
    signal.signal(signal.SIGTERM, _interrupt)
    logs = Path(tempfile.mkdtemp(prefix="cryptocall-accept-"))
    report = Report()
    if arguments.quick:
        print("Quick: fewer repetitions and smaller loads than the bars ask for; no proof.")
    for scenario in chosen:
        _show(scenario, programs, report, logs, arguments)
    print("\n" + report.table())
    if report.missed:
        print(f"\n{len(report.missed)} of {len(report.rows)} missed. The daemons' logs: {logs}")
        return 1
    shutil.rmtree(logs, ignore_errors=True)
    print(f"\nAll {len(report.rows)} hold.")
    return 0


def _show(scenario: Scenario, programs: Programs, report: Report, logs: Path, arguments: argparse.Namespace) -> None:
    print(f"\n{scenario.NAME}: {scenario.TITLE}", flush=True)
    started = time.monotonic()
    bench = Bench(
        scenario.NAME,
        programs,
        report,
        logs,
        PROJECT,
        quick=arguments.quick,
        full=arguments.full,
        artefacts=arguments.artefacts,
    )
    try:
        scenario.run(bench)
    except Exception as error:
        # Whatever went wrong is a row of the table; the other scenarios still run.
        bench.failed(error)
    finally:
        bench.close()
    missed = any(row.scenario == scenario.NAME for row in report.missed)
    print(f"  ({time.monotonic() - started:.0f} s{'; logs: ' + str(bench.logs) if missed else ''})", flush=True)


def _arguments(
    description: str, scenarios: Sequence[Scenario], has_full: bool, has_artefacts: bool
) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", type=Path, default=PROJECT / ".build" / "release", metavar="DIR")
    names = [scenario.NAME for scenario in scenarios]
    parser.add_argument("--only", action="append", choices=names, help="only this scenario; may be repeated")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and smaller loads")
    parser.add_argument("--list", action="store_true", help="name the scenarios and end")
    parser.set_defaults(full=False, artefacts=None)
    if has_full:
        parser.add_argument("--full", action="store_true", help="the full sizes; takes much longer")
    if has_artefacts:
        parser.add_argument("--artefacts", type=Path, metavar="DIR", help="keep what people may want to look at")
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
