"""Server-sent events: states first, replay over crashes, and a slow reader that is told what it lost."""

from __future__ import annotations

import threading
import time
from typing import Any

from door.client import Credential, Door
from door.people import People
from door.raw import react
from door.settings import WIDE_OPEN
from door.stream import EventStream, NotOpened
from harness.bench import Bench
from harness.control import Control
from harness.ledger import TYPE, uuid7
from harness.process import resident_bytes
from harness.station import Station
from harness.waiting import Late, wait_for

NAME = "event-streams"
TITLE = "/events: snapshot first, Last-Event-ID over kill -9, who may see what, slow readers, an orderly end"

HEARTBEAT_SECONDS = 10
STATE = "drill.status.set"


def run(bench: Bench) -> None:
    station = bench.station({**WIDE_OPEN, "drills.enabled": "true"}, exchange=bench.exchange())
    station.start()
    admin = People(station).add("admin").log_in(Door(station.port)).credential
    _opening(bench, station, admin)
    _who(bench, station)
    _replay(bench, station, admin)
    _positions(bench, station, admin)
    _slow(bench, station, admin)
    _gone(bench, station)
    _stopping(bench, station, admin)


def _opening(bench: Bench, station: Station, admin: Credential) -> None:
    control = station.control()
    control.call("events.publish", {"events": [{"type": STATE, "id": uuid7(), "payload": {"number": 7, "filler": ""}}]})
    stream = EventStream(station.port, "topics=drill.", admin)
    headers = stream.headers
    first, second = stream.next(5), stream.next(5)
    names = [heard.name if heard else "nothing" for heard in (first, second)]
    bench.check(
        "the head, and what comes first",
        "no-store, not buffered; a welcome, then the state of now",
        f"{headers.get('cache-control')}, {headers.get('x-accel-buffering')}; {', '.join(names)}",
        headers.get("cache-control") == "no-store"
        and headers.get("x-accel-buffering") == "no"
        and names == ["welcome", STATE]
        and second is not None
        and second.data["data"]["number"] == 7
        and second.id is None,
    )
    sent = uuid7()
    offset = control.call(
        "events.publish", {"events": [{"type": TYPE, "id": sent, "payload": {"number": 1, "filler": "a\nb\r\u2028c"}}]}
    )["offsets"][0]
    heard = stream.wait("the durable event", 5, lambda event: event.name.startswith(TYPE))
    bench.check(
        "a durable event with line breaks in its text",
        "one line of data, the id is its offset",
        f"id {heard.id}, {heard.data['data']['filler']!r}",
        heard.id == offset and heard.data["id"] == sent and heard.data["data"]["filler"] == "a\nb\r\u2028c",
    )
    before = stream.comments
    began = time.monotonic()
    for _ in stream.all(HEARTBEAT_SECONDS + 3):
        pass
    bench.check(
        f"a sign of life in {time.monotonic() - began:.0f} s without events",
        "at least one",
        stream.comments - before,
        stream.comments > before,
    )
    stream.close()
    prices = EventStream(station.port, "groups=prices")
    told = [prices.next(10) for _ in range(2)]
    bench.check(
        "a stranger's prices: the states of now come at once",
        "a welcome, then a price",
        ", ".join(heard.name if heard else "nothing" for heard in told),
        told[0] is not None
        and told[0].name == "welcome"
        and told[1] is not None
        and told[1].name.startswith("market.price"),
    )
    prices.close()


def _who(bench: Bench, station: Station) -> None:
    """What no rule opens is for operators, whichever way it is asked for."""
    door, people = Door(station.port), People(station)
    credentials = {
        "nobody": None,
        **{role: people.add(role).log_in(door).credential for role in ("viewer", "client", "operator")},
    }
    told: dict[str, Any] = {}
    for name, who in credentials.items():
        try:
            EventStream(station.port, "topics=control.,drill.", who or Credential()).close()
            told[name] = 200
        except NotOpened as error:
            told[name] = error.status
    bench.check(
        "control events by nobody, viewer, client, operator",
        "401, 403, 403, 200",
        list(told.values()),
        list(told.values()) == [401, 403, 403, 200],
    )
    # Everything, without naming it: only what is open comes.
    everything = EventStream(station.port)
    station.control().call(
        "events.publish", {"events": [{"type": TYPE, "id": uuid7(), "payload": {"number": 2, "filler": "planted"}}]}
    )
    door.control("air.mute", {}, credentials["operator"] or Credential())
    door.control("air.unmute", {}, credentials["operator"] or Credential())
    names = {heard.name for heard in everything.all(2.5)}
    secret = {
        name for name in names if name.startswith(("drill.", "control.", "job.", "workflow.", "config.", "user."))
    }
    bench.check(
        "a stranger who names no topics",
        "nothing that is for operators",
        ", ".join(sorted(secret)) or f"none among {', '.join(sorted(names)[:4])}",
        not secret and bool(names),
    )
    everything.close()
    bad = [
        react(
            station.port, f"GET /events?{query} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n".encode(), answers=1
        ).statuses
        for query, header in (
            ("topics=", ""),
            ("topics=a%20b", ""),
            ("topics=" + ",".join(f"a{number}." for number in range(100)), ""),
            ("groups=nonsense", ""),
            ("topics=" + "a" * 300, ""),
            ("", "Last-Event-ID: nonsense\r\n"),
            ("", "Last-Event-ID: 99999999999999999999999\r\n"),
            ("last_event_id=-1", ""),
        )
    ]
    bench.check("topics and positions that cannot be", "422 each", bad, all(statuses == [422] for statuses in bad))


