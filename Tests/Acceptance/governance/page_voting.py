"""Voting at the page of a proposal: by a wallet program, by hand, by the keyboard alone; and what it shows of it."""

from __future__ import annotations

import json
import re

from browser_wallets import Kind, Program, by_hand
from chains.wallets import Form, SolanaWallet
from harness.waiting import wait_for
from page_steps import (
    Desk,
    bars,
    changes,
    choose_program,
    drawn_as_counted,
    flat,
    mark,
    outcome,
    paste,
    press,
    text_by_hand,
)
from pages.browser import Sight
from station import Proposal

VOTE = "Vote with my wallet"


def show(desk: Desk) -> None:
    _basic(desk)
    _keyboard(desk)
    _by_hand(desk)
    _other_systems(desk)


def ballots(proposal: Proposal) -> dict[str, str]:
    """Who has voted how, by the interface."""
    return {one["wallet"]: one["choice"] for one in proposal.ballots()}


def _open(sight: Sight, proposal: Proposal) -> None:
    sight.open(f"/proposals/{proposal.id}")


def choose(sight: Sight, choice: str) -> None:
    sight.page.locator("#choices").get_by_label(choice, exact=True).check()


def _basic(desk: Desk) -> None:
    """Somebody without an account, whose wallet program votes; others vote meanwhile."""
    bench, place = desk.bench, desk.place
    mine, other, third = place.holders(3, tokens=1250)
    proposal = place.propose(title="By a wallet program")
    with desk.visit(Kind.STANDARD, Kind.INJECTED, program=Program(solana=mine)) as sight:
        page = sight.page
        _open(sight, proposal)
        before = page.locator("#count").inner_text()
        mark(sight)
        early = press(sight, VOTE)
        bench.check(
            "the button before anything is chosen",
            "said beside the choice",
            early.text,
            list(early.problems) == ["choice"],
        )
        choose(sight, "yes")
        choose_program(sight, Kind.INJECTED)
        heard = press(sight, VOTE)
        bench.check(
            "yes by the wallet program, without any account",
            "the ballot's number and weight; counted",
            f"{heard.text}; {ballots(proposal)}",
            "number 1," in heard.status
            and "1,250 tokens" in heard.status
            and ballots(proposal) == {mine.address: "yes"},
        )
        _receipt(desk, sight, proposal, mine)
        shown = wait_for(
            "the own ballot in the totals", 30, lambda: not drawn_as_counted(sight, proposal) or None, every=0.25
        )
        bench.check(
            "totals before and after", "0, then one's own", flat(before)[:60], "no ballots yet" in before and shown
        )
        for wallet, choice in ((other, "no"), (third, "abstain")):
            proposal.vote(wallet, choice).expect(201)
            has, same = changes(sight, "the other ballot", lambda: not drawn_as_counted(sight, proposal))
            drawn = [f"{bar.name} {bar.figure}, {bar.share:.2f}" for bar in bars(sight)]
            bench.check(
                f"another wallet says {choice} by the interface",
                "figures and bars follow by themselves, as counted",
                f"{drawn}, same page: {same}",
                has and same,
            )
        sight.expected = {409}
        choose(sight, "no")
        again = press(sight, VOTE)
        sight.screenshot("proposal-second-vote")
        bench.check(
            "the same wallet once more, otherwise",
            "refused in words; the first one stands",
            again.text,
            "has voted on this proposal" in again.text
            and not again.status
            and ballots(proposal)[mine.address] == "yes",
        )
    with desk.visit(Kind.INJECTED, program=Program()) as sight:
        sight.expected = {403}
        _open(sight, proposal)
        choose(sight, "yes")
        none = press(sight, VOTE)
        bench.check(
            "a wallet that held nothing",
            "told why it has no weight",
            none.text,
            "held nothing of the token" in none.text,
        )


