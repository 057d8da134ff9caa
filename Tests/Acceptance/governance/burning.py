"""A token that is burned for calls: its market, its transactions, the webhook that tells of them, and what is kept."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from typing import Any

from chains.solana_records import TOKEN, TOKEN_2022, Landed, Refusal
from chains.solana_tokens import Mint, signed, write_memo
from chains.wallets import SolanaWallet
from door.client import Answer, Credential, Door
from door.settings import credential
from door.vault import VAULT
from harness.bench import Bench
from harness.engines import Engine
from harness.exchange import Exchange
from harness.tellers import Teller
from harness.waiting import wait_for
from oracle_place import Place
from solders.instruction import Instruction
from solders.keypair import Keypair

#: How far final states are behind.
FINALIZED_BEHIND = 32
#: Base units of a token.
TOKENS = 10**6
PAIR, SCHEDULE = "SOL-USD", "look-for-burns"
#: One pair, of one exchange.
FOLLOWED: dict[str, object] = {
    "market.pairs": f'["{PAIR}"]',
    "market.providers": '["binance"]',
    "market.poll_seconds": 1,
}
PROGRAMS = {"the token program": TOKEN, "Token-2022": TOKEN_2022}


class Market(Exchange):
    """An exchange whose price of SOL stays."""

    def _position(self) -> int:
        return 0

    @property
    def cents(self) -> int:
        return int(self.bars["SOL"][0].close * 100)

    def required(self, dollars: int = 2) -> int:
        """The least number of base units that is worth so much: rounded up, in whole numbers."""
        return -(-dollars * 100 * TOKENS // self.cents)


class LateTeller(Teller):
    """CoinPaprika with a price of SOL that is some minutes old, as its free plan has them."""

    def __init__(self, dollars: str, age_seconds: int) -> None:
        self.dollars, self.age_seconds = dollars, age_seconds
        super().__init__(self._tell)

    def _tell(self, path: str, query: dict[str, list[str]]) -> Any:
        if path != "/v1/tickers/sol-solana":
            raise KeyError(path)
        updated = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - self.age_seconds))
        figures = {"USD": {"price": float(self.dollars), "percent_change_24h": 0.5}}
        return {"id": "sol-solana", "name": "Solana", "symbol": "SOL", "last_updated": updated, "quotes": figures}


class BurnPlace(Place):
    """A station that takes burns of a token, at the price of SOL, on a chain where finality takes its time."""

    def __init__(self, bench: Bench, engine: Engine) -> None:
        self.market = Market()
        bench.on_close(self.market.close)
        settings: dict[str, object] = {
            **FOLLOWED,
            "market.endpoints.binance": self.market.address,
            "market.breaker_failures": 100,
            "oracle.burn_pair": PAIR,
            "oracle.poll_seconds": 3540,
        }
        super().__init__(bench, engine, nodes=2, settings=settings, finalized_behind=FINALIZED_BEHIND)
        self.engine = engine
        self.secret = VAULT.keep("the webhook's secret", f"webhook-{secrets.token_hex(12)}")
        self.station.settings["oracle.webhook_secret"] = credential(self.station, "helius-webhook", self.secret)
        self.graveyard, self.treasurer = SolanaWallet(), SolanaWallet()
        self.token: Mint = self.mint

    @property
    def secrets(self) -> dict[str, list[str]]:
        return {**super().secrets, "the webhook's secret": [self.secret]}

    def take(self, token: Mint) -> None:
        """From the next start on this token is what is burned."""
        self.token = token
        self.token.grant_many({self.graveyard.pubkey: 0, self.treasurer.pubkey: 0})
        self.settle()
        for name, value in {
            "burn_token": token.address,
            "burn_account": token.account_of(self.graveyard.pubkey),
            "treasury_account": token.account_of(self.treasurer.pubkey),
        }.items():
            self.station.settings[f"oracle.{name}"] = str(value)

    def open(self, **more: Any) -> None:
        """A process that has a price, and looks for payments only when it is told to."""
        self.begin(**more)
        self.door.control("schedules.pause", {"name": SCHEDULE}, self.operator).expect(200)

    def wait_price(self) -> None:
        """Until it is known that one unit is too little, which takes a price."""
        crumb = self.burn(self.burner(), 1)
        wait_for("a price of SOL", 30, lambda: self.tell(crumb).status == 200, every=0.2)

    def burner(self, tokens: int = 1000) -> SolanaWallet:
        wallet = SolanaWallet()
        self.token.grant_many({wallet.pubkey: tokens * TOKENS})
        return wallet

    # Transactions

    def move(
        self, tag: int, wallet: SolanaWallet, amount: int, to: SolanaWallet | None = None, by: Keypair | None = None
    ) -> Instruction:
        """An instruction that takes tokens: 3 and 12 transfer, 8 and 15 burn; 4 allows somebody else to."""
        token, source = self.token, self.token.account_of(wallet.pubkey)
        signer = by or wallet.keypair
        if tag in (8, 15):
            return token._instruction(tag, amount, (source, True), (token.address, True), signer=signer)
        assert to is not None, "a transfer goes somewhere"
        place = to.pubkey if tag == 4 else token.account_of(to.pubkey)
        middle = [(token.address, False)] if tag == 12 else []
        return token._instruction(tag, amount, (source, True), *middle, (place, tag != 4), signer=signer)

    def land(self, instructions: Sequence[Instruction], *signers: Keypair, is_final: bool = True) -> str:
        """A transaction in a block, whether it did what it should or not; its signature."""
        with self.chain.lock:
            # The same twice would be one transaction.
            self.chain.advance()
            landed = self.chain.execute(signed(self.chain, instructions, self.chain.faucet, *signers))
        assert isinstance(landed, Landed), f"it has not landed: {landed.err if isinstance(landed, Refusal) else landed}"
        if is_final:
            self.settle()
        return landed.signature

    def burn(self, wallet: SolanaWallet, amount: int, tag: int = 15, *, is_final: bool = True) -> str:
        return self.land([self.move(tag, wallet, amount)], wallet.keypair, is_final=is_final)

    def write(self) -> str:
        """A transaction without any token; its signature."""
        written = write_memo(self.chain, self.chain.faucet, secrets.token_hex(8))
        self.settle()
        return written.signature

    # Telling

    def tell(self, *signatures: str, door: Door | None = None, proof: str | None = None) -> Answer:
        """As Helius does; of what stands beside the signatures nothing is true."""
        rows = [
            {
                "signature": one,
                "type": "BURN",
                "feePayer": str(self.whale.pubkey),
                "tokenTransfers": [{"mint": str(self.token.address), "tokenAmount": 10**9}],
            }
            for one in signatures
        ]
        return self.send(json.dumps(rows).encode(), door=door, proof=proof)

    def send(self, body: bytes, *, door: Door | None = None, proof: str | None = None) -> Answer:
        headers = {"Authorization": self.secret if proof is None else proof, "Content-Type": "application/json"}
        return (door or self.door).ask("POST", "/helius-webhook", Credential(), body=body, headers=headers)

    def look(self, seconds: float = 120) -> dict[str, Any]:
        """Has the station look for payments that nobody has told of; the job at its end, or waiting after a failure."""
        made = self.door.control("schedules.run", {"name": SCHEDULE}, self.operator).expect(200).json
        return self.job(made["job"], seconds)

    def job(self, id: str, seconds: float = 120) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            found = dict(self.door.control("jobs.show", {"id": id}, self.operator).expect(200).json)
            return found if found["state"] not in ("available", "scheduled", "running") else None

        return wait_for(f"job {id}", seconds, ended, every=0.1)

    # What is kept

    def kept(self, signature: str) -> tuple[str, ...] | None:
        """burner, burned, to burn, to the treasury, required, tier, priority, price."""
        rows = self.engine.query(
            "SELECT burner, burned, treasury_to_burn, treasury_kept, required, tier, priority, price_usd "
            f"FROM burn_payment WHERE signature = '{signature}'"
        )
        return tuple(rows[0]) if rows else None

    def payments(self) -> int:
        return int(self.engine.query("SELECT count(*) FROM burn_payment")[0][0])

    def events(self, signature: str = "") -> list[dict[str, Any]]:
        """What was told on the bus of a payment, as the log has it; of all where none is named."""
        rows = self.engine.query("SELECT payload FROM event_log WHERE topic = 'wallet.burn.accepted'")
        return [one for one in (json.loads(row[0]) for row in rows) if not signature or one["signature"] == signature]


def problem(answer: Answer) -> str:
    """Status, and why a payment was not taken."""
    if answer.status != 200:
        return f"{answer.status} {answer.error}: {answer.json.get('message')}"
    return f"200 {'accepted' if answer.json['payments'][0]['accepted'] else answer.json['payments'][0]['problem']}"
