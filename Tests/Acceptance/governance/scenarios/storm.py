"""Thousands vote while the daemon is killed again and again: nothing acknowledged is lost, nothing counts twice."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import counting
from chains.wallets import SolanaWallet
from door.client import Door
from harness.bench import Bench
from harness.engines import Engine, both
from station import TOKEN, Assembly, Proposal, in_background

NAME = "storm"
TITLE = "10 000 voters, 50 at once, kill -9 every 5 s: no acknowledged vote lost, none twice; anybody can count again"

VOTERS, VOTERS_QUICK, AT_ONCE = 10_000, 1_000, 50
KILL_SECONDS = 5.0
#: How long one voter tries.
PATIENCE_SECONDS = 300
#: Receipts that are looked at one by one.
SAMPLE = 40
CAST = "vote.ballot.cast"


@dataclass
class Votes:
    """What the voters were told."""

    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By wallet: what the 201 said."""
    there: set[str] = field(default_factory=set)
    """Wallets whose repeated ballot was there already."""
    statuses: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def count(self) -> int:
        return len(self.acknowledged) + len(self.there)


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    count = VOTERS_QUICK if bench.quick else VOTERS
    # The chains of this program take their time over so many holders; that is no fault of the daemon.
    settings: dict[str, object] = {"governance.voting_seconds": 3600, "chains.attempt_seconds": 30}
    place = Assembly(bench, engine, settings=settings).start()
    place.door = Door(place.station.port, timeout=120)
    voters = [SolanaWallet() for _ in range(count)]
    weights = {voter.address: random.randrange(1, 50 * TOKEN) for voter in voters}
    place.grant({voter: weights[voter.address] for voter in voters})
    proposal = place.propose()
    choices = random.choices(("yes", "no", "abstain"), (5, 3, 2), k=count)
    bodies = {voter.address: proposal.ballot(voter, choice) for voter, choice in zip(voters, choices, strict=True)}
    votes = Votes()
    began = time.monotonic()
    kills = _storm(place, bodies, votes)
    seconds = time.monotonic() - began
    bench.check(
        f"{place.name}{count} voters, {AT_ONCE} at once, {kills} kills, {votes.broken} broken connections",
        "every one of them has voted, by 201 or, repeated, 409",
        f"{len(votes.acknowledged)} + {len(votes.there)} in {seconds:.0f} s; "
        + (", ".join(votes.wrong[:2]) or "nothing else"),
        votes.count == count and not votes.wrong and kills >= 3,
    )
    _judge(bench, engine, place, proposal, bodies, weights, votes)
    place.judge_faces()
    place.station.stop()


