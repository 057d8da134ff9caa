"""Rate limits: exactly as many as are allowed get in, over daemons and crashes, and the headers are honest."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from functools import partial

from door.client import Answer, Credential, Door
from door.crowd import at_once
from door.people import People, make_key
from door.settings import LIMIT_OF, WIDE_OPEN, share_signing_key
from harness.bench import Bench
from harness.engines import Engine, both
from harness.station import Station
from harness.waiting import wait_for

NAME = "limits"
TITLE = (
    "exactly N of 5 N at once at each limit: one daemon and two, over restart and kill -9; headers; who shares a limit"
)

N = 20
WORKERS = 20
LIMITS: dict[str, object] = {name: N for name in LIMIT_OF.values()}
#: Seconds by which an answer may come later than it was asked for.
SLACK = 1.5


class Waiting:
    """A limit that was used up: asks shortly before its time is over, and then."""

    def __init__(self, bench: Bench, engine: Engine, wait: int, ask: Callable[[], Answer]) -> None:
        self._engine, self._ask = engine, ask
        self._retry_at = time.monotonic() + wait
        self._early: list[int] = []
        self._then = 0
        self._thread = bench.background("waiting", self._run)

    def _run(self) -> None:
        wait_for("its time to be near", 70, lambda: time.monotonic() >= self._retry_at - 4, every=0.1)
        while time.monotonic() < self._retry_at - SLACK:
            self._early.append(self._ask().status)
            time.sleep(0.5)  # The pace of somebody impatient.
        wait_for("its time", 10, lambda: time.monotonic() >= self._retry_at + 0.2, every=0.05)
        self._then = self._ask().status

    def judge(self, bench: Bench) -> None:
        self._thread.join(80)
        bench.check(
            f"{self._engine.name}: what Retry-After promised: before its time, and then",
            "429 each; 200",
            f"{self._early}; {self._then}",
            bool(self._early) and set(self._early) == {429} and self._then == 200,
        )


def run(bench: Bench) -> None:
    waiting = [_one(bench, engine) for engine in both(bench)]
    for one in waiting:
        one.judge(bench)


def _one(bench: Bench, engine: Engine) -> Waiting:
    """Everything but what takes a minute; the daemons run on."""
    stations = [engine.station({**WIDE_OPEN, **LIMITS}) for _ in range(1 if engine.name == "SQLite" else 2)]
    share_signing_key(stations)
    for station in stations:
        station.start()
    doors = [Door(station.port) for station in stations]
    people = People(stations[0])
    clients = [
        people.add("client").log_in(doors[0].seen_from(f"127.0.9.{number}")).credential for number in range(1, 6)
    ]
    waiting = _headers(bench, engine, doors, clients[0])
    _exactly(bench, engine, doors, clients)
    _shared(bench, engine, doors, clients, people)
    _ends(bench, engine, stations, clients)
    _monitoring(bench, engine, doors)
    return waiting


def _me(door: Door, who: Credential) -> Answer:
    return door.get("/api/users/me", who)


def _headers(bench: Bench, engine: Engine, doors: list[Door], who: Credential) -> Waiting:
    """One after the other, over the daemons in turn."""
    answers = [_me(doors[number % len(doors)], who) for number in range(N)]
    remaining = [answer.number("x-ratelimit-remaining") for answer in answers]
    limits = {answer.number("x-ratelimit-limit") for answer in answers}
    resets = [answer.number("x-ratelimit-reset") or 0 for answer in answers]
    bench.check(
        f"{engine.name}, {len(doors)} daemons: {N} requests in a row: Limit, Remaining, Reset",
        f"{N}; {N - 1} down to 0; within the minute and 1 %",
        f"{limits}; {remaining}; {min(resets)} to {max(resets)}",
        limits == {N} and remaining == list(range(N - 1, -1, -1)) and all(1 <= reset <= 61 for reset in resets),
    )
    refused = _me(doors[-1], who)
    body = refused.json if refused.status == 429 else {}
    wait = refused.number("retry-after") or 0
    bench.check(
        f"{engine.name}: one more",
        "429 with Retry-After, and a body that says limit and retry_after",
        f"{refused.status}, {wait} s, {', '.join(sorted(body))}",
        refused.status == 429
        and 1 <= wait <= 61
        and body.get("limit") == N
        and body.get("retry_after") == wait
        and {"error", "message", "request_id"} <= set(body)
        and refused.number("x-ratelimit-remaining") == 0,
    )
    return Waiting(bench, engine, wait, lambda: _me(Door(doors[0].port), who))


def _exactly(bench: Bench, engine: Engine, doors: list[Door], clients: list[Credential]) -> None:
    """Five times as many at once, to all daemons: as many as are allowed get in."""
    kinds: dict[str, Callable[[Door, int], Answer]] = {
        "standard": lambda door, number: _me(door, clients[1]),
        "anonymous": lambda door, number: _me(door.seen_from("127.0.9.20"), Credential()),
        "public": lambda door, number: door.ask("HEAD", "/events", clients[2]),
        "log-in by address": lambda door, number: door.seen_from("127.0.9.21").post(
            "/api/auth/refresh", {"refresh_token": "x" * 40}
        ),
        "log-in by account": lambda door, number: door.seen_from(f"127.0.8.{number + 1}").post(
            "/api/auth/login", {"email": "nobody-there@example.net", "password": "short"}
        ),
        "operations": lambda door, number: door.seen_from("127.0.9.22").get("/version"),
    }
    for name, ask in kinds.items():
        fresh = [Door(door.port, keeps=False) for door in doors]
        answers = at_once(5 * N, partial(_in_turn, ask, fresh), workers=WORKERS)
        found = Counter(answer.status for answer in answers)
        admitted = 5 * N - found[429]
        # Limits without a store, those of monitoring, are each daemon's own.
        wanted = N * len(doors) if name == "operations" else N
        bench.check(
            f"{engine.name}, {len(doors)} daemons, {name}: {5 * N} requests at once",
            f"{wanted} admitted, the others 429",
            f"{admitted} admitted; {dict(found)}",
            admitted == wanted and not any(status >= 500 for status in found),
        )


def _in_turn(ask: Callable[[Door, int], Answer], doors: list[Door], number: int) -> Answer:
    return ask(doors[number % len(doors)], number)


def _shared(bench: Bench, engine: Engine, doors: list[Door], clients: list[Credential], people: People) -> None:
    """A limit counts people, not their credentials."""
    person = people.add("client")
    door = doors[0].seen_from("127.0.9.30")
    first, second = person.log_in(door).credential, person.log_in(door).credential
    key = make_key(door, first, "more", ["read"])
    used = sum(_me(doors[0], who).status == 200 for _ in range(N) for who in (first, second, key.credential))
    bench.check(
        f"{engine.name}: one person with two sessions and a key, {3 * N} requests",
        f"{N} admitted, the making of the key counted",
        used,
        used in (N, N - 1),
    )
    others = [_me(doors[0], clients[3]).status, _me(doors[0].seen_from("127.0.9.20"), clients[3]).status]
    bench.check(
        f"{engine.name}: somebody else, also from an address whose strangers are refused",
        "200, 200",
        others,
        others == [200, 200],
    )
    staff = people.add("operator").log_in(doors[0].seen_from("127.0.9.31")).credential
    served = Counter(_me(doors[0], staff).status for _ in range(3 * N))
    bench.check(f"{engine.name}: an operator, {3 * N} requests", "all served", dict(served), served == {200: 3 * N})


def _ends(bench: Bench, engine: Engine, stations: list[Station], clients: list[Credential]) -> None:
    """What has been used stays used when a daemon ends, in order or not."""
    who = clients[4]
    half = N // 2
    for number in range(half):
        _me(Door(stations[number % len(stations)].port), who).expect(200)
    stations[0].kill()
    stations[0].start()
    admitted = sum(_me(Door(station.port), who).status == 200 for _ in range(N) for station in stations)
    bench.check(
        f"{engine.name}: {half} used, kill -9, then {N * len(stations)} more",
        f"{N - half} admitted",
        admitted,
        admitted == N - half,
    )
    stations[0].stop()
    stations[0].start()
    statuses = [_me(Door(stations[0].port), one).status for one in (who, clients[1])]
    bench.check(
        f"{engine.name}: after a stop in order, those who had used theirs up",
        "429, 429",
        statuses,
        statuses == [429, 429],
    )


def _monitoring(bench: Bench, engine: Engine, doors: list[Door]) -> None:
    """An address that is refused everywhere else still sees how the station is."""
    blocked = doors[0].seen_from("127.0.9.20")
    statuses = [_me(blocked, Credential()).status] + [
        blocked.get(path).status for path in ("/health", "/metrics", "/api/health/ready")
    ]
    bench.check(
        f"{engine.name}: a refused address at /health, /metrics, /api/health/ready",
        "429; 200, 200, 200",
        statuses,
        statuses == [429, 200, 200, 200],
    )
