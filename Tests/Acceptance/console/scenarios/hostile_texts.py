"""Whatever a host, a feed, a browser or a person writes is text on every page, and never markup."""

from __future__ import annotations

from harness.bench import Bench
from harness.waiting import wait_for
from pages.browser import Browsers, Sight
from pages.people import Person

NAME = "hostile-texts"
TITLE = "planted markup in host words, names, reasons, browsers and keys is shown as text"

MARK = "planted"
HOSTILE = f"<img src=x onerror=\"document.title='{MARK}'\"><script>document.title='{MARK}'</script>\"'></title>{MARK}"


def run(bench: Bench) -> None:
    # Names have at most 64 bytes.
    short = f"<b onclick=x>{MARK}</b><script>a()</script>"
    station = bench.station({"station.name": short, "host.name": short})
    station.start()
    browsers = Browsers(bench, station)
    admin = Person(station, "admin")
    control = station.control()
    spoken = {
        "host": HOSTILE, "text": HOSTILE, "kind": "live", "energy": "normal", "symbols": [],
        "facts": [
            {"pair": "BTC-USD", "quantity": "price", "value": "1.5", "source": HOSTILE, "asOf": "2026-01-02T03:04:05Z"}
        ],
    }  # fmt: skip
    price = {"pair": "BTC-USD", "price": "1.5", "source": HOSTILE, "symbol": HOSTILE, "asOf": "2026-01-02T03:04:05Z"}
    publish = {"events": [{"type": "segment.host.spoke", "payload": spoken}, {"type": "market.price.ticked", "payload": price}]}
    control.call("events.publish", publish)

    with browsers.sight(headers={"user-agent": HOSTILE}) as sight:
        admin.log_in(sight)
        _make_key(sight)
        control.call("air.mute", {"reason": HOSTILE})
        for path in ("/", "/markets", "/account", "/operations", "/operations/audit", "/operations/logs"):
            wait_for(f"planted text on {path}", 20, lambda path=path: MARK in sight.open(path).locator("body").inner_text())
            _check(bench, sight, path)
        control.call("air.unmute")
        # Live: not by a page but by an event.
        page = sight.open("/")
        sight.wait("contact with the station", "document.getElementById('contact').dataset.state")
        live = {**publish, "events": [{**publish["events"][0], "payload": {**spoken, "text": f"live {HOSTILE}"}}]}
        control.call("events.publish", live)
        sight.wait("the words on the page", "document.querySelector('main').textContent.includes('live <img')", 30)
        _check(bench, sight, "/ (live)")


def _make_key(sight: Sight) -> None:
    page = sight.open("/account")
    page.get_by_label("Name, such as").fill(HOSTILE[:100])
    page.get_by_role("button", name="Make the key").click()
    page.wait_for_selector("#key")


def _check(bench: Bench, sight: Sight, path: str) -> None:
    page = sight.page
    made = page.evaluate("document.querySelectorAll('img, b, [onclick], [onerror], script:not([src])').length")
    title = page.title()
    ran = title == MARK
    complaints = sight.stopped() + sight.complaints.errors
    bench.check(
        f"planted texts on {path}",
        "shown, none became markup",
        f"{made} elements, {'ran' if ran else 'nothing ran'}{'; ' + complaints[0] if complaints else ''}",
        made == 0 and not ran and not complaints,
    )
