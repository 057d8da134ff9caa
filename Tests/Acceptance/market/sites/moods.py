"""A server that classifies texts and tells the Fear & Greed index, on the loopback; it ails on purpose."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Moods:
    """Speaks as text-embeddings-inference at ``/predict`` and as alternative.me at ``/fng/``."""

    def __init__(self) -> None:
        self.labels: list[dict[str, Any]] = [{"label": "positive", "score": 1.0}]
        """What is said of every text."""
        self.ailment: str | None = None
        """``error``, ``html``, ``hang``; nothing while it is well."""
        self.index = 47
        self.index_ails = False
        self.asked: list[list[str]] = []
        self.index_asked = 0
        moods = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                texts = [entry[0] for entry in body["inputs"]]
                moods.asked.append(texts)
                if moods.ailment == "hang":
                    time.sleep(4)
                if moods.ailment == "error":
                    return self._say(500, b'{"error":"out of memory"}')
                if moods.ailment == "html":
                    return self._say(200, b"<html>busy</html>")
                self._say(200, json.dumps([moods.labels for _ in texts]).encode())

            def do_GET(self) -> None:
                moods.index_asked += 1
                if moods.index_ails:
                    return self._say(503, b"<html>down</html>")
                row = {
                    "value": str(moods.index),
                    "value_classification": "Neutral",
                    "timestamp": str(int(time.time()) // 86_400 * 86_400),
                    "time_until_update": "25675",
                }
                self._say(200, json.dumps({"name": "Fear and Greed Index", "data": [row]}).encode())

            def _say(self, status: int, body: bytes) -> None:
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
