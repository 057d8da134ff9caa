"""Language models through the station, accounts and ledger on, beside LiteLLM's proxy on the same upstream."""

from __future__ import annotations

import json
import os
import re
import select
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .daemons import Daemons
from .report import Report, at_least, at_most, ratio_at_least
from .tools import BENCHMARKS, Failed, Tools, free_port

from door.client import Door  # noqa: E402
from door.people import People, make_key  # noqa: E402
from harness.packages import python_with  # noqa: E402
from harness.process import cpu_seconds, resident_bytes  # noqa: E402
from harness.station import Station  # noqa: E402

#: The peer, from the package index.
REQUIREMENTS = ("litellm[proxy]",)
CONNECTIONS = 32
#: As many as an answer of some sentences has.
EVENTS = 31
OPEN_STREAMS = 1000
LIMITS: dict[str, object] = {
    "limits.model_backed.enterprise_per_minute": 0,
    "limits.model_backed.enterprise_at_once": 0,
    "chat.at_once_max": 2000,
    "llm.at_once_max": 2000,
    # Nobody is paused for asking a lot.
    "credits.hour_max": 0,
}
NAMES = ("requests, not streamed, one core", f"streams of {EVENTS} events, one core")


def run(tools: Tools, report: Report) -> None:
    program = tools.daemon.with_name("cryptocall-faultserver")
    if not os.access(tools.daemon, os.X_OK) or not os.access(program, os.X_OK):
        for name in NAMES:
            report.skip(name, f"no {tools.daemon.name} or {program.name}: `make bench` builds both")
        return
    ModelBench(tools, report, program).run()


