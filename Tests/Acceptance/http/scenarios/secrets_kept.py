"""No secret in what the daemon writes or answers: planted ones are searched for, here and in all that came before."""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path

from door.client import Credential, Door
from door.people import People, Tokens, make_key, new_password
from door.settings import WIDE_OPEN, credential, share_signing_key
from door.stream import EventStream
from door.vault import VAULT, search, shaped
from harness.bench import Bench
from harness.station import Station
from harness.waiting import Late

NAME = "secrets"
TITLE = "planted passwords, tokens, keys and cookies in logs, errors, metrics, audit, events and crash reports"

#: Not a secret: it has to be found, so that a search which finds nothing is one that can find something.
MARK = "Marke-"


def run(bench: Bench) -> None:
    _search_works(bench)
    folder = bench.folder / "said"
    folder.mkdir()
    station = _station(bench)
    door = Door(station.port)
    people = People(station)
    admin = people.add("admin").log_in(door)
    events = EventStream(station.port, "", admin.credential)
    mark = MARK + secrets.token_hex(12)
    _plant(door, people, admin, mark)
    _plant_hooks(door)
    places = _collect(station, door, admin, events, folder)
    _crash(station, door, people)
    _judge(bench, station, places, folder, mark)


def _search_works(bench: Bench) -> None:
    """The search finds a text in each of its forms, and says nothing of one that is not there."""
    planted, absent = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    shown = {
        "plain": planted.encode(),
        "hexadecimal": planted.encode().hex().encode(),
        "base64": base64.b64encode(b"Authorization: " + planted.encode() + b" and more"),
        "base64, one further": base64.b64encode(b"x" + planted.encode()),
        "base64, two further": base64.urlsafe_b64encode(b"xx" + planted.encode() + b"y"),
        "in a line": json.dumps({"message": f"it is {planted}."}).encode(),
    }
    missed = []
    for name, content in shown.items():
        place = bench.folder / "shown"
        place.write_bytes(b"\x00some text\n" + content + b"\nmore\xff")
        if not search({"planted": [planted]}, [place], bench.folder):
            missed.append(name)
        if search({"absent": [absent]}, [place], bench.folder):
            missed.append(f"{name}: found what is not there")
    bench.check(
        f"the search itself: a text in {len(shown)} forms, and one that is not there",
        "found, not found",
        ", ".join(missed) or "so",
        not missed,
    )


def _station(bench: Bench) -> Station:
    """One that writes everything it can write, with secrets of its own in credential files."""
    station = bench.station({**WIDE_OPEN, "drills.enabled": "true", "log.level": "trace"})
    share_signing_key([station])
    hook = credential(station, "hook", VAULT.keep("hook secret", secrets.token_urlsafe(32)))
    station.write_config(f'[[webhooks.sources]]\nname = "watcher"\nscheme = "bearer"\nsecret = "{hook}"\n')
    station.start()
    return station


