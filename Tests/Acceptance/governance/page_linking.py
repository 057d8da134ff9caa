"""Wallets at the page that links them: by programs of every manner, by hand, without scripts; and unlinking."""

from __future__ import annotations

import re

from browser_wallets import Kind, Manner, Program, by_hand
from chains.wallets import EthereumWallet, Form, SolanaWallet
from page_steps import CHEATS, Desk, Said, choose_program, flat, log_in, mark, paste, press, said, text_by_hand, unclear
from pages.browser import Sight

LINK, SEND = "Link my wallet", "Link the wallet"
#: A program that does not answer is waited for so long here.
HANG_SECONDS = 4.0


def show(desk: Desk) -> None:
    _by_programs(desk)
    for chain, kind in (("solana", Kind.INJECTED), ("ethereum", Kind.ETHEREUM)):
        _manners(desk, chain, kind)
    _announced(desk)
    _taken(desk)
    _by_hand(desk)
    _without_scripts(desk)
    _unlinking(desk)


def _choose_chain(sight: Sight, chain: str) -> None:
    sight.page.locator("#chain").select_option(chain)


def _link(sight: Sight, chain: str, kind: Kind, seconds: float = 20) -> Said:
    _choose_chain(sight, chain)
    choose_program(sight, kind)
    return press(sight, LINK, seconds)


def _by_programs(desk: Desk) -> None:
    person, who = desk.person()
    program, bench = Program(), desk.bench
    with desk.visit(Kind.INJECTED, Kind.STANDARD, Kind.ETHEREUM, program=program) as sight:
        landed = log_in(sight, person)
        bench.check("logged in by the page, on the way to the wallets", "at the wallets", landed, landed == "/wallets")
        offered = choose_program(sight, Kind.INJECTED)
        _choose_chain(sight, "ethereum")
        of_ethereum = choose_program(sight, Kind.ETHEREUM)
        bench.check(
            "the programs that are offered",
            "each once, by its name, of the chain that is chosen",
            f"{offered}; {of_ethereum}",
            sorted(offered) == ["Phantom", "Test Standard"] and of_ethereum == ["MetaMask"],
        )
        mark(sight)
        heard = {"solana": _link(sight, "solana", Kind.INJECTED), "ethereum": _link(sight, "ethereum", Kind.ETHEREUM)}
        program.solana, first = SolanaWallet(), program.solana
        program.form = Form.ENVELOPE_V0
        heard["a device behind a program of the Wallet Standard"] = _link(sight, "solana", Kind.STANDARD)
        wallets = [first.address, program.ethereum.address, program.solana.address]
        wrong = {
            what: one.text
            for (what, one), wallet in zip(heard.items(), wallets, strict=True)
            if one.problems or f"The wallet {wallet} is linked." not in one.status
        }
        bench.check(
            "linked by the button: Solana, Ethereum, a device", "said, with the wallet", wrong or "so", not wrong
        )
        # The page gets itself again behind what it says.
        listed = "document.getElementById('wallets').textContent"
        sight.wait("the list", f"{wallets!r}.every((wallet) => {listed}.includes(wallet))")
        same = sight.page.evaluate("window.isTheSame === true")
        bench.check(
            "the list on the page, and that of the interface",
            "all three, without a reload",
            f"{len(desk.linked(who))}, {'the same page' if same else 'loaded again'}",
            sorted(desk.linked(who)) == sorted(wallets) and same,
        )
        names = [text for text in program.texts if "Signing costs nothing and allows no payment." not in text]
        bench.check("what the programs were shown", "a text that says that it costs nothing", names or "so", not names)


def _manners(desk: Desk, chain: str, kind: Kind) -> None:
    """Programs that do not do what they should, one after the other on one page."""
    person, who = desk.person()
    program, bench = Program(), desk.bench
    heard: dict[Manner, Said] = {}
    with desk.visit(kind, program=program) as sight:
        sight.expected = {422}
        log_in(sight, person)
        for program.manner in CHEATS:
            heard[program.manner] = _link(sight, chain, kind)
            if program.manner is Manner.SWITCHES:
                sight.screenshot(f"wallets-{chain}-refused")
        wrong = unclear(heard)
        bench.check(
            f"programs of {chain} that refuse, sign with another key, change the account, give nothing",
            "each told in words; not linked",
            wrong or " / ".join(flat(one.text)[:60] for one in heard.values()),
            not wrong and not desk.linked(who),
        )
        program.manner = Manner.HANGS
        waiting = _link(sight, chain, kind, HANG_SECONDS)
        bench.check(
            f"a program of {chain} that never answers",
            "what is waited for is said; not linked",
            waiting.text,
            bool(re.search(r"wallet program", waiting.status)) and not desk.linked(who),
        )
        program.manner = Manner.HONEST
        again = _link(sight, chain, kind)
        bench.check(
            f"the same button again, now that the program of {chain} answers",
            "linked: nobody has to load the page again",
            again.text,
            "is linked" in again.status and len(desk.linked(who)) == 1,
        )