def _receipt(desk: Desk, sight: Sight, proposal: Proposal, wallet: SolanaWallet) -> None:
    page = sight.page
    told = proposal.receipt(wallet.address)
    with sight.context.expect_page() as opened:
        page.get_by_role("link", name="Its receipt").click(modifiers=["Control"])
    opened.value.wait_for_load_state()
    by_link = json.loads(opened.value.locator("body").inner_text())
    opened.value.close()
    other = sight.new_page()
    other.goto(page.url)
    other.get_by_label("Receipt of the wallet").fill(wallet.address)
    other.get_by_role("button", name="Show the receipt").click()
    other.wait_for_url("**/receipts/**")
    by_form = json.loads(other.locator("body").inner_text())
    other.close()
    desk.bench.check(
        "the receipt, by the link behind the ballot and by the form",
        "that of the interface, of this wallet and choice",
        flat(told["receipt"])[:60],
        by_link == by_form == told and wallet.address in told["receipt"] and "yes" in told["receipt"],
    )


_WHERE = """
(() => {
  const element = document.activeElement;
  const label = element.labels?.[0]?.textContent ?? element.textContent;
  return `${element.tagName.toLowerCase()} ${element.type ?? ""} ${label.trim().slice(0, 40)}`;
})()
"""


def _tab_to(sight: Sight, what: str, stops: int = 60) -> str:
    """Goes on by Tab until there; where it got to."""
    where = ""
    for _ in range(stops):
        sight.page.keyboard.press("Tab")
        where = str(sight.page.evaluate(_WHERE))
        if re.search(what, where):
            return where
    return f"never, last {where}"


def _keyboard(desk: Desk) -> None:
    """From the address bar to the counted ballot without a mouse; of a ranking, too."""
    (mine,) = desk.place.holders(1)
    program = Program(solana=mine)
    basic = desk.place.propose(title="By keyboard")
    ranked = desk.place.propose(title="Ranked by keyboard", system="ranked", options=["Ten", "Eleven", "Midnight"])
    with desk.visit(Kind.INJECTED, program=program) as sight:
        keyboard = sight.page.keyboard
        _open(sight, basic)
        way = [_tab_to(sight, "^input radio")]
        keyboard.press("ArrowDown")
        keyboard.press("Space")
        chosen = str(sight.page.evaluate(_WHERE))
        way.append(_tab_to(sight, "^button submit Vote"))
        keyboard.press("Enter")
        heard = outcome(sight)
        way.append(_tab_to(sight, "Its receipt"))
        desk.bench.check(
            "a vote by Tab, arrows, Space and Enter alone",
            "cast as chosen; on to the receipt",
            f"{way}, {chosen}: {heard.text[:60]}",
            ballots(basic).get(mine.address) == "no"
            and "number 1" in heard.status
            and not any("never" in one for one in way),
        )
        _open(sight, ranked)
        # The last two options are ranked; the second is moved up, and then the button is pressed.
        for name in ("Midnight", "Ten"):
            sight.page.locator("#content").focus()
            _tab_to(sight, "^button button Rank$")
            while name not in str(sight.page.evaluate("document.activeElement.getAttribute('aria-label')")):
                if "never" in _tab_to(sight, "^button button Rank$"):
                    break
            keyboard.press("Enter")
        spoken = str(sight.page.locator("#ranking-said").text_content())
        focus = str(sight.page.evaluate("document.activeElement.getAttribute('aria-label')"))
        keyboard.press("Enter")
        spoken_after = str(sight.page.locator("#ranking-said").text_content())
        sight.screenshot("proposal-ranking")
        _tab_to(sight, "^button submit Vote")
        keyboard.press("Enter")
        heard = outcome(sight)
        desk.bench.check(
            "a ranking by keyboard: two ranked, the second moved up",
            "told at each step; rank:0,2 as it was shown",
            f"{spoken} then {focus} {spoken_after}; {ballots(ranked)}",
            spoken == "Ten is 2 of 2."
            and focus == "Up: Ten"
            and spoken_after == "Ten is 1 of 2."
            and ballots(ranked) == {mine.address: "rank:0,2"}
            and "number 1" in heard.status,
        )
        has, _ = changes(sight, "the rounds", lambda: "Ten: 10" in flat(sight.page.locator("#count").inner_text()))
        desk.bench.check("the rounds of the ranked vote", "on the page, as counted", has, has)


