"""An EVM chain in this process: the real machine, one block for each transaction, and every block's state kept."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import rlp
from eth_account import Account
from eth_tester import PyEVMBackend
from eth_utils import keccak, to_canonical_address

from .evm_contracts import GIVE, erc20

#: What a call or a transaction may burn.
GAS_MAX = 16_000_000
_DELEGATED = bytes.fromhex("ef0100")
#: So many holders fit into the gas of one transaction.
_GIFTS_MAX = 500


class NotMined(Exception):
    """A transaction that was to succeed has not."""


@dataclass(frozen=True)
class Mined:
    """A transaction that is in a block."""

    hash: bytes
    block: int
    block_hash: bytes
    sender: bytes
    transaction: Any
    is_done: bool
    gas_used: int
    logs: Sequence[Any]
    contract: bytes | None
    """What it has made, if it has."""


@dataclass(frozen=True)
class Outcome:
    """What a call gives: bytes, or why it failed."""

    output: bytes
    error: str | None = None
    is_revert: bool = False


class EVMChain:
    """May be used by several threads, each holding ``lock``. The first account of the chain pays for what tests do."""

    def __init__(self, chain_id: int = 1, *, safe_behind: int = 0, finalized_behind: int = 0) -> None:
        self.lock = threading.RLock()
        self.chain_id = chain_id
        self.safe_behind, self.finalized_behind = safe_behind, finalized_behind
        self._backend = PyEVMBackend()
        type(self._backend.chain).chain_id = chain_id
        self.payer = Account.from_key(self._backend.account_keys[0].to_bytes())
        self._mined: dict[bytes, Mined] = {}
        self._by_block: dict[bytes, list[Mined]] = {}
        self.mine()

    # Blocks

    @property
    def _chain(self) -> Any:
        return self._backend.chain

    @property
    def head(self) -> int:
        """The number of the newest block."""
        return int(self._chain.get_block().number) - 1

    def block(self, number: int) -> Any:
        """A block of the chain as it is now."""
        return self._chain.get_canonical_block_by_number(number)

    def block_by_hash(self, hash: bytes) -> Any | None:
        """Also one that was undone; nothing where there never was one."""
        try:
            found = self._chain.get_block_by_hash(hash)
        except Exception as error:  # The database has several errors for what is not there.
            if type(error).__name__ not in ("HeaderNotFound", "KeyError", "BlockNotFound"):
                raise
            return None
        return found if found.number <= self.head or not self.is_canonical(found) else None

    def is_canonical(self, block: Any) -> bool:
        return bool(block.number <= self.head and self.block(block.number).hash == block.hash)

    def mine(self, blocks: int = 1) -> None:
        with self.lock:
            self._backend.mine_blocks(blocks)

    def reorganise(self, depth: int) -> None:
        """Undoes so many blocks with all that is in them, and makes one more than that in their place."""
        with self.lock:
            kept = self.block(self.head - depth)
            self._backend.revert_to_snapshot(kept.hash)
            self.mine(depth + 1)

    # State

    def state(self, block: Any) -> Any:
        """Accounts and storage at the end of a block."""
        return self._chain.get_vm(at_header=block.header).state

    def call(self, to: bytes, data: bytes, block: Any, *, sender: bytes = bytes(20), value: int = 0) -> Outcome:
        """Runs a contract on the state of a block; nothing changes."""
        vm = self._chain.get_vm(at_header=block.header)
        code = vm.state.get_code(to)
        if code[:3] == _DELEGATED and len(code) == 23:
            code = vm.state.get_code(code[3:])
        done = vm.execute_bytecode(
            origin=sender, gas_price=0, gas=GAS_MAX, to=to, sender=sender, value=value, data=data, code=code
        )
        if done.is_success:
            return Outcome(bytes(done.output))
        is_revert = type(done.error).__name__ == "Revert"
        return Outcome(bytes(done.output) if is_revert else b"", type(done.error).__name__, is_revert)

    # Transactions

    def execute(self, raw: bytes) -> Mined:
        """A signed transaction, in a block of its own. Raises ``ValueError`` for one that no block can have."""
        with self.lock:
            head = self._chain.get_vm(at_header=self.block(self.head).header)
            try:
                transaction = head.get_transaction_builder().decode(raw)
                self._chain.apply_transaction(transaction)
            except Exception as error:  # Validation has an error of its own for each rule.
                raise ValueError(f"{type(error).__name__}: {error}") from error
            self.mine()
            block = self.block(self.head)
            receipt = block.get_receipts(self._chain.chaindb)[0]
            made = keccak(rlp.encode([transaction.sender, transaction.nonce]))[12:] if not transaction.to else None
            mined = Mined(
                hash=transaction.hash,
                block=block.number,
                block_hash=block.hash,
                sender=transaction.sender,
                transaction=transaction,
                is_done=receipt.state_root == b"\x01",
                gas_used=receipt.gas_used,
                logs=receipt.logs,
                contract=made,
            )
            self._mined[mined.hash] = mined
            self._by_block[mined.block_hash] = [mined]
            return mined

    def mined(self, hash: bytes) -> Mined | None:
        """Nothing also for one that was undone."""
        found = self._mined.get(hash)
        return found if found is not None and self.is_canonical(self.block_by_hash(found.block_hash)) else None

    def mined_in(self, block: Any) -> Sequence[Mined]:
        return self._by_block.get(block.hash, [])

    def send(
        self,
        to: bytes | None,
        data: bytes = b"",
        *,
        value: int = 0,
        signer: Any = None,
        more: Mapping[str, Any] | None = None,
    ) -> Mined:
        """Signs a transaction, mines it, and raises ``NotMined`` where it fails. ``more`` are further fields of it."""
        with self.lock:
            account = signer or self.payer
            block = self.block(self.head)
            fields: dict[str, Any] = {
                "chainId": self.chain_id,
                "nonce": self.state(block).get_nonce(to_canonical_address(account.address)),
                "gas": GAS_MAX,
                "maxFeePerGas": 2 * int(block.header.base_fee_per_gas) + 1,
                "maxPriorityFeePerGas": 1,
                "value": value,
                "data": data,
                **(more or {}),
            }
            if to is not None:
                fields["to"] = to
            mined = self.execute(bytes(account.sign_transaction(fields).raw_transaction))
            if not mined.is_done:
                raise NotMined(f"0x{mined.hash.hex()} used {mined.gas_used} gas and failed")
            return mined

    def deploy(self, code: bytes) -> bytes:
        """The address of the contract that this code makes."""
        contract = self.send(None, code).contract
        assert contract is not None
        return contract

    def delegate(self, signer: Any, to: bytes) -> Mined:
        """Lets a wallet run a contract's code as its own (EIP-7702)."""
        with self.lock:
            nonce = self.state(self.block(self.head)).get_nonce(to_canonical_address(signer.address))
            permission = signer.sign_authorization({"chainId": self.chain_id, "address": to, "nonce": nonce})
            return self.send(self.payer_address, more={"authorizationList": [permission]})

    @property
    def payer_address(self) -> bytes:
        return bytes(to_canonical_address(self.payer.address))