def _storm(place: Assembly, bodies: Mapping[str, Mapping[str, Any]], votes: Votes) -> int:
    """Lets all of them vote, and returns how often the daemon was killed meanwhile."""
    queue = iter(list(bodies.items()))
    queue_lock = threading.Lock()

    def work() -> None:
        door = Door(place.station.port, timeout=20, keeps=True)
        while True:
            with queue_lock:
                wallet, body = next(queue, (None, None))
            if wallet is None or body is None:
                return
            _vote(door, wallet, body, votes)

    workers = [in_background(work) for _ in range(AT_ONCE)]
    kills = 0
    # Also where all would be over within seconds, it is killed some times.
    for target in itertools.count(len(bodies) // 6, len(bodies) // 6):
        deadline = time.monotonic() + KILL_SECONDS
        while time.monotonic() < deadline and votes.count < min(target, len(bodies)) and _alive(workers):
            time.sleep(0.02)
        if not _alive(workers):
            break
        place.station.kill()
        kills += 1
        place.start()
    for worker in workers:
        worker.join(PATIENCE_SECONDS)
    return kills


def _alive(workers: list[threading.Thread]) -> bool:
    return any(worker.is_alive() for worker in workers)


def _vote(door: Door, wallet: str, body: Mapping[str, Any], votes: Votes) -> None:
    """Sends the same ballot until it is known what became of it."""
    is_repeated = False
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            answer = door.post("/governance/vote", body)
        except (OSError, http.client.HTTPException):
            door.close()
            is_repeated = True
            with votes.lock:
                votes.broken += 1
            time.sleep(0.05)
            continue
        with votes.lock:
            votes.statuses[f"{answer.status} {answer.error}"] += 1
            if answer.status == 201:
                votes.acknowledged[wallet] = answer.json
                return
            if answer.status == 409 and is_repeated:
                votes.there.add(wallet)
                return
            if answer.status != 503:
                votes.wrong.append(f"{answer.status} {answer.body[:80]!r}")
                return
        # It has not been written down, or may have been: the same ballot again tells.
        is_repeated = True
        time.sleep(0.2)
    with votes.lock:
        votes.wrong.append("no answer in time")


def _judge(
    bench: Bench,
    engine: Engine,
    place: Assembly,
    proposal: Proposal,
    bodies: Mapping[str, Mapping[str, Any]],
    weights: Mapping[str, int],
    votes: Votes,
) -> None:
    ballots = proposal.ballots()
    by_wallet = {one["wallet"]: one for one in ballots}
    lost = [wallet for wallet in bodies if wallet not in by_wallet]
    other = [
        wallet
        for wallet, told in votes.acknowledged.items()
        if wallet in by_wallet and {**told, "proposal": proposal.id} != {**by_wallet[wallet], "proposal": proposal.id}
    ]
    sequences = [one["sequence"] for one in ballots]
    bench.check(
        f"{place.name}{len(bodies)} acknowledged votes and {len(ballots)} ballots",
        "none lost, none twice, each as it was acknowledged, sequences without gaps",
        f"{len(lost)} lost, {len(ballots) - len(by_wallet)} twice, {len(other)} other; 0...{sequences[-1]}",
        not lost
        and not other
        and len(by_wallet) == len(ballots) == len(bodies)
        and sequences == list(range(len(bodies))),
    )
    rows = [(bodies[one["wallet"]]["choice"], weights[one["wallet"]]) for one in ballots]
    expected = counting.totals("basic", 3, rows)
    told = list(proposal.totals.values())
    bench.check(
        f"{place.name}totals",
        "the sums of the ballots, by the chain's own balances",
        f"{told}",
        told == expected
        and all(int(one["weight"]) == weights[one["wallet"]] for one in ballots)
        and int(proposal.view["cast_weight"]) == sum(expected),
    )
    proposal.end()
    view = proposal.wait("executed", "passed", seconds=60)
    ballots = proposal.ballots()
    texts = [counting.receipt_text(one) for one in ballots]
    root = counting.root([counting.leaf(text) for text in texts])
    bench.check(
        f"{place.name}the root over {len(ballots)} ballots",
        "recomputed here from what everybody can read",
        f"{root[:16]}..., told {str(view['ballots_root'])[:16]}...",
        root == view["ballots_root"],
    )
    sample = random.sample(ballots, SAMPLE)
    receipts = [proposal.receipt(one["wallet"]) for one in sample]
    proved = [
        counting.is_proved(one["receipt"], one["proof"], root, len(ballots))
        and one["receipt"] == texts[ballot["sequence"]]
        for one, ballot in zip(receipts, sample, strict=True)
    ]
    tampered = [
        counting.is_proved(changed, proof, root, leaves)
        for one in receipts
        for changed, proof, leaves in _tampered(one, len(ballots))
    ]
    bench.check(
        f"{place.name}{SAMPLE} receipts; and {len(tampered)} that were tampered with",
        "proved; not one",
        f"{sum(proved)}; {sum(tampered)}",
        all(proved) and not any(tampered),
    )
    told = [json.loads(row[0]) for row in engine.query(f"SELECT payload FROM event_log WHERE topic = '{CAST}'")]
    sequences = sorted(one["sequence"] for one in told if one["proposal"] == proposal.id)
    bench.check(
        f"{place.name}events of the ballots in the outbox",
        "one each",
        len(sequences),
        sequences == list(range(len(ballots))),
    )


def _tampered(told: Mapping[str, Any], leaves: int) -> list[tuple[str, Mapping[str, Any], int]]:
    text, proof = told["receipt"], told["proof"]
    weight = next(row for row in text.split("\n") if row.startswith("weight: "))
    path = list(proof["path"])
    flipped = f"{int(path[0][0], 16) ^ 1:x}{path[0][1:]}"
    return [
        (text.replace(weight, weight + "0"), proof, leaves),
        (
            text.replace("choice: yes", "choice: no")
            if "choice: yes" in text
            else text.replace("choice: ", "choice: x"),
            proof,
            leaves,
        ),
        (text, {**proof, "path": [flipped, *path[1:]]}, leaves),
        (text, {**proof, "index": (proof["index"] + 1) % leaves}, leaves),
        (text, {**proof, "path": path[:-1]}, leaves),
    ]
