"""A real systemd in namespaces of its own, with the product installed as a package would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from .waiting import Late, wait_for

SCRIPT = Path(__file__).resolve().parent / "systemd_namespace.sh"
UNIT = "cryptocalld.service"
SOCKET = "cryptocalld.socket"


def reason_impossible() -> str | None:
    """Why no systemd can be booted here, or nothing."""
    if os.geteuid() != 0:
        return "needs root to make namespaces"
    for program in ("unshare", "nsenter", "systemctl"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if not Path("/lib/systemd/systemd").exists():
        return "systemd is not installed"
    return None


class Machine:
    """Boots, and can be looked into and acted upon from outside."""

    def __init__(self, project: Path, build: Path, logs: Path) -> None:
        self.logs = logs
        self.logs.mkdir(parents=True, exist_ok=True)
        self.name = f"spine-{os.getpid()}"
        self.overlay = Path(tempfile.mkdtemp(prefix="cca-root-"))
        self._project, self._build = project, build
        self._process: subprocess.Popen[bytes] | None = None
        self.pid = 0

    def install(self) -> None:
        """What `make install` does, into the machine's root."""
        script = self._project / "scripts" / "install"
        command = [os.fspath(script), os.fspath(self._build), os.fspath(self.overlay), "/usr"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"scripts/install ended with {done.returncode}: {done.stderr.strip()[-300:]}")

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """A file of the machine, before or after it has booted."""
        base = Path(f"/proc/{self.pid}/root") if self.pid else self.overlay
        file = base / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def boot(self, seconds: float = 30.0) -> float:
        """Seconds until it runs."""
        began = time.monotonic()
        with (self.logs / "console.log").open("wb") as console:
            self._process = subprocess.Popen(
                [os.fspath(SCRIPT), self.name, os.fspath(self.overlay)],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )
        self.pid = wait_for("the machine's first process", seconds, self._find_init)
        wait_for("the machine to run", seconds, self._is_running, every=0.1)
        return time.monotonic() - began

    def _find_init(self) -> int:
        assert self._process is not None
        if self._process.poll() is not None:
            raise Late(f"the machine did not start: {(self.logs / 'console.log').read_text(errors='replace')[-300:]}")
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for child in children:
            try:
                if os.path.basename(os.readlink(f"/proc/{child}/exe")) == "systemd":
                    return int(child)
            except FileNotFoundError:
                continue  # It has ended; the next look tells how.
        return 0

    def _is_running(self) -> bool:
        state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
        return state in ("running", "degraded")

    def run(self, *command: str, check: bool = True, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Runs a command inside."""
        enter = ["nsenter", "--target", str(self.pid), "--mount", "--uts", "--ipc", "--pid", "--cgroup", "--"]
        done = subprocess.run(
            [*enter, *command], capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL
        )
        if check and done.returncode != 0:
            raise RuntimeError(
                f"{' '.join(command)} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-400:]}"
            )
        return done

    def show(self, *properties: str, unit: str = UNIT) -> dict[str, str]:
        lines = self.run("systemctl", "show", unit, "--property", ",".join(properties)).stdout.splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def journal(self, unit: str = UNIT) -> str:
        return self.run("journalctl", "--unit", unit, "--no-pager", "--output", "short-monotonic").stdout

    def path(self, inside: str) -> str:
        """A path inside, as processes outside can name it."""
        return f"/proc/{self.pid}/root{inside}"

    def close(self) -> None:
        """Ends it, keeps its journal, and takes away what it left on this machine."""
        if self.pid and self._process is not None and self._process.poll() is None:
            try:
                (self.logs / "journal.log").write_text(
                    self.run("journalctl", "--no-pager", "--output", "short-monotonic", check=False).stdout
                )
                self.run("systemctl", "poweroff", "-ff", check=False, seconds=10)
            except (OSError, subprocess.TimeoutExpired) as error:
                (self.logs / "journal.log").write_text(f"could not be read: {error}\n")
        if self._process is not None:
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.overlay, ignore_errors=True)
        self._remove_groups()

    def _remove_groups(self) -> None:
        base = Path("/sys/fs/cgroup/unified")
        group = (base if base.is_dir() else base.parent) / self.name
        folders = [folder for folder, _, _ in os.walk(group, topdown=False)] if group.is_dir() else []

        def remove() -> bool:
            for folder in folders:
                try:
                    os.rmdir(folder)
                except FileNotFoundError:
                    continue
                except OSError:
                    return False  # A process is still on its way out.
            return True

        try:
            wait_for("the control groups to be empty", 5, remove, every=0.1)
        except Late as error:
            (self.logs / "cleanup.log").write_text(f"{error}: {group}\n")


def exposure(unit: Path, threshold: float) -> tuple[str, bool]:
    """The exposure level that systemd-analyze gives to a unit file, and whether it is within the threshold."""
    done = subprocess.run(
        [
            "systemd-analyze",
            "security",
            "--offline=true",
            f"--threshold={round(threshold * 10)}",
            "--no-pager",
            os.fspath(unit),
        ],
        capture_output=True,
        text=True,
    )
    found = re.search(r"exposure level for \S+: ([\d.]+)", done.stdout)
    return (found.group(1) if found else done.stderr.strip()[-200:]), done.returncode == 0 and found is not None
