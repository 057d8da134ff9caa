"""What one endpoint sees of a Solana chain: up to a slot, and perhaps with other figures than everybody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from solders.pubkey import Pubkey

from .face import RPCError
from .solana_chain import FIRST_SLOT, SolanaChain
from .solana_records import Landed, State

#: From the least to the most that a commitment promises.
COMMITMENTS = ("processed", "confirmed", "finalized")
#: A status is kept for so many slots; an older one has to be searched for, which must be asked for.
STATUS_SLOTS = 150


@dataclass(frozen=True)
class View:
    """The chain at the end of ``slot``."""

    chain: SolanaChain
    head: int
    """The newest slot that the endpoint knows."""
    slot: int
    """That of the commitment that was asked for."""
    told_slot: int
    """The slot that the endpoint says it is at."""
    other_amounts: Mapping[str, int] = field(default_factory=dict)
    amount_skew: int = 0

    @staticmethod
    def slot_at(chain: SolanaChain, head: int, commitment: str) -> int:
        behind = {"processed": 0, "confirmed": chain.confirmed_behind, "finalized": chain.finalized_behind}
        return max(FIRST_SLOT, head - behind[commitment])

    # Accounts

    def state(self, address: Pubkey) -> State | None:
        state = self.chain.state(address, self.slot)
        return None if state is None else self._lied(address, state)

    def owned_by(self, program: Pubkey) -> Iterable[tuple[Pubkey, State]]:
        for address, state in self.chain.owned_by(program, self.slot):
            yield address, self._lied(address, state)

    def token_accounts(self, concerned: Pubkey) -> Iterable[tuple[Pubkey, State]]:
        """Of a wallet, or of a mint."""
        for address, state in self.chain.token_accounts(concerned, self.slot):
            yield address, self._lied(address, state)

    def _lied(self, address: Pubkey, state: State) -> State:
        if not self.other_amounts and not self.amount_skew:
            return state
        other = self.other_amounts.get(str(address))
        if state.is_token_account:
            amount = state.amount + self.amount_skew if other is None else other
            return state.with_number(64, max(0, amount))
        if other is None:
            return state
        if state.is_mint:
            return state.with_number(36, other)
        return State(other, state.data, state.owner, state.is_executable)

    # Transactions

    def landed(self, signature: str) -> Landed | None:
        found = self.chain.landed.get(signature)
        return found if found is not None and found.slot <= self.slot else None

    def confirmation_of(self, slot: int) -> str:
        """How sure a slot is, in the eyes of this endpoint."""
        for commitment in reversed(COMMITMENTS):
            if slot <= self.slot_at(self.chain, self.head, commitment):
                return commitment
        raise RPCError(-32004, f"Block not available for slot {slot}")

    def status_json(self, signature: str, *, searches: bool) -> dict[str, Any] | None:
        found = self.chain.landed.get(signature)
        if found is None or found.slot > self.head or (not searches and found.slot < self.head - STATUS_SLOTS):
            return None
        confirmation = self.confirmation_of(found.slot)
        return {
            "slot": found.slot,
            "confirmations": None if confirmation == "finalized" else self.head - found.slot,
            "err": found.err,
            "status": {"Ok": None} if found.err is None else {"Err": found.err},
            "confirmationStatus": confirmation,
        }

    def history_json(self, address: Pubkey, before: str | None, until: str | None, limit: int) -> list[dict[str, Any]]:
        """Newest first; an unknown ``before`` has nothing before it, an unknown ``until`` ends nothing."""
        rows: list[dict[str, Any]] = []
        is_past_before = before is None
        for signature in reversed(self.chain.by_address.get(address, [])):
            found = self.landed(signature)
            if signature == until or len(rows) == limit:
                break
            if is_past_before and found is not None:
                rows.append(self._history_row(found))
            is_past_before = is_past_before or signature == before
        return rows

    def _history_row(self, found: Landed) -> dict[str, Any]:
        memos = found.memos()
        return {
            "signature": found.signature,
            "slot": found.slot,
            "err": found.err,
            "memo": "; ".join(f"[{len(memo.encode())}] {memo}" for memo in memos) if memos else None,
            "blockTime": found.block_time,
            "confirmationStatus": self.confirmation_of(found.slot),
        }
