"""Results on their way to the chain, past all that goes wrong there: each lands once, and is told when it is final."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from chains.faults import Fault
from chains.solana_node import Sends
from chains.solana_records import Landed
from harness.bench import Bench
from harness.control import Refused
from harness.engines import Engine, both
from harness.waiting import wait_for
from station import Assembly, Proposal, words

NAME = "anchoring"
TITLE = "dropped, pretended, expired, away, killed, without a key: one memo each, on_chain never before it is final"

FINALIZED_BEHIND = 32
#: A step that has failed is tried again after seconds, and then after more.
PATIENCE_SECONDS = 150


class _Watch:
    """Looks at a proposal all the time, and notes where it says more than the chain."""

    def __init__(self, place: Assembly, proposal: Proposal) -> None:
        self.looks = 0
        self.lies: list[str] = []
        self.notes: list[str] = []
        self._place, self._proposal = place, proposal
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(30)

    def _look(self) -> None:
        while not self._ending.wait(0.1):
            try:
                view = self._proposal.view
            except (OSError, http.client.HTTPException):
                self._place.door.close()
                continue  # It is being killed.
            self.looks += 1
            if view.get("chain_note") and view["chain_note"] not in self.notes:
                self.notes.append(view["chain_note"])
            if view["on_chain"] and not self._is_final(view.get("chain_signature")):
                self.lies.append(f"{view['chain_signature']} is not final")

    def _is_final(self, signature: str | None) -> bool:
        landed: Landed | None = self._place.chain.landed.get(signature or "")
        return landed is not None and landed.err is None and landed.slot <= self._place.chain.slot - FINALIZED_BEHIND


def run(bench: Bench) -> None:
    for engine in both(bench):
        _one(bench, engine)


def _one(bench: Bench, engine: Engine) -> None:
    place = Assembly(bench, engine, has_anchor_key=True, finalized_behind=FINALIZED_BEHIND).start()
    for what, spoil in _TROUBLES.items():
        _heal(place)
        with _decided(place) as (proposal, watch):
            spoil(place, proposal)
            _finalize(place, proposal)
        _judge(bench, place, what, proposal, watch)
    place.judge_faces()
    place.station.stop()
    _without_key(bench, engine, place)


@contextmanager
def _decided(place: Assembly) -> Iterator[tuple[Proposal, _Watch]]:
    proposal = place.propose()
    watch = _Watch(place, proposal)
    try:
        yield proposal, watch
    finally:
        watch.stop()


def _heal(place: Assembly) -> None:
    for node in place.nodes:
        node.heal()
        node.lag = 0
        node.sends = Sends.LAND
        node.sent.clear()


def _finalize(place: Assembly, proposal: Proposal) -> None:
    """Waits for the memo, then lets the chain go on until it is final and told."""
    wait_for("the memo", PATIENCE_SECONDS, proposal.memos, every=0.1)
    # Time to say too early that it stands there.
    time.sleep(2)
    place.chain.advance(FINALIZED_BEHIND)
    wait_for("on_chain", PATIENCE_SECONDS, lambda: proposal.view["on_chain"], every=0.2)
    # Time for a second one, whose blockhash would be good.
    time.sleep(2)
    place.settle()


def _judge(bench: Bench, place: Assembly, what: str, proposal: Proposal, watch: _Watch) -> None:
    view = proposal.view
    memos = proposal.memos()
    signed = {signature for node in place.nodes for signature in node.sent}
    bench.check(
        f"{place.name}{what}",
        "one memo; on_chain only once it was final",
        f"{len(memos)} memos of {len(signed)} signed; {len(watch.lies)} lies in {watch.looks} looks; "
        f"{view['chain_note']}",
        len(memos) == 1
        and not watch.lies
        and watch.looks > 5
        and view["on_chain"]
        and place.chain.landed[view["chain_signature"]].memos() == memos
        and view["status"] in ("passed", "executing", "executed"),
    )


# What goes wrong


def _sends(place: Assembly, how: Sends) -> None:
    for node in place.nodes:
        node.sends = how


def _wait_sent(place: Assembly, count: int = 1) -> None:
    wait_for("a transaction to be sent", 60, lambda: sum(len(node.sent) for node in place.nodes) >= count, every=0.05)


def _nothing(place: Assembly, proposal: Proposal) -> None:
    proposal.end()


def _dropped(place: Assembly, proposal: Proposal) -> None:
    _sends(place, Sends.DROP)
    proposal.end()
    _wait_sent(place, 3)
    _sends(place, Sends.LAND)


def _silent(place: Assembly, proposal: Proposal) -> None:
    _sends(place, Sends.SILENT)
    proposal.end()


def _pretended(place: Assembly, proposal: Proposal) -> None:
    _sends(place, Sends.PRETEND)
    proposal.end()
    _wait_sent(place, 3)
    _sends(place, Sends.LAND)


def _expired(place: Assembly, proposal: Proposal) -> None:
    """What was signed can land no more: only then another one is signed."""
    _sends(place, Sends.PRETEND)
    proposal.end()
    _wait_sent(place)
    place.chain.expire_blockhashes()
    place.settle()
    _sends(place, Sends.LAND)


def _almost_expired(place: Assembly, proposal: Proposal) -> None:
    """The first one lands with its last blocks, unseen by who is asked for it."""
    _sends(place, Sends.SILENT)
    place.nodes[0].lag = 100
    proposal.end()
    _wait_sent(place)
    place.chain.advance(90)
    time.sleep(3)
    place.nodes[0].lag = 0


def _half_blind(place: Assembly, proposal: Proposal) -> None:
    """It has landed; of two endpoints one says nothing of transactions, and the other has not got so far.

    The first one still tells the height, by which the blockhash has run out: that proves nothing without a look at the
    transaction from there.
    """
    place.nodes[0].fail(Fault.cut(), "getSignatureStatuses")
    place.nodes[1].lag = 5000
    proposal.end()
    wait_for("the memo", 60, proposal.memos, every=0.05)
    place.chain.expire_blockhashes()
    place.settle()
    # Time to sign another one.
    time.sleep(6)
    place.nodes[0].heal()
    place.nodes[1].lag = 0


def _away(place: Assembly, proposal: Proposal) -> None:
    for node in place.nodes:
        node.fail(Fault.refused(503))
    proposal.end()
    proposal.wait("passed", "executing", "executed")
    time.sleep(6)
    _heal(place)


def _limited(place: Assembly, proposal: Proposal) -> None:
    for node in place.nodes:
        node.fail(Fault.too_many("2"), "sendTransaction", "getSignatureStatuses", times=2)
    proposal.end()


def _killed_when_sent(place: Assembly, proposal: Proposal) -> None:
    """It has landed, and whoever sent it dies before it is final."""
    proposal.end()
    wait_for("the memo", 60, proposal.memos, every=0.02)
    place.station.kill()
    time.sleep(1)
    place.start()


def _killed_before_landing(place: Assembly, proposal: Proposal) -> None:
    """It was signed and sent to somebody who lost it; the next daemon sends the very same one."""
    _sends(place, Sends.PRETEND)
    proposal.end()
    _wait_sent(place)
    place.station.kill()
    _sends(place, Sends.LAND)
    place.start()


def _killed_at_decision(place: Assembly, proposal: Proposal) -> None:
    proposal.end()
    place.station.kill()
    place.start()


def _killed_often(place: Assembly, proposal: Proposal) -> None:
    proposal.end()
    for _ in range(3):
        time.sleep(0.7)
        place.station.kill()
        place.start()


_TROUBLES: dict[str, Callable[[Assembly, Proposal], None]] = {
    "nothing goes wrong": _nothing,
    "what is sent is dropped for a while": _dropped,
    "it lands, and nobody says so": _silent,
    "a signature is told for what never lands": _pretended,
    "the blockhash expires": _expired,
    "it lands late, and one endpoint is far behind": _almost_expired,
    "it has landed, one endpoint is silent about it, the other behind": _half_blind,
    "all endpoints are away for a while": _away,
    "all endpoints say 429 for a while": _limited,
    "killed between landing and finality": _killed_when_sent,
    "killed between signing and landing": _killed_before_landing,
    "killed at the decision": _killed_at_decision,
    "killed three times on the way": _killed_often,
}


# Without a key


def _without_key(bench: Bench, engine: Engine, before: Assembly) -> None:
    """The same station, whose key is gone; later it comes back."""
    place = before
    key = place.station.settings.pop("governance.anchor_key")
    _heal(place)
    place.start()
    operator, client = place.person("operator"), place.person("client")
    open_one, proposal = place.propose(), place.propose()
    proposal.end()
    view = proposal.wait("executed", seconds=60)
    bench.check(
        f"{place.name}without a key",
        "carried out all the same; says that it is not on the chain, and why",
        view["chain_note"],
        not view["on_chain"] and "governance.anchor_key is not set" in view["chain_note"] and not proposal.memos(),
    )
    still = _anchor(place, operator, proposal)
    time.sleep(4)
    bench.check(
        f"{place.name}governance.anchor without a key",
        "taken; says the same as before",
        f"{still}; {proposal.view['chain_note']}",
        still == "200" and "governance.anchor_key is not set" in proposal.view["chain_note"],
    )
    place.station.settings["governance.anchor_key"] = key
    place.restart()
    refused = {
        "a client": _anchor(place, client, proposal),
        "before it is decided": _anchor(place, operator, open_one),
    }
    asked = _anchor(place, operator, proposal)
    watch = _Watch(place, proposal)
    try:
        _finalize(place, proposal)
    finally:
        watch.stop()
    refused["once it stands there"] = _anchor(place, operator, proposal)
    bench.check(
        f"{place.name}governance.anchor with the key",
        "one memo, told when final",
        f"{asked}; {len(proposal.memos())} memos, {len(watch.lies)} lies",
        asked == "200" and len(proposal.memos()) == 1 and not watch.lies,
    )
    bench.check(
        f"{place.name}governance.anchor by a client, of an open one, of one that stands there",
        "refused",
        refused,
        refused["a client"].startswith("403") and all(not said.startswith(("200", "5")) for said in refused.values()),
    )
    control = place.station.control()
    try:
        control.call("governance.anchor", {"id": "01980000-0000-7000-8000-000000000000"})
        said = "taken"
    except Refused as error:
        said = str(error)
    bench.check(
        f"{place.name}governance.anchor of what there is not", "refused, and says so", said, "no such proposal" in said
    )
    place.station.stop()


def _anchor(place: Assembly, who: Any, proposal: Proposal) -> str:
    return words(place.door.control("governance.anchor", {"id": proposal.id}, who))
