"""Language models through the station, accounts and ledger on, beside LiteLLM's proxy on the same upstream."""

from __future__ import annotations

import json
import os
import re
import select
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from .daemons import Daemons
from .report import Report, at_least, at_most, ratio_at_least
from .tools import BENCHMARKS, Failed, Tools, free_port

from door.client import Door  # noqa: E402
from door.people import People, make_key  # noqa: E402
from harness.packages import python_with  # noqa: E402
from harness.postgres import Cluster, programs  # noqa: E402
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
#: Requests in a second while latencies are measured, and how many connections they share.
PACE, PACED_CONNECTIONS = 200, 8


def run(tools: Tools, report: Report) -> None:
    program = tools.daemon.with_name("cryptocall-faultserver")
    if not os.access(tools.daemon, os.X_OK) or not os.access(program, os.X_OK):
        for name in NAMES:
            report.skip(name, f"no {tools.daemon.name} or {program.name}: `make bench` builds both")
        return
    bench = ModelBench(tools, report, program)
    bench.rates()
    bench.latencies()
    bench.ledger()
    bench.memory()


class ModelBench:
    """Whoever answers for a model has one core to itself; the models and those who ask share the other."""

    def __init__(self, tools: Tools, report: Report, program: Path) -> None:
        self.tools, self.report, self.program = tools, report, program
        self.daemons = Daemons(tools)

    def rates(self) -> None:
        """As much as there is; the model costs no credits, as LiteLLM keeps no accounts either."""
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
                    if body["stream"]:
                        each = [[one / EVENTS for one in figures["us"]] for figures in (ours, peer)]
                        self.report.add("  processor time for an event: LiteLLM", "us", *each)

    def latencies(self) -> None:
        """What is added to a model's own answer, at a steady pace."""
        with self._upstream() as upstream, self._station(upstream) as (station, key):
            with self._litellm(upstream) as (peer_port, _):
                direct = int(upstream.split(":")[2].split("/")[0])
                added: dict[str, list[list[float]]] = {"ours": [[], []], "peer": [[], []]}
                for _ in range(self.tools.rounds(5)):
                    own = self._paced(direct, "none")
                    for whose, port, shown in (("ours", station.port, key), ("peer", peer_port, "sk-bench")):
                        for place, through in enumerate(self._paced(port, shown)):
                            added[whose][place].append(through - own[place])
                for place, (name, most) in enumerate((("p50", 0.5), ("p99", 2.0))):
                    name = f"added to a request at {PACE}/s, {name}"
                    self.report.add(f"{name}: LiteLLM", "ms", added["ours"][place], added["peer"][place], None)
                    self.report.add("  by itself", "ms", added["ours"][place], bar=at_most(most))

    def ledger(self) -> None:
        """Each request held, settled and written down, beside one that costs nothing."""
        if programs() is None:
            self.report.skip("with the ledger", "no PostgreSQL server below /usr/lib/postgresql")
            return
        cluster = Cluster()
        try:
            cluster.start()
            database = cluster.create_database("models")
            for engine, settings, bar in (
                ("SQLite", {}, None),
                ("PostgreSQL", database.settings(), ratio_at_least(0.7)),
            ):
                with self._upstream() as upstream, self._station(upstream, settings) as (station, key):
                    without, with_it = [], []
                    for _ in range(self.tools.rounds(5)):
                        for model, rates in (("good", without), ("dear", with_it)):
                            body = {"stream": False, "model": model}
                            rates.append(self._load(station.port, station.run.pid, key, body)[0])
                    name = f"requests with the ledger on {engine}: without it"
                    self.report.add(name, "/s", with_it, without, bar)
        finally:
            cluster.close()

    def memory(self) -> None:
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
        script.write_text(json.dumps({"models": {"good": answer, "dear": answer}}))
        port = free_port()
        command = ["taskset", "-c", self.daemons.client_core, self.program, "--port", port, "--script", script]
        with self.tools.start(*command) as process:
            assert process.stdout is not None
            if not select.select([process.stdout], [], [], 10)[0]:
                raise Failed("cryptocall-faultserver: does not start")
            process.stdout.readline()
            yield f"http://127.0.0.1:{port}/v1"

    @contextmanager
    def _station(
        self, upstream: str, settings: dict[str, object] | None = None
    ) -> Iterator[tuple[Station, str]]:
        """One model under two names: it costs nothing, and a credit for each call."""
        file = f'[llm.providers.good]\nbase = "{upstream}"\nneeds_key = false\n'
        for name, credits in (("good", 0), ("dear", 1)):
            file += f'[llm.models.{name}]\nprovider = "good"\nmodel = "{name}"\ncredits_call = {credits}\n'
            file += "credits_input = 0\ncredits_output = 0\n"
        with self.daemons.station({**LIMITS, **(settings or {})}, file) as station:
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

    def _paced(self, port: int, key: str) -> tuple[float, float]:
        """Median and 99th percentile in milliseconds, from when a request was to be sent to its last byte."""
        seconds = 2 if self.tools.quick else 6
        body = json.dumps({"model": "good", "messages": [{"role": "user", "content": "Hello there?"}]}).encode()
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        took: list[list[float]] = [[] for _ in range(PACED_CONNECTIONS)]
        began = time.perf_counter() + 0.2

        def ask(number: int) -> None:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as peer:
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for turn in range(number, seconds * PACE, PACED_CONNECTIONS):
                    due = began + turn / PACE
                    time.sleep(max(0.0, due - time.perf_counter()))
                    peer.sendall(head + body)
                    _read_answer(peer)
                    took[number].append((time.perf_counter() - due) * 1000)

        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {self.daemons.client_core})
        try:
            with ThreadPoolExecutor(PACED_CONNECTIONS) as pool:
                for done in [pool.submit(ask, number) for number in range(PACED_CONNECTIONS)]:
                    done.result()
        finally:
            os.sched_setaffinity(0, cores)
        # The first second warms everything up.
        steady = sorted(one for each in took for one in each[PACE // PACED_CONNECTIONS :])
        return statistics.median(steady), steady[int(len(steady) * 0.99)]

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


def _read_answer(peer: socket.socket) -> None:
    """One whole answer, with a length or in chunks."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += _more(peer)
    head, rest = text.split(b"\r\n\r\n", 1)
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise Failed(f"refused: {text[:300]!r}")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while len(rest) < int(length.group(1)) if length else not rest.endswith(b"0\r\n\r\n"):
        rest += _more(peer)


def _more(peer: socket.socket) -> bytes:
    text = peer.recv(65536)
    if not text:
        raise Failed("an answer is cut")
    return text
