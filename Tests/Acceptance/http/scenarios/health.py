"""Health and metrics: one model behind every face, and labels that nobody from outside can add to."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from door.client import Door
from door.ordinary import Ordinary
from door.people import People
from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.engines import PostgresEngine
from harness.waiting import Late, wait_for

NAME = "health"
TITLE = (
    "all faces of health, strict and not; a dead database; /metrics in Prometheus' own terms, under 10 000 odd paths"
)

FACES = ("/health", "/healthz", "/api/health", "/api/health/live", "/api/health/ready", "/api/health/detailed")
#: Those that say whether the process is fit, and not whether it has what it needs.
LIVENESS = "/api/health/live"


def run(bench: Bench) -> None:
    _faces(bench)
    _metrics(bench)
    _dead_database(bench)


def _told(door: Door, query: str = "") -> dict[str, tuple[int, str]]:
    """What each face says."""
    found = {}
    for face in FACES:
        answer = door.get(face + query)
        told = answer.json.get("health", answer.json)
        found[face] = (answer.status, str(told.get("status")) if answer.status in (200, 503) else answer.error)
    return found


def _faces(bench: Bench) -> None:
    exchange = bench.exchange()
    station = bench.station(dict(WIDE_OPEN), exchange=exchange)
    station.start()
    door = Door(station.port)
    try:
        wait_for(
            "the station to be well", 20, lambda: {status for status, _ in _told(door).values()} == {200}, every=0.2
        )
    except Late:
        pass  # The row tells.
    told = _told(door)
    bench.check("a station that is well: every face", "200", told, all(status == 200 for status, _ in told.values()))
    detailed = door.get("/healthz").json
    wanted = {"status", "timestamp", "uptime_seconds", "version", "services", "queues"}
    bench.check("/healthz says", ", ".join(sorted(wanted)), ", ".join(sorted(detailed)), wanted <= set(detailed))
    version = door.get("/version").json["version"]
    status = door.get("/status")
    bench.check(
        "the version is one everywhere; /status",
        "one; 200",
        f"{version}, {detailed.get('version')}; {status.status}",
        version == detailed.get("version") and status.status == 200,
    )
    station.stop()
    _degraded(bench)


def _degraded(bench: Bench) -> None:
    """Something from outside is away: the station goes on, and says so to those who want to know."""
    station = bench.station(dict(WIDE_OPEN))
    station.start()
    door = Door(station.port)
    try:
        wait_for(
            "the missing prices to show",
            30,
            lambda: all(word == "degraded" for _, word in _told(door).values()),
            every=0.2,
        )
    except Late:
        pass  # The rows tell.
    lenient, strict = _told(door), _told(door, "?strict=1")
    bench.check(
        "no exchange answers: every face",
        "degraded, 200",
        lenient,
        all(told == (200, "degraded") for told in lenient.values()),
    )
    bench.check("and with ?strict=1", "503", strict, all(status == 503 for status, _ in strict.values()))
    station.stop()


def _samples(text: str) -> Counter[str]:
    """How many series each family has. Raises ``ValueError`` for what Prometheus would not take."""
    found: Counter[str] = Counter()
    seen: set[Any] = set()
    for family in text_string_to_metric_families(text):
        if not family.documentation or family.type == "unknown":
            raise ValueError(f"{family.name} has no help or type")
        for sample in family.samples:
            name = (sample.name, tuple(sorted(sample.labels.items())))
            if name in seen:
                raise ValueError(f"{name} is there twice")
            seen.add(name)
            found[family.name] += 1
    return found


def _metrics(bench: Bench) -> None:
    station = bench.station(dict(WIDE_OPEN))
    station.start()
    door = Door(station.port)
    admin = People(station).add("admin").log_in(door).credential
    for path in FACES:
        door.get(path)
    for number in range(300):
        door.get(f"/first/{number}")
    answer = door.get("/metrics")
    before = _samples(answer.body.decode())
    bench.check(
        "/metrics, read by Prometheus' parser",
        "every family with help and type, no series twice",
        f"{len(before)} families, {sum(before.values())} series, {answer.headers.get('content-type')}",
        len(before) > 20 and answer.headers.get("content-type", "").startswith("text/plain; version=0.0.4"),
    )
    count = 2_000 if bench.quick else 10_000
    for number in range(count):
        path = f"/odd/{number}?x={number}"
        match number % 8:
            case 0:
                door.ask("BREW" + str(number % 50), path)
            case 1:
                door.get(f"/api/keys/{number}", admin)
            case 2:
                door.ask("DELETE", f"/health{number}")
            case 3:
                door.post(f"/api/control/method{number}", {}, admin)
            case 4:
                door.get(
                    f"/version?{number}={number}",
                    headers={"X-Request-Id": f"odd-{number}", "User-Agent": f"odd/{number}"},
                )
            case 5:
                door.ask("OPTIONS", f"/{number}", headers={"Origin": f"https://{number}.example"})
            case 6:
                door.post("/api/auth/login", {"email": f"{number}", "password": "x"})
            case _:
                door.get(path)
    after = _samples(door.get("/metrics").body.decode())
    grown = {name: after[name] - before[name] for name in after if after[name] > before[name]}
    odd = [
        line
        for line in door.get("/metrics").body.decode().splitlines()
        if "odd" in line or "method1" in line or ".example" in line
    ]
    bench.check(
        f"series after {count} odd paths, methods, names and origins",
        "at most 80 more, none with a name from outside",
        f"{sum(grown.values())} more in {', '.join(sorted(grown)[:4])}; {odd[:2] or 'none'}",
        sum(grown.values()) <= 80 and not odd,
    )
    station.stop()


def _dead_database(bench: Bench) -> None:
    engine = PostgresEngine(bench)
    station = engine.station(dict(WIDE_OPEN))
    station.start()
    door = Door(station.port)
    wait_for("the station to be ready", 20, lambda: door.get("/api/health/ready").status == 200, every=0.1)
    admin = People(station).add("admin").log_in(door).credential
    engine.cluster.stop(immediate=True)
    began = time.monotonic()
    try:
        wait_for(
            "every face but that of the process to say 503",
            30,
            lambda: all(status == 503 for face, (status, _) in _told(door).items() if face != LIVENESS),
            every=0.2,
        )
    except Late:
        pass  # The row tells.
    told = _told(door)
    bench.check(
        f"the database stopped: every face, {time.monotonic() - began:.0f} s later",
        "503, failing; the process itself as it is",
        told,
        all(status == 503 for face, (status, _) in told.items() if face != LIVENESS),
    )
    with Ordinary(station.port, "/health") as asking:
        statuses = [door.get("/api/users/me", admin).status for _ in range(3)]
        metrics = door.get("/metrics").status
        wait_for("some looks", 10, lambda: time.monotonic() > began + 8, every=0.2)
    bench.check(
        "meanwhile a token, and /metrics",
        "503 or what is remembered, never 500; 200",
        f"{statuses}; {metrics}",
        all(status in (200, 401, 503) for status in statuses) and metrics == 200,
    )
    bench.check(
        "meanwhile /health",
        "answered within 100 ms at p99, and not with 200",
        str(asking),
        asking.p99_ms <= 100 and set(asking.statuses) == {"503"},
    )
    engine.cluster.start()
    began = time.monotonic()
    try:
        wait_for(
            "the station to be well again",
            60,
            lambda: {status for status, _ in _told(door).values()} == {200},
            every=0.2,
        )
    except Late:
        pass  # The row tells.
    after = _told(door)
    me = door.get("/api/users/me", admin).status
    bench.check(
        f"the database is back: every face, {time.monotonic() - began:.0f} s later; the token",
        "200; 200",
        f"{after}; {me}",
        all(status == 200 for status, _ in after.values()) and me == 200,
    )
    station.stop()
