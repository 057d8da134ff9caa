"""Every way to fail, seen from outside; batches and counters."""

from __future__ import annotations

import http.client
import json
import time

from chains.checks.checking import Checks, Client
from chains.faults import Fault
from chains.solana_chain import SolanaChain
from chains.solana_node import SolanaNode

_CALL = {"jsonrpc": "2.0", "id": 1, "method": "getSlot", "params": []}


def run(check: Checks) -> None:
    chain = SolanaChain()
    node, other = SolanaNode(chain), SolanaNode(chain)
    client = Client(node)
    _json_rpc(check, client, node)
    _http(check, client, node)
    _rpc(check, client, node)
    _connections(check, client, node)
    check.same("another face of the chain is well all the time", Client(other)("getHealth"), "ok")
    check.same("mistakes of the faces", node.crashes + other.crashes, [])
    node.close()
    refused = False
    try:
        client.post(_CALL)
    except ConnectionRefusedError:
        refused = True
    check.that("a closed face refuses", refused)
    other.close()


def _json_rpc(check: Checks, client: Client, node: SolanaNode) -> None:
    node.forget_counts()
    batch = [{**_CALL, "id": "a"}, {**_CALL, "id": 2, "method": "getHealth"}, {**_CALL, "method": "nothing"}, 5]
    told = client.post(batch).json
    check.same("a batch: ids", [one["id"] for one in told], ["a", 2, 1, None])
    check.same("a batch: errors", [one.get("error", {}).get("code") for one in told], [None, None, -32601, -32600])
    check.same("calls by method", dict(node.calls), {"getSlot": 1, "getHealth": 1, "nothing": 1})
    check.same("requests", node.requests, 1)
    check.same("no JSON", client.post(b"{").json["error"]["code"], -32700)
    check.same("an empty batch", client.post([]).json["error"]["code"], -32600)
    check.same("not version 2.0", client.post({"id": 1, "method": "getSlot"}).json["error"]["code"], -32600)
    check.same("params by name", client.post({**_CALL, "params": {"a": 1}}).json["error"]["code"], -32602)
    check.that("the path is seen", "api-key=k" in node.headers_seen[-1][":path"], node.headers_seen[-1:])


def _http(check: Checks, client: Client, node: SolanaNode) -> None:
    node.fail(Fault.too_many("7"), times=2)
    statuses = [client.post(_CALL) for _ in range(3)]
    check.same("429 twice, then well", [one.status for one in statuses], [429, 429, 200])
    check.same("Retry-After", statuses[0].headers.get("Retry-After"), "7")
    check.same("429 tells its code", statuses[0].json["error"]["code"], 429)
    check.same("faults done", node.faults_done["429"], 2)
    node.fail(Fault.too_many("Wed, 21 Oct 2099 07:28:00 GMT"), times=1)
    check.that("Retry-After as a date", "2099" in client.post(_CALL).headers["Retry-After"])
    node.fail(Fault.too_many(None), times=1)
    check.that("429 without a hint", "Retry-After" not in client.post(_CALL).headers)
    for status in (403, 500, 502, 503):
        node.fail(Fault.refused(status), times=1)
        check.same(f"status {status}", client.post(_CALL).status, status)
    node.fail(Fault.page(), times=1)
    page = client.post(_CALL)
    check.that("a page", page.status == 200 and page.headers["Content-Type"] == "text/html", page)
    node.fail(Fault.redirect("http://127.0.0.1:1/"), times=1)
    check.same("a redirection", client.post(_CALL).headers.get("Location"), "http://127.0.0.1:1/")


def _rpc(check: Checks, client: Client, node: SolanaNode) -> None:
    node.fail(Fault.behind(42), "getSlot")
    told = client.post(_CALL).json["error"]
    check.same("behind", (told["code"], told["data"]), (-32005, {"numSlotsBehind": 42}))
    check.same("only the methods that were named", client("getHealth"), "ok")
    mixed = client.post([_CALL, {**_CALL, "method": "getHealth"}]).json
    check.same("of a batch only those, too", ["error" in one for one in mixed], [True, False])
    node.heal()
    node.fail(Fault.answer({"slot": "soon"}), "getSlot", times=1)
    check.same("a result of another shape", client("getSlot"), {"slot": "soon"})
    check.that("healed by itself", isinstance(client("getSlot"), int))


def _connections(check: Checks, client: Client, node: SolanaNode) -> None:
    node.fail(Fault.truncated(), times=1)
    broken = client.post(_CALL)
    try:
        json.loads(broken.body)
        check.that("truncated JSON", False, broken.body)
    except ValueError:
        check.that("truncated JSON", broken.status == 200 and len(broken.body) > 5)
    for fault, wanted in ((Fault.short(), http.client.IncompleteRead), (Fault.cut(), http.client.RemoteDisconnected)):
        node.fail(fault, times=1)
        seen: object = "an answer"
        try:
            client.post(_CALL)
        except (http.client.HTTPException, OSError) as error:
            seen = type(error)
        check.same(f"a connection that is {fault.name}", seen, wanted)
    node.fail(Fault.slow(0.4), times=1)
    began = time.monotonic()
    check.that("slow, and well", isinstance(client("getSlot"), int) and time.monotonic() - began >= 0.4)
    node.fail(Fault.hanging(), times=1)
    began, hurried = time.monotonic(), Client(node, timeout=0.5)
    timed_out = False
    try:
        hurried.post(_CALL)
    except TimeoutError:
        timed_out = True
    check.that("hanging", timed_out and time.monotonic() - began < 30)
    check.that("another call meanwhile", isinstance(client("getSlot"), int))
    node.heal()
