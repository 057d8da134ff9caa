"""Accounts and transactions of a Solana chain, as its RPC writes them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from solders.message import MessageV0
from solders.pubkey import Pubkey

from . import base58
from .face import RPCError
from .solana_records import MEMO, MEMO_V1, TOKEN_PROGRAMS, Landed, State

#: What base58 is still made of; more is refused.
_BASE58_BYTES_MAX = 128
#: Of accounts that pay no rent by the slot, so of all.
_RENT_EPOCH = (1 << 64) - 1
_STATES = {0: "uninitialized", 1: "initialized", 2: "frozen"}
_EXTENSIONS = {7: "immutableOwner", 3: "mintCloseAuthority", 18: "metadataPointer", 1: "transferFeeConfig"}
Look = Callable[[Pubkey], State | None]


def amount_json(amount: int, decimals: int) -> dict[str, Any]:
    exact = Decimal(amount).scaleb(-decimals)
    text = format(exact, "f")
    return {
        "amount": str(amount),
        "decimals": decimals,
        "uiAmount": float(exact),
        "uiAmountString": text.rstrip("0").rstrip(".") if "." in text else text,
    }


# Accounts


def account_json(state: State, encoding: str | None, cut: Mapping[str, int] | None, look: Look) -> dict[str, Any]:
    """One account; ``look`` finds the mint of a token account, for its decimals."""
    return {
        "lamports": state.lamports,
        "data": _data_json(state, encoding, cut, look),
        "owner": str(state.owner),
        "executable": state.is_executable,
        "rentEpoch": _RENT_EPOCH,
        "space": len(state.data),
    }


def _data_json(state: State, encoding: str | None, cut: Mapping[str, int] | None, look: Look) -> Any:
    if encoding == "jsonParsed":
        parsed = parsed_json(state, look)
        if parsed is not None:
            return parsed
        encoding = "base64"
    data = state.data if cut is None else state.data[cut["offset"] : cut["offset"] + cut["length"]]
    if encoding == "base64":
        return [base64.b64encode(data).decode(), "base64"]
    if encoding in (None, "binary", "base58"):
        if len(data) > _BASE58_BYTES_MAX:
            raise RPCError(
                -32600,
                "Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.",
            )
        return [base58.encoded(data), "base58"] if encoding == "base58" else base58.encoded(data)
    raise RPCError(-32602, f"Invalid params: unknown or unserved encoding `{encoding}`")


def parsed_json(state: State, look: Look) -> dict[str, Any] | None:
    """Token accounts and mints; nothing for others."""
    info: dict[str, Any] | None = None
    if state.is_token_account:
        info = _token_account_json(state, look)
    elif state.is_mint:
        info = {
            "mintAuthority": _optional_key(state.data, 0),
            "supply": str(state.supply),
            "decimals": state.decimals,
            "isInitialized": state.data[45] == 1,
            "freezeAuthority": _optional_key(state.data, 46),
        }
    if info is None:
        return None
    if len(state.data) > 165:
        info["extensions"] = _extensions_json(state.data)
    kind = "account" if state.is_token_account else "mint"
    return {
        "program": TOKEN_PROGRAMS[state.owner],
        "parsed": {"info": info, "type": kind},
        "space": len(state.data),
    }


def _token_account_json(state: State, look: Look) -> dict[str, Any] | None:
    mint = look(state.mint)
    if mint is None or not mint.is_mint:
        return None
    info = {
        "isNative": state.data[109] == 1,
        "mint": str(state.mint),
        "owner": str(state.holder),
        "state": _STATES[state.data[108]],
        "tokenAmount": amount_json(state.amount, mint.decimals),
    }
    delegate, closer = _optional_key(state.data, 72), _optional_key(state.data, 129)
    if delegate is not None:
        delegated = int.from_bytes(state.data[121:129], "little")
        info |= {"delegate": delegate, "delegatedAmount": amount_json(delegated, mint.decimals)}
    return info if closer is None else {**info, "closeAuthority": closer}


def _optional_key(data: bytes, at: int) -> str | None:
    return base58.encoded(data[at + 4 : at + 36]) if data[at] == 1 else None


def _extensions_json(data: bytes) -> list[dict[str, Any]]:
    found, at = [], 166
    while at + 4 <= len(data):
        kind, size = (int.from_bytes(data[at + skip : at + skip + 2], "little") for skip in (0, 2))
        if kind == 0:
            break
        found.append({"extension": _EXTENSIONS.get(kind, "unparseableExtension")})
        at += 4 + size
    return found


# Transactions


def transaction_json(landed: Landed, encoding: str, version_max: int | None) -> dict[str, Any]:
    """What getTransaction tells. Raises ``RPCError`` for a version that was not said to be understood."""
    version: Any = 0 if isinstance(landed.transaction.message, MessageV0) else "legacy"
    if version == 0 and version_max is None:
        raise RPCError(
            -32015,
            "Transaction version (0) is not supported by the requesting client. Please try the request again with the "
            'following configuration parameter: "maxSupportedTransactionVersion": 0',
        )
    told = {
        "slot": landed.slot,
        "blockTime": landed.block_time,
        "meta": _meta_json(landed),
        "transaction": _encoded_transaction(landed, encoding),
    }
    return told if version_max is None else {**told, "version": version}


def _encoded_transaction(landed: Landed, encoding: str) -> Any:
    if encoding in ("base64", "base58"):
        raw = bytes(landed.transaction)
        return [base64.b64encode(raw).decode() if encoding == "base64" else base58.encoded(raw), encoding]
    if encoding not in ("json", "jsonParsed"):
        raise RPCError(-32602, f"Invalid params: unknown or unserved encoding `{encoding}`")
    message = landed.transaction.message
    header = message.header
    told: dict[str, Any] = {"recentBlockhash": str(message.recent_blockhash)}
    if encoding == "json":
        told |= {
            "header": {
                "numRequiredSignatures": header.num_required_signatures,
                "numReadonlySignedAccounts": header.num_readonly_signed_accounts,
                "numReadonlyUnsignedAccounts": header.num_readonly_unsigned_accounts,
            },
            "accountKeys": [str(key) for key in message.account_keys],
            "instructions": [_instruction_json(one, 1) for one in message.instructions],
        }
    else:
        told |= {
            "accountKeys": _keys_json(landed),
            "instructions": [_parsed_instruction(one, landed, 1) for one in message.instructions],
        }
    if isinstance(message, MessageV0):
        told["addressTableLookups"] = [
            {
                "accountKey": str(one.account_key),
                "writableIndexes": list(one.writable_indexes),
                "readonlyIndexes": list(one.readonly_indexes),
            }
            for one in message.address_table_lookups
        ]
    return {"signatures": [str(one) for one in landed.transaction.signatures], "message": told}


def _keys_json(landed: Landed) -> list[dict[str, Any]]:
    header, static = landed.transaction.message.header, len(landed.transaction.message.account_keys)
    signers, fixed = header.num_required_signatures, header.num_readonly_signed_accounts
    rows = []
    for index, key in enumerate(landed.keys):
        is_signer = index < signers
        if index < static:
            end = signers - fixed if is_signer else static - header.num_readonly_unsigned_accounts
            is_writable = index < end
        else:
            is_writable = index < static + len(landed.loaded[0])
        source = "transaction" if index < static else "lookupTable"
        rows.append({"pubkey": str(key), "signer": is_signer, "writable": is_writable, "source": source})
    return rows


def _instruction_json(one: Any, height: int | None) -> dict[str, Any]:
    return {
        "programIdIndex": one.program_id_index,
        "accounts": list(bytes(one.accounts)),
        "data": base58.encoded(bytes(one.data)),
        "stackHeight": height,
    }


def _parsed_instruction(one: Any, landed: Landed, height: int) -> dict[str, Any]:
    """Memos parsed, others as far as a node that does not know their program."""
    program = landed.keys[one.program_id_index]
    if program in (MEMO, MEMO_V1):
        text = bytes(one.data).decode(errors="replace")
        return {"program": "spl-memo", "programId": str(program), "parsed": text, "stackHeight": height}
    return {
        "programId": str(program),
        "accounts": [str(landed.keys[index]) for index in bytes(one.accounts)],
        "data": base58.encoded(bytes(one.data)),
        "stackHeight": height,
    }


def _meta_json(landed: Landed) -> dict[str, Any]:
    inner = [
        {"index": index, "instructions": [_instruction_json(one.instruction(), one.stack_height()) for one in rows]}
        for index, rows in enumerate(landed.meta.inner_instructions())
        if rows
    ]
    return {
        "err": landed.err,
        "status": {"Ok": None} if landed.err is None else {"Err": landed.err},
        "fee": landed.meta.fee(),
        "preBalances": [_lamports(landed.before[key]) for key in landed.keys],
        "postBalances": [_lamports(landed.after[key]) for key in landed.keys],
        "preTokenBalances": _token_balances(landed, landed.before),
        "postTokenBalances": _token_balances(landed, landed.after),
        "innerInstructions": inner,
        "logMessages": list(landed.meta.logs()),
        "loadedAddresses": {
            "writable": [str(key) for key in landed.loaded[0]],
            "readonly": [str(key) for key in landed.loaded[1]],
        },
        "rewards": [],
        "computeUnitsConsumed": landed.meta.compute_units_consumed(),
    }


def _lamports(state: State | None) -> int:
    return 0 if state is None else state.lamports


def _token_balances(landed: Landed, states: Mapping[Pubkey, State | None]) -> list[dict[str, Any]]:
    rows = []
    for index, key in enumerate(landed.keys):
        state = states[key]
        if state is None or not state.is_token_account:
            continue
        mint = landed.mints[state.mint]
        if mint is None:
            continue
        rows.append(
            {
                "accountIndex": index,
                "mint": str(state.mint),
                "owner": str(state.holder),
                "programId": str(state.owner),
                "uiTokenAmount": amount_json(state.amount, mint.decimals),
            }
        )
    return rows
