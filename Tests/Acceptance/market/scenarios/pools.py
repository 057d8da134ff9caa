"""Who is asked for what: seen, changed, rotated, kept and given back."""

from __future__ import annotations

from typing import Any

from door.client import NOBODY, Credential, Door
from door.people import People
from door.settings import WIDE_OPEN
from harness import tellers
from harness.bench import Bench
from harness.waiting import wait_for

NAME = "pools"
TITLE = "pools are changed by admins only, rotated with a reason, kept over a restart, and given back to the configuration"


def run(bench: Bench) -> None:
    kraken, coinbase = tellers.kraken(), tellers.coinbase()
    for teller in (kraken, coinbase):
        bench.on_close(teller.close)
    station = bench.station(
        {
            **WIDE_OPEN,
            "market.pairs": '["BTC-USD"]',
            "market.poll_seconds": 2,
            "market.endpoints.kraken": kraken.address,
            "market.endpoints.coinbase": coinbase.address,
        },
        exchange=bench.exchange(),
    )
    station.start()
    door = Door(station.port, timeout=20)
    people = People(station)
    tokens = {role: people.add(role).log_in(door).credential for role in ("viewer", "operator", "admin")}
    admin = tokens["admin"]
    wait_for("a price of binance", 20, lambda: _source(door) == "binance", every=0.1)
    _looking(bench, door, tokens)
    _rights(bench, door, tokens)

    pool = _post(door, "/api/pools/exchange/rotate", {"reason": "binance is slow today"}, admin).expect(200).json
    served = wait_for("a price of kraken", 20, lambda: _source(door) if _source(door) == "kraken" else None, every=0.1)
    bench.check("a rotation", "the next one serves, the first one is last", f"{pool['order']}, served by {served}",
                pool["order"] == ["kraken", "coinbase", "binance"] and pool["origin"] == "changed")
    _post(door, "/api/pools/exchange/members", {"provider": "bybit", "priority": 9}, admin).expect(200)
    door.ask("DELETE", "/api/pools/exchange/members/kraken", admin).expect(200)
    served = wait_for("a price of coinbase", 20, lambda: _source(door) if _source(door) == "coinbase" else None, every=0.1)
    history = door.get("/api/pools/history", tokens["viewer"]).expect(200).json["changes"]
    bench.check("the log of changes", "what was done, newest first, with who and why",
                [(one["change"], one.get("provider"), one.get("reason")) for one in history],
                [one["change"] for one in history] == ["member_removed", "member_added", "rotated"]
                and history[2]["reason"] == "binance is slow today" and history[2]["from"] == "binance" and history[2]["to"] == "kraken"
                and all("@" in one["caller"] for one in history))
    audit = door.get("/api/audit?limit=50", admin).expect(200).json["entries"]
    actions = [one["action"] for one in audit if one["action"].startswith("market.pool.")]
    bench.check("the audit log", "has all three", actions,
                actions == ["market.pool.member_removed", "market.pool.member_added", "market.pool.rotated"])

    _faults(bench, door, admin)
    station.stop()
    station.start()
    door = Door(station.port, timeout=20)
    pool = door.get("/api/pools/exchange", admin).expect(200).json
    members = [one["provider"] for one in pool["members"]]
    bench.check("after a restart", "as it was changed", f"{members}, {pool['origin']}, behind: {pool['stepped_back']}",
                members == ["binance", "coinbase", "bybit"] and pool["origin"] == "changed" and pool["stepped_back"] == ["binance"])
    told = station.ctl("market", "pools").stdout
    bench.check("cryptocallctl market pools", "the same", told.strip().splitlines()[1:2],
                "changed" in told and "binance coinbase bybit" in told)
    rotated = station.ctl("market", "rotate", "exchange", "--reason", "by hand")
    bench.check("cryptocallctl market rotate", "done, and said", rotated.stdout.strip() or rotated.stderr.strip(),
                rotated.returncode == 0 and "asked first now" in rotated.stdout)
    pools = door.ask("DELETE", "/api/pools/exchange", admin).expect(200).json["pools"]
    exchange = next(one for one in pools if one["id"] == "exchange")
    again = door.ask("DELETE", "/api/pools/exchange", admin).status
    served = wait_for("a price of binance", 20, lambda: _source(door) if _source(door) == "binance" else None, every=0.1)
    bench.check("given back to the configuration", "as configured; 409 for what is so already",
                f"{[one['provider'] for one in exchange['members']]}, {exchange['origin']}, {again}, served by {served}",
                [one["provider"] for one in exchange["members"]] == ["binance", "kraken", "coinbase"]
                and exchange["origin"] == "configuration" and again == 409)


