"""Requests that no client would send: heads and bodies too large, paths that try to climb, requests inside requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from door import raw
from door.client import Door
from door.ordinary import Ordinary
from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.process import open_files, resident_bytes
from harness.station import Station
from harness.waiting import wait_for

NAME = "hostile-requests"
TITLE = "large heads and bodies, path tricks, smuggled requests, broken syntax; an ordinary client beside them"

HOST = b"Host: localhost\r\n"
LOG_IN = b"POST /api/auth/login HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
SMUGGLED = b"GET /version HTTP/1.1\r\nHost: smuggled\r\n\r\n"
MEMORY_BYTES_MAX = 64 << 20


@dataclass(frozen=True)
class Case:
    """Bytes, and what may come of them."""

    name: str
    data: bytes
    fits: Callable[[raw.Reaction], bool]


def run(bench: Bench) -> None:
    station = bench.station(dict(WIDE_OPEN))
    station.start()
    files = open_files(station.run.pid)
    with Ordinary(station.port) as ordinary:
        _show(bench, station, "broken syntax", _syntax())
        _show(bench, station, "heads that are too large", _heads())
        _show(bench, station, "bodies that are too large", _bodies())
        _show(bench, station, "paths", _paths())
        _show(bench, station, "requests inside requests", _smuggling())
        _endless(bench, station)
    bench.check("meanwhile, an ordinary client", "all served", str(ordinary), ordinary.are_all_served)
    bench.at_most("its p99", ordinary.p99_ms, 100, "ms")
    _traversal(bench, station)
    left = wait_for("the descriptors to come back", 20, lambda: _at_most(open_files(station.run.pid), files + 5))
    bench.check("descriptors come back", f"about {files}", left, left <= files + 5)
    text = station.run.text()
    faults = [word for word in ("Fatal error", "a request failed", "crashed") if word in text]
    bench.check("its log speaks of no fault inside", "none", ", ".join(faults) or "none", not faults)
    bench.check(
        "it is still the same process",
        "running",
        "running" if station.run.is_running else "ended",
        station.run.is_running,
    )
    station.stop()


def _at_most(found: int, bound: int) -> int:
    return found if found <= bound else 0


def _show(bench: Bench, station: Station, what: str, cases: list[Case]) -> None:
    wrong = []
    for case in cases:
        reaction = raw.react(station.port, case.data, answers=1)
        if not case.fits(reaction):
            wrong.append(f"{case.name}: {reaction}")
    bench.check(
        f"{what}: {len(cases)} shapes",
        "refused, or answered as what they are; never an error inside",
        f"{len(cases) - len(wrong)} so{'; not: ' + '; '.join(wrong) if wrong else ''}",
        not wrong,
    )


# What may come of a request


def _refused(reaction: raw.Reaction) -> bool:
    """Answers that say no, or none, and the connection is over: what came after was not read as a request.

    There are two when the head alone was reason enough, and what followed could not be read.
    """
    return reaction.is_closed and len(reaction.statuses) <= 2 and all(map(_says_no, reaction.statuses))


def _says_no(status: int) -> bool:
    return 400 <= status < 500 or status == 501


def _answered_or_refused(reaction: raw.Reaction) -> bool:
    """At most one answer, and no error inside."""
    return len(reaction.statuses) <= 1 and all(status < 500 or status == 501 for status in reaction.statuses)


def _not_found(reaction: raw.Reaction) -> bool:
    return reaction.statuses != [] and all(status in (400, 404, 405, 414) for status in reaction.statuses)


def _too_large(reaction: raw.Reaction) -> bool:
    return reaction.statuses in ([413], [400])


# The shapes


def _get(path: bytes, *headers: bytes) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"".join(line + b"\r\n" for line in headers) + b"\r\n"


def _syntax() -> list[Case]:
    return [
        Case("garbage", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)), _refused),
        Case("only line ends, then nothing", b"\r\n" * 2000 + b"x\r\n\r\n", _refused),
        Case("no version", b"GET /version\r\n\r\n", _refused),
        Case("version 9.9", b"GET /version HTTP/9.9\r\n" + HOST + b"\r\n", _refused),
        Case("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", _refused),
        Case("a space before the colon", _get(b"/version", b"X-Odd : 1"), _refused),
        Case("a header without a name", _get(b"/version", b": 1"), _refused),
        Case("a header without a colon", _get(b"/version", b"Nonsense"), _refused),
        Case("a NUL in a header", _get(b"/version", b"X-Odd: a\x00b"), _refused),
        Case("a lone CR in a header", _get(b"/version", b"X-Odd: a\rb"), _refused),
        Case("a folded header", _get(b"/version", b"X-Odd: a", b" b"), _answered_or_refused),
        Case("bare line feeds", b"GET /version HTTP/1.1\nHost: localhost\n\n", _answered_or_refused),
        Case("no host", b"GET /version HTTP/1.1\r\n\r\n", _answered_or_refused),
        Case("two hosts", _get(b"/version", b"Host: elsewhere"), _answered_or_refused),
        Case("a method that there is not", b"BREW /version HTTP/1.1\r\n" + HOST + b"\r\n", _answered_or_refused),
        Case(
            "TRACE",
            b"TRACE /version HTTP/1.1\r\n" + HOST + b"Cookie: a=secret\r\n\r\n",
            lambda seen: b"secret" not in seen.data,
        ),
        Case(
            "CONNECT",
            b"CONNECT example.net:443 HTTP/1.1\r\n" + HOST + b"\r\n",
            lambda seen: all(status >= 400 for status in seen.statuses),
        ),
        Case(
            "an upgrade where there is none",
            _get(b"/version", b"Connection: Upgrade", b"Upgrade: h2c"),
            lambda seen: seen.statuses == [200],
        ),
        Case(
            "two credentials",
            _get(b"/api/users/me", b"Authorization: Bearer a", b"X-API-Key: b"),
            lambda seen: seen.statuses in ([400], [401]),
        ),
        Case(
            "Authorization of 60 KB",
            _get(b"/api/users/me", b"Authorization: Bearer " + b"a" * 60_000),
            lambda seen: seen.statuses in ([401], [400], [431]),
        ),
    ]


def _heads() -> list[Case]:
    return [
        Case("a header of 1 MB", _get(b"/version", b"X-Large: " + b"a" * (1 << 20)), _refused),
        Case("20 000 headers", _get(b"/version", *(b"X-%d: 1" % number for number in range(20_000))), _refused),
        Case("a path of 1 MB", _get(b"/" + b"a" * (1 << 20)), _refused),
        Case("a query of 1 MB", _get(b"/version?x=" + b"a" * (1 << 20)), _refused),
        Case("a method of 1 MB", b"A" * (1 << 20) + b" / HTTP/1.1\r\n" + HOST + b"\r\n", _refused),
        Case(
            "a query of 20 KB with 5 000 names",
            _get(b"/health?" + b"&".join(b"a%d" % number for number in range(5_000))),
            _answered_or_refused,
        ),
        Case("5 000 times the same name", _get(b"/health?" + b"&".join([b"a=1"] * 5_000)), _answered_or_refused),
    ]


def _bodies() -> list[Case]:
    large = 2 << 20
    nested = b"[" * 8_000 + b"]" * 8_000

    def body(data: bytes, *headers: bytes) -> bytes:
        return LOG_IN + b"".join(line + b"\r\n" for line in headers) + b"Content-Length: %d\r\n\r\n" % len(data) + data

    return [
        Case("2 MB, told beforehand", body(b" " * large), _too_large),
        Case("100 GB, told and not sent", LOG_IN + b"Content-Length: 100000000000\r\n\r\n{", _too_large),
        Case(
            "2 MB in chunks",
            LOG_IN
            + b"Transfer-Encoding: chunked\r\n\r\n"
            + (b"10000\r\n" + b" " * 65_536 + b"\r\n") * 32
            + b"0\r\n\r\n",
            _too_large,
        ),
        Case("nested 8 000 deep", body(nested), lambda seen: seen.statuses in ([400], [422])),
        Case(
            "a number of 16 000 digits",
            body(b'{"email":' + b"1" * 16_000 + b"}"),
            lambda seen: seen.statuses in ([400], [422]),
        ),
        Case("no UTF-8", body(b'{"email":"\xff\xfe"}'), lambda seen: seen.statuses == [400]),
        Case("half a surrogate", body(b'{"email":"\\ud800"}'), lambda seen: seen.statuses in ([400], [422])),
        Case(
            "a NUL in a text",
            body(b'{"email":"a\\u0000b@example.net","password":"Parole-12345678"}'),
            lambda seen: len(seen.statuses) == 1 and 400 <= seen.statuses[0] < 500,
        ),
        Case(
            "a name twice",
            body(b'{"email":"a@example.net","email":"b@example.net","password":"Parole-12345678"}'),
            lambda seen: len(seen.statuses) == 1 and 400 <= seen.statuses[0] < 500,
        ),
        Case(
            "compressed",
            body(b"\x1f\x8b\x08\x00", b"Content-Encoding: gzip"),
            lambda seen: len(seen.statuses) == 1 and 400 <= seen.statuses[0] < 500,
        ),
        Case(
            "another character set",
            LOG_IN.replace(b"json", b"json; charset=utf-16") + b"Content-Length: 2\r\n\r\n{}",
            lambda seen: seen.statuses == [415],
        ),
        Case(
            "a form",
            LOG_IN.replace(b"application/json", b"text/plain") + b"Content-Length: 2\r\n\r\n{}",
            lambda seen: seen.statuses == [415],
        ),
        Case(
            "a body for GET",
            _get(b"/version", b"Content-Length: 5") + b"hello",
            lambda seen: len(seen.statuses) == 1 and seen.statuses[0] < 500,
        ),
        Case(
            "waits for 100 Continue",
            LOG_IN + b"Expect: 100-continue\r\nContent-Length: 100000000\r\n\r\n",
            lambda seen: set(seen.statuses) <= {100, 413, 417} and 413 in seen.statuses or seen.statuses == [417],
        ),
    ]


def _paths() -> list[Case]:
    climbing = (
        b"/../../../../etc/passwd",
        b"/static/../../../../etc/passwd",
        b"/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        b"/static/..%2f..%2f..%2fetc%2fpasswd",
        b"/static/..%252f..%252fetc/passwd",
        b"/static/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
        b"/static/....//....//etc/passwd",
        b"/static\\..\\..\\etc\\passwd",
        b"/etc/passwd%00.css",
        b"//etc/passwd",
        b"/%2fetc%2fpasswd",
        b"/.git/config",
        b"/.env",
        b"/state/station.sqlite",
        b"/credentials",
        b"/%",
        b"/%zz",
        b"/%ff%fe",
        b"/" + b"a/" * 5_000,
        b"/" + b"%41" * 10_000,
    )
    cases = [Case(path[:40].decode(errors="replace"), _get(path), _not_found) for path in climbing]
    return cases + [
        Case("an asterisk", b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", _answered_or_refused),
        Case(
            "a whole address",
            b"GET http://elsewhere.example/version HTTP/1.1\r\n" + HOST + b"\r\n",
            _answered_or_refused,
        ),
        Case("a whole address of a file", b"GET file:///etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n", _not_found),
        Case("no slash", b"GET version HTTP/1.1\r\n" + HOST + b"\r\n", _answered_or_refused),
        Case("a NUL", b"GET /version\x00/x HTTP/1.1\r\n" + HOST + b"\r\n", lambda seen: 200 not in seen.statuses),
        Case("bytes that are no ASCII", b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n", _not_found),
        Case(
            "a control character",
            b"GET /\x01\x1b[2J HTTP/1.1\r\n" + HOST + b"\r\n",
            lambda seen: 200 not in seen.statuses and b"\x1b" not in seen.data,
        ),
        Case(
            "markup",
            _get(b"/%3Cscript%3Ealert(1)%3C/script%3E"),
            lambda seen: _not_found(seen) and b"<script" not in seen.data,
        ),
        Case(
            "a new line in an id",
            _get(b"/api/keys/a%0d%0aSet-Cookie:%20x=1"),
            lambda seen: b"\nSet-Cookie" not in seen.data and len(seen.statuses) == 1,
        ),
        Case(
            "a new line in a request id",
            _get(b"/version", b"X-Request-Id: a%0d%0ab"),
            lambda seen: seen.statuses == [200],
        ),
    ]


def _smuggling() -> list[Case]:
    """A second request hidden where two readers could see different ends of the first.

    Reading them as two requests is right only where there is one way to read them; in all others there is no second
    answer, and nothing more is read from the connection.
    """

    def hidden(*headers: bytes, body: bytes) -> bytes:
        return LOG_IN + b"".join(line + b"\r\n" for line in headers) + b"\r\n" + body + SMUGGLED

    chunked, length = b"Transfer-Encoding: chunked", b"Content-Length: 4"
    end = b"0\r\n\r\n"
    return [
        Case("a length and chunks", hidden(length, chunked, body=end), _refused),
        Case("chunks and a length", hidden(chunked, length, body=end), _refused),
        Case("two lengths", hidden(length, b"Content-Length: 8", body=b"{}  "), _refused),
        Case("two lengths in one header", hidden(b"Content-Length: 4, 8", body=b"{}  "), _refused),
        Case("a negative length", hidden(b"Content-Length: -4", body=b""), _refused),
        Case("a signed length", hidden(b"Content-Length: +4", body=b"{}  "), _refused),
        Case("a hexadecimal length", hidden(b"Content-Length: 0x4", body=b"{}  "), _refused),
        Case("a length with spaces", hidden(b"Content-Length: 4 4", body=b"{}  "), _refused),
        Case("a length beyond 64 bits", hidden(b"Content-Length: 36893488147419103236", body=b"{}  "), _refused),
        Case("an empty length", hidden(b"Content-Length:", body=b""), _refused),
        Case("a transfer coding that there is not", hidden(b"Transfer-Encoding: xchunked", body=end), _refused),
        Case("chunked, identity", hidden(b"Transfer-Encoding: chunked, identity", body=end), _refused),
        Case("chunked with a tab before", hidden(b"Transfer-Encoding:\x0bchunked", body=end), _refused),
        Case("chunked, folded", hidden(b"Transfer-Encoding:", b" chunked", length, body=end), _refused),
        Case("two transfer codings", hidden(chunked, b"Transfer-Encoding: identity", body=end), _refused),
        Case(
            "a space before the colon of the coding", hidden(b"Transfer-Encoding : chunked", length, body=end), _refused
        ),
        Case("chunks in HTTP/1.0", hidden(chunked, length, body=end).replace(b"HTTP/1.1", b"HTTP/1.0", 1), _refused),
        Case("a chunk longer than 64 bits", hidden(chunked, body=b"fffffffffffffffff\r\n" + end), _refused),
        Case("a negative chunk", hidden(chunked, body=b"-1\r\n" + end), _refused),
        Case("a chunk with 0x", hidden(chunked, body=b"0x2\r\n{}\r\n" + end), _refused),
        Case("a chunk that ends in a line feed", hidden(chunked, body=b"2\n{}\r\n" + end), _refused),
        Case("a chunk without its end", hidden(chunked, body=b"2\r\n{}0\r\n\r\n"), _refused),
        Case(
            "1 MB behind a chunk's length",
            hidden(chunked, body=b"2;" + b"a" * (1 << 20) + b"\r\n{}\r\n" + end),
            lambda seen: len(seen.statuses) <= 2 and all(s < 500 for s in seen.statuses),
        ),
        Case(
            "a body for a method that has none, then a request",
            _get(b"/version", b"Content-Length: %d" % len(SMUGGLED)) + SMUGGLED,
            lambda seen: len(seen.statuses) == 1,
        ),
        Case("two requests in a row", _get(b"/version") + _get(b"/version"), lambda seen: seen.statuses == [200, 200]),
    ]


def _endless(bench: Bench, station: Station) -> None:
    """A body that goes on after it was refused: it is not read for ever, and takes no memory."""
    before = resident_bytes(station.run.pid)
    chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    sent = 0
    with raw.dial(station.port, seconds=3) as peer:
        raw.send(peer, LOG_IN + b"Transfer-Encoding: chunked\r\n\r\n")
        while sent < 256 << 20 and raw.send(peer, chunk):
            sent += len(chunk)
        reaction = raw.listen(peer, seconds=1)
    grown = resident_bytes(station.run.pid) - before
    bench.check(
        "a body without an end",
        f"cut off before 256 MB, less than {MEMORY_BYTES_MAX >> 20} MB of memory",
        f"{sent >> 20} MB taken, {reaction}, {grown >> 20} MB grown",
        sent < 256 << 20 and grown < MEMORY_BYTES_MAX,
    )


def _traversal(bench: Bench, station: Station) -> None:
    """Whatever was asked for: no file of the machine came back."""
    door = Door(station.port)
    found = [
        path
        for path in ("/../../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc/passwd")
        if b"root:" in door.get(path).body
    ]
    bench.check("files of the machine", "none comes back", ", ".join(found) or "none", not found)
