"""How the pages look: on a telephone and at a desk, in light and dark, and for the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chains.wallets import EthereumWallet, SolanaWallet
from harness.waiting import wait_for
from page_linking import LINK
from page_proposing import HOSTILE_OPTIONS, HOSTILE_TITLES, Draft
from page_steps import Desk, log_in, press, text_by_hand
from pages.browser import SCHEMES, Sight
from pages.looks import accessibility_faults, is_too_wide, keyboard_faults, outline_faults
from station import TOKEN, Proposal

WIDTHS = (390, 1280)


def _nothing(sight: Sight) -> None:
    pass


@dataclass(frozen=True)
class View:
    """A page as somebody meets it."""

    name: str
    path: str
    has_account: bool = False
    act: Callable[[Sight], Any] = _nothing
    """What is done before it is looked at."""
    expected: frozenset[int] = frozenset()


def show(desk: Desk) -> None:
    person, who = desk.person()
    holder = SolanaWallet()
    desk.place.grant({holder: 5000 * TOKEN})
    for wallet in (holder, SolanaWallet(), EthereumWallet()):
        desk.place.link(who, wallet).expect(201)
    with desk.visit() as sight:
        log_in(sight, person)
        state = sight.context.storage_state()
    _reading_order(desk)
    for view in _views(desk, holder):
        faults: list[str] = []
        for width in WIDTHS:
            for scheme in SCHEMES:
                kept = state if view.has_account else None
                with desk.visit(width=width, scheme=scheme, state=kept) as sight:
                    sight.expected = set(view.expected)
                    sight.open(view.path)
                    view.act(sight)
                    sight.screenshot(f"{view.name}-{width}-{scheme}")
                    found = accessibility_faults(sight) + outline_faults(sight) + _nameless(sight)
                    found += _covered(sight)
                    found += ["scrolls sideways"] if is_too_wide(sight) else []
                    # The colours change nothing about where the keyboard goes.
                    found += _keyboard_faults(sight) if scheme == "light" else []
                    faults += [f"{width} px, {scheme}: {fault}" for fault in found]
        desk.bench.check(
            f"{view.name} at {WIDTHS[0]} and {WIDTHS[1]} px, light and dark",
            "axe (contrast, labels), outline, keyboard, width: no faults",
            "; ".join(faults[:4])[:400] or "no faults",
            not faults,
        )


def _reading_order(desk: Desk) -> None:
    """An option that is written from the right must not carry the figures behind it away."""
    (voter,) = desk.place.holders(1)
    option = HOSTILE_OPTIONS[2]
    proposal = desk.place.propose(title=f"{HOSTILE_TITLES[2]} (1)", system="approval", options=[option, "other"])
    proposal.vote(voter, "approve:0").expect(201)
    with desk.visit() as sight:
        sight.open(f"/proposals/{proposal.id}")
        places: dict[str, float] = sight.page.evaluate(
            """(option) => {
              const lead = document.querySelector("#count .lead");
              const walker = document.createTreeWalker(lead, NodeFilter.SHOW_TEXT);
              const places = {};
              const find = (node, name, text) => {
                const at = node.data.indexOf(text);
                if (at < 0) return;
                const range = document.createRange();
                range.setStart(node, at);
                range.setEnd(node, at + text.length);
                places[name] = range.getBoundingClientRect().left;
              };
              while (walker.nextNode()) {
                find(walker.currentNode, "option", option);
                find(walker.currentNode, "figure", "100");
                find(walker.currentNode, "sign", "%");
              }
              return places;
            }""",
            option,
        )
    desk.bench.check(
        "an option that is written from the right, and the figure behind it",
        "option, figure, sign, from left to right",
        {name: round(place) for name, place in places.items()},
        places["option"] < places["figure"] < places["sign"],
    )


def _keyboard_faults(sight: Sight) -> list[str]:
    """As of every page; but choices of which one is taken are one stop, as browsers have it."""
    found = keyboard_faults(sight)
    walked: dict[str, Any] = sight.page.evaluate(
        """(() => {
          const all = [...document.querySelectorAll("[data-walked]")];
          const first = (one) => document.querySelector(`input[name="${one.name}"]`);
          const stops = all.filter((one) => one.type !== "radio" || one === first(one));
          return { count: all.length, stops: stops.map((one) => Number(one.dataset.walked)) };
        })()"""
    )
    return [fault for fault in found if fault != f"reached {walked['stops']} of {walked['count']}"]


def _covered(sight: Sight) -> list[str]:
    """Names of cells, which stand before them on a narrow screen, that need more room than they have there."""
    found: list[str] = sight.page.evaluate(
        """[...document.querySelectorAll("td[data-label]")].filter((cell) => {
          const name = getComputedStyle(cell, "::before");
          if (name.content === "none" || name.position !== "absolute" || !cell.checkVisibility()) return false;
          return parseFloat(name.width) > parseFloat(getComputedStyle(cell).paddingInlineStart);
        }).map((cell) => `lies over its cell: ${cell.dataset.label}`)"""
    )
    return sorted(set(found))


def _nameless(sight: Sight) -> list[str]:
    """Fields that nobody can tell apart who does not see them."""
    found: list[str] = sight.page.evaluate(
        """[...document.querySelectorAll("main :is(input:not([type=hidden]), select, textarea)")]
             .filter((field) => !field.getAttribute("aria-label"))
             .filter((field) => ![...field.labels].some((label) => label.textContent.trim()))
             .map((field) => `without a label: ${field.outerHTML.slice(0, 80)}`)"""
    )
    return found


def _views(desk: Desk, holder: SolanaWallet) -> list[View]:
    place = desk.place
    income = {
        "amount": 1_234_567_890_123,
        "currency": "SOL",
        "creator": holder.address,
        "channel": "late",
        "cause": "looks-1",
    }
    place.station.control().call("treasury.enter", {**income, "note": "the first half of what the spring brought"})

    def bad(sight: Sight) -> None:
        _propose_badly(sight, holder)

    voters = place.holders(6, tokens=1_234_567)
    basic = place.propose(title="Shall the station play an hour of music every night?", description=_DESCRIPTION)
    ranked = place.propose(
        title="Which hour shall be without words?", system="ranked", options=["Ten", "Eleven", "Midnight", "One"]
    )
    pairs = place.propose(title=f"{HOSTILE_TITLES[2]} (2)", system="copeland", options=HOSTILE_OPTIONS)
    parts = place.propose(
        title=f"{HOSTILE_TITLES[0]} (2)", system="weighted", options=["Studio", "Music", HOSTILE_OPTIONS[0]]
    )
    several = place.propose(title=f"{HOSTILE_TITLES[3]} (2)", system="approval", options=HOSTILE_OPTIONS)
    for voter, choice in zip(voters, ("yes", "yes", "yes", "no", "abstain"), strict=False):
        basic.vote(voter, choice).expect(201)
    for proposal, choices in (
        (ranked, ("rank:0,1", "rank:0", "rank:1,0", "rank:2,1", "rank:3,2", "rank:1")),
        (pairs, ("rank:0,1,2,3", "rank:1,0", "rank:3,2", "rank:2,3")),
        (parts, ("shares:0=6000,1=4000", "shares:2=10000")),
        (several, ("approve:0,3", "approve:1", "approve:0")),
    ):
        for voter, choice in zip(voters, choices, strict=False):
            proposal.vote(voter, choice).expect(201)
    return [
        View("proposals-stranger", "/proposals"),
        View("proposals", "/proposals", has_account=True),
        View("proposals-refused", "/proposals", has_account=True, act=bad, expected=frozenset({400, 422})),
        View("proposal-basic", f"/proposals/{basic.id}"),
        View("proposal-basic-by-hand", f"/proposals/{basic.id}", act=_sign_by_hand),
        View("proposal-ranked", f"/proposals/{ranked.id}", act=_rank),
        View("proposal-copeland", f"/proposals/{pairs.id}"),
        View("proposal-weighted", f"/proposals/{parts.id}", act=lambda sight: press(sight, "Vote with my wallet")),
        View("proposal-approval", f"/proposals/{several.id}"),
        View("proposal-decided", f"/proposals/{_decided(desk).id}"),
        View("treasury", "/treasury", act=lambda sight: sight.page.locator("#holders > summary").click()),
        View("wallets", "/wallets", has_account=True),
        View("wallets-no-program", "/wallets", has_account=True, act=lambda sight: press(sight, LINK)),
    ]


_DESCRIPTION = """From ten in the evening on, without any words between the pieces.

