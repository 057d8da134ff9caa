"""Killed under load: whatever was acknowledged is there afterwards, and what was revoked stays so."""

from __future__ import annotations

import http.client
import itertools
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from door.client import Credential, Door
from door.people import Key, People, Person, Tokens, new_email, new_password
from door.settings import WIDE_OPEN
from door.vault import VAULT
from harness.bench import Bench
from harness.engines import Engine, PostgresEngine, both
from harness.station import Station
from harness.waiting import wait_for

NAME = "crashes"
TITLE = "kill -9 while people register, log in, refresh, make and revoke keys and control: nothing acknowledged is lost"


@dataclass
class Acknowledged:
    """What the daemon said that it has done."""

    people: list[Person] = field(default_factory=list)
    sessions: dict[str, Tokens] = field(default_factory=dict)
    spent: list[str] = field(default_factory=list)
    """Refresh tokens that have been exchanged."""
    ended: list[Tokens] = field(default_factory=list)
    keys: dict[str, Key] = field(default_factory=dict)
    revoked: list[Key] = field(default_factory=list)
    controlled: int = 0
    errors: list[str] = field(default_factory=list)

    def count(self) -> int:
        return (
            len(self.people)
            + len(self.sessions)
            + len(self.ended)
            + len(self.keys)
            + len(self.revoked)
            + self.controlled
        )


