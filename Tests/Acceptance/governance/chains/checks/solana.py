"""Every method of a Solana face, on transactions that really ran."""

from __future__ import annotations

import base64

from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from chains import base58
from chains.checks.checking import Asked, Checks, Client
from chains.solana_chain import FIRST_SLOT, SKIPPED_SLOTS, SolanaChain
from chains.solana_node import SolanaNode
from chains.solana_records import MEMO, TOKEN, TOKEN_2022
from chains.solana_tokens import Mint, airdrop, memo_instruction, signed, write_memo
from chains.wallets import SolanaWallet

_PARSED = {"encoding": "jsonParsed"}
_JSON = {"encoding": "json", "maxSupportedTransactionVersion": 0, "commitment": "finalized"}


def run(check: Checks) -> None:
    chain = SolanaChain()
    node = SolanaNode(chain)
    client = Client(node)
    _cluster(check, chain, client)
    _accounts(check, chain, client)
    _sending(check, chain, client)
    _memo(check, chain, client)
    for program in (TOKEN, TOKEN_2022):
        _tokens(check, chain, client, program)
    _history(check, chain, client)
    check.same("mistakes of the face", node.crashes, [])
    node.close()


def _cluster(check: Checks, chain: SolanaChain, client: Client) -> None:
    slot = client("getSlot")
    check.that("slots begin high", slot >= FIRST_SLOT, slot)
    check.same("a height is no slot", client("getBlockHeight"), slot - SKIPPED_SLOTS)
    check.same("genesis", client("getGenesisHash"), str(chain.genesis_hash))
    check.that("version", "solana-core" in client("getVersion"))
    check.that("time of a block", abs(client("getBlockTime", slot) - chain.time_of(slot)) < 1)
    latest = client.value("getLatestBlockhash", {"commitment": "confirmed"})
    check.same("until when it serves", latest["lastValidBlockHeight"], client("getBlockHeight") + 150)
    check.same("it serves", client.value("isBlockhashValid", latest["blockhash"]), True)
    chain.advance(150)
    check.same("at the last height it serves", client.value("isBlockhashValid", latest["blockhash"]), True)
    chain.advance(1)
    check.same("behind it no more", client.value("isBlockhashValid", latest["blockhash"]), False)
    check.same("a hash nobody knows", client.value("isBlockhashValid", "1" * 32), False)
    slot = client("getSlot")
    check.same("a slot that is reached", client.code("getBalance", "1" * 32, {"minContextSlot": slot}), None)
    check.same("a slot that is not", client.code("getBalance", "1" * 32, {"minContextSlot": slot + 1}), -32016)
    check.same("an unknown commitment", client.code("getSlot", {"commitment": "sure"}), -32602)
    check.same("an unknown method", client.code("getStakes"), -32601)


def _accounts(check: Checks, chain: SolanaChain, client: Client) -> None:
    wallet = SolanaWallet()
    signature = client("requestAirdrop", wallet.address, (1 << 53) + 1)
    check.same("exact beyond 2^53", client.value("getBalance", wallet.address), (1 << 53) + 1)
    status = client.value("getSignatureStatuses", [signature])[0]
    check.same("an airdrop is final", (status["confirmationStatus"], status["err"]), ("finalized", None))
    found = client.value("getAccountInfo", wallet.address, {"encoding": "base64"})
    check.same("an account", (found["data"], found["owner"], found["space"]), (["", "base64"], "1" * 32, 0))
    check.same("no account", client.value("getAccountInfo", SolanaWallet().address), None)
    several = client.value("getMultipleAccounts", [wallet.address, SolanaWallet().address])
    check.that("several", several[0]["lamports"] == (1 << 53) + 1 and several[1] is None, several)
    check.same("too little to stay", client.code("requestAirdrop", SolanaWallet().address, 500), -32603)
    check.same("too many", client.code("getMultipleAccounts", ["1" * 32] * 101), -32602)
    bad = "GovER5Lthms3bLBqWub97yVrMmEogzNAz5oqB2gRLGxyP"
    check.same("what is no address", [client.code("getBalance", one) for one in (bad, "0OIl", "", 5)], [-32602] * 4)
    check.that("rent", client("getMinimumBalanceForRentExemption", 165) == chain.rent(165))
    check.same("a program", client.value("getAccountInfo", str(MEMO), {"encoding": "base64"})["executable"], True)
    check.same("too long for base58", client.code("getAccountInfo", str(MEMO), {"encoding": "base58"}), -32600)
    part = client.value("getAccountInfo", str(MEMO), {"encoding": "base64", "dataSlice": {"offset": 1, "length": 3}})
    check.same("a slice", base64.b64decode(part["data"][0]), b"ELF")


