"""What people on X talk about: found in the background, kept through failures and restarts, within the money of a day."""

from __future__ import annotations

import json
import time
from typing import Any

from door.client import NOBODY, Answer, Credential, Door
from door.people import People
from harness.bench import Bench
from harness.station import Station
from harness.subscriber import Subscriber
from harness.waiting import wait_for

from models.fault_server import Behaviour, FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "trends"
TITLE = "trends arrive, malformed ones are counted, failures and restarts keep the list, a day costs no more than it may"

#: 1e-10 US dollars.
CENT = 100_000_000
SPENT = "cryptocall_trends_spent_ticks"
DROPPED = "cryptocall_trends_dropped_entries_total"


def entry(symbol: str, **more: Any) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "sentiment": "bullish",
        "change_percent": 3.25,
        "snippet": f"{symbol} is what everybody talks about",
        "link": f"https://x.com/someone/status/{len(symbol)}",
        **more,
    }


#: Three that are good and five that are not, each for another reason.
MIXED = [
    entry("BTC"),
    entry("ETH", sentiment="to the moon"),
    entry("SOL", change_percent="a lot"),
    entry("ADA", link="https://evil.example/x.com/1"),
    entry("DOGE", snippet="\u0007<b>Much</b> wow\u202e see https://evil.example now " + "very " * 40),
    entry("not a symbol"),
    "no entry at all",
    entry("XRP", change_percent=-7.5, sentiment="bearish"),
]


def found(entries: list[Any], cents: int = 10, **more: Any) -> Behaviour:
    text = json.dumps({"trends": entries})
    return answer(text, usage={"input": 500, "output": 100, "ticks": cents * CENT}, **more)


class Reader:
    """Somebody who reads the list, and an operator."""

    def __init__(self, station: Station) -> None:
        self.door = Door(station.port, keeps=False, timeout=20)
        people = People(station)
        self.viewer = people.add("viewer").log_in(self.door).credential
        self.operator = people.add("operator").log_in(self.door).credential

    def current(self) -> dict[str, Any]:
        return dict(self.door.get("/trends/current", self.viewer).expect(200).json)

    def refresh(self, who: Credential) -> Answer:
        return self.door.ask("POST", "/trends/refresh", who)

    def wait(self, what: str, holds: Any, seconds: float = 20) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            current = self.current()
            return current if holds(current) else None

        return wait_for(what, seconds, look, every=0.1)


def symbols(current: dict[str, Any]) -> list[str]:
    return [trend["symbol"] for trend in current["trends"]]


def run(bench: Bench) -> None:
    _without_a_key(bench)
    server = FaultServer(bench, {"grok": found(MIXED)}).start()
    station = bench.station(
        {**OPEN_SETTINGS, "trends.poll_seconds": 3600, "trends.search_seconds": 5, "host.segment_seconds": 1}
    )
    more = "breaker_failures = 100\n"
    text = settings({"grok": server.base}, ["grok"], more=more)
    station.write_config(text)
    station.start()
    reader = Reader(station)
    time.sleep(1)  # Nothing is asked in this time, or it has been already.
    bench.check(
        "a provider that does not search",
        "is not asked, and it is said why",
        f"{server.requests('grok')} requests; {reader.current()['reason']}",
        server.requests("grok") == 0 and "searches" in reader.current()["reason"],
    )
    text = text.replace("[llm.models.grok]", "searches = true\n[llm.models.grok]")
    station.write_config(text)
    heard = station.subscriber("trend.", "segment.host.", "system.welcome.")
    heard.welcomed()
    station.ctl("reload")
    _arrives(bench, station, server, reader)
    _told(bench, heard)
    _roles(bench, server, reader)
    _failures(bench, station, server, reader)
    _made_up(bench, server, reader)
    _muted(bench, station, server, reader)
    station.stop()
    _cap(bench)


def _without_a_key(bench: Bench) -> None:
    station = bench.station(dict(OPEN_SETTINGS))
    station.start()
    reader = Reader(station)
    current = reader.current()
    bench.check(
        "without a key",
        "unavailable, with the reason; no list",
        f"{current['status']}: {current['reason']}; {len(current['trends'])} trends",
        current["status"] == "unavailable" and "llm.providers.xai.key" in current["reason"] and not current["trends"],
    )
    answer = reader.refresh(reader.operator)
    bench.check(
        "a refresh without a key",
        "503 unavailable",
        f"{answer.status} {answer.error}",
        answer.status == 503 and answer.error == "unavailable",
    )
    station.stop()


