"""API keys: shown once, kept as a hash, exchanged for tokens, gone at once when revoked."""

from __future__ import annotations

import time

from door import forge
from door.client import Credential, Door
from door.people import Key, People, make_key
from door.settings import WIDE_OPEN, share_signing_key
from door.vault import VAULT
from harness import clock
from harness.bench import Bench
from harness.engines import Engine, both
from harness.waiting import wait_for

NAME = "keys"
TITLE = "making, listing, exchanging, expiring and revoking of API keys; over two daemons"

#: How long another daemon may still let a revoked credential in.
ELSEWHERE_SECONDS = 5


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    stations = [engine.station(dict(WIDE_OPEN)) for _ in range(1 if engine.name == "SQLite" else 2)]
    share_signing_key(stations)
    for station in stations:
        station.start()
    doors = [Door(station.port) for station in stations]
    door = doors[0]
    people = People(stations[0])
    owner, other = people.add("operator").log_in(door), people.add("operator").log_in(door)
    key = make_key(door, owner.credential, "first", ["read", "control"])
    _shown_once(bench, engine, door, owner.credential, key)
    _uses(bench, engine, door, key)
    _bounds(bench, engine, door, owner.credential, other.credential, key)
    _exchange(bench, engine, door, owner.credential)
    _revoked(bench, engine, doors, owner.credential)
    short = make_key(door, owner.credential, "for a day", ["read"], expires_in_days=1)
    long = make_key(door, owner.credential, "for two days", ["read"], expires_in_days=2)
    before = [door.get("/api/users/me", one.credential).status for one in (short, long)]
    for station in stations:
        station.stop()
    stations[0].start(environment=clock.off_by(bench, 25 * 3600))
    after = [Door(stations[0].port).get("/api/users/me", one.credential).status for one in (short, long)]
    bench.check(
        f"{engine.name}: keys for one and two days: now, and 25 hours later",
        "200, 200; 401, 200",
        f"{before}; {after}",
        before == [200, 200] and after == [401, 200],
    )
    stations[0].stop()


def _shown_once(bench: Bench, engine: Engine, door: Door, owner: Credential, key: Key) -> None:
    listed = door.get("/api/keys", owner).expect(200)
    stored = engine.query("SELECT count(*) FROM api_key WHERE name = 'first'")
    dump = str(
        engine.query(
            f"SELECT name, shown_prefix, scopes FROM api_key WHERE {engine.id('id')} = '{key.id.replace('-', '')}'"
        )
    )
    bench.check(
        f"{engine.name}: a key that was made: in the list, in its row",
        "listed by its name; the key in neither",
        f"{'listed' if 'first' in listed.body.decode() else 'not listed'}; {stored[0][0]} row",
        "first" in listed.body.decode()
        and key.text not in listed.body.decode()
        and key.text not in dump
        and stored == [["1"]]
        and key.text.startswith("ccfm_")
        and len(key.text) >= 40,
    )


def _uses(bench: Bench, engine: Engine, door: Door, key: Key) -> None:
    ways = {
        "X-API-Key": door.get("/api/users/me", key.credential).status,
        "Bearer": door.get("/api/users/me", Credential.token(key.text)).status,
        "in the query": door.get(f"/api/users/me?api_key={key.text}").status,
        "as a cookie": door.get("/api/users/me", Credential.cookie(key.text)).status,
        "both": door.get(
            "/api/users/me", Credential({**key.credential.headers, **Credential.token(key.text).headers})
        ).status,
    }
    bench.check(
        f"{engine.name}: a key in one header or the other, in the query, as a cookie, in both headers",
        "200, 200, refused, refused, refused",
        ways,
        [ways["X-API-Key"], ways["Bearer"]] == [200, 200]
        and ways["in the query"] in (401, 422)
        and ways["as a cookie"] == 401
        and ways["both"] == 400,
    )
    used = wait_for(
        "its last use",
        10,
        lambda: engine.query("SELECT last_used_at FROM api_key WHERE name = 'first' AND last_used_at IS NOT NULL"),
        every=0.2,
    )
    bench.check(f"{engine.name}: its last use is noted", "yes", "yes" if used else "no", bool(used))


