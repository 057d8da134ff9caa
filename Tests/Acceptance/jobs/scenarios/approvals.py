"""A person's decision: on what was shown, made once, and not after its time."""

from __future__ import annotations

import threading
import time
from typing import Any

from harness.bench import Bench
from harness.control import Control, Refused
from harness.engines import Engine, both, plain
from harness.station import Station
from harness.waiting import wait_for
from harness.work import named, start

NAME = "approvals"
TITLE = "other content refused, two approvers make one decision, expired while down is expired, no signal twice"


def run(bench: Bench) -> None:
    for engine in both(bench):
        station = engine.station()
        start(bench, station)
        _decided(bench, engine, station)
        _expired(bench, engine, station)
        station.stop()


def _begin(bench: Bench, engine: Engine, station: Station, name: str, seconds: int) -> str:
    text = {
        "witness": named(bench, engine, name).name,
        "text": f"the script of {name}",
        "seconds": seconds,
        "number": 1,
    }
    return str(station.control().call("workflows.start", {"name": "drill-gates", "input": text})["id"])


def _asked(engine: Engine, run: str, subject: str) -> str:
    """The hash of what waits to be decided."""

    def look() -> str | None:
        rows = engine.query(
            "SELECT content_hash FROM approval WHERE decision IS NULL "
            f"AND subject = '{subject}' AND {engine.id('run')} = '{plain(run)}'"
        )
        return rows[0][0] if rows else None

    return wait_for(f"the question about {subject}", 15, look)


def _decisions(engine: Engine, run: str) -> dict[str, str]:
    rows = engine.query(
        f"SELECT subject, decision FROM approval WHERE {engine.id('run')} = '{plain(run)}' ORDER BY step, round"
    )
    return {row[0]: row[1] for row in rows}


def _state(engine: Engine, run: str) -> str:
    rows = engine.query(f"SELECT state FROM workflow_run WHERE {engine.id('id')} = '{plain(run)}'")
    return rows[0][0] if rows else "not begun"


def _ended(engine: Engine, run: str) -> str:
    def look() -> str | None:
        state = _state(engine, run)
        return state if state in ("completed", "failed", "cancelled") else None

    return wait_for("the end of the workflow", 30, look)


def _decided(bench: Bench, engine: Engine, station: Station) -> None:
    run = _begin(bench, engine, station, "decided", 600)
    shown = _asked(engine, run, "script")
    control = station.control()
    other = shown[:-1] + ("0" if shown[-1] != "0" else "1")
    refusal = ""
    try:
        control.call("workflows.decide", {"id": run, "subject": "script", "decision": "approve", "hash": other})
    except Refused as error:
        refusal = str(error)
    bench.check(
        f"{engine.name}: approving other content than what is there",
        "refused, saying that it has changed; still open",
        f"{refusal[:90] or 'accepted'}; {_decisions(engine, run)['script'] or 'open'}",
        "changed" in refusal and _decisions(engine, run)["script"] == "",
    )
    accepted, refused = _race(bench, station, run, shown)
    decision = wait_for("the decision", 10, lambda: _decisions(engine, run)["script"])
    bench.check(
        f"{engine.name}: two approvers at the same moment",
        "one decision, the other refused by it",
        f"{len(accepted)} accepted ({', '.join(accepted)}), {len(refused)} refused; on record {decision}",
        len(accepted) == 1 and len(refused) == 1 and decision.startswith(accepted[0]),
    )
    if accepted == ["approve"]:
        final = _asked(engine, run, "final")
        control.call("workflows.decide", {"id": run, "subject": "final", "decision": "approve", "hash": final})
    bench.check(
        f"{engine.name}: the workflow goes on with the decision, and ends",
        "completed or failed as decided",
        _ended(engine, run),
        _ended(engine, run) == "completed" if accepted == ["approve"] else _ended(engine, run) != "cancelled",
    )


def _race(bench: Bench, station: Station, run: str, shown: str) -> tuple[list[str], list[str]]:
    gate = threading.Barrier(2)
    accepted: list[str] = []
    refused: list[str] = []

    def decide(decision: str) -> None:
        control = Control(bench.context, station.control_address)
        try:
            control.call("system.status")
            gate.wait(10)
            request: dict[str, Any] = {"id": run, "subject": "script", "decision": decision, "hash": shown}
            control.call("workflows.decide", request, timeout=15)
            accepted.append(decision)
        except Refused as error:
            refused.append(str(error))
        finally:
            control.close()

    threads = [bench.background(word, lambda word=word: decide(word)) for word in ("approve", "reject")]  # type: ignore[misc]
    for thread in threads:
        thread.join(20)
    return accepted, refused


def _expired(bench: Bench, engine: Engine, station: Station) -> None:
    """The time passes while nobody is there to notice."""
    run = _begin(bench, engine, station, "expired", 3)
    shown = _asked(engine, run, "script")
    control = station.control()
    station.kill()
    time.sleep(4)
    start(bench, station)
    decision = wait_for("the decision", 30, lambda: _decisions(engine, run)["script"])
    refusal = ""
    try:
        control = station.control()
        control.call("workflows.decide", {"id": run, "subject": "script", "decision": "approve", "hash": shown})
    except Refused as error:
        refusal = str(error)
    bench.check(
        f"{engine.name}: the deadline passes while the daemon is down; approving afterwards",
        "expired; refused",
        f"{decision}; {refusal[:80] or 'accepted'}",
        decision == "expired" and bool(refusal),
    )
