"""Words and prices come by themselves; when the line breaks, the page says so, asks on, and recovers."""

from __future__ import annotations

from harness.bench import Bench
from pages.browser import Browsers, Sight

NAME = "live"
TITLE = "words and prices by themselves, and an honest word when the line is broken"

_WORDS = "document.getElementById('air-text').textContent"
_CONTACT = "document.getElementById('contact').textContent"
#: Longer than the time between two segments, and than the page's own patience.
SECONDS = 45


def run(bench: Bench) -> None:
    exchange = bench.exchange()
    station = bench.station({"host.segment_seconds": 5}, exchange=exchange)
    station.start()
    browsers = Browsers(bench, station)

    with browsers.sight() as sight:
        sight.open("/")
        sight.wait("the line to the station", f"{_CONTACT} === 'Live'", SECONDS)
        bench.check("the line to the station", "live", sight.page.evaluate(_CONTACT), True)
        words = sight.page.evaluate(_WORDS)
        _wait_for_others(sight, words)
        bench.check("new words", "without a reload", "yes", True)
        moved = sight.page.evaluate("document.querySelector('#said li p')?.textContent")
        bench.check("what was said before", "moves down", (moved or "")[:40] + "…", bool(moved))
        reads = sight.page.locator("#air-text").get_attribute("aria-live")
        bench.check("new words are read aloud, ages are not", "polite, words only", reads, reads == "polite")
        age = "document.querySelector('#prices .age').textContent"
        before = sight.page.evaluate(age)
        sight.wait("another age", f"{age} !== {before!r}")
        bench.check("ages", "count on", f"{before.strip()} → {sight.page.evaluate(age).strip()}", True)
        complaints = sight.complaints.all + sight.stopped()
        bench.check("console and content policy", "no complaints", "; ".join(complaints[:3]) or "none", not complaints)
        sight.screenshot("on-air-live")

        # What the browser says of a station that is not there is no fault of the page.
        station.kill()
        sight.wait("the page tells that nobody answers", f"{_CONTACT}.includes('has not answered since')", SECONDS)
        said = sight.page.evaluate(_CONTACT)
        bench.check("a station that has gone", "is told, with the time", said, True)
        sight.screenshot("on-air-lost")
        station.start()
        sight.wait("the line to the station again", f"{_CONTACT} === 'Live'", 90)
        bench.check("a station that has come back", "live again by itself", "yes", True)

    with browsers.sight() as sight:
        sight.page.route("**/events?*", lambda route: route.abort())
        sight.open("/")
        sight.wait("the page asks instead", f"{_CONTACT}.startsWith('No live line')", SECONDS)
        _wait_for_others(sight, sight.page.evaluate(_WORDS))
        bench.check("where events do not come through", "said, and asked for instead", sight.page.evaluate(_CONTACT), True)


def _wait_for_others(sight: Sight, words: str) -> None:
    sight.wait("other words", "(words) => document.getElementById('air-text').textContent !== words", SECONDS, words)
