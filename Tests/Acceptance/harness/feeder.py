"""A client that enqueues drilled jobs at a steady pace and remembers which the daemon acknowledged."""

from __future__ import annotations

import threading
import time
from typing import Any

import zmq

from .control import Control, Refused
from .waiting import Late
from .witness import Witness
from .work import enqueue


class Feeder:
    """Enqueues one job after the other until it is stopped, through whatever happens to the daemon."""

    def __init__(
        self, context: zmq.Context[Any], address: str, witness: Witness, *, pace_seconds: float = 0.005, **more: Any
    ) -> None:
        self.acknowledged: set[int] = set()
        """The numbers of jobs that the daemon said it has."""
        self.unknown: set[int] = set()
        """Those of which no answer came."""
        self.refusals: list[str] = []
        self._context, self._address, self._witness = context, address, witness
        self._pace, self._more = pace_seconds, more
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feeder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(30)

    def _run(self) -> None:
        control: Control | None = None
        number = 0
        while not self._ending.wait(self._pace):
            control = control or Control(self._context, self._address)
            number += 1
            try:
                enqueue(control, number, self._witness, **self._more)
                self.acknowledged.add(number)
            except Late:
                # A fresh connection, so that no late answer can be taken for another request's.
                self.unknown.add(number)
                control.close()
                control = None
            except Refused as error:
                self.refusals.append(str(error))
                # An outcome that the daemon does not know either is no acknowledgement, and no refusal of the job.
                self.unknown.add(number)
                time.sleep(0.05)
        if control is not None:
            control.close()
