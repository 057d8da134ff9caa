"""Tokens that nobody gave out, in either algorithm: none opens a door, and the answer does not say why."""

from __future__ import annotations

import secrets
import time
import uuid
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from door import forge
from door.client import Answer, Credential, Door
from door.people import People, Tokens
from door.settings import WIDE_OPEN, credential
from door.vault import VAULT
from harness.bench import Bench
from harness.station import Station
from harness.waiting import Late, wait_for

NAME = "forged-tokens"
TITLE = (
    "alg none, other keys, swapped algorithms, unknown key ids, other issuers, changed claims, cut and stretched tokens"
)

ALGORITHMS = ("HS256", "EdDSA")
Claims = dict[str, Any]


def run(bench: Bench) -> None:
    for algorithm in ALGORITHMS:
        _one(bench, algorithm)
    _rotation(bench)
    _weak(bench)


def _one(bench: Bench, algorithm: str) -> None:
    secret = VAULT.keep("signing key", secrets.token_urlsafe(48))
    station = _station(bench, algorithm, secret)
    station.start()
    door = Door(station.port)
    people = People(station)
    person, admin = people.add("viewer"), people.add("admin")
    tokens, boss = person.log_in(door), admin.log_in(door)
    header, claims, _ = forge.parts(tokens.access)
    pair = forge.Ed25519(secret)
    sign: forge.Sign = forge.hs256(secret.encode()) if algorithm == "HS256" else pair.sign
    bench.check(
        f"{algorithm}: a token names its algorithm, key, account, issuer and audience",
        "all of them, 60 minutes long",
        f"{header.get('alg')}, {', '.join(sorted(claims))}",
        header.get("alg") == algorithm
        and bool(header.get("kid"))
        and {"sub", "email", "role", "tier", "exp", "iat", "iss", "aud", "sid", "jti"} <= set(claims)
        and claims["exp"] - claims["iat"] == 3600,
    )
    true = forge.made(header, {**claims, "jti": _fresh(claims)}, sign)
    true_status = _ask(door, true).status
    bench.check(f"{algorithm}: one that is made with the station's key opens", "200", true_status, true_status == 200)
    forged = _forged(header, claims, sign, tokens, boss, algorithm, pair)
    answers = {name: _ask(door, token) for name, token in forged.items()}
    wrong = [f"{name}: {answer.status}" for name, answer in answers.items() if answer.status != 401]
    bench.check(
        f"{algorithm}: {len(forged)} tokens that nobody gave out",
        "401 each",
        f"{len(forged) - len(wrong)} refused{'; not: ' + '; '.join(wrong) if wrong else ''}",
        not wrong,
    )
    texts = {answer.json.get("message") for answer in answers.values() if answer.status == 401}
    bench.check(
        f"{algorithm}: the answer does not say why",
        "one text for all",
        f"{len(texts)}: {sorted(texts)[:2]}",
        len(texts) == 1,
    )
    raised = forge.made(header, {**claims, "role": "admin", "tier": "enterprise", "jti": _fresh(claims)}, sign)
    statuses = [
        door.get("/api/users", Credential.token(raised)).status,
        door.get("/api/users/me", Credential.token(raised)).json.get("role"),
    ]
    bench.check(
        f"{algorithm}: with the right key and the role of an admin",
        "403: the role is that of the account",
        str(statuses),
        statuses == [403, "viewer"],
    )
    _expires(bench, algorithm, door, header, claims, sign)
    station.stop()


def _station(bench: Bench, algorithm: str, secret: str) -> Station:
    station = bench.station({**WIDE_OPEN, "identity.algorithm": algorithm.lower()})
    station.settings["identity.token_key"] = credential(station, "token-key", secret)
    return station


def _ask(door: Door, token: str) -> Answer:
    return door.get("/api/users/me", Credential.token(token))


def _fresh(claims: Claims) -> str:
    """Another id of the same kind, so that no answer comes from a memory of tokens."""
    return str(claims["jti"])[:-6] + secrets.token_hex(3)


