"""Blocks, transactions and logs of an EVM chain, as its RPC writes them, and what callers hand over, read."""

from __future__ import annotations

from typing import Any

from .evm_chain import Mined
from .face import RPCError


def quantity(number: int) -> str:
    return hex(number)


def data(value: bytes) -> str:
    return "0x" + value.hex()


# What is told


def block_json(block: Any, mined: list[Mined], hash: bytes, *, has_full: bool) -> dict[str, Any]:
    """``hash`` is what the endpoint says the block's hash is."""
    header = block.header
    return {
        "number": quantity(block.number),
        "hash": data(hash),
        "parentHash": data(header.parent_hash),
        "timestamp": quantity(header.timestamp),
        "gasLimit": quantity(header.gas_limit),
        "gasUsed": quantity(header.gas_used),
        "baseFeePerGas": quantity(header.base_fee_per_gas),
        "stateRoot": data(header.state_root),
        "transactionsRoot": data(header.transaction_root),
        "receiptsRoot": data(header.receipt_root),
        "logsBloom": data(header.bloom.to_bytes(256, "big")),
        "miner": data(header.coinbase),
        "mixHash": data(header.mix_hash),
        "nonce": data(header.nonce),
        "difficulty": quantity(header.difficulty),
        "extraData": data(header.extra_data),
        "sha3Uncles": data(header.uncles_hash),
        "uncles": [],
        "transactions": [transaction_json(one) if has_full else data(one.hash) for one in mined],
    }


def transaction_json(mined: Mined) -> dict[str, Any]:
    transaction = mined.transaction
    return {
        "hash": data(mined.hash),
        "blockHash": data(mined.block_hash),
        "blockNumber": quantity(mined.block),
        "transactionIndex": "0x0",
        "from": data(mined.sender),
        "to": data(transaction.to) if transaction.to else None,
        "nonce": quantity(transaction.nonce),
        "value": quantity(transaction.value),
        "gas": quantity(transaction.gas),
        "input": data(transaction.data),
        "type": quantity(getattr(transaction, "type_id", None) or 0),
    }


def receipt_json(mined: Mined) -> dict[str, Any]:
    return {
        "transactionHash": data(mined.hash),
        "transactionIndex": "0x0",
        "blockHash": data(mined.block_hash),
        "blockNumber": quantity(mined.block),
        "from": data(mined.sender),
        "to": data(mined.transaction.to) if mined.transaction.to else None,
        "contractAddress": None if mined.contract is None else data(mined.contract),
        "status": "0x1" if mined.is_done else "0x0",
        "gasUsed": quantity(mined.gas_used),
        "cumulativeGasUsed": quantity(mined.gas_used),
        "logs": logs_json(mined),
        "type": quantity(getattr(mined.transaction, "type_id", None) or 0),
    }


def logs_json(mined: Mined) -> list[dict[str, Any]]:
    return [
        {
            "address": data(log.address),
            "topics": [data(topic.to_bytes(32, "big")) for topic in log.topics],
            "data": data(log.data),
            "blockNumber": quantity(mined.block),
            "blockHash": data(mined.block_hash),
            "transactionHash": data(mined.hash),
            "transactionIndex": "0x0",
            "logIndex": quantity(index),
            "removed": False,
        }
        for index, log in enumerate(mined.logs)
    ]


# What is asked


def number_of(text: Any, what: str) -> int:
    """A quantity: hexadecimal without zeros in front."""
    if not isinstance(text, str) or not text.startswith("0x") or (text.startswith("0x0") and text != "0x0"):
        raise RPCError(-32602, f"invalid argument: {what} is no quantity")
    try:
        return int(text, 16)
    except ValueError:
        raise RPCError(-32602, f"invalid argument: {what} is no quantity") from None


def bytes_of(text: Any, what: str, size: int | None = None) -> bytes:
    """Data: hexadecimal of whole bytes, so many of them where a size is given."""
    if not isinstance(text, str) or not text.startswith("0x") or "_" in text or " " in text:
        raise RPCError(-32602, f"invalid argument: {what} is no data")
    try:
        found = bytes.fromhex(text[2:])
    except ValueError:
        raise RPCError(-32602, f"invalid argument: {what} is no data") from None
    if size is not None and len(found) != size:
        raise RPCError(-32602, f"invalid argument: {what} has {len(found)} bytes, not {size}")
    return found


def fits(log: dict[str, Any], addresses: list[bytes], topics: list[Any]) -> bool:
    """Whether a log is of one of the addresses, and has the topics in their places; a list is one of several."""
    if addresses and bytes.fromhex(log["address"][2:]) not in addresses:
        return False
    if len(topics) > len(log["topics"]):
        return False
    for wanted, found in zip(topics, log["topics"], strict=False):
        choices = wanted if isinstance(wanted, list) else [wanted]
        if wanted is not None and choices and found not in [str(one).lower() for one in choices]:
            return False
    return True
