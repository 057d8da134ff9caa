"""Every method of an EVM face, its lies, and contracts that are wallets."""

from __future__ import annotations

from typing import Any

from eth_utils import keccak

from chains.checks.checking import Asked, Checks, Client
from chains.evm_chain import ERC20, EVMChain, NotMined
from chains.evm_contracts import BAD_WALLETS, MAGIC, TRANSFER_TOPIC, erc1271
from chains.evm_json import data
from chains.evm_node import EVMNode
from chains.faults import Fault
from chains.wallets import EthereumWallet, personal_hash

_TOPIC = f"{TRANSFER_TOPIC:#066x}"
_YES = "0x" + MAGIC.to_bytes(4, "big").ljust(32, b"\0").hex()


def run(check: Checks) -> None:
    chain = EVMChain(chain_id=1, safe_behind=1, finalized_behind=3)
    node = EVMNode(chain)
    client = Client(node, timeout=60)
    token = ERC20.create(chain, decimals=6, symbol="VOTE")
    _blocks(check, chain, client)
    _token(check, chain, client, token)
    _wallets(check, chain, client)
    _lies(check, chain, node, client, token)
    _reorganisation(check, chain, client, token)
    check.same("EVM: mistakes of the face", node.crashes, [])
    node.close()


def _balance(token: ERC20, owner: bytes) -> dict[str, str]:
    return {"to": data(token.address), "data": "0x70a08231" + owner.rjust(32, b"\0").hex()}


def _blocks(check: Checks, chain: EVMChain, client: Client) -> None:
    check.same("chain id", client("eth_chainId"), "0x1")
    check.same("network", client("net_version"), "1")
    chain.mine(4)
    head = int(client("eth_blockNumber"), 16)
    latest, safe, final, first = (
        int(client("eth_getBlockByNumber", tag, False)["number"], 16)
        for tag in ("latest", "safe", "finalized", "earliest")
    )
    check.same("tags", (latest, safe, final, first), (head, head - 1, head - 3, 0))
    block = client("eth_getBlockByNumber", hex(head), False)
    parent = client("eth_getBlockByNumber", hex(head - 1), False)
    check.same("a chain of blocks", block["parentHash"], parent["hash"])
    check.same("by hash", client("eth_getBlockByHash", block["hash"], True)["number"], hex(head))
    check.same("a block to come", client("eth_getBlockByNumber", hex(head + 1), False), None)
    check.same("a hash of none", client("eth_getBlockByHash", "0x" + "11" * 32, False), None)
    check.same("a quantity with zeros", client.code("eth_getBlockByNumber", "0x01", False), -32602)
    check.same("no method", client.code("eth_mine"), -32601)


