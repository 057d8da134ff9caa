"""What a scenario works with: fresh stations, and rows of the table."""

from __future__ import annotations

import shutil
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import zmq

from .exchange import Exchange
from .ledger import LedgerWriter
from .report import Report, Row, Verdict
from .station import Programs, Station


#: The feeds that a station follows unless it is told otherwise.
SHIPPED_FEEDS = ("coindesk", "cointelegraph", "decrypt", "theblock", "bitcoinmagazine")


class Scenario(Protocol):
    """A module that shows one promise."""

    NAME: str
    TITLE: str

    def run(self, bench: Bench) -> None: ...


class Bench:
    """One scenario's place: whatever it opens is closed when it ends, however it ends."""

    def __init__(
        self,
        name: str,
        programs: Programs,
        report: Report,
        logs: Path,
        project: Path,
        *,
        quick: bool = False,
        full: bool = False,
        artefacts: Path | None = None,
    ) -> None:
        self.name = name
        self.programs = programs
        self.project = project
        self.quick = quick
        """Fewer repetitions and smaller loads than the bars ask for."""
        self.full = full
        """The full sizes, where the usual run takes smaller ones."""
        self.artefacts = artefacts
        """Where to keep what people may want to look at; ``None`` for nowhere."""
        self.logs = logs / name
        self.context: zmq.Context[Any] = zmq.Context()
        self._report = report
        self._stations: list[Station] = []
        self._exchanges: list[Exchange] = []
        self._closing: list[Callable[[], None]] = []
        # Short: the path of a local socket has at most 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="cca-"))

    # Things to work with

    def station(self, settings: dict[str, object] | None = None, *, exchange: Exchange | None = None) -> Station:
        """A station in a fresh home that asks only ``exchange`` for prices, or nobody."""
        number = len(self._stations) + 1
        nobody = "http://127.0.0.1:9"
        merged: dict[str, object] = {
            "market.endpoints.binance": exchange.address if exchange else nobody,
            "market.endpoints.kraken": nobody,
            "market.endpoints.coinbase": nobody,
            # No test asks anybody outside.
            **{f"news.feeds.{name}.enabled": "false" for name in SHIPPED_FEEDS},
            "market.endpoints.bybit": nobody,
            "market.endpoints.hyperliquid": nobody,
            "market.endpoints.coingecko": nobody,
            "market.endpoints.coinpaprika": nobody,
            "market.endpoints.coincap": nobody,
            "market.endpoints.defillama": nobody,
            "market.endpoints.alternative": nobody,
            # Scenarios that want streams say whose.
            "market.streams.exchanges": "[]",
            **(settings or {}),
        }
        station = Station(self.programs, self.context, self.folder / str(number), self.logs / str(number), merged)
        self._stations.append(station)
        return station

    def exchange(self) -> Exchange:
        exchange = Exchange()
        self._exchanges.append(exchange)
        return exchange

    def writer(self, station: Station) -> LedgerWriter:
        """A foreign process that publishes durable events to the station, until it is stopped."""
        writer = LedgerWriter(self.context, station.control_address).start()
        self.on_close(writer.stop)
        return writer

    def background(self, name: str, work: Callable[[], None]) -> threading.Thread:
        """Does something beside the scenario; it has to use sockets of its own, and to end when the daemon has."""
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        self.on_close(lambda: thread.join(20))
        return thread

    def on_close(self, action: Callable[[], None]) -> None:
        """Has something done when the scenario ends, once the daemons have gone."""
        self._closing.append(action)

    # The table

    def check(self, figure: str, bar: str, measured: object, holds: bool) -> bool:
        """Adds a row; ``holds`` says whether the bar was reached."""
        self._add(figure, bar, str(measured), Verdict.HELD if holds else Verdict.MISSED)
        return holds

    def at_most(self, figure: str, measured: float, bar: float, unit: str, digits: int = 1) -> bool:
        text = f"{measured:.{digits}f} {unit}"
        return self.check(figure, f"at most {bar:g} {unit}", text, measured <= bar)

    def at_least(self, figure: str, measured: float, bar: float, unit: str, digits: int = 1) -> bool:
        text = f"{measured:.{digits}f} {unit}"
        return self.check(figure, f"at least {bar:g} {unit}", text, measured >= bar)

    def skip(self, figure: str, reason: str) -> None:
        """Could not be looked at though it should have been: counts as missed."""
        self._add(figure, "", reason, Verdict.SKIPPED)

    def impossible(self, figure: str, reason: str) -> None:
        """Cannot be looked at on a machine like this."""
        self._add(figure, "", reason, Verdict.IMPOSSIBLE)

    def _add(self, figure: str, bar: str, measured: str, verdict: Verdict) -> None:
        self._report.add(Row(self.name, figure, bar, measured, verdict))

    # Its end

    def failed(self, error: BaseException) -> None:
        """The scenario could not go on: that is a miss, too."""
        self.logs.mkdir(parents=True, exist_ok=True)
        (self.logs / "scenario-error.txt").write_text("".join(traceback.format_exception(error)))
        text = str(error).splitlines()[0] if str(error) else ""
        self._add("the scenario runs to its end", "yes", f"{type(error).__name__}: {text}"[:300], Verdict.MISSED)

    def close(self) -> None:
        for station in self._stations:
            station.end_processes()
        # The last first: what stands on something else goes before it.
        for action in reversed(self._closing):
            action()
        for station in self._stations:
            station.close()
        for exchange in self._exchanges:
            try:
                exchange.close()
            except OSError:
                pass  # A scenario has closed it already.
        self.context.destroy(linger=0)
        shutil.rmtree(self.folder, ignore_errors=True)
