"""The two databases that a station can have, each with a way to look into it from outside."""

from __future__ import annotations

import os
import sqlite3
import uuid
from typing import Protocol

from .bench import Bench
from .postgres import Cluster, Database
from .station import Station
from .witness import Witness

#: Short leases, so that what a dead daemon had comes back within the patience of a test.
LEASE_SECONDS = 3


class Engine(Protocol):
    """One database, empty at first, and the stations that use it."""

    name: str

    def station(self, settings: dict[str, object] | None = None) -> Station: ...

    def query(self, statement: str) -> list[list[str]]:
        """Reads; every cell as text, no value as an empty one, ids as 32 hexadecimal digits."""
        ...

    def change(self, statements: str) -> None:
        """Does what no client could; on SQLite only while no daemon runs."""
        ...

    def id(self, column: str) -> str:
        """The expression that gives an id as 32 hexadecimal digits."""
        ...


class SQLiteEngine:
    """A file in the home of the one station that there is."""

    name = "SQLite"

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._station: Station | None = None

    def station(self, settings: dict[str, object] | None = None) -> Station:
        assert self._station is None, "a SQLite database has one daemon"
        self._station = self._bench.station(_drilled(settings))
        return self._station

    @property
    def only_station(self) -> Station:
        assert self._station is not None, "there is no station yet"
        return self._station

    @property
    def path(self) -> str:
        return os.fspath(self.only_station.home / "state" / "station.sqlite")

    def query(self, statement: str) -> list[list[str]]:
        database = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)
        try:
            return [["" if cell is None else str(cell) for cell in row] for row in database.execute(statement)]
        finally:
            database.close()

    def change(self, statements: str) -> None:
        database = sqlite3.connect(self.path, timeout=10)
        try:
            database.executescript(statements)
        finally:
            database.close()

    def id(self, column: str) -> str:
        return f"lower(hex({column}))"


class PostgresEngine:
    """A database of a server, for any number of stations."""

    name = "PostgreSQL"

    def __init__(self, bench: Bench, cluster: Cluster | None = None) -> None:
        self._bench = bench
        self.cluster = cluster or Cluster()
        bench.on_close(self.cluster.close)
        self.cluster.start()
        self.database: Database = self.cluster.create_database("station")

    def station(self, settings: dict[str, object] | None = None) -> Station:
        return self._bench.station(_drilled({**self.database.settings(), **(settings or {})}))

    def query(self, statement: str) -> list[list[str]]:
        return self.database.sql(statement)

    def change(self, statements: str) -> None:
        self.database.sql(statements)

    def id(self, column: str) -> str:
        return f"replace({column}::text, '-', '')"


def both(bench: Bench) -> list[Engine]:
    """Fresh databases of either kind."""
    return [SQLiteEngine(bench), PostgresEngine(bench)]


def share_witnesses(bench: Bench, station: Station) -> None:
    """Lets a daemon write its witnesses into the folder that all daemons of the scenario share: by a link."""
    folder = bench.folder / "drills"
    folder.mkdir(exist_ok=True)
    state = station.home / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    link = state / "drills"
    if not link.is_symlink():
        link.symlink_to(folder)


def witness(bench: Bench, name: str) -> Witness:
    """A witness file in the folder that all daemons of the scenario share."""
    return Witness(bench.folder / "drills", name)


def plain(id: str) -> str:
    """An id as ``Engine.query`` gives it."""
    return uuid.UUID(id).hex


def _drilled(settings: dict[str, object] | None) -> dict[str, object]:
    return {"drills.enabled": "true", "jobs.lease_seconds": LEASE_SECONDS, **(settings or {})}