def _by_hand(desk: Desk) -> None:
    mine, device = desk.place.holders(2)
    proposal = desk.place.propose(title="By hand")
    with desk.visit(width=390) as sight:
        sight.expected = {400, 422}
        _open(sight, proposal)
        choose(sight, "yes")
        text = text_by_hand(sight, mine.address)
        sight.screenshot("proposal-by-hand-390")
        names = all(part in text for part in (proposal.id, proposal.hash, mine.address, "Choice: yes", "costs nothing"))
        command = sight.page.locator("#command-solana").text_content() or ""
        desk.bench.check(
            "the text to sign, and the command that signs it",
            "names what is voted on, by whom and how",
            "so",
            names and text in command,
        )
        wrong = paste(sight, by_hand(SolanaWallet(), text))
        desk.bench.check(
            "a signature of another key",
            "told beside the field; no ballot",
            wrong.text,
            list(wrong.problems) == ["signature"] and not ballots(proposal),
        )
        # The text is of the choice that it was asked for.
        choose(sight, "no")
        hidden = not sight.page.locator("#signing").is_visible()
        text = text_by_hand(sight, mine.address)
        first = paste(sight, by_hand(mine, text))
        choose(sight, "yes")
        text = text_by_hand(sight, device.address)
        second = paste(sight, by_hand(device, text, Form.ENVELOPE_V0), Form.ENVELOPE_V0)
        desk.bench.check(
            "pasted: another choice takes the text away; then a wallet, and a device",
            "no and yes, as they were signed",
            f"hidden {hidden}; {first.text[:40]}; {second.text[:40]}",
            hidden and ballots(proposal) == {mine.address: "no", device.address: "yes"},
        )


def _other_systems(desk: Desk) -> None:
    """Approvals, parts and pairs by their forms."""
    options = ["Jazz", "House", "Silence"]
    (mine,) = desk.place.holders(1, tokens=100)
    cast: dict[str, str] = {}
    told: list[str] = []
    with desk.visit(Kind.INJECTED, program=Program(solana=mine)) as sight:
        page = sight.page
        for system in ("approval", "weighted", "quadratic", "copeland"):
            proposal = desk.place.propose(title=f"Music, {system}", system=system, options=options)
            _open(sight, proposal)
            if system == "approval":
                for name in ("Jazz", "Silence"):
                    choose(sight, name)
            elif system == "copeland":
                for name in ("House", "Jazz", "Silence"):
                    page.get_by_role("button", name=f"Rank: {name}", exact=True).click()
            else:
                page.get_by_label("Jazz", exact=True).fill("33.4")
                page.get_by_label("House", exact=True).fill("66,5")
                told.append(str(page.locator("#shares-sum").text_content()))
                told.append(press(sight, VOTE).text)
                page.get_by_label("House", exact=True).fill("66.6")
                told.append(str(page.locator("#shares-sum").text_content()))
            heard = press(sight, VOTE)
            cast[system] = ballots(proposal).get(mine.address, heard.text)
    wanted = {
        "approval": "approve:0,2",
        "weighted": "shares:0=3340,1=6660",
        "quadratic": "shares:0=3340,1=6660",
        "copeland": "rank:1,0,2",
    }
    desk.bench.check("voted by the forms of the other systems", "as chosen", cast, cast == wanted)
    desk.bench.check(
        "parts that do not make 100 %",
        "what is left is told, and refused; then that they do",
        told[:3],
        "0.10 % are left." in told[0]
        and "make 100 %, and make 99.90 %" in told[1]
        and told[2] == "That makes 100 %."
        and told[:3] == told[3:],
    )