def _bounds(bench: Bench, engine: Engine, door: Door, owner: Credential, other: Credential, key: Key) -> None:
    refused = {
        "by a key": door.post("/api/keys", {"name": "x", "scopes": ["read"]}, key.credential).status,
        "with the scope account": door.post("/api/keys", {"name": "x", "scopes": ["account"]}, owner).status,
        "with no scope": door.post("/api/keys", {"name": "x", "scopes": []}, owner).status,
        "with an unknown scope": door.post("/api/keys", {"name": "x", "scopes": ["everything"]}, owner).status,
        "above its owner": door.post("/api/keys", {"name": "x", "scopes": ["read"], "role": "admin"}, owner).status,
        "for 0 days": door.post("/api/keys", {"name": "x", "scopes": ["read"], "expires_in_days": 0}, owner).status,
        "with a name of 500 characters": door.post("/api/keys", {"name": "x" * 500, "scopes": ["read"]}, owner).status,
    }
    bench.check(
        f"{engine.name}: keys that cannot be made",
        "403 or 422 each",
        refused,
        all(status in (403, 422) for status in refused.values()),
    )
    foreign = door.ask("DELETE", f"/api/keys/{key.id}", other)
    seen = key.id in door.get("/api/keys", other).body.decode()
    bench.check(
        f"{engine.name}: somebody else's key: in one's list, revoked",
        "not there, 404",
        f"{'there' if seen else 'not there'}, {foreign.status}",
        not seen and foreign.status == 404,
    )


def _exchange(bench: Bench, engine: Engine, door: Door, owner: Credential) -> None:
    key = make_key(door, owner, "exchanged", ["read"])
    answer = door.post("/api/auth/token", {"api_key": key.text}).expect(200).json
    token = Credential.token(VAULT.keep("access token", answer["access_token"]))
    claims = forge.parts(answer["access_token"])[1]
    statuses = [
        door.get("/api/users/me", token).status,
        door.ask("PUT", "/api/users/me", token, json={"display_name": "x"}).status,
        door.control("system.status", {}, token).status,
        door.post("/api/keys", {"name": "x", "scopes": ["read"]}, token).status,
        door.post("/api/auth/token", {"api_key": answer["access_token"]}).status,
    ]
    bench.check(
        f"{engine.name}: a token for a key that may read: reads, writes, controls, makes keys, is exchanged",
        "200, 403, 403, 403, 401; no refresh token",
        f"{statuses}; {claims.get('scopes')}",
        statuses == [200, 403, 403, 403, 401] and claims.get("scopes") == ["read"] and "refresh_token" not in answer,
    )
    revoked = door.ask("DELETE", f"/api/keys/{key.id}", owner).status
    after = [
        door.get("/api/users/me", token).status,
        door.get("/api/users/me", key.credential).status,
        door.post("/api/auth/token", {"api_key": key.text}).status,
    ]
    bench.check(
        f"{engine.name}: the key revoked: its token, itself, another exchange",
        "204; 401 each, at once",
        f"{revoked}; {after}",
        revoked == 204 and after == [401] * 3,
    )


def _revoked(bench: Bench, engine: Engine, doors: list[Door], owner: Credential) -> None:
    if len(doors) < 2:
        return
    key = make_key(doors[0], owner, "elsewhere", ["read"])
    here = [door.get("/api/users/me", key.credential).status for door in doors]
    doors[0].ask("DELETE", f"/api/keys/{key.id}", owner).expect(204)
    at_once = doors[0].get("/api/users/me", key.credential).status
    began = time.monotonic()
    wait_for(
        "the other daemon to refuse it",
        ELSEWHERE_SECONDS + 5,
        lambda: doors[1].get("/api/users/me", key.credential).status == 401,
        every=0.1,
    )
    bench.at_most(
        f"{engine.name}: a key that was in use on two daemons, revoked on one: the other refuses it after",
        time.monotonic() - began,
        ELSEWHERE_SECONDS + 0.5,
        "s",
    )
    bench.check(
        f"{engine.name}: before, on both; at once, where it was revoked",
        "200, 200; 401",
        f"{here}; {at_once}",
        here == [200, 200] and at_once == 401,
    )
