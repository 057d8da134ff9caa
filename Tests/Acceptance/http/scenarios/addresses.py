"""Whom a request is counted for when there are proxies between: only what a trusted proxy says is believed."""

from __future__ import annotations

from collections.abc import Callable

from door.client import Answer, Door
from door.settings import LIMIT_OF, WIDE_OPEN
from harness.bench import Bench

NAME = "addresses"
TITLE = "X-Forwarded-For and Forwarded from strangers and from trusted proxies, IPv6 networks, garbage"

N = 10
#: What strangers may ask of ordinary routes; a request that shows nothing is counted for its address.
SETTING = LIMIT_OF["anonymous"]


def run(bench: Bench) -> None:
    _untrusted(bench)
    _trusted(bench)


def _admitted(door: Door, headers: Callable[[int], dict[str, str]], count: int = 3 * N) -> int:
    """How many of so many requests were not refused for their number."""
    answers: list[Answer] = [door.get("/api/users/me", headers=headers(number)) for number in range(count)]
    return sum(answer.status == 401 for answer in answers)


def _untrusted(bench: Bench) -> None:
    station = bench.station({**WIDE_OPEN, SETTING: N})
    station.start()
    forged = {
        "X-Forwarded-For": lambda number: {"X-Forwarded-For": f"192.0.2.{number + 1}"},
        "Forwarded": lambda number: {"Forwarded": f"for=192.0.2.{number + 1}"},
        "X-Real-IP": lambda number: {"X-Real-IP": f"192.0.2.{number + 1}"},
        "several": lambda number: {
            "X-Client-IP": f"192.0.2.{number + 1}",
            "True-Client-IP": f"192.0.2.{number + 1}",
            "CF-Connecting-IP": f"192.0.2.{number + 1}",
        },
    }
    for place, (name, headers) in enumerate(forged.items()):
        admitted = _admitted(Door(station.port, source=f"127.0.6.{place + 1}"), headers)
        bench.check(
            f"without trusted proxies, {3 * N} requests with another {name} each",
            f"{N} admitted",
            admitted,
            admitted == N,
        )
    station.stop()


def _trusted(bench: Bench) -> None:
    station = bench.station({**WIDE_OPEN, SETTING: N, "http.trusted_proxies": '["127.0.7.1", "10.0.0.0/8"]'})
    station.start()
    proxy, stranger = Door(station.port, source="127.0.7.1"), Door(station.port, source="127.0.7.2")
    cases: list[tuple[str, Door, Callable[[int], dict[str, str]], int]] = [
        (
            "by the proxy, another client each",
            proxy,
            lambda number: {"X-Forwarded-For": f"192.0.2.{number + 1}"},
            3 * N,
        ),
        ("by the proxy, one client", proxy, lambda number: {"X-Forwarded-For": "198.51.100.1"}, N),
        (
            "by the proxy, one client that writes others in front",
            proxy,
            lambda number: {"X-Forwarded-For": f"192.0.2.{number + 1}, 198.51.100.2"},
            N,
        ),
        (
            "by the proxy, one client behind another trusted proxy",
            proxy,
            lambda number: {"X-Forwarded-For": f"192.0.2.{number + 1}, 198.51.100.3, 10.1.2.3"},
            N,
        ),
        (
            "by the proxy, one client with ports",
            proxy,
            lambda number: {"X-Forwarded-For": f"198.51.100.4:{1000 + number}"},
            N,
        ),
        (
            "by the proxy, one network of IPv6",
            proxy,
            lambda number: {"X-Forwarded-For": f"2001:db8:1:2::{number + 1:x}"},
            N,
        ),
        (
            "by the proxy, another network of IPv6 each",
            proxy,
            lambda number: {"X-Forwarded-For": f"2001:db8:2:{number + 1:x}::1"},
            3 * N,
        ),
        (
            "by the proxy, one IPv4 written as IPv6 and not",
            proxy,
            lambda number: {"X-Forwarded-For": "198.51.100.5" if number % 2 else "::ffff:198.51.100.5"},
            N,
        ),
        (
            "by the proxy, Forwarded, one client",
            proxy,
            lambda number: {"Forwarded": f'for=192.0.2.{number + 1}, for="198.51.100.6:{number + 1}";proto=https'},
            N,
        ),
        (
            "by the proxy, garbage",
            proxy,
            lambda number: {"X-Forwarded-For": f"nonsense-{number}, <script>, 999.1.1.1"},
            N,
        ),
        (
            "by a stranger, another client each",
            stranger,
            lambda number: {"X-Forwarded-For": f"192.0.2.{number + 100}"},
            N,
        ),
    ]
    for name, door, headers, wanted in cases:
        admitted = _admitted(door, headers)
        bench.check(f"{3 * N} requests {name}", f"{wanted} admitted", admitted, admitted == wanted)
    station.stop()
