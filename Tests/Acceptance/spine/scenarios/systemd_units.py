"""The shipped units: judged by systemd's own tools, then run with all their hardening under a real systemd."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from harness.bench import Bench
from harness.control import Control
from harness.drill import block_pool
from harness.local import free_port
from harness.systemd import SOCKET, UNIT, Machine, exposure, reason_impossible
from harness.waiting import Late, wait_for

NAME = "systemd"
TITLE = "the units: verify, exposure; READY, STATUS, reload, watchdog, socket activation and stop under a real systemd"

EXPOSURE_BAR = 1.3
CONFIG = "/etc/cryptocall/conf.d/90-accept.toml"
PLAYOUT = "cryptocall-playout.service"
#: The shipped limit is 30 s; the test does not wait that long. Everything else is as shipped.
DROP_IN = "[Service]\nWatchdogSec=4s\n"


def run(bench: Bench) -> None:
    if shutil.which("systemd-analyze") is None:
        bench.skip("the units", "systemd-analyze is not installed")
        return
    _judged(bench)
    reason = reason_impossible()
    if reason:
        bench.impossible("the unit under a real systemd", reason)
        return
    machine = Machine(bench.project, bench.programs.daemon.parent, bench.logs)
    try:
        _run_inside(bench, machine)
    finally:
        machine.close()


def _judged(bench: Bench) -> None:
    folder = bench.folder / "units"
    folder.mkdir()
    for unit in sorted((bench.project / "systemd").glob("*.s*")):
        if unit.suffix not in (".service", ".socket"):
            continue
        # The programs are not installed on this machine, and a missing one would be all that is reported.
        text = unit.read_text()
        folder_of_programs = bench.programs.daemon.parent
        others = (folder_of_programs / name for name in ("cryptocall-playout", "cryptocall-speech"))
        for program in (bench.programs.daemon, bench.programs.ctl, *others):
            text = text.replace(f"/usr/bin/{program.name}", os.fspath(program))
        (folder / unit.name).write_text(text)
    for unit in sorted(folder.iterdir()):
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", os.fspath(unit)],
            capture_output=True,
            text=True,
            env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"},
        )
        said = _about_ours(done.stdout + done.stderr)
        bench.check(
            f"systemd-analyze verify {unit.name}",
            "clean",
            said or f"clean, exit code {done.returncode}",
            done.returncode == 0 and not said,
        )
    for unit in sorted((bench.project / "systemd").glob("*.service")):
        level, holds = exposure(unit, EXPOSURE_BAR)
        bench.check(f"systemd-analyze security {unit.name}", f"at most {EXPOSURE_BAR}", level, holds)


def _about_ours(text: str) -> str:
    """What was said about our units; other packages' units have their own faults."""
    return "; ".join(line for line in text.splitlines() if "cryptocall" in line)[:300]


def _run_inside(bench: Bench, machine: Machine) -> None:
    machine.install()
    port = free_port()
    machine.write(f"/etc/systemd/system/{UNIT}.d/accept.conf", DROP_IN)
    seconds = machine.boot()
    # What a package does after unpacking.
    machine.run("systemd-sysusers")
    machine.run("systemd-tmpfiles", "--create", check=False)
    machine.write(CONFIG, _config(port, "Before"))
    machine.run("chgrp", "cryptocall", CONFIG)
    machine.run("systemctl", "daemon-reload")
    bench.check("a real systemd boots in namespaces", "runs", f"{_version(machine)} after {seconds:.1f} s", True)
    verify = machine.run("systemd-analyze", "verify", "--man=no", UNIT, SOCKET, check=False)
    said = _about_ours(verify.stdout + verify.stderr)
    bench.check(
        "systemd-analyze verify of the installed units", "clean", said or "clean", verify.returncode == 0 and not said
    )
    if not _started(bench, machine):
        return
    _hardened(bench, machine)
    _heard(bench, machine)
    _reloaded(bench, machine, port)
    _watchdog(bench, machine)
    _socket_activation(bench, machine)
    _stopped(bench, machine)
    _misconfigured(bench, machine, port)


