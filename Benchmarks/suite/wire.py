"""Events through real ZeroMQ sockets, beside plain C with the same libzmq and the same frames."""

from __future__ import annotations

import itertools

from .report import Report, at_least, ratio_at_least
from .tools import Failed, Tools, free_port

TRANSPORTS = ("ipc", "tcp")
_numbers = itertools.count()


def run(tools: Tools, report: Report) -> None:
    for transport in TRANSPORTS:
        _sending(tools, report, transport)
        _receiving(tools, report, transport)


def _sending(tools: Tools, report: Report, transport: str) -> None:
    ours = (tools.swift("WireBench"), "send")
    leaving: dict[str, list[float]] = {"encoded": [], "struct": [], "peer": []}
    arriving: dict[str, list[float]] = {"encoded": [], "struct": [], "peer": []}
    count = tools.scaled(300_000)
    for _ in range(tools.rounds(5)):
        encoded = _pass(tools, transport, ours, ("encoded",), count)
        sizes = (encoded[0]["header_bytes"], encoded[0]["payload_bytes"])
        peer = _pass(tools, transport, (tools.peer("wire"), "send"), sizes, count)
        struct = _pass(tools, transport, ours, ("struct",), count)
        for kind, (sent, received) in (("encoded", encoded), ("struct", struct), ("peer", peer)):
            leaving[kind].append(sent["events_per_s"])
            arriving[kind].append(received["events_per_s"])
    name = f"wire send {transport}, encoded beforehand"
    report.add(name, "/s", leaving["encoded"], leaving["peer"], ratio_at_least(0.8))
    report.add("  the same, as it arrives at a C receiver", "/s", arriving["encoded"], arriving["peer"])
    report.add(f"wire send {transport}, with encoding", "/s", leaving["struct"], leaving["peer"], at_least(250_000))


def _receiving(tools: Tools, report: Report, transport: str) -> None:
    ours: list[float] = []
    peer: list[float] = []
    count = tools.scaled(300_000)
    sender = (tools.peer("wire"), "send")
    for _ in range(tools.rounds(5)):
        ours.append(_pass(tools, transport, sender, (), count, tools.swift("WireBench"))[1]["events_per_s"])
        peer.append(_pass(tools, transport, sender, (), count)[1]["events_per_s"])
    report.add(f"wire receive {transport}, async sequence", "/s", ours, peer, ratio_at_least(0.8))


def _pass(
    tools: Tools,
    transport: str,
    sender: tuple[str, str],
    options: tuple[object, ...],
    count: int,
    receiver: str | None = None,
) -> tuple[dict, dict]:
    """One stream of events from a sender to a receiver; the figures of both."""
    if transport == "tcp":
        address = f"tcp://127.0.0.1:{free_port()}"
    else:
        address = f"ipc://{tools.folder}/wire-{next(_numbers)}"
    with (
        tools.start(*sender, address, count, *options) as sending,
        tools.start(receiver or tools.peer("wire"), "recv", address, count) as receiving,
    ):
        received = tools.result(receiving)
        sent = tools.result(sending)
    lost = count - received["events"] + sent.get("dropped", 0) + received.get("dropped", 0)
    if lost:
        raise Failed(f"wire {transport}: {lost} of {count} events were lost")
    return sent, received
