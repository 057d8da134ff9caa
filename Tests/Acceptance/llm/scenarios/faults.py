"""Every way in which a provider fails: answered by the next, or honestly failed, within the time of the call."""

from __future__ import annotations

from harness.bench import Bench
from harness.local import free_port

from models.chat import Caller, Heard, adds_up
from models.fault_server import Behaviour, FaultServer, answer
from models.settings import OPEN_SETTINGS, settings

NAME = "faults"
TITLE = "nineteen faults of a provider, streamed and whole, with somebody behind it and without"

#: More than the clocks of the call allow, and a little for everything else.
PATIENCE_SECONDS = 13

#: Before anything of an answer has come.
EARLY: dict[str, Behaviour] = {
    "reset": {"do": "reset"},
    "silent": {"do": "silent"},
    "slow first token": {"do": "slow_first", "first_ms": 60_000},
    "malformed JSON at once": {"do": "bad_json", "after": 0},
    "error event after 200": {
        "do": "error_event",
        "after": 0,
        "body": {"error": {"message": "no", "type": "server_error"}},
    },
    "JSON error with 200": {"do": "json_error", "body": {"code": "unavailable", "error": "The service is unavailable"}},
    "429 with Retry-After": {
        "do": "status",
        "status": 429,
        "headers": {"retry-after": 30},
        "body": {"error": {"message": "slow", "type": "requests", "code": "rate_limit_exceeded"}},
    },
    "money-429": {
        "do": "status",
        "status": 429,
        "body": {"error": {"message": "quota", "type": "insufficient_quota", "code": "insufficient_quota"}},
    },
    "401": {"do": "status", "status": 401, "body": {"error": {"message": "bad", "code": "invalid_api_key"}}},
    "500": {"do": "status", "status": 500, "body": {"error": {"message": "oh", "type": "server_error"}}},
    "529": {"do": "status", "status": 529, "body": {"type": "error", "error": {"type": "overloaded_error"}}},
    "empty completion": {"do": "empty"},
}
#: When some of it has.
LATE: dict[str, Behaviour] = {
    "stall mid-stream": {"do": "stall", "after": 3},
    "cut mid-stream": {"do": "cut", "after": 3},
    "malformed JSON mid-stream": {"do": "bad_json", "after": 3},
    "error event mid-stream": {"do": "error_event", "after": 3, "body": {"error": {"message": "no"}}},
    "half a character, then the end": {"do": "truncated_utf8"},
}


def run(bench: Bench) -> None:
    server = FaultServer(bench, {"good": answer()}).start()
    station = bench.station(dict(OPEN_SETTINGS))
    station.start()
    caller = Caller.add(station)
    addresses = {
        "connection refused": f"http://127.0.0.1:{free_port()}/v1",
        "DNS failure": "http://nowhere.invalid:1/v1",
    }
    names: dict[str, str] = {}
    bases = {"good": server.base}
    for number, what in enumerate([*addresses, *EARLY, *LATE]):
        names[what] = f"m{number}"
        # A twin that nobody has asked before, for the calls without anybody behind it.
        for name in (f"m{number}", f"m{number}a"):
            bases[name] = addresses.get(what, server.base)
            if what not in addresses:
                server.behave(name, {**EARLY, **LATE}[what])

    def choose(*order: str) -> None:
        station.write_config(settings(bases, list(order)))
        done = station.ctl("reload")
        if done.returncode != 0:
            raise RuntimeError(f"reload: {done.stdout}{done.stderr}"[-400:])

    for what, name in names.items():
        is_late = what in LATE
        choose(name, "good")
        stream, whole = caller.stream(), caller.whole()
        gone_on = caller.stream(continue_on_failure=True) if is_late else None
        choose(f"{name}a")
        alone, alone_whole = caller.stream(), caller.whole()
        _rows(bench, what, is_late, stream, whole, gone_on, alone, alone_whole)
    adds_up(bench, station, [caller], "after all of it")
    log = station.run.text()
    bench.check("the daemon has come through", "one process, no fatal error", len(station.runs), "Fatal error" not in log)
    station.stop()


def _rows(
    bench: Bench,
    what: str,
    is_late: bool,
    stream: Heard,
    whole: Heard,
    gone_on: Heard | None,
    alone: Heard,
    alone_whole: Heard,
) -> None:
    slowest = max(one.seconds for one in (stream, whole, alone, alone_whole))
    in_time = slowest <= PATIENCE_SECONDS
    full = answer()["text"]
    if is_late:
        # Either it breaks off honestly, or, once its breaker is open, somebody else answers.
        honest = (not stream.is_complete and stream.error != "" and 0 < stream.charged < 6) or stream.text == full
        bench.check(
            f"{what}: streamed; gone on with by another; whole",
            "error, paid for what came; done, and says so; the other's",
            f"{stream}, {stream.charged} credits; {gone_on}; {whole}",
            honest
            and gone_on is not None
            and gone_on.is_complete
            and whole.is_complete
            and whole.text == full
            and whole.provider == "good"
            and in_time,
        )
    else:
        bench.check(
            f"{what}: streamed; whole",
            "answered by the next, both",
            f"{stream}; {whole}; at most {slowest:.1f} s",
            stream.is_complete
            and stream.text == full
            and stream.provider == "good"
            and whole.text == full
            and whole.provider == "good"
            and in_time,
        )
    honest_alone = all(not one.is_complete and one.error != "" for one in (alone, alone_whole))
    # What came of it is paid for; where nothing came, nothing is.
    honest_alone = honest_alone and (alone.charged > 0) == is_late and (alone.status == 200) == is_late
    bench.check(
        f"{what}: with nobody behind it",
        "an honest failure, in time; whole: 503, nothing charged",
        f"{alone}; {alone_whole}, {alone_whole.charged} credits",
        honest_alone and alone_whole.status == 503 and alone_whole.charged == 0 and in_time,
    )
