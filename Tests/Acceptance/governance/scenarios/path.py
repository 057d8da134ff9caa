"""The whole way of a proposal, on a real runtime behind two endpoints: from a linked wallet to the memo."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

import counting
from chains.wallets import Form, SolanaWallet
from door.people import People
from harness.bench import Bench
from harness.engines import Engine, both
from harness.waiting import wait_for
from station import TOKEN, Assembly, Listener, Paper, Proposal, envelope_text, form_text, moment, words

NAME = "path"
TITLE = "link, propose, vote in every form, decide early or in time, anchor, carry out; told once, in order"

#: How far final states are behind.
FINALIZED_BEHIND = 32
DELAY_SECONDS = 10


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    place = Assembly(
        bench,
        engine,
        has_anchor_key=True,
        finalized_behind=FINALIZED_BEHIND,
        settings={"governance.execution_delay_seconds": DELAY_SECONDS},
    ).start()
    listener = place.listen()
    _linking(bench, place)
    late, holder = _proposing(bench, place)
    early = place.propose(title="Early", description='Lines\nwith "quotes", ü and \\ and a tab\t.')
    _document(bench, place, early)
    _voting(bench, place, early)
    _decided(bench, place, early, holder)
    _anchored(bench, place, early, listener)
    _in_time(bench, place, late, listener)
    place.judge_faces()
    place.station.stop()


def _linking(bench: Bench, place: Assembly) -> None:
    person = People(place.station).register(place.door).log_in(place.door).credential
    wallets = {form: SolanaWallet() for form in Form}
    seen = {form.name: place.link(person, wallet, form).status for form, wallet in wallets.items()}
    listed = {one["address"] for one in place.door.get("/api/wallets", person).expect(200).json["wallets"]}
    bench.check(
        f"{place.name}somebody registers and links a wallet in each of {len(Form)} forms",
        "201 each, all listed",
        f"{sorted(set(seen.values()))}, {len(listed)} listed",
        set(seen.values()) == {201} and listed == {wallet.address for wallet in wallets.values()},
    )


def _proposing(bench: Bench, place: Assembly) -> tuple[Proposal, SolanaWallet]:
    rich, poor, bare = (place.person() for _ in range(3))
    hundred, less = SolanaWallet(), SolanaWallet()
    place.grant({hundred: 100 * TOKEN, less: 100 * TOKEN - 1})
    # In two accounts of one wallet.
    place.mint.open_another(less.pubkey, 0)
    place.settle()
    place.link(rich, hundred).expect(201)
    place.link(poor, less).expect(201)
    refused = {
        "no wallet": words(place.try_propose(bare)),
        "not one's own": words(place.try_propose(bare, wallet=hundred.address)),
        "99.999999 tokens": words(place.try_propose(poor)),
        "nobody": words(place.door.post("/governance/proposals", {"title": "x", "description": "x"})),
    }
    wanted = {
        "no wallet": "403 forbidden",
        "not one's own": "403 forbidden",
        "99.999999 tokens": "403 insufficient_tokens",
        "nobody": "401 unauthorized",
    }
    late = place.propose(rich, title="In time", voting_seconds=60)
    bench.check(
        f"{place.name}who may propose",
        "100 tokens in a wallet of one's own; others 401 and 403",
        {what: said for what, said in refused.items() if said != wanted[what]} or "so",
        refused == wanted,
    )
    snapshot = late.opened["snapshot"]
    bench.check(
        f"{place.name}what it is weighed by",
        "the chain's supply, holders and final slot, told by both",
        f"supply {snapshot['supply']}, {snapshot['holders']} holders, slot {snapshot['slot']}, {snapshot['endpoints']}",
        int(snapshot["supply"]) == place.mint.supply()
        and snapshot["holders"] == 3
        and int(snapshot["slot"]) == place.chain.slot - FINALIZED_BEHIND
        and snapshot["endpoints"] == ["node-0", "node-1"]
        and snapshot["holders_hash"] == _holders_hash(place),
    )
    again = place.try_propose(rich, title="In time")
    bench.check(f"{place.name}the same title again", "409 conflict", words(again), words(again) == "409 conflict")
    return late, hundred


def _holders_hash(place: Assembly) -> str:
    rows = {str(state.holder): 0 for _, state in place.chain.token_accounts(place.mint.address) if state.amount}
    for _, state in place.chain.token_accounts(place.mint.address):
        if state.amount:
            rows[str(state.holder)] += state.amount
    text = "".join(f"{owner} {rows[owner]}\n" for owner in sorted(rows))
    return hashlib.sha256(text.encode()).hexdigest()


def _document(bench: Bench, place: Assembly, proposal: Proposal) -> None:
    told = place.door.get(f"/governance/proposal/{proposal.id}/document").expect(200).json
    read = json.loads(told["document"])
    again = json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    hashed = hashlib.sha256(told["document"].encode()).hexdigest()
    bench.check(
        f"{place.name}the document",
        "its SHA-256 is what ballots name; written again by its rules it is the same",
        f"{'the same' if hashed == told['hash'] == proposal.hash else 'another'} hash, "
        f"{'the same' if again == told['document'] else 'another'} text",
        hashed == told["hash"] == proposal.hash
        and again == told["document"]
        and read["description"] == 'Lines\nwith "quotes", ü and \\ and a tab\t.',
    )


def _voting(bench: Bench, place: Assembly, proposal: Proposal) -> None:
    """All but the whale: in every form that the interface knows."""
    voters = place.holders(len(Form) + 4, tokens=7)
    stranger = proposal.vote(voters[0])
    bench.check(
        f"{place.name}tokens that came after the opening",
        "403 no_weight",
        words(stranger),
        words(stranger) == "403 no_weight",
    )
    fresh = place.propose(title="Every form")
    asked = (
        place.door.get(f"/governance/proposal/{fresh.id}/ballot?wallet={voters[0].address}&choice=no").expect(200).json
    )
    paper = Paper(fresh.id, fresh.hash, voters[0].address, "no", nonce=asked["nonce"])
    paper.issued_at, paper.expires_at = asked["issued_at"], asked["expires_at"]
    bench.check(
        f"{place.name}the text to sign",
        "as anybody can build it",
        "same" if paper.text == asked["text"] else asked["text"],
        paper.text == asked["text"],
    )
    seen: dict[str, int] = {}
    for form, voter in zip(Form, voters, strict=False):
        seen[form.name] = fresh.vote(voter, "no" if form is Form.PLAIN else "yes", form).status
    rest = voters[len(Form) :]
    for what, voter in zip(("with a compute budget", "of the first memo program"), rest, strict=False):
        paper = Paper(fresh.id, fresh.hash, voter.address, "yes")
        memo = voter.also_good(paper.text)[what]
        body = {**paper.body(memo), "form": form_text(memo, Form.MEMO)}
        seen[what] = fresh.send(body).status
    paper = Paper(fresh.id, fresh.hash, rest[2].address, "abstain")
    envelope = rest[2].sign(paper.text, Form.ENVELOPE_V0_DOMAIN)
    own = {**paper.body(envelope), "form": envelope_text(envelope)}
    seen["an envelope as it was signed"] = fresh.send(own).status
    totals, view = fresh.totals, fresh.view
    weight = 7 * TOKEN
    expected = {"yes": (len(seen) - 2) * weight, "no": weight, "abstain": weight}
    bench.check(
        f"{place.name}ballots in {len(seen)} forms",
        "201 each; totals are theirs",
        {form: status for form, status in seen.items() if status != 201} or totals,
        set(seen.values()) == {201} and totals == expected and view["ballots"] == len(seen),
    )


def _decided(bench: Bench, place: Assembly, proposal: Proposal, holder: SolanaWallet) -> None:
    began = time.monotonic()
    proposal.end()
    view = proposal.wait("passed", seconds=30)
    seconds = time.monotonic() - began
    late = proposal.vote(holder, "no")
    bench.check(
        f"{place.name}more than half of all there is says yes",
        "passed, long before its end; 410 from then on",
        f"{view['status']} ({view['reason']}) after {seconds:.1f} s; then {words(late)}",
        view["status"] == "passed"
        and view["reason"] == "enough_yes"
        and seconds < 20
        and words(late) == "410 voting_closed",
    )
    ballots = proposal.ballots()
    root = counting.root([counting.leaf(counting.receipt_text(one)) for one in ballots])
    receipt = proposal.receipt(place.whale.address)
    bench.check(
        f"{place.name}root and receipt",
        "recomputed from the ballots; proved",
        f"{'same' if root == view['ballots_root'] else 'other'} root",
        root == view["ballots_root"] == receipt["root"]["hash"]
        and counting.is_proved(receipt["receipt"], receipt["proof"], root, len(ballots)),
    )


def _anchored(bench: Bench, place: Assembly, proposal: Proposal, listener: Listener) -> None:
    wait_for("the memo to land", 60, proposal.memos, every=0.2)
    # It has landed, and can still be undone: nothing is final before so many slots.
    early = []
    for _ in range(12):
        early.append(proposal.view)
        time.sleep(0.25)
    bench.check(
        f"{place.name}landed but not final",
        "not on_chain, no signature; still passed, not carried out",
        f"{early[-1]['on_chain']}, {early[-1]['status']}: {early[-1]['chain_note']}",
        not any(view["on_chain"] or view.get("chain_signature") or view["status"] != "passed" for view in early),
    )
    place.chain.advance(FINALIZED_BEHIND)
    view = wait_for("on_chain", 30, lambda: one if (one := proposal.view)["on_chain"] else None, every=0.1)
    executed = proposal.wait("executed", seconds=30)
    landed = place.chain.landed[view["chain_signature"]]
    memos = proposal.memos()
    fields = memos[0].split(" ")
    bench.check(
        f"{place.name}the memo on the chain",
        "one, by the station's key: proposal, document, state, count, root",
        f"{len(memos)}: {memos[0][:60]}...",
        len(memos) == 1
        and landed.memos() == memos
        and str(landed.keys[0]) == place.anchor.address
        and fields[:4] == ["cryptocall-result:1", proposal.id, proposal.hash, "passed"]
        and fields[5:] == [str(view["ballots"]), view["ballots_root"]],
    )
    result = {
        "ballotCount": view["ballots"],
        "castWeight": view["cast_weight"],
        "contests": [],
        "leaders": [0],
        "rounds": [],
        "system": "basic",
        "totals": [one["total"] for one in view["totals"]],
        "unitsPerVote": 1,
    }
    text = json.dumps(result, sort_keys=True, separators=(",", ":"))
    bench.check(
        f"{place.name}the result's hash in the memo",
        "SHA-256 of the result's canonical text, for anybody to make",
        "same"
        if hashlib.sha256(text.encode()).hexdigest() == fields[4]
        else f"{fields[4][:16]}... is none of {text[:60]}...",
        hashlib.sha256(text.encode()).hexdigest() == fields[4],
    )
    events = listener.events(proposal.id)
    told = [type if type != "proposal.execution.changed" else f"{type} {payload['state']}" for type, payload in events]
    wanted = [
        "proposal.voting.opened",
        "vote.ballot.cast",
        "proposal.outcome.decided",
        "proposal.result.anchored",
        "proposal.execution.changed executing",
        "proposal.execution.changed executed",
    ]
    bench.check(
        f"{place.name}told on the bus", "everything once, in order", told if told != wanted else "so", told == wanted
    )
    decided = moment(executed["decided_at"])
    bench.check(
        f"{place.name}carried out",
        f"not before {DELAY_SECONDS} s after the decision",
        f"{time.time() - decided:.1f} s after",
        executed["status"] == "executed" and time.time() - decided >= DELAY_SECONDS,
    )


def _in_time(bench: Bench, place: Assembly, proposal: Proposal, listener: Listener) -> None:
    """One that nobody is in a hurry about: it ends when its minute is over."""
    proposal.vote(place.whale, "abstain")
    left = moment(proposal.view["closes_at"]) - time.time()
    time.sleep(max(0.0, left - 2))
    before = proposal.view["status"]
    view: dict[str, Any] = proposal.wait("rejected", "passed", "no_quorum", seconds=40)
    after = time.time() - moment(view["closes_at"])
    bench.check(
        f"{place.name}one that ends in time",
        "open until its end, then rejected: everybody abstained",
        f"{before}, then {view['status']} ({view['reason']}) {after:.1f} s after its end",
        before == "voting" and view["reason"] == "only_abstentions" and after < 15,
    )
    wait_for("its memo", 30, proposal.memos, every=0.2)
    place.chain.advance(FINALIZED_BEHIND)
    final = wait_for("on_chain", 30, lambda: one if (one := proposal.view)["on_chain"] else None, every=0.2)
    types = [type for type, _ in listener.events(proposal.id)]
    bench.check(
        f"{place.name}a result that is a no",
        "stands on the chain as well, and nothing is carried out",
        f"{final['status']}; {types[-1]}",
        proposal.memos()[0].split(" ")[3] == "rejected"
        and types[-1] == "proposal.result.anchored"
        and "proposal.execution.changed" not in types
        and len(types) == len(set(types)),
    )