def _sending(check: Checks, chain: SolanaChain, client: Client) -> None:
    wallet = SolanaWallet()
    airdrop(chain, wallet.pubkey, 10**9)

    def sent(transaction: VersionedTransaction, **more: object) -> Asked | str:
        raw = base64.b64encode(bytes(transaction)).decode()
        try:
            return str(client("sendTransaction", raw, {"encoding": "base64", **more}))
        except Asked as error:
            return error

    def fails(what: str, outcome: Asked | str, code: int, err: object) -> None:
        seen = (outcome.code, (outcome.data or {}).get("err")) if isinstance(outcome, Asked) else outcome
        check.same(what, seen, (code, err))

    def memo(text: str | bytes) -> VersionedTransaction:
        return signed(chain, [memo_instruction(text, wallet.pubkey)], wallet.keypair)

    good = memo("hello")
    slot = client("getSlot")
    tried = client.value("simulateTransaction", base64.b64encode(bytes(good)).decode(), {"encoding": "base64"})
    check.that("tried out", tried["err"] is None and tried["unitsConsumed"] > 0 and tried["logs"], tried)
    check.same("nothing has come of it", (client("getSlot"), chain.landed.get(str(good.signatures[0]))), (slot, None))
    check.same("sent", sent(good), str(good.signatures[0]))
    fails("sent again", sent(good), -32002, "AlreadyProcessed")
    check.same("sent again, unchecked", sent(good, skipPreflight=True), str(good.signatures[0]))
    in_base58 = memo("in base58")
    check.same(
        "sent in base58", client("sendTransaction", base58.encoded(bytes(in_base58))), str(in_base58.signatures[0])
    )
    stale = wallet.sign_memo("never")
    assert stale.transaction is not None
    never = VersionedTransaction.from_bytes(stale.transaction)
    fails("a blockhash of zeros", sent(never), -32002, "BlockhashNotFound")
    check.same("the same, unchecked", sent(never, skipPreflight=True), stale.signature_base58)
    check.same("it has not landed", client.value("getSignatureStatuses", [stale.signature_base58]), [None])
    expiring = memo("too late")
    chain.expire_blockhashes()
    fails("an expired blockhash", sent(expiring), -32002, "BlockhashNotFound")
    forged = VersionedTransaction.populate(memo("x").message, [SolanaWallet().keypair.sign_message(b"x")])
    fails("a signature of somebody else", sent(forged), -32003, None)
    bad_text = memo(b"\xff")
    failed = {"InstructionError": [0, "ProgramFailedToComplete"]}
    fails("a memo that is no UTF-8", sent(bad_text), -32002, failed)
    sent(bad_text, skipPreflight=True)
    status = client.value("getSignatureStatuses", [str(bad_text.signatures[0])])[0]
    check.same("unchecked, it lands with its error", status["err"], failed)
    check.same("a slot to come", getattr(sent(memo("y"), minContextSlot=1 << 40), "code", None), -32016)
    for what, text in (("no base64", "%%"), ("too large", base64.b64encode(bytes(1300)).decode()), ("cut", "AAAA")):
        check.same(
            f"a transaction that is {what}", client.code("sendTransaction", text, {"encoding": "base64"}), -32602
        )


