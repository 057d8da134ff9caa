"""The servers that the programme is sent to besides the public playlist: real ones, on ports of their own."""

from __future__ import annotations

import json
import os
import pwd
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from harness.bench import Bench
from harness.local import free_port, tail
from harness.station import Station
from harness.waiting import wait_for

ICECAST = Path("/usr/bin/icecast2")
NGINX = Path("/usr/sbin/nginx")
RTMP_MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")


def missing() -> str:
    """What is not installed; empty when all of it is there."""
    return ", ".join(str(one) for one in (ICECAST, NGINX, RTMP_MODULE) if not one.exists())


class Server:
    """A program that is killed with everything that it has started, and can be started again in the same place."""

    def __init__(self, bench: Bench, name: str, command: list[str]) -> None:
        self.name = name
        self.port = free_port()
        self.folder = bench.folder / name
        self.folder.mkdir()
        # A program that gives up its rights writes its log as somebody else.
        self.folder.chmod(0o777)
        bench.folder.chmod(0o755)
        self._command = [word.replace("FOLDER", os.fspath(self.folder)) for word in command]
        self._process: subprocess.Popen[bytes] | None = None
        bench.on_close(self.kill)

    def start(self) -> None:
        """Starts it, and waits until it takes connections."""
        with (self.folder / "output.txt").open("ab") as output:
            # A group of its own, so that workers end with their master.
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        try:
            wait_for(f"{self.name} on port {self.port}", 10, self._answers, every=0.05)
        except Exception as error:
            raise RuntimeError(f"{error}: {tail(self.folder / 'output.txt')}") from None

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


class Icecast(Server):
    MOUNT = "/live.aac"

    def __init__(self, bench: Bench, password: str) -> None:
        super().__init__(bench, "icecast", [os.fspath(ICECAST), "-c", "FOLDER/icecast.xml"])
        owner = ""
        if os.geteuid() == 0:
            # It refuses to run as root.
            user = next(one.pw_name for one in pwd.getpwall() if one.pw_name in ("icecast2", "nobody"))
            group = "icecast" if user == "icecast2" else "nogroup"
            owner = f"<changeowner><user>{user}</user><group>{group}</group></changeowner>"
        (self.folder / "icecast.xml").write_text(f"""<icecast>
  <limits><clients>20</clients><sources>2</sources><source-timeout>5</source-timeout><burst-on-connect>0</burst-on-connect></limits>
  <authentication><source-password>{password}</source-password><admin-user>admin</admin-user>
    <admin-password>{password}</admin-password></authentication>
  <mount type="default"><charset>UTF-8</charset></mount>
  <hostname>localhost</hostname>
  <listen-socket><port>{self.port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <paths><basedir>/usr/share/icecast2</basedir><logdir>{self.folder}</logdir><webroot>/usr/share/icecast2/web</webroot>
    <adminroot>/usr/share/icecast2/admin</adminroot></paths>
  <logging><errorlog>error.log</errorlog><accesslog>access.log</accesslog><loglevel>3</loglevel></logging>
  <security><chroot>0</chroot>{owner}</security>
</icecast>
""")

    def source(self) -> dict[str, Any]:
        """What it says of the mount; nothing while there is no source."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/status-json.xsl", timeout=5) as answer:
            # It does not escape what is in a title.
            found = json.loads(answer.read().decode(), strict=False)["icestats"].get("source", {})
        return dict(found[0] if isinstance(found, list) else found)


class IcecastListener:
    """Somebody who listens to the mount on a thread of their own, and keeps what they hear."""

    def __init__(self, server: Icecast) -> None:
        self.data = bytearray()
        self.icy_name = ""
        self._answer = urllib.request.urlopen(f"http://127.0.0.1:{server.port}{server.MOUNT}", timeout=10)
        self.icy_name = self._answer.headers.get("icy-name") or ""
        self.begun = time.monotonic()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="icecast listener", daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        try:
            while not self._ends.is_set() and (piece := self._answer.read1(65536)):
                self.data += piece
        except OSError:
            pass  # The server is gone; what was heard until then counts.

    def stop(self) -> bytes:
        self._ends.set()
        self._thread.join(15)
        self._answer.close()
        return bytes(self.data)


class RTMP(Server):
    """nginx with its RTMP module: what comes in can be played from the same address."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, "rtmp", [os.fspath(NGINX), "-c", "FOLDER/nginx.conf", "-p", "FOLDER", "-e", "FOLDER/error.log"])
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(f"""load_module {RTMP_MODULE};
daemon off; worker_processes 1; {user}
pid {self.folder}/nginx.pid;
error_log {self.folder}/error.log info;
events {{ worker_connections 64; }}
rtmp {{ server {{ listen 127.0.0.1:{self.port}; application live {{ live on; record off; }} }} }}
""")

    @property
    def url(self) -> str:
        return f"rtmp://127.0.0.1:{self.port}/live"

    def play(self, key: str, seconds: float, within: float = 40) -> bytes:
        """What a player hears: 16 bits, 48 kHz, mono; empty when nothing comes."""
        command = ["ffmpeg", "-v", "error", "-nostdin", "-i", f"{self.url}/{key}", "-t", str(seconds), "-f", "s16le", "-ar", "48000", "-ac", "1", "pipe:1"]
        try:
            return subprocess.run(command, capture_output=True, timeout=within).stdout
        except subprocess.TimeoutExpired as late:
            return late.stdout or b""


def send_to(station: Station, icecast: Icecast, password: str, push: list[str]) -> None:
    """Has a station that is not started yet send its programme there; ``password`` names the credential."""
    station.settings |= {
        "onair.icecast_host": "127.0.0.1", "onair.icecast_port": icecast.port, "onair.icecast_mount": icecast.MOUNT,
        "onair.icecast_password": password, "onair.push": json.dumps(push),
    }


class Stuck:
    """A server that takes connections, and never reads and never says a word."""

    def __init__(self, bench: Bench) -> None:
        # The system completes connections by itself; nobody accepts them.
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        bench.on_close(self._socket.close)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])
