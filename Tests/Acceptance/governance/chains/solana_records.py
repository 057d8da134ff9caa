"""What is known of accounts and transactions of a Solana chain, as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import TransactionMetadata

SYSTEM = Pubkey.from_string("11111111111111111111111111111111")
TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
ASSOCIATED = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
MEMO_V1 = Pubkey.from_string("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo")
TOKEN_PROGRAMS = {TOKEN: "spl-token", TOKEN_2022: "spl-token-2022"}
LOOKUP_TABLE = Pubkey.from_string("AddressLookupTab1e1111111111111111111111111")

#: Sizes without extensions, and the byte behind them by which Token-2022 tells its accounts from its mints.
ACCOUNT_BYTES, MINT_BYTES = 165, 82
_IS_MINT, _IS_ACCOUNT = 1, 2


@dataclass(frozen=True, slots=True)
class State:
    """An account at one time."""

    lamports: int
    data: bytes
    owner: Pubkey
    is_executable: bool = False

    @property
    def is_token_account(self) -> bool:
        if self.owner not in TOKEN_PROGRAMS or len(self.data) < ACCOUNT_BYTES or self.data[108] == 0:
            return False
        return len(self.data) == ACCOUNT_BYTES or self.data[ACCOUNT_BYTES] == _IS_ACCOUNT

    @property
    def is_mint(self) -> bool:
        if self.owner not in TOKEN_PROGRAMS or len(self.data) < MINT_BYTES or self.data[45] == 0:
            return False
        return len(self.data) == MINT_BYTES or (len(self.data) > ACCOUNT_BYTES and self.data[ACCOUNT_BYTES] == _IS_MINT)

    # Of token accounts

    @property
    def mint(self) -> Pubkey:
        return Pubkey.from_bytes(self.data[:32])

    @property
    def holder(self) -> Pubkey:
        """The wallet that the tokens are of."""
        return Pubkey.from_bytes(self.data[32:64])

    @property
    def amount(self) -> int:
        return int.from_bytes(self.data[64:72], "little")

    # Of mints

    @property
    def supply(self) -> int:
        return int.from_bytes(self.data[36:44], "little")

    @property
    def decimals(self) -> int:
        return self.data[44]

    def with_number(self, at: int, value: int) -> State:
        """With other eight bytes at that place."""
        data = self.data[:at] + value.to_bytes(8, "little") + self.data[at + 8 :]
        return State(self.lamports, data, self.owner, self.is_executable)


@dataclass(frozen=True)
class Landed:
    """A transaction that is in a block, whether it did what it was to do or not."""

    slot: int
    block_time: int
    transaction: VersionedTransaction
    keys: Sequence[Pubkey]
    """All accounts, also those of lookup tables behind the others."""
    loaded: tuple[Sequence[Pubkey], Sequence[Pubkey]]
    """Those of lookup tables: the writable ones, the others."""
    before: Mapping[Pubkey, State | None]
    after: Mapping[Pubkey, State | None]
    mints: Mapping[Pubkey, State | None]
    """The mints of all token accounts, for their decimals."""
    err: Any
    """As RPC tells it; nothing where all went well."""
    meta: TransactionMetadata

    @property
    def signature(self) -> str:
        return str(self.transaction.signatures[0])

    def memos(self) -> list[str]:
        """The texts of all memos, of the instruction data."""
        message = self.transaction.message
        programs = [self.keys[one.program_id_index] for one in message.instructions]
        return [
            bytes(one.data).decode(errors="replace")
            for one, program in zip(message.instructions, programs, strict=True)
            if program in (MEMO, MEMO_V1)
        ]


@dataclass(frozen=True)
class Refusal:
    """A transaction that did not land."""

    err: Any
    logs: Sequence[str] = ()
    units: int = 0


def err_json(error: Any) -> Any:
    """A runtime error as RPC tells it: a word, or ``{"InstructionError": [index, …]}``."""
    name = type(error).__name__
    if name == "TransactionErrorFieldless":
        return str(error).rpartition(".")[2]
    told = json.loads(error.to_json())
    if name == "TransactionErrorInstructionError":
        index, what = told
        return {"InstructionError": [index, {"Custom": what} if isinstance(what, int) else what]}
    return {name.removeprefix("TransactionError"): told}
