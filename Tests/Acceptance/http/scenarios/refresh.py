"""Refresh tokens: each is good once, and one that is used again ends its session."""

from __future__ import annotations

import time

from door.client import Answer, Door
from door.crowd import at_once
from door.people import People, Person, Tokens
from door.settings import WIDE_OPEN, share_signing_key
from harness import clock
from harness.bench import Bench
from harness.engines import Engine, both
from harness.station import Station

NAME = "refresh"
TITLE = "rotation of refresh tokens, use of an old one, twenty at once, expiry; on both databases, over two daemons"

#: How long a token that has just been used is taken for a retry.
GRACE_SECONDS = 10
AT_ONCE = 20


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)
    _expiry(bench)


def _one(bench: Bench, engine: Engine) -> None:
    stations = [engine.station(dict(WIDE_OPEN)) for _ in range(1 if engine.name == "SQLite" else 2)]
    share_signing_key(stations)
    for station in stations:
        station.start()
    doors = [Door(station.port) for station in stations]
    person = People(stations[0]).add("client")
    _rotation(bench, engine, doors, person)
    _at_once(bench, engine, doors, person)
    _old(bench, engine, doors, person)
    for station in stations:
        station.stop()


def refresh(door: Door, token: str) -> Answer:
    return door.post("/api/auth/refresh", {"refresh_token": token})


def _rotation(bench: Bench, engine: Engine, doors: list[Door], person: Person) -> None:
    tokens = person.log_in(doors[0])
    seen = {tokens.refresh}
    statuses: list[int] = []
    for number in range(5):
        answer = refresh(doors[number % len(doors)], tokens.refresh)
        statuses.append(answer.status)
        if answer.status != 200:
            break
        later = Tokens.read(answer.json)
        seen.add(later.refresh)
        statuses.append(doors[0].get("/api/users/me", later.credential).status)
        same = later.session == tokens.session
        tokens = later
    bench.check(
        f"{engine.name}: five refreshes in a row",
        "each gives another token of the same session, which works",
        f"{len(seen)} tokens; {'all' if set(statuses) == {200} else 'not all'} worked",
        len(seen) == 6 and set(statuses) == {200} and same,
    )


def _at_once(bench: Bench, engine: Engine, doors: list[Door], person: Person) -> None:
    """Twenty requests with one token: one of them gets the new ones, and the session goes on."""
    rounds = 2 if bench.quick else 5
    wrong: list[str] = []
    for _ in range(rounds):
        tokens = person.log_in(doors[0])

        def ask(number: int, token: str = tokens.refresh) -> Answer:
            return refresh(Door(doors[number % len(doors)].port, keeps=False), token)

        answers = at_once(AT_ONCE, ask)
        won = [answer for answer in answers if answer.status == 200]
        if len(won) != 1 or any(answer.status not in (200, 401, 409) for answer in answers):
            wrong.append(f"{sorted(answer.status for answer in answers)}")
            continue
        after = refresh(doors[-1], Tokens.read(won[0].json).refresh).status
        if after != 200:
            wrong.append(f"the winner's token afterwards: {after}")
    bench.check(
        f"{engine.name}, {len(doors)} daemons: {AT_ONCE} requests at once with one refresh token, {rounds} times",
        "one gets new tokens, and they work; the others are told",
        "so" if not wrong else "; ".join(wrong),
        not wrong,
    )


def _old(bench: Bench, engine: Engine, doors: list[Door], person: Person) -> None:
    thief, owner = doors[0], doors[-1]
    # Used twice since: that is no retry.
    first = person.log_in(owner)
    second = Tokens.read(refresh(owner, first.refresh).expect(200).json)
    third = Tokens.read(refresh(owner, second.refresh).expect(200).json)
    beside = person.log_in(owner)
    reused = refresh(thief, first.refresh)
    after = [refresh(owner, third.refresh).status, thief.get("/api/users/me", third.credential).status]
    bench.check(
        f"{engine.name}: a refresh token of two before: the session's newest one, and its access token",
        "401; 401, 401 at once",
        f"{reused.status}; {after}",
        reused.status == 401 and after == [401, 401],
    )
    bench.check(
        f"{engine.name}: another session of the same account",
        "goes on",
        refresh(owner, beside.refresh).status,
        refresh(owner, beside.refresh).status in (200, 409),
    )
    # The one before, after the time in which it could be a retry.
    first = person.log_in(owner)
    second = Tokens.read(refresh(owner, first.refresh).expect(200).json)
    retry = refresh(owner, first.refresh).status
    time.sleep(GRACE_SECONDS + 0.5)  # The time itself is what is looked at.
    reused = refresh(thief, first.refresh)
    after = [refresh(owner, second.refresh).status]
    bench.check(
        f"{engine.name}: the refresh token before, at once and after {GRACE_SECONDS} s; the newest one then",
        "refused without harm; 401; 401",
        f"{retry}; {reused.status}; {after[0]}",
        retry in (401, 409) and reused.status == 401 and after == [401],
    )
    bad = [
        refresh(owner, text).status
        for text in ("", "x", third.refresh[:-1], third.refresh + "x", third.access, "ccfr_" + "A" * 60)
    ]
    bench.check(
        f"{engine.name}: texts that are no refresh token",
        "401 or 422",
        bad,
        all(status in (401, 422) for status in bad),
    )
    rows = engine.query("SELECT count(*) FROM activity_log WHERE action = 'session.revoke'")
    bench.check(f"{engine.name}: the audit log tells of both", "2", rows[0][0], rows == [["2"]])


def _expiry(bench: Bench) -> None:
    """Tokens of yesterday, by a clock that is ahead."""
    station = bench.station(dict(WIDE_OPEN))
    station.start()
    person = People(station).add("client")
    tokens = person.log_in(Door(station.port))
    for name, seconds, expected in (
        ("59 minutes later", 59 * 60, [200, None]),
        ("61 minutes later", 61 * 60, [401, 200]),
    ):
        _restart(bench, station, seconds)
        door = Door(station.port)
        told = [door.get("/api/users/me", tokens.credential).status, None]
        if expected[1] is not None:
            answer = refresh(door, tokens.refresh)
            told[1] = answer.status
            if answer.status == 200:
                tokens = Tokens.read(answer.json)
        bench.check(f"{name}: the access token and the refresh token", str(expected), str(told), told == expected)
    _restart(bench, station, 61 * 60 + 7 * 86_400 + 60)
    status = refresh(Door(station.port), tokens.refresh).status
    bench.check("7 days after its last use: the refresh token", "401", status, status == 401)
    station.stop()


def _restart(bench: Bench, station: Station, seconds: int) -> None:
    station.stop()
    station.start(environment=clock.off_by(bench, seconds))