def _plant(door: Door, people: People, admin: Tokens, mark: str) -> None:
    """Secrets where they belong, and where people put them by mistake."""
    person = people.add("client")
    tokens = person.log_in(door)
    key = make_key(door, tokens.credential, mark, ["read"])
    door.get("/api/users/me", key.credential)
    answer = door.post("/api/auth/token", {"api_key": key.text}).expect(200).json
    VAULT.keep("access token", answer["access_token"])
    VAULT.keep(
        "refresh token",
        door.post("/api/auth/refresh", {"refresh_token": tokens.refresh}).expect(200).json["refresh_token"],
    )
    door.post("/api/auth/refresh", {"refresh_token": tokens.refresh})
    fresh = person.log_in(door)
    new = new_password()
    door.post("/api/auth/password", {"current_password": new_password(), "new_password": new}, fresh.credential)
    door.post("/api/auth/password", {"current_password": person.password, "new_password": new}, fresh.credential)
    for _ in range(3):
        person.try_password(door, new_password())
    # By mistake: in the wrong field, in the path, in the query, cut off, under the wrong name.
    stray = [VAULT.keep("stray", f"Irrläufer-{secrets.token_urlsafe(18)}".replace("ä", "ae")) for _ in range(14)]
    door.post("/api/auth/login", {"email": stray[0], "password": stray[1]})
    door.post("/api/auth/login", {"email": person.email, "password": stray[2], "pasword": stray[3]})
    door.ask(
        "POST",
        "/api/auth/login",
        body=b'{"email":"a@example.net","password":"' + stray[4].encode(),
        headers={"Content-Type": "application/json"},
    )
    door.ask(
        "POST",
        "/api/auth/login",
        body=b"password=" + stray[5].encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    door.get(f"/api/users/me?access_token={stray[6]}")
    door.get(f"/version?api_key={key.text}")
    door.get(f"/api/keys/{stray[7]}", tokens.credential)
    door.ask("DELETE", f"/api/keys/{stray[8]}", fresh.credential)
    door.get("/api/users/me", Credential({"Authorization": f"Basic {base64.b64encode(stray[9].encode()).decode()}"}))
    door.get("/api/users/me", Credential.token(stray[10]))
    door.get("/api/users/me", Credential.cookie(stray[11]))
    door.post("/api/auth/register", {"email": "weak@example.net", "password": stray[12][:9] + "\u0000" + stray[12]})
    door.get("/nothing/" + stray[13])
    door.control("users.reset_password", {"user": person.email, "password": new_password()}, admin.credential)
    door.control(
        "users.add",
        {"email": mark.lower() + "@example.net", "password": new_password(), "role": "viewer"},
        admin.credential,
    )
    door.control(
        "users.add",
        {
            "email": "nobody",
            "password": new_password(),
            "token": VAULT.keep("stray", "Fehlschlag-" + secrets.token_hex(12)),
        },
        admin.credential,
    )
    door.control(
        "no.such.method", {"secret": VAULT.keep("stray", "Fehlgriff-" + secrets.token_hex(12))}, admin.credential
    )
    browser = door.ask(
        "POST",
        "/login",
        body=f"email={people.add('client').email}&password={new_password()}".encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{door.port}"},
    )
    for cookie in browser.cookies:
        VAULT.keep("cookie", cookie.partition("=")[2].partition(";")[0])


def _plant_hooks(door: Door) -> None:
    """The secrets of a service that tells something: the right one, a wrong one, and one in the body."""
    for secret in (VAULT.secrets()["hook secret"][-1], VAULT.keep("hook secret", secrets.token_urlsafe(32))):
        for header in (f"Bearer {secret}", secret, f"Basic {secret}"):
            door.ask(
                "POST",
                "/api/webhooks/watcher",
                body=json.dumps({"id": secrets.token_hex(4)}).encode(),
                headers={"Content-Type": "application/json", "Authorization": header},
            )


def _collect(station: Station, door: Door, admin: Tokens, events: EventStream, folder: Path) -> dict[str, Path]:
    """Everything that can be read, in files."""
    texts: dict[str, bytes] = {
        "/metrics": door.get("/metrics").body,
        "/api/logs": door.get("/api/logs?limit=500", admin.credential).expect(200).body,
        "/api/logs/export": door.get("/api/logs/export", admin.credential).expect(200).body,
        "/api/audit": door.get("/api/audit?limit=500", admin.credential).expect(200).body,
        "/api/metrics": door.get("/api/metrics", admin.credential).body,
        "/api/users": door.get("/api/users", admin.credential).body,
        "/api/auth/sessions": door.get("/api/auth/sessions", admin.credential).body,
        "/api/diagnostics": door.post("/api/diagnostics/run?auto_fix=false", {}, admin.credential).body,
        "events, live": "\n".join(heard.text for heard in events.all(2.0)).encode(),
        "events, replayed": json.dumps(
            station.control().call("events.replay", {"prefix": "", "fromOffset": 1, "limit": 1000})
        ).encode(),
        "events, states": json.dumps(station.control().call("events.snapshot", {"prefix": ""})).encode(),
        "control: status, tree, top, config": json.dumps(
            [
                station.control().call(method)
                for method in ("system.status", "system.tree", "system.top", "system.metrics")
            ]
        ).encode(),
        "answers that are errors": b"\n".join(VAULT.said),
    }
    places = {}
    for number, (name, content) in enumerate(texts.items()):
        places[name] = folder / f"{number:02}"
        places[name].write_bytes(content)
    return places


def _crash(station: Station, door: Door, people: People) -> None:
    """A trap while secrets are being worked on: the report shows all threads."""
    control = station.control()
    person = people.add("client")
    try:
        person.try_password(door, person.password)
        control.call("drill.start", {"kind": "trap"}, timeout=2)
    except Late:
        pass  # It died before it could answer.
    station.run.ended(60)


def _judge(bench: Bench, station: Station, places: dict[str, Path], folder: Path, mark: str) -> None:
    kept = VAULT.secrets()
    counts = ", ".join(f"{len(texts)} {kind}s" for kind, texts in kept.items())
    log = [station.run.errors, station.run.output]
    report = station.run.errors.read_text(errors="replace")
    is_found = {
        name: bool(search({"mark": [mark, mark.lower()]}, [place], bench.folder)) for name, place in places.items()
    }
    seen = [name for name, found in is_found.items() if found]
    bench.check(
        "a mark that is no secret is found where it should be",
        "in the audit log and in the events",
        ", ".join(seen) or "nowhere",
        any("audit" in name for name in seen) and any("events" in name for name in seen),
    )
    for name, place in places.items():
        found = search(kept, [place], bench.folder) + shaped([place])
        size = place.stat().st_size
        bench.check(
            f"{name} ({size} bytes)",
            "no secret",
            "; ".join(line.partition(": ")[2] for line in found[:4]) or "none",
            not found and size > 0,
        )
    found = search(kept, log, bench.folder) + shaped(log)
    bench.check(
        f"its log at trace, {len(report) >> 10} KB, with the report of a crash",
        "no secret",
        "; ".join(found[:4]) or f"none of {counts}",
        not found and ("Thread" in report or "Fatal" in report),
    )
    everything = [
        path
        for path in bench.logs.parent.rglob("*")
        if path.is_file() and path.suffix in (".out", ".err", ".log", ".txt", ".json")
    ]
    size = sum(path.stat().st_size for path in everything)
    found = search(kept, everything, bench.folder) + shaped(everything)
    bench.check(
        f"the logs of the whole run: {len(everything)} files, {size >> 10} KB",
        "no secret",
        "; ".join(line.replace(str(bench.logs.parent), "") for line in found[:4]) or f"none of {counts}",
        not found,
    )
    database = [
        path
        for path in (station.home / "state").rglob("*")
        if path.is_file() and path.name.startswith("station.sqlite")
    ]
    found = search({kind: texts for kind, texts in kept.items()}, database, bench.folder)
    bench.check(
        "the files of its database",
        "no secret",
        "; ".join(line.rpartition("/")[2] for line in found[:4]) or "none",
        not found and bool(database),
    )
    unit = (bench.project / "systemd" / "cryptocalld.service").read_text()
    bench.check(
        "the shipped unit leaves no core, which holds whatever memory held",
        "LimitCORE=0",
        "so" if "LimitCORE=0" in unit else "not so",
        "LimitCORE=0" in unit,
    )
