"""Every route, asked as everybody: refused exactly where its description says so."""

from __future__ import annotations

from dataclasses import dataclass

from door.client import NOBODY, Credential, Door
from door.interface import ROLES, SCOPES, UNGRANTABLE, Operation, read_operations
from door.people import People, make_key
from door.settings import WIDE_OPEN
from harness.bench import Bench

NAME = "access"
TITLE = (
    "every route of /openapi.json as nobody, viewer, client, operator, admin, of every tier, and by keys of every scope"
)

#: What anybody may do, typed by hand: a route that is declared open by mistake is not found by asking the description.
OPEN = {
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/auth/refresh",
    "POST /api/auth/token",
    "GET /events",
    "GET /ws",
    "GET /health",
    "GET /healthz",
    "GET /api/health",
    "GET /api/health/live",
    "GET /api/health/ready",
    "GET /api/health/detailed",
    "GET /status",
    "GET /version",
    "GET /metrics",
    "GET /openapi.json",
    "GET /api/prices",
    "GET /api/ohlcv",
    "GET /api/news",
    "GET /api/sentiment",
    "GET /api/defi/tvl-chart",
    "GET /api/market",
    "GET /api/trending",
    "GET /api/defi",
    "GET /api/status",
    "GET /markets",
    "GET /",
    "GET /news",
    "GET /login",
    "POST /login",
    "GET /now",
    "GET /schedule",
    "GET /api/transcripts",
    "GET /listen",
    "GET /proposals",
    "GET /proposals/{id}",
    "GET /proposals/{id}/receipt",
    "GET /proposals/{id}/veto",
    "GET /delegation",
    "GET /treasury",
    "GET /governance/proposals",
    "GET /governance/proposal/{id}",
    "GET /governance/proposal/{id}/document",
    "GET /governance/proposal/{id}/ballot",
    "GET /governance/proposal/{id}/ballots",
    "GET /governance/proposal/{id}/receipts/{wallet}",
    "POST /governance/vote",
    "GET /governance/delegation",
    "POST /governance/delegation",
    "GET /governance/veto",
    "POST /governance/veto",
    "GET /governance/treasury",
    "GET /.well-known/cryptocall-oracle.json",
    "POST /helius-webhook",
}
#: Doors that say that nothing is set up behind them, whoever comes.
NOT_SET_UP = {"POST /helius-webhook"}
#: Files of the pages, at paths that change with their content, and the sound.
OPEN_BELOW = ("GET /static/", "GET /stream/")


@dataclass(frozen=True)
class Caller:
    """Somebody who asks."""

    name: str
    role: str | None
    credential: Credential
    scopes: tuple[str, ...] | None = None


def run(bench: Bench) -> None:
    station = bench.station(dict(WIDE_OPEN))
    station.start()
    door = Door(station.port)
    known = read_operations(door)
    _declared(bench, known)
    callers = _callers(People(station), door)
    _ask(bench, "nobody", door, known, [Caller("nobody", None, NOBODY)])
    _ask(bench, "people of every role and tier", door, known, [one for one in callers if one.scopes is None])
    _ask(
        bench,
        "an admin's keys with all scopes but one, and with one",
        door,
        known,
        [one for one in callers if one.scopes is not None],
    )
    _heads(bench, door, known, callers)
    _no_way_around(bench, door, known)
    station.stop()


def _declared(bench: Bench, known: list[Operation]) -> None:
    open_doors = {one.name for one in known if one.role is None}
    surprising = {name for name in open_doors - OPEN if not name.startswith(OPEN_BELOW)}
    bench.check(
        "routes that ask for nobody are those of a list typed by hand",
        "all of them",
        f"{len(open_doors)} of {len(known)} routes are open; {_some(surprising) or 'none surprising'}",
        not surprising,
    )
    account = {one.name for one in known if one.scope == UNGRANTABLE}
    expected = {"POST /api/keys", "POST /api/auth/password", "DELETE /api/keys/{id}", "DELETE /api/auth/sessions/{id}"}
    bench.check(
        f"no key makes keys or changes the password: the scope {UNGRANTABLE}",
        _some(expected),
        _some(account) or "no route has it",
        expected <= account,
    )


def _callers(people: People, door: Door) -> list[Caller]:
    callers = []
    for role in ROLES:
        person = people.add(role)
        callers.append(Caller(role, role, person.log_in(door).credential))
    for tier in ("pro", "enterprise"):
        person = people.add("client", tier)
        callers.append(Caller(f"client, {tier}", "client", person.log_in(door).credential))
    admin = people.add("admin").log_in(door).credential
    grantable = [scope for scope in SCOPES if scope != UNGRANTABLE]
    sets = [[scope for scope in grantable if scope != missing] for missing in grantable] + [
        [scope] for scope in grantable
    ]
    for scopes in [*sets, grantable]:
        key = make_key(door, admin, f"of {' '.join(scopes)}", scopes)
        name = f"key of {'+'.join(scopes)}"
        callers.append(Caller(name, "admin", key.credential, tuple(scopes)))
    exchanged = door.post("/api/auth/token", {"api_key": key.text}).expect(200).json["access_token"]
    callers.append(Caller("token of a key", "admin", Credential.token(exchanged), tuple(grantable)))
    viewing = make_key(door, admin, "a viewer's", grantable, role="viewer")
    callers.append(Caller("admin's key with a viewer's role", "viewer", viewing.credential, tuple(grantable)))
    return callers