def _token(check: Checks, chain: EVMChain, client: Client, token: ERC20) -> None:
    ann, bob, poor = EthereumWallet(), EthereumWallet(), EthereumWallet()
    before = client("eth_getBlockByNumber", "latest", False)
    chain.send(ann.address_bytes, value=10**18)
    check.same("money", int(client("eth_getBalance", ann.address, "latest"), 16), 10**18)
    token.give({ann.address_bytes: 1 << 200, bob.address_bytes: 5})
    moved = token.transfer(ann.account, bob.address_bytes, 7)
    check.same("nonce", client("eth_getTransactionCount", ann.address, "latest"), "0x1")

    def asked(owner: EthereumWallet, where: Any) -> int:
        return int(client("eth_call", _balance(token, owner.address_bytes), where), 16)

    check.same("balances", (asked(ann, "latest"), asked(bob, "latest")), ((1 << 200) - 7, 12))
    check.same("before", asked(bob, {"blockHash": before["hash"], "requireCanonical": True}), 0)
    check.same("by number", asked(bob, {"blockNumber": hex(moved.block - 1)}), 5)
    total = client("eth_call", {"to": data(token.address), "input": "0x18160ddd"}, "latest")
    check.same("supply", int(total, 16), (1 << 200) + 5)
    decimals = client("eth_call", {"to": data(token.address), "data": "0x313ce567"}, "latest")
    check.same("decimals", int(decimals, 16), 6)
    symbol = bytes.fromhex(client("eth_call", {"to": data(token.address), "data": "0x95d89b41"}, "latest")[2:])
    check.same("symbol", symbol[64:68], b"VOTE")
    unknown = client.code("eth_call", _balance(token, ann.address_bytes), {"blockHash": "0x" + "22" * 32})
    check.same("a block that nobody knows", unknown, -32001)
    later = client.code("eth_call", _balance(token, ann.address_bytes), hex(chain.head + 5))
    check.same("a block to come", later, -32000)
    check.same("a contract has code", client("eth_getCode", data(token.address), "latest")[:4], "0x5f")
    check.same("a person has none", client("eth_getCode", ann.address, "latest"), "0x")
    check.same(
        "no contract, no answer", client("eth_call", _balance(ERC20(chain, bytes(20)), bytes(20)), "latest"), "0x"
    )
    check.same(
        "an unknown function reverts", client.code("eth_call", {"to": data(token.address), "data": "0x"}, "latest"), 3
    )
    much = "0xa9059cbb" + bob.address_bytes.rjust(32, b"\0").hex() + (1 << 201).to_bytes(32, "big").hex()
    giving = {"from": poor.address, "to": data(token.address), "data": much}
    check.same("more than there is reverts", client.code("eth_call", giving, "latest"), 3)
    chain.send(poor.address_bytes, value=10**18)
    is_mined = True
    try:
        token.transfer(poor.account, bob.address_bytes, 1)
    except NotMined:
        is_mined = False
    last = client("eth_getBlockByNumber", "latest", True)["transactions"][0]
    status = client("eth_getTransactionReceipt", last["hash"])["status"]
    check.same("sent all the same, it fails", (is_mined, last["from"], status), (False, poor.address.lower(), "0x0"))

    receipt = client("eth_getTransactionReceipt", data(moved.hash))
    check.same("a receipt", (receipt["status"], int(receipt["blockNumber"], 16)), ("0x1", moved.block))
    sent = client("eth_getTransactionByHash", data(moved.hash))
    check.same("a transaction", (sent["from"], sent["to"]), (ann.address.lower(), data(token.address)))
    check.same("no receipt", client("eth_getTransactionReceipt", "0x" + "33" * 32), None)
    everything = {"fromBlock": "0x0", "toBlock": "latest", "address": data(token.address), "topics": [_TOPIC]}
    check.same("all transfers", len(client("eth_getLogs", everything)), 3)
    to_bob = data(bob.address_bytes.rjust(32, b"\0"))
    logs = client("eth_getLogs", {**everything, "topics": [[_TOPIC], None, to_bob]})
    check.same("those to one", [int(log["data"], 16) for log in logs], [5, 7])
    check.same("in one block", len(client("eth_getLogs", {"blockHash": data(moved.block_hash)})), 1)
    check.same("of others", client("eth_getLogs", {**everything, "address": ann.address}), [])

    fields = {"chainId": 1, "nonce": 1, "gas": 21_000, "maxFeePerGas": 10**10, "maxPriorityFeePerGas": 1}
    raw = ann.account.sign_transaction({**fields, "value": 5, "to": bob.address}).raw_transaction
    check.same("a raw transaction", client("eth_sendRawTransaction", data(bytes(raw))), data(keccak(bytes(raw))))
    check.same("its money", client("eth_getBalance", bob.address, "latest"), "0x5")
    check.same("sent again", client.code("eth_sendRawTransaction", data(bytes(raw))), -32000)