def _config(port: int, name: str) -> str:
    nobody = "http://127.0.0.1:9"
    return (
        f'[station]\nname = "{name}"\n[http]\nport = {port}\n[drills]\nenabled = true\n'
        f"[watchdog]\npool_lateness_seconds = 1\n"
        f'[market.endpoints]\nbinance = "{nobody}"\nkraken = "{nobody}"\ncoinbase = "{nobody}"\n'
    )


def _version(machine: Machine) -> str:
    return machine.run("systemctl", "--version").stdout.splitlines()[0]


def _control(bench: Bench, machine: Machine) -> Control:
    return Control(bench.context, f"ipc://{machine.path('/run/cryptocall/control.sock')}")


def _started(bench: Bench, machine: Machine) -> bool:
    machine.run("systemctl", "start", SOCKET)
    began = time.monotonic()
    start = machine.run("systemctl", "start", UNIT, check=False)
    seconds = time.monotonic() - began
    shown = machine.show("ActiveState", "SubState", "Type", "StatusText", "NRestarts")
    is_up = start.returncode == 0 and shown["ActiveState"] == "active"
    bench.check(
        "systemctl start: READY",
        "active (running), Type=notify",
        f"{shown['ActiveState']} ({shown['SubState']}), Type={shown['Type']}, {seconds:.2f} s",
        is_up,
    )
    if not is_up:
        lines = [line for line in machine.journal().splitlines() if line.strip()][-6:]
        bench.check("why it did not start", "", " / ".join(lines)[-400:], False)
        return False
    status = wait_for("a STATUS text", 15, lambda: machine.show("StatusText")["StatusText"] or None)
    bench.check("STATUS", "one line", f"“{status}”", bool(status))
    control = _control(bench, machine)
    answered = control.call("system.status")
    control.close()
    bench.check(
        "clients are served through systemd's sockets", "yes", f"state {answered['state']}, pid {answered['pid']}", True
    )
    native = machine.run("journalctl", "--unit", UNIT, "--output", "json", "--no-pager").stdout
    bench.check(
        "the journal has native records",
        "message ids and fields",
        f"{native.count('MESSAGE_ID')} with an id",
        "f616478399424d16a6888164ff5f8c0a" in native and '"_TRANSPORT":"journal"' in native,
    )
    return True


def _heard(bench: Bench, machine: Machine) -> None:
    """The playout's unit, which the daemon's wants: it plays, encodes, and comes back by itself."""
    missing = [name for name in ("ffmpeg", "flite") if shutil.which(name) is None]
    if missing:
        bench.skip("the playout's unit", f"no {', '.join(missing)}")
        return
    control = _control(bench, machine)

    def told() -> dict[str, Any]:
        return dict(control.call("onair.status"))

    def is_heard() -> dict[str, Any] | None:
        status = told()
        outputs = (status["playout"] or {}).get("outputs") or {}
        return status if status["voices"] and outputs.get("encoder") == "running" and not outputs.get("trouble") else None

    try:
        status = wait_for("voices and a running encoder", 30, is_heard, every=0.2)
        bench.check(
            "the playout's unit, and the programs that speak and encode under its hardening",
            "a voice, an encoder that runs, a playlist",
            f"voices {status['voices']}, encoder {status['playout']['outputs']['encoder']}",
            True,
        )
        wait_for("words", 60, lambda: told()["segment"], every=0.2)
        bench.check("a segment under systemd", "is heard", "airs", True)
    except Late as late:
        status = told()
        lines = [line for line in machine.journal(PLAYOUT).splitlines() if line.strip()][-4:]
        bench.check("the playout's unit", "plays", f"{late}; {status}; {' / '.join(lines)}"[-900:], False)
        control.close()
        return
    before = machine.show("MainPID", "NRestarts", unit=PLAYOUT)
    machine.run("systemctl", "kill", "--signal=KILL", "--kill-whom=main", PLAYOUT)
    began = time.monotonic()
    began_before = status["playout"]["startedAt"]

    def is_back() -> bool:
        playout = told()["playout"]
        return playout is not None and playout["startedAt"] != began_before

    try:
        wait_for("the playout again", 10, is_back, every=0.05)
        seconds = time.monotonic() - began
        after = machine.show("MainPID", "NRestarts", unit=PLAYOUT)
        bench.check(
            "the playout is killed: systemd starts another, and the daemon finds it",
            "within 2 s, one restart",
            f"{seconds:.2f} s, {before['NRestarts']} -> {after['NRestarts']} restarts",
            seconds <= 2 and int(after["NRestarts"]) == int(before["NRestarts"]) + 1,
        )
    except Late as late:
        bench.check("the playout is killed: systemd starts another", "within 2 s", f"{late}", False)
    control.close()


