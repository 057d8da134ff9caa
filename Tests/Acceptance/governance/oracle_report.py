"""Signed reports of wallets, checked as anybody can check them: with nothing but the published key."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chains import base58, ed25519
from harness.bench import Bench
from oracle_place import Place, seconds_of
from solders.pubkey import Pubkey
from solders.signature import Signature


def envelope(place: Place, wallet: str) -> dict[str, Any]:
    return dict(place.door.get(f"/oracle/report/{wallet}", place.operator).expect(200).json)


def report(place: Place, wallet: str) -> dict[str, Any]:
    return dict(json.loads(envelope(place, wallet)["report"]))


def _is_signed(key: bytes, text: bytes, signature: bytes) -> bool:
    """By two verifications that have nothing in common."""
    one = Signature.from_bytes(signature).verify(Pubkey.from_bytes(key), text)
    return one and ed25519.is_believed(key, text, signature)


def check_signature(bench: Bench, place: Place, wallet: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Of a wallet that was analyzed with this answer; the envelope."""
    signed = envelope(place, wallet)
    published = place.door.get("/.well-known/cryptocall-oracle.json").expect(200).json
    row = next(one for one in published["keys"] if one["key_id"] == signed["key_id"])
    key, text = base64.b64decode(row["public_key_base64"]), signed["report"].encode()
    signature = base64.b64decode(signed["signature"])
    bench.check(
        f"{place.name}a report's signature",
        "of its exact bytes by the published key, by two verifications",
        f"{signed['algorithm']}, key {row['key_id']}, {len(text)} bytes",
        signed["algorithm"] == row["algorithm"] == "Ed25519"
        and _is_signed(key, text, signature)
        and base58.decoded(row["public_key_base58"]) == key
        and hashlib.sha256(key).hexdigest().startswith(row["key_id"])
        and len(row["key_id"]) >= 16,
    )
    flips = [text[:at] + bytes((text[at] ^ 1,)) + text[at + 1 :] for at in range(0, len(text), 7)]
    believed = sum(Signature.from_bytes(signature).verify(Pubkey.from_bytes(key), one) for one in flips)
    others = [bytes((one ^ 1,)) for one in signature]
    forged = [signature[:at] + one + signature[at + 1 :] for at, one in enumerate(others)]
    believed += sum(Signature.from_bytes(one).verify(Pubkey.from_bytes(key), text) for one in forged)
    bench.check(
        f"{place.name}one flipped bit: in {len(flips)} places of the report, in {len(forged)} of the signature",
        "no longer signed",
        f"{believed} believed",
        believed == 0,
    )
    read = json.loads(text)
    again = json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    has_floats = any(isinstance(one, float) for one in _leaves(read))
    bench.check(
        f"{place.name}its text",
        "canonical: written again it is the same, without floats; it says what the answer said",
        f"{'the same' if again == signed['report'] else 'another'} text, {'floats' if has_floats else 'no floats'}",
        again == signed["report"] and not has_floats and _says(read, answer),
    )
    return signed


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)]
    return [leaf for one in value for leaf in _leaves(one)] if isinstance(value, list) else [value]


def _says(read: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether report and answer agree in every figure; a report has what is unknown as nothing."""
    figures = read["metrics"]
    same = all(_plain(figures[name]) == _plain(answer["metrics"].get(name)) for name in figures)
    window = seconds_of(read["window"]["to"]) - seconds_of(read["window"]["from"])
    return (
        same
        and read["wallet"] == answer["wallet"]
        and (read["tier"]["number"], read["tier"]["rule"]) == (answer["tier"], answer["rule"])
        and read["flags"] == answer["flags"]
        and (read["made_at"], read["stale_after"]) == (answer["made_at"], answer["stale_after"])
        and read["policy"] == answer["policy"]
        and abs(window - 30 * 86_400) < 0.001
    )


def _plain(value: Any) -> Any:
    try:
        return Decimal(value) if isinstance(value, str) else Decimal(str(value)) if isinstance(value, float) else value
    except ArithmeticError:
        return value
