"""A station that votes: a token on a chain of its own, people with accounts and wallets, and what wallets sign."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from chains.solana_chain import SolanaChain
from chains.solana_node import SolanaNode
from chains.solana_tokens import Mint, fund_many
from chains.wallets import EthereumWallet, Form, Signed, SolanaWallet
from door.client import Answer, Credential, Door
from door.people import People
from door.settings import WIDE_OPEN, credential
from harness.bench import Bench
from harness.engines import Engine
from harness.station import Station
from harness.waiting import wait_for

#: As the settings have it unless told otherwise: the name that wallets are shown.
DOMAIN = "localhost"
#: One token in base units.
TOKEN = 10**6
#: The holder of nearly all there is: whoever has this wallet decides, and ends a basic vote at once.
WHALE_TOKENS = 1_000_000_000
#: Nothing happens late or long unless a scenario wants it.
_SETTINGS: dict[str, object] = {
    **WIDE_OPEN,
    "governance.voting_seconds": 600,
    "governance.open_max": 1000,
    "governance.open_per_wallet_max": 1000,
    "governance.quorum_basis_points": 1,
    "governance.late_quorum_seconds": 0,
    "governance.execution_delay_seconds": 0,
    "chains.solana.cluster": "localnet",
    "chains.attempt_seconds": 2,
}


# Places


class Assembly:
    """One station, its chain with some endpoints, its token, and a whale with an account that may propose."""

    def __init__(
        self,
        bench: Bench,
        engine: Engine | None = None,
        *,
        nodes: int = 2,
        settings: Mapping[str, object] | None = None,
        has_anchor_key: bool = False,
        config: str = "",
        finalized_behind: int = 0,
    ) -> None:
        self.bench = bench
        self.name = f"{engine.name}: " if engine else ""
        self.chain = SolanaChain(finalized_behind=finalized_behind)
        self.nodes = [SolanaNode(self.chain) for _ in range(nodes)]
        for node in self.nodes:
            bench.on_close(node.close)
        self.mint = Mint.create(self.chain)
        self.whale = SolanaWallet()
        self.mint.grant_many({self.whale.pubkey: WHALE_TOKENS * TOKEN})
        self.settle()
        chosen = {**_SETTINGS, "governance.token": str(self.mint.address), **(settings or {})}
        self.station: Station = engine.station(chosen) if engine else bench.station(chosen)
        self.keys = [f"endpoint-key-{secrets.token_hex(12)}" for _ in self.nodes]
        """What the endpoints' addresses have in them."""
        self.anchor = SolanaWallet()
        fund_many(self.chain, [self.anchor.pubkey], 10**9)
        if has_anchor_key:
            self.give_anchor_key()
        self.station.write_config(self._endpoints() + config)
        self.door = Door(self.station.port, timeout=30)
        self._proposer: Credential | None = None

    def _endpoints(self) -> str:
        rows = []
        for number, (node, key) in enumerate(zip(self.nodes, self.keys, strict=True)):
            named = credential(self.station, f"endpoint-{number}", key)
            rows.append(
                f'[chains.solana.endpoints.node-{number}]\nurl = "{node.address}/?api-key={{key}}"\n'
                f'key = "{named}"\ncalls_per_second = 1000\n'
            )
        return "".join(rows)

    def give_anchor_key(self) -> None:
        """From its next start on the station can write on the chain."""
        numbers = json.dumps(list(bytes(self.anchor.keypair)))
        self.station.settings["governance.anchor_key"] = credential(self.station, "anchor", numbers)

    def start(self, **more: Any) -> Assembly:
        # A debug build on a busy machine takes its time.
        self.station.start(ready_within=60, **more)
        return self

    def restart(self, **more: Any) -> None:
        """In order, so that nothing is remembered of how endpoints did."""
        if self.station.run.is_running:
            self.station.stop()
        self.start(**more)

    def settle(self) -> None:
        """Lets everything that was done on the chain become final."""
        self.chain.advance(self.chain.finalized_behind + 1)

    def grant(self, amounts: Mapping[SolanaWallet, int]) -> None:
        """Tokens, in base units, final."""
        self.mint.grant_many({wallet.pubkey: amount for wallet, amount in amounts.items()})
        self.settle()

    def holders(self, count: int, tokens: int = 10) -> list[SolanaWallet]:
        wallets = [SolanaWallet() for _ in range(count)]
        self.grant({wallet: tokens * TOKEN for wallet in wallets})
        return wallets

    @property
    def crashes(self) -> list[str]:
        """Mistakes of the faces: nothing is proved with them then."""
        return [crash for node in self.nodes for crash in node.crashes]

    def judge_faces(self) -> None:
        crashes = self.crashes
        self.bench.check(f"{self.name}mistakes of the chains themselves", "none", crashes[:1] or "none", not crashes)

    # People

    def person(self, role: str = "client") -> Credential:
        return People(self.station).add(role).log_in(self.door).credential

    def link(self, who: Credential, wallet: SolanaWallet | EthereumWallet, form: Form = Form.PLAIN) -> Answer:
        """Shows that a wallet is somebody's."""
        chain = "solana" if isinstance(wallet, SolanaWallet) else "ethereum"
        made = self.challenge(who, chain, wallet.address)
        if isinstance(wallet, EthereumWallet):
            return self.answer(who, made, {"signature": "0x" + wallet.sign(made["message"]).hex()})
        return self.answer(who, made, shown(wallet.sign(made["message"], form), form))

    def challenge(self, who: Credential, chain: str, address: str) -> dict[str, Any]:
        asked = self.door.post("/api/wallets/challenge", {"chain": chain, "address": address}, who)
        return dict(asked.expect(201).json)

    def answer(self, who: Credential, challenge: Mapping[str, Any], signed: Mapping[str, Any]) -> Answer:
        body = {"challenge_id": challenge["challenge_id"], **signed}
        return self.door.post("/api/wallets/link", body, who)

    @property
    def proposer(self) -> Credential:
        """Whose wallet is the whale's."""
        if self._proposer is None:
            self._proposer = self.person()
            self.link(self._proposer, self.whale).expect(201)
        return self._proposer

    # Proposals

    def try_propose(self, who: Credential | None = None, **fields: Any) -> Answer:
        body = {"title": f"Motion {secrets.token_hex(6)}", "description": "So be it.\nAmen.", **fields}
        return self.door.post("/governance/proposals", body, who or self.proposer)

    def propose(self, who: Credential | None = None, **fields: Any) -> Proposal:
        told = self.try_propose(who, **fields).expect(201).json
        return Proposal(self, str(told["id"]), str(told["document_hash"]), told)

    # Bus

    def listen(self) -> Listener:
        return Listener(self.station)


