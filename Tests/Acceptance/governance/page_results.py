"""What the page of a proposal shows once it is decided, and that of the treasury."""

from __future__ import annotations

import json
import re
from typing import Any

from browser_wallets import Kind, Program
from chains.wallets import SolanaWallet
from harness.waiting import wait_for
from page_steps import Desk, changes, drawn_as_counted, flat, mark, press, tokens
from page_voting import VOTE
from station import TOKEN


def show(desk: Desk) -> None:
    _closing(desk)
    _treasury(desk)


def _closing(desk: Desk) -> None:
    """A page that is open when the vote is decided; what stands there once the chain has it."""
    bench, place = desk.bench, desk.place
    voter, late = place.holders(2, tokens=75)
    proposal = place.propose(title="Decided while somebody looks")
    proposal.vote(voter, "no").expect(201)
    with desk.visit(Kind.INJECTED, program=Program(solana=late)) as sight:
        page = sight.page
        sight.open(f"/proposals/{proposal.id}")
        mark(sight)
        page.locator("#choices").get_by_label("no", exact=True).check()
        proposal.end()
        proposal.wait("passed", "executed", seconds=30)
        has, same = changes(
            sight, "the result", lambda: "It has passed" in page.locator("#proposal-state").inner_text()
        )
        shut = not page.get_by_role("button", name=VOTE).is_visible()
        bench.check(
            "decided while the page is open",
            "said by itself, without a reload",
            f"{has}, same page: {same}",
            has and same,
        )
        bench.check(
            "the form of a vote that is over",
            "gone by itself, as in a page that is loaded now",
            "gone" if shut else "still there",
            shut,
        )
        if not shut:
            sight.expected = {410}
            heard = press(sight, VOTE)
            bench.check(
                "a ballot that comes too late",
                "told that it is over",
                heard.text,
                bool(re.search("closed|over|ended", heard.text)),
            )
        sight.screenshot("proposal-decided-while-open")
    wait_for("the memo to land", 60, proposal.memos, every=0.2)
    with desk.visit() as sight:
        sight.open(f"/proposals/{proposal.id}")
        text = flat(sight.page.locator("main").inner_text())
        bench.check(
            "landed, and not final yet",
            "no transaction is shown as the chain's",
            proposal.view["chain_note"],
            "Transaction on the chain" not in text,
        )
    place.chain.advance(place.chain.finalized_behind)
    view: dict[str, Any] = wait_for(
        "on_chain", 30, lambda: one if (one := proposal.view)["on_chain"] else None, every=0.2
    )
    proposal.wait("executed", seconds=30)
    for scripts in (True, False):
        with desk.visit(scripts=scripts) as sight:
            sight.open(f"/proposals/{proposal.id}")
            text = flat(sight.page.locator("main").inner_text())
            wanted = {
                "what became of it": "carried out",
                "why": "It has passed: yes has more than it needs.",
                "the root": view["ballots_root"],
                "the transaction": view["chain_signature"],
                "the slot": "at slot",
                "the document's hash": proposal.hash,
                "the yes": tokens(proposal.totals["yes"]),
                "the no": f"{tokens(75 * TOKEN)} tokens",
            }
            lacking = [what for what, part in wanted.items() if part not in text]
            faults = drawn_as_counted(sight, proposal) if scripts else []
            still = sight.page.get_by_role("button", name=VOTE).count()
            bench.check(
                f"decided and on the chain, {'with' if scripts else 'without'} scripts",
                "result, reason, root, transaction, slot, as the interface has them; nothing to vote with",
                f"lacking: {lacking}, {faults}",
                not lacking and not faults and not still,
            )
    with desk.visit() as sight:
        sight.open(f"/proposals/{proposal.id}")
        sight.page.get_by_label("Receipt of the wallet").fill(voter.address)
        sight.page.get_by_role("button", name="Show the receipt").click()
        sight.page.wait_for_url("**/receipts/**")
        shown = json.loads(sight.page.locator("body").inner_text())
        bench.check(
            "the receipt once it is decided",
            "with its proof, under the root of the page",
            shown.get("root"),
            shown == proposal.receipt(voter.address) and shown["root"]["hash"] == view["ballots_root"],
        )


def _treasury(desk: Desk) -> None:
    control = desk.place.station.control()
    creator = SolanaWallet().address
    with desk.visit() as sight:
        empty = flat(sight.open("/treasury").locator("main").inner_text())
    rows = [
        {
            "amount": 1_234_567_890_123,
            "currency": "SOL",
            "creator": creator,
            "channel": "late",
            "cause": "invoice-7",
            "note": "<b>spring</b>",
        },
        {"amount": 5, "currency": "SOL", "creator": creator, "tip": True, "cause": "tip-1"},
        {"amount": 2_500_000, "currency": str(desk.place.mint.address), "creator": creator, "cause": "invoice-8"},
    ]
    for row in rows:
        control.call("treasury.enter", row)
    control.call(
        "treasury.withdraw",
        {"amount": 1_000_000_000, "currency": "SOL", "party": "dao", "cause": "studio", "note": "a microphone"},
    )
    told = desk.place.door.get("/governance/treasury").expect(200).json
    with desk.visit(scripts=False) as sight:
        page = sight.open("/treasury")
        page.get_by_text("By holder").click()
        text = page.locator("main").inner_text()
        lacking = []
        for one in (*told["balances"], *told["entries"]):
            amount = int(one["amount"])
            shown = ("-" if amount < 0 else "") + tokens(abs(amount), 9 if one["currency"] == "SOL" else 0)
            if not re.search(rf"(?<![\d,.]){re.escape(shown)}(?![\d,])", text):
                lacking.append(shown)
        counted = page.get_by_role("table", name="Movements").locator("tbody tr").count()
        sight.screenshot("treasury-without-scripts")
    desk.bench.check(
        "the treasury: empty, then three incomes and a payment",
        "every balance and movement of the interface, and the text of the notes",
        f"lacking {lacking}; {counted} of {len(told['entries'])} movements",
        "Nothing has come in yet" in empty
        and not lacking
        and counted == len(told["entries"]) > 4
        and "<b>spring</b>" in text
        and "a microphone" in text,
    )
