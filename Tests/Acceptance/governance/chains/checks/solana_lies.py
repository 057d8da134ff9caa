"""A Solana face that lags, lies, or loses what it is sent; commitments; time that passes by itself."""

from __future__ import annotations

import base64
import http.client
import time
from collections.abc import Callable

from chains.checks.checking import Checks, Client
from chains.solana_chain import SolanaChain
from chains.solana_node import Sends, SolanaNode
from chains.solana_tokens import Mint, airdrop, fund_many, memo_instruction, signed, write_memo
from chains.wallets import SolanaWallet


def run(check: Checks) -> None:
    chain = SolanaChain()
    honest, odd = SolanaNode(chain), SolanaNode(chain)
    _lagging(check, chain, honest, odd)
    _lying(check, chain, honest, odd)
    _losing(check, chain, odd)
    check.same("mistakes of the faces", honest.crashes + odd.crashes, [])
    honest.close()
    odd.close()
    _commitments(check)
    _time(check)
    _many(check)


def _lagging(check: Checks, chain: SolanaChain, honest: SolanaNode, odd: SolanaNode) -> None:
    mint, ann, bob = Mint.create(chain), SolanaWallet(), SolanaWallet()
    mint.grant(ann.pubkey, 100)
    chain.advance(10)
    airdrop(chain, ann.pubkey, 10**9)
    moved = mint.transfer(ann.keypair, bob.pubkey, 40)
    mint.burn(ann.keypair, 10)
    odd.lag = chain.slot - moved.slot + 1

    def holding(client: Client) -> list[str]:
        chosen, parsed = {"mint": str(mint.address)}, {"encoding": "jsonParsed"}
        rows = client.value("getTokenAccountsByOwner", ann.address, chosen, parsed)
        return [row["account"]["data"]["parsed"]["info"]["tokenAmount"]["amount"] for row in rows]

    now, then = Client(honest), Client(odd)
    check.same("balances now and then", (holding(now), holding(then)), (["50"], ["100"]))
    supplies = [client.value("getTokenSupply", str(mint.address))["amount"] for client in (now, then)]
    check.same("supplies now and then", supplies, ["90", "100"])
    balances = [client.value("getBalance", ann.address) for client in (now, then)]
    check.same("money now and then", balances, [10**9, 10**9])
    check.same("its slot", then("getSlot"), now("getSlot") - odd.lag)
    check.same(
        "it has not seen the transaction",
        then("getTransaction", moved.signature, {"maxSupportedTransactionVersion": 0}),
        None,
    )
    check.same("nor its status", then.value("getSignatureStatuses", [moved.signature]), [None])
    options = {"minContextSlot": now("getSlot"), "encoding": "jsonParsed"}
    asked = then.code("getTokenAccountsByOwner", ann.address, {"mint": str(mint.address)}, options)
    check.same("it says so when it is asked for more", asked, -32016)
    check.same("a little behind is healthy", then("getHealth"), "ok")
    odd.lag = 500
    check.same("far behind is not", then.code("getHealth"), -32005)
    odd.lag = 0


def _lying(check: Checks, chain: SolanaChain, honest: SolanaNode, odd: SolanaNode) -> None:
    mint, ann = Mint.create(chain), SolanaWallet()
    mint.grant(ann.pubkey, 100)
    airdrop(chain, ann.pubkey, 10**9)
    client, account = Client(odd), str(mint.account_of(ann.pubkey))
    odd.slot_lie = 1000
    slot = Client(honest)("getSlot")
    check.same("a slot that is not", client("getSlot"), slot + 1000)
    check.same("it passes for new", client.code("getBalance", ann.address, {"minContextSlot": slot + 900}), None)
    odd.slot_lie = 0
    odd.other_amounts = {account: 1_000_000, str(mint.address): 5, ann.address: 3}
    check.same("another balance", client.value("getTokenAccountBalance", account)["amount"], "1000000")
    check.same("another supply", client.value("getTokenSupply", str(mint.address))["amount"], "5")
    check.same("other money", client.value("getBalance", ann.address), 3)
    filters = [{"memcmp": {"offset": 0, "bytes": str(mint.address)}}]
    rows = client("getProgramAccounts", str(mint.program), {"encoding": "base64", "filters": filters})
    amounts = [int.from_bytes(base64.b64decode(row["account"]["data"][0])[64:72], "little") for row in rows]
    check.same("also in bytes", amounts, [1_000_000])
    odd.other_amounts = {}
    odd.amount_skew = -1
    check.same("all a little less", client.value("getTokenAccountBalance", account)["amount"], "99")
    odd.amount_skew = 0
    check.same("the truth again", client.value("getTokenAccountBalance", account)["amount"], "100")
    odd.genesis_lie = "1" * 32
    check.same("of another cluster", client("getGenesisHash"), "1" * 32)
    odd.genesis_lie = None


