"""Every page, for whoever may see the most, at every width and in both schemes."""

from __future__ import annotations

from harness.bench import Bench
from pages.browser import SCHEMES, WIDTHS, Browsers, slug
from pages.looks import accessibility_faults, is_too_wide, keyboard_faults, outline_faults
from pages.people import Person

NAME = "every-page"
TITLE = "axe, outline, keyboard, width, console and content policy on every page, light and dark"

PATHS = (
    "/", "/listen", "/markets", "/news", "/proposals", "/treasury", "/wallets", "/providers", "/login", "/account", "/operations",
    "/operations/audit", "/operations/logs",
)


def run(bench: Bench) -> None:
    station = bench.station(exchange=bench.exchange())
    station.start()
    browsers = Browsers(bench, station)
    admin = Person(station, "admin")
    with browsers.sight() as sight:
        admin.log_in(sight)
        sight.open("/account").get_by_label("Name, such as").fill("a program with quite a long name of its own")
        sight.page.keyboard.press("Enter")
        sight.page.wait_for_selector("#key")
        state = sight.context.storage_state()
    for path in PATHS:
        faults: list[str] = []
        for width in WIDTHS:
            for scheme in SCHEMES:
                # Whoever logs in is nobody yet.
                with browsers.sight(width, scheme, state=None if path == "/login" else state) as sight:
                    sight.open(path)
                    sight.screenshot(f"{slug(path)}-{width}-{scheme}")
                    found = accessibility_faults(sight) + outline_faults(sight) + keyboard_faults(sight)
                    found += sight.complaints.all + sight.stopped() + (["scrolls sideways"] if is_too_wide(sight) else [])
                    faults += [f"{width} px, {scheme}: {fault}" for fault in found]
        bench.check(f"{path} at 3 widths, light and dark", "no faults", "; ".join(faults[:3]) or "no faults", not faults)
    with browsers.sight(320, state=state) as sight:
        sight.open("/operations")
        sight.page.keyboard.press("Tab")
        skip = sight.page.evaluate("document.activeElement.textContent")
        sight.page.keyboard.press("Enter")
        place = sight.page.evaluate("document.activeElement.id")
        bench.check("the first Tab and Enter", "skip to the content", f"{skip} → {place}", place == "content")
