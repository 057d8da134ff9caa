"""The daemon under test: one home, and one process after the other in it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq

from .control import Control, Curve
from .local import free_port, tail
from .metrics import Metrics, read_health, read_metrics
from .notify import NotifySocket
from .subscriber import Subscriber
from .waiting import Late

#: What must not leak from the caller's environment into the daemon's.
_PRIVATE = ("CRYPTOCALL_", "NOTIFY_", "WATCHDOG_", "LISTEN_", "SWIFT_BACKTRACE", "PORT", "DRY_RUN", "JOURNAL_STREAM")


@dataclass(frozen=True)
class Programs:
    """The release programs."""

    daemon: Path
    ctl: Path
    #: The program that prints the backtrace of a dying Swift process; without it there is none.
    backtracer: Path | None
    #: The backtrace setting of the shipped unit.
    backtrace: str


class Run:
    """One process of the daemon, from its start to its end."""

    def __init__(self, process: subprocess.Popen[bytes], started: float, output: Path, errors: Path) -> None:
        self.process = process
        self.started = started
        self.output = output
        """What it writes for people: standard output."""
        self.errors = errors
        """Its log: standard error."""
        self.ready_seconds: float | None = None

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def ended(self, seconds: float) -> int:
        """Waits for its end and returns the exit code; a signal's number is negative. Raises ``Late``."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Late(f"the end of process {self.pid}: not within {seconds:g} s") from None

    def text(self) -> str:
        return self.output.read_text(errors="replace") + self.errors.read_text(errors="replace")


class Station:
    """A daemon in a fresh home, with everything that a client or an operator needs to reach it."""

    def __init__(
        self, programs: Programs, context: zmq.Context[Any], home: Path, logs: Path, settings: dict[str, object]
    ) -> None:
        self.programs = programs
        self.home = home
        self.logs = logs
        self.port = free_port()
        self.settings = settings
        self.runs: list[Run] = []
        self._context = context
        self._opened: list[Control | Subscriber] = []
        self.home.mkdir(parents=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        self.notify = NotifySocket(self.home / "notify.sock")

    # Its process

    def start(self, *extra: str, environment: dict[str, str] | None = None, ready_within: float | None = 20.0) -> Run:
        """Starts a process and waits for its READY; with ``None`` it does not wait."""
        number = len(self.runs) + 1
        output, errors = self.logs / f"{number:02}.out", self.logs / f"{number:02}.err"
        command = [os.fspath(self.programs.daemon), "--home", os.fspath(self.home), "--port", str(self.port)]
        for key, value in self.settings.items():
            command += ["--set", f"{key}={value}"]
        surroundings = {k: v for k, v in os.environ.items() if not k.startswith(_PRIVATE)}
        surroundings["NOTIFY_SOCKET"] = os.fspath(self.notify.path)
        surroundings["SWIFT_BACKTRACE"] = self.backtrace_setting
        surroundings.update(environment or {})
        with output.open("wb") as out, errors.open("wb") as err:
            started = time.monotonic()
            process = subprocess.Popen(
                command + list(extra), stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=surroundings
            )
        run = Run(process, started, output, errors)
        self.runs.append(run)
        if ready_within is not None:
            self.wait_ready(run, ready_within)
        return run

    @property
    def backtrace_setting(self) -> str:
        """As the shipped unit sets it, with the backtracer of this machine."""
        if self.programs.backtracer is None:
            return "enable=no"
        return re.sub(r"swift-backtrace=[^,]*", f"swift-backtrace={self.programs.backtracer}", self.programs.backtrace)

    def wait_ready(self, run: Run, seconds: float = 20.0) -> float:
        """Seconds from the start of the process to its READY."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                told = self.notify.wait("READY", "1", run.started, 0.25)
                run.ready_seconds = told.at - run.started
                return run.ready_seconds
            except Late:
                code = run.process.poll()
                if code is not None:
                    raise Late(f"READY: the daemon ended with {code}: {tail(run.errors)}") from None
                if time.monotonic() >= deadline:
                    raise Late(f"READY: not within {seconds:g} s: {tail(run.errors)}") from None

    @property
    def run(self) -> Run:
        return self.runs[-1]

    def stop(self, seconds: float = 30.0) -> int:
        """Ends the process in order and returns its exit code."""
        self.run.process.send_signal(signal.SIGTERM)
        return self.run.ended(seconds)

    def kill(self) -> None:
        self.run.process.kill()
        self.run.process.wait()

    # Ways to reach it

    @property
    def control_address(self) -> str:
        return f"ipc://{self.home}/run/control.sock"

    @property
    def events_address(self) -> str:
        return f"ipc://{self.home}/run/events.sock"

    def control(self, address: str | None = None, keys: Curve | None = None) -> Control:
        control = Control(self._context, address or self.control_address, keys)
        self._opened.append(control)
        return control

    def subscriber(
        self, *prefixes: str, address: str | None = None, keys: Curve | None = None, buffer: int = 0
    ) -> Subscriber:
        subscriber = Subscriber(self._context, address or self.events_address, *prefixes, keys=keys, buffer=buffer)
        self._opened.append(subscriber)
        return subscriber

    def metrics(self) -> Metrics:
        return read_metrics(self.port)

    def health(self) -> tuple[int, Any]:
        return read_health(self.port)

    def ctl(self, *arguments: str, seconds: float = 20.0, input: str = "") -> subprocess.CompletedProcess[str]:
        """Runs the operator's command line on this home; what it reads is ``input``."""
        return subprocess.run(
            [os.fspath(self.programs.ctl), *arguments, "--home", os.fspath(self.home)],
            capture_output=True,
            text=True,
            timeout=seconds,
            input=input,
        )

    def write_config(self, text: str) -> None:
        """Replaces the settings file."""
        folder = self.home / "etc"
        folder.mkdir(exist_ok=True)
        (folder / "cryptocall.toml").write_text(text)

    def end_processes(self) -> None:
        """Ends whatever still runs, stopped processes too."""
        for run in self.runs:
            if run.is_running:
                run.process.kill()
                run.process.wait()

    def close(self) -> None:
        """Gives back what it holds; the processes have to be ended before."""
        for opened in self._opened:
            opened.close()
        self.notify.close()
