"""Waiting for something that has a name, for a bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


class Late(Exception):
    """What was waited for did not happen in time."""


def wait_for(what: str, seconds: float, look: Callable[[], Value | None], every: float = 0.02) -> Value:
    """Looks again and again until ``look`` gives something true, and returns it.

    Raises ``Late`` after ``seconds``; ``look`` is tried at least once.
    """
    deadline = time.monotonic() + seconds
    while True:
        value = look()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise Late(f"{what}: not within {seconds:g} s")
        time.sleep(every)
