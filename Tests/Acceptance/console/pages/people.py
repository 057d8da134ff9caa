"""Accounts, made as an operator makes them, and their way in through the log-in page."""

from __future__ import annotations

import secrets
import subprocess

from harness.station import Station

from .browser import Sight


class Person:
    """An account and its password."""

    def __init__(self, station: Station, role: str) -> None:
        self.email = f"{role}@example.org"
        self.password = secrets.token_urlsafe(18)
        self.role = role
        command = ["user", "add", self.email, "--role", role, "--password-stdin"]
        done = subprocess.run(
            [station.programs.ctl, *command, "--home", station.home],
            input=self.password + "\n",
            capture_output=True,
            text=True,
            timeout=20,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")

    def log_in(self, sight: Sight, path: str = "/login") -> None:
        """By the keyboard alone, as the page puts the focus into the first field."""
        page = sight.open(path)
        page.keyboard.type(self.email)
        page.keyboard.press("Tab")
        page.keyboard.type(self.password)
        with page.expect_navigation():
            page.keyboard.press("Enter")
