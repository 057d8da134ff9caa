"""Transactions as they are handed to a Solana node, and what it says of trying them out."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from solders.transaction import VersionedTransaction
from solders.transaction_metadata import TransactionMetadata

from . import base58
from .face import RPCError
from .solana_records import Refusal

#: What goes into one packet.
TRANSACTION_BYTES_MAX = 1232


def transaction_of(params: Sequence[Any], options: Mapping[str, Any]) -> VersionedTransaction:
    """Raises ``RPCError`` for what is no transaction, whole and without anything behind it."""
    text, encoding = params[0] if params else None, options.get("encoding") or "base58"
    if not isinstance(text, str):
        raise RPCError(-32602, "Invalid params: expected a string")
    if encoding not in ("base58", "base64"):
        raise RPCError(-32602, f"unsupported encoding: {encoding}. Supported encodings: base58, base64")
    try:
        raw = base64.b64decode(text, validate=True) if encoding == "base64" else base58.decoded(text)
    except (ValueError, binascii.Error) as error:
        raise RPCError(-32602, f"invalid {encoding} encoding: {error}") from None
    if len(raw) > TRANSACTION_BYTES_MAX:
        size = f"{len(raw)} bytes (max: {TRANSACTION_BYTES_MAX} bytes)"
        raise RPCError(-32602, f"decoded VersionedTransaction too large: {size}")
    try:
        transaction = VersionedTransaction.from_bytes(raw)
        transaction.sanitize()
    except Exception as error:  # The binding has an error of its own for each step.
        raise RPCError(-32602, f"failed to deserialize VersionedTransaction: {error}") from None
    if bytes(transaction) != raw:
        raise RPCError(-32602, "failed to deserialize VersionedTransaction: not in its shortest form")
    return transaction


def simulated_json(outcome: TransactionMetadata | Refusal, replaced: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "err": outcome.err if isinstance(outcome, Refusal) else None,
        "logs": list(outcome.logs) if isinstance(outcome, Refusal) else list(outcome.logs()),
        "accounts": None,
        "unitsConsumed": outcome.units if isinstance(outcome, Refusal) else outcome.compute_units_consumed(),
        "returnData": None,
        "innerInstructions": None,
        "replacementBlockhash": replaced,
    }