def _wallets(check: Checks, chain: EVMChain, client: Client) -> None:
    owner, next_owner = EthereumWallet(), EthereumWallet()
    text = "station.example wants you to sign in"
    hash = personal_hash(text)
    wallet = chain.deploy(erc1271(owner.address_bytes))

    def asked(contract: bytes, signature: bytes) -> str:
        padded = signature + bytes(-len(signature) % 32)
        call = hash + (64).to_bytes(32, "big") + len(signature).to_bytes(32, "big") + padded
        try:
            return str(client("eth_call", {"to": data(contract), "data": f"{MAGIC:#010x}{call.hex()}"}, "latest"))
        except Asked as error:
            return str(error.code)

    good = owner.sign(text)
    check.same("ERC-1271: the owner", asked(wallet, good), _YES)
    check.same("ERC-1271: signed without a prefix, the same hash", asked(wallet, owner.sign_hash(hash)), _YES)
    for name, bad in owner.bad(text).items():
        # ecrecover takes a high s: that is for those who ask to refuse.
        wanted = name == "high s"
        check.same(f"ERC-1271: {name}", asked(wallet, bad) == _YES, wanted)
    chain.send(owner.address_bytes, value=10**18)
    data_of_change = bytes.fromhex("13af4035") + next_owner.address_bytes.rjust(32, b"\0")
    chain.send(wallet, data_of_change, signer=owner.account)
    check.that("ERC-1271: the owner of before", asked(wallet, good) != _YES)
    check.same("ERC-1271: the new one", asked(wallet, next_owner.sign(text)), _YES)
    answers = {name: asked(chain.deploy(code), good) for name, code in BAD_WALLETS.items()}
    check.that("no bad wallet says yes", _YES not in answers.values(), answers)
    check.same("a wallet that reverts", answers["reverts"], "3")
    check.same("a wallet that burns all gas", answers["burns all gas"], "-32000")
    check.same("a wallet that says nothing", answers["answers nothing"], "0x")
    chain.delegate(owner.account, wallet)
    code = client("eth_getCode", owner.address, "latest")
    check.same("a person with delegated code", code, "0xef0100" + wallet.hex())
    check.same("it runs, on storage of its own", asked(owner.address_bytes, good), "0x" + "ff" * 4 + "00" * 28)


def _lies(check: Checks, chain: EVMChain, node: EVMNode, client: Client, token: ERC20) -> None:
    holder = EthereumWallet().address_bytes
    token.give({holder: 10})
    then = chain.head
    token.give({holder: 1})
    truth = client("eth_getBlockByNumber", hex(then), False)
    node.lag = 1
    check.same("lagging: its block", int(client("eth_blockNumber"), 16), then)
    check.same("lagging: its answer", int(client("eth_call", _balance(token, holder), "latest"), 16), 10)
    check.same("lagging: no newer block", client("eth_getBlockByNumber", hex(then + 1), False), None)
    node.block_lie = 50
    check.same("a number that is not", int(client("eth_blockNumber"), 16), then + 50)
    node.lag = node.block_lie = 0
    node.has_other_hashes = True
    other = client("eth_getBlockByNumber", hex(then), False)["hash"]
    check.that("another hash of the same block", other != truth["hash"])
    amount = client("eth_call", _balance(token, holder), {"blockHash": other, "requireCanonical": True})
    check.same("which it knows", int(amount, 16), 10)
    node.has_other_hashes = False
    node.other_amounts = {data(holder): 99, data(token.address): 1000}
    check.same("another balance", int(client("eth_call", _balance(token, holder), "latest"), 16), 99)
    supply = client("eth_call", {"to": data(token.address), "data": "0x18160ddd"}, "latest")
    check.same("another supply", int(supply, 16), 1000)
    node.other_amounts = {}
    node.state_blocks = 2
    check.same("a pruned state", client.code("eth_call", _balance(token, holder), "0x1"), -32000)
    node.state_blocks = None
    node.log_blocks_max, everything = 3, {"fromBlock": "0x0", "toBlock": "latest"}
    check.same("too many blocks of logs", client.code("eth_getLogs", everything), -32005)
    node.log_blocks_max, node.log_rows_max = None, 2
    check.same("too many logs", client.code("eth_getLogs", everything), -32005)
    node.log_rows_max = None
    node.chain_id_lie = 5
    check.same("of another chain", client("eth_chainId"), "0x5")
    node.chain_id_lie = None
    node.fail(Fault.too_many(), "eth_call", times=1)
    posted = client.post({"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": []})
    check.same("EVM: 429", posted.status, 429)


def _reorganisation(check: Checks, chain: EVMChain, client: Client, token: ERC20) -> None:
    holder = EthereumWallet().address_bytes
    token.give({holder: 3})
    undone = client("eth_getBlockByNumber", "latest", False)
    given = undone["transactions"][0]
    chain.reorganise(1)
    check.same("undone", int(client("eth_call", _balance(token, holder), "latest"), 16), 0)
    where = {"blockHash": undone["hash"]}
    check.same("the undone state", int(client("eth_call", _balance(token, holder), where), 16), 3)
    strict = client.code("eth_call", _balance(token, holder), {**where, "requireCanonical": True})
    check.same("it is not of the chain", strict, -32000)
    check.same("its receipt is gone", client("eth_getTransactionReceipt", given), None)
    check.that(
        "its number has another hash", client("eth_getBlockByNumber", undone["number"], False)["hash"] != undone["hash"]
    )
