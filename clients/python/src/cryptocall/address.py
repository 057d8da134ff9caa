"""Where a station listens, and the keys to get in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_IPC_PATH_BYTES_MAX = 107


@dataclass(frozen=True)
class Addresses:
    """The two endpoints. ``events`` may be unknown until ``system.hello`` tells it."""

    control: str
    events: str | None


@dataclass(frozen=True)
class CurveKeys:
    """Z85 text of 40 characters each: the server's public key and the caller's own pair."""

    server: str
    public: str
    secret: str


def discover(place: str | os.PathLike[str] | None, control: str | None, events: str | None) -> Addresses:
    """Finds the endpoints: explicit ones first, then ``place``, ``$CRYPTOCALL_HOME`` and ``/run/cryptocall``.

    ``place`` is the control address (it has ``://``) or the folder given to the daemon as ``--home``.
    """
    if place is not None and "://" in os.fspath(place):
        return Addresses(control or os.fspath(place), events)
    if control is not None and place is None:
        return Addresses(control, events)
    home = os.fspath(place) if place is not None else os.environ.get("CRYPTOCALL_HOME")
    run = Path(home).expanduser().absolute() / "run" if home else Path("/run/cryptocall")
    addresses = Addresses(control or f"ipc://{run}/control.sock", events or f"ipc://{run}/events.sock")
    for address in (addresses.control, addresses.events):
        if address is not None and address.startswith("ipc://"):
            if len(os.fsencode(address[len("ipc://") :])) > _IPC_PATH_BYTES_MAX:
                raise ValueError(f"{address}: a socket's path has at most {_IPC_PATH_BYTES_MAX} bytes; use a shorter home")
    return addresses
