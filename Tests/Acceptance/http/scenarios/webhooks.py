"""What other services tell: only with a fresh proof, each delivery once, and kept through a crash."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping

from door.client import Answer, Door
from door.crowd import at_once
from door.settings import WIDE_OPEN, credential
from door.vault import VAULT
from harness.bench import Bench
from harness.station import Station

NAME = "webhooks"
TITLE = "signatures right, wrong, old and repeated; the same delivery twenty times at once; kill -9 after the answer"

AT_ONCE = 20
SCHEMES = ("stripe", "hmac", "bearer")


def run(bench: Bench) -> None:
    station = bench.station(dict(WIDE_OPEN))
    words = _install(station)
    station.start()
    door = Door(station.port)
    for scheme in SCHEMES:
        _proofs(bench, door, scheme, words[scheme])
    _once(bench, station, words["hmac"])
    _kept(bench, station, words["hmac"])
    station.stop()


def _install(station: Station) -> dict[str, str]:
    words = {}
    text = ""
    for scheme in SCHEMES:
        words[scheme] = VAULT.keep("hook secret", secrets.token_urlsafe(32))
        name = credential(station, f"hook-{scheme}", words[scheme])
        text += f'[[webhooks.sources]]\nname = "{scheme}"\nscheme = "{scheme}"\nsecret = "{name}"\n\n'
    station.write_config(text)
    return words


def proof(scheme: str, secret: str, body: bytes, *, age: float = 0.0) -> dict[str, str]:
    """The headers that prove a body."""
    if scheme == "bearer":
        return {"Authorization": f"Bearer {secret}"}
    moment = str(int(time.time() - age))
    code = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    if scheme == "stripe":
        return {"Stripe-Signature": f"t={moment},v1={code}"}
    return {"X-Timestamp": moment, "X-Signature": f"sha256={code}"}


def deliver(door: Door, scheme: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    sent = {"Content-Type": "application/json", **headers}
    return door.ask("POST", f"/api/webhooks/{scheme}", body=body, headers=sent)


def _event() -> bytes:
    return json.dumps({"id": f"evt_{secrets.token_hex(8)}", "type": "something.happened"}).encode()


def _proofs(bench: Bench, door: Door, scheme: str, secret: str) -> None:
    body = _event()
    right = deliver(door, scheme, body, proof(scheme, secret, body))
    wrong = {
        "no proof": deliver(door, scheme, body, {}),
        "another secret": deliver(door, scheme, body, proof(scheme, secrets.token_urlsafe(32), body)),
        "an empty secret": deliver(door, scheme, body, proof(scheme, "", body)),
    }
    if scheme != "bearer":
        wrong["another body"] = deliver(door, scheme, _event(), proof(scheme, secret, body))
        wrong["an hour old"] = deliver(door, scheme, body, proof(scheme, secret, body, age=3600))
        wrong["of the next hour"] = deliver(door, scheme, body, proof(scheme, secret, body, age=-3600))
        cut = {name: value[:-2] for name, value in proof(scheme, secret, body).items()}
        wrong["cut"] = deliver(door, scheme, body, cut)
    statuses = {name: answer.status for name, answer in wrong.items()}
    bench.check(
        f"{scheme}: the right proof; {len(wrong)} others",
        "200; 401 each",
        f"{right.status}; {statuses}",
        right.status == 200 and set(statuses.values()) == {401},
    )


def _rows(door: Door, secret: str, body: bytes, count: int) -> list[Answer]:
    def send(number: int) -> Answer:
        return deliver(Door(door.port, keeps=False), "hmac", body, proof("hmac", secret, body))

    return at_once(count, send)


def _once(bench: Bench, station: Station, secret: str) -> None:
    door = Door(station.port)
    body = _event()
    answers = _rows(door, secret, body, AT_ONCE)
    new = sum(answer.json["is_new"] for answer in answers if answer.status == 200)
    ids = {answer.json["id"] for answer in answers if answer.status == 200}
    again = deliver(door, "hmac", body, {**proof("hmac", secret, body), "X-Event-Id": "another-name"})
    bench.check(
        f"the same delivery {AT_ONCE} times at once; once more under another name that nobody has signed",
        "200 each, new once, one id; not new",
        f"{sum(answer.status == 200 for answer in answers)}, new {new} times, {len(ids)} ids; "
        f"{again.json.get('is_new') if again.status == 200 else again.status}",
        all(answer.status == 200 for answer in answers)
        and new == 1
        and len(ids) == 1
        and not (again.status == 200 and again.json["is_new"]),
    )


def _kept(bench: Bench, station: Station, secret: str) -> None:
    door = Door(station.port, keeps=False)
    bodies = [_event() for _ in range(30)]
    ids = [deliver(door, "hmac", body, proof("hmac", secret, body)).expect(200).json["id"] for body in bodies]
    station.kill()
    station.start()
    answers = [
        deliver(Door(station.port), "hmac", body, proof("hmac", secret, body)).expect(200).json for body in bodies
    ]
    known = sum(answer["id"] == id and not answer["is_new"] for answer, id in zip(answers, ids, strict=True))
    bench.check("30 deliveries, kill -9, and the same again", "all known", known, known == len(bodies))
