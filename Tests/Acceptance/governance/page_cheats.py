"""Voting by wallet programs that do not do what they should, and by people who think twice."""

from __future__ import annotations

from browser_wallets import Kind, Manner, Program
from page_steps import CHEATS, Desk, flat, is_words, outcome, press, unclear
from page_voting import VOTE, ballots, choose


def show(desk: Desk) -> None:
    _bad_programs(desk)
    _second_thoughts(desk)


def _bad_programs(desk: Desk) -> None:
    (mine,) = desk.place.holders(1)
    program = Program(solana=mine)
    proposal = desk.place.propose(title="By bad programs")
    with desk.visit(Kind.INJECTED, program=program) as sight:
        sight.expected = {400, 422}
        sight.open(f"/proposals/{proposal.id}")
        choose(sight, "abstain")
        heard = {}
        for program.manner in CHEATS:
            heard[program.manner] = press(sight, VOTE)
        wrong = unclear(heard)
        kept = sight.page.locator("#choices").get_by_label("abstain", exact=True).is_checked()
        desk.bench.check(
            "votes by programs that refuse, sign with another key, change the account, give nothing",
            "each told in words; no ballot; the choice stays",
            wrong or " / ".join(flat(one.text)[:70] for one in heard.values()),
            not wrong and kept and not ballots(proposal),
        )
        program.manner = Manner.HANGS
        waiting = press(sight, VOTE, 4)
        sight.screenshot("proposal-wallet-hangs")
        program.manner = Manner.HONEST
        again = press(sight, VOTE)
        desk.bench.check(
            "a program that never answers, and the button again when it does",
            "told what is waited for; then voted without loading the page again",
            f"{waiting.text} then {again.text}",
            "wallet program" in waiting.status and ballots(proposal) == {mine.address: "abstain"},
        )


def _second_thoughts(desk: Desk) -> None:
    """Somebody chooses something else while the wallet program still shows the first choice."""
    (mine,) = desk.place.holders(1)
    program = Program(solana=mine, manner=Manner.WAITS)
    proposal = desk.place.propose(title="Second thoughts")
    with desk.visit(Kind.INJECTED, program=program) as sight:
        sight.open(f"/proposals/{proposal.id}")
        choose(sight, "yes")
        press(sight, VOTE, 1)
        choose(sight, "no")
        program.let_answer(sight)
        heard = outcome(sight, 5)
        cast = ballots(proposal)
        desk.bench.check(
            "another choice while the wallet program asks about the first one",
            "no ballot of either, and nothing but words on the page",
            f"{heard.text or 'nothing'}; {cast or 'no ballot'}",
            not cast and not heard.is_busy and is_words(heard),
        )
        program.manner = Manner.HONEST
        again = press(sight, VOTE)
        desk.bench.check(
            "the button again", "votes as is chosen now", again.text, ballots(proposal) == {mine.address: "no"}
        )
