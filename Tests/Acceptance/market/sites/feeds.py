"""Sites with feeds on the loopback, of which some are good and most are not; and who was asked what."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

_GIGABYTE = 1 << 30


@dataclass(frozen=True)
class Item:
    title: str
    link: str
    summary: str = ""
    age: float = 3600.0
    """How long ago it was published, in seconds."""


@dataclass
class Asked:
    """One question of the station."""

    path: str
    conditions: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    """Bytes of the body that went out."""


def rss(items: list[Item], now: float) -> bytes:
    rows = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(item.link)}</link>"
        f"<description><![CDATA[<p>{item.summary}</p>]]></description>"
        f"<pubDate>{formatdate(now - item.age, usegmt=True)}</pubDate></item>"
        for item in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>A</title>{rows}</channel></rss>'.encode()


def atom(items: list[Item], now: float) -> bytes:
    rows = "".join(
        f"<entry><title>{escape(item.title)}</title><id>{escape(item.link)}</id>"
        f'<link rel="alternate" href="{escape(item.link)}"/><summary>{escape(item.summary)}</summary>'
        f"<updated>{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(now - item.age))}</updated></entry>"
        for item in items
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>B</title>{rows}</feed>'.encode()


BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">%s]>
<rss version="2.0"><channel><title>&z;</title><item><title>&z;</title><link>http://b.example/bomb</link></item></channel></rss>
""" % b"".join(
    b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(25)
)

PAGE = b"<!doctype html><html><body><h1>Access denied</h1><a href='/x'>Bitcoin rises</a></body></html>"


class Feeds:
    """Serves feeds by their path; ``closed`` until it is opened, so that nothing is asked before somebody listens."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.good: dict[str, bytes] = {}
        """Body by path; its tag changes with it."""
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        feeds = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                feeds.opened.wait(12)
                asked = Asked(
                    self.path,
                    {name: self.headers[name] for name in ("If-None-Match", "If-Modified-Since") if self.headers[name]},
                )
                with feeds._lock:
                    feeds.asked.append(asked)
                try:
                    feeds._answer(self, asked)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = defaultdict(int)
        with self._lock:
            for asked in self.asked:
                counts[asked.path] += 1
        return dict(counts)

    def of(self, path: str) -> list[Asked]:
        with self._lock:
            return [asked for asked in self.asked if asked.path == path]

    def close(self) -> None:
        self.opened.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, call: BaseHTTPRequestHandler, asked: Asked) -> None:
        path = call.path
        if path in self.good:
            body = self.good[path]
            tag = f'"{hash(body) & 0xFFFFFFFF:x}"'
            if call.headers["If-None-Match"] == tag:
                call.send_response(304)
                call.end_headers()
                return
            self._send(call, asked, body, "application/rss+xml", {"ETag": tag})
        elif path == "/bomb":
            self._send(call, asked, BOMB, "application/rss+xml")
        elif path == "/page":
            self._send(call, asked, PAGE, "text/html; charset=utf-8")
        elif path == "/loop":
            call.send_response(302)
            call.send_header("Location", "/loop")
            call.send_header("Content-Length", "0")
            call.end_headers()
        elif path == "/announced":
            self._flood(call, asked, {"Content-Length": str(_GIGABYTE)})
        elif path == "/streamed":
            self._flood(call, asked, {"Connection": "close"})
            call.close_connection = True
        elif path == "/slow":
            self._drip(call, asked)
        else:
            self._send(call, asked, b"", "text/plain", status=404)

    @staticmethod
    def _send(
        call: BaseHTTPRequestHandler,
        asked: Asked,
        body: bytes,
        type: str,
        headers: dict[str, str] | None = None,
        status: int = 200,
    ) -> None:
        call.send_response(status)
        for name, value in {"Content-Type": type, "Content-Length": str(len(body)), **(headers or {})}.items():
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(body)
        asked.sent += len(body)

    @staticmethod
    def _flood(call: BaseHTTPRequestHandler, asked: Asked, headers: dict[str, str]) -> None:
        """A feed whose first item never comes to its end, for a gigabyte."""
        call.send_response(200)
        for name, value in {"Content-Type": "application/rss+xml", **headers}.items():
            call.send_header(name, value)
        call.end_headers()
        call.wfile.write(b'<?xml version="1.0"?><rss version="2.0"><channel><title>G</title><item><description>')
        block = b"Bitcoin " * 8192
        while asked.sent < _GIGABYTE:
            call.wfile.write(block)
            asked.sent += len(block)

    @staticmethod
    def _drip(call: BaseHTTPRequestHandler, asked: Asked) -> None:
        """A good feed, a byte at a time: it would take an hour."""
        body = rss([Item("Slow news of Bitcoin today", "http://slow.example/1")], time.time())
        call.send_response(200)
        call.send_header("Content-Type", "application/rss+xml")
        call.send_header("Content-Length", str(len(body)))
        call.end_headers()
        for byte in body:
            call.wfile.write(bytes([byte]))
            call.wfile.flush()
            asked.sent += 1
            time.sleep(5)
