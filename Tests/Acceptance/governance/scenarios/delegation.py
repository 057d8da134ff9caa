"""Who votes for whom, as it was at the opening; and the council, which may object until it is too late."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import counting
from chains.wallets import Form, SolanaWallet
from door.client import Answer
from harness.bench import Bench
from harness.engines import both
from harness.waiting import wait_for
from station import DOMAIN, TOKEN, Assembly, Proposal, nonce, now, shown, words

NAME = "delegation"
TITLE = "delegates carry what they had before the opening, unless its owner votes; only the council may object"

DELAY_SECONDS = 8
CONFLICT, BAD, INVALID = "409 conflict", "400 bad_signature", "400 invalid_ballot"


def run(bench: Bench) -> None:
    for engine in both(bench):
        council = [SolanaWallet() for _ in range(2)]
        keys = ", ".join(f'"{one.address}"' for one in council)
        place = Assembly(
            bench,
            engine,
            settings={"governance.veto_keys": f"[{keys}]", "governance.execution_delay_seconds": DELAY_SECONDS},
        ).start()
        _delegation(bench, place)
        _refused(bench, place)
        _council(bench, place, council)
        place.judge_faces()
        place.station.stop()


# Delegates


def _text(place: Assembly, wallet: str, delegate: str | None, fields: Mapping[str, str]) -> str:
    return "\n".join(
        [
            f"{DOMAIN} asks you to say who votes for this solana wallet. Signing costs nothing and allows no payment.",
            "",
            f"Wallet: {wallet}",
            f"Token: {place.mint.address}",
            f"Delegate: {delegate or 'nobody'}",
            *_ending(fields),
        ]
    )


def _ending(fields: Mapping[str, str]) -> list[str]:
    return [f"Nonce: {fields['nonce']}", f"Issued at: {fields['issued_at']}", f"Expires at: {fields['expires_at']}"]


def _fields(**more: str) -> dict[str, str]:
    return {"nonce": nonce(), "issued_at": now(), "expires_at": now(500), **more}


def _body(
    place: Assembly, wallet: SolanaWallet, delegate: str | None, form: Form = Form.PLAIN, **more: str
) -> dict[str, Any]:
    fields = _fields(**more)
    signed = wallet.sign(_text(place, wallet.address, delegate, fields), form)
    named = {} if delegate is None else {"delegate": delegate}
    return {"wallet": wallet.address, **named, **fields, **shown(signed, form)}


def _send(place: Assembly, body: Mapping[str, Any]) -> Answer:
    return place.door.post("/governance/delegation", dict(body))


def _delegation(bench: Bench, place: Assembly) -> None:
    names = "abcdefghijklmnop"
    people = {name: SolanaWallet() for name in names}
    weights = {name: (position + 1) * TOKEN for position, name in enumerate(names) if name != "m"}
    place.grant({people[name]: weight for name, weight in weights.items()})
    # a, e and f by b and g; c votes against its delegate; h and i in a circle; k for j, who does nothing;
    # l for m, who has nothing; n went back to itself; o only after the opening.
    delegates = {"a": "b", "c": "d", "e": "f", "f": "g", "h": "i", "i": "h", "k": "j", "l": "m", "n": "b"}
    forms = list(Form)
    seen = [
        words(_send(place, _body(place, people[who], people[whom].address, forms[number % len(forms)])))
        for number, (who, whom) in enumerate(delegates.items())
    ]
    # Told by the station, it is the same text.
    asked = (
        place.door.get(f"/governance/delegation?wallet={people['a'].address}&delegate={people['b'].address}")
        .expect(200)
        .json
    )
    same = _text(place, people["a"].address, people["b"].address, asked) == asked["text"]
    ended = _send(place, _body(place, people["n"], None))
    del delegates["n"]
    bench.check(
        f"{place.name}{len(seen)} delegations, in {len(forms)} forms, one of them ended again",
        "200 each",
        f"{sorted(set(seen))}, {words(ended)}, {'the text is as built here' if same else asked['text']}",
        set(seen) == {"200"} and ended.status == 200 and same,
    )
    proposal = place.propose()
    late = _send(place, _body(place, people["o"], people["b"].address))
    undone = _send(place, _body(place, people["a"], None))
    voters = {"b": "yes", "c": "no", "d": "yes", "g": "no", "m": "abstain", "p": "yes"}
    cast = {name: words(proposal.vote(people[name], choice)) for name, choice in voters.items()}
    nobody = proposal.vote(SolanaWallet(), "yes")
    bench.check(
        f"{place.name}{len(cast)} who vote, one of them with nothing but what it carries",
        "201 each; a stranger 403",
        f"{sorted(set(cast.values()))}; {words(nobody)}",
        set(cast.values()) == {"201"} and words(nobody) == "403 no_weight",
    )
    carried = counting.carried(set(voters), weights, delegates)
    rows = [(choice, weights.get(name, 0) + carried[name]) for name, choice in voters.items()]
    expected = counting.totals("basic", 3, rows)
    told = list(proposal.totals.values())
    bench.check(
        f"{place.name}totals with what is carried",
        "as counted by hand; neither circles nor later changes count",
        f"{told} (later: {words(late)}, {words(undone)})",
        told == expected and sum(carried.values()) == weights["a"] + weights["e"] + weights["f"] + weights["l"],
    )
    late_vote = proposal.vote(people["a"], "no")
    carried = counting.carried({*voters, "a"}, weights, delegates)
    rows = [(choice, weights.get(name, 0) + carried[name]) for name, choice in {**voters, "a": "no"}.items()]
    bench.check(
        f"{place.name}who votes although somebody else has voted for them",
        "their own vote counts, and only once",
        list(proposal.totals.values()),
        late_vote.status == 201 and list(proposal.totals.values()) == counting.totals("basic", 3, rows),
    )
    proposal.end()
    view = proposal.wait("passed", "executed", seconds=30)
    addresses = {wallet.address: name for name, wallet in people.items()}
    ballots = proposal.ballots()
    texts = [counting.receipt_text(one, carried.get(addresses.get(one["wallet"], ""), 0)) for one in ballots]
    root = counting.root([counting.leaf(text) for text in texts])
    receipt = proposal.receipt(people["g"].address)
    bench.check(
        f"{place.name}root over the receipts, with what each carries",
        "recomputed; the receipt says so, and is proved",
        f"{root[:16]}..., {receipt['receipt'].split('carried: ')[1].split()[0]} carried by one",
        root == view["ballots_root"]
        and receipt["receipt"] in texts
        and counting.is_proved(receipt["receipt"], receipt["proof"], root, len(ballots)),
    )
    following = place.propose()
    following.vote(people["b"], "yes").expect(201)
    bench.check(
        f"{place.name}the next proposal",
        "goes by what was changed since",
        following.totals["yes"],
        following.totals["yes"] == weights["b"] + weights["o"],
    )


def _refused(bench: Bench, place: Assembly) -> None:
    one, other = place.holders(2)
    good = _body(place, one, other.address)
    first = words(_send(place, good))
    seen = {
        "the same again": (CONFLICT, _send(place, good)),
        "the nonce for somebody else": (
            CONFLICT,
            _send(place, _body(place, one, place.whale.address, nonce=good["nonce"])),
        ),
        "signed by another": (
            BAD,
            _send(place, {**_body(place, one, other.address), "signature": other.sign("x").signature_base58}),
        ),
        "another delegate than was signed": (
            BAD,
            _send(place, {**_body(place, one, other.address), "delegate": place.whale.address}),
        ),
        "nobody where somebody was signed": (
            BAD,
            _send(place, {k: v for k, v in _body(place, one, other.address).items() if k != "delegate"}),
        ),
        "expired": (BAD, _send(place, _body(place, one, other.address, issued_at=now(-900), expires_at=now(-400)))),
        "dated ahead": (BAD, _send(place, _body(place, one, other.address, issued_at=now(200)))),
        "oneself": (INVALID, _send(place, _body(place, one, one.address))),
        "no address": (INVALID, _send(place, _body(place, one, "somebody"))),
        "a field more": ("422 invalid_input", _send(place, {**_body(place, one, other.address), "weight": 1})),
    }
    wrong = {what: words(answer) for what, (wanted, answer) in seen.items() if not words(answer).startswith(wanted)}
    bench.check(
        f"{place.name}delegations that are none ({len(seen)})",
        f"{CONFLICT}, {BAD}, {INVALID}, 422 invalid_input",
        wrong or f"{len(seen)} of {len(seen)}",
        first == "200" and not wrong,
    )


# The council


def _veto(
    proposal: Proposal,
    key: SolanaWallet,
    *,
    reason: str = "It is unlawful.",
    signer: SolanaWallet | None = None,
    id: str | None = None,
    **more: str,
) -> Answer:
    fields = _fields(**more)
    text = "\n".join(
        [
            f"{DOMAIN} asks the council to object to a proposal.",
            "",
            f"Key: {key.address}",
            f"Proposal: {id or proposal.id}",
            f"Proposal hash: {proposal.hash}",
            f"Reason: {reason}",
            *_ending(fields),
        ]
    )
    signed = shown((signer or key).sign(text))
    body = {"proposal_id": id or proposal.id, "key": key.address, "reason": reason, **fields, **signed}
    return proposal.place.door.post("/governance/veto", body)


def _council(bench: Bench, place: Assembly, council: list[SolanaWallet]) -> None:
    listener = place.listen()
    open_one, passed, late, rejected = (place.propose() for _ in range(4))
    wrong = {
        "another key": ("403 forbidden", _veto(open_one, SolanaWallet())),
        "the whale": ("403 forbidden", _veto(open_one, place.whale)),
        "a council key, signed by another": (BAD, _veto(open_one, council[0], signer=council[1])),
        "expired": (BAD, _veto(open_one, council[0], issued_at=now(-900), expires_at=now(-400))),
        "without a reason": (INVALID, _veto(open_one, council[0], reason="")),
        "a reason of two lines": (INVALID, _veto(open_one, council[0], reason="one\ntwo")),
        "of what there is not": (
            "404 not_found",
            _veto(open_one, council[0], id="01980000-0000-7000-8000-000000000000"),
        ),
    }
    bad = {what: words(answer) for what, (wanted, answer) in wrong.items() if not words(answer).startswith(wanted)}
    bench.check(
        f"{place.name}vetoes that are none ({len(wrong)})",
        "403, 400, 404; the vote goes on",
        bad or f"{len(wrong)} of {len(wrong)}",
        not bad and open_one.view["status"] == "voting",
    )
    done = _veto(open_one, council[0])
    after = open_one.vote(place.whale, "yes")
    again = _veto(open_one, council[1])
    view = open_one.view
    bench.check(
        f"{place.name}a veto while people vote",
        "200 vetoed, with its reason; votes 410, a second veto 409",
        f"{words(done)}, {view['status']}: {view.get('note')}; {words(after)}, {words(again)}",
        done.status == 200
        and done.json["status"] == view["status"] == "vetoed"
        and view["note"] == "It is unlawful."
        and words(after) == "410 voting_closed"
        and words(again) == CONFLICT,
    )
    passed.end()
    passed.wait("passed", seconds=20)
    objected = _veto(passed, council[1])
    late.end()
    rejected.vote(place.whale, "no").expect(201)
    rejected.wait("rejected", seconds=20)
    no_use = _veto(rejected, council[0])
    decided = time.monotonic()
    late.wait("passed", seconds=20)
    late.wait("executed", seconds=40)
    held = time.monotonic() - decided
    too_late = _veto(late, council[0])
    view = passed.view
    bench.check(
        f"{place.name}a veto of what has passed, within the delay",
        "200 vetoed, and it is never carried out",
        f"{words(objected)}, {view['status']} after {held:.0f} s",
        objected.status == 200 and view["status"] == "vetoed",
    )
    bench.check(
        f"{place.name}a veto of what was carried out, and of what was rejected",
        f"{CONFLICT}; both as they were",
        f"{words(too_late)}, {words(no_use)}; {late.view['status']} after {held:.1f} s, {rejected.view['status']}",
        words(too_late) == words(no_use) == CONFLICT
        and (late.view["status"], rejected.view["status"]) == ("executed", "rejected")
        and held >= DELAY_SECONDS - 2,
    )
    told = wait_for("events", 20, lambda: listener.events(passed.id))
    states = [payload["state"] for type, payload in told if type == "proposal.outcome.decided"]
    carried_out = [type for type, _ in told if type == "proposal.execution.changed"]
    bench.check(
        f"{place.name}told of the one that had passed",
        "passed, then vetoed; nothing of carrying it out",
        f"{states}, {carried_out or 'nothing'}",
        states == ["passed", "vetoed"] and not carried_out,
    )
    place.restart()
    bench.check(
        f"{place.name}after a restart",
        "vetoed still",
        (open_one.view["status"], passed.view["status"]),
        open_one.view["status"] == passed.view["status"] == "vetoed",
    )
