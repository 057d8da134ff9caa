"""Sources of wallets' pasts that fail, lie, or are not there: what is missing is said, and nothing is made up."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import oracle_pasts
from burning import FOLLOWED, Market
from chains.faults import Fault
from chains.helius import SOL, Helius, token
from chains.solana_tokens import airdrop
from chains.wallets import SolanaWallet
from harness.bench import Bench
from harness.waiting import wait_for
from oracle_figures import Figures, differences
from oracle_pasts import Past
from oracle_place import Place, seconds_of


@dataclass(frozen=True)
class Case:
    """What Helius does from a page on, and what is said of it then."""

    fault: Fault
    reason: str
    seconds_max: float = 4.0


CASES = (
    Case(Fault.too_many(), "rate limited"),
    Case(Fault.refused(500), "unavailable: status 500"),
    Case(Fault.refused(503), "unavailable: status 503"),
    Case(Fault.refused(403), "refused: status 403"),
    # A page is waited for so long.
    Case(Fault.hanging(), "timed out", 9.0),
    Case(Fault.cut(), "unreachable"),
    Case(Fault.short(), ""),
    Case(Fault.page(), "malformed"),
    Case(Fault.truncated(), "malformed"),
    Case(Fault("an error as JSON", body=b'{"error":"internal"}'), "malformed"),
    Case(Fault("null", body=b"null"), "malformed"),
    Case(Fault("rows that are none", body=b'[1,"x",{},null]'), "could not be read"),
    Case(Fault.redirect("http://127.0.0.1:9/"), ""),
)


def faults(bench: Bench, place: Place) -> None:
    for case in CASES:
        for page in (0, 2):
            _fault(bench, place, case, page)
    place.helius.heal()
    place.begin()
    _strange(bench, place)
    _empty(bench, place)


def _fault(bench: Bench, place: Place, case: Case, page: int) -> None:
    place.helius.heal()
    place.begin()
    past = oracle_pasts.losing(250)
    wallet = place.keep(past)
    place.helius.fail(case.fault, page=page)
    began = time.monotonic()
    answer = place.told(wallet)
    seconds = time.monotonic() - began
    helius = next(one for one in answer["sources"] if one["name"] == "helius")
    metrics = answer["metrics"]
    figures = place.recount(wallet, answer, None)
    wrong = {name: one for name, one in differences(metrics, figures).items() if name != "days_active"}
    if page:
        wanted, holds = "partial", not wrong and len(figures.trades) > 50
    else:
        # Nothing came, so nothing is known of trades: the chain only counts signatures.
        wanted, wrong = (
            "missing",
            {name: one for name, one in metrics.items() if name in _OF_TRADES and one is not None},
        )
        holds = not wrong
    bench.check(
        f"Helius: {case.fault.name}, {'after two pages' if page else 'from the beginning'}",
        f"{wanted}: {case.reason or 'a reason'}; " + ("the figures of what came" if page else "no figures, no zeros"),
        f"{helius['state']}: {helius.get('reason')} ({seconds:.1f} s){f'; {wrong}' if wrong else ''}",
        helius["state"] == wanted
        and bool(helius.get("reason"))
        and case.reason in helius["reason"]
        and not answer["is_complete"]
        and holds
        and seconds < case.seconds_max,
    )


_OF_TRADES = {"volume_usd", "win_ratio", "total_pnl_usd", "average_pnl_usd", "max_drawdown", "volatility",
              "meme_exposure", "rug_ratio", "pnl_7d_usd", "hot", "cold", "whale"}  # fmt: skip


def _strange(bench: Bench, place: Place) -> None:
    """Pages that are well-formed and wrong."""
    past = Past().pad(250)
    wallet = place.keep(past)
    place.helius.repeats = True
    answer = place.told(wallet)
    source = answer["sources"][0]
    bench.check(
        "Helius: the first page again and again",
        "partial, after two of them; its rows count once",
        f"{source}, {place.helius.asked[wallet]} questions, {answer['metrics']['transactions']} transactions",
        source["state"] == "partial" and place.helius.asked[wallet] <= 3 and answer["metrics"]["transactions"] == 100,
    )
    place.helius.heal()
    other, mine = oracle_pasts.losing(60), SolanaWallet().address
    place.keep(other)
    place.helius.others[mine] = other.wallet
    answer = place.told(mine)
    wrong = {
        name: one for name, one in answer["metrics"].items() if name in ("volume_usd", "total_pnl_usd", "win_ratio")
    }
    bench.check(
        "Helius: another wallet's trades",
        "none of them is this wallet's",
        f"{wrong}",
        all(one in (None, "0") for one in wrong.values()),
    )
    bench.check(
        "Helius: another wallet's rows, in none of which this one stands",
        "not this wallet's transactions; not complete",
        f"{answer['metrics']['transactions']} transactions, {answer['sources'][0]}",
        answer["metrics"]["transactions"] in (None, 0) and not answer["is_complete"],
    )
    place.helius.heal()


def _empty(bench: Bench, place: Place) -> None:
    """Nothing happened, and that is known."""
    wallet = place.keep(Past())
    answer = place.told(wallet)
    bench.check(
        "a wallet that has never done anything",
        "0 transactions by a Helius that is complete; tier 1 by few_transactions",
        f"{answer['metrics']['transactions']} transactions, {answer['rule']}, {answer['sources']}",
        answer["metrics"]["transactions"] == 0
        and answer["rule"] == "few_transactions"
        and answer["sources"][0] == {"name": "helius", "state": "complete"},
    )


def priced(bench: Bench) -> None:
    """At a station that follows SOL, what is paid in SOL has a price: that of its hour."""
    market = Market()
    bench.on_close(market.close)
    settings: dict[str, object] = {**FOLLOWED, "market.endpoints.binance": market.address}
    place = Place(bench, settings=settings)
    # What was just now has to be in the hour that goes on.
    wait_for("an hour that has begun and does not end", 40, lambda: 20 < time.time() % 3600 < 3580, every=1)
    place.begin()
    opens = wait_for("candles", 60, lambda: _opens(place), every=0.5)
    past, mint = Past(days_ago=1), token("for SOL")
    for hour in sorted(opens)[-2:]:
        past.at = hour
        past.swap((SOL, 2 * 10**9), (mint, 10**6))
    past.swap((mint, 10**6), (SOL, 3 * 10**9)).rows[-1]["timestamp"] = int(time.time()) - 1
    place.keep(past)
    answer = place.told(past.wallet)
    now = int(time.time()) // 3600 * 3600

    def sol(at: int) -> Fraction | None:
        hour = at // 3600 * 3600
        return Fraction(opens[hour]) if hour < now else Fraction(market.cents, 100)

    told = {hour: market.bars["SOL"][hour // 3600 % 4].open for hour in opens}
    assert {hour: Decimal(one) for hour, one in opens.items()} == told, f"other candles than were told: {opens}"
    figures = Figures.count(
        past.newest_first, past.wallet, seconds_of(answer["made_at"]), past.rows[0]["timestamp"], sol=sol
    )
    wrong = differences(answer["metrics"], figures)
    bench.check(
        "purchases and a sale for SOL, two by kept candles and one at the price of now",
        f"in dollars: volume {figures.told()['volume_usd']}, profit {figures.told()['total_pnl_usd']}",
        wrong or f"so: volume {answer['metrics']['volume_usd']}",
        not wrong and len(figures.trades) == 1,
    )
    place.station.stop()


def _opens(place: Place) -> dict[int, str]:
    """By hour: what SOL cost as it began, as the station has kept it."""
    asked = {"pair": "SOL-USD", "interval": "1h", "limit": 5}
    rows = place.door.control("market.history", asked, place.operator).expect(200).json["candles"]
    return {int(seconds_of(one["openTime"])): one["open"] for one in rows}


def without(bench: Bench) -> None:
    """No key for Helius: the chain's own endpoint counts. And then no endpoint either."""
    place = Place(bench, has_key=False).begin()
    wallet = SolanaWallet()
    for count in range(12):
        airdrop(place.chain, wallet.pubkey, 1_000_000 + count)
    place.settle()
    answer = place.told(wallet.address)
    sources = {one["name"]: one for one in answer["sources"]}
    wrong = {name: one for name, one in answer["metrics"].items() if name in _OF_TRADES and one is not None}
    bench.check(
        "without a key for Helius",
        "12 transactions of the chain, today; no trades, and both sources say so",
        f"{answer['metrics']['transactions']}, {answer['rule']}, {answer['sources']}; {wrong or 'no trades'}",
        answer["metrics"]["transactions"] == 12
        and answer["metrics"]["days_active"] == 0
        and answer["rule"] == "ordinary"
        and not wrong
        and not answer["is_complete"]
        and sources["rpc"]["state"] == "partial"
        and "trades are missing" in sources["rpc"]["reason"]
        and (sources["helius"]["state"], sources["helius"]["reason"]) == ("missing", "oracle.helius_key is not set")
        and not place.helius.asked,
    )
    place.judge_faces()
    place.station.stop()
    bare = Place(bench, has_key=False, nodes=0).begin()
    answer = bare.told(wallet.address)
    figures = {name: one for name, one in answer["metrics"].items() if one is not None}
    bench.check(
        "with neither a key nor an endpoint",
        "200: tier 1 by no_data, both sources missing, no figure at all",
        f"{answer['rule']}, {answer['sources']}, {figures}",
        (answer["tier"], answer["rule"], answer["flags"]) == (1, "no_data", [])
        and {(one["name"], one["state"]) for one in answer["sources"]} == {("helius", "missing"), ("rpc", "missing")}
        and all(one["reason"] for one in answer["sources"])
        and figures == {"x_sentiment": "neutral"}
        and not answer["is_complete"],
    )
    bare.station.stop()


def read_all(helius: Helius, wallet: str) -> float:
    """How long it takes to read all pages and nothing else, over one connection: what no reader here can be below."""
    connection = http.client.HTTPConnection("127.0.0.1", int(helius.address.rpartition(":")[2]), timeout=30)
    began, cursor = time.perf_counter(), ""
    while True:
        connection.request("GET", f"/v0/addresses/{wallet}/transactions?api-key={helius.key}&limit=100{cursor}")
        page = connection.getresponse().read()
        rows = page.rpartition(b'"signature":"')[2].partition(b'"')[0]
        if page == b"[]":
            connection.close()
            return time.perf_counter() - began
        cursor = f"&before-signature={rows.decode()}"
