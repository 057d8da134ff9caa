"""A PostgreSQL server of the program's own, in a folder that is gone afterwards."""

from __future__ import annotations

import atexit
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .local import free_port, tail
from .waiting import Late, wait_for

#: Who owns the cluster, and may do everything in it.
SUPERUSER = "postgres"
#: Whom the stations are.
ROLE = "cryptocall"
#: A server for tests: everything as shipped but the connections, and no log of what needs no look.
_SETTINGS: dict[str, object] = {
    "max_connections": 100,
    "unix_socket_permissions": "0777",
    "log_min_messages": "warning",
}

#: The server is told to end when this program does, even when it is killed. Ends the options of setpriv.
_ENDS_WITH_US = ("--pdeathsig=INT", "--")

Row = list[str]


class SQLFailed(Exception):
    """psql said why."""


def programs() -> Path | None:
    """The folder of the newest server's programs, or nothing when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Cluster:
    """One server with its own data, reachable by a socket without a password and by TCP with one.

    The server's process is a child of this program, so that it can be stopped in all the ways in which servers end.
    """

    def __init__(
        self,
        settings: Mapping[str, object] | None = None,
        *,
        data: Path | None = None,
        asks_password: bool = True,
    ) -> None:
        folder = programs()
        if folder is None:
            raise FileNotFoundError("no PostgreSQL server below /usr/lib/postgresql")
        self._programs = folder
        self.password = secrets.token_hex(8)
        self.port = free_port()
        # Not below /tmp, which may be memory; short, as the path of a socket has at most 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="ccp-", dir="/var/tmp"))
        self.socket = self.folder / "socket"
        self.data = data or self.folder / "data"
        self.log = self.folder / "server.log"
        self._settings = {**_SETTINGS, **(settings or {})}
        self._asks_password = asks_password
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        atexit.register(self.close)
        try:
            self._create()
        except BaseException:
            self.close()
            raise

    # Its life

    def _create(self) -> None:
        self.folder.chmod(0o755)
        self.socket.mkdir()
        self.data.mkdir(exist_ok=True)
        for path in (self.socket, self.data):
            self._give(path)
        word = self.folder / "password"
        word.write_text(self.password)
        self._give(word)
        # Small segments: a test on a small disk has room for several.
        host = "scram-sha-256" if self._asks_password else "trust"
        options = ["--auth-local=trust", f"--auth-host={host}", "--encoding=UTF8", "--locale=C.UTF-8"]
        options += [f"--username={SUPERUSER}", f"--pwfile={word}", "--wal-segsize=4"]
        self._check("initdb", "-D", os.fspath(self.data), "--no-sync", *options)
        word.unlink()

    def _give(self, path: Path) -> None:
        owner = _owner()
        if owner is not None:
            os.chown(path, owner.pw_uid, owner.pw_gid)
            path.chmod(0o700 if path.is_dir() and path != self.socket else 0o755)

    def start(self, seconds: float = 30.0) -> Cluster:
        """Returns when it takes statements; makes the stations' role at its first start."""
        self._spawn()
        try:
            wait_for("the PostgreSQL server", seconds, self._answers, every=0.05)
        except Late as error:
            raise Late(f"{error}: {tail(self.log)}") from None
        if not self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"):
            self.sql(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{self.password}'")
        return self

    def _spawn(self) -> None:
        assert not self.is_running, "the server runs already"
        command = [os.fspath(self._programs / "postgres"), "-D", os.fspath(self.data)]
        settings = {**self._settings, "port": self.port, "listen_addresses": "127.0.0.1"}
        settings["unix_socket_directories"] = os.fspath(self.socket)
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C is for this program, which then stops the server in order.
            self._process = subprocess.Popen(
                [*_as_owner(), *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )

    def _answers(self) -> bool:
        if not self.is_running:
            raise Late(f"the PostgreSQL server ended: {tail(self.log)}")
        try:
            return self.sql("SELECT 1") == [["1"]]
        except SQLFailed:
            return False

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self, *, immediate: bool = False, seconds: float = 30.0) -> None:
        """Ends it with its connections; ``immediate`` leaves the rest to recovery, as a crash does."""
        if self._process is None or not self.is_running:
            return
        self._process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Late(f"the end of the PostgreSQL server: not within {seconds:g} s") from None

    def restart(self, *, immediate: bool = False, away_seconds: float = 0.0) -> None:
        self.stop(immediate=immediate)
        time.sleep(away_seconds)
        self.start()

    def close(self) -> None:
        """Ends it whatever it does, and removes everything."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self.close)
        try:
            self.stop(immediate=True, seconds=10)
        except Late:
            self._kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _kill(self) -> None:
        assert self._process is not None
        # Its children notice that it has gone, and end.
        self._process.kill()
        self._process.wait()

    # What is in it

    def create_database(self, name: str) -> Database:
        self.sql(f'CREATE DATABASE "{name}" OWNER {ROLE}')
        return Database(self, name)

    def sql(
        self, statement: str, database: str = SUPERUSER, *, user: str = SUPERUSER, seconds: float = 60.0
    ) -> list[Row]:
        """What psql answers, cell by cell. Raises ``SQLFailed``."""
        try:
            # By standard input: an argument has at most 128 KB.
            done = subprocess.run(
                self.psql(database, user),
                input=statement,
                capture_output=True,
                text=True,
                timeout=seconds,
                env=_surroundings(),
            )
        except subprocess.TimeoutExpired:
            raise SQLFailed(f"not within {seconds:g} s: {statement}") from None
        if done.returncode != 0:
            raise SQLFailed(done.stderr.strip() or f"psql ended with {done.returncode}")
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def psql(self, database: str = SUPERUSER, user: str = SUPERUSER) -> list[str]:
        """The words of a command that reads statements and writes bare cells."""
        command = ["psql", "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1"]
        return [*command, "-h", os.fspath(self.socket), "-p", str(self.port), "-U", user, "-d", database]

    def terminate_backends(self, database: str) -> int:
        """Ends every connection to a database, in whatever it is doing; returns how many there were."""
        rows = self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{database}' AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return len(rows)

    def hold(self, database: str, script: str, *, user: str = SUPERUSER) -> subprocess.Popen[bytes]:
        """A session that runs a script and then stays open until it is killed; killing it ends what it holds."""
        process = subprocess.Popen(
            self.psql(database, user),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_surroundings(),
        )
        assert process.stdin is not None
        process.stdin.write(script.encode() + b"\n")
        process.stdin.flush()
        return process

    def _check(self, program: str, *arguments: str) -> None:
        command = [*_as_owner(), os.fspath(self._programs / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise RuntimeError(f"{program} ended with {done.returncode}: {done.stderr.strip()[-300:]}")


class Database:
    """One database of the cluster, and how a station is told of it."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name

    def sql(self, statement: str, *, seconds: float = 60.0) -> list[Row]:
        return self.cluster.sql(statement, self.name, seconds=seconds)

    def settings(self, *, host: str | None = None, port: int | None = None) -> dict[str, object]:
        """A station's settings: by the socket, or through whatever listens elsewhere."""
        return {
            "store.engine": "postgres",
            "store.postgres.host": host or os.fspath(self.cluster.socket),
            "store.postgres.port": port or self.cluster.port,
            "store.postgres.database": self.name,
            "store.postgres.user": ROLE,
        }


def _owner() -> pwd.struct_passwd | None:
    """Whom the server runs as: it refuses root. Nothing when this program is somebody else already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("a server cannot run as root, and there is neither a user postgres nor nobody")


def _as_owner() -> Sequence[str]:
    owner = _owner()
    if owner is None:
        return ("setpriv", *_ENDS_WITH_US)
    return ("setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", "--inh-caps=-all", *_ENDS_WITH_US)


def _surroundings() -> dict[str, str]:
    """Without the caller's own PostgreSQL settings."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")}
