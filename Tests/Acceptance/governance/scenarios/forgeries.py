"""What must not count as a vote: each with its status and its code, and afterwards the totals are what they were."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from chains.solana_tokens import send
from chains.wallets import EthereumWallet, Form, Signed, SolanaWallet, program_address, small_order_forgeries
from harness.bench import Bench
from harness.engines import Engine, both
from station import TOKEN, Assembly, Paper, Proposal, nonce, now, words

NAME = "forgeries"
TITLE = "forged, replayed, expired, strange, moved, borrowed, broken: refused as documented, and the totals stay"

BAD, INVALID, INPUT = "400 bad_signature", "400 invalid_ballot", "422 invalid_input"


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    place = Assembly(bench, engine).start()
    voters = place.holders(4)
    mover, taker, thief = (SolanaWallet() for _ in range(3))
    place.grant({mover: 50 * TOKEN})
    _borrow(place, thief, 1000 * TOKEN)
    small = _small_order_holders(place)
    proposal, other = place.propose(), place.propose()
    ranked = place.propose(system="ranked", options=["A", "B", "C"])
    cast = proposal.ballot(voters[0], "yes")
    first = proposal.send(cast)
    bench.check(
        f"{place.name}an honest vote",
        "201 with its weight",
        words(first),
        first.status == 201 and first.json["weight"] == str(10 * TOKEN),
    )
    before = (proposal.totals, other.totals, ranked.totals)
    _signatures(bench, place, proposal, voters[1], other, ranked)
    _again(bench, place, proposal, cast, voters[0])
    _keys(bench, place, proposal, small)
    _moved(bench, place, proposal, mover, taker, thief)
    _broken(bench, place, proposal, voters[1])
    weight = 50 * TOKEN
    totals, view = proposal.totals, proposal.view
    expected = {**before[0], "yes": before[0]["yes"] + weight}
    bench.check(
        f"{place.name}totals after all of it",
        "the two honest votes, and nothing else",
        totals,
        totals == expected
        and view["ballots"] == 2
        and (other.totals, ranked.totals) == before[1:]
        and len(proposal.ballots()) == 2
        and engine.query("SELECT count(*) FROM ballot") == [["2"]],
    )
    last = proposal.vote(voters[1], "no")
    bench.check(f"{place.name}whose name was abused most", "may still vote: 201", words(last), last.status == 201)
    proposal.end()
    closed = proposal.vote(voters[2], "no")
    proposal.wait("passed", "executed", seconds=30)
    again = proposal.vote(voters[2], "no")
    bench.check(
        f"{place.name}a vote after the close",
        "410 voting_closed, at once and later",
        f"{words(closed)}, {words(again)}",
        words(closed) == words(again) == "410 voting_closed" and len(proposal.ballots()) == 4,
    )
    place.judge_faces()
    place.station.stop()


def _judge(bench: Bench, place: Assembly, what: str, wanted: Mapping[str, str], seen: Mapping[str, str]) -> None:
    """One row for all of a kind: ``wanted`` may be the beginning of what is said."""
    wrong = {name: said for name, said in seen.items() if not said.startswith(wanted[name])}
    kinds = ", ".join(sorted(set(wanted.values())))
    bench.check(f"{place.name}{what} ({len(wanted)})", kinds, wrong or f"{len(seen)} of {len(wanted)}", not wrong)


# What is signed


def _signatures(
    bench: Bench, place: Assembly, proposal: Proposal, voter: SolanaWallet, other: Proposal, ranked: Proposal
) -> None:
    ether = EthereumWallet()
    changed: dict[str, tuple[dict[str, Any], str]] = {}

    def case(what: str, wanted: str, body: dict[str, Any], **changes: Any) -> None:
        changed[what] = ({**body, **changes}, wanted)

    good = proposal.ballot(voter, "yes")
    text = Paper(proposal.id, proposal.hash, voter.address, "yes")
    for what, signed in voter.bad(text.text).items():
        # Without any signature there is nothing to check: the field itself is refused.
        case(f"signed badly: {what}", INVALID if what == "nothing" else BAD, text.body(signed))
    for what, signed in voter.bad_transactions(text.text, place.chain.blockhash()).items():
        case(f"transaction: {what}", BAD, {**text.body(signed), "form": _transaction(signed)})
    for what, changes in {
        "another domain": {"domain": "evil.example"},
        "another chain": {"chain": "ethereum"},
        "another proposal": {"proposal": other.id},
        "another hash": {"hash": other.hash},
        "another nonce": {"nonce": nonce()},
        "issued earlier": {"issued_at": now(-60)},
        "a later end": {"expires_at": now(599)},
        "no": {"choice": "no"},
    }.items():
        lie = Paper(proposal.id, proposal.hash, voter.address, "yes", text.domain, text.chain, text.nonce)
        lie.issued_at, lie.expires_at = text.issued_at, text.expires_at
        for name, value in changes.items():
            setattr(lie, name, value)
        case(f"the text says {what}", BAD, text.body(voter.sign(lie.text)))
    case("the choice is changed", BAD, good, choice="no")
    case("of another wallet", BAD, good, wallet=place.whale.address)
    case("another form than was signed", BAD, good, form="offchain")
    case("a form that there is not", BAD, good, form="telepathy")
    case("a signature of words", BAD, good, signature="O0Il")
    case("a signature that is too long", INVALID, good, signature="1" * 300)
    case("a form that is too long", INVALID, good, form="transaction:" + "A" * 2000)
    case("expired", BAD, proposal.ballot(voter, issued_at=now(-700), expires_at=now(-100)))
    case("expired a moment ago", BAD, proposal.ballot(voter, issued_at=now(-60), expires_at=now(-0.2)))
    case("dated ahead", BAD, proposal.ballot(voter, issued_at=now(120), expires_at=now(300)))
    case("good for too long", BAD, proposal.ballot(voter, issued_at=now(), expires_at=now(700)))
    case("over before it begins", INVALID, proposal.ballot(voter, issued_at=now(10), expires_at=now(5)))
    case("a nonce of a few letters", INVALID, proposal.ballot(voter, nonce="abc"))
    case("a nonce with a line of its own", INVALID, proposal.ballot(voter, nonce="abcdefgh\nChoice: no"))
    case("a wallet of Ethereum", INVALID, good, wallet=ether.address)
    case("a wallet that is none", INVALID, good, wallet="1" * 45)
    case("an address that nobody can sign for", BAD, good, wallet=program_address())
    case("a proposal that there is not", "404 not_found", good, proposal_id="01980000-0000-7000-8000-000000000000")
    case("a choice of another system", INVALID, proposal.ballot(voter, "rank:0,1"))
    case("a choice of no system", INVALID, proposal.ballot(voter, "maybe"))
    case("a choice in capitals", INVALID, proposal.ballot(voter, "YES"))
    for choice in (
        "yes",
        "rank:0,3",
        "rank:0,0",
        "rank:",
        "rank:00,1",
        "rank:0, 1",
        "shares:0=10000",
        "approve:0",
        "rank:-1",
    ):
        case(f"{choice} where A, B, C are ranked", INVALID, ranked.ballot(voter, choice))
    for what, more in {
        "a weight": {"weight": "1000000000"},
        "a number": {"weight": 5},
        "a sequence": {"sequence": 0},
    }.items():
        case(f"{what} beside the ballot", INPUT, {**good, **more})
    seen = {what: words(proposal.send(body)) for what, (body, _) in changed.items()}
    _judge(bench, place, "ballots that are none", {what: wanted for what, (_, wanted) in changed.items()}, seen)


def _transaction(signed: Signed) -> str:
    """Its message as it stands behind the signatures, also where that is not what was signed."""
    raw = signed.transaction or b"\0"
    return f"transaction:{base64.b64encode(raw[1 + 64 * raw[0] :]).decode()}"


def _again(bench: Bench, place: Assembly, proposal: Proposal, cast: Mapping[str, Any], voter: SolanaWallet) -> None:
    memo = proposal.ballot(voter, "no", Form.MEMO)
    seen = {
        "the same ballot again": words(proposal.send(cast)),
        "another choice of the same wallet": words(proposal.vote(voter, "no")),
        "in another form": words(proposal.send(memo)),
    }
    _judge(bench, place, "who has voted", dict.fromkeys(seen, "409 conflict"), seen)


# Whose key it is


def _small_order_holders(place: Assembly) -> dict[str, str]:
    """Keys that nobody has, given tokens: only their signatures stand between them and a vote."""
    addresses = {name: address for name, (address, _) in small_order_forgeries("x").items()}
    place.mint.grant_many({Pubkey.from_string(address): 5 * TOKEN for address in addresses.values()})
    place.settle()
    return addresses


def _keys(bench: Bench, place: Assembly, proposal: Proposal, addresses: Mapping[str, str]) -> None:
    seen = {}
    for name, address in addresses.items():
        paper = Paper(proposal.id, proposal.hash, address, "yes")
        _, signed = small_order_forgeries(paper.text)[name]
        seen[name] = words(proposal.send(paper.body(signed)))
    _judge(bench, place, "keys of small order that hold tokens", dict.fromkeys(seen, BAD), seen)


# Whose tokens they are


def _borrow(place: Assembly, thief: SolanaWallet, amount: int) -> None:
    """A loan that is paid back within the same transaction: between blocks the thief has nothing."""
    mint, chain = place.mint, place.chain
    mint.grant(thief.pubkey, 1)
    mint.transfer(thief.keypair, place.whale.pubkey, 1)
    loan = _move(place, place.whale, thief, amount)
    back = _move(place, thief, place.whale, amount)
    send(chain, [loan, back], chain.faucet, place.whale.keypair, thief.keypair)
    place.settle()


def _move(place: Assembly, giver: SolanaWallet, taker: SolanaWallet, amount: int) -> Instruction:
    mint = place.mint
    accounts = [
        AccountMeta(mint.account_of(giver.pubkey), False, True),
        AccountMeta(mint.address, False, False),
        AccountMeta(mint.account_of(taker.pubkey), False, True),
        AccountMeta(giver.pubkey, True, False),
    ]
    return Instruction(mint.program, bytes((12,)) + amount.to_bytes(8, "little") + bytes((mint.decimals,)), accounts)


def _moved(
    bench: Bench, place: Assembly, proposal: Proposal, mover: SolanaWallet, taker: SolanaWallet, thief: SolanaWallet
) -> None:
    place.mint.transfer(mover.keypair, taker.pubkey, 50 * TOKEN)
    place.settle()
    seen = {
        "who got them after the opening": words(proposal.vote(taker, "no")),
        "who had them within a transaction": words(proposal.vote(thief, "no")),
        "who never had any": words(proposal.vote(SolanaWallet(), "no")),
    }
    _judge(bench, place, "wallets without tokens at the opening", dict.fromkeys(seen, "403 no_weight"), seen)
    given = proposal.vote(mover, "yes")
    bench.check(
        f"{place.name}who had them at the opening, and gave them away since",
        "votes with them",
        f"{words(given)}, {given.json.get('weight')}",
        given.status == 201 and given.json["weight"] == str(50 * TOKEN),
    )


# What is no ballot at all


def _broken(bench: Bench, place: Assembly, proposal: Proposal, voter: SolanaWallet) -> None:
    good = proposal.ballot(voter, "yes")
    whole = json.dumps(good).encode()

    def without(name: str) -> bytes:
        return json.dumps({key: value for key, value in good.items() if key != name}).encode()

    def having(**more: Any) -> bytes:
        return json.dumps({**good, **more}).encode()

    not_json, big = "400 bad_request", "413 too_large"
    bodies: dict[str, tuple[bytes, str]] = {
        "nothing": (b"", not_json),
        "a brace": (b"{", not_json),
        "cut off": (whole[:-1], not_json),
        "two of them": (whole + whole, not_json),
        "a comma more": (whole[:-1] + b",}", not_json),
        "single quotes": (whole.replace(b'"', b"'"), not_json),
        "NaN": (b'{"proposal_id": NaN}', not_json),
        "bytes that are no UTF-8": (whole.replace(b"yes", b"\xff\xfe"), not_json),
        "half of a surrogate": (whole.replace(b'"yes"', b'"\\ud800"'), not_json),
        "a name twice": (whole[:-1] + b', "choice": "no"}', not_json),
        "a control character": (whole.replace(b"yes", b"y\x01s"), not_json),
        "too deep": (b"[" * 2000 + b"]" * 2000, not_json),
        "a comment": (b"/* vote */" + whole, not_json),
        "a list": (b"[]", INPUT),
        "a text": (b'"vote"', INPUT),
        "null": (b"null", INPUT),
        "a list of ballots": (b"[" + whole + b"]", INPUT),
        "an empty object": (b"{}", INPUT),
        "without a signature": (without("signature"), INPUT),
        "without a wallet": (without("wallet"), INPUT),
        "a number for a choice": (having(choice=1), INPUT),
        "a list for a wallet": (having(wallet=[voter.address]), INPUT),
        "null for a nonce": (having(nonce=None), INPUT),
        "a word for a time": (having(issued_at="now"), INPUT),
        "a day that there is not": (having(expires_at="2026-02-30T00:00:00Z"), INPUT),
        "a word for an id": (having(proposal_id="first"), INPUT),
        "a field that nobody knows": (having(urgent=True), INPUT),
        "too large": (having(nonce="a" * 10_000), big),
    }

    def ask(body: bytes, type: str = "application/json") -> str:
        return words(place.door.ask("POST", "/governance/vote", body=body, headers={"Content-Type": type}))

    seen = {what: ask(body) for what, (body, _) in bodies.items()}
    seen["as a form"] = ask(whole, "text/plain")
    wanted = {**{what: wanted for what, (_, wanted) in bodies.items()}, "as a form": "415 unsupported_media_type"}
    _judge(bench, place, "bodies that are no ballot", wanted, seen)
