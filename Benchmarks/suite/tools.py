"""Builds the programs that measure, and runs them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BENCHMARKS.parent / "Tests" / "Acceptance"))
from harness.packages import python_with  # noqa: E402

PEERS = BENCHMARKS / "peers"

#: Programs in C and what they are linked with.
C_PEERS = {
    "inproc": ("-lzmq", "-lpthread"),
    "wire": ("-lzmq",),
    "sqlite": ("-lsqlite3",),
    "ed25519": ("-lsodium",),
    "http_client": ("-lcurl",),
    "http_server": (),
    "http_pace": (),
    "live_clients": (),
    "live_server": (),
}
ERLANG_PEERS = ("bus_peer", "restart_peer")
#: What the peers in Python are made of, from the package index.
REQUIREMENTS = (
    "procrastinate",
    "psycopg[binary,pool]",
    "dbos",
    "fastapi",
    "uvicorn",
    "uvloop",
    "httptools",
    "PyJWT[crypto]",
    "prometheus-client",
    "cryptofeed",
)

#: No single run of a program takes longer, on however slow a machine.
RUN_SECONDS_MAX = 240


class Failed(Exception):
    """A program could not be built or run; the text says which, and what it wrote."""


class Tools:
    """The built programs, and a folder for what they leave behind."""

    def __init__(self, scratch: Path, daemon: Path, quick: bool) -> None:
        self.quick = quick
        self.daemon = daemon
        self.scratch = scratch
        # Not below /tmp, which may be memory: the event log has to be on a disk.
        self.folder = Path(tempfile.mkdtemp(prefix="ccb-", dir="/var/tmp"))
        self.core = max(os.sched_getaffinity(0))

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def rounds(self, count: int) -> int:
        return min(count, 2) if self.quick else count

    def scaled(self, count: int) -> int:
        return max(count // 5, 1) if self.quick else count

    # Building

    def build(self) -> None:
        command = ["swift", "build", "-c", "release", "--package-path", str(BENCHMARKS)]
        self.check([*command, "--scratch-path", str(self.scratch)], seconds=1800)
        for name, libraries in C_PEERS.items():
            self.check(["cc", "-O2", "-o", str(self.folder / name), str(PEERS / f"{name}.c"), *libraries])
        counter = str(self.folder / "malloc-count.so")
        self.check(["cc", "-O2", "-shared", "-fPIC", "-o", counter, str(PEERS / "malloc-count.c")])
        for name in ERLANG_PEERS:
            self.check(["erlc", "-o", str(self.folder), str(PEERS / f"{name}.erl")])

    def check(self, command: Sequence[str], seconds: float = 120) -> None:
        """Runs a program that has to succeed."""
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, text=True)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failed(f"{command[0]}: {error}") from error
        if done.returncode != 0:
            raise Failed(f"{' '.join(command)}\n{done.stdout[-3000:]}")

    def python(self) -> Path:
        """An interpreter with the peers' packages, in an environment that is kept for the next time."""
        try:
            return python_with(REQUIREMENTS, BENCHMARKS / ".venv")
        except (OSError, subprocess.SubprocessError) as error:
            raise Failed(f"the peers' packages: {error}") from error

    # Running

    def swift(self, name: str) -> str:
        return str(self.scratch / "release" / name)

    def peer(self, name: str) -> str:
        return str(self.folder / name)

    def on_one_core(self, command: Sequence[str]) -> list[str]:
        return ["taskset", "-c", str(self.core), *command]

    def run(
        self,
        *command: object,
        environment: Mapping[str, str] | None = None,
        seconds: float = RUN_SECONDS_MAX,
    ) -> dict[str, Any]:
        """Runs a program to its end and reads the line of JSON that it prints."""
        with self.start(*command, environment=environment) as process:
            return self.result(process, seconds)

    def erlang(self, module: str, *arguments: object) -> dict[str, Any]:
        entry = ["-run", module, "main", *arguments] if arguments else ["-s", module, "main"]
        return self.run("erl", "-noshell", "-pa", str(self.folder), *entry)

    @contextmanager
    def start(
        self, *command: object, environment: Mapping[str, str] | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """A program that runs beside others, and is gone afterwards."""
        words = [str(word) for word in command]
        try:
            process = subprocess.Popen(
                words,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, **(environment or {})},
            )
        except OSError as error:
            raise Failed(f"{words[0]}: {error}") from error
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.communicate()

    def result(self, process: subprocess.Popen[str], seconds: float = RUN_SECONDS_MAX) -> dict[str, Any]:
        name = Path(str(process.args[0])).name  # type: ignore[index]
        try:
            output, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"{name}: not done within {seconds:g} s") from error
        lines = [line for line in output.splitlines() if line.startswith("{")]
        if process.returncode != 0 or not lines:
            raise Failed(f"{name}: status {process.returncode}: {(errors or output).strip()[-500:]}")
        return json.loads(lines[-1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
