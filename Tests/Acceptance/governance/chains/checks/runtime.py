"""Rarer things of the Solana face: lookup tables, programs of one's own, many callers at once."""

from __future__ import annotations

import base64
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.message import MessageV0
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from chains.checks.checking import Checks, Client
from chains.solana_chain import SolanaChain
from chains.solana_node import SolanaNode
from chains.solana_records import LOOKUP_TABLE, MEMO, State
from chains.solana_tokens import fund_many, memo_instruction, send, signed
from chains.wallets import SolanaWallet

_OPTIONS = {"maxSupportedTransactionVersion": 0}


def run(check: Checks) -> None:
    chain = SolanaChain()
    node = SolanaNode(chain)
    client = Client(node, timeout=60)
    _lookup(check, chain, client)
    _program(check, chain)
    _crowd(check, chain, node, client)
    check.same("mistakes of the face", node.crashes, [])
    node.close()


def _lookup(check: Checks, chain: SolanaChain, client: Client) -> None:
    payer, taker, table = SolanaWallet(), SolanaWallet(), SolanaWallet()
    fund_many(chain, [payer.pubkey], 10**9)
    # A table of one address: its kind, never deactivated, extended long ago, without an authority.
    head = (1).to_bytes(4, "little") + b"\xff" * 8 + bytes(8) + bytes(1) + bytes(35)
    chain.put({table.pubkey: State(10**9, head + bytes(taker.pubkey), LOOKUP_TABLE)})
    move = transfer(TransferParams(from_pubkey=payer.pubkey, to_pubkey=taker.pubkey, lamports=10**8))
    known = AddressLookupTableAccount(table.pubkey, [taker.pubkey])
    message = MessageV0.try_compile(payer.pubkey, [move], [known], chain.blockhash())
    transaction = VersionedTransaction(message, [payer.keypair])
    signature = client(
        "sendTransaction", base64.b64encode(bytes(transaction)).decode(), {"encoding": "base64", "skipPreflight": True}
    )
    check.same("money by a lookup table", client.value("getBalance", taker.address), 10**8)
    found = client("getTransaction", signature, _OPTIONS)
    check.same("what was looked up", found["meta"]["loadedAddresses"], {"writable": [taker.address], "readonly": []})
    check.same("its balance is the last", found["meta"]["postBalances"][-1], 10**8)
    lookups = found["transaction"]["message"]["addressTableLookups"]
    check.same("the table", [one["accountKey"] for one in lookups], [table.address])
    parsed = client("getTransaction", signature, {**_OPTIONS, "encoding": "jsonParsed"})
    keys = parsed["transaction"]["message"]["accountKeys"]
    source = {"pubkey": taker.address, "signer": False, "writable": True, "source": "lookupTable"}
    check.same("parsed keys", (keys[0]["signer"], keys[0]["writable"], keys[-1]), (True, True, source))
    history = client("getSignaturesForAddress", taker.address)
    check.same("in its history", [row["signature"] for row in history], [signature])


def _program(check: Checks, chain: SolanaChain) -> None:
    memo, author, mine = chain.state(MEMO), SolanaWallet(), SolanaWallet()
    assert memo is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.so"
        path.write_bytes(memo.data)
        chain.add_program(mine.pubkey, path)
    fund_many(chain, [author.pubkey], 10**9)
    landed = send(chain, [memo_instruction("hi", author.pubkey, program=mine.pubkey)], author.keypair)
    check.that("a program of one's own", f"Program {mine.address} success" in landed.meta.logs(), landed.meta.logs())


def _crowd(check: Checks, chain: SolanaChain, node: SolanaNode, client: Client) -> None:
    people = [SolanaWallet() for _ in range(8)]
    fund_many(chain, [one.pubkey for one in people], 10**9)
    node.forget_counts()

    def work(one: SolanaWallet) -> list[str]:
        sent = []
        for number in range(20):
            with chain.lock:
                transaction = signed(chain, [memo_instruction(f"{number}", one.pubkey)], one.keypair)
            raw = base64.b64encode(bytes(transaction)).decode()
            sent.append(client("sendTransaction", raw, {"encoding": "base64"}))
            client("getSlot")
        return sent

    with ThreadPoolExecutor(len(people)) as pool:
        done = [signature for sent in pool.map(work, people) for signature in sent]
    check.same("many at once: all landed", sum(one in chain.landed for one in done), 160)
    check.same("in slots of their own", len({chain.landed[one].slot for one in done}), 160)
    check.same("all counted", (node.calls["sendTransaction"], node.calls["getSlot"]), (160, 160))
    histories = [len(client("getSignaturesForAddress", one.address)) for one in people]
    check.same("each in its history", histories, [20] * 8)