def _memo(check: Checks, chain: SolanaChain, client: Client) -> None:
    station = SolanaWallet()
    airdrop(chain, station.pubkey, 10**9)
    text = "cc:v1:proposal 7:Ergebnis ✓"
    transaction = signed(chain, [memo_instruction(text, station.pubkey)], station.keypair, is_legacy=True)
    signature = client("sendTransaction", base64.b64encode(bytes(transaction)).decode(), {"encoding": "base64"})
    check.same("a memo is confirmed", client.value("getSignatureStatuses", [signature])[0]["err"], None)
    found = client("getTransaction", signature, {"encoding": "json"})
    message = found["transaction"]["message"]
    instruction = message["instructions"][0]
    check.same("its text is in the data", base58.decoded(instruction["data"]).decode(), text)
    check.same("its program", message["accountKeys"][instruction["programIdIndex"]], str(MEMO))
    check.same("who signed it", [message["accountKeys"][at] for at in instruction["accounts"]], [station.address])
    check.same("without versions nothing is told of them", "version" in found, False)
    check.that("logs, time, slot", any(text in one for one in found["meta"]["logMessages"]) and found["blockTime"] > 0)
    raw = client("getTransaction", signature, {"encoding": "base64"})["transaction"]
    check.same("its bytes", (base64.b64decode(raw[0]), raw[1]), (bytes(transaction), "base64"))
    parsed = client("getTransaction", signature, _PARSED)["transaction"]["message"]["instructions"][0]
    check.same("parsed", (parsed["program"], parsed["parsed"]), ("spl-memo", text))
    row = client("getSignaturesForAddress", station.address, {"limit": 1})[0]
    check.same("in the history", row["memo"], f"[{len(text.encode())}] {text}")
    later = write_memo(chain, station.keypair, "of version 0")
    check.same("version 0 must be asked for", client.code("getTransaction", later.signature), -32015)
    check.same("version 0", client("getTransaction", later.signature, _JSON)["version"], 0)
    check.same("unknown", client("getTransaction", SolanaWallet().sign("x").signature_base58), None)