@dataclass(frozen=True)
class ERC20:
    """A token on a chain."""

    chain: EVMChain
    address: bytes

    @staticmethod
    def create(chain: EVMChain, decimals: int = 18, symbol: str = "TKN") -> ERC20:
        return ERC20(chain, chain.deploy(erc20(decimals, symbol)))

    def give(self, amounts: Mapping[bytes, int]) -> None:
        """Makes tokens, in as many transactions as it takes."""
        rows = [owner.rjust(32, b"\0") + amount.to_bytes(32, "big") for owner, amount in amounts.items()]
        for at in range(0, len(rows), _GIFTS_MAX):
            part = rows[at : at + _GIFTS_MAX]
            data = GIVE + (32).to_bytes(32, "big") + len(part).to_bytes(32, "big") + b"".join(part)
            self.chain.send(self.address, data)

    def transfer(self, giver: Any, taker: bytes, amount: int) -> Mined:
        """By the giver's own signature; the giver needs money for it."""
        data = bytes.fromhex("a9059cbb") + taker.rjust(32, b"\0") + amount.to_bytes(32, "big")
        return self.chain.send(self.address, data, signer=giver)

    def balance(self, owner: bytes) -> int:
        return self._number(bytes.fromhex("70a08231") + owner.rjust(32, b"\0"))

    def supply(self) -> int:
        return self._number(bytes.fromhex("18160ddd"))

    def _number(self, data: bytes) -> int:
        with self.chain.lock:
            return int.from_bytes(self.chain.call(self.address, data, self.chain.block(self.chain.head)).output, "big")