class _Reader:
    """Comes back with the last id whenever the stream breaks, as a browser does."""

    def __init__(self, bench: Bench, station: Station, admin: Credential) -> None:
        self.ids: list[str] = []
        self.offsets: list[int] = []
        self.connects = 0
        self.gaps: list[str] = []
        self._ending = threading.Event()
        self._station, self._admin = station, admin
        self._last: int | None = None
        self._thread = bench.background("reader", self._run)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                stream = EventStream(self._station.port, "topics=drill.ledger.", self._admin, after=self._last)
            except (OSError, Late, NotOpened):
                time.sleep(0.05)  # Its patience until it comes again.
                continue
            self.connects += 1
            while not self._ending.is_set() and not stream.is_ended:
                heard = stream.next(0.2)
                if heard is None:
                    continue
                if heard.name.startswith(TYPE):
                    self.ids.append(heard.data["id"])
                    self.offsets.append(int(heard.id or 0))
                elif heard.name == "gap":
                    self.gaps.append(heard.text)
            self._last = stream.last_id
            stream.close()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join(20)


def _replay(bench: Bench, station: Station, admin: Credential) -> None:
    kills = 2 if bench.quick else 5
    readers = [_Reader(bench, station, admin) for _ in range(3)]
    wait_for("the readers", 10, lambda: all(reader.connects for reader in readers))
    writer = bench.writer(station)
    for number in range(kills):
        target = (number + 1) * 1500
        wait_for("some events", 60, lambda target=target: len(writer.acknowledged) >= target)  # type: ignore[misc]
        if number % 2:
            station.stop()
        else:
            station.kill()
        station.start()
    wait_for("some more", 60, lambda: len(writer.acknowledged) >= (kills + 1) * 1500)
    writer.stop()
    wanted = set(writer.acknowledged)
    newest = max(writer.acknowledged.values())
    try:
        wait_for(
            "the readers to have all",
            30,
            lambda: all(reader.offsets and reader.offsets[-1] >= newest for reader in readers),
        )
    except Late:
        pass  # The row tells.
    for reader in readers:
        reader.stop()
    missing = [len(wanted - set(reader.ids)) for reader in readers]
    twice = [len(reader.ids) - len(set(reader.ids)) for reader in readers]
    in_order = all(reader.offsets == sorted(reader.offsets) for reader in readers)
    bench.check(
        f"{len(wanted)} acknowledged events, {kills} ends of the daemon, {len(readers)} readers: missing, twice, order",
        "none, none, yes",
        f"{missing}, {twice}, {'yes' if in_order else 'no'}; {[reader.connects for reader in readers]} connections, "
        f"{sum(len(reader.gaps) for reader in readers)} gaps told",
        not any(missing) and not any(twice) and in_order and min(reader.connects for reader in readers) > kills,
    )


def _positions(bench: Bench, station: Station, admin: Credential) -> None:
    control = station.control()
    offset = control.call(
        "events.publish", {"events": [{"type": TYPE, "id": uuid7(), "payload": {"number": 3, "filler": ""}}]}
    )["offsets"][0]
    by_query = EventStream(station.port, f"topics={TYPE}&last_event_id={offset - 1}", admin)
    heard = by_query.wait("the event", 5, lambda event: event.name.startswith(TYPE))
    by_query.close()
    future = EventStream(station.port, f"topics={TYPE}", admin, after=offset + 1_000_000)
    told = future.wait("what is told of a position that is not there yet", 5, lambda event: event.name in ("gap", TYPE))
    later = control.call(
        "events.publish", {"events": [{"type": TYPE, "id": uuid7(), "payload": {"number": 4, "filler": ""}}]}
    )["offsets"][0]
    then = future.wait("the next event", 5, lambda event: event.name.startswith(TYPE))
    future.close()
    bench.check(
        "the position in the query; one far beyond the log, and what happens then",
        "from there on; told as a gap, and on with the next event",
        f"{'from there' if heard.id == offset else heard.id}; {told.name}, "
        f"{'the next' if then.id == later else then.id}",
        heard.id == offset and told.name == "gap" and then.id == later,
    )


