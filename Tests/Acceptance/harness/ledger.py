"""A foreign process that publishes durable events and remembers exactly what was acknowledged."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import zmq

from .control import Control, Refused
from .waiting import Late

TYPE = "drill.ledger.entered"


class LedgerWriter:
    """Publishes without pause, batch after batch, over a connection of its own, and outlives the daemon's death.

    A batch whose answer never came is abandoned: whether it took effect is not known, and it is not sent again.
    """

    def __init__(self, context: zmq.Context[Any], address: str, batch: int = 64, filler: int = 100) -> None:
        self.acknowledged: dict[str, int] = {}
        """The offset of every event that the daemon said it has."""
        self.abandoned: set[str] = set()
        """Events whose fate is not known."""
        self.errors: list[str] = []
        self._context, self._address, self._batch, self._filler = context, address, batch, "x" * filler
        self._ending = threading.Event()
        self._number = 0
        self._thread = threading.Thread(target=self._write, name="ledger", daemon=True)

    def start(self) -> LedgerWriter:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends after the batch under way, and waits for that."""
        self._ending.set()
        self._thread.join(30)

    def _write(self) -> None:
        control: Control | None = None
        while not self._ending.is_set():
            if control is None:
                control = Control(self._context, self._address)
            ids = [uuid7() for _ in range(self._batch)]
            events = [
                {"type": TYPE, "id": id, "payload": {"number": self._number + place + 1, "filler": self._filler}}
                for place, id in enumerate(ids)
            ]
            try:
                result = control.call("events.publish", {"events": events}, timeout=0.7)
            except Late:
                # Dead or restarting. A fresh connection, so that no late answer can be taken for another batch's.
                self.abandoned.update(ids)
                control.close()
                control = None
                continue
            except Refused as error:
                # Busy, or stopping: refused as a whole, so not in the log.
                self.errors.append(str(error))
                time.sleep(0.02)
                continue
            self._number += self._batch
            self.acknowledged.update(zip(result["ids"], result["offsets"], strict=True))
            if result["ids"] != ids:
                self.errors.append("the ids of the answer are not those of the request")
        if control is not None:
            control.close()


def uuid7() -> str:
    """A version 7 UUID of this moment."""
    text = f"{int(time.time() * 1000):012x}7{os.urandom(2).hex()[:3]}8{os.urandom(8).hex()[:15]}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def read_log(control: Control, prefix: str = TYPE) -> dict[str, list[int]]:
    """Every event of the log with this prefix: its id, and the offsets at which it stands."""
    found: dict[str, list[int]] = {}
    position = 1
    while True:
        page = control.call("events.replay", {"prefix": prefix, "fromOffset": position, "limit": 1000}, timeout=20)
        for event in page["events"]:
            found.setdefault(event["header"]["id"], []).append(int(event["header"]["offset"]))
        if page["complete"]:
            return found
        position = int(page["next"])


def missing(acknowledged: dict[str, int], log: dict[str, list[int]]) -> list[str]:
    """Acknowledged events that the log does not hold exactly once, at the offset that was told."""
    return [id for id, offset in acknowledged.items() if log.get(id) != [offset]]
