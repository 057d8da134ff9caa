"""Reading the supervision tree as ``system.tree`` gives it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from .control import Control
from .waiting import Late

Node = dict[str, Any]


def nodes(tree: Any) -> Iterator[Node]:
    """Every node, depth first."""
    if isinstance(tree, list):
        for one in tree:
            yield from nodes(one)
    elif isinstance(tree, dict):
        if "id" in tree:
            yield tree
        for key in ("children", "tree", "root"):
            if key in tree:
                yield from nodes(tree[key])


def node(control: Control, id: str) -> Node:
    """The node of this name. Raises ``Late`` when the tree has none."""
    for one in nodes(control.call("system.tree")):
        if one["id"] == id:
            return one
    raise Late(f"the tree has no node {id}")


def restarts(tree: Any) -> int:
    """All restarts since the start of the process."""
    return sum(int((one.get("restarts") or {}).get("total", 0)) for one in nodes(tree))


def wait_node(control: Control, id: str, what: str, seconds: float, fits: Callable[[Node], bool]) -> Node:
    """Waits until the node is as wanted. Raises ``Late`` with its last look."""
    deadline = time.monotonic() + seconds
    while True:
        last = node(control, id)
        if fits(last):
            return last
        if time.monotonic() >= deadline:
            raise Late(f"{id} {what}: not within {seconds:g} s; it is {last}")
        time.sleep(0.03)