def _announced(desk: Desk) -> None:
    """Where several programs of Ethereum are installed, they announce themselves (EIP-6963)."""
    person, who = desk.person()
    program = Program()
    with desk.visit(Kind.ANNOUNCED, program=program) as sight:
        log_in(sight, person)
        _choose_chain(sight, "ethereum")
        offered = choose_program(sight, Kind.ANNOUNCED)
        heard = press(sight, LINK)
    desk.bench.check(
        "a program of Ethereum that only announces itself (EIP-6963)",
        "offered by its name, and links",
        f"{offered}: {flat(heard.text)[:80]}",
        offered == [Kind.ANNOUNCED.value] and desk.linked(who) == [program.ethereum.address],
    )


def _taken(desk: Desk) -> None:
    person, who = desk.person()
    _, other = desk.person()
    program = Program()
    desk.place.link(other, program.solana).expect(201)
    with desk.visit(Kind.INJECTED, program=program) as sight:
        sight.expected = {409}
        log_in(sight, person)
        heard = _link(sight, "solana", Kind.INJECTED)
    desk.bench.check(
        "a wallet that is somebody else's",
        "said; not linked",
        heard.text,
        bool(re.search(r"account|linked", heard.text)) and not heard.status and not desk.linked(who),
    )


def _by_hand(desk: Desk) -> None:
    """In a browser without any wallet program."""
    person, who = desk.person()
    bench = desk.bench
    wallets: list[SolanaWallet | EthereumWallet] = [SolanaWallet(), SolanaWallet(), EthereumWallet()]
    with desk.visit() as sight:
        sight.expected = {422}
        log_in(sight, person)
        lost = press(sight, LINK)
        is_open = sight.page.locator("#by-hand").evaluate("(details) => details.open")
        bench.check(
            "the button where there is no wallet program",
            "said, and what to do instead lies open",
            lost.text,
            "No wallet program was found" in lost.text and is_open,
        )
        sight.page.get_by_label("Wallet address").fill("0x12")
        strange = press(sight, "Show the text")
        bench.check("what is no address", "said beside the field", strange.text, list(strange.problems) == ["wallet"])
        heard = []
        for wallet, form in zip(wallets, (Form.PLAIN, Form.ENVELOPE_V0, Form.PLAIN), strict=True):
            _choose_chain(sight, "solana" if isinstance(wallet, SolanaWallet) else "ethereum")
            text = text_by_hand(sight, wallet.address)
            if form is Form.PLAIN and isinstance(wallet, SolanaWallet):
                wrong = paste(sight, by_hand(SolanaWallet(), text))
                kept = "Ask for a new text" in wrong.text and not desk.linked(who)
                bench.check("a pasted signature of another key", "said, and how to try again", wrong.text, kept)
                text = text_by_hand(sight, wallet.address)
            heard.append(paste(sight, by_hand(wallet, text, form), form))
        bench.check(
            "linked by pasted signatures: Solana, a device, Ethereum",
            "3 of 3",
            [one.text for one in heard if "is linked" not in one.status] or f"{len(desk.linked(who))} of 3",
            sorted(desk.linked(who)) == sorted(wallet.address for wallet in wallets),
        )
        text_by_hand(sight, EthereumWallet().address)
        empty = press(sight, SEND)
        bench.check(
            "sent without a signature", "said beside the field", empty.text, list(empty.problems) == ["signature"]
        )


def _without_scripts(desk: Desk) -> None:
    person, who = desk.person()
    wallet = SolanaWallet()
    desk.place.link(who, wallet).expect(201)
    with desk.visit(scripts=False) as sight:
        log_in(sight, person)
        page = sight.page
        text = flat(page.locator("main").inner_text())
        shown = page.get_by_role("button").all_inner_texts()
        sight.screenshot("wallets-without-scripts")
        page.get_by_role("button", name=f"Unlink the wallet {wallet.address}").click()
        after = flat(page.locator("main").inner_text())
    desk.bench.check(
        "without scripts",
        "the wallets, how a program links one, no button that does nothing, and unlinking",
        f"buttons {shown}; {after[:60]}",
        wallet.address in text
        and "POST /api/wallets/challenge" in text
        and shown == ["Log out", "Unlink"]
        and "no longer linked" in after
        and not desk.linked(who),
    )


def _unlinking(desk: Desk) -> None:
    person, who = desk.person()
    kept, gone = SolanaWallet(), EthereumWallet()
    for wallet in (kept, gone):
        desk.place.link(who, wallet).expect(201)
    with desk.visit() as sight:
        log_in(sight, person)
        page = sight.page
        page.get_by_role("button", name=f"Unlink the wallet {gone.address}").press("Enter")
        page.wait_for_selector("h1:has-text('Done')")
        told = flat(page.locator("main").inner_text())
        page.get_by_role("link", name=re.compile("your wallets")).press("Enter")
        page.wait_for_url("**/wallets")
        listed = page.locator("#wallets code").all_inner_texts()
        again = said(sight)
    desk.bench.check(
        "unlinked by its button",
        "done, and only the other one is listed, here and by the interface",
        f"{told[:50]}; {len(listed)} listed",
        "no longer linked" in told and listed == [kept.address] == desk.linked(who) and not again.text,
    )
