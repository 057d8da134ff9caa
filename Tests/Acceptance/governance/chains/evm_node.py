"""One JSON-RPC endpoint of an EVM chain, which can lag, lie, forget and refuse."""

from __future__ import annotations

import hashlib
from typing import Any

from .evm_chain import EVMChain, Mined, Outcome
from .evm_json import block_json, bytes_of, data, fits, logs_json, number_of, quantity, receipt_json, transaction_json
from .face import Face, RPCError

_BALANCE_OF, _SUPPLY = bytes.fromhex("70a08231"), bytes.fromhex("18160ddd")
_ERROR_STRING = bytes.fromhex("08c379a0")


class EVMNode(Face):
    """An endpoint. Its attributes may be changed at any time, and concern what is asked from then on."""

    def __init__(self, chain: EVMChain) -> None:
        self.chain = chain
        self.lag = 0
        """How many blocks of the chain are not yet known here."""
        self.block_lie = 0
        """What is added to the number of the newest block where eth_blockNumber tells it."""
        self.has_other_hashes = False
        """Whether it tells other hashes for the same blocks, as if it were on a fork."""
        self.other_amounts: dict[str, int] = {}
        """By lower-case address: what it has, in tokens of every contract and in money; a token's own is its supply."""
        self.chain_id_lie: int | None = None
        self.state_blocks: int | None = None
        """For how many blocks it keeps states; all of them with nothing."""
        self.log_blocks_max: int | None = None
        self.log_rows_max: int | None = None
        self._others: dict[bytes, bytes] = {}
        super().__init__(chain.lock)
        own = [name for name in vars(EVMNode) if name.startswith(("eth_", "net_", "web3_"))]
        self.methods = {name: getattr(self, name) for name in own}

    # Blocks

    @property
    def _head(self) -> int:
        return max(0, self.chain.head - self.lag)

    def _number(self, tag: Any) -> int:
        behind = {"latest": 0, "pending": 0, "safe": self.chain.safe_behind, "finalized": self.chain.finalized_behind}
        if tag == "earliest":
            return 0
        if tag in behind:
            return max(0, self._head - behind[tag])
        return number_of(tag, "block")

    def _block(self, where: Any) -> Any:
        """Of a tag, a number, or an object with a hash (EIP-1898). Raises ``RPCError`` for what is not there."""
        if isinstance(where, dict) and "blockHash" in where:
            found = self._by_hash(bytes_of(where["blockHash"], "blockHash", 32))
            if found is None:
                raise RPCError(-32001, "header for hash not found")
            if where.get("requireCanonical") and not self.chain.is_canonical(found):
                raise RPCError(-32000, "hash is not currently canonical")
        else:
            number = self._number(where["blockNumber"] if isinstance(where, dict) else where)
            if number > self._head:
                raise RPCError(-32000, "header not found")
            found = self.chain.block(number)
        if self.state_blocks is not None and found.number < self._head - self.state_blocks:
            raise RPCError(-32000, f"missing trie node {found.header.state_root.hex()} (path ) state is not available")
        return found

    def _by_hash(self, hash: bytes) -> Any | None:
        found = self.chain.block_by_hash(self._others.get(hash, hash))
        return found if found is not None and found.number <= self._head else None

    def _told_hash(self, block: Any) -> bytes:
        if not self.has_other_hashes:
            return bytes(block.hash)
        other = hashlib.sha256(block.hash).digest()
        self._others[other] = block.hash
        return other

    def _block_json(self, block: Any, has_full: Any) -> Any:
        mined = list(self.chain.mined_in(block))
        return block_json(block, mined, self._told_hash(block), has_full=bool(has_full))

    def eth_chainId(self, params: list[Any]) -> Any:
        return quantity(self.chain.chain_id if self.chain_id_lie is None else self.chain_id_lie)

    def net_version(self, params: list[Any]) -> Any:
        return str(self.chain.chain_id if self.chain_id_lie is None else self.chain_id_lie)

    def web3_clientVersion(self, params: list[Any]) -> Any:
        return "acceptance/py-evm"

    def eth_syncing(self, params: list[Any]) -> Any:
        return False

    def eth_blockNumber(self, params: list[Any]) -> Any:
        return quantity(max(0, self._head + self.block_lie))

    def eth_getBlockByNumber(self, params: list[Any]) -> Any:
        number = self._number(params[0] if params else None)
        return None if number > self._head else self._block_json(self.chain.block(number), _at(params, 1))

    def eth_getBlockByHash(self, params: list[Any]) -> Any:
        found = self._by_hash(bytes_of(_at(params, 0), "hash", 32))
        return None if found is None else self._block_json(found, _at(params, 1))

    # State

    def eth_getBalance(self, params: list[Any]) -> Any:
        address, block = bytes_of(_at(params, 0), "address", 20), self._block(_at(params, 1, "latest"))
        return quantity(self.other_amounts.get(data(address), self.chain.state(block).get_balance(address)))

    def eth_getTransactionCount(self, params: list[Any]) -> Any:
        address, block = bytes_of(_at(params, 0), "address", 20), self._block(_at(params, 1, "latest"))
        return quantity(self.chain.state(block).get_nonce(address))

    def eth_getCode(self, params: list[Any]) -> Any:
        address, block = bytes_of(_at(params, 0), "address", 20), self._block(_at(params, 1, "latest"))
        return data(self.chain.state(block).get_code(address))

    def eth_getStorageAt(self, params: list[Any]) -> Any:
        address, block = bytes_of(_at(params, 0), "address", 20), self._block(_at(params, 2, "latest"))
        slot = int.from_bytes(bytes_of(_at(params, 1), "slot", 32), "big")
        return data(self.chain.state(block).get_storage(address, slot).to_bytes(32, "big"))

    def eth_call(self, params: list[Any]) -> Any:
        outcome = self._called(params)
        if outcome.error is None:
            return data(outcome.output)
        if outcome.is_revert:
            raise RPCError(3, f"execution reverted{_reason(outcome.output)}", data(outcome.output))
        raise RPCError(-32000, {"OutOfGas": "out of gas"}.get(outcome.error, f"execution failed: {outcome.error}"))

    def _called(self, params: list[Any]) -> Outcome:
        told = _at(params, 0)
        if not isinstance(told, dict):
            raise RPCError(-32602, "invalid argument: expected a call")
        block = self._block(_at(params, 1, "latest"))
        to, text = bytes_of(told.get("to"), "to", 20), told.get("input", told.get("data", "0x"))
        sent = bytes_of(text, "data")
        other = self.other_amounts.get(data(to) if sent[:4] == _SUPPLY else "0x" + sent[16:36].hex())
        if other is not None and sent[:4] in (_BALANCE_OF, _SUPPLY):
            return Outcome(other.to_bytes(32, "big"))
        sender = bytes_of(told.get("from", data(bytes(20))), "from", 20)
        return self.chain.call(to, sent, block, sender=sender, value=number_of(told.get("value", "0x0"), "value"))

    # Logs and transactions

    def eth_getLogs(self, params: list[Any]) -> Any:
        told = _at(params, 0)
        if not isinstance(told, dict):
            raise RPCError(-32602, "invalid argument: expected a filter")
        address = told.get("address") or []
        addresses = [bytes_of(one, "address", 20) for one in (address if isinstance(address, list) else [address])]
        if "blockHash" in told:
            blocks = [self._block({"blockHash": told["blockHash"]})]
        else:
            first, last = self._number(told.get("fromBlock", "latest")), self._number(told.get("toBlock", "latest"))
            if first > last:
                raise RPCError(-32602, "invalid block range params")
            if self.log_blocks_max is not None and last - first + 1 > self.log_blocks_max:
                raise RPCError(-32005, f"query exceeds max block range {self.log_blocks_max}")
            blocks = [self.chain.block(number) for number in range(first, min(last, self._head) + 1)]
        logs = [log for block in blocks for mined in self.chain.mined_in(block) for log in logs_json(mined)]
        rows = [log for log in logs if fits(log, addresses, told.get("topics") or [])]
        if self.log_rows_max is not None and len(rows) > self.log_rows_max:
            raise RPCError(-32005, f"query returned more than {self.log_rows_max} results")
        return rows

    def eth_getTransactionByHash(self, params: list[Any]) -> Any:
        found = self._mined(params)
        return None if found is None else transaction_json(found)

    def eth_getTransactionReceipt(self, params: list[Any]) -> Any:
        found = self._mined(params)
        return None if found is None else receipt_json(found)

    def _mined(self, params: list[Any]) -> Mined | None:
        found = self.chain.mined(bytes_of(_at(params, 0), "hash", 32))
        return found if found is not None and found.block <= self._head else None

    def eth_sendRawTransaction(self, params: list[Any]) -> Any:
        try:
            return data(self.chain.execute(bytes_of(_at(params, 0), "transaction")).hash)
        except ValueError as error:
            raise RPCError(-32000, str(error)) from None

    def eth_gasPrice(self, params: list[Any]) -> Any:
        return quantity(self.chain.block(self._head).header.base_fee_per_gas + 1)


def _at(params: list[Any], index: int, otherwise: Any = None) -> Any:
    return params[index] if len(params) > index and params[index] is not None else otherwise


def _reason(output: bytes) -> str:
    """The text of ``Error(string)``, if it is one."""
    if output[:4] != _ERROR_STRING or len(output) < 68:
        return ""
    size = int.from_bytes(output[36:68], "big")
    return f": {output[68 : 68 + size].decode(errors='replace')}"