def _source(door: Door) -> str:
    answer = door.get("/api/prices?symbols=BTC", NOBODY)
    if answer.status != 200 or not answer.json["prices"]:
        return ""
    return str(answer.json["prices"][0]["source"])


def _post(door: Door, path: str, body: Any, who: Credential) -> Any:
    return door.post(path, body, who)


def _looking(bench: Bench, door: Door, tokens: dict[str, Credential]) -> None:
    viewer = tokens["viewer"]
    before = door.get("/api/pools", viewer).expect(200).json["pools"]
    for _ in range(20):
        for path in ("/api/pools", "/api/pools/exchange", "/api/pools/history"):
            door.get(path, viewer).expect(200)
    rotate = door.get("/api/pools/exchange/rotate", viewer).status
    after = door.get("/api/pools", viewer).expect(200).json["pools"]
    same = [(one["id"], one["order"], one["stepped_back"]) for one in before] == [
        (one["id"], one["order"], one["stepped_back"]) for one in after
    ]
    bench.check("looking at pools, sixty times", "changes nothing; GET of rotate is 405; history is no pool",
                f"{[one['id'] for one in after]}, {rotate}",
                same and rotate == 405 and "changes" in door.get("/api/pools/history", viewer).json
                and [one["id"] for one in after] == ["exchange", "market_data", "defi", "sentiment"])


def _rights(bench: Bench, door: Door, tokens: dict[str, Credential]) -> None:
    wishes = [
        ("POST", "/api/pools", {"name": "Mine", "category": "exchange", "rotation_strategy": "weighted"}),
        ("POST", "/api/pools/exchange/members", {"provider": "bybit"}),
        ("POST", "/api/pools/exchange/rotate", {"reason": "x"}),
        ("DELETE", "/api/pools/exchange/members/binance", None),
        ("DELETE", "/api/pools/exchange", None),
    ]
    seen = []
    for who in (NOBODY, tokens["viewer"], tokens["operator"]):
        for method, path, body in wishes:
            answer = door.post(path, body, who) if method == "POST" else door.ask(method, path, who)
            seen.append(answer.status)
    pool = door.get("/api/pools/exchange", tokens["viewer"]).json
    bench.check("changes by nobody, viewers and operators", "401 and 403, nothing changed", f"{sorted(set(seen))}, {pool['origin']}",
                seen == [401] * 5 + [403] * 10 and pool["origin"] == "configuration")


def _faults(bench: Bench, door: Door, admin: Credential) -> None:
    cases: dict[tuple[str, str, str], int] = {
        ("/api/pools", "name", ""): 422, ("/api/pools", "name", "history"): 422, ("/api/pools", "name", "exchange"): 409,
        ("/api/pools/none/rotate", "reason", "x"): 404, ("/api/pools/exchange/rotate", "reason", ""): 422,
        ("/api/pools/exchange/members", "provider", "defillama"): 422, ("/api/pools/exchange/members", "provider", "binance"): 409,
        ("/api/pools/defi/rotate", "reason", "x"): 409,
    }
    wrong = {}
    for (path, field, value), status in cases.items():
        body = {field: value, **({"category": "exchange", "rotation_strategy": "priority"} if path == "/api/pools" else {})}
        answer = door.post(path, body, admin)
        named = answer.status != 422 or any(one["field"] == field for one in answer.json["details"])
        if answer.status != status or not named:
            wrong[path, value] = (answer.status, answer.body.decode()[:120])
    bench.check("wishes that make no sense", "refused by their field, or told what is in the way", wrong or f"{len(cases)} of {len(cases)}",
                not wrong)
    mine = door.post("/api/pools", {"name": "My own", "category": "nft", "rotation_strategy": "weighted"}, admin).expect(201).json
    gone = door.ask("DELETE", f"/api/pools/{mine['id']}", admin).status
    bench.check("a pool of one's own", "made empty, removed for good", (mine["id"], mine["origin"], gone),
                mine["id"] == "my-own" and mine["origin"] == "created" and gone == 200
                and door.get("/api/pools/my-own", admin).status == 404)
