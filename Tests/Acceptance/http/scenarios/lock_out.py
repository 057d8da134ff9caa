"""Wrong passwords lock an account for a quarter of an hour, whoever tries and however many at once."""

from __future__ import annotations

from collections import Counter

from door.client import Answer, Door
from door.crowd import at_once
from door.people import People, Person, new_password
from door.settings import WIDE_OPEN
from harness import clock
from harness.bench import Bench
from harness.engines import Engine, both

NAME = "lock-out"
TITLE = (
    "five wrong passwords lock for 15 minutes: from many addresses, over two daemons, over a restart; no other account"
)

FAILURES = 5
LOCK_SECONDS = 15 * 60
AT_ONCE = 40


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    stations = [engine.station(dict(WIDE_OPEN)) for _ in range(1 if engine.name == "SQLite" else 2)]
    for station in stations:
        station.start()
    doors = [Door(station.port) for station in stations]
    people = People(stations[0])
    victim, other, crowd = people.add("client"), people.add("client"), people.add("client")
    tokens = victim.log_in(doors[0])
    # From many addresses, so that no limit of an address is what refuses.
    wrong = [
        victim.try_password(doors[number % len(doors)].seen_from(f"127.0.1.{number + 1}"), new_password())
        for number in range(FAILURES)
    ]
    locked = victim.try_password(doors[-1].seen_from("127.0.2.1"), victim.password)
    wait = locked.number("retry-after") or 0
    bench.check(
        f"{engine.name}, {len(doors)} daemons: {FAILURES} wrong passwords, then the right one",
        f"401 each; refused, to be tried again after {LOCK_SECONDS} s",
        f"{[answer.status for answer in wrong]}; {locked.status} {locked.error}, {wait} s",
        [answer.status for answer in wrong] == [401] * FAILURES
        and locked.status in (401, 403, 423, 429)
        and LOCK_SECONDS - 60 <= wait <= LOCK_SECONDS,
    )
    beside = [
        other.try_password(doors[0].seen_from("127.0.1.1"), other.password).status,
        doors[0].get("/api/users/me", tokens.credential).status,
    ]
    bench.check(
        f"{engine.name}: another account from the same address; a session of the locked one",
        "200, 200",
        beside,
        beside == [200, 200],
    )
    _at_once(bench, engine, doors, crowd)
    for station in stations:
        station.stop()
    for minutes, expected in ((13, False), (16, True)):
        stations[0].start(environment=clock.off_by(bench, minutes * 60))
        status = victim.try_password(Door(stations[0].port), victim.password).status
        bench.check(
            f"{engine.name}: after a restart and {minutes} minutes, the right password",
            "200" if expected else "still refused",
            status,
            (status == 200) == expected and status < 500,
        )
        stations[0].stop()


def _at_once(bench: Bench, engine: Engine, doors: list[Door], person: Person) -> None:
    """However many guess at once: no more than five of them learn whether they were right."""

    def guess(number: int) -> Answer:
        door = Door(doors[number % len(doors)].port, source=f"127.0.3.{number + 1}", keeps=False, timeout=30)
        return person.try_password(door, new_password())

    answers = at_once(AT_ONCE, guess)
    found = Counter((answer.status, answer.error) for answer in answers)
    told = found[401, "unauthorized"]
    bench.check(
        f"{engine.name}, {len(doors)} daemons: {AT_ONCE} wrong passwords at once",
        f"{FAILURES} are told so, the others that it is locked or busy; then it is locked",
        f"{dict(found)}",
        told <= FAILURES
        and all(status in (401, 403, 423, 429, 503) for status, _ in found)
        and person.try_password(doors[0], person.password).status != 200,
    )
