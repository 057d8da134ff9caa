"""Further addresses of providers: nobody is asked unless told so, what answers well is proposed, admins decide."""

from __future__ import annotations

import json
from typing import Any

from door.client import NOBODY, Credential, Door
from door.people import People
from door.settings import WIDE_OPEN
from harness import tellers
from harness.bench import Bench
from harness.exchange import Bar, Exchange
from harness.station import Station
from harness.waiting import wait_for

NAME = "discovery"
TITLE = "nobody is asked unless discovery is on; it proposes and never decides; what an admin accepts answers, and is kept"

KIND = "discover-providers"


class _Liar(Exchange):
    """Tells twice the price."""

    def _bar(self, currency: str, position: int) -> Bar:
        bar = super()._bar(currency, position)
        return Bar(bar.open * 2, bar.high * 2, bar.low * 2, bar.close * 2, bar.volume)


def run(bench: Bench) -> None:
    first, good, liar, page = bench.exchange(), Exchange(), _Liar(), tellers.kraken()
    page.ailment = "html"
    for one in (good, liar, page):
        bench.on_close(one.close)
    good.keep_step_with(first)
    liar.keep_step_with(first)
    candidates = [good.address, liar.address, page.address, "http://127.0.0.1:9"]
    station = bench.station(
        {
            **WIDE_OPEN,
            "market.pairs": '["BTC-USD"]',
            "market.poll_seconds": 2,
            "market.providers": '["binance"]',
            # Neighbouring hours are some percent apart, and the market moves by one every two seconds.
            "market.discovery.tolerance_percent": 20,
            "market.discovery.candidates.binance": json.dumps(candidates),
            "market.discovery.candidates.bybit": "[]",
        },
        exchange=first,
    )
    station.start()
    door = Door(station.port, timeout=20)
    wait_for("a price", 20, lambda: _source(door) == "binance", every=0.1)
    result = _round(station)
    bench.check("a round while discovery is off", "nobody is asked", result,
                result == {"skipped": "discovery is off"} and _asked(good, liar) == 0 and page.asked() == 0)
    station.stop()

    station.settings["market.discovery.enabled"] = "true"
    station.start()
    door = Door(station.port, timeout=20)
    people = People(station)
    tokens = {role: people.add(role).log_in(door).credential for role in ("viewer", "operator", "admin")}
    wait_for("a price", 20, lambda: _source(door) == "binance", every=0.1)
    before = _routing(door, tokens["viewer"])
    result = _round(station)
    bench.check("a round of four candidates", "one proposed, three refused", result,
                result == {"asked": 4, "proposed": 1, "refused": 3})
    found = {one["address"]: one for one in door.get("/api/providers/proposals", tokens["viewer"]).expect(200).json["proposals"]}
    proposed = [one["id"] for one in found.values() if one["status"] == "proposed"]
    reasons = [next(check["detail"] for check in found[one]["checks"] if check["outcome"] == "failed") for one in candidates[1:]]
    bench.check("what was found", "the good one, and why the others are not", [proposed, *reasons],
                proposed == ["binance-2"] and found[good.address]["latency_ms"] > 0
                and "off" in reasons[0] and "text/html" in reasons[1] and "unreachable" in reasons[2])
    asked = _asked(good)
    again = _round(station)
    after = _routing(door, tokens["viewer"])
    bench.check("another round on the same day; routing", "not begun; as before", [again, after],
                "the last round began at" in again.get("skipped", "") and _asked(good) == asked and after == before)
    _rights(bench, door, tokens)

    accepted = door.ask("POST", "/api/providers/proposals/binance-2/accept", tokens["admin"]).expect(200).json
    now = _routing(door, tokens["viewer"])
    bench.check("accepted by an admin", "asked from now on, behind the others", [accepted, now],
                accepted == {"id": "binance-2", "status": "accepted", "in_use": True} and now == ["binance", "binance-2"])
    # Open connections outlive the listener.
    first.ailment = "error"
    first.close()
    served = wait_for("a price of the accepted one", 30, lambda: _source(door) if _source(door) == "binance-2" else None, every=0.2)
    providers = station.ctl("market", "providers").stdout
    bench.check("the configured one dies", "the accepted one serves, and is listed as discovered", served,
                served == "binance-2" and "binance-2 (discovered)" in providers)

    station.stop()
    station.start()
    door = Door(station.port, timeout=20)
    served = wait_for("a price after the restart", 30, lambda: _source(door) if _source(door) == "binance-2" else None, every=0.2)
    listed = json.loads(station.ctl("market", "proposals", "--json").stdout)["proposals"]
    bench.check("after a restart", "it still serves", [served, [(one["id"], one["status"]) for one in listed]],
                [(one["id"], one["status"]) for one in listed]
                == [("binance-2", "accepted"), ("binance-3", "refused"), ("binance-4", "refused"), ("binance-5", "refused")])
    rejected = station.ctl("market", "reject", "binance-2")
    now = _routing(door, tokens["viewer"])
    refused = station.ctl("market", "accept", "binance-3")
    bench.check("rejected again; accepting a liar", "asked no more; refused", [rejected.stdout.strip(), now, refused.stderr.strip()],
                rejected.returncode == 0 and now == ["binance"] and refused.returncode != 0 and "refused" in refused.stderr)
    audit = door.get("/api/audit?limit=100", tokens["admin"]).expect(200).json["entries"]
    actions = [(one["action"], one["outcome"]) for one in audit if one["action"] in ("market.accept", "market.reject")]
    bench.check("the audit log", "has every decision", actions,
                ("market.accept", "done") in actions and ("market.reject", "done") in actions)


def _rights(bench: Bench, door: Door, tokens: dict[str, Credential]) -> None:
    seen = [
        door.ask("POST", f"/api/providers/proposals/binance-2/{word}", who).status
        for who in (NOBODY, tokens["viewer"], tokens["operator"])
        for word in ("accept", "reject")
    ]
    unknown = door.ask("POST", "/api/providers/proposals/none/accept", tokens["admin"]).status
    lie = door.ask("POST", "/api/providers/proposals/binance-3/accept", tokens["admin"]).status
    bench.check("decisions of others; about none; about a liar", "401, 403; 404; 409", [*seen, unknown, lie],
                seen == [401, 401, 403, 403, 403, 403] and (unknown, lie) == (404, 409))


def _round(station: Station) -> dict[str, Any]:
    """One job, to its end: what it says it has done."""
    job = json.loads(station.ctl("jobs", "enqueue", KIND, "--json").stdout)["id"]
    done = wait_for("the round", 60, lambda: _completed(station, job), every=0.2)
    return dict(json.loads(done["result"]) if isinstance(done["result"], str) else done["result"])


def _completed(station: Station, job: str) -> dict[str, Any] | None:
    shown = station.control().call("jobs.show", {"id": job})
    return dict(shown) if shown.get("state") == "completed" else None


def _asked(*exchanges: Exchange) -> int:
    return sum(sum(one.requests.values()) for one in exchanges)


def _routing(door: Door, who: Credential) -> list[str]:
    pool = door.get("/api/pools/exchange", who).expect(200).json
    return [one["provider"] for one in pool["members"]]


def _source(door: Door) -> str:
    answer = door.get("/api/prices?symbols=BTC", NOBODY)
    if answer.status != 200 or not answer.json["prices"]:
        return ""
    return str(answer.json["prices"][0]["source"])
