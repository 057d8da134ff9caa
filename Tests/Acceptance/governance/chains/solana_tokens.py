"""Tokens, memos and money on a Solana chain: made by real instructions, or set directly where many are to have some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message, MessageV0
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, TransferParams, create_account, transfer
from solders.token.associated import get_associated_token_address
from solders.transaction import VersionedTransaction

from .solana_chain import SolanaChain
from .solana_records import (
    ACCOUNT_BYTES,
    ASSOCIATED,
    MEMO,
    MINT_BYTES,
    SYSTEM,
    TOKEN,
    TOKEN_2022,
    Landed,
    Refusal,
    State,
)

#: What Token-2022 puts behind the accounts of its wallets: that it is an account, and that its owner stays.
_IMMUTABLE_OWNER = bytes((2, 7, 0, 0, 0))


class Unlanded(Exception):
    """A transaction that was to land has not, or has failed."""


# Transactions


def signed(
    chain: SolanaChain, instructions: Sequence[Instruction], payer: Keypair, *others: Keypair, is_legacy: bool = False
) -> VersionedTransaction:
    """A transaction that would land now."""
    blockhash = chain.blockhash()
    message: Message | MessageV0
    if is_legacy:
        message = Message.new_with_blockhash(list(instructions), payer.pubkey(), blockhash)
    else:
        message = MessageV0.try_compile(payer.pubkey(), list(instructions), [], blockhash)
    return VersionedTransaction(message, [payer, *others])


def send(chain: SolanaChain, instructions: Sequence[Instruction], payer: Keypair, *others: Keypair) -> Landed:
    """Raises ``Unlanded`` for one that fails."""
    with chain.lock:
        outcome = chain.execute(signed(chain, instructions, payer, *others))
    if isinstance(outcome, Refusal) or outcome.err is not None:
        logs = outcome.logs if isinstance(outcome, Refusal) else outcome.meta.logs()
        raise Unlanded(f"{outcome.err}: {' / '.join(logs)}")
    return outcome


def airdrop(chain: SolanaChain, to: Pubkey, lamports: int) -> str:
    """By a transaction of the faucet, whose signature it returns."""
    with chain.lock:
        # Two gifts of the same size within one slot would be one transaction.
        chain.advance()
        move = TransferParams(from_pubkey=chain.faucet.pubkey(), to_pubkey=to, lamports=lamports)
        return send(chain, [transfer(move)], chain.faucet).signature


def fund_many(chain: SolanaChain, wallets: Sequence[Pubkey], lamports: int) -> int:
    """Sets balances directly, in one slot, which it returns."""
    return chain.put({wallet: State(lamports, b"", SYSTEM) for wallet in wallets})


def memo_instruction(text: str | bytes, *signers: Pubkey, program: Pubkey = MEMO) -> Instruction:
    data = text.encode() if isinstance(text, str) else text
    return Instruction(program, data, [AccountMeta(one, True, False) for one in signers])


def write_memo(chain: SolanaChain, author: Keypair, text: str) -> Landed:
    """``Landed.memos()`` reads it back of the instruction data."""
    with chain.lock:
        # The same text twice is two memos.
        chain.advance()
        return send(chain, [memo_instruction(text, author.pubkey())], author)


# Tokens


@dataclass(frozen=True)
class Mint:
    """A token of either program, and who may make more of it."""

    chain: SolanaChain
    address: Pubkey
    program: Pubkey
    decimals: int
    authority: Keypair

    @staticmethod
    def create(
        chain: SolanaChain, *, decimals: int = 6, program: Pubkey = TOKEN, authority: Keypair | None = None
    ) -> Mint:
        """By real instructions; the faucet pays, and the authority may also freeze accounts."""
        owner, key = authority or Keypair(), Keypair()
        account = CreateAccountParams(
            from_pubkey=chain.faucet.pubkey(),
            to_pubkey=key.pubkey(),
            lamports=chain.rent(MINT_BYTES),
            space=MINT_BYTES,
            owner=program,
        )
        data = bytes((20, decimals)) + bytes(owner.pubkey()) + b"\x01" + bytes(owner.pubkey())
        begin = Instruction(program, data, [AccountMeta(key.pubkey(), False, True)])
        send(chain, [create_account(account), begin], chain.faucet, key)
        return Mint(chain, key.pubkey(), program, decimals, owner)

    def account_of(self, owner: Pubkey) -> Pubkey:
        """The associated account, whether there is one or not."""
        return get_associated_token_address(owner, self.address, self.program)

    def balance(self, owner: Pubkey) -> int:
        """In all accounts of a wallet together, in base units."""
        rows = self.chain.token_accounts(owner)
        return sum(state.amount for _, state in rows if state.mint == self.address and state.holder == owner)

    def supply(self) -> int:
        return self._state().supply

    # By real instructions

    def grant(self, owner: Pubkey, amount: int) -> Landed:
        """Makes tokens for a wallet, and its account where there is none."""
        make = self._instruction(7, amount, (self.address, True), (self.account_of(owner), True))
        return send(self.chain, [self._opening(owner), make], self.chain.faucet, self.authority)

    def transfer(self, giver: Keypair, taker: Pubkey, amount: int) -> Landed:
        """The faucet pays for it."""
        accounts = [(self.account_of(giver.pubkey()), True), (self.address, False), (self.account_of(taker), True)]
        move = self._instruction(12, amount, *accounts, signer=giver)
        return send(self.chain, [self._opening(taker), move], self.chain.faucet, giver)

    def burn(self, owner: Keypair, amount: int) -> Landed:
        burn = self._instruction(
            15, amount, (self.account_of(owner.pubkey()), True), (self.address, True), signer=owner
        )
        return send(self.chain, [burn], self.chain.faucet, owner)

    def freeze(self, owner: Pubkey) -> Landed:
        accounts = [AccountMeta(self.account_of(owner), False, True), AccountMeta(self.address, False, False)]
        accounts.append(AccountMeta(self.authority.pubkey(), True, False))
        return send(self.chain, [Instruction(self.program, b"\x0a", accounts)], self.chain.faucet, self.authority)

    def _opening(self, owner: Pubkey) -> Instruction:
        accounts = [
            AccountMeta(self.chain.faucet.pubkey(), True, True),
            AccountMeta(self.account_of(owner), False, True),
        ]
        accounts += [AccountMeta(one, False, False) for one in (owner, self.address, SYSTEM, self.program)]
        return Instruction(ASSOCIATED, b"\x01", accounts)

    def _instruction(
        self, index: int, amount: int, *accounts: tuple[Pubkey, bool], signer: Keypair | None = None
    ) -> Instruction:
        """One that moves an amount; those that are checked have the decimals behind it."""
        data = bytes((index,)) + amount.to_bytes(8, "little") + (bytes((self.decimals,)) if index >= 12 else b"")
        metas = [AccountMeta(key, False, is_writable) for key, is_writable in accounts]
        metas.append(AccountMeta((signer or self.authority).pubkey(), True, False))
        return Instruction(self.program, data, metas)

    # Past all rules

    def grant_many(self, amounts: Mapping[Pubkey, int]) -> int:
        """Sets accounts and the supply directly, in one slot, which it returns: for thousands of wallets."""
        with self.chain.lock:
            states: dict[Pubkey, State] = {}
            for owner, amount in amounts.items():
                address = self.account_of(owner)
                before = self.chain.state(address)
                states[address] = self._account(owner, amount + (0 if before is None else before.amount))
            states[self.address] = self._state().with_number(36, self.supply() + sum(amounts.values()))
            return self.chain.put(states)

    def open_another(self, owner: Pubkey, amount: int) -> Pubkey:
        """One more account of a wallet, beside the associated one: whoever counts has to add them up."""
        with self.chain.lock:
            address = Keypair().pubkey()
            more = self._state().with_number(36, self.supply() + amount)
            self.chain.put({address: self._account(owner, amount), self.address: more})
            return address

    def _account(self, owner: Pubkey, amount: int) -> State:
        data = bytes(self.address) + bytes(owner) + amount.to_bytes(8, "little") + bytes(36) + b"\x01" + bytes(56)
        assert len(data) == ACCOUNT_BYTES
        data += _IMMUTABLE_OWNER if self.program == TOKEN_2022 else b""
        return State(self.chain.rent(len(data)), data, self.program)

    def _state(self) -> State:
        state = self.chain.state(self.address)
        assert state is not None, "the mint is gone"
        return state