def _losing(check: Checks, chain: SolanaChain, odd: SolanaNode) -> None:
    author = SolanaWallet()
    airdrop(chain, author.pubkey, 10**9)
    client = Client(odd)

    def send(text: str) -> tuple[str, bool, bool]:
        """Its signature, whether it was told, and whether it has landed."""
        transaction = signed(chain, [memo_instruction(text, author.pubkey)], author.keypair)
        signature, is_told = str(transaction.signatures[0]), True
        try:
            client("sendTransaction", base64.b64encode(bytes(transaction)).decode(), {"encoding": "base64"})
        except http.client.RemoteDisconnected:
            is_told = False
        return signature, is_told, signature in chain.landed

    wanted = {
        Sends.LAND: (True, True),
        Sends.PRETEND: (True, False),
        Sends.DROP: (False, False),
        Sends.SILENT: (False, True),
    }
    for sends, outcome in wanted.items():
        odd.sends = sends
        signature, *seen = send(sends.name)
        check.same(f"sent, and {sends.value}", tuple(seen), outcome)
        check.same(f"{sends.name}: the face knows", odd.sent[-1], signature)
    odd.sends = Sends.LAND


def _commitments(check: Checks) -> None:
    chain = SolanaChain(confirmed_behind=2, finalized_behind=5)
    node, author = SolanaNode(chain), SolanaWallet()
    client = Client(node)
    fund_many(chain, [author.pubkey], 10**9)
    chain.advance(10)
    signature = write_memo(chain, author.keypair, "step by step").signature
    seen = []
    for _ in range(7):
        status = client.value("getSignatureStatuses", [signature])[0]
        seen.append((status["confirmationStatus"], status["confirmations"]))
        chain.advance()
    steps = [("processed", 0), ("processed", 1), ("confirmed", 2), ("confirmed", 3), ("confirmed", 4)]
    check.same("step by step", seen, [*steps, ("finalized", None), ("finalized", None)])
    slots = [client("getSlot", {"commitment": one}) for one in ("processed", "confirmed", "finalized")]
    check.same("three slots", [slots[0] - one for one in slots], [0, 2, 5])
    late = write_memo(chain, author.keypair, "unsure").signature
    options = {"maxSupportedTransactionVersion": 0}
    check.same("finalized is what is meant", client("getTransaction", late, options), None)
    chain.advance(2)
    sure = client("getTransaction", late, {**options, "commitment": "confirmed"})
    check.that("confirmed can be asked for", sure is not None)
    check.same("mistakes of the face", node.crashes, [])
    node.close()


def _time(check: Checks) -> None:
    chain = SolanaChain(slot_seconds=0.01)
    node = SolanaNode(chain)
    client = Client(node)
    latest = client.value("getLatestBlockhash")
    began = client("getSlot")
    deadline = time.monotonic() + 10
    while client("getSlot") < began + 20 and time.monotonic() < deadline:
        time.sleep(0.02)
    check.that("slots come by themselves", client("getSlot") >= began + 20)
    chain.expire_blockhashes()
    height = client("getBlockHeight")
    check.that("a hash expires", height > latest["lastValidBlockHeight"], (height, latest))
    node.close()
    pinned = SolanaChain(unix_time=1_700_000_000)
    pinned.advance(1, seconds=86_400)
    check.same("a day at once", pinned.time_of(pinned.slot), 1_700_086_400)


def _many(check: Checks) -> None:
    chain = SolanaChain()
    node, mint = SolanaNode(chain), Mint.create(chain)
    voters = [SolanaWallet() for _ in range(10_000)]
    seconds = _timed(lambda: mint.grant_many({voter.pubkey: 1 + at for at, voter in enumerate(voters)}))
    check.that(f"10000 voters in {seconds:.2f} s (bar: 10 s)", seconds < 10)
    client = Client(node, timeout=60)
    filters = [{"memcmp": {"offset": 0, "bytes": str(mint.address)}}, {"dataSize": 165}]
    options = {"encoding": "base64", "filters": filters, "withContext": True}
    rows: list[object] = []
    seconds = _timed(lambda: rows.extend(client.value("getProgramAccounts", str(mint.program), options)))
    check.that(f"{len(rows)} holders told in {seconds:.2f} s (bar: 10 s)", len(rows) == 10_000 and seconds < 10)
    print(f"  10000 voters: told in {seconds:.2f} s", flush=True)
    node.close()


def _timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
