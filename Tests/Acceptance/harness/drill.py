"""Ordering trouble from the daemon's drill actor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .control import Control
from .tree import Node
from .waiting import Late

#: The supervised child that misbehaves on order.
DRILL = "drill"


def order(control: Control, behaviour: str, **more: Any) -> int:
    """Orders a fault and returns the incarnation before it."""
    result = control.call("drill.start", {"kind": "fault", "behaviour": behaviour, **more})
    return int(result["incarnation"])


def block_pool(control: Control, seconds: int) -> None:
    """Blocks every thread of the concurrency pool; mostly there is none left to answer."""
    try:
        control.call("drill.start", {"kind": "fault", "behaviour": "blockPool", "seconds": seconds}, timeout=1)
    except Late:
        return


def is_up(incarnation_min: int) -> Callable[[Node], bool]:
    """Whether a node runs, in this incarnation or a later one."""
    return lambda one: bool(one["state"] == "running" and one["incarnation"] >= incarnation_min)
