"""Follow and operate a CryptoCall FM station over ZeroMQ, without losing events unnoticed."""

from .address import CurveKeys
from .client import Client
from .errors import CryptoCallError, ProtocolError, RequestError, RequestTimeout, Unavailable
from .event import Event, FrameError
from .follow import Follow, Statistics
from .tracker import Loss, Page, SequenceTracker

__all__ = [
    "Client",
    "CryptoCallError",
    "CurveKeys",
    "Event",
    "Follow",
    "FrameError",
    "Loss",
    "Page",
    "ProtocolError",
    "RequestError",
    "RequestTimeout",
    "SequenceTracker",
    "Statistics",
    "Unavailable",
]
__version__ = "0.1.0"