class ModelBench:
    """Whoever answers for a model has one core to itself; the models and those who ask share the other."""

    def __init__(self, tools: Tools, report: Report, program: Path) -> None:
        self.tools, self.report, self.program = tools, report, program
        self.daemons = Daemons(tools)

    def run(self) -> None:
        with self._upstream() as upstream, self._station(upstream) as (station, key):
            with self._litellm(upstream) as (peer_port, peer_pid):
                for name, body, bar in (
                    (NAMES[0], {"stream": False}, (at_least(3000), None)),
                    (NAMES[1], {"stream": True}, (at_least(300), ratio_at_least(10))),
                ):
                    ours: dict[str, list[float]] = {"per_s": [], "us": []}
                    peer: dict[str, list[float]] = {"per_s": [], "us": []}
                    for _ in range(self.tools.rounds(5)):
                        for figures, port, pid, shown in (
                            (ours, station.port, station.run.pid, key),
                            (peer, peer_port, peer_pid, "sk-bench"),
                        ):
                            rate, cpu = self._load(port, pid, shown, body)
                            figures["per_s"].append(rate)
                            figures["us"].append(cpu)
                    self.report.add(f"{name}: LiteLLM", "/s", ours["per_s"], peer["per_s"], bar[1])
                    self.report.add("  by itself", "/s", ours["per_s"], bar=bar[0])
                    self.report.add("  processor time for each: LiteLLM", "us", ours["us"], peer["us"])
        idle, opened = [], []
        for _ in range(self.tools.rounds(3)):
            with self._upstream(gap_ms=2000) as upstream, self._station(upstream) as (station, key):
                time.sleep(12)  # Until it has settled down.
                idle.append(resident_bytes(station.run.pid) / 1e6)
                with self._open(station.port, key, OPEN_STREAMS):
                    opened.append(resident_bytes(station.run.pid) / 1e6)
        self.report.add("memory, idle", "MB", idle, bar=at_most(60))
        self.report.add(f"memory with {OPEN_STREAMS} slow streams open", "MB", opened, bar=at_most(150))

    # Servers

    @contextmanager
    def _upstream(self, gap_ms: int = 0) -> Iterator[str]:
        """The address of a model that answers at once."""
        script = self.tools.folder / "upstream.json"
        answer = {"do": "answer", "events": EVENTS - 2, "gap_ms": gap_ms, "usage": {"input": 20, "output": EVENTS}}
        script.write_text(json.dumps({"models": {"good": answer}}))
        port = free_port()
        command = ["taskset", "-c", self.daemons.client_core, self.program, "--port", port, "--script", script]
        with self.tools.start(*command) as process:
            assert process.stdout is not None
            if not select.select([process.stdout], [], [], 10)[0]:
                raise Failed("cryptocall-faultserver: does not start")
            process.stdout.readline()
            yield f"http://127.0.0.1:{port}/v1"

    @contextmanager
    def _station(self, upstream: str) -> Iterator[tuple[Station, str]]:
        file = f'[llm.providers.good]\nbase = "{upstream}"\nneeds_key = false\n'
        file += '[llm.models.good]\nprovider = "good"\nmodel = "good"\ncredits_input = 0\ncredits_output = 0\n'
        with self.daemons.station(LIMITS, file) as station:
            person = People(station).add("client", "enterprise")
            door = Door(station.port)
            who = person.log_in(door).credential
            key = make_key(door, who, "bench", ["read", "write"])
            granted = station.ctl("credits", "grant", person.email, "10000000", "--reason", "bench")
            if granted.returncode != 0:
                raise Failed(f"credits grant: {granted.stderr[-300:]}")
            yield station, key.text

    @contextmanager
    def _litellm(self, upstream: str) -> Iterator[tuple[int, int]]:
        try:
            python = python_with(REQUIREMENTS, BENCHMARKS / ".venv-litellm")
        except (OSError, subprocess.SubprocessError) as error:
            raise Failed(f"litellm: {error}") from error
        config = self.tools.folder / "litellm.yaml"
        config.write_text(
            "model_list:\n  - model_name: good\n    litellm_params:\n      model: openai/good\n"
            f"      api_base: {upstream}\n      api_key: none\n"
            "litellm_settings:\n  callbacks: []\n  telemetry: false\n  num_retries: 0\n"
        )
        port = free_port()
        command: Sequence[object] = (
            "taskset", "-c", self.daemons.server_core, python.with_name("litellm"), "--config", config,
            "--port", port, "--host", "127.0.0.1", "--num_workers", "1",
        )  # fmt: skip
        quiet = {"LITELLM_LOG": "ERROR", "NO_PROXY": "127.0.0.1", "LITELLM_MODE": "PRODUCTION"}
        # Nobody but this machine reaches it.
        quiet["LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY"] = "true"
        log = (self.tools.folder / "litellm.log").open("w")
        process = subprocess.Popen(
            [str(word) for word in command], stdout=log, stderr=subprocess.STDOUT, env={**os.environ, **quiet}
        )
        try:
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline:
                try:
                    Door(port, keeps=False).get("/health/liveliness").expect(200)
                    break
                except Exception:  # It is not there yet, in whichever way.
                    time.sleep(0.5)
            else:
                raise Failed(f"litellm: does not answer: {(self.tools.folder / 'litellm.log').read_text()[-400:]}")
            yield port, process.pid
        finally:
            process.kill()
            process.wait()
            log.close()

    # Load

    def _load(self, port: int, pid: int, key: str, body: dict[str, object]) -> tuple[float, float]:
        """Answers per second, and microseconds of processor time for each."""
        request = {"model": "good", "messages": [{"role": "user", "content": "Hello there?"}], **body}
        script = self.tools.folder / "ask.lua"
        script.write_text(
            'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n'
            f'wrk.headers["Authorization"] = "Bearer {key}"\nwrk.body = {json.dumps(json.dumps(request))}\n'
        )
        seconds = 2 if self.tools.quick else 6
        command = ["taskset", "-c", str(self.daemons.client_core), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
        before = cpu_seconds(pid)
        done = subprocess.run(
            [*command, "-s", str(script), f"http://127.0.0.1:{port}/v1/chat/completions"],
            capture_output=True,
            text=True,
            timeout=60,
        )
        used = cpu_seconds(pid) - before
        rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
        total = re.search(r"(\d+) requests in", done.stdout)
        if rate is None or total is None or int(total.group(1)) == 0 or "Non-2xx" in done.stdout:
            raise Failed(f"wrk: {(done.stdout + done.stderr)[-500:].replace(key, '[key]')}")
        return float(rate.group(1)), used / int(total.group(1)) * 1e6

    @contextmanager
    def _open(self, port: int, key: str, count: int) -> Iterator[None]:
        """That many streams, of which each has said something."""
        body = json.dumps({"model": "good", "stream": True, "messages": [{"role": "user", "content": "Hello?"}]}).encode()
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        peers = []
        try:
            for _ in range(count):
                peer = socket.create_connection(("127.0.0.1", port), timeout=30)
                peer.sendall(head + body)
                peers.append(peer)
            for peer in peers:
                if b"200 OK" not in peer.recv(4096):
                    raise Failed("a stream is refused")
            yield
        finally:
            for peer in peers:
                peer.close()