@dataclass
class Proposal:
    """One that is open, or was."""

    place: Assembly
    id: str
    hash: str
    opened: dict[str, Any] = field(repr=False)

    @property
    def view(self) -> dict[str, Any]:
        return dict(self.place.door.get(f"/governance/proposal/{self.id}").expect(200).json)

    @property
    def totals(self) -> dict[str, int]:
        return {one["label"]: int(one["total"]) for one in self.view["totals"]}

    def wait(self, *states: str, seconds: float = 60) -> dict[str, Any]:
        """What it looks like once it is in one of these states. Raises ``Late``."""
        return wait_for(
            f"the proposal to be {' or '.join(states)}",
            seconds,
            lambda: view if (view := self.view)["status"] in states else None,
            every=0.2,
        )

    def end(self) -> None:
        """Has the whale say yes, which ends a basic vote."""
        self.vote(self.place.whale, "yes").expect(201)

    # Ballots

    def ballot(self, wallet: SolanaWallet, choice: str = "yes", form: Form = Form.PLAIN, **more: Any) -> dict[str, Any]:
        """A signed ballot, ready to be sent; ``more`` are fields of its text, or another text altogether."""
        paper = Paper(self.id, self.hash, wallet.address, choice)
        for name in [name for name in more if name != "text"]:
            setattr(paper, name, more[name])
        return paper.body(wallet.sign(more.get("text") or paper.text, form), form)

    def send(self, body: Mapping[str, Any]) -> Answer:
        return self.place.door.post("/governance/vote", dict(body))

    def vote(self, wallet: SolanaWallet, choice: str = "yes", form: Form = Form.PLAIN) -> Answer:
        return self.send(self.ballot(wallet, choice, form))

    def ballots(self) -> list[dict[str, Any]]:
        """All of them, page by page, as anybody can read them."""
        found: list[dict[str, Any]] = []
        start: int | None = 0
        while start is not None:
            page = self.place.door.get(f"/governance/proposal/{self.id}/ballots?from={start}").expect(200).json
            found += page["ballots"]
            start = page.get("next")
        return found

    def receipt(self, wallet: str) -> dict[str, Any]:
        return dict(self.place.door.get(f"/governance/proposal/{self.id}/receipts/{wallet}").expect(200).json)

    def memos(self) -> list[str]:
        """What stands on the chain about it, read of the instructions of transactions that did what they should."""
        with self.place.chain.lock:
            landed = [one for one in self.place.chain.landed.values() if one.err is None]
        return [memo for one in landed for memo in one.memos() if self.id in memo]