def _forged(
    header: Claims,
    claims: Claims,
    sign: forge.Sign,
    tokens: Tokens,
    boss: Tokens,
    algorithm: str,
    pair: forge.Ed25519,
) -> dict[str, str]:
    now = int(time.time())
    other = Ed25519PrivateKey.generate()
    own_key = forge.Ed25519(secrets.token_hex(32))
    strange = secrets.token_bytes(48)
    boss_claims = forge.parts(boss.access)[1]
    whole = tokens.access
    head, body, signature = whole.split(".")
    twice = b'{"alg":"none",' + forge.decoded(head)[1:]

    def headed(**changes: Any) -> str:
        return forge.made(
            {key: value for key, value in {**header, **changes}.items() if value is not None}, claims, sign
        )

    def claiming(**changes: Any) -> str:
        changed = {**claims, "jti": _fresh(claims), **changes}
        return forge.made(header, {key: value for key, value in changed.items() if value is not None}, sign)

    def algorithmed(name: Any, signer: forge.Sign) -> str:
        return forge.made({**header, "alg": name}, claims, signer)

    made: dict[str, str] = {
        # Another algorithm.
        "alg none": algorithmed("none", forge.unsigned),
        "alg None": algorithmed("None", forge.unsigned),
        "an empty header": f"{forge.encoded(b'{}')}.{body}.{signature}",
        "alg nOnE, signed": algorithmed("nOnE", sign),
        "no alg": headed(alg=None),
        "alg a number": headed(alg=256),
        "alg a list": headed(alg=[algorithm]),
        "alg HS512": algorithmed("HS512", forge.hs512(strange)),
        "alg RS256": algorithmed("RS256", sign),
        "alg HS256 with the public key": algorithmed("HS256", forge.hs256(pair.public_raw)),
        "alg HS256 with the public key as PEM": algorithmed("HS256", forge.hs256(pair.public_pem)),
        "alg HS256 with an empty key": algorithmed("HS256", forge.hs256(b"")),
        "alg HS256 with the key's id": algorithmed("HS256", forge.hs256(str(header["kid"]).encode())),
        "alg EdDSA with another key": algorithmed("EdDSA", other.sign),
        "alg HS256 with another key": algorithmed("HS256", forge.hs256(strange)),
        # Another key.
        "unknown kid": headed(kid="unknown"),
        "no kid": headed(kid=None),
        "empty kid": headed(kid=""),
        "kid a path": headed(kid="../../../../dev/null"),
        "kid SQL": headed(kid="x' OR '1'='1"),
        "kid of 3000 characters": headed(kid="k" * 3000),
        "kid a number": headed(kid=1),
        "its own key in the header": forge.made({**header, "jwk": own_key.jwk}, claims, own_key.sign),
        "a key at an address": forge.made({**header, "jku": "http://127.0.0.1:9/keys"}, claims, other.sign),
        "a critical extension": headed(crit=["exp"]),
        "another type": headed(typ="at+jwt"),
        # Other claims, with the right key.
        "another issuer": claiming(iss="somebody-else"),
        "no issuer": claiming(iss=None),
        "another audience": claiming(aud="somebody-else"),
        "a list of audiences": claiming(aud=[claims["aud"], "somebody-else"]),
        "no audience": claiming(aud=None),
        "expired a second ago": claiming(exp=now - 1, iat=now - 3601),
        "expired in 1970": claiming(exp=0),
        "no expiry": claiming(exp=None),
        "expiry a text": claiming(exp="never"),
        "expiry below zero": claiming(exp=-1),
        "made tomorrow": claiming(iat=now + 86_400, exp=now + 90_000),
        "nobody's account": claiming(sub=str(uuid.uuid4())),
        "no account": claiming(sub=None),
        "somebody else's account": claiming(sub=boss_claims["sub"]),
        "nobody's session": claiming(sid="01980000-0000-7000-8000-000000000000"),
        "no session": claiming(sid=None),
        "a key that there is not": claiming(sid=None, key_id="01980000-0000-7000-8000-000000000000", scopes=["read"]),
        "both a session and a key": claiming(key_id=claims["sid"], scopes=["read"]),
        # Not as it was given out.
        "an admin's claims": f"{head}.{boss.access.split('.')[1]}.{signature}",
        "a claim changed": f"{head}.{forge.encoded(forge.decoded(body).replace(b'viewer', b'admin'))}.{signature}",
        "no signature": f"{head}.{body}.",
        "no signature, no dot": f"{head}.{body}",
        "an empty token": "..",
        "signature cut": whole[:-4],
        "signature longer": whole + "AAAA",
        "signature of zeros": f"{head}.{body}.{forge.encoded(bytes(len(forge.decoded(signature))))}",
        "a fourth part": whole + ".x",
        "a part in front": "x." + whole,
        "plain base64": f"{head}.{body}.{signature}==",
        "no base64": f"{head}.{body}.!!!!",
        "twice": whole + " " + whole,
        "a comma": f"{whole}, {whole}",
        "5000 characters": whole + "A" * 5000,
        "header no JSON": f"{forge.encoded(b'nonsense')}.{body}.{signature}",
        "header a list": f"{forge.encoded(b'[]')}.{body}.{signature}",
        "claims a list": forge.made(header, [], sign),  # type: ignore[arg-type]
        "alg twice in the header": f"{forge.encoded(twice)}.{body}.{signature}",
        "a refresh token": tokens.refresh,
        "a session's id": tokens.session,
        "an API key that there is not": "ccfm_" + secrets.token_urlsafe(32),
        "the beginning of a key": "ccfm_",
    }
    if algorithm == "HS256":
        made["alg EdDSA, signed by HS256"] = algorithmed("EdDSA", sign)
        made["alg HS384 with the right key"] = algorithmed("HS384", forge.hs512(b""))
    return made


