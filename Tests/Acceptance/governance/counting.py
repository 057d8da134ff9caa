"""Counting once more, slowly and from what everybody can read: receipts, the tree over them, and all six systems."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from math import isqrt
from typing import Any

# The tree, as RFC 6962 has it


def receipt_text(ballot: Mapping[str, Any], carried: int = 0, chain: str = "solana") -> str:
    """What is hashed for one ballot of the interface's list."""
    rows = [
        ("cryptocall-ballot-receipt", "1"),
        ("proposal", ballot["proposal"]),
        ("sequence", ballot["sequence"]),
        ("voter", ballot["wallet"]),
        ("chain", chain),
        ("choice", ballot["choice"]),
        ("weight", ballot["weight"]),
        ("carried", carried),
        ("text-sha256", ballot["text_hash"]),
        ("signature", ballot["signature"]),
    ]
    return "".join(f"{name}: {value}\n" for name, value in rows)


def leaf(text: str) -> bytes:
    return hashlib.sha256(b"\0" + text.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves: Sequence[bytes]) -> str:
    """By the standard's own recursion: left of the largest power of two below the count, right of the rest."""
    if not leaves:
        return hashlib.sha256(b"").hexdigest()
    return _root(leaves).hex()


def _root(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return _node(_root(leaves[:split]), _root(leaves[split:]))


def is_proved(text: str, proof: Mapping[str, Any], root_hash: str, leaves: int) -> bool:
    """The standard's check of an inclusion proof."""
    index, last = int(proof["index"]), int(proof["leaves"]) - 1
    if int(proof["leaves"]) != leaves or index > last or f"\nsequence: {index}\n" not in text:
        return False
    node = leaf(text)
    for step in map(bytes.fromhex, proof["path"]):
        if last == 0:
            return False
        if index % 2 == 1 or index == last:
            node = _node(step, node)
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            node = _node(node, step)
        index, last = index >> 1, last >> 1
    return last == 0 and node.hex() == root_hash


# Delegation


def carried(voters: set[str], weights: Mapping[str, int], delegates: Mapping[str, str]) -> dict[str, int]:
    """What each voter carries for others: everybody's chain is walked on its own."""
    found = dict.fromkeys(voters, 0)
    for holder, weight in weights.items():
        seen, place = {holder}, holder
        while place not in voters and place in delegates and delegates[place] not in seen:
            place = delegates[place]
            seen.add(place)
        if place in voters and place != holder:
            found[place] += weight
    return found


# The systems: ballots are pairs of a choice's text and its weight


Ballots = Sequence[tuple[str, int]]


def totals(system: str, options: int, ballots: Ballots) -> list[int]:
    if system == "basic":
        return [sum(weight for choice, weight in ballots if choice == word) for word in ("yes", "no", "abstain")]
    if system == "approval":
        return [sum(weight for choice, weight in ballots if option in _numbers(choice)) for option in range(options)]
    if system in ("weighted", "quadratic"):
        parts = [({int(o): int(s) for o, s in _pairs(choice)}, weight) for choice, weight in ballots]
        scaled = [[weight * shares.get(option, 0) for shares, weight in parts] for option in range(options)]
        return [sum(isqrt(one * 100) if system == "quadratic" else one for one in rows) for rows in scaled]
    if system == "ranked":
        return [sum(weight for choice, weight in ballots if _numbers(choice)[0] == o) for o in range(options)]
    return [sum(_contest(ballots, a, b) for b in range(options) if b != a) for a in range(options)]


def winner(system: str, options: int, ballots: Ballots) -> int | None:
    """The option at the top alone; nothing where several are."""
    if system == "ranked":
        return _run_off(options, ballots)
    sums = totals(system, options, ballots)[: 2 if system == "basic" else options]
    leaders = [option for option, total in enumerate(sums) if total == max(sums)]
    return leaders[0] if len(leaders) == 1 else None


def _numbers(choice: str) -> list[int]:
    return [int(one) for one in choice.split(":")[1].split(",")]


def _pairs(choice: str) -> list[list[str]]:
    return [one.split("=") for one in choice.split(":")[1].split(",")]


def _contest(ballots: Ballots, a: int, b: int) -> int:
    """2 for who wins a pair, 1 for each where it is even."""
    margin = 0
    for choice, weight in ballots:
        ranking = _numbers(choice)
        places = [ranking.index(one) if one in ranking else len(ranking) for one in (a, b)]
        margin += weight * ((places[0] < places[1]) - (places[0] > places[1]))
    return 2 if margin > 0 else 1 if margin == 0 else 0


def _run_off(options: int, ballots: Ballots) -> int | None:
    standing, history = list(range(options)), []
    while True:
        sums = dict.fromkeys(standing, 0)
        for choice, weight in ballots:
            best = next((one for one in _numbers(choice) if one in standing), None)
            if best is not None:
                sums[best] += weight
        history.insert(0, sums)
        top = max(standing, key=lambda one: sums[one])
        if 2 * sums[top] > sum(sums.values()):
            return top
        if len(standing) <= 2:
            return None
        # The weakest now; of equals the weakest before, and so on; then the last one in the list.
        standing.remove(min(standing, key=lambda one: ([past[one] for past in history], -one)))
