"""News: from feeds to whoever listens, once; and nothing from feeds that are none."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

from door.client import NOBODY, Door
from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.station import Station
from harness.subscriber import Subscriber
from harness.waiting import wait_for
from sites.feeds import Feeds, Item, atom, rss

NAME = "news"
TITLE = "news come once from feeds that bring them, scored, stored and told; bad feeds bring nothing; a restart repeats nothing"

#: The shortest there is; a fifth more by chance.
POLL_SECONDS = 30
NEXT_POLL = POLL_SECONDS * 1.2 + 15
#: What the worst of the feeds may cost.
MEMORY_MAX_MIB = 48
#: The longest a feed may take.
PATIENCE = 30

ALPHA = [
    Item("Bitcoin rallies to a record high as inflows surge", "http://alpha.example/a?utm_source=rss", "Gains for $ETH too."),
    Item("Exchange hacked: millions stolen in Solana exploit", "http://alpha.example/b", "Losses mount.", 7200),
    Item("What the calendar of this week says about rates", "http://alpha.example/c", "", 10_800),
]
BETA = [
    # The same page as the first of alpha's, and another page with the title of its second.
    Item("Bitcoin rallies to another record high as inflows surge", "http://alpha.example/a#top", "Told again."),
    Item("EXCHANGE HACKED: millions stolen in Solana exploit!", "http://beta.example/b", "", 7000),
    Item("Ethereum <script>alert(1)</script> upgrade goes live", "http://beta.example/d", "", 1800),
    Item("No address of its own", "", "", 1800),
]
LATER = Item("Dogecoin slumps after the lawsuit was lost", "http://alpha.example/later", "", 60)
#: Kept: alpha's three, and the one that only beta has.
KEPT = {"http://alpha.example/a", "http://alpha.example/b", "http://alpha.example/c", "http://beta.example/d"}
#: Of the two pieces that both have, whoever was read first.
ALIKE = {"http://alpha.example/b", "http://beta.example/b"}
BAD = ("bomb", "page", "loop", "announced", "streamed", "slow")


def run(bench: Bench) -> None:
    feeds = Feeds()
    bench.on_close(feeds.close)
    now = time.time()
    feeds.good = {"/alpha": rss(ALPHA, now), "/beta": atom(BETA, now)}
    names = ("alpha", "beta", *BAD)
    settings: dict[str, object] = {**WIDE_OPEN, "news.poll_seconds": POLL_SECONDS, "news.at_once_max": 8}
    for name in names:
        settings[f"news.feeds.{name}.url"] = f"{feeds.address}/{name}"
    station = bench.station(settings)
    station.start()
    before = _memory(station)
    subscriber = station.subscriber("news.")
    subscriber.welcomed()
    feeds.opened.set()
    door = Door(station.port, timeout=20)
    _first(bench, station, door, subscriber)
    _bad(bench, station, feeds, before)
    _again(bench, station, door, feeds)
    _restart(bench, station, feeds)
    _later(bench, station, feeds)


def _memory(station: Station, what: str = "VmRSS") -> float:
    """In MiB."""
    for line in Path(f"/proc/{station.run.pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(what)


def _news(door: Door, query: str = "") -> list[dict[str, Any]]:
    answer = door.get(f"/api/news?{query}", NOBODY)
    return list(answer.json["items"]) if answer.status == 200 else []


def _first(bench: Bench, station: Station, door: Door, subscriber: Subscriber) -> None:
    items = wait_for("four pieces of news", 20, lambda: found if len(found := _news(door)) >= 4 else None, every=0.1)
    urls = [one["url"] for one in items]
    bench.check(
        "two good feeds, in RSS and Atom, that tell two stories both",
        "four pieces, each once, by one address",
        urls,
        len(urls) == 4 and set(urls) - ALIKE == KEPT - ALIKE and len(set(urls) & ALIKE) == 1,
    )
    by_url = {one["url"]: one for one in items}
    first, other = by_url["http://alpha.example/a"], by_url["http://beta.example/d"]
    bench.check(
        "a piece",
        "with coins, mood, method, source and time",
        {key: first[key] for key in ("symbols", "sentiment", "source", "published_at")},
        "BTC" in first["symbols"] and first["sentiment"]["score"] > 0 and first["sentiment"]["method"] == "linear"
        and first["source"] in ("alpha", "beta"),
    )
    bench.check(
        "markup in a title", "shown as text by the page",
        other["title"],
        "<script>alert(1)" not in door.get("/news", NOBODY).expect(200).body.decode(),
    )
    pages: list[str] = []
    query = "limit=1"
    for _ in range(6):
        answer = door.get(f"/api/news?{query}", NOBODY).expect(200).json
        pages += [one["url"] for one in answer["items"]]
        if not answer.get("next"):
            break
        query = f"limit=1&before={answer['next']}"
    by_coin = {one["url"] for one in _news(door, "symbol=sol")}
    bench.check(
        "page by page, by coin and by feed", "the same, in order; those that speak of it",
        (len(pages), by_coin, len(_news(door, "source=nobody"))),
        pages == urls and len(by_coin) == 1 and by_coin <= ALIKE and not _news(door, "source=nobody"),
    )
    wrong = {q: door.get(f"/api/news?{q}", NOBODY).status for q in ("limit=0", "symbol=%00", "before=x", "x=1")}
    missing = door.get("/api/news?before=01990000-0000-7000-8000-000000000001", NOBODY).status
    bench.check("bad input", "422", (wrong, missing), set(wrong.values()) == {422} and missing == 422)
    heard = subscriber.collect(1, "news.item.published")
    ids = Counter(event.payload["id"] for event in heard)
    bench.check(
        "what is told", "each piece once, and it is stored",
        f"{len(heard)} told of {len(items)}",
        set(ids) == {one["id"] for one in items} and set(ids.values()) == {1},
    )
    listed = station.ctl("news", "list")
    bench.check("cryptocallctl news list", "all four", listed.stdout.splitlines()[:1],
                listed.returncode == 0 and len(listed.stdout.splitlines()) == 5)


def _feeds(station: Station) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in station.control().call("news.feeds")["feeds"]}


def _bad(bench: Bench, station: Station, feeds: Feeds, before: float) -> None:
    states = wait_for(
        "the slow feed is given up", PATIENCE + 20,
        lambda: found if (found := _feeds(station))["slow"]["failures"] >= 1 else None, every=0.5,
    )
    seen = {name: states[name]["lastFailure"] for name in BAD}
    wanted = {"bomb": "doctype_refused", "page": "web_page", "loop": "redirect_refused", "announced": "too_large",
              "streamed": "too_large", "slow": "timed_out"}
    bench.check("feeds that are none", f"each says why: {wanted}", seen, seen == wanted)
    kept = station.control().call("news.list", {"limit": 200})["news"]
    bench.check(
        "what is kept of them", "nothing",
        f"{len(kept)} pieces, as before",
        len(kept) == 4,
    )
    sent = {name: max(one.sent for one in feeds.of(f"/{name}")) / (1 << 20) for name in ("announced", "streamed")}
    loops = len(feeds.of("/loop"))
    bench.check(
        "a gigabyte, announced and streamed; a redirect without end", "at most 16 MiB each taken; at most 6 steps a poll",
        (sent, loops), all(value <= 16 for value in sent.values()) and loops <= 12,
    )
    bench.at_most("memory above what it was before", _memory(station, "VmHWM") - before, MEMORY_MAX_MIB, "MiB")


def _again(bench: Bench, station: Station, door: Door, feeds: Feeds) -> None:
    wait_for("a second question", NEXT_POLL, lambda: len(feeds.of("/alpha")) >= 2 and len(feeds.of("/beta")) >= 2, every=0.5)
    time.sleep(0.5)
    asked = [feeds.of(f"/{name}")[1] for name in ("alpha", "beta")]
    bench.check(
        "the next question", "with the tags of the last answers; unchanged, so nothing is told",
        [one.conditions for one in asked],
        all("If-None-Match" in one.conditions and one.sent == 0 for one in asked) and len(_news(door)) == 4,
    )
    metrics = station.metrics()
    unchanged = metrics.value("cryptocall_news_polls_total", outcome="unchanged")
    bench.check("counted", "4 stored, at least 2 unchanged", (metrics.value("cryptocall_news_items_total", outcome="stored"), unchanged),
                metrics.value("cryptocall_news_items_total", outcome="stored") == 4 and unchanged >= 2)


def _restart(bench: Bench, station: Station, feeds: Feeds) -> None:
    counts = (len(feeds.of("/alpha")), len(feeds.of("/beta")))
    station.stop()
    feeds.opened.clear()
    # Without the tags everything would come again: whoever told it before is known all the same.
    feeds.good["/beta"] = feeds.good["/beta"].replace(b"<title>B</title>", b"<title>B2</title>")
    station.start()
    subscriber = station.subscriber("news.")
    subscriber.welcomed()
    feeds.opened.set()
    wait_for("questions after the restart", NEXT_POLL,
             lambda: len(feeds.of("/alpha")) > counts[0] and len(feeds.of("/beta")) > counts[1], every=0.2)
    heard = subscriber.collect(2, "news.item.published")
    first = feeds.of("/alpha")[counts[0]]
    kept = station.control().call("news.list", {"limit": 200})["news"]
    bench.check(
        "a restart", "the tags are known; a feed that comes whole again brings nothing new; nothing told twice",
        (first.conditions, len(kept), len(heard)),
        "If-None-Match" in first.conditions and first.sent == 0 and len(kept) == 4 and not heard,
    )


def _later(bench: Bench, station: Station, feeds: Feeds) -> None:
    subscriber = station.subscriber("news.")
    subscriber.welcomed()
    feeds.good["/alpha"] = rss([LATER, *ALPHA], time.time())
    event = subscriber.wait("the new piece", NEXT_POLL, lambda one: one.header["type"] == "news.item.published")
    bench.check(
        "a new piece in a feed", "it alone is told, with its coin and mood",
        (event.payload["title"], event.payload["symbols"], event.payload["level"]),
        event.payload["url"] == LATER.link and event.payload["symbols"] == ["DOGE"] and event.payload["score"] < 0
        and not subscriber.collect(1, "news.item.published"),
    )
