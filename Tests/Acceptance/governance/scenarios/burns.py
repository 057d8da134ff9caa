"""Calls that are paid for by burning a token: only what the chain has finalized counts, each transaction once."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import burning_refused
from burning import FINALIZED_BEHIND, PROGRAMS, BurnPlace, problem
from chains.faults import Fault
from chains.solana_tokens import Mint
from chains.wallets import SolanaWallet
from door.client import Door
from door.raw import react
from harness.bench import Bench
from harness.engines import both
from harness.waiting import wait_for
from oracle_pasts import Past
from station import in_background

NAME = "burns"
TITLE = "burns of both token programs pay once, whatever is killed or told twice; lies, failures and crumbs do not"

AT_ONCE = 20
BURST, BURST_QUICK = 250, 120


def run(bench: Bench) -> None:
    for engine in both(bench):
        place = BurnPlace(bench, engine)
        for name, program in PROGRAMS.items():
            place.name = f"{engine.name}, {name}: "
            place.take(Mint.create(place.chain, program=program))
            place.open()
            place.wait_price()
            _paid(bench, place)
            burning_refused.refused(bench, place)
        place.name = f"{engine.name}: "
        _senders(bench, place)
        burning_refused.bodies(bench, place)
        _at_once(bench, place)
        _found(bench, place)
        _killed(bench, place)
        burning_refused.prices(bench, place)
        burning_refused.endpoints(bench, place)
        _told(bench, place)
        place.judge()
        burning_refused.unset(bench, place)


def _paid(bench: Bench, place: BurnPlace) -> None:
    """All ways to pay, each with exactly what it takes."""
    required = place.market.required()
    half, rest = required // 2, required - required // 2
    burner, whale = place.burner(), place.burner()
    place.keep(_fortune(whale))
    own, grave, treasury = burner.keypair, place.graveyard, place.treasurer
    move = place.move
    ways: dict[str, tuple[list[Any], tuple[int, int, int]]] = {
        "burn": ([move(8, burner, required)], (required, 0, 0)),
        "burn, checked": ([move(15, burner, required)], (required, 0, 0)),
        "transfer to the burn account": ([move(3, burner, required, grave)], (required, 0, 0)),
        "the same, checked": ([move(12, burner, required, grave)], (required, 0, 0)),
        "transfer to the treasury": ([move(3, burner, required, treasury)], (0, rest, half)),
        "the same, checked, one more": (
            [move(12, burner, required + 1, treasury)],
            (0, (required + 2) // 2, (required + 1) // 2),
        ),
        "half burned, half to the treasury": (
            [move(8, burner, half), move(12, burner, rest, treasury)],
            (half, rest - rest // 2, rest // 2),
        ),
        "in three burns": ([move(8, burner, 1), move(15, burner, half), move(8, burner, rest - 1)], (required, 0, 0)),
        "far too much": ([move(15, burner, 500 * required)], (500 * required, 0, 0)),
    }
    wrong: dict[str, Any] = {}
    for name, (instructions, sums) in ways.items():
        signature = place.land(instructions, own)
        answer = place.tell(signature)
        wanted = (burner.address, *map(str, sums), str(required), "1", "11", f"{place.market.cents / 100:.2f}")
        payment = {"signature": signature, "accepted": True, "queued": False, "tier": 1, "priority": 11}
        if answer.json != {"queued": False, "tier": 1, "payments": [payment]} or place.kept(signature) != wanted:
            wrong[name] = (problem(answer), answer.json, place.kept(signature), wanted)
    bench.check(
        f"{place.name}{len(ways)} ways to pay {required} units (2 dollars at {place.market.cents / 100})",
        "accepted; kept with its sums, the treasury's halved",
        wrong or f"{len(ways)} of {len(ways)}",
        not wrong,
    )
    signature = place.burn(whale, required)
    answer = place.tell(signature)
    kept = place.kept(signature)
    bench.check(
        f"{place.name}a burn by a whale",
        "tier 4, priority 14",
        f"{answer.json.get('tier')}, {kept and kept[5:7]}",
        answer.status == 200 and answer.json["tier"] == 4 and kept is not None and kept[5:7] == ("4", "14"),
    )


def _fortune(wallet: SolanaWallet) -> Past:
    return Past(wallet.address).change(120_000, 60)


def _senders(bench: Bench, place: BurnPlace) -> None:
    required, burner = place.market.required(), place.burner()
    signature = place.burn(burner, required)
    asked = [node.calls["getTransaction"] for node in place.nodes]
    secret = place.secret
    proofs = ["", "x", secret[:-1], secret + "x", secret.upper(), f"Basic {secret}", f"Bearer {secret[:-1]}", "Bearer"]
    seen = Counter(f"{one.status} {one.error}" for one in (place.tell(signature, proof=proof) for proof in proofs))
    bare = place.door.ask("POST", "/helius-webhook", body=json.dumps([{"signature": signature}]).encode())
    seen[f"{bare.status} {bare.error}"] += 1
    lines = ("Host: localhost", "Content-Type: application/json", "Content-Length: 1000000")
    head = "POST /helius-webhook HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in lines)
    double = react(
        place.station.port,
        f"{head}Authorization: {secret}\r\nAuthorization: {secret}\r\n\r\n[".encode(),
        answers=1,
    )
    unread = react(place.station.port, f"{head}Authorization: wrong\r\n\r\n".encode(), answers=1)
    waiting = react(place.station.port, f"{head}Authorization: {secret}\r\n\r\n".encode(), answers=1)
    bench.check(
        f"{place.name}{len(proofs) + 2} senders without the right header, one of them with it twice",
        "401 unauthorized each; nothing asked, nothing kept",
        f"{dict(seen)}, {double}",
        seen == {"401 unauthorized": len(proofs) + 1}
        and double.statuses == [401]
        and [node.calls["getTransaction"] for node in place.nodes] == asked
        and place.kept(signature) is None,
    )
    bench.check(
        f"{place.name}a million bytes are announced, and none of them sent",
        "401 at once with a wrong header; with the right one the body is waited for",
        f"{unread}; {waiting}",
        unread.statuses == [401] and not waiting.statuses,
    )
    again = place.tell(signature, proof=f"Bearer {secret}")
    bench.check(
        f"{place.name}the right one, behind Bearer", "200 accepted", problem(again), problem(again) == "200 accepted"
    )
    replay, mixed = place.tell(signature), place.tell(signature, other := place.burn(burner, required))
    bench.check(
        f"{place.name}the same transaction again, and beside a new one",
        "409 conflict; beside a new one only the new one is accepted",
        f"{problem(replay)}; {[one['accepted'] for one in mixed.json['payments']]}",
        replay.status == 409
        and replay.error == "conflict"
        and mixed.status == 200
        and [one["accepted"] for one in mixed.json["payments"]] == [False, True]
        and "has paid before" in mixed.json["payments"][0]["problem"]
        and place.kept(other) is not None,
    )


def _at_once(bench: Bench, place: BurnPlace) -> None:
    required, burner = place.market.required(), place.burner()
    signature = place.burn(burner, required)
    for node in place.nodes:
        node.fail(Fault.slow(0.5), "getTransaction")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(
            pool.map(lambda _: place.tell(signature, door=Door(place.station.port, timeout=60)), range(AT_ONCE))
        )
    for node in place.nodes:
        node.heal()
    seen = Counter(problem(one).split(":")[0] for one in answers)
    bench.check(
        f"{place.name}{AT_ONCE} webhooks of one transaction at once",
        f"one accepted, {AT_ONCE - 1} times 409; one payment, one event",
        f"{dict(seen)}; {len(place.events(signature))} events",
        seen == {"200 accepted": 1, "409 conflict": AT_ONCE - 1}
        and len(place.events(signature)) == 1
        and place.kept(signature) is not None,
    )
    signatures = [place.burn(burner, required) for _ in range(24)]
    before = place.payments()
    for node in place.nodes:
        node.fail(Fault.slow(0.1), "getTransaction")
    jobs: list[dict[str, Any]] = []
    looker = in_background(lambda: jobs.append(place.look()))
    wait_for("the look to have found two", 30, lambda: place.payments() - before >= 2)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda one: place.tell(one, door=Door(place.station.port, timeout=60)), signatures))
    looker.join(120)
    for node in place.nodes:
        node.heal()
    by_webhook = sum(one.status == 200 and one.json["payments"][0]["accepted"] for one in answers)
    by_look = jobs[0].get("result", {}).get("accepted", 0) if jobs else 0
    bench.check(
        f"{place.name}{len(signatures)} payments by webhooks and by a look at the same time",
        "each once, whoever was first; some by either",
        f"{by_webhook} + {by_look}; {place.payments() - before} kept",
        by_look >= 2
        and by_webhook > 0
        and by_webhook + by_look == len(signatures) == place.payments() - before
        and all(len(place.events(one)) == 1 for one in signatures)
        and {one.status for one in answers} == {200, 409},
    )


def _found(bench: Bench, place: BurnPlace) -> None:
    """Payments that nobody tells of, more than any page has, among what is none."""
    required, burner, count = place.market.required(), place.burner(), BURST_QUICK if bench.quick else BURST
    place.look()
    before = place.payments()
    # Nothing becomes final while they land.
    place.chain.finalized_behind = 10 * count
    moves = [(15, None), (12, place.graveyard), (12, place.treasurer), (8, None)]
    good = [
        place.land([place.move(tag, burner, required, to)], burner.keypair, is_final=False)
        for tag, to in (moves[number % 4] for number in range(count))
    ]
    poor = [place.burn(burner, required - 1, is_final=False) for _ in range(5)]
    early = place.look()
    place.chain.finalized_behind = FINALIZED_BEHIND
    place.settle()
    rounds = [place.look(300)]
    while rounds[-1].get("result", {}).get("has_more") and len(rounds) < 10:
        rounds.append(place.look(300))
    missing = [one for one in good if place.kept(one) is None]
    accepted = sum(one.get("result", {}).get("accepted", 0) for one in rounds)
    bench.check(
        f"{place.name}a burst of {count} payments that nobody tells of, and {len(poor)} of a unit too little",
        "none while they are not final; then all of them, in however many looks",
        f"{early.get('result')}; {accepted} in {len(rounds)} looks, {len(missing)} missing",
        early.get("result", {}).get("accepted") == 0
        and accepted == count == place.payments() - before
        and not missing
        and not any(place.kept(one) for one in poor),
    )
    idle = place.look()
    bench.check(
        f"{place.name}another look",
        "nothing to look at",
        idle.get("result"),
        idle.get("result", {}).get("looked") == 0,
    )
    late = place.tell(good[0])
    bench.check(f"{place.name}a webhook of one that was found", "409", problem(late), late.status == 409)


def _killed(bench: Bench, place: BurnPlace) -> None:
    required, burner = place.market.required(), place.burner()
    wrong: dict[int, Any] = {}
    for number in range(3):
        signature = place.burn(burner, required)
        answer = place.tell(signature)
        place.station.kill()
        place.open()
        replay = place.tell(signature)
        if (
            answer.status != 200
            or replay.status != 409
            or len(place.events(signature)) != 1
            or not place.kept(signature)
        ):
            wrong[number] = (problem(answer), problem(replay), len(place.events(signature)), place.kept(signature))
    bench.check(
        f"{place.name}kill -9 right after the answer, three times",
        "it has paid; again it is 409; told once",
        wrong or "so",
        not wrong,
    )
    place.wait_price()
    before, count = place.payments(), 60
    for _ in range(count):
        place.burn(burner, required, is_final=False)
    place.settle()
    for node in place.nodes:
        node.fail(Fault.slow(0.05), "getTransaction")
    in_background(lambda: _try_look(place))
    wait_for("some of them to be found", 60, lambda: place.payments() - before >= 10, every=0.02)
    place.station.kill()
    found = place.payments() - before
    for node in place.nodes:
        node.heal()
    place.open()
    place.wait_price()
    wait_for(
        "the rest to be found", 120, lambda: place.look()["state"] == "completed" and place.payments() - before == count
    )
    signatures = [one["signature"] for one in place.events()]
    bench.check(
        f"{place.name}kill -9 while {count} payments are found, after {found}",
        "all of them once",
        f"{place.payments() - before} kept, {len(signatures)} told, {len(set(signatures))} different",
        10 <= found < count
        and place.payments() - before == count
        and len(signatures) == len(set(signatures)) == place.payments(),
    )


def _try_look(place: BurnPlace) -> None:
    try:
        place.look()
    except Exception:
        return  # The station is killed meanwhile.


def _told(bench: Bench, place: BurnPlace) -> None:
    """The log against the table, of all that was paid here."""
    wrong = []
    for event in place.events():
        kept = place.kept(event["signature"])
        told = (event["wallet"], event["burned"], event["toBurn"], event["toTreasury"], event["required"])
        if kept is None or (*told, str(event["tier"]), str(event["priority"])) != kept[:7]:
            wrong.append((event, kept))
    count = place.payments()
    bench.check(
        f"{place.name}{count} payments of this station",
        "each told once, as it is kept",
        wrong[:1] or "so",
        not wrong and len(place.events()) == count > 100,
    )
