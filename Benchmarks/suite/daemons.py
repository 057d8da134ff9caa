"""The daemon on one core, for benchmarks whose load comes from the other."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import zmq

from .tools import Failed, Tools

from harness.station import Programs, Station  # noqa: E402


PACE_CONNECTIONS = 64


class Daemons:
    """Stations in fresh homes, each on the last of the cores; whatever asks them has the first."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.client_core = self.cores[-1], self.cores[0]
        self._numbers = itertools.count(1)
        self.programs = Programs(tools.daemon, tools.daemon.with_name("cryptocallctl"), None, "enable=no")

    @contextmanager
    def station(self, settings: dict[str, object], file: str = "") -> Iterator[Station]:
        """With these settings, and with a settings file of this text."""
        home = self.tools.folder / f"d{next(self._numbers)}"
        context: zmq.Context[Any] = zmq.Context()
        nobody = {f"market.endpoints.{name}": "http://127.0.0.1:9" for name in ("binance", "kraken", "coinbase")}
        station = Station(self.programs, context, home, home.with_suffix(".log"), {**nobody, **settings})
        if file:
            station.write_config(file)
        try:
            # The daemon counts the cores that it has when it starts.
            os.sched_setaffinity(0, {self.server_core})
            try:
                station.start()
            finally:
                os.sched_setaffinity(0, self.cores)
            yield station
        finally:
            station.end_processes()
            station.close()
            context.destroy(linger=0)
            shutil.rmtree(home, ignore_errors=True)

    def paced(self, port: int, path: str, rate: float, *headers: str) -> dict[str, float]:
        """How long answers take, in microseconds, when requests are due at fixed moments."""
        seconds = 2 if self.tools.quick else 5
        command = ["taskset", "-c", str(self.client_core), self.tools.peer("http_pace"), port, path, rate, seconds]
        figures = self.tools.run(*command, PACE_CONNECTIONS, *headers)
        if figures["failed"]:
            raise Failed(f"http_pace: {figures['failed']} of {figures['requests']} answers were no 200")
        return figures