# Texts

_COSTS_NOTHING = "Signing costs nothing and allows no payment."


def now(seconds: float = 0) -> str:
    """A moment so far ahead, as texts have it."""
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> float:
    """A time of an answer, in seconds."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def nonce() -> str:
    return secrets.token_hex(13)


@dataclass
class Paper:
    """A ballot's fields, and the text that they make."""

    proposal: str
    hash: str
    wallet: str
    choice: str
    domain: str = DOMAIN
    chain: str = "solana"
    nonce: str = field(default_factory=nonce)
    issued_at: str = field(default_factory=now)
    expires_at: str = field(default_factory=lambda: now(590))

    @property
    def text(self) -> str:
        return "\n".join(
            [
                f"{self.domain} asks you to vote with this {self.chain} wallet. {_COSTS_NOTHING}",
                "",
                f"Wallet: {self.wallet}",
                f"Proposal: {self.proposal}",
                f"Proposal hash: {self.hash}",
                f"Choice: {self.choice}",
                f"Nonce: {self.nonce}",
                f"Issued at: {self.issued_at}",
                f"Expires at: {self.expires_at}",
            ]
        )

    def body(self, signed: Signed, form: Form = Form.PLAIN) -> dict[str, Any]:
        return {
            "proposal_id": self.proposal,
            "wallet": self.wallet,
            "choice": self.choice,
            "nonce": self.nonce,
            "issued_at": self.issued_at,
            "expires_at": self.expires_at,
            **shown(signed, form),
        }


def shown(signed: Signed, form: Form = Form.PLAIN) -> dict[str, str]:
    """A signature, and how the text was put before the wallet, as the interface wants them."""
    return {"signature": signed.signature_base58, **({} if form is Form.PLAIN else {"form": form_text(signed, form)})}


def form_text(signed: Signed, form: Form) -> str:
    if form is Form.PLAIN:
        return "plain"
    if form in (Form.MEMO, Form.MEMO_V0):
        return f"transaction:{base64.b64encode(signed.message).decode()}"
    return "offchain"


def envelope_text(signed: Signed) -> str:
    """How an envelope is shown that the wallet has made its own way."""
    return f"envelope:{base64.b64encode(signed.message).decode()}"


# The bus


class Listener:
    """Everything that the station tells about proposals and votes, in the order of its coming."""

    def __init__(self, station: Station) -> None:
        self._subscriber = station.subscriber("proposal.", "vote.", "system.welcome.")
        self._subscriber.welcomed(20)
        self.heard: list[tuple[str, dict[str, Any]]] = []

    def events(self, proposal: str, *, quiet_seconds: float = 1.0) -> list[tuple[str, dict[str, Any]]]:
        """Those of one proposal so far; reads until nothing comes for a moment."""
        while (event := self._subscriber.next(quiet_seconds)) is not None:
            self.heard.append((event.header["type"], event.payload))
        return [(type, payload) for type, payload in self.heard if payload.get("proposal") == proposal]


def in_background(work: Callable[[], None]) -> threading.Thread:
    """A thread that ends with the program, if not before."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def words(answer: Answer) -> str:
    """An answer in a few words, for the table."""
    if answer.status < 400:
        return str(answer.status)
    details = answer.json.get("details") if answer.error else None
    fields = ",".join(one["field"] for one in details or [])
    return f"{answer.status} {answer.error}{f' ({fields})' if fields else ''}"