It costs nothing but the host's sleep:
  – an hour of jazz on weekdays
  – an hour of house at weekends

The list of pieces stands at https://example.org/a/very/long/address/that/does/not/end/anywhere/soon?so=on."""


def _propose_badly(sight: Sight, holder: SolanaWallet) -> None:
    sight.page.locator("[name=wallet]").select_option(holder.address)
    Draft("Music 🎷", system="approval", options="alone", days="7").type_into(sight)
    with sight.page.expect_navigation():
        sight.page.get_by_role("button", name="Propose it").click()


def _sign_by_hand(sight: Sight) -> None:
    sight.page.locator("#choices").get_by_label("yes", exact=True).check()
    text_by_hand(sight, SolanaWallet().address)
    sight.page.locator("#command-of-solana > summary").click()


def _rank(sight: Sight) -> None:
    for name in ("Eleven", "Ten"):
        sight.page.get_by_role("button", name=f"Rank: {name}", exact=True).click()


def _decided(desk: Desk) -> Proposal:
    """On the chain, and carried out."""
    place = desk.place
    proposal = place.propose(title="Let the whale decide")
    proposal.end()
    wait_for("the memo to land", 60, proposal.memos, every=0.2)
    place.chain.advance(place.chain.finalized_behind)
    wait_for("on_chain", 30, lambda: proposal.view["on_chain"] or None, every=0.2)
    proposal.wait("executed", seconds=30)
    return proposal
