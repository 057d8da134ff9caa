"""A Solana chain in this process: the real runtime, and around it what a runtime lacks: slots, blocks, and the past."""

from __future__ import annotations

import hashlib
import threading
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from solders.account import Account
from solders.clock import Clock
from solders.hash import Hash
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import (
    FailedTransactionMetadata,
    SimulatedTransactionInfo,
    TransactionMetadata,
)

from .solana_records import LOOKUP_TABLE, SYSTEM, Landed, Refusal, State, err_json

#: Every chain begins here, so that nothing holds only because slots are small.
FIRST_SLOT = 350_000_000
#: Slots without a block before the first one: a height is not a slot, and who mixes them up is to notice.
SKIPPED_SLOTS = 21_000_000
#: How many blocks a blockhash serves.
BLOCKHASH_BLOCKS = 150
_FAUCET_LAMPORTS = 10**17


class SolanaChain:
    """Every landed transaction is a block of its own. May be used by several threads, each holding ``lock``.

    ``confirmed_behind`` and ``finalized_behind`` say how many slots these commitments are behind the newest slot; with
    0, everything is final at once. With ``slot_seconds``, slots come by themselves, as time passes; without, they come
    with transactions and with ``advance``. ``unix_time`` of the first slot is now unless told otherwise.
    """

    def __init__(
        self,
        *,
        confirmed_behind: int = 0,
        finalized_behind: int = 0,
        slot_seconds: float | None = None,
        unix_time: int | None = None,
        seed: bytes = b"acceptance",
    ) -> None:
        self.lock = threading.RLock()
        self.confirmed_behind, self.finalized_behind = confirmed_behind, finalized_behind
        self.blockhash_blocks = BLOCKHASH_BLOCKS
        self.genesis_hash = Hash(hashlib.sha256(b"genesis" + seed).digest())
        self.landed: dict[str, Landed] = {}
        self.by_address: dict[Pubkey, list[str]] = defaultdict(list)
        """Signatures that concern an address, the oldest first."""
        self._vm = LiteSVM().with_blockhash_check(False).with_transaction_history(1 << 20)
        self._slot_seconds, self._begun = slot_seconds, time.monotonic()
        self._slots, self._times = [FIRST_SLOT], [int(time.time()) if unix_time is None else unix_time]
        self._pinned_time = unix_time is not None
        self._versions: dict[Pubkey, tuple[list[int], list[State | None]]] = {}
        self._owned: dict[Pubkey, dict[Pubkey, None]] = defaultdict(dict)
        self._holdings: dict[Pubkey, dict[Pubkey, None]] = defaultdict(dict)
        self._hashes: dict[Hash, int] = {}
        self.faucet = Keypair.from_seed(hashlib.sha256(b"faucet" + seed).digest())
        self._set_clock()
        self.put({self.faucet.pubkey(): State(_FAUCET_LAMPORTS, b"", SYSTEM)})

    # Time

    @property
    def slot(self) -> int:
        """The newest one."""
        with self.lock:
            if self._slot_seconds is not None:
                due = FIRST_SLOT + int((time.monotonic() - self._begun) / self._slot_seconds)
                if due > self._slots[-1]:
                    self._advance_to(due)
            return self._slots[-1]

    def advance(self, slots: int = 1, *, seconds: int | None = None) -> int:
        """Lets blocks come in which nothing is; where time is pinned, 0.4 s pass with each unless told otherwise."""
        with self.lock:
            self._advance_to(self.slot + slots, seconds)
            return self._slots[-1]

    def expire_blockhashes(self) -> None:
        """Lets so many blocks come that no blockhash of before serves any more."""
        self.advance(self.blockhash_blocks + 1)

    def _advance_to(self, slot: int, seconds: int | None = None) -> None:
        passed = slot - self._slots[-1]
        if self._pinned_time or seconds is not None:
            now = self._times[-1] + (passed * 2 // 5 if seconds is None else seconds)
        else:
            now = max(int(time.time()), self._times[-1])
        if self._slot_seconds is not None:
            self._begun = min(self._begun, time.monotonic() - (slot - FIRST_SLOT) * self._slot_seconds)
        self._slots.append(slot)
        self._times.append(now)
        self._set_clock()

    def _set_clock(self) -> None:
        slot, now = self._slots[-1], self._times[-1]
        epoch = slot // 432_000
        self._vm.set_clock(Clock(slot, self._times[0], epoch, epoch + 1, now))

    def time_of(self, slot: int) -> int:
        """Unix seconds."""
        return self._times[max(0, bisect_right(self._slots, slot) - 1)]

    @staticmethod
    def height(slot: int) -> int:
        return slot - SKIPPED_SLOTS

    # Blockhashes

    def blockhash(self, slot: int | None = None) -> Hash:
        """The hash of the block of a slot; of the newest one unless told otherwise."""
        at = self.slot if slot is None else slot
        found = Hash(hashlib.sha256(bytes(self.genesis_hash) + at.to_bytes(8, "little")).digest())
        self._hashes[found] = at
        return found

    def last_height_of(self, blockhash: Hash) -> int | None:
        """The last block height at which a hash serves."""
        slot = self._hashes.get(blockhash)
        return None if slot is None else self.height(slot) + self.blockhash_blocks

    def is_fresh(self, blockhash: Hash, slot: int) -> bool:
        last = self.last_height_of(blockhash)
        return last is not None and self._hashes[blockhash] <= slot and self.height(slot) <= last

    # Accounts

    def state(self, address: Pubkey, slot: int | None = None) -> State | None:
        """An account as it was at the end of a slot."""
        if address not in self._versions:
            return self._current(address)
        slots, states = self._versions[address]
        if slot is None:
            return states[-1]
        found = bisect_right(slots, slot)
        return states[found - 1] if found else None

    def owned_by(self, program: Pubkey, slot: int | None = None) -> Iterable[tuple[Pubkey, State]]:
        """A program's accounts; those that come with the runtime are not among them."""
        for address in self._owned.get(program, {}):
            state = self.state(address, slot)
            if state is not None and state.owner == program:
                yield address, state

    def token_accounts(self, concerned: Pubkey, slot: int | None = None) -> Iterable[tuple[Pubkey, State]]:
        """Token accounts of a wallet, or of a mint."""
        for address in self._holdings.get(concerned, {}):
            state = self.state(address, slot)
            if state is not None and state.is_token_account and concerned in (state.holder, state.mint):
                yield address, state

    def put(self, states: Mapping[Pubkey, State]) -> int:
        """Sets accounts past all rules, all of them in one new slot, and returns it."""
        with self.lock:
            self._advance_to(self.slot + 1)
            for address, state in states.items():
                account = Account(state.lamports, state.data, state.owner, state.is_executable)
                self._vm.set_account(address, account)
                self._record(address, state)
            return self._slots[-1]

    def add_program(self, program: Pubkey, path: Path) -> None:
        """A program of one's own, of its shared object."""
        self._vm.add_program_from_file(program, path)

    def rent(self, size: int) -> int:
        """What an account must have so that it stays."""
        return self._vm.minimum_balance_for_rent_exemption(size)

    def _current(self, address: Pubkey) -> State | None:
        account = self._vm.get_account(address)
        if account is None or account.lamports == 0:
            return None
        return State(account.lamports, bytes(account.data), account.owner, account.executable)

    def _record(self, address: Pubkey, state: State | None) -> None:
        slots, states = self._versions.setdefault(address, ([], []))
        if slots and slots[-1] == self._slots[-1]:
            states[-1] = state
        else:
            slots.append(self._slots[-1])
            states.append(state)
        if state is not None:
            self._owned[state.owner][address] = None
            if state.is_token_account:
                self._holdings[state.holder][address] = None
                self._holdings[state.mint][address] = None

    # Transactions

    def execute(self, transaction: VersionedTransaction) -> Landed | Refusal:
        """Runs a transaction in a new slot, by all rules of the runtime and by that of blockhashes."""
        with self.lock:
            refusal = self._stale(transaction)
            if refusal is not None:
                return refusal
            self._advance_to(self.slot + 1)
            static, writable, readonly = self._accounts_of(transaction)
            keys = [*static, *writable, *readonly]
            before = {key: self._current(key) for key in keys}
            outcome = self._vm.send_transaction(transaction)
            if isinstance(outcome, FailedTransactionMetadata):
                err, meta = err_json(outcome.err()), outcome.meta()
                # What the runtime keeps has paid its fee, and is in the block with its error.
                if self._vm.get_transaction(transaction.signatures[0]) is None:
                    return Refusal(err, meta.logs(), meta.compute_units_consumed())
            else:
                err, meta = None, outcome
            after = {key: self._current(key) for key in keys}
            for key in keys:
                if before[key] != after[key]:
                    if key not in self._versions and before[key] is not None:
                        self._versions[key] = ([FIRST_SLOT], [before[key]])
                    self._record(key, after[key])
            holdings = [one for one in (*before.values(), *after.values()) if one is not None and one.is_token_account]
            mints = {one.mint: self._current(one.mint) for one in holdings}
            slot = self._slots[-1]
            landed = Landed(
                slot, self._times[-1], transaction, keys, (writable, readonly), before, after, mints, err, meta
            )
            self.landed[landed.signature] = landed
            for key in dict.fromkeys(keys):
                self.by_address[key].append(landed.signature)
            return landed

    def simulate(
        self, transaction: VersionedTransaction, *, checks_signatures: bool = True, checks_blockhash: bool = True
    ) -> TransactionMetadata | Refusal:
        """What a transaction would do at the newest slot; nothing changes."""
        refusal = self._stale(transaction) if checks_blockhash else None
        if refusal is not None:
            return refusal
        self._vm.with_sigverify(checks_signatures)
        try:
            outcome = self._vm.simulate_transaction(transaction)
        finally:
            self._vm.with_sigverify(True)
        if isinstance(outcome, SimulatedTransactionInfo):
            return outcome.meta()
        return Refusal(err_json(outcome.err()), outcome.meta().logs(), outcome.meta().compute_units_consumed())

    def _stale(self, transaction: VersionedTransaction) -> Refusal | None:
        if str(transaction.signatures[0]) in self.landed:
            return Refusal("AlreadyProcessed")
        return None if self.is_fresh(transaction.message.recent_blockhash, self.slot) else Refusal("BlockhashNotFound")

    def _accounts_of(self, transaction: VersionedTransaction) -> tuple[list[Pubkey], list[Pubkey], list[Pubkey]]:
        """The accounts in the message; those of lookup tables: the writable ones, the others."""
        message = transaction.message
        writable: list[Pubkey] = []
        readonly: list[Pubkey] = []
        for lookup in message.address_table_lookups if isinstance(message, MessageV0) else []:
            table = self._current(lookup.account_key)
            if table is None or table.owner != LOOKUP_TABLE:
                continue  # The runtime refuses the transaction by itself.
            rows = [table.data[at : at + 32] for at in range(56, len(table.data), 32)]
            writable += [Pubkey.from_bytes(rows[one]) for one in lookup.writable_indexes if one < len(rows)]
            readonly += [Pubkey.from_bytes(rows[one]) for one in lookup.readonly_indexes if one < len(rows)]
        return list(message.account_keys), writable, readonly
