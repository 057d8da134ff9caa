"""What does not pay for a call, each with its documented problem, and what may pay later."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from burning import FINALIZED_BEHIND, BurnPlace, LateTeller, problem
from chains import base58
from chains.faults import Fault
from chains.solana_tokens import Mint
from chains.wallets import SolanaWallet
from door.settings import credential
from harness.bench import Bench
from harness.waiting import wait_for

LATER = "503 unavailable: "
NOT_FINAL = f"{LATER}The transaction is not finalized yet"
#: Nothing that one webhook tells of takes longer.
SECONDS_MAX = 20.0
#: More than the 300 s that a price may be old for a payment, and less than what the market takes of this teller.
OLD_SECONDS = 330
#: How long a page of Helius is waited for.
PAGE_SECONDS = 5


def _judge(bench: Bench, place: BurnPlace, what: str, wanted: dict[str, tuple[str, str]]) -> None:
    """By name: a signature, and how what is said of it begins."""
    wrong: dict[str, Any] = {}
    for name, (signature, begins) in wanted.items():
        before = place.payments()
        answer = place.tell(signature)
        if not problem(answer).startswith(begins) or place.kept(signature) or place.payments() != before:
            wrong[name] = (problem(answer), place.kept(signature))
        if begins.startswith("503") and answer.number("retry-after") is None:
            wrong[f"{name}: Retry-After"] = dict(answer.headers)
    bench.check(
        f"{place.name}{len(wanted)} {what}", "each refused with its problem, nothing kept", wrong or "so", not wrong
    )


def refused(bench: Bench, place: BurnPlace) -> None:
    required = place.market.required()
    burner, other, friend = place.burner(), place.burner(), SolanaWallet()
    own, move = burner.keypair, place.move
    foreign = Mint.create(place.chain, program=place.token.program)
    foreign.grant_many({burner.pubkey: 10 * required})
    twin = Mint.create(place.chain, program=place.token.program, decimals=9)
    twin.grant_many({burner.pubkey: 10**12})
    place.token.grant_many({friend.pubkey: 0})
    place.land([move(4, burner, 10 * required, friend)], own)
    mine = place.token
    place.token = foreign
    strange = place.burn(burner, required)
    place.token = twin
    digits = place.burn(burner, required * 1000)
    place.token = mine
    little = f"200 it takes {required} base units of the token, and these are "
    taken = place.token._instruction(
        8, required, (place.token.account_of(burner.pubkey), True), (place.token.address, True), signer=friend.keypair
    )
    _judge(
        bench,
        place,
        "transactions that do not pay",
        {
            "not on the chain": (base58.encoded(secrets.token_bytes(64)), NOT_FINAL),
            "failed": (place.burn(burner, 10**15), "200 the transaction has failed on the chain"),
            "another token": (strange, "200 the transaction does not burn the station's token"),
            "another token, of nine digits": (digits, "200 the transaction does not burn the station's token"),
            "no token at all": (place.write(), "200 the transaction does not burn the station's token"),
            "one unit too little": (place.burn(burner, required - 1), f"{little}{required - 1}"),
            "nothing burned": (place.burn(burner, 0), f"{little}0"),
            "to somebody's account": (place.land([move(12, burner, required, other)], own), f"{little}0"),
            "half of it to somebody": (
                place.land([move(8, burner, required // 2), move(3, burner, required, other)], own),
                f"{little}{required // 2}",
            ),
            "by a delegate": (place.land([taken], friend.keypair), "200 the owner of the tokens has not signed"),
            "two wallets, half each": (
                place.land([move(8, burner, required // 2), move(8, other, required // 2)], own, other.keypair),
                f"{little}{required // 2}",
            ),
        },
    )
    early = place.burn(burner, required, is_final=False)
    place.chain.advance(FINALIZED_BEHIND - 1)
    _judge(bench, place, "transaction that lacks one slot to be final", {"not final": (early, NOT_FINAL)})
    place.chain.advance(1)
    later = place.tell(early)
    bench.check(
        f"{place.name}the one that was not final, later",
        "200 accepted",
        problem(later),
        problem(later) == "200 accepted",
    )


def bodies(bench: Bench, place: BurnPlace) -> None:
    """What no Helius sends."""
    asked = sum(node.calls["getTransaction"] for node in place.nodes)
    strange = [base58.encoded(secrets.token_bytes(64)) for _ in range(10_000)]
    rows = json.dumps([{"signature": one} for one in strange]).encode()
    texts: dict[str, bytes] = {
        "nothing": b"",
        "broken": b'[{"signature":',
        "no JSON": b"<html>",
        "no list": b'{"signature":"x"}',
        "an empty list": b"[]",
        "no signature": b"[{}]",
        "a number": b'[{"signature":7}]',
        "too short": b'[{"signature":"abc"}]',
        "with a blank": json.dumps([{"signature": strange[0] + " "}]).encode(),
        "not UTF-8": b'[{"signature":"\xff\xfe"}]',
        "brackets": b"[" * 100_000,
        "101 transactions": json.dumps([{"signature": one} for one in strange[:101]]).encode(),
        f"10 000 transactions, {len(rows) >> 10} KB": rows,
    }
    seen = {name: place.send(body) for name, body in texts.items()}
    wrong = {name: problem(one) for name, one in seen.items() if one.status != 400 or not one.json.get("details")}
    bench.check(
        f"{place.name}{len(texts)} bodies that are none, up to 10 000 transactions in one",
        "400 bad_request, naming what is wrong; the chain is not asked",
        wrong or f"so: {problem(seen['101 transactions'])}",
        not wrong and sum(node.calls["getTransaction"] for node in place.nodes) == asked,
    )
    began = time.monotonic()
    huge = place.send(b"[" + b" " * (3 << 20) + b"]")
    bench.check(
        f"{place.name}a body of 3 MB",
        "413 too_large",
        f"{huge.status} {huge.error}",
        (huge.status, huge.error) == (413, "too_large"),
    )
    many = place.tell(*strange[:100])
    seconds = time.monotonic() - began
    asked = sum(node.calls["getTransaction"] for node in place.nodes) - asked
    bench.check(
        f"{place.name}100 transactions that are not on the chain",
        "503: later; one question each",
        f"{problem(many)[:60]}, {asked} questions, {seconds:.1f} s",
        problem(many).startswith(NOT_FINAL) and asked == 100 and seconds < SECONDS_MAX,
    )


def prices(bench: Bench, place: BurnPlace) -> None:
    """Nobody knows the price, then it is too old, then it is there."""
    required, burner = place.market.required(), place.burner()
    signature, silent = place.burn(burner, required), place.burn(burner, required)
    place.market.ailment = "error"
    place.open()
    unknown = place.tell(signature)
    looked = place.look()
    bench.check(
        f"{place.name}nobody knows the price",
        "503 with Retry-After: it counts once somebody does; a look says so and fails for now",
        f"{problem(unknown)}; {looked['state']}: {[one.get('message') for one in looked.get('errors', [])][-1:]}",
        problem(unknown).startswith(f"{LATER}Nobody knows what the token costs now")
        and unknown.number("retry-after") is not None
        and looked["state"] == "retryable"
        and place.kept(signature) is None is place.kept(silent),
    )
    place.market.ailment = None
    settings = place.station.settings
    late = LateTeller("171.02", OLD_SECONDS)
    bench.on_close(late.close)
    settings |= {"market.providers": '["coinpaprika"]', "market.endpoints.coinpaprika": late.address}
    place.open()

    def said() -> str | None:
        told = problem(place.tell(signature))
        return None if "Nobody knows" in told else told

    old = wait_for("an old price", 30, said, every=0.3)
    bench.check(
        f"{place.name}a price of {OLD_SECONDS} s ago, which the market still takes",
        "503: too old; nothing kept",
        f"{old}; {'kept' if place.kept(signature) else 'not kept'}",
        old.startswith(f"{LATER}The price of the token is too old") and place.kept(signature) is None,
    )
    settings["market.providers"] = '["binance"]'
    place.open()
    place.wait_price()
    later = place.tell(signature)
    found = wait_for("the one that nobody told of", 60, lambda: _found(place, silent), every=0.5)
    bench.check(
        f"{place.name}with a price",
        "both count: the one that is told of again, and the one that nobody tells of",
        f"{problem(later)}; {found[4]} units",
        problem(later) == "200 accepted" and found[4] == str(required),
    )


def _found(place: BurnPlace, signature: str) -> tuple[str, ...] | None:
    place.look()
    return place.kept(signature)


def endpoints(bench: Bench, place: BurnPlace) -> None:
    """Endpoints that are away, lag or fail, and the wrong token by a node that lies."""
    required, burner = place.market.required(), place.burner()
    signature = place.burn(burner, required)
    for node in place.nodes:
        node.fail(Fault.refused(503))
    away = place.tell(signature)
    for node in place.nodes:
        node.heal()
    place.open()
    place.wait_price()
    other = place.burn(burner, 1)
    real = place.chain.landed[signature]
    with place.chain.lock:
        place.chain.landed[signature] = place.chain.landed[other]
    lied = place.tell(signature)
    with place.chain.lock:
        place.chain.landed[signature] = real
    place.open()
    place.wait_price()
    later = place.tell(signature)
    bench.check(
        f"{place.name}endpoints that are away, and that tell another transaction than the one that was asked for",
        "503 both times, nothing kept; accepted once they are well",
        f"{problem(away)[:80]}; {problem(lied)[:80]}; {problem(later)}",
        problem(away).startswith(f"{LATER}The chain does not answer")
        and problem(lied).startswith(f"{LATER}The chain does not answer")
        and problem(later) == "200 accepted",
    )
    _slow(bench, place)


def _slow(bench: Bench, place: BurnPlace) -> None:
    """Who cannot be looked at is welcome, and has paid."""
    burner = place.burner()
    signature = place.burn(burner, place.market.required())
    place.helius.fail(Fault.hanging())
    began = time.monotonic()
    answer = place.tell(signature)
    seconds = time.monotonic() - began
    place.helius.heal()
    bench.check(
        f"{place.name}Helius says nothing of who has paid",
        f"accepted all the same, as tier 1; within {PAGE_SECONDS + 2} s",
        f"{problem(answer)}, tier {answer.json.get('tier')}, {seconds:.1f} s",
        problem(answer) == "200 accepted" and answer.json["tier"] == 1 and seconds < PAGE_SECONDS + 2,
    )


def unset(bench: Bench, place: BurnPlace) -> None:
    """Without a secret no webhook is taken; a short one keeps nobody out."""
    station = place.station
    station.settings["oracle.webhook_secret"] = credential(station, "short", "fifteen-letters")
    run = station.start(ready_within=None)
    code = run.ended(30)
    bench.check(
        f"{place.name}a webhook's secret of 15 letters",
        "the daemon does not start, and says why without saying it",
        f"{code}: {run.text().strip().splitlines()[-1][-120:]}",
        code != 0 and "16" in run.text() and "fifteen-letters" not in run.text(),
    )
    station.settings["oracle.webhook_secret"] = ""
    place.begin()
    signature = place.burn(place.burner(), place.market.required())
    answers = [place.tell(signature, proof=proof) for proof in (place.secret, "", "Bearer ")]
    bench.check(
        f"{place.name}no secret for webhooks",
        "503: oracle.webhook_secret is not set; nothing kept",
        problem(answers[0]),
        all(problem(one).startswith(f"{LATER}No webhook is taken: oracle.webhook_secret") for one in answers)
        and place.kept(signature) is None,
    )
    station.stop()
