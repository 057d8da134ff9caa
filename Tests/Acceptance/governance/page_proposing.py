"""Proposing by the form, well and badly; the list; texts that mean harm."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from typing import Any

from chains.wallets import EthereumWallet, SolanaWallet
from door.client import Credential
from door.people import Person
from page_steps import Desk, changes, flat, log_in, mark
from pages.browser import Sight
from station import TOKEN, Proposal

#: Texts that somebody may write and that must stay texts.
MARKUP = "<img src=x onerror=\"document.title='harm'\"><script>document.title='harm'</script>"
#: Of 200 letters without a place to break, which has pushed other pages out of shape.
LONG = "W" * 200
RIGHT_TO_LEFT = "הצעה: להוסיף שעה של מוזיקה בלילה – مقترح إضافة ساعة من الموسيقى 🌙"
EMOJI = "👩🏽‍🚀🏳️‍🌈 more night music 🎷🎷🎷"
HOSTILE_TITLES = (MARKUP, LONG, RIGHT_TO_LEFT, EMOJI, "&lt;b&gt; &amp; 'quotes' \"and\" `more`")
HOSTILE_OPTIONS = ["<b onclick=alert(1)>x</b>", "X" * 80, "חצי שעה", "🎷" * 20]


@dataclass(frozen=True)
class Draft:
    """What is typed into the form."""

    title: str
    description: str = 'One line.\nAnother <b>line</b>, with "quotes".'
    system: str = "basic"
    options: str = ""
    days: str = "3"

    def type_into(self, sight: Sight) -> None:
        page = sight.page
        page.locator("[name=title]").fill(self.title)
        page.locator("[name=description]").fill(self.description)
        page.locator("[name=system]").select_option(self.system)
        page.locator("[name=options]").fill(self.options)
        page.locator("[name=days]").fill(self.days)

    def send(self, sight: Sight) -> None:
        with sight.page.expect_navigation():
            sight.page.get_by_role("button", name="Propose it").click()


def typed(sight: Sight) -> Draft:
    return Draft(**{name: sight.page.locator(f"[name={name}]").input_value() for name in Draft.__annotations__})


def show(desk: Desk) -> None:
    person, who = desk.person()
    holder = SolanaWallet()
    desk.place.grant({holder: 100 * TOKEN})
    _nobody(desk, person)
    desk.place.link(who, holder).expect(201)
    with desk.visit() as sight:
        log_in(sight, person, "/login?next=/proposals")
        _valid(desk, sight, holder)
        _invalid(desk, sight)
        _list(desk, sight)
    with desk.visit(scripts=False) as sight:
        log_in(sight, person, "/login?next=/proposals")
        _without_scripts(desk, sight)
    _poor(desk)
    hostile(desk, who)


def _nobody(desk: Desk, person: Person) -> None:
    with desk.visit() as sight:
        page = sight.open("/proposals")
        stranger = flat(page.locator("main").inner_text())
        page.get_by_role("link", name="Log in to propose").click()
        page.get_by_label("Email").fill(person.email)
        page.get_by_label("Password").fill(person.password)
        with page.expect_navigation():
            page.get_by_role("button", name="Log in").click()
        bare = flat(page.locator("main").inner_text())
        forms = page.get_by_role("button", name="Propose it").count()
        page.get_by_role("link", name="Link one first").click()
        page.wait_for_url("**/wallets")
        way = page.url.removeprefix(sight.base)
    desk.bench.check(
        "who cannot propose: a stranger, and somebody without a wallet",
        "told what it takes, and led there",
        f"{'Log in to propose' in stranger}, {'No wallet of Solana is linked' in bare}, {way}",
        "needs an account with a linked wallet" in stranger
        and "No wallet of Solana is linked" in bare
        and forms == 0
        and way == "/wallets",
    )


def _valid(desk: Desk, sight: Sight, holder: SolanaWallet) -> None:
    drafts = [
        Draft("More night music"),
        Draft("Which hour", system="ranked", options="Ten\n\n  Eleven  \nMidnight", days="1"),
    ]
    faults: list[str] = []
    for draft in drafts:
        page = sight.open("/proposals")
        draft.type_into(sight)
        draft.send(sight)
        path = page.url.removeprefix(sight.base)
        if not re.fullmatch(r"/proposals/[0-9a-f-]{36}", path):
            faults.append(f"{draft.title}: led to {path}, {flat(page.locator('main').inner_text())[:200]}")
            continue
        view = desk.place.door.get(f"/governance/proposal/{path.rsplit('/', 1)[1]}").expect(200).json
        wanted = ["Ten", "Eleven", "Midnight"] if draft.options else ["yes", "no", "abstain"]
        if (view["title"], view["description"], view["system"]) != (draft.title, draft.description, draft.system):
            faults.append(f"{draft.title}: {view['title']}, {view['description']!r}, {view['system']}")
        if view["options"] != wanted or view["creator"] != holder.address:
            faults.append(f"{draft.title}: {view['options']} by {view['creator']}")
        text = page.locator("main").inner_text()
        if page.locator("h1").inner_text() != draft.title or draft.description not in text:
            faults.append(f"{draft.title}: the page shows something else")
    desk.bench.check(
        "proposed by the form: a basic one and a ranked one",
        "led to its page; as it was typed, here and by the interface",
        faults or "so",
        not faults,
    )


#: Beside which field what is told; what is read when the keyboard is in the field.
_BESIDE = """
(name) => {
  const field = document.querySelector(`main [name=${name}]`);
  const ids = (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  const notes = ids.map((id) => document.getElementById(id)).filter((note) => note?.checkVisibility());
  const faults = notes.filter((note) => note.classList.contains("error"));
  const distance = (note) => note.getBoundingClientRect().top - field.getBoundingClientRect().bottom;
  return {
    isInvalid: field.getAttribute("aria-invalid") === "true",
    text: faults.map((note) => note.textContent).join(" "),
    isNear: faults.some((note) => Math.abs(distance(note)) < 80),
    hasFocus: document.activeElement === field,
  };
}
"""


def _invalid(desk: Desk, sight: Sight) -> None:
    good = Draft("Good as it is", system="approval", options="one\ntwo")
    bad: dict[str, tuple[str, Draft]] = {
        "a title of 400 bytes": ("title", replace(good, title="🎷" * 100)),
        "a title that turns the writing": ("title", replace(good, title="right \u202eleft")),
        "one option": ("options", replace(good, options="alone")),
        "the same option twice": ("options", replace(good, options="one\none")),
        "an option of 100 bytes": ("options", replace(good, options="one\n" + "x" * 100)),
        "no days": ("days", replace(good, days="0")),
        "too many days": ("days", replace(good, days="4000")),
    }
    lost, apart = [], []
    sight.expected = {422, 400, 403, 409}
    for what, (name, draft) in bad.items():
        page = sight.open("/proposals")
        # What the browser itself would not send.
        page.locator("form:has([name=title])").evaluate("(form) => { form.noValidate = true; }")
        draft.type_into(sight)
        draft.send(sight)
        told = page.locator("[role=alert]").all_inner_texts()
        # What would turn the writing is shown as a sign of its own.
        if typed(sight) != replace(draft, title=draft.title.replace("\u202e", "\ufffd")) or not page.url.endswith(
            "/proposals"
        ):
            lost.append(what)
        if not re.search(name, " ".join(told)):
            apart.append(f"{what}: not told ({told})")
            continue
        beside: dict[str, Any] = page.evaluate(_BESIDE, name)
        if not (beside["isInvalid"] and beside["text"] and beside["isNear"] and beside["hasFocus"]):
            apart.append(f"{what}: {beside}")
        if what == "one option":
            sight.screenshot("proposals-refused")
    bench = desk.bench
    bench.check(f"proposals that are none ({len(bad)}): what was typed", "is all kept", lost or "kept", not lost)
    bench.check(
        "proposals that are none: the fault",
        "told in words beside the field, which is marked and has the keyboard",
        "; ".join(apart)[:300] or "so",
        not apart,
    )
    page = sight.open("/proposals")
    with page.expect_navigation():
        replace(good, title="More night music", system="basic", options="").type_into(sight)
        page.get_by_role("button", name="Propose it").click()
    taken = flat(" ".join(page.locator("[role=alert]").all_inner_texts()))
    kept = typed(sight).title == "More night music"
    bench.check("a title that is being voted on", "said, and kept", taken, "title" in taken and kept)
    sight.expected = set()


def _list(desk: Desk, sight: Sight) -> None:
    page = sight.open("/proposals")
    mark(sight)
    title = f"By a program {secrets.token_hex(4)}"
    proposal = desk.place.propose(title=title)
    has, same = changes(sight, "the new one in the list", lambda: title in page.locator("#proposals").inner_text())
    desk.bench.check(
        "a proposal that comes by a program", "in the list by itself", f"{has}, same page: {same}", has and same
    )
    titles = page.locator("#proposals tbody th a").all_inner_texts()
    told = [one["title"] for one in desk.place.door.get("/governance/proposals?limit=20").expect(200).json["proposals"]]
    desk.bench.check(
        "the list", "that of the interface, the newest first", f"{len(titles)} rows", titles == told and len(titles) > 2
    )
    page.get_by_role("link", name=title).click()
    page.wait_for_url(f"**/proposals/{proposal.id}")
    desk.bench.check(
        "a line of the list", "leads to the proposal", page.locator("h1").inner_text(), page.title().startswith(title)
    )
    many = (
        [desk.place.propose(title=f"Filling {number}").id for number in range(21 - len(told))] if len(told) < 21 else []
    )
    page = sight.open("/proposals")
    page.get_by_role("link", name="Older proposals").click()
    page.wait_for_url("**before=**")
    older = page.locator("#proposals tbody th a").all_inner_texts()
    desk.bench.check(
        "older ones",
        "on the next page, and a way back",
        f"{older}, {len(many)} more",
        "More night music" in older and page.get_by_role("link", name="The newest").count() == 1,
    )


def _without_scripts(desk: Desk, sight: Sight) -> None:
    page = sight.page
    bad = Draft("No script", system="approval", options="alone", days="2")
    bad.type_into(sight)
    sight.expected = {422, 400}
    bad.send(sight)
    kept = typed(sight) == bad
    replace(bad, options="one\ntwo").type_into(sight)
    replace(bad, options="one\ntwo").send(sight)
    title, text = page.locator("h1").inner_text(), flat(page.locator("main").inner_text())
    desk.bench.check(
        "proposing without scripts, first badly",
        "what was typed is kept; then opened; the page says how to vote without scripts",
        f"{'kept' if kept else 'lost'}; {title}",
        kept and title == "No script" and "POST /governance/vote" in text and "Vote with my wallet" not in text,
    )
    sight.screenshot("proposal-without-scripts")


def _poor(desk: Desk) -> None:
    person, who = desk.person()
    poor, other = SolanaWallet(), SolanaWallet()
    desk.place.grant({poor: 100 * TOKEN - 1})
    for wallet in (poor, other, EthereumWallet()):
        desk.place.link(who, wallet).expect(201)
    draft = Draft("Not enough")
    with desk.visit() as sight:
        sight.expected = {403}
        log_in(sight, person, "/login?next=/proposals")
        offered = sight.page.locator("[name=wallet] option").all_inner_texts()
        sight.page.locator("[name=wallet]").select_option(poor.address)
        draft.type_into(sight)
        draft.send(sight)
        told = flat(" ".join(sight.page.locator("[role=alert]").all_inner_texts()))
        kept = typed(sight) == draft and sight.page.locator("[name=wallet]").input_value() == poor.address
    desk.bench.check(
        "somebody with two wallets of Solana and too few tokens",
        "chooses between the two; told how many it takes; what was typed is kept",
        f"{len(offered)} wallets; {told}",
        sorted(offered) == sorted([poor.address, other.address]) and "100 tokens" in told and kept,
    )


def hostile(desk: Desk, who: Credential) -> None:
    """Every text that may do harm, on the list and on a page of its own."""
    place = desk.place
    opened: list[Proposal] = [
        place.propose(who, title=title, description=f"{title}\n{MARKUP}") for title in HOSTILE_TITLES
    ]
    opened.append(place.propose(who, title="Options that mean harm", system="copeland", options=HOSTILE_OPTIONS))
    faults: list[str] = []
    with desk.visit(width=390) as sight:
        for path in ("/proposals", *(f"/proposals/{one.id}" for one in opened)):
            page = sight.open(path)
            made = page.evaluate(
                "document.querySelectorAll('main img, main b, main script, main [onclick], main [onerror]').length"
            )
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if made or wide > 0 or page.title() == "harm" or sight.stopped():
                faults.append(f"{path}: {made} elements, {wide} px too wide, {page.title()}, {sight.stopped()}")
        titles = sight.open("/proposals").locator("#proposals tbody th a").all_inner_texts()
        faults += [f"not as it was written: {one[:30]}" for one in HOSTILE_TITLES if flat(one) not in map(flat, titles)]
        sight.screenshot("proposals-hostile-390")
        labels = sight.open(f"/proposals/{opened[-1].id}").locator("#unranked li > span:first-child").all_inner_texts()
        faults += [] if labels == HOSTILE_OPTIONS else [f"options: {labels}"]
        sight.screenshot("proposal-hostile-390")
    desk.bench.check(
        "titles and options with markup, 200 letters, other directions, emoji, at 390 px",
        "shown as they were written; nothing runs, nothing is too wide",
        "; ".join(faults)[:300] or "so",
        not faults,
    )