def _ask(bench: Bench, who: str, door: Door, known: list[Operation], callers: list[Caller]) -> None:
    wrong: list[str] = []
    refused = 0
    for caller in callers:
        for operation in known:
            expected = operation.expected(caller.role, caller.scopes)
            answer = operation.ask_in_vain(door, caller.credential)
            is_refused = answer.status in (401, 403, 303)
            refused += is_refused
            if is_refused != bool(expected) or (expected and answer.status not in expected):
                wrong.append(f"{operation.name} as {caller.name}: {answer.status}")
            elif operation.name in NOT_SET_UP:
                if (answer.status, answer.error) != (503, "unavailable"):
                    wrong.append(f"{operation.name} as {caller.name}: {answer.status} {answer.body[:80]!r}")
            elif answer.status >= 500:
                wrong.append(f"{operation.name} as {caller.name}: {answer.status} {answer.body[:80]!r}")
            elif answer.status == 401 and answer.headers.get("www-authenticate") != "Bearer":
                wrong.append(f"{operation.name} as {caller.name}: 401 without WWW-Authenticate")
    asked = len(callers) * len(known)
    bench.check(
        f"{who}: {len(known)} routes, {len(callers)} callers",
        f"all {asked} answers as declared",
        f"{asked - len(wrong)}, {refused} of them refusals{'; wrong: ' + _some(wrong) if wrong else ''}",
        not wrong and (refused > 0 or not any(one.role for one in known)),
    )


def _heads(bench: Bench, door: Door, known: list[Operation], callers: list[Caller]) -> None:
    """HEAD goes through the same door as GET."""
    wrong: list[str] = []
    asked = 0
    for caller in [Caller("nobody", None, NOBODY), *[one for one in callers if one.role == "viewer"]]:
        for operation in known:
            if operation.method != "GET":
                continue
            asked += 1
            expected = operation.expected(caller.role, caller.scopes)
            status = door.ask("HEAD", f"{operation.path}?no_such_parameter=1", caller.credential).status
            if (status in (401, 403, 303)) != bool(expected) or status >= 500:
                wrong.append(f"HEAD {operation.template} as {caller.name}: {status}")
    bench.check(
        "HEAD instead of GET, as nobody and as viewers",
        f"all {asked} as GET would be",
        f"{asked - len(wrong)}{'; wrong: ' + _some(wrong) if wrong else ''}",
        not wrong and asked > 0,
    )


def _no_way_around(bench: Bench, door: Door, known: list[Operation]) -> None:
    """Other spellings of a guarded path, and headers that some servers believe, open nothing."""
    guarded = [one for one in known if one.role is not None and one.method == "GET"]
    opened: list[str] = []
    asked = 0
    for operation in guarded:
        path = operation.path
        first, rest = path[1:2], path[2:]
        spellings = [
            path + "/",
            "/" + path,
            path.upper(),
            f"/%{ord(first):02x}{rest}",
            f"/health/..{path}",
            f"/.{path}",
            path + "%00",
            path + ";x=1",
            path + "%2f",
            path + "?",
        ]
        for spelling in spellings:
            asked += 1
            answer = door.get(spelling)
            if answer.status < 300:
                opened.append(f"{spelling}: {answer.status}")
        believed = {
            "X-HTTP-Method-Override": operation.method,
            "X-Original-URL": path,
            "X-Rewrite-URL": path,
            "X-Forwarded-User": "admin",
            "X-Forwarded-For": "127.0.0.1",
            "X-Role": "admin",
        }
        asked += 2
        if operation.role is not None and door.get(path, headers=believed).status < 300:
            opened.append(f"{path} with headers: opened")
        if door.get("/version", headers=believed).body != door.get("/version").body:
            opened.append("/version with X-Original-URL: answers something else")
    bench.check(
        "other spellings of guarded paths, and headers that claim a path, a method or a user",
        f"none of {asked} is let in",
        _some(opened) or "none",
        not opened and asked > 0,
    )


def _some(names: set[str] | list[str]) -> str:
    """A few of them, and how many more."""
    listed = sorted(names)
    return "; ".join(listed[:6]) + (f"; and {len(listed) - 6} more" if len(listed) > 6 else "")