def _expires(bench: Bench, algorithm: str, door: Door, header: Claims, claims: Claims, sign: forge.Sign) -> None:
    """A token ends when it says so, also one that was in use until then."""
    end = int(time.time()) + 3
    token = forge.made(header, {**claims, "jti": _fresh(claims), "exp": end}, sign)
    first = _ask(door, token).status
    refused_at: list[float] = []

    def is_refused() -> bool:
        if _ask(door, token).status == 401:
            refused_at.append(time.time())
        return bool(refused_at)

    wait_for("its end", 10, is_refused, every=0.05)
    bench.check(
        f"{algorithm}: a token that is used until it expires",
        "200, and refused within a second of its end",
        f"{first}, refused {refused_at[0] - end:+.2f} s from it",
        first == 200 and -0.05 <= refused_at[0] - end <= 1,
    )


def _rotation(bench: Bench) -> None:
    """Another signing key: tokens of the one before it still open, those of the one before that do not."""
    station = bench.station(dict(WIDE_OPEN))
    station.start()
    door = Door(station.port)
    person, admin = People(station).add("client"), People(station).add("admin")
    boss = admin.log_in(door)
    first = person.log_in(door)
    statuses: list[int] = []
    kids = [forge.parts(first.access)[0]["kid"]]
    for _ in range(2):
        statuses.append(door.control("identity.rotate_keys", {}, boss.credential).status)
        later = person.log_in(door)
        kids.append(forge.parts(later.access)[0]["kid"])
        statuses += [_ask(door, first.access).status, _ask(door, later.access).status]
        boss = admin.log_in(door)
    restarted = station.stop() == 0 and station.start() is not None
    after = _ask(Door(station.port), later.access).status
    bench.check(
        "the signing key is changed twice: the change, a token of the first key, a new token; each time",
        "200, 200, 200; 200, 401, 200; three key ids",
        f"{statuses}; {len(set(kids))} key ids",
        statuses == [200, 200, 200, 200, 401, 200] and len(set(kids)) == 3,
    )
    bench.check("after a restart, a token of the last key", "200", after, restarted and after == 200)
    files = [
        file
        for file in (station.home / "state").rglob("*")
        if file.is_file() and file.stat().st_mode & 0o077 and "key" in file.name
    ]
    bench.check(
        "the file of the keys is its owner's alone",
        "no right for others",
        ", ".join(map(str, files)) or "none",
        not files,
    )
    station.stop()


def _weak(bench: Bench) -> None:
    """Secrets that anybody could guess do not start."""
    wrong = []
    weak = {
        "changeme": "changeme",
        "31 bytes": "aB3$" * 7 + "xyz",
        "one letter": "a" * 64,
        "a known one": "your-secret-key-change-in-production",
        "empty": "",
    }
    for name, secret in weak.items():
        station = _station(bench, "HS256", secret)
        run = station.start(ready_within=None)
        try:
            code: int | None = run.ended(20)
        except Late:
            code = None
            station.kill()
        text = run.text()
        # An empty file is one that cannot be used, whatever it is for.
        named, expected = ("token-key", 77) if not secret else ("identity.token_key", 78)
        if code != expected or named not in text or (len(secret) > 8 and secret in text):
            wrong.append(f"{name}: {code}")
    bench.check(
        f"{len(weak)} signing secrets that can be guessed",
        "exit 78 (77 for an empty file), naming the setting and not the secret",
        "so" if not wrong else "; ".join(wrong),
        not wrong,
    )
