"""What callers of a Solana node hand over, read and checked as a node checks it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solders.pubkey import Pubkey

from . import base58
from .face import RPCError

_FILTERS_MAX = 4
_MEMCMP_BYTES_MAX = 128


@dataclass(frozen=True)
class Filter:
    """What an account's data must have at a place, or how long it must be where there is no place."""

    at: int | None
    wanted: bytes = b""
    size: int = 0


def options_of(params: Sequence[Any], index: int) -> dict[str, Any]:
    """The object at a place; an empty one where nothing is there."""
    found = params[index] if len(params) > index else None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise RPCError(-32602, f"Invalid params: invalid type at {index}, expected a map")
    minimum = found.get("minContextSlot")
    if minimum is not None and (not isinstance(minimum, int) or minimum < 0):
        raise RPCError(-32602, "Invalid params: invalid minContextSlot")
    return dict(found)


def pubkey(params: Sequence[Any], index: int) -> Pubkey:
    """Raises ``RPCError`` for what does not decode to 32 bytes."""
    text = params[index] if len(params) > index else None
    if not isinstance(text, str):
        raise RPCError(-32602, "Invalid params: expected a string")
    return Pubkey.from_bytes(_decoded(text, 32, "Invalid param: WrongSize"))


def signature_of(text: Any) -> str:
    if not isinstance(text, str):
        raise RPCError(-32602, "Invalid params: expected a string")
    _decoded(text, 64, "Invalid param: WrongSize")
    return text


def _decoded(text: str, size: int, refusal: str) -> bytes:
    try:
        data = base58.decoded(text)
    except ValueError:
        raise RPCError(-32602, "Invalid param: Invalid") from None
    if len(data) != size:
        raise RPCError(-32602, refusal)
    return data


def slice_of(options: Mapping[str, Any]) -> dict[str, int] | None:
    found = options.get("dataSlice")
    if found is None:
        return None
    if not isinstance(found, dict) or not all(isinstance(found.get(name), int) for name in ("offset", "length")):
        raise RPCError(-32602, "Invalid params: invalid dataSlice")
    return {"offset": found["offset"], "length": found["length"]}


def program_filters(listed: Sequence[Any]) -> list[Filter]:
    if len(listed) > _FILTERS_MAX:
        raise RPCError(-32602, f"Too many filters provided; max {_FILTERS_MAX}")
    return [_filter(one) for one in listed]


def _filter(told: Any) -> Filter:
    if isinstance(told, dict) and isinstance(told.get("dataSize"), int):
        return Filter(None, size=told["dataSize"])
    memcmp = told.get("memcmp") if isinstance(told, dict) else None
    if not isinstance(memcmp, dict) or not isinstance(memcmp.get("offset"), int):
        raise RPCError(-32602, "Invalid params: unknown filter")
    text = memcmp.get("bytes")
    if not isinstance(text, str):
        raise RPCError(-32602, "Invalid params: expected bytes as a string")
    try:
        is_base64 = memcmp.get("encoding", "base58") == "base64"
        wanted = base64.b64decode(text, validate=True) if is_base64 else base58.decoded(text)
    except (ValueError, binascii.Error):
        raise RPCError(-32602, "Invalid param: undecodable memcmp bytes") from None
    if len(wanted) > _MEMCMP_BYTES_MAX:
        raise RPCError(-32602, f"Invalid param: memcmp bytes exceed {_MEMCMP_BYTES_MAX}")
    return Filter(memcmp["offset"], wanted)


def matches(data: bytes, filters: Sequence[Filter]) -> bool:
    return all(
        len(data) == one.size if one.at is None else data[one.at : one.at + len(one.wanted)] == one.wanted
        for one in filters
    )