def _tokens(check: Checks, chain: SolanaChain, client: Client, program: Pubkey) -> None:
    name = "spl-token" if program == TOKEN else "spl-token-2022"
    mint = Mint.create(chain, decimals=6, program=program)
    ann, bob = SolanaWallet(), SolanaWallet()
    mint.grant(ann.pubkey, 5_000_000)
    moved = mint.transfer(ann.keypair, bob.pubkey, 1_500_000)
    mint.burn(ann.keypair, 500_000)
    mint.open_another(bob.pubkey, 7)

    def amounts(wallet: SolanaWallet, chosen: dict[str, str]) -> list[str]:
        rows = client.value("getTokenAccountsByOwner", wallet.address, chosen, _PARSED)
        return sorted(row["account"]["data"]["parsed"]["info"]["tokenAmount"]["amount"] for row in rows)

    by_mint = {"mint": str(mint.address)}
    check.same(f"{name}: what is left", amounts(ann, by_mint), ["3000000"])
    check.same(f"{name}: two accounts of one wallet", amounts(bob, {"programId": str(program)}), ["1500000", "7"])
    other = {"programId": str(TOKEN if program == TOKEN_2022 else TOKEN_2022)}
    check.same(f"{name}: not of the other program", amounts(ann, other), [])
    check.same(f"{name}: supply", client.value("getTokenSupply", str(mint.address))["uiAmountString"], "4.500007")
    largest = client.value("getTokenLargestAccounts", str(mint.address))
    check.same(f"{name}: the largest", [one["amount"] for one in largest], ["3000000", "1500000", "7"])
    balance = client.value("getTokenAccountBalance", str(mint.account_of(ann.pubkey)))
    check.same(f"{name}: one balance", (balance["amount"], balance["uiAmountString"]), ("3000000", "3"))
    info = client.value("getAccountInfo", str(mint.address), _PARSED)["data"]
    check.same(f"{name}: the mint", (info["program"], info["parsed"]["info"]["supply"]), (name, "4500007"))

    meta = client("getTransaction", moved.signature, _JSON)["meta"]
    before, after = (
        {row["owner"]: (row["uiTokenAmount"]["amount"], row["mint"]) for row in meta[which]}
        for which in ("preTokenBalances", "postTokenBalances")
    )
    check.same(f"{name}: before", before, {ann.address: ("5000000", str(mint.address))})
    check.same(f"{name}: afterwards", after[bob.address], ("1500000", str(mint.address)))
    history = client("getSignaturesForAddress", str(mint.account_of(ann.pubkey)))
    check.that(f"{name}: in the history", moved.signature in [row["signature"] for row in history], history)

    filters = [{"memcmp": {"offset": 0, "bytes": str(mint.address)}}]
    options = {"encoding": "base64", "withContext": True, "filters": filters}
    rows = client.value("getProgramAccounts", str(program), options)
    check.same(f"{name}: holders", len(rows), 3)
    data = {row["pubkey"]: base64.b64decode(row["account"]["data"][0]) for row in rows}
    amount = int.from_bytes(data[str(mint.account_of(ann.pubkey))][64:72], "little")
    check.same(f"{name}: bytes of a holder", amount, 3_000_000)
    sized = [*filters, {"dataSize": 165}]
    of_size = client("getProgramAccounts", str(program), {"encoding": "base64", "filters": sized})
    check.same(f"{name}: of 165 bytes", len(of_size), 3 if program == TOKEN else 0)
    coded = [{"memcmp": {"offset": 0, "bytes": base64.b64encode(bytes(mint.address)).decode(), "encoding": "base64"}}]
    same = client("getProgramAccounts", str(program), {"encoding": "base64", "filters": coded})
    check.same(f"{name}: sought in base64", len(same), 3)
    check.same(
        f"{name}: five filters", client.code("getProgramAccounts", str(program), {"filters": filters * 5}), -32602
    )

    voters = [SolanaWallet().pubkey for _ in range(200)]
    mint.grant_many({voter: 10 + at for at, voter in enumerate(voters)})
    check.same(f"{name}: many", client.value("getTokenSupply", str(mint.address))["amount"], str(4_500_007 + 21_900))
    everybody = client.value("getProgramAccounts", str(program), options)
    total = sum(int.from_bytes(base64.b64decode(row["account"]["data"][0])[64:72], "little") for row in everybody)
    check.same(f"{name}: holders have all there is", total, mint.supply())
    mint.freeze(ann.pubkey)
    frozen = client.value("getTokenAccountsByOwner", ann.address, by_mint, _PARSED)[0]
    check.same(f"{name}: frozen", frozen["account"]["data"]["parsed"]["info"]["state"], "frozen")
    check.same(f"{name}: no mint", client.code("getTokenSupply", ann.address), -32602)


def _history(check: Checks, chain: SolanaChain, client: Client) -> None:
    author = SolanaWallet()
    airdrop(chain, author.pubkey, 10**9)
    written = [write_memo(chain, author.keypair, f"note {number}").signature for number in range(6)]

    def asked(**options: object) -> list[int]:
        rows = client("getSignaturesForAddress", author.address, options)
        return [written.index(row["signature"]) if row["signature"] in written else -1 for row in rows]

    check.same("newest first", asked(), [5, 4, 3, 2, 1, 0, -1])
    check.same("so many", asked(limit=2), [5, 4])
    check.same("before one", asked(before=written[4], limit=2), [3, 2])
    check.same("until one", asked(until=written[3]), [5, 4])
    check.same("between two", asked(before=written[5], until=written[2]), [4, 3])
    check.same("before an unknown one", asked(before=SolanaWallet().sign("x").signature_base58), [])
    codes = [client.code("getSignaturesForAddress", author.address, {"limit": limit}) for limit in (0, 1001)]
    check.same("limits", codes, [-32602, -32602])
    processed = client.code("getSignaturesForAddress", author.address, {"commitment": "processed"})
    check.same("not below confirmed", processed, -32602)
    chain.advance(200)
    check.same("an old status is not at hand", client.value("getSignatureStatuses", [written[0]]), [None])
    found = client.value("getSignatureStatuses", [written[0]], {"searchTransactionHistory": True})[0]
    check.same("but found where it is sought", found["confirmationStatus"], "finalized")
    check.same("257 of them", client.code("getSignatureStatuses", [written[0]] * 257), -32602)
