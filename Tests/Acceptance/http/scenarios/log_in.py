"""Accounts and log-ins: what registering takes, what a wrong password tells, and what ends a session."""

from __future__ import annotations

import statistics
import time
from typing import Any

from door.client import Door
from door.people import People, Person, new_email, new_password
from door.settings import WIDE_OPEN
from door.vault import VAULT
from harness.bench import Bench
from harness.station import Station

NAME = "log-in"
TITLE = "register, log in, sessions, passwords, log out, disabled accounts"


def run(bench: Bench) -> None:
    station = bench.station(dict(WIDE_OPEN))
    station.start()
    door = Door(station.port)
    _register(bench, door)
    _tells_nothing(bench, door)
    _sessions(bench, door)
    _password(bench, door)
    _log_out(bench, door)
    _changed_by_an_admin(bench, station, door)
    _kept_as_hashes(bench, station, door)
    station.stop()
    _closed(bench)


def _register(bench: Bench, door: Door) -> None:
    email, password = new_email("guest"), new_password()
    answer = door.post("/api/auth/register", {"email": email, "password": password, "display_name": "A guest"})
    told = answer.json if answer.status == 201 else {}
    bench.check(
        "registering",
        "201, a client of the tier free, no word of the password",
        f"{answer.status}, {told.get('role')}, {told.get('tier')}",
        answer.status == 201
        and (told.get("role"), told.get("tier")) == ("client", "free")
        and password not in answer.body.decode()
        and "hash" not in answer.body.decode(),
    )
    again = door.post("/api/auth/register", {"email": email.upper(), "password": new_password()})
    bench.check("the same email in capitals", "409", again.status, again.status == 409)
    bodies: list[tuple[str, Any]] = [
        ("9 characters", {"email": new_email("guest"), "password": "abcdefghi"}),
        ("201 characters", {"email": new_email("guest"), "password": "abc defg" * 25 + "x"}),
        (
            "the email as password",
            {"email": "somebody.at.home@example.net", "password": "somebody.at.home@example.net"},
        ),
        ("no email", {"email": "nobody", "password": new_password()}),
        ("nothing", {}),
        ("a role of one's own choice", {"email": new_email("guest"), "password": new_password(), "role": "admin"}),
        ("a tier of one's own choice", {"email": new_email("guest"), "password": new_password(), "tier": "enterprise"}),
        ("an email of 400 characters", {"email": "a" * 388 + "@example.net", "password": new_password()}),
        ("a new line in the email", {"email": "a@example.net\r\nBcc: b@example.net", "password": new_password()}),
    ]
    wrong = []
    for name, body in bodies:
        answer = door.post("/api/auth/register", body)
        if answer.status != 422 or not answer.json.get("details"):
            wrong.append(f"{name}: {answer.status}")
    both = door.post("/api/auth/register", {"email": "nobody", "password": "short"}).json
    fields = {fault["field"] for fault in both.get("details") or []}
    bench.check(
        f"{len(bodies)} registrations that cannot be; two faults at once",
        "422 that names the field; both named",
        f"{len(bodies) - len(wrong)} so; {', '.join(sorted(fields))}{'; not: ' + '; '.join(wrong) if wrong else ''}",
        not wrong and fields == {"email", "password"},
    )


def _tells_nothing(bench: Bench, door: Door) -> None:
    """Whether an email is known is told neither by the answer nor by its time."""
    rounds = 3 if bench.quick else 4
    person = somebody(door)
    known: list[float] = []
    unknown: list[float] = []
    bodies: set[tuple[int, str, str]] = set()
    for number in range(rounds):
        for times, email in ((known, person.email), (unknown, new_email("stranger"))):
            began = time.monotonic()
            answer = door.post("/api/auth/login", {"email": email, "password": new_password()})
            times.append(time.monotonic() - began)
            bodies.add((answer.status, answer.error, str(answer.json.get("message"))))
        if number == 1:
            person = somebody(door)  # Before the first is locked.
    ratio = statistics.median(unknown) / statistics.median(known)
    bench.check(
        "a wrong password and an unknown email",
        "401, the same answer, half to twice the time",
        f"{len(bodies)} answers: {sorted(bodies)[0]}; {statistics.median(known) * 1000:.0f} and "
        f"{statistics.median(unknown) * 1000:.0f} ms",
        len(bodies) == 1 and next(iter(bodies))[0] == 401 and 0.5 <= ratio <= 2,
    )


def somebody(door: Door) -> Person:
    """Somebody who has just registered."""
    person = Person(new_email("guest"), new_password(), "client")
    door.post("/api/auth/register", {"email": person.email, "password": person.password}).expect(201)
    return person


def _sessions(bench: Bench, door: Door) -> None:
    person, other = somebody(door), somebody(door)
    first, second, foreign = person.log_in(door), person.log_in(door), other.log_in(door)
    listed = door.get("/api/auth/sessions", first.credential).expect(200)
    ids = {one["id"] for one in _list(listed.json)}
    secrets_told = [text for text in (first.access, first.refresh, second.refresh) if text in listed.body.decode()]
    bench.check(
        "the sessions of an account",
        "its two, none of others, no token in them",
        f"{len(ids)}: {'its own' if ids == {first.session, second.session} else 'others'}, {len(secrets_told)} tokens",
        ids == {first.session, second.session} and not secrets_told,
    )
    stranger = door.ask("DELETE", f"/api/auth/sessions/{foreign.session}", first.credential)
    bench.check("ending somebody else's session", "404", stranger.status, stranger.status == 404)
    ended = door.ask("DELETE", f"/api/auth/sessions/{second.session}", first.credential)
    after = [
        door.get("/api/users/me", second.credential).status,
        door.post("/api/auth/refresh", {"refresh_token": second.refresh}).status,
        door.get("/api/users/me", first.credential).status,
        door.get("/api/users/me", foreign.credential).status,
    ]
    bench.check(
        "ending another session of one's own: its token, its refresh token, and the sessions beside it",
        "204; 401, 401, 200, 200 at once",
        f"{ended.status}; {after}",
        ended.status == 204 and after == [401, 401, 200, 200],
    )