def _slow(bench: Bench, station: Station, admin: Credential) -> None:
    """Reads nothing for a while; others go on, memory is bounded, and what was lost is told."""
    count = 30_000 if bench.quick else 100_000
    slow = EventStream(station.port, "topics=drill.", admin, buffer=4096)
    quick = EventStream(station.port, "topics=drill.ledger.", admin)
    slow.wait("the welcome", 5, lambda heard: heard.name == "welcome")
    before = resident_bytes(station.run.pid)
    control = station.control()
    load: dict[str, Any] = {"kind": "load", "count": count, "delivery": "mixed", "payloadBytes": 256, "batch": 256}
    publisher = bench.background("publisher", lambda: _publish(bench, station, load))
    numbers: list[int] = []
    for heard in quick.all(60):
        if heard.name.startswith(TYPE):
            numbers.append(heard.data["data"]["number"])
        if len(numbers) >= count // 10:
            break
    publisher.join(60)
    grown = resident_bytes(station.run.pid) - before
    states = control.call(
        "events.publish", {"events": [{"type": STATE, "id": uuid7(), "payload": {"number": 99, "filler": ""}}]}
    )
    got: dict[str, int] = {}
    lost = missed = 0
    ledger: list[int] = []
    newest = 0
    for heard in slow.all(20):
        kind = heard.name.split(".")[1] if "." in heard.name else heard.name
        got[kind] = got.get(kind, 0) + 1
        if heard.name == "lagged":
            lost += heard.data["data"]
            missed += heard.data["missed"]
        elif heard.name.startswith(TYPE):
            ledger.append(heard.data["data"]["number"])
        elif heard.name.startswith(STATE):
            newest = heard.data["data"]["number"]
        if len(ledger) >= count // 10 and newest == 99:
            break
    data = count - count // 10
    bench.check(
        f"{count} events while one does not read: another reader's durable ones",
        f"all {count // 10}, in order",
        f"{len(numbers)}, {'in order' if numbers == sorted(numbers) else 'out of order'}",
        len(numbers) == count // 10 and numbers == sorted(numbers) and bool(states),
    )
    bench.check(
        "the slow one: durable events; data that came, that it lost, and what the station missed; the newest state",
        f"all {count // 10} in order; the first two at most {data}, all three at least; 99",
        f"{len(ledger)}{'' if ledger == sorted(ledger) else ' out of order'}; "
        f"{got.get('load', 0)} + {lost} + {missed}; {newest}",
        len(ledger) == count // 10
        and ledger == sorted(ledger)
        and got.get("load", 0) + lost <= data <= got.get("load", 0) + lost + missed
        and (missed > 0 or got.get("load", 0) + lost == data)
        and lost > 0
        and newest == 99,
    )
    bench.at_most("memory that it cost meanwhile", max(0, grown) / 1e6, 64, "MB")
    slow.close()
    quick.close()


def _publish(bench: Bench, station: Station, load: dict[str, Any]) -> None:
    control = Control(bench.context, station.control_address)
    try:
        control.call("drill.start", load, timeout=120)
    finally:
        control.close()


def _gone(bench: Bench, station: Station) -> None:
    """A client that hangs up is noticed at once, not at the next event."""
    streams = [EventStream(station.port, "topics=signal.", source=f"127.0.4.{number % 5 + 1}") for number in range(50)]
    counted = wait_for("the clients to be counted", 5, lambda: clients(station) >= 50 and clients(station))
    for stream in streams:
        stream.close()
    began = time.monotonic()
    try:
        wait_for("the clients to be gone", 10, lambda: clients(station) == 0)
    except Late:
        pass  # The row tells.
    took = time.monotonic() - began
    bench.check(
        "50 clients that hang up while nothing happens",
        "0 counted within 1 s",
        f"{counted:.0f}, then {clients(station):.0f} after {took:.2f} s",
        clients(station) == 0 and took <= 1,
    )


def clients(station: Station) -> float:
    return station.metrics().value("cryptocall_live_clients")


def _stopping(bench: Bench, station: Station, admin: Credential) -> None:
    streams = [EventStream(station.port, "topics=drill.", admin) for _ in range(20)]
    for stream in streams:
        stream.wait("the welcome", 5, lambda heard: heard.name == "welcome")
    code = station.stop()
    said = []
    for stream in streams:
        heard = [one.name for one in stream.all(5)]
        said.append((heard[-1] if heard else "nothing", stream.is_ended))
    bench.check(
        "20 streams when the daemon stops",
        "each hears bye and ends; exit 0",
        f"{sum(one == ('bye', True) for one in said)} so; exit {code}",
        all(one == ("bye", True) for one in said) and code == 0,
    )