def _hardened(bench: Bench, machine: Machine) -> None:
    pid = machine.show("MainPID")["MainPID"]
    text = machine.run("cat", f"/proc/{pid}/status").stdout
    found = dict(re.findall(r"^(NoNewPrivs|Seccomp|CapEff|CapBnd|Uid):\s+(.*)$", text, re.MULTILINE))
    uid = found.get("Uid", "0").split()[0]
    bench.check(
        "the hardening is in force",
        "no new privileges, seccomp, no capabilities, not root",
        ", ".join(f"{name} {found.get(name)}" for name in ("NoNewPrivs", "Seccomp", "CapEff")) + f", uid {uid}",
        found.get("NoNewPrivs") == "1"
        and found.get("Seccomp") == "2"
        and int(found.get("CapEff", "1"), 16) == 0
        and uid != "0",
    )


def _reloaded(bench: Bench, machine: Machine, port: int) -> None:
    control = _control(bench, machine)
    names: list[str] = []
    codes: list[int] = []
    for text in (_config(port, "After"), _config(port, "Worse").replace("[http]", "[httpx]")):
        machine.write(CONFIG, text)
        codes.append(machine.run("systemctl", "reload", UNIT, check=False).returncode)
        names.append(str(control.call("system.status")["name"]))
    machine.write(CONFIG, _config(port, "After"))
    control.close()
    shown = machine.show("ActiveState", "NRestarts")
    bench.check(
        "systemctl reload of a good file, then of a bad one",
        "0 and After; not 0, After, still active",
        f"{codes[0]} and {names[0]}; {codes[1]}, {names[1]}, {shown['ActiveState']}",
        codes[0] == 0
        and names[0] == "After"
        and codes[1] != 0
        and names[1] == "After"
        and shown["ActiveState"] == "active"
        and shown["NRestarts"] == "0",
    )


def _watchdog(bench: Bench, machine: Machine) -> None:
    before = machine.show("MainPID", "NRestarts")
    control = _control(bench, machine)
    block_pool(control, 90)
    control.close()
    began = time.monotonic()
    try:
        wait_for(
            "the restart", 70, lambda: int(machine.show("NRestarts")["NRestarts"]) > int(before["NRestarts"]), every=0.2
        )
        wait_for(
            "the service to be active again",
            20,
            lambda: machine.show("ActiveState")["ActiveState"] == "active",
            every=0.05,
        )
    except Late as error:
        bench.check("watchdog: a wedged daemon is killed and restarted", "yes", error, False)
        return
    journal = machine.journal()
    threads = len(re.findall(r"\bThread \d+ \"", journal))
    named = "DrillActor" in journal
    killed = "Watchdog timeout" in journal
    seconds = time.monotonic() - began
    pid = machine.show("MainPID")["MainPID"]
    bench.check(
        "watchdog: a wedged daemon is killed and restarted",
        "Watchdog timeout (4 s here), a new process within 20 s",
        f"{'timeout' if killed else 'no timeout'}, {before['MainPID']} -> {pid} after {seconds:.1f} s",
        killed and pid not in ("0", before["MainPID"]) and seconds <= 20,
    )
    bench.check(
        "watchdog: a backtrace of all threads in the journal",
        "several threads, the blocked frames named",
        f"{threads} threads, {'named' if named else 'not named'}",
        threads >= 2 and named,
    )


