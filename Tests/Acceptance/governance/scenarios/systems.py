"""One proposal of each system, decided over the interface and counted once more, slowly, here."""

from __future__ import annotations

import random
import time

import counting
from chains.wallets import SolanaWallet
from harness.bench import Bench
from harness.engines import Engine, both
from station import Assembly, Proposal, moment

NAME = "systems"
TITLE = "all six systems with dozens of ballots: totals, winner and reason are those of a slow count"

SYSTEMS = ("basic", "approval", "weighted", "quadratic", "ranked", "copeland")
OPTIONS = ("Ape", "Bear", "Cat", "Dog", "Eel")
VOTERS, VOTERS_QUICK = 60, 36
#: What about half of the voters have.
ALIKE = 10**13


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    count = VOTERS_QUICK if bench.quick else VOTERS
    place = Assembly(bench, engine).start()
    voters = [SolanaWallet() for _ in range(count)]
    dice = random.Random(time.time_ns())
    # Odd amounts, so that roots are rounded; some alike, so that there are ties.
    weights = {voter.address: dice.choice((dice.randrange(1, 10**15 // 7), ALIKE)) for voter in voters}
    place.grant({voter: weights[voter.address] for voter in voters})
    proposals = {system: _open(place, system) for system in SYSTEMS}
    # Of two options that will be even.
    even = {system: _open(place, system, 2) for system in ("approval", "ranked")}
    choices = {system: {voter.address: _choice(system, dice) for voter in voters} for system in SYSTEMS}
    refused = 0
    for system, proposal in proposals.items():
        for voter in voters:
            refused += proposal.vote(voter, choices[system][voter.address]).status != 201
    alike = [voter for voter in voters if weights[voter.address] == ALIKE][:2]
    for system, proposal in even.items():
        for option, voter in enumerate(alike):
            refused += proposal.vote(voter, f"{'approve' if system == 'approval' else 'rank'}:{option}").status != 201
    bench.check(f"{place.name}{len(SYSTEMS)} x {count} ballots", "201 each", f"{refused} others", refused == 0)
    for system, proposal in proposals.items():
        _totals(bench, place, proposal, system, choices[system], weights)
    _wait([*proposals.values(), *even.values()])
    for system, proposal in proposals.items():
        _decided(bench, place, proposal, system, choices[system], weights)
    for system, proposal in even.items():
        view = proposal.view
        bench.check(
            f"{place.name}{system}, two options that are even",
            "rejected: tie, nobody has won",
            f"{view['status']} ({view['reason']}), {view.get('winner')}",
            view["status"] == "rejected" and view["reason"] == "tie" and view.get("winner") is None,
        )
    place.judge_faces()
    place.station.stop()


def _open(place: Assembly, system: str, options: int = len(OPTIONS)) -> Proposal:
    more = {} if system == "basic" else {"options": list(OPTIONS[:options])}
    return place.propose(title=f"{system} of {options}", system=system, voting_seconds=75, **more)


def _choice(system: str, dice: random.Random) -> str:
    if system == "basic":
        return dice.choice(("yes", "no", "no", "abstain"))
    some = dice.sample(range(len(OPTIONS)), dice.randrange(1, len(OPTIONS) + 1))
    if system == "approval":
        return f"approve:{','.join(map(str, sorted(some)))}"
    if system in ("ranked", "copeland"):
        return f"rank:{','.join(map(str, some))}"
    cuts = sorted(dice.sample(range(1, 10_000), len(some) - 1))
    parts = [after - before for before, after in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    return "shares:" + ",".join(f"{option}={part}" for option, part in zip(sorted(some), parts, strict=True))


def _rows(proposal: Proposal, choices: dict[str, str], weights: dict[str, int]) -> list[tuple[str, int]]:
    """Of the ballots that everybody can read; those that were sent, by the chain's own balances."""
    ballots = proposal.ballots()
    assert {one["wallet"]: one["choice"] for one in ballots} == choices, "other ballots than were sent"
    return [(one["choice"], weights[one["wallet"]]) for one in ballots]


def _totals(
    bench: Bench, place: Assembly, proposal: Proposal, system: str, choices: dict[str, str], weights: dict[str, int]
) -> None:
    count = 3 if system == "basic" else len(OPTIONS)
    expected = counting.totals(system, count, _rows(proposal, choices, weights))
    told = list(proposal.totals.values())
    bench.check(f"{place.name}{system}: totals while it is open", "those of a slow count", told, told == expected)


def _wait(proposals: list[Proposal]) -> None:
    ends = max(moment(one.opened["closes_at"]) for one in proposals)
    time.sleep(max(0.0, ends - time.time()))
    for proposal in proposals:
        proposal.wait("passed", "executed", "rejected", "no_quorum", seconds=60)


def _decided(
    bench: Bench, place: Assembly, proposal: Proposal, system: str, choices: dict[str, str], weights: dict[str, int]
) -> None:
    rows = _rows(proposal, choices, weights)
    view = proposal.view
    count = 3 if system == "basic" else len(OPTIONS)
    sums = counting.totals(system, count, rows)
    best = counting.winner(system, count, rows)
    if system == "basic":
        expected = (
            ("passed", "enough_yes")
            if sums[0] > sums[1]
            else ("rejected", "not_enough_yes" if sums[0] < sums[1] else "tie")
        )
        name = None
    else:
        expected = ("passed", "one_winner") if best is not None else ("rejected", "tie")
        name = OPTIONS[best] if best is not None else None
    status = "passed" if view["status"] in ("executing", "executed") else view["status"]
    told = [int(one["total"]) for one in view["totals"]]
    root = counting.root([counting.leaf(counting.receipt_text(one)) for one in proposal.ballots()])
    bench.check(
        f"{place.name}{system}: decided",
        f"{expected[0]} ({expected[1]}), {name}; the same totals; root recomputed",
        f"{status} ({view['reason']}), {view.get('winner')}",
        (status, view["reason"]) == expected
        and view.get("winner") == name
        and told == sums
        and root == view["ballots_root"]
        and int(view["cast_weight"]) == sum(weights.values()),
    )
