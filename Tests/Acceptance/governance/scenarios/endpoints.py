"""Endpoints that fail and lie while somebody proposes: a dispute decides nothing, and no key of theirs is shown."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chains.faults import Fault
from chains.solana_node import SolanaNode
from chains.wallets import SolanaWallet
from door.vault import search
from harness.bench import Bench
from station import TOKEN, Assembly, words

NAME = "endpoints"
TITLE = "endpoints disagree, lie, lag, hang, are away: refused with the reason, or done by the rest; keys stay secret"

#: An endpoint is waited for so long.
ATTEMPT_SECONDS = 2
#: No proposal takes longer, whatever becomes of endpoints: three questions, some asked three times.
SECONDS_MAX = 20.0


class _Place(Assembly):
    holder = SolanaWallet()
    """Somebody besides the whale."""


@dataclass(frozen=True)
class Case:
    """What is done to the last endpoint, and what must come of it."""

    name: str
    spoil: Callable[[_Place, SolanaNode], None]
    two: str
    """Of two endpoints: part of the reason, or nothing where it may go on."""
    three: str
    """Of three, of which two have to agree."""
    is_believed: bool = False
    """Whether the endpoint may be among those that are named."""


def _disagree(place: _Place, node: SolanaNode) -> None:
    node.other_amounts = {str(place.mint.account_of(place.whale.pubkey)): 10**9 * TOKEN - 1}


def _disagree_on_another(place: _Place, node: SolanaNode) -> None:
    node.other_amounts = {str(place.mint.account_of(place.holder.pubkey)): TOKEN}


def _supply(place: _Place, node: SolanaNode) -> None:
    node.other_amounts = {str(place.mint.address): 2 * 10**9 * TOKEN}


def _all(fault: Fault) -> Callable[[_Place, SolanaNode], None]:
    return lambda place, node: node.fail(fault)


def _set(**values: int) -> Callable[[_Place, SolanaNode], None]:
    def spoil(place: _Place, node: SolanaNode) -> None:
        for name, value in values.items():
            setattr(node, name, value)

    return spoil


def _moved_lag(place: _Place, node: SolanaNode) -> None:
    """It is a little behind, and in between somebody has given tokens to somebody."""
    place.mint.transfer(place.whale.keypair, SolanaWallet().pubkey, TOKEN)
    place.settle()
    node.lag = 10


def _old_figures(place: _Place, node: SolanaNode) -> None:
    _moved_lag(place, node)
    node.slot_lie = node.lag


#: What is said of each: that they do not agree, that too few answer.
DISPUTE, FEW = "do not agree", "too few endpoints"
CASES = (
    Case("tells another amount of who proposes", _disagree, DISPUTE, DISPUTE),
    Case("tells another amount of somebody else", _disagree_on_another, DISPUTE, DISPUTE),
    Case("tells another supply", _supply, DISPUTE, DISPUTE),
    Case("lies about the slot: far ahead", _set(slot_lie=5000), FEW, ""),
    Case("lies about the slot: far behind", _set(slot_lie=-5000), FEW, ""),
    Case("is an hour behind, and says so", _set(lag=9000), FEW, ""),
    Case("is behind and passes old figures for new ones", _old_figures, DISPUTE, DISPUTE),
    Case("is 20 slots behind, in which nothing happened", _set(lag=20), "", "", True),
    Case("is 10 slots behind, in which tokens moved", _moved_lag, DISPUTE, DISPUTE),
    Case("hangs", _all(Fault.hanging()), FEW, ""),
    Case("says 429", _all(Fault.too_many("30")), FEW, ""),
    Case("says 503", _all(Fault.refused(503)), FEW, ""),
    Case("says that it is behind", _all(Fault.behind(400)), FEW, ""),
    Case("cuts the connection", _all(Fault.cut()), FEW, ""),
    Case("answers with a page", _all(Fault.page()), FEW, ""),
    Case("answers with half of the JSON", _all(Fault.truncated()), FEW, ""),
    Case("leads elsewhere", _all(Fault.redirect("http://127.0.0.1:9/")), FEW, ""),
    Case("answers null", _all(Fault.answer(None)), FEW, ""),
)


def run(bench: Bench) -> None:
    for count in (2, 3):
        place = _Place(bench, nodes=count, settings={"chains.attempt_seconds": ATTEMPT_SECONDS, "log.level": "trace"})
        place.name = f"of {count}, one "
        place.grant({place.holder: 10 * TOKEN})
        place.chain.advance(10_000)
        place.start()
        place.propose()
        for case in CASES:
            _case(bench, place, case, case.two if count == 2 else case.three)
        _all_down(bench, place, count)
        _secrets(bench, place)
        place.judge_faces()
        place.station.stop()
    _other_cluster(bench)
    _nothing(bench)


def _heal(place: _Place) -> None:
    """Well again, and nothing is remembered of before."""
    for node in place.nodes:
        node.heal()
        node.lag = node.slot_lie = 0
        node.other_amounts = {}
    # Whatever was moved was moved long ago.
    place.chain.advance(200)
    place.restart()


def _case(bench: Bench, place: _Place, case: Case, reason: str) -> None:
    _heal(place)
    node = place.nodes[-1]
    case.spoil(place, node)
    began = time.monotonic()
    answer = place.try_propose()
    seconds = time.monotonic() - began
    name = f"node-{len(place.nodes) - 1}"
    if reason:
        message = answer.json.get("message", "")
        bench.check(
            f"{place.name}{case.name}",
            f"503 unavailable: {reason}",
            f"{words(answer)}: {message} ({seconds:.1f} s)",
            words(answer) == "503 unavailable" and reason in message.lower() and seconds < SECONDS_MAX,
        )
        return
    snapshot = answer.json.get("snapshot", {}) if answer.status == 201 else {}
    told = snapshot.get("endpoints", [])
    bench.check(
        f"{place.name}{case.name}",
        "201 by the others" if not case.is_believed else "201 by all",
        f"{words(answer)} by {told} ({seconds:.1f} s)",
        answer.status == 201
        and (name in told) == case.is_believed
        and len(told) >= 2
        and seconds < SECONDS_MAX
        and int(snapshot["supply"]) == place.mint.supply()
        and int(snapshot["slot"]) <= place.chain.slot,
    )


def _all_down(bench: Bench, place: _Place, count: int) -> None:
    _heal(place)
    for node in place.nodes:
        node.fail(Fault.refused(502))
    down = place.try_propose()
    message = down.json.get("message", "")
    bench.check(
        f"all {count} away",
        "503 unavailable, with what to do",
        f"{words(down)}: {message}",
        words(down) == "503 unavailable" and "later" in message,
    )
    standings = place.door.control("governance.status", {}, place.person("operator")).expect(200).json["endpoints"]
    told = {one["name"]: one["lastError"] for one in standings}
    bench.check(
        f"governance.status of {count} that are away",
        "each by its name, with what it said last",
        told,
        told == {f"node-{number}": "unavailable" for number in range(count)},
    )
    _heal(place)
    for node in place.nodes[1:]:
        node.fail(Fault.hanging())
    alone = place.try_propose()
    bench.check(
        f"one of {count} left",
        "503 unavailable: one's word is not enough",
        f"{words(alone)}: {alone.json.get('message')}",
        words(alone) == "503 unavailable" and FEW in alone.json["message"].lower(),
    )
    _heal(place)
    again = place.try_propose()
    bench.check(f"all {count} well again", "201", words(again), again.status == 201)


def _secrets(bench: Bench, place: _Place) -> None:
    """Every key has gone out in every request; it must have stayed out of everything that the daemon writes."""
    seen = {key for node in place.nodes for row in node.headers_seen for key in place.keys if key in row[":path"]}
    operator = place.person("operator")
    said = bench.folder / f"said-{len(place.nodes)}"
    said.mkdir()
    with urllib.request.urlopen(f"http://127.0.0.1:{place.station.port}/metrics", timeout=10) as answer:
        (said / "metrics").write_bytes(answer.read())
    (said / "status").write_bytes(place.door.control("governance.status", {}, operator).body)
    (said / "proposals").write_bytes(place.door.get("/governance/proposals").body)
    (said / "config").write_text(place.station.ctl("config", "dump").stdout)
    (said / "refusals").write_bytes(place.try_propose(title="x" * 301).body)
    logs = [log for run in place.station.runs for log in (run.output, run.errors)]
    home = place.station.home
    files = [path for path in home.rglob("*") if path.is_file() and "credentials" not in path.parts]
    from door.vault import VAULT

    (said / "errors").write_bytes(b"\n".join(VAULT.said))
    places: list[Path] = [*logs, *files, *(path for path in said.iterdir())]
    found = search({"endpoint key": place.keys}, places, bench.folder)
    sizes = sum(path.stat().st_size for path in places)
    bench.check(
        f"keys of {len(place.nodes)} endpoints, searched for in {len(places)} files of {sizes >> 10} KB",
        "sent to their endpoints; in no log, answer, metric or file",
        f"{len(seen)} sent; {found or 'nowhere else'}",
        len(seen) == len(place.nodes) and not found and sizes > 10_000,
    )


#: Of the first block of the real one.
DEVNET = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"


def _other_cluster(bench: Bench) -> None:
    """Two endpoints say that they are of the cluster that is set up, and one that it is of another."""
    place = Assembly(bench, nodes=3, settings={"chains.solana.cluster": "devnet"})
    for node in place.nodes[:2]:
        node.genesis_lie = DEVNET
    place.start()
    answer = place.try_propose()
    told = answer.json.get("snapshot", {}).get("endpoints", [])
    methods = set(place.nodes[2].calls)
    bench.check(
        "of three endpoints one is of another cluster",
        "201 by the others; it was asked for its genesis hash and nothing else",
        f"{words(answer)} by {told}, asked {sorted(methods)}",
        answer.status == 201 and told == ["node-0", "node-1"] and methods == {"getGenesisHash"},
    )
    place.nodes[1].genesis_lie = None
    place.restart()
    alone = place.try_propose()
    standings = place.door.control("governance.status", {}, place.person("operator")).expect(200).json["endpoints"]
    errors = {one["name"]: one["lastError"] for one in standings if one["lastError"]}
    bench.check(
        "two are",
        "503 unavailable; the status says which two",
        f"{words(alone)}, {errors}",
        words(alone) == "503 unavailable" and errors == {"node-1": "other chain", "node-2": "other chain"},
    )
    place.judge_faces()
    place.station.stop()


def _nothing(bench: Bench) -> None:
    """Stations that are not set up for votes say what is missing."""
    place = Assembly(bench, nodes=0)
    place.start()
    who = place.person()
    place.link(who, place.whale).expect(201)
    listed = place.door.get("/governance/proposals").expect(200).json
    answer = place.try_propose(who)
    bench.check(
        "without an endpoint",
        "503 unavailable; the list says why, too",
        f"{words(answer)}: {answer.json['message']}",
        words(answer) == "503 unavailable"
        and "chains.solana" in answer.json["message"]
        and "chains.solana" in listed["unavailable"],
    )
    place.station.stop()
    place.station.settings["governance.token"] = ""
    place.start()
    answer = place.try_propose(who)
    bench.check(
        "without a token",
        "503 unavailable",
        f"{words(answer)}: {answer.json['message']}",
        words(answer) == "503 unavailable" and "governance.token" in answer.json["message"],
    )
    place.station.stop()