def _socket_activation(bench: Bench, machine: Machine) -> None:
    """A client that comes while the service is away waits for it, and is not turned away."""
    machine.run("systemctl", "reset-failed", UNIT, check=False)
    restarts = int(machine.show("NRestarts")["NRestarts"])
    machine.run("systemctl", "kill", "--signal=KILL", "--kill-whom=main", UNIT)
    outcome, seconds = _connect_and_ask(bench, machine)
    back = int(machine.show("NRestarts")["NRestarts"]) > restarts
    bench.check(
        "socket activation: a client that connects during a restart",
        "not refused, answered within 5 s",
        f"{outcome}, after {seconds:.2f} s",
        outcome == "connected, answered" and seconds <= 5 and back,
    )
    machine.run("systemctl", "stop", UNIT)
    away = machine.show("ActiveState")["ActiveState"]
    outcome, seconds = _connect_and_ask(bench, machine)
    bench.check(
        "socket activation: a client wakes a stopped service",
        "was inactive, answered within 5 s",
        f"{away}; {outcome}, after {seconds:.2f} s",
        away == "inactive" and outcome == "connected, answered" and seconds <= 5,
    )


def _connect_and_ask(bench: Bench, machine: Machine) -> tuple[str, float]:
    path = machine.path("/run/cryptocall/control.sock")
    began = time.monotonic()
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            probe.connect(path)
    except OSError as error:
        return f"not connected: {error}", time.monotonic() - began
    control = _control(bench, machine)
    try:
        control.call("system.status", timeout=15)
        return "connected, answered", time.monotonic() - began
    except Late as error:
        return f"connected, {error}", time.monotonic() - began
    finally:
        control.close()


def _stopped(bench: Bench, machine: Machine) -> None:
    machine.run("systemctl", "reset-failed", UNIT, check=False)
    machine.run("systemctl", "start", UNIT)
    began = time.monotonic()
    machine.run("systemctl", "stop", SOCKET, UNIT)
    seconds = time.monotonic() - began
    shown = machine.show("Result", "ActiveState", "ExecMainStatus", "ExecMainCode")
    bench.check(
        "systemctl stop",
        "within 5 s, Result=success",
        f"{seconds:.2f} s, Result={shown['Result']}, status {shown['ExecMainStatus']}",
        seconds <= 5 and shown["Result"] == "success" and shown["ActiveState"] == "inactive",
    )
    log = Path(machine.path("/var/lib/private/cryptocall"))
    static = Path(machine.path("/var/lib/cryptocall"))
    kept = [file.name for folder in (log, static) if folder.is_dir() for file in folder.iterdir()]
    bench.check(
        "its state is kept in the standard place",
        "/var/lib/cryptocall",
        ", ".join(sorted(set(kept)))[:80] or "nothing",
        bool(kept),
    )


def _misconfigured(bench: Bench, machine: Machine, port: int) -> None:
    """Starting again cannot help here, so it must not be tried again and again."""
    machine.run("systemctl", "reset-failed", UNIT, check=False)
    machine.write(CONFIG, _config(port, "Bad").replace("[http]", "[httpx]"))
    machine.run("systemctl", "start", UNIT, check=False)
    try:
        wait_for("the unit to have failed", 5, lambda: machine.show("ActiveState")["ActiveState"] == "failed")
    except Late:
        pass  # The row tells.
    shown = machine.show("ActiveState", "SubState", "NRestarts")
    bench.check(
        "a wrong configuration does not restart for ever",
        "failed, 0 restarts",
        f"{shown['ActiveState']} ({shown['SubState']}), {shown['NRestarts']} restarts",
        shown["ActiveState"] == "failed" and shown["NRestarts"] == "0",
    )
