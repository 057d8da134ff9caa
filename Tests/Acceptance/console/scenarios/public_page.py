"""The page for everybody: complete without scripts, at every width, in light and dark, and light to load."""

from __future__ import annotations

from harness.bench import Bench
from harness.station import Station
from harness.waiting import wait_for
from pages.browser import SCHEMES, WIDTHS, Browsers
from pages.looks import accessibility_faults, is_too_wide, keyboard_faults, outline_faults

NAME = "public-page"
TITLE = "what is on the air: without scripts, at every width, by keyboard, light to load"

WEIGHT_BAR = 60_000


def run(bench: Bench) -> None:
    exchange = bench.exchange()
    station = bench.station(exchange=exchange)
    station.start()
    browsers = Browsers(bench, station)
    bench.check("the browser", "said", f"Chromium {browsers.version}", True)
    _without_scripts(bench, browsers)
    _looks(bench, browsers)
    _weight(bench, browsers)
    _missing(bench, browsers)
    _muted(bench, browsers, station)
    _paper(bench, browsers)


def _without_scripts(bench: Bench, browsers: Browsers) -> None:
    with browsers.sight(scripts=False) as sight:

        def spoken() -> str:
            sight.open("/")
            return sight.page.locator("#air-text p:not(.empty)").text_content() or "" if _has_words() else ""

        def _has_words() -> bool:
            return sight.page.locator("#air-text p:not(.empty)").count() > 0

        words = wait_for("the host's words on the page", 20, spoken)
        wait_for("prices on the page", 20, lambda: sight.open("/").locator("#prices tbody tr").count() == 3)
        text = sight.page.locator("main").inner_text()
        bench.check("without scripts: the host's words", "shown", words[:40] + "…", bool(words))
        bench.check(
            "without scripts: three prices with age and source",
            "shown",
            f"{text.count(' ago') + text.count(' now')} ages",
            sight.page.locator("#prices time").count() == 3 and text.count("binance") >= 3,
        )
        bench.check("voice", "off, and said so", "off", "voice is off" in text.lower())
        sight.screenshot("on-air-without-scripts")


def _looks(bench: Bench, browsers: Browsers) -> None:
    faults: list[str] = []
    for width in WIDTHS:
        for scheme in SCHEMES:
            with browsers.sight(width, scheme) as sight:
                sight.open("/")
                sight.screenshot(f"on-air-{width}-{scheme}")
                place = f"{width} px, {scheme}"
                faults += [f"{place}: {fault}" for fault in accessibility_faults(sight) + outline_faults(sight)]
                faults += [f"{place}: {fault}" for fault in keyboard_faults(sight)]
                faults += [f"{place}: {fault}" for fault in sight.complaints.all + sight.stopped()]
                if is_too_wide(sight):
                    faults.append(f"{place}: scrolls sideways")
    bench.check(
        "axe, outline, keyboard, width, console, content policy: at 3 widths, light and dark",
        "no faults",
        "; ".join(faults[:3]) or "no faults",
        not faults,
    )


def _weight(bench: Bench, browsers: Browsers) -> None:
    with browsers.sight() as sight:
        sizes: dict[str, int] = {}
        sight.page.on("response", lambda response: sizes.update({response.url: len(response.body())}))
        page = sight.page
        page.route("**/events?*", lambda route: route.abort())
        sight.open("/")
        page.wait_for_load_state("networkidle")
        blocking = page.evaluate(
            """performance.getEntriesByType("resource").filter((entry) => entry.renderBlockingStatus === "blocking")
               .map((entry) => new URL(entry.name).pathname)"""
        )
        total = sum(sizes.values())
        bench.at_most(f"weight of the page and its {len(sizes) - 1} files, uncompressed", total, WEIGHT_BAR, "bytes", 0)
        bench.check(
            "requests before the first paint", "one style sheet", f"{blocking}", len(blocking) == 1 and ".css" in blocking[0]
        )
    # A sight of its own: what stops requests on the way also keeps the browser's cache out.
    with browsers.sight() as sight:
        sight.open("/")
        page = sight.open("/?again")
        sent = page.evaluate(
            """performance.getEntriesByType("resource").filter((entry) => entry.name.includes("/static/"))
               .reduce((sum, entry) => sum + entry.transferSize, 0)"""
        )
        bench.check("bytes of files sent at the second visit", "0", sent, sent == 0)


def _missing(bench: Bench, browsers: Browsers) -> None:
    with browsers.sight(320) as sight:
        sight.expected = {404}
        page = sight.open("/no/such/page")
        title = page.locator("h1").inner_text()
        faults = accessibility_faults(sight) + outline_faults(sight) + sight.complaints.all
        page.get_by_text("To what is on the air").click()
        page.wait_for_url("**/")
        bench.check("a page that does not exist", "says so and leads back", title, title == "Not found" and not faults)


def _muted(bench: Bench, browsers: Browsers, station: Station) -> None:
    station.control().call("air.mute", {"reason": "a test"})
    with browsers.sight() as sight:
        text = sight.open("/").locator("main").inner_text()
        sight.screenshot("on-air-muted")
    station.control().call("air.unmute")
    bench.check(
        "a station whose output is stopped", "says so", "muted", "muted" in text and "An operator has stopped" in text
    )


def _paper(bench: Bench, browsers: Browsers) -> None:
    with browsers.sight(768) as sight:
        page = sight.open("/")
        page.emulate_media(media="print")
        hidden = not page.locator("nav").is_visible() and not page.locator("#contact").is_visible()
        sight.screenshot("on-air-print")
        bench.check("on paper", "words and prices, no navigation", hidden, hidden and page.locator("#prices").is_visible())
