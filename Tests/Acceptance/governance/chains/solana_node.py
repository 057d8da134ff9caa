"""One JSON-RPC endpoint of a Solana chain, which can lag, lie and lose what it is sent."""

from __future__ import annotations

import enum
from typing import Any

from solders.hash import Hash
from solders.pubkey import Pubkey

from .face import Face, NoAnswer, RPCError
from .solana_chain import FIRST_SLOT, SolanaChain
from .solana_json import account_json, amount_json, transaction_json
from .solana_reading import matches, options_of, program_filters, pubkey, signature_of, slice_of
from .solana_records import TOKEN_PROGRAMS, Refusal, State
from .solana_sending import simulated_json, transaction_of
from .solana_tokens import Unlanded, airdrop
from .solana_view import COMMITMENTS, View

#: A node that is further behind calls itself unhealthy.
_HEALTHY_SLOTS = 128


class Sends(enum.Enum):
    """What becomes of a transaction that is sent."""

    LAND = "it lands, and its signature is told"
    PRETEND = "its signature is told, and it never lands"
    DROP = "the connection ends, and it never lands"
    SILENT = "it lands, and the connection ends"


class SolanaNode(Face):
    """An endpoint. Its attributes may be changed at any time, and concern what is asked from then on."""

    def __init__(self, chain: SolanaChain) -> None:
        self.chain = chain
        self.lag = 0
        """How many slots of the chain are not yet known here: what is answered is that old, and says so."""
        self.slot_lie = 0
        """What is added to every slot that is told; with ``lag``, old figures pass for new ones."""
        self.other_amounts: dict[str, int] = {}
        """By address: what a token account, a supply or a balance is said to be."""
        self.amount_skew = 0
        """What is added to all token accounts that are not among ``other_amounts``."""
        self.genesis_lie: str | None = None
        """The genesis hash of another cluster."""
        self.sends = Sends.LAND
        self.sent: list[str] = []
        """Signatures of everything that was taken, also of what never landed."""
        super().__init__(chain.lock)
        own = [name for name in vars(SolanaNode) if name.startswith(("get", "is", "send", "simulate", "request"))]
        self.methods = {name: getattr(self, name) for name in own}

    # What the endpoint sees

    def _view(self, options: dict[str, Any], *, least: str = "processed") -> View:
        commitment = options.get("commitment") or "finalized"
        if commitment not in COMMITMENTS:
            raise RPCError(-32602, f"Invalid params: unknown variant `{commitment}`")
        if COMMITMENTS.index(commitment) < COMMITMENTS.index(least):
            raise RPCError(-32602, f"Method does not support commitment below `{least}`")
        head = max(FIRST_SLOT, self.chain.slot - self.lag)
        slot = View.slot_at(self.chain, head, commitment)
        told = slot + self.slot_lie
        minimum = options.get("minContextSlot")
        if minimum is not None and told < minimum:
            raise RPCError(-32016, "Minimum context slot has not been reached", {"contextSlot": told})
        return View(self.chain, head, slot, told, dict(self.other_amounts), self.amount_skew)

    @staticmethod
    def _placed(view: View, value: Any) -> dict[str, Any]:
        return {"context": {"apiVersion": "3.0.0", "slot": view.told_slot}, "value": value}

    # The cluster

    def getHealth(self, params: list[Any]) -> Any:
        if self.lag > _HEALTHY_SLOTS:
            raise RPCError(-32005, f"Node is behind by {self.lag} slots", {"numSlotsBehind": self.lag})
        return "ok"

    def getVersion(self, params: list[Any]) -> Any:
        return {"solana-core": "3.0.0", "feature-set": 3_640_012_085}

    def getGenesisHash(self, params: list[Any]) -> Any:
        return self.genesis_lie or str(self.chain.genesis_hash)

    def getSlot(self, params: list[Any]) -> Any:
        return self._view(options_of(params, 0)).told_slot

    def getBlockHeight(self, params: list[Any]) -> Any:
        return self.chain.height(self._view(options_of(params, 0)).told_slot)

    def getBlockTime(self, params: list[Any]) -> Any:
        slot = params[0] if params and isinstance(params[0], int) else -1
        if not FIRST_SLOT <= slot <= self._view({}).slot:
            raise RPCError(-32004, f"Block not available for slot {slot}")
        return self.chain.time_of(slot)

    def getLatestBlockhash(self, params: list[Any]) -> Any:
        view = self._view(options_of(params, 0))
        blockhash = self.chain.blockhash(view.slot)
        value = {"blockhash": str(blockhash), "lastValidBlockHeight": self.chain.last_height_of(blockhash)}
        return self._placed(view, value)

    def isBlockhashValid(self, params: list[Any]) -> Any:
        view = self._view(options_of(params, 1))
        return self._placed(view, self.chain.is_fresh(Hash(bytes(pubkey(params, 0))), view.slot))

    def getMinimumBalanceForRentExemption(self, params: list[Any]) -> Any:
        if not params or not isinstance(params[0], int):
            raise RPCError(-32602, "Invalid params: expected a size")
        return self.chain.rent(params[0])

    # Accounts

    def getBalance(self, params: list[Any]) -> Any:
        view = self._view(options_of(params, 1))
        state = view.state(pubkey(params, 0))
        return self._placed(view, 0 if state is None else state.lamports)

    def getAccountInfo(self, params: list[Any]) -> Any:
        options = options_of(params, 1)
        view = self._view(options)
        return self._placed(view, self._account(view, view.state(pubkey(params, 0)), options))

    def getMultipleAccounts(self, params: list[Any]) -> Any:
        options = options_of(params, 1)
        view = self._view(options)
        addresses = params[0] if params and isinstance(params[0], list) else []
        if len(addresses) > 100:
            raise RPCError(-32602, "Too many inputs provided; max 100")
        states = [view.state(pubkey(addresses, index)) for index in range(len(addresses))]
        options.setdefault("encoding", "base64")
        return self._placed(view, [self._account(view, state, options) for state in states])

    def getProgramAccounts(self, params: list[Any]) -> Any:
        options = options_of(params, 1)
        view, program = self._view(options), pubkey(params, 0)
        filters = program_filters(options.get("filters") or [])
        # Whoever asks for the accounts of a mint or a wallet need not make everybody wait.
        narrow = next((one for one in filters if one.at in (0, 32) and len(one.wanted) == 32), None)
        if narrow is not None and program in TOKEN_PROGRAMS:
            found = [*view.token_accounts(Pubkey.from_bytes(narrow.wanted))]
            found += [] if narrow.at == 32 else [row for row in view.owned_by(program) if not row[1].is_token_account]
        else:
            found = [*view.owned_by(program)]
        rows = [
            {"pubkey": str(address), "account": self._account(view, state, options)}
            for address, state in found
            if state.owner == program and matches(state.data, filters)
        ]
        return self._placed(view, rows) if options.get("withContext") else rows

    @staticmethod
    def _account(view: View, state: State | None, options: dict[str, Any]) -> Any:
        if state is None:
            return None
        return account_json(state, options.get("encoding"), slice_of(options), view.state)

    # Tokens

    def getTokenAccountsByOwner(self, params: list[Any]) -> Any:
        options = options_of(params, 2)
        view, owner = self._view(options), pubkey(params, 0)
        chosen = options_of(params, 1)
        mint, program = chosen.get("mint"), chosen.get("programId")
        if (mint is None) == (program is None):
            raise RPCError(-32602, "Invalid params: expected one of mint, programId")
        if mint is not None:
            self._mint(view, pubkey([mint], 0))
        elif pubkey([program], 0) not in TOKEN_PROGRAMS:
            raise RPCError(-32602, "Invalid param: unrecognized Token program id")
        rows = [
            {"pubkey": str(address), "account": self._account(view, state, options)}
            for address, state in view.token_accounts(owner)
            if state.holder == owner and (str(state.mint) == mint or str(state.owner) == program)
        ]
        return self._placed(view, rows)

    def getTokenAccountBalance(self, params: list[Any]) -> Any:
        view = self._view(options_of(params, 1))
        state = view.state(pubkey(params, 0))
        if state is None or not state.is_token_account:
            raise RPCError(-32602, "Invalid param: not a Token account")
        return self._placed(view, amount_json(state.amount, self._mint(view, state.mint).decimals))

    def getTokenSupply(self, params: list[Any]) -> Any:
        view = self._view(options_of(params, 1))
        mint = self._mint(view, pubkey(params, 0))
        return self._placed(view, amount_json(mint.supply, mint.decimals))

    def getTokenLargestAccounts(self, params: list[Any]) -> Any:
        view, address = self._view(options_of(params, 1)), pubkey(params, 0)
        mint = self._mint(view, address)
        rows = [row for row in view.token_accounts(address) if row[1].mint == address]
        rows.sort(key=lambda row: (-row[1].amount, bytes(row[0])))
        largest = [{"address": str(key), **amount_json(state.amount, mint.decimals)} for key, state in rows[:20]]
        return self._placed(view, largest)

    @staticmethod
    def _mint(view: View, address: Pubkey) -> State:
        state = view.state(address)
        if state is None or not state.is_mint:
            raise RPCError(
                -32602, "Invalid param: could not find mint" if state is None else "Invalid param: not a Token mint"
            )
        return state

    # Transactions

    def getSignaturesForAddress(self, params: list[Any]) -> Any:
        options = options_of(params, 1)
        view, limit = self._view(options, least="confirmed"), options.get("limit", 1000)
        if not isinstance(limit, int) or not 1 <= limit <= 1000:
            raise RPCError(-32602, "Invalid limit; max 1000")
        before, until = (signature_of(options[name]) if options.get(name) else None for name in ("before", "until"))
        return view.history_json(pubkey(params, 0), before, until, limit)

    def getTransaction(self, params: list[Any]) -> Any:
        is_short = len(params) > 1 and isinstance(params[1], str)
        options: dict[str, Any] = {"encoding": params[1]} if is_short else options_of(params, 1)
        view = self._view(options, least="confirmed")
        landed = view.landed(signature_of(params[0] if params else None))
        if landed is None:
            return None
        return transaction_json(
            landed, options.get("encoding") or "json", options.get("maxSupportedTransactionVersion")
        )

    def getSignatureStatuses(self, params: list[Any]) -> Any:
        view = self._view({"commitment": "processed"})
        asked = params[0] if params and isinstance(params[0], list) else []
        if len(asked) > 256:
            raise RPCError(-32602, "Too many inputs provided; max 256")
        searches = bool(options_of(params, 1).get("searchTransactionHistory"))
        return self._placed(view, [view.status_json(signature_of(one), searches=searches) for one in asked])

    def simulateTransaction(self, params: list[Any]) -> Any:
        options = options_of(params, 1)
        view, transaction = self._view(options), transaction_of(params, options)
        replaces = bool(options.get("replaceRecentBlockhash"))
        if replaces and options.get("sigVerify"):
            raise RPCError(-32602, "sigVerify may not be used with replaceRecentBlockhash")
        outcome = self.chain.simulate(
            transaction, checks_signatures=bool(options.get("sigVerify")), checks_blockhash=not replaces
        )
        if isinstance(outcome, Refusal) and outcome.err == "SignatureFailure":
            raise RPCError(-32003, "Transaction signature verification failure")
        fresh = self.getLatestBlockhash([options])["value"] if replaces else None
        return self._placed(view, simulated_json(outcome, fresh))

    def sendTransaction(self, params: list[Any]) -> Any:
        options = options_of(params, 1)
        self._view({"minContextSlot": options.get("minContextSlot"), "commitment": options.get("preflightCommitment")})
        transaction = transaction_of(params, options)
        signature = str(transaction.signatures[0])
        if not options.get("skipPreflight"):
            outcome = self.chain.simulate(transaction)
            if isinstance(outcome, Refusal):
                if outcome.err == "SignatureFailure":
                    raise RPCError(-32003, "Transaction signature verification failure")
                told = simulated_json(outcome, None)
                raise RPCError(-32002, f"Transaction simulation failed: {_in_words(outcome.err)}", told)
        self.sent.append(signature)
        if self.sends in (Sends.LAND, Sends.SILENT):
            self.chain.execute(transaction)
        if self.sends in (Sends.DROP, Sends.SILENT):
            raise NoAnswer
        return signature

    def requestAirdrop(self, params: list[Any]) -> Any:
        if len(params) < 2 or not isinstance(params[1], int) or params[1] <= 0:
            raise RPCError(-32602, "Invalid params: expected lamports")
        try:
            return airdrop(self.chain, pubkey(params, 0), params[1])
        except Unlanded as error:
            raise RPCError(-32603, f"airdrop request failed: {error}") from None


def _in_words(err: Any) -> str:
    if isinstance(err, dict) and "InstructionError" in err:
        index, what = err["InstructionError"]
        named = f"custom program error: {what['Custom']:#x}" if isinstance(what, dict) and "Custom" in what else what
        return f"Error processing Instruction {index}: {named}"
    words = {
        "BlockhashNotFound": "Blockhash not found",
        "AlreadyProcessed": "This transaction has already been processed",
        "AccountNotFound": "Attempt to debit an account but found no record of a prior credit.",
    }
    return words.get(str(err), str(err))