class _Load:
    """Works without a pause, each kind of work in a thread of its own, and outlives the daemon's deaths."""

    def __init__(self, bench: Bench, port: int, admin: Credential, person: Person) -> None:
        self.done = Acknowledged()
        self._port, self._admin, self._person = port, admin, person
        self._ending = threading.Event()
        work: list[Callable[[Door], None]] = [
            self._register,
            self._log_in,
            self._refresh,
            self._make,
            self._revoke,
            self._control,
            self._end,
        ]
        self._threads = [bench.background(one.__name__, partial(self._repeat, one)) for one in work]

    def has_done(self, count: int) -> bool:
        return self.done.count() >= count

    def stop(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(20)

    def _repeat(self, work: Callable[[Door], None]) -> None:
        door = Door(self._port, keeps=False, timeout=10)
        while not self._ending.is_set():
            try:
                work(door)
            except (OSError, http.client.HTTPException):
                # Dead or starting: what became of the request is not known, and it is not asked again.
                time.sleep(0.02)

    def _note(self, what: str, status: int) -> None:
        # 503: starting, stopping, or too many passwords at once; nothing has been done then.
        if status not in (200, 201, 204, 503, 401, 409, 404):
            self.done.errors.append(f"{what}: {status}")

    def _register(self, door: Door) -> None:
        person = Person(new_email("crash"), new_password(), "client")
        answer = door.post("/api/auth/register", {"email": person.email, "password": person.password})
        self._note("register", answer.status)
        if answer.status == 201:
            self.done.people.append(person)

    def _log_in(self, door: Door) -> None:
        answer = self._person.try_password(door, self._person.password)
        self._note("log in", answer.status)
        if answer.status == 200:
            tokens = Tokens.read(answer.json)
            self.done.sessions[tokens.session] = tokens

    def _refresh(self, door: Door) -> None:
        if len(self.done.sessions) < 5:
            return
        # Put back only when it is known which of its tokens is the newest.
        tokens = self.done.sessions.pop(random.choice(list(self.done.sessions)))
        answer = door.post("/api/auth/refresh", {"refresh_token": tokens.refresh})
        self._note("refresh", answer.status)
        if answer.status == 200:
            self.done.sessions[tokens.session] = Tokens.read(answer.json)
            self.done.spent.append(tokens.refresh)
        time.sleep(0.01)  # The others are to have their turn.

    def _end(self, door: Door) -> None:
        if len(self.done.sessions) < 8:
            return
        tokens = self.done.sessions.pop(random.choice(list(self.done.sessions)))
        answer = door.ask("POST", "/api/auth/logout", tokens.credential)
        self._note("log out", answer.status)
        if answer.status == 204:
            self.done.ended.append(tokens)
        time.sleep(0.05)

    def _make(self, door: Door) -> None:
        answer = door.post("/api/keys", {"name": "crash", "scopes": ["read"]}, self._admin)
        self._note("make a key", answer.status)
        if answer.status == 201:
            key = Key(answer.json["id"], VAULT.keep("API key", answer.json["key"]))
            self.done.keys[key.id] = key

    def _revoke(self, door: Door) -> None:
        if len(self.done.keys) < 25:
            return
        key = self.done.keys.pop(random.choice(list(self.done.keys)))
        answer = door.ask("DELETE", f"/api/keys/{key.id}", self._admin)
        self._note("revoke a key", answer.status)
        if answer.status == 204:
            self.done.revoked.append(key)

    def _control(self, door: Door) -> None:
        answer = door.control(
            "queues.pause" if self.done.controlled % 2 else "queues.resume", {"queue": "maintenance"}, self._admin
        )
        self._note("control", answer.status)
        if answer.status == 200:
            self.done.controlled += 1
        time.sleep(0.005)


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    kills = 3 if bench.quick else 8
    station = engine.station(dict(WIDE_OPEN))
    station.start()
    people = People(station)
    admin, person = people.add("admin").log_in(Door(station.port)), people.add("client")
    load = _Load(bench, station.port, admin.credential, person)
    dice = random.Random(5)
    for number in itertools.count():
        target = load.done.count() + dice.randrange(60, 200)
        wait_for("some work", 60, partial(load.has_done, target))
        if number == kills:
            break
        if number == kills - 1 and isinstance(engine, PostgresEngine):
            engine.cluster.restart(immediate=True)
        else:
            station.kill()
            station.start()
    load.stop()
    _judge(bench, engine, station, load.done, kills)
    station.stop()


def _judge(bench: Bench, engine: Engine, station: Station, done: Acknowledged, kills: int) -> None:
    door = Door(station.port)

    def refused(credentials: list[Credential]) -> int:
        return sum(door.get("/api/users/me", one).status != 200 for one in credentials)

    emails = {row[0] for row in engine.query("SELECT email FROM user_account")}
    lost = [person for person in done.people if person.email not in emails]
    tried = done.people[-5:]
    fail = [person for person in tried if person.try_password(door, person.password).status != 200]
    bench.check(
        f"{engine.name}, {kills} crashes: {len(done.people)} registered: lost; of the last {len(tried)}, not let in",
        "none; none",
        f"{len(lost)}; {len(fail)}",
        len(done.people) > 5 and not lost and not fail,
    )
    gone = refused([tokens.credential for tokens in done.sessions.values()])
    back = len(done.ended) - refused([tokens.credential for tokens in done.ended])
    bench.check(
        f"{engine.name}: {len(done.sessions)} sessions, {len(done.ended)} that were ended: lost; back again",
        "none; none",
        f"{gone}; {back}",
        bool(done.sessions) and bool(done.ended) and not gone and not back,
    )
    reused = sum(door.post("/api/auth/refresh", {"refresh_token": token}).status == 200 for token in done.spent[-100:])
    bench.check(
        f"{engine.name}: refresh tokens that were exchanged, {len(done.spent)}: good once more",
        "none",
        reused,
        bool(done.spent) and not reused,
    )
    lost_keys = refused([key.credential for key in done.keys.values()])
    back_keys = len(done.revoked) - refused([key.credential for key in done.revoked])
    bench.check(
        f"{engine.name}: {len(done.keys)} keys, {len(done.revoked)} that were revoked: lost; back again",
        "none; none",
        f"{lost_keys}; {back_keys}",
        bool(done.keys) and bool(done.revoked) and not lost_keys and not back_keys,
    )
    counted = {
        row[0]: int(row[1])
        for row in engine.query("SELECT action, count(*) FROM activity_log WHERE outcome = 'done' GROUP BY action")
    }
    audited = {
        "user.register": (len(done.people), counted.get("user.register", 0)),
        "queues.*": (done.controlled, counted.get("queues.pause", 0) + counted.get("queues.resume", 0)),
        "key.create": (len(done.keys) + len(done.revoked), counted.get("key.create", 0)),
        "key.revoke": (len(done.revoked), counted.get("key.revoke", 0)),
        "user.logout": (len(done.ended), counted.get("user.logout", 0)),
    }
    missing = {name: pair for name, pair in audited.items() if pair[1] < pair[0] or not pair[0]}
    bench.check(
        f"{engine.name}: what was acknowledged, and what stands in the audit log",
        "nothing is missing",
        f"{audited if not missing else missing}",
        not missing,
    )
    bench.check(
        f"{engine.name}: answers that nobody expects",
        "none",
        "; ".join(sorted(set(done.errors))[:5]) or "none",
        not done.errors,
    )
