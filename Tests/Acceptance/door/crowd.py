"""The same thing asked by many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def at_once(count: int, work: Callable[[int], Value], *, workers: int = 0, seconds: float = 120.0) -> list[Value]:
    """What ``work`` gives for each number below ``count``; all workers begin at the same moment.

    Raises whatever one of them raised, and ``TimeoutError`` when they do not come to an end.
    """
    workers = workers or count
    gate = threading.Barrier(workers)
    found: list[Value] = []
    raised: list[BaseException] = []

    def labour(first: int) -> None:
        try:
            gate.wait(30)
            for number in range(first, count, workers):
                found.append(work(number))
        except BaseException as error:  # noqa: BLE001
            raised.append(error)

    threads = [threading.Thread(target=labour, args=(first,), daemon=True) for first in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    if raised:
        raise raised[0]
    if len(found) != count:
        raise TimeoutError(f"{count - len(found)} of {count} requests had no answer within {seconds:g} s")
    return found
