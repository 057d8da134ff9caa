"""What people do at the pages of proposals and wallets, and what the pages say then."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from browser_wallets import Kind, Manner, Program
from chains.wallets import Form
from door.client import Credential
from door.people import People, Person
from harness.bench import Bench
from harness.waiting import Late, wait_for
from pages.browser import Browsers, Sight
from station import Assembly, Proposal

#: What a page has to say for itself within this time.
PATIENCE_SECONDS = 20.0
#: The page of a proposal renews itself every 10 s, the list every 15 s.
RENEWAL_SECONDS = 30.0

#: What has to be said of each manner, so that somebody knows what has happened.
CHEATS = {
    Manner.REFUSES: r"reject|refus",
    Manner.SHUT: r"reject|refus",
    Manner.OTHER_KEY: r"signature .*(does not belong|is not that)",
    Manner.SWITCHES: r"signature .*(does not belong|is not that)|another (account|wallet)",
    Manner.EMPTY: r"[Ss]ignature",
}
#: What only programmers should ever read.
_NO_WORDS = r"undefined|\[object|TypeError|destructure|null"

#: Tells the same page from one that was loaded again.
_MARK = "window.isTheSame = true"


@dataclass(frozen=True)
class Said:
    """What a page says about a signature that was asked for."""

    status: str
    problems: dict[str, str]
    """By the place where they stand."""
    is_busy: bool

    @property
    def text(self) -> str:
        return " | ".join([self.status] * bool(self.status) + [f"{one}: {text}" for one, text in self.problems.items()])


class Desk:
    """A station with its pages, and the browsers that look at them."""

    def __init__(self, bench: Bench, place: Assembly) -> None:
        self.bench, self.place = bench, place
        self.browsers = Browsers(bench, place.station)
        self.complaints: list[str] = []
        """Of all browsers that were there, also requests to others that nobody has answered."""

    @contextmanager
    def visit(self, *kinds: Kind, program: Program | None = None, **more: Any) -> Iterator[Sight]:
        """A browser with such wallet programs, whose complaints are kept."""
        with self.browsers.sight(**more) as sight:
            foreign: list[str] = []
            ours = (sight.base, "data:", "blob:")
            sight.page.on(
                "request", lambda request: None if request.url.startswith(ours) else foreign.append(request.url)
            )
            if program is not None:
                program.put_into(sight, *kinds)
            try:
                yield sight
                stopped = sight.stopped() if more.get("scripts", True) else []
                self.complaints += sight.complaints.all + stopped
            finally:
                self.complaints += [f"asked {one}" for one in foreign]

    # Accounts

    def person(self) -> tuple[Person, Credential]:
        person = People(self.place.station).add("client")
        return person, person.log_in(self.place.door).credential

    def linked(self, who: Credential) -> list[str]:
        """An account's wallets, as programs see them."""
        return [one["address"] for one in self.place.door.get("/api/wallets", who).expect(200).json["wallets"]]


def log_in(sight: Sight, person: Person, path: str = "/wallets") -> str:
    """By the page, which is met on the way to another one; where that leads."""
    page = sight.open(path)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()
    return page.url.removeprefix(sight.base)


# The part of a page that has something signed

_SAID = """
(() => {
  const seen = (element) => element?.checkVisibility() && element.textContent.trim();
  const problems = {};
  for (const one of document.querySelectorAll("[id$='-problem']")) {
    if (seen(one)) problems[one.id.replace("-problem", "")] = one.textContent;
  }
  return {
    status: document.getElementById("signing-status")?.textContent ?? "",
    problems,
    isBusy: document.querySelector("form[aria-busy]") !== null,
  };
})()
"""


def said(sight: Sight) -> Said:
    seen: dict[str, Any] = sight.page.evaluate(_SAID)
    return Said(seen["status"], seen["problems"], seen["isBusy"])


def outcome(sight: Sight, seconds: float = PATIENCE_SECONDS) -> Said:
    """What is said in the end; what is said last where it has no end."""
    found: list[Said] = []

    def is_over() -> bool:
        found.append(said(sight))
        return not found[-1].is_busy and bool(found[-1].text)

    try:
        wait_for("an answer of the page", seconds, is_over, every=0.1)
    except Late:
        pass
    return found[-1]