def _arrives(bench: Bench, station: Station, server: FaultServer, reader: Reader) -> None:
    current = reader.wait("a list", lambda current: current["trends"])
    bench.check("the list", "the good ones in their order", symbols(current), symbols(current) == ["BTC", "DOGE", "XRP"])
    doge = current["trends"][1]["snippet"]
    bench.check(
        "a hostile snippet",
        "30 words of plain text",
        f"{len(doge.split())} words: {doge[:40]}",
        len(doge.split()) == 30 and not any(mark in doge for mark in "<>\u0007\u202e") and "evil" not in doge,
    )
    metrics = station.metrics()
    reasons = ("sentiment", "change", "link", "symbol", "shape")
    counted = {reason: metrics.value(DROPPED, reason=reason) for reason in reasons}
    bench.check(
        "malformed entries",
        "5 dropped, counted by reason",
        f"{current['dropped']} dropped; {counted}",
        current["dropped"] == 5 and all(count == 1 for count in counted.values()),
    )
    cents = metrics.value(SPENT) / CENT
    bench.check("spent", "what the provider says: 10 cents", f"{cents:g} cents", cents == 10)
    request = server.seen("grok")["lastRequest"]
    bench.check(
        "what is asked",
        "a stream with x_search and a form, at most what may be said",
        request.get("tools"),
        request["tools"][0]["type"] == "x_search"
        and request["stream"] is True
        and request["text"]["format"]["type"] == "json_schema"
        and "search_parameters" not in request,
    )
    calls = metrics.value("cryptocall_llm_calls_total", task="trends", outcome="complete")
    bench.check("the router", "one complete call for trends", f"{calls:g}", calls == 1)


def _told(bench: Bench, heard: Subscriber) -> None:
    payload = heard.wait("the list", 10, lambda event: event.header["type"] == "trend.list.updated").payload
    bench.check(
        "the event",
        "symbols and sentiments, nobody's words",
        json.dumps(payload)[:120],
        [mention["symbol"] for mention in payload["mentions"]] == ["BTC", "DOGE", "XRP"]
        and "everybody" not in json.dumps(payload)
        and "x.com" not in json.dumps(payload),
    )
    spoken = [event.payload for event in heard.collect(25, "segment.host.spoke")]
    talk = [one for one in spoken if any(fact["quantity"] == "trend_change" for fact in one["facts"])]
    bench.check(
        "on the air",
        "the host speaks of it as X's, never in its words",
        f"{len(talk)} of {len(spoken)}: {talk[0]['text'] if talk else ''}",
        bool(talk)
        and all("On X" in one["text"] or "on X" in one["text"] for one in talk)
        and not any("everybody" in one["text"] for one in spoken),
    )


def _roles(bench: Bench, server: FaultServer, reader: Reader) -> None:
    before = server.requests("grok")
    seen = [reader.refresh(who).status for who in (NOBODY, reader.viewer, reader.operator)]
    bench.check("a refresh by a stranger, a viewer, an operator", "401, 403, 202", seen, seen == [401, 403, 202])
    wait_for("the search", 10, lambda: server.requests("grok") > before)
    asked = server.requests("grok") - before
    bench.check("searches of these three", "one", asked, asked == 1)
    strangers = reader.door.get("/trends/current").status
    bench.check("the list for strangers", "401", strangers, strangers == 401)
    reader.wait("its end", lambda current: not current["searching"])


def _failures(bench: Bench, station: Station, server: FaultServer, reader: Reader) -> None:
    before, known = server.requests("grok"), reader.current()
    server.behave("grok", {"do": "status", "status": 503})
    began = time.monotonic()
    reader.refresh(reader.operator)
    failing = reader.wait("the end of the poll", lambda current: current["status"] == "failing")
    took = time.monotonic() - began
    bench.check(
        "a provider that fails",
        "3 searches with waits of 2 and 4 s",
        f"{server.requests('grok') - before} in {took:.1f} s; {failing['reason']}",
        server.requests("grok") - before == 3 and 5.9 <= took <= 9,
    )
    bench.check(
        "the list meanwhile",
        "the last good one, older",
        f"{symbols(failing)}, {known['age_seconds']:.1f} s and then {failing['age_seconds']:.1f} s",
        symbols(failing) == symbols(known)
        and failing["as_of"] == known["as_of"]
        and failing["age_seconds"] > known["age_seconds"] + 5,
    )
    server.stop()
    before_down = station.metrics().value("cryptocall_trends_searches_total", outcome="failed")
    reader.refresh(reader.operator)
    wait_for(
        "three failed searches",
        20,
        lambda: station.metrics().value("cryptocall_trends_searches_total", outcome="failed") >= before_down + 3,
    )
    down = reader.current()
    bench.check("a provider that is away", "the list stays", symbols(down), symbols(down) == symbols(known))
    server.start()
    server.behave("grok", found([entry("LINK")], cents=5))
    reader.refresh(reader.operator)
    back = reader.wait("the new list", lambda current: symbols(current) == ["LINK"])
    bench.check("its return", "a new list, and ok", f"{symbols(back)} {back['status']}", back["status"] == "ok")


