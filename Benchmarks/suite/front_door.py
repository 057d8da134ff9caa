"""The HTTP front door with everything on: beside FastAPI for requests, beside plain C for live updates."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import zmq

from .daemons import Daemons
from .report import Report, at_least, at_most, ratio_at_least
from .tools import BENCHMARKS, PEERS, Failed, Tools, free_port

from door.people import People  # noqa: E402
from door.client import Door  # noqa: E402
from harness.control import Control  # noqa: E402
from harness.process import resident_bytes  # noqa: E402
from harness.station import Station  # noqa: E402

#: Answered from memory, as the peer's is.
PATH = "/api/auth/credential"
#: Answered with a row of SQLite each time.
ROW_PATH = "/api/users/me"
WRK_CONNECTIONS = 64
#: So that nothing of it is refused; the limiter counts all the same.
LIMITS: dict[str, object] = {"limits.standard.per_minute": 100_000_000}
STREAMS = SOCKETS = 1000
RATE = 50
#: Of the text in a published event; with its attributes it is about 400 bytes on its way.
FILLER_BYTES = 64
TOPIC = "drill.load."
NAMES = (
    f"GET {PATH}, token, limits and metrics on, one core",
    "p99 at half that rate",
    f"GET {ROW_PATH}, with a row of SQLite for each",
    f"{STREAMS} streams and {SOCKETS} sockets, {RATE} events/s: publish to received, p99",
)
LIVE_NAME = NAMES[-1]


def run(tools: Tools, report: Report) -> None:
    if not os.access(tools.daemon, os.X_OK):
        for name in NAMES:
            report.skip(name, f"no {tools.daemon.name}: `make build` first")
        return
    bench = FrontDoorBench(tools, report)
    bench.tokens()
    bench.requests()
    bench.live()


class FrontDoorBench:
    """The server has one core to itself, and whatever asks it the other."""

    def __init__(self, tools: Tools, report: Report) -> None:
        self.tools, self.report = tools, report
        self.daemons = Daemons(tools)
        self.server_core, self.client_core = self.daemons.server_core, self.daemons.client_core

    # Servers

    def _station(self, settings: dict[str, object]) -> AbstractContextManager[Station]:
        return self.daemons.station(settings)

    @contextmanager
    def _fastapi(self, filler: str) -> Iterator[tuple[int, str]]:
        """Its port, and a token that it takes."""
        port = free_port()
        command = ["taskset", "-c", self.server_core, self.tools.python(), PEERS / "fastapi_peer.py", port]
        with self.tools.start(*command, "bench-" + "k" * 32, filler) as process:
            assert process.stdout is not None
            if not select.select([process.stdout], [], [], 30)[0]:
                raise Failed("fastapi_peer.py: does not start")
            token = process.stdout.readline().strip()
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                try:
                    Door(port, keeps=False).get(PATH, headers={"Authorization": f"Bearer {token}"}).expect(200)
                    break
                except OSError:
                    time.sleep(0.05)
            else:
                raise Failed("fastapi_peer.py: does not answer")
            yield port, token

    # Rows

    def tokens(self) -> None:
        """One token after the other, each new to the desk; then one that it has seen."""
        count = self.tools.scaled(2_000)
        for algorithm in ("HS256", "EdDSA"):
            unseen: list[float] = []
            seen: list[float] = []
            peer: list[float] = []
            for number in range(self.tools.rounds(5)):
                folder = self.tools.folder / f"tokens-{algorithm}-{number}"
                folder.mkdir()
                figures = self.tools.run(self.tools.swift("TokenBench"), folder, algorithm, count)
                shutil.rmtree(folder)
                unseen.append(figures["unseen_us"])
                seen.append(figures["seen_us"])
                python = self.tools.run(self.tools.python(), PEERS / "pyjwt_peer.py", algorithm, count)
                peer.append(python["unseen_us"])
            name = f"token check, {algorithm}, never seen, with its session in SQLite: PyJWT alone"
            self.report.add(name, "us", unseen, peer, at_most(50))
            self.report.add("  seen before", "us", seen, bar=at_most(50))

    def requests(self) -> None:
        ours: dict[str, list[float]] = {"per_s": [], "p99": []}
        peer: dict[str, list[float]] = {"per_s": [], "p99": []}
        rows: list[float] = []
        with self._station(LIMITS) as station:
            person = People(station).add("client")
            token = person.log_in(Door(station.port)).access
            size = len(Door(station.port).get(PATH, headers={"Authorization": f"Bearer {token}"}).expect(200).body)
            with self._fastapi("f" * max(1, size - 104)) as (port, peer_token):
                for _ in range(self.tools.rounds(5)):
                    for figures, at, shown in ((ours, station.port, token), (peer, port, peer_token)):
                        rate = self._wrk(at, shown)
                        figures["per_s"].append(rate)
                        paced = self.daemons.paced(at, PATH, rate / 2, f"Authorization: Bearer {shown}")
                        figures["p99"].append(paced["p99_us"] / 1000)
                    rows.append(self._wrk(station.port, token, ROW_PATH))
        self.report.add(f"{NAMES[0]}: FastAPI on uvicorn", "/s", ours["per_s"], peer["per_s"], ratio_at_least(5))
        self.report.add("  by itself", "/s", ours["per_s"], bar=at_least(10_000))
        self.report.add(f"  {NAMES[1]}: FastAPI at half of its own", "ms", ours["p99"], peer["p99"], at_most(5))
        self.report.add(f"  {NAMES[2]}", "/s", rows)

    def _wrk(self, port: int, token: str, path: str = PATH) -> float:
        """Requests per second, as fast as they are answered."""
        seconds = 2 if self.tools.quick else 5
        command = ["taskset", "-c", str(self.client_core), "wrk", "-t1", f"-c{WRK_CONNECTIONS}", f"-d{seconds}s"]
        command += ["-H", f"Authorization: Bearer {token}", f"http://127.0.0.1:{port}{path}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
        if rate is None or "Non-2xx" in done.stdout:
            raise Failed(f"wrk: {(done.stdout + done.stderr)[-500:].replace(token, '[token]')}")
        return float(rate.group(1))

    def live(self) -> None:
        ours: list[float] = []
        peer: list[float] = []
        memory: dict[str, list[float]] = {"streams": [], "sockets": []}
        for _ in range(self.tools.rounds(3)):
            ours.append(self._live_round(memory))
            peer.append(self._live_peer())
        self.report.add(f"{LIVE_NAME}: the same from plain C", "ms", ours, peer, at_most(100))
        for kind, figures in memory.items():
            self.report.add(f"  memory of the daemon for each of the {kind}", "KB", figures, bar=at_most(40))

    def _live_round(self, memory: dict[str, list[float]]) -> float:
        most = STREAMS + SOCKETS + 100
        settings = {
            **LIMITS,
            "limits.public_data.free_per_minute": 0,
            "limits.public_data.free_per_day": 0,
            "http.live_connections_max": most,
            "http.live_connections_per_address_max": most,
            "drills.enabled": "true",
        }
        with self._station(settings) as station:
            token = People(station).add("admin").log_in(Door(station.port)).access
            publisher = _Publisher(station)
            before = resident_bytes(station.run.pid)

            def streams_are_open() -> None:
                nonlocal before
                now = resident_bytes(station.run.pid)
                memory["streams"].append((now - before) / STREAMS / 1024)
                before = now

            def sockets_are_open() -> None:
                memory["sockets"].append((resident_bytes(station.run.pid) - before) / SOCKETS / 1024)
                publisher.start()

            figures = self._clients(station.port, token, streams_are_open, sockets_are_open)
            publisher.stop()
        return figures

    def _live_peer(self) -> float:
        with self.tools.start("taskset", "-c", self.server_core, self.tools.peer("live_server"), RATE, 400) as server:
            assert server.stdout is not None
            if not select.select([server.stdout], [], [], 10)[0]:
                raise Failed("live_server: does not say its port")
            return self._clients(int(server.stdout.readline()), "none", lambda: None, lambda: None)

    def _clients(self, port: int, token: str, streams_are_open: Any, sockets_are_open: Any) -> float:
        """Milliseconds at the 99th percentile over all clients, each of which must have heard everything."""
        seconds = 4 if self.tools.quick else 15
        command = ["taskset", "-c", str(self.client_core), self.tools.peer("live_clients"), str(port)]
        command += [str(STREAMS), str(SOCKETS), TOPIC, f"Authorization: Bearer {token}"]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            for word, action in (
                ("events", streams_are_open),
                ("sockets", sockets_are_open),
                ("counting", lambda: None),
            ):
                self._expect(process, word)
                # What is told at the beginning has arrived, and buffers have their size.
                time.sleep(1)
                action()
                if word == "counting":
                    time.sleep(seconds)
                assert process.stdin is not None
                process.stdin.write("\n")
                process.stdin.flush()
            figures = json.loads(self._expect(process, "{"))
        finally:
            process.kill()
            process.communicate()
        expected = RATE * seconds
        if figures["lost"] or figures["least"] < expected * 0.9:
            raise Failed(
                f"live_clients: of {expected} events {figures['least']} to {figures['most']} came, "
                f"{figures['lost']} hung up"
            )
        return float(figures["p99_ms"])

    def _expect(self, process: subprocess.Popen[str], word: str) -> str:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline() if select.select([process.stdout], [], [], 60)[0] else ""
        if not line.startswith(word):
            process.kill()
            raise Failed(f"live_clients: {process.stderr.read()[-300:] or line or 'says nothing'}")
        return line


class _Publisher:
    """Publishes at a steady rate, as a foreign process does; each event holds the moment of its publishing."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._publish, name="publisher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(10)

    def _publish(self) -> None:
        context: zmq.Context[Any] = zmq.Context()
        control = Control(context, self._station.control_address)
        began, number = time.monotonic(), 0
        while not self._ending.is_set():
            number += 1
            filler = str(time.monotonic_ns()).ljust(FILLER_BYTES, "x")
            event = {"type": "drill.load.generated", "payload": {"number": number, "filler": filler}}
            control.call("events.publish", {"events": [event]}, timeout=10)
            self._ending.wait(max(0.0, began + number / RATE - time.monotonic()))
        control.close()
        context.destroy(linger=0)
