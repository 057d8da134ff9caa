"""What the oracle says of wallets: figures made once more from what Helius gave; what it says without any."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import oracle_pasts
import oracle_sources
from chains.faults import Fault
from chains.wallets import SolanaWallet
from door.client import NOBODY, Door
from harness.bench import Bench
from harness.engines import both
from harness.waiting import wait_for
from oracle_figures import Figures, differences
from oracle_pasts import EDGES, TIER, Past
from oracle_place import CACHED_SECONDS, Place, Told, seconds_of
from oracle_report import check_signature, envelope, report
from station import in_background, words

NAME = "oracle"
TITLE = "figures and tiers recounted, sources that fail named, reports signed and kept; told and asked for once"

CACHED_BAR_MS, LONG_BAR_SECONDS = 5.0, 3.0
LONG_ROWS, LONG_ROWS_QUICK = 50_000, 5_000
CALLERS = 50


def run(bench: Bench) -> None:
    for engine in both(bench):
        place = Place(bench, engine).begin()
        _askers(bench, place)
        _figures(bench, place)
        _edges(bench, place)
        _kept(bench, place)
        _stale(bench, place)
        _killed(bench, place)
        _at_once(bench, place)
        place.judge()
    place = Place(bench).begin()
    oracle_sources.faults(bench, place)
    _measured(bench, place)
    place.judge()
    oracle_sources.without(bench)
    oracle_sources.priced(bench)


def _askers(bench: Bench, place: Place) -> None:
    owner, other = place.person(), place.person()
    wallet = SolanaWallet()
    place.keep(Past(wallet.address).pad(12))
    place.link(owner, wallet).expect(201)
    said = {
        "one's own": words(place.analyze(wallet.address, owner)),
        "somebody else's": words(place.analyze(wallet.address, other)),
        "any, as an operator": words(place.analyze(wallet.address)),
        "nobody": words(place.analyze(wallet.address, NOBODY)),
        "one's own report": words(place.door.get(f"/oracle/report/{wallet.address}", owner)),
        "somebody else's report": words(place.door.get(f"/oracle/report/{wallet.address}", other)),
        "a report for nobody": words(place.door.get(f"/oracle/report/{wallet.address}")),
        "a report that is not there": words(place.door.get(f"/oracle/report/{SolanaWallet().address}", place.operator)),
    }
    wanted = dict(zip(said, ("200", "403 forbidden", "200", "401 unauthorized") * 2, strict=True))
    wanted |= {"a report for nobody": "401 unauthorized", "a report that is not there": "404 not_found"}
    wrong = {what: one for what, one in said.items() if one != wanted[what]}
    bench.check(f"{place.name}who may ask", "one's own, operators any; 403, 401, 404", wrong or "so", not wrong)
    good = wallet.address
    texts = ["", "x", good[:-1] + "0", good[:30], good + good, "0x" + "ab" * 20, f" {good}", good + "\n", "1" * 31]
    answers = [place.analyze(text, who) for text in texts for who in (owner, place.operator)]
    seen = Counter(map(words, answers))
    bench.check(
        f"{place.name}{len(texts)} texts that are no wallet, by owner and operator",
        "400 bad_request, naming the field",
        dict(seen),
        set(seen) == {"400 bad_request (wallet)"},
    )
    bodies: list[Any] = [{"wallet": 7}, {}, {"wallet": None}, []]
    shapes = [place.door.post("/oracle/analyze", body, owner) for body in bodies]
    seen = Counter(map(words, shapes))
    long = words(place.analyze("A" * 5_000, owner))
    bench.check(
        f"{place.name}bodies of another shape, and one of 5 KB",
        "4xx with a code, none of them a 500; 413 too_large",
        f"{dict(seen)}, {long}",
        all(one.status in (400, 422) and one.error for one in shapes) and long == "413 too_large",
    )


def _figures(bench: Bench, place: Place) -> None:
    past = oracle_pasts.busy()
    wallet = place.keep(past)
    answer = place.told(wallet)
    figures = place.recount(wallet, answer, past.rows[0]["timestamp"])
    wrong = differences(answer["metrics"], figures)
    seen = len(place.helius.rows_told(wallet))
    bench.check(
        f"{place.name}{seen} rows of three shapes, old ones among them: fifteen figures",
        f"as counted from the rows: volume {figures.told()['volume_usd']}, {len(figures.trades)} trades",
        wrong or f"so: volume {answer['metrics']['volume_usd']}, win {answer['metrics']['win_ratio']}",
        not wrong and len(answer["metrics"]) == 15 and len(figures.trades) > 30,
    )
    bench.check(
        f"{place.name}its tier, flags, score and sources",
        f"{figures.rule}, {figures.flags}, {len(figures.flags) * 20}; all of Helius",
        f"{answer['rule']}, {answer['flags']}, {answer['risk_score']}; {answer['sources']}",
        (answer["rule"], answer["tier"], answer["flags"]) == (figures.rule, TIER[figures.rule], figures.flags)
        and answer["risk_score"] == len(figures.flags) * 20
        and answer["sources"] == [{"name": "helius", "state": "complete"}]
        and answer["is_complete"]
        and answer["origin"] == "sources",
    )
    counts = report(place, wallet)["counts"]
    wanted = {
        "closed_trades": len(figures.trades),
        "failed": figures.failed,
        "unknown_costs": figures.unknown_costs,
        "unvalued_swaps": figures.unvalued,
        "misplaced": 0,
    }
    bench.check(
        f"{place.name}what they rest on", str(wanted), counts, all(counts[name] == one for name, one in wanted.items())
    )


def _edges(bench: Bench, place: Place) -> None:
    wrong: dict[str, Any] = {}
    for edge in EDGES:
        past = edge.make(Past(days_ago=edge.days_ago))
        answer = place.told(place.keep(past))
        figures = place.recount(past.wallet, answer, past.rows[0]["timestamp"])
        flags = set(answer["flags"])
        other = differences(answer["metrics"], figures)
        if (answer["rule"], answer["tier"]) != (edge.rule, TIER[edge.rule]) or other:
            wrong[edge.name] = (answer["rule"], answer["tier"], other)
        if not set(edge.has) <= flags or flags & set(edge.lacks) or answer["flags"] != figures.flags:
            wrong[f"{edge.name}: flags"] = answer["flags"]
    bench.check(
        f"{place.name}{len(EDGES)} wallets at the edges of the table, with all their figures and flags",
        "each by its rule (tier 5 takes a viral handle on X, which nobody can link yet)",
        wrong or f"{len(EDGES)} of {len(EDGES)}",
        not wrong,
    )


def _kept(bench: Bench, place: Place) -> None:
    wallet = place.keep(Past().pad(150))
    first = place.told(wallet)
    asked = place.helius.asked[wallet]
    again = place.told(wallet)
    signed = check_signature(bench, place, wallet, again)
    mode = (place.station.home / "state" / "oracle-key.json").stat().st_mode & 0o777
    place.begin()
    stored = place.told(wallet)
    later = envelope(place, wallet)
    bench.check(
        f"{place.name}the same question again, and after a restart",
        "from memory, then from the store; Helius is not asked again",
        f"{[one['origin'] for one in (first, again, stored)]}, {place.helius.asked[wallet] - asked} more questions",
        [one["origin"] for one in (first, again, stored)] == ["sources", "memory", "store"]
        and place.helius.asked[wallet] == asked
        and {one["made_at"] for one in (first, again, stored)} == {first["made_at"]}
        and not any(one["stale"] for one in (first, again, stored)),
    )
    bench.check(
        f"{place.name}the report after a restart",
        "the same bytes by the same key, which only its owner can read",
        f"key {later['key_id']} (before {signed['key_id']}), mode {mode:o}",
        later == signed and mode == 0o600,
    )


def _stale(bench: Bench, place: Place) -> None:
    past = oracle_pasts.losing()
    wallet = place.keep(past)
    listener = Told(place)
    before = place.told(wallet)
    events = listener.of(wallet)
    place.helius.fail(Fault.refused(503))
    for node in place.nodes:
        node.fail(Fault.refused(503))
    place.later(CACHED_SECONDS + 30)
    old = place.told(wallet)
    bench.check(
        f"{place.name}after its time, with every source down",
        "the old report, marked stale; nothing worse in its place",
        f"{old['origin']}, stale {old['stale']}, {old['rule']}",
        old["stale"]
        and old["origin"] == "store"
        and old["metrics"] == before["metrics"]
        and old["made_at"] == before["made_at"],
    )
    place.helius.heal()
    for node in place.nodes:
        node.heal()
    place.helius.keep(wallet, oracle_pasts.grown(past).newest_first)
    place.later(CACHED_SECONDS + 60)
    listener = Told(place)
    new = place.told(wallet)
    events += listener.of(wallet)
    bench.check(
        f"{place.name}once they are back",
        "a new report of another tier; each told once: completed, completed, tier changed",
        f"{new['rule']} of {new['origin']}; {events}",
        (new["rule"], new["tier"], new["stale"], new["origin"]) == ("whale", 4, False, "sources")
        and [type for type, _ in events]
        == ["wallet.analysis.completed", "wallet.analysis.completed", "wallet.tier.changed"]
        and Told.fits(events, before, new),
    )
    place.helius.fail(Fault.refused(503))
    place.later(2 * CACHED_SECONDS + 90)
    half = place.told(wallet)
    helius = half["sources"][0]
    bench.check(
        f"{place.name}after its time, with Helius alone down",
        "says that Helius is missing, and that it is not complete",
        f"{half['origin']}, {half['rule']}, stale {half['stale']}, {half['sources']}",
        (half["stale"] or (helius["name"], helius["state"]) == ("helius", "missing") and bool(helius["reason"]))
        and (half["stale"] or not half["is_complete"]),
    )
    place.helius.heal()
    place.begin()


def _killed(bench: Bench, place: Place) -> None:
    kept, under_way = place.keep(Past().pad(20)), place.keep(Past().pad(250))
    place.told(kept)
    before = envelope(place, kept)
    place.helius.fail(Fault.slow(30), page=1)

    def ask() -> None:
        try:
            place.analyze(under_way, door=Door(place.station.port, timeout=30))
        except OSError:
            return

    in_background(ask)
    wait_for("the second page to be asked for", 20, lambda: place.helius.asked[under_way] >= 2)
    place.station.kill()
    place.helius.heal()
    place.begin()
    after = envelope(place, kept)
    missing = words(place.door.get(f"/oracle/report/{under_way}", place.operator))
    answer = place.told(under_way)
    bench.check(
        f"{place.name}kill -9 while pages are read",
        "what was kept is kept; half a reading is no report; the next one is whole",
        f"{'the same' if after == before else 'another'} report, {missing}, then {answer['metrics']['transactions']}",
        after == before
        and missing == "404 not_found"
        and answer["metrics"]["transactions"] == 250
        and answer["is_complete"],
    )


def _own_door(place: Place) -> Door:
    return Door(place.station.port, timeout=30)


def _at_once(bench: Bench, place: Place) -> None:
    past = Past().pad(50)
    wallet = place.keep(past)
    listener = Told(place)
    place.helius.fail(Fault.slow(1.5))
    with ThreadPoolExecutor(CALLERS) as pool:
        answers = list(pool.map(lambda _: place.analyze(wallet, door=_own_door(place)), range(CALLERS)))
    made = {one.json.get("made_at") for one in answers}
    bench.check(
        f"{place.name}{CALLERS} ask for one wallet at once",
        "one reading of two pages, one report, told once",
        f"{Counter(map(words, answers))}, {place.helius.asked[wallet]} questions, {len(made)} reports",
        {one.status for one in answers} == {200}
        and place.helius.asked[wallet] == 2
        and len(made) == 1
        and [type for type, _ in listener.of(wallet)] == ["wallet.analysis.completed"],
    )
    others = [place.keep(Past().pad(10)) for _ in range(24)]
    with ThreadPoolExecutor(len(others)) as pool:
        answers = list(pool.map(lambda one: place.analyze(one, door=_own_door(place)), others))
    seen = Counter(map(words, answers))
    place.helius.heal()
    later = place.analyze(others[-1]).status
    bench.check(
        f"{place.name}{len(others)} wallets at once",
        "16 are looked at, the others are told to come back in 5 s",
        f"{dict(seen)}; then {later}",
        seen == {"200": 16, "503 unavailable": len(others) - 16}
        and {one.number("retry-after") for one in answers if one.status == 503} == {5}
        and later == 200,
    )


def _measured(bench: Bench, place: Place) -> None:
    wallet = place.keep(Past().pad(100))
    place.told(wallet)
    door, times = Door(place.station.port), []
    for _ in range(500):
        began = time.perf_counter()
        answer = place.analyze(wallet, door=door)
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200 and answer.json["origin"] == "memory", answer.body[:200]
    bench.at_most("500 cached answers on one connection, p95", sorted(times)[474], CACHED_BAR_MS, "ms", 2)
    count = LONG_ROWS_QUICK if bench.quick else LONG_ROWS
    past = oracle_pasts.long(count)
    size = place.helius.keep(past.wallet, past.newest_first)
    began = time.perf_counter()
    told = place.told(past.wallet)
    seconds = time.perf_counter() - began
    figures = Figures.count(past.newest_first, past.wallet, seconds_of(told["made_at"]), past.rows[0]["timestamp"])
    wrong = differences(told["metrics"], figures)
    bench.check(
        f"a wallet of {count} rows: its figures",
        "as counted here; every page read, nothing missing",
        wrong or f"so, of {place.helius.asked[past.wallet]} pages, {told['sources']}",
        not wrong and told["is_complete"] and place.helius.asked[past.wallet] == count // 100 + 1,
    )
    alone = oracle_sources.read_all(place.helius, past.wallet)
    bench.at_most(
        f"{count} rows of {size / 1e6:.0f} MB, one page after the other; reading them alone takes {alone:.1f} s here",
        seconds,
        LONG_BAR_SECONDS,
        "s",
        2,
    )