def _made_up(bench: Bench, server: FaultServer, reader: Reader) -> None:
    """An answer that is no list, or holds nothing good, or comes as an error with a good status."""
    for what, behaviour in {
        "words instead of a list": answer("Nothing new today."),
        "a list without a good entry": found([entry("ETH", sentiment="?")]),
        "an error with status 200": {"do": "json_error", "body": {"code": "unavailable", "error": "x"}},
        "an answer that breaks off": {**found([entry("ETH")]), "do": "cut", "after": 2},
    }.items():
        server.behave("grok", [behaviour, found([entry("AVAX")])])
        known = reader.current()["as_of"]
        reader.refresh(reader.operator)
        current = reader.wait("a list", lambda current: current["as_of"] != known)
        bench.check(what, "is no list; the next try is", symbols(current), symbols(current) == ["AVAX"])


def _muted(bench: Bench, station: Station, server: FaultServer, reader: Reader) -> None:
    station.ctl("mute", "--reason", "acceptance")
    before = server.requests("grok")
    status = reader.refresh(reader.operator).status
    current = reader.current()
    bench.check(
        "while the air is muted",
        "nothing is asked, and it is said why",
        f"{status}; {current['status']}: {current['reason']}; {server.requests('grok') - before} requests",
        status == 503 and current["status"] == "paused" and server.requests("grok") == before,
    )
    station.ctl("unmute")


def _cap(bench: Bench) -> None:
    server = FaultServer(bench, {"grok": found([entry("BTC")], cents=30)}).start()
    station = bench.station(
        {
            **OPEN_SETTINGS,
            "trends.poll_seconds": 1,
            "trends.spread_over_day": "false",
            "trends.usd_per_day_max": "1",
            "trends.usd_per_search": "0.25",
        }
    )
    text = settings({"grok": server.base}, ["grok"])
    station.write_config(text.replace("[llm.models.grok]", "searches = true\n[llm.models.grok]"))
    station.start()
    reader = Reader(station)
    paused = reader.wait("the cap", lambda current: current["status"] == "paused")
    # 30 cents each: after three of them a fourth could cost more than is left.
    bench.check(
        "30 cents a search, 1 dollar a day",
        "3 searches, then none until the next day",
        f"{server.requests('grok')} searches; {paused['reason']}; until {paused['next_search_at']}",
        server.requests("grok") == 3
        and "usd_per_day_max" in paused["reason"]
        and paused["next_search_at"][11:].startswith("00:00:00"),
    )
    metrics = station.metrics()
    bench.check(
        "the metrics of it",
        "90 cents, the cap reached",
        f"{metrics.value(SPENT) / CENT:g} cents, {metrics.value('cryptocall_trends_cap_reached'):g}",
        metrics.value(SPENT) == 90 * CENT and metrics.value("cryptocall_trends_cap_reached") == 1,
    )
    told = station.run.text().count("no more searches of X on this day")
    time.sleep(3)  # Silence is shown by letting time pass.
    told_later = station.run.text().count("no more searches of X on this day")
    bench.check("the log of it", "once", told_later, told == told_later == 1)
    station.kill()
    station.start()
    time.sleep(3)  # Silence is shown by letting time pass.
    after = reader.current()
    bench.check(
        "after kill -9 and a start",
        "still paused, the same list, nothing asked",
        f"{after['status']}, {symbols(after)}, {server.requests('grok')} searches, "
        f"{station.metrics().value(SPENT) / CENT:g} cents",
        after["status"] == "paused"
        and after["as_of"] == paused["as_of"]
        and server.requests("grok") == 3
        and station.metrics().value(SPENT) == 90 * CENT,
    )
    # With more money there is one more search; it is killed in the middle, and has cost what was set aside.
    server.behave("grok", {"do": "silent"})
    station.settings["trends.usd_per_day_max"] = "1.2"
    station.kill()
    station.start()
    wait_for("the search", 10, lambda: server.requests("grok") > 3)
    station.kill()
    station.start()
    cents = station.metrics().value(SPENT) / CENT
    bench.check("a search that was killed", "counts for what was set aside: 115 cents", f"{cents:g} cents", cents == 115)
    station.stop()