def _list(answer: Any) -> list[dict[str, Any]]:
    """The one list in an answer."""
    if isinstance(answer, list):
        return answer
    return next(value for value in answer.values() if isinstance(value, list))


def _password(bench: Bench, door: Door) -> None:
    person = somebody(door)
    here, elsewhere = person.log_in(door), person.log_in(door)
    old, new = person.password, new_password()
    wrong = door.post("/api/auth/password", {"current_password": new_password(), "new_password": new}, here.credential)
    weak = door.post("/api/auth/password", {"current_password": old, "new_password": "short"}, here.credential)
    done = door.post("/api/auth/password", {"current_password": old, "new_password": new}, here.credential)
    after = [
        door.get("/api/users/me", here.credential).status,
        door.get("/api/users/me", elsewhere.credential).status,
        door.post("/api/auth/refresh", {"refresh_token": elsewhere.refresh}).status,
        person.try_password(door, old).status,
        person.try_password(door, new).status,
    ]
    bench.check(
        "a password: with a wrong one, for a weak one, changed",
        "refused, 422, 204",
        f"{wrong.status}, {weak.status}, {done.status}",
        wrong.status in (401, 403, 422) and weak.status == 422 and done.status == 204,
    )
    bench.check(
        "after it: this session, the other one, its refresh token, the old password, the new one",
        "200, 401, 401, 401, 200",
        after,
        after == [200, 401, 401, 401, 200],
    )


def _log_out(bench: Bench, door: Door) -> None:
    tokens = somebody(door).log_in(door)
    done = door.ask("POST", "/api/auth/logout", tokens.credential)
    after = [
        door.get("/api/users/me", tokens.credential).status,
        door.post("/api/auth/refresh", {"refresh_token": tokens.refresh}).status,
    ]
    bench.check(
        "logging out: its token and its refresh token",
        "204; 401, 401 at once",
        f"{done.status}; {after}",
        done.status == 204 and after == [401, 401],
    )


def _changed_by_an_admin(bench: Bench, station: Station, door: Door) -> None:
    admin = People(station).add("admin").log_in(door)
    person = somebody(door)
    tokens = person.log_in(door)
    me = door.get("/api/users/me", tokens.credential).expect(200).json
    path = f"/api/users/{me['id']}"
    before = door.get("/api/users", tokens.credential).status
    raised = door.ask("PATCH", path, admin.credential, json={"role": "admin"})
    as_admin = door.get("/api/users", tokens.credential).status
    lowered = door.ask("PATCH", path, admin.credential, json={"role": "viewer"})
    as_viewer = door.get("/api/users", tokens.credential).status
    bench.check(
        "a role that is changed takes hold for tokens that are out",
        "403; 200, 200; 200, 403",
        f"{before}; {raised.status}, {as_admin}; {lowered.status}, {as_viewer}",
        (before, raised.status, as_admin, lowered.status, as_viewer) == (403, 200, 200, 200, 403),
    )
    disabled = door.ask("PATCH", path, admin.credential, json={"is_disabled": True})
    after = [
        door.get("/api/users/me", tokens.credential).status,
        door.post("/api/auth/refresh", {"refresh_token": tokens.refresh}).status,
        person.try_password(door, person.password).status,
    ]
    bench.check(
        "a disabled account: its token, its refresh token, its password",
        "all refused at once",
        f"{disabled.status}; {after}",
        disabled.status == 200 and all(status in (401, 403) for status in after),
    )
    own = door.ask(
        "PATCH",
        f"/api/users/{door.get('/api/users/me', admin.credential).json['id']}",
        admin.credential,
        json={"role": "viewer"},
    )
    bench.check(
        "the last admin makes themselves a viewer",
        "refused, or done and told",
        own.status,
        own.status in (200, 403, 409, 422),
    )


def _kept_as_hashes(bench: Bench, station: Station, door: Door) -> None:
    """What has been said is in no file of the database in plain text."""
    tokens = somebody(door).log_in(door)
    files = [file for file in (station.home / "state").glob("station.sqlite*") if file.is_file()]
    content = b"".join(file.read_bytes() for file in files)
    # What is no secret is there: it is the right place to look at.
    is_right = bytes.fromhex(tokens.session.replace("-", "")) in content
    found = [
        kind
        for kind, kept in VAULT.secrets().items()
        if kind in ("password", "refresh token", "API key", "access token")
        and any(text.encode() in content for text in kept)
    ]
    bench.check(
        "passwords and tokens in the files of the database, where the session is",
        "none",
        ", ".join(found) or f"none in {len(content) >> 10} KB" + ("" if is_right else ", nor the session"),
        not found and is_right,
    )


def _closed(bench: Bench) -> None:
    station = bench.station({**WIDE_OPEN, "identity.registration": "closed"})
    station.start()
    door = Door(station.port)
    answer = door.post("/api/auth/register", {"email": new_email("guest"), "password": new_password()})
    made = People(station).add("client").log_in(door)
    bench.check(
        "with registration closed: registering, and an account that an operator makes",
        "403; it logs in",
        f"{answer.status}; {door.get('/api/users/me', made.credential).status}",
        answer.status == 403 and door.get("/api/users/me", made.credential).status == 200,
    )
    station.stop()