def is_words(heard: Said) -> bool:
    return re.search(_NO_WORDS, heard.text) is None


def unclear(heard: dict[Manner, Said]) -> dict[str, str]:
    """What is said of programs that cheat, where it is not what somebody has to know."""
    return {
        manner.value: one.text or "nothing"
        for manner, one in heard.items()
        if one.status or not re.search(CHEATS[manner], one.text) or not is_words(one)
    }


def choose_program(sight: Sight, kind: Kind) -> list[str]:
    """The programs that the page offers, one of which is chosen if it is there."""
    offered = sight.page.locator("#program option").all_inner_texts()
    if kind.value in offered:
        sight.page.get_by_label("Wallet program").select_option(kind.value)
    return offered


def press(sight: Sight, name: str, seconds: float = PATIENCE_SECONDS) -> Said:
    sight.page.get_by_role("button", name=name, exact=True).click()
    return outcome(sight, seconds)


def text_by_hand(sight: Sight, address: str) -> str:
    """Asks the page for the text to sign with a wallet that it cannot reach."""
    page = sight.page
    if not page.locator("#by-hand").evaluate("(details) => details.open"):
        page.get_by_text("With another wallet, a device, or offline").click()
    page.get_by_label("Wallet address").fill(address)
    page.get_by_role("button", name="Show the text").click()
    sight.wait("the text to sign", "document.getElementById('signing-text').checkVisibility()")
    return str(page.locator("#signing-text").text_content())


def paste(sight: Sight, signature: str, form: Form = Form.PLAIN) -> Said:
    """By the keyboard, as somebody does who comes back with it."""
    page = sight.page
    if form is not Form.PLAIN:
        page.get_by_label("What was signed").select_option("offchain")
    page.locator("#signature").fill(signature)
    page.locator("#signature").press("Enter")
    return outcome(sight)


# Pages that change by themselves


def mark(sight: Sight) -> None:
    sight.page.evaluate(_MARK)


def changes(sight: Sight, what: str, look: Callable[[], Any]) -> tuple[bool, bool]:
    """Whether something comes about by itself, and whether that is still the same page."""
    try:
        wait_for(what, RENEWAL_SECONDS, look, every=0.25)
        has = True
    except Late:
        has = False
    return has, bool(sight.page.evaluate("window.isTheSame === true"))


@dataclass(frozen=True)
class Bar:
    """One line of a chart."""

    name: str
    figure: str
    share: float
    """How much of the bar is filled, as it is drawn."""


def bars(sight: Sight, part: str = "#count > ul.bars[aria-label]") -> list[Bar]:
    rows: list[dict[str, Any]] = sight.page.evaluate(
        """(part) => {
          const width = (row, name) => row.querySelector(name).getBoundingClientRect().width;
          return [...document.querySelectorAll(`${part} > li`)].map((row) => ({
            name: row.querySelector(".name").textContent, figure: row.querySelector(".figure").textContent,
            share: width(row, ".part") / width(row, ".whole"),
          }));
        }""",
        part,
    )
    return [Bar(row["name"], row["figure"], row["share"]) for row in rows]


def tokens(units: int, decimals: int = 6) -> str:
    """Base units as pages write them."""
    whole, rest = divmod(units, 10**decimals)
    fraction = f"{rest:0{decimals}d}".rstrip("0")
    return f"{whole:,}" + (f".{fraction}" if fraction else "")


def drawn_as_counted(sight: Sight, proposal: Proposal) -> list[str]:
    """What the bars of a basic vote say that is not what the interface says."""
    totals, shown = proposal.totals, bars(sight)
    both = totals["yes"] + totals["no"]
    faults = []
    for bar in shown:
        share = totals[bar.name] / both if both and bar.name != "abstain" else None
        if bar.figure.split(" ")[0] != tokens(totals[bar.name]):
            faults.append(f"{bar.name}: {bar.figure} and not {tokens(totals[bar.name])}")
        if share is not None and abs(bar.share - share) > 0.005:
            faults.append(f"{bar.name}: drawn as {bar.share:.3f} and not {share:.3f}")
    return faults if [bar.name for bar in shown] == list(totals) else [*faults, "not all options"]


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
