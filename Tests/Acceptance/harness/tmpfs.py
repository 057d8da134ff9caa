"""A disk that is small enough to be filled."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_BLOCK = b"\0" * 65_536


def reason_impossible() -> str | None:
    """Why there can be no such disk here, or nothing."""
    if os.geteuid() != 0:
        return "needs root to mount a small disk"
    return None if shutil.which("mount") else "mount is not installed"


class SmallDisk:
    """A file system in memory at a folder, until it is closed."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir(parents=True, exist_ok=True)
        options = f"size={megabytes}m,mode=755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "cryptocall", os.fspath(folder)], check=True)

    def fill(self, *, leave_bytes: int = 0) -> int:
        """Takes all room but a little; returns how many bytes it took."""
        taken = 0
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while self.free_bytes > leave_bytes:
                    taken += file.write(_BLOCK[: max(1, min(len(_BLOCK), self.free_bytes - leave_bytes))])
            except OSError:
                pass  # It is full: that is what was wanted.
        return taken

    @property
    def free_bytes(self) -> int:
        told = os.statvfs(self.folder)
        return told.f_bavail * told.f_frsize

    def relieve(self) -> None:
        """Gives the room back."""
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        # Lazily: a process that is about to end may still have a file open.
        subprocess.run(["umount", "--lazy", os.fspath(self.folder)], check=False, capture_output=True)
