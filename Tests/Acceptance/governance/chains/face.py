"""A JSON-RPC 2.0 server over HTTP on the loopback: batches, errors, counters, and faults on purpose."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .faults import Fault, Rule

#: What a method gets, and what it gives.
Method = Callable[[list[Any]], Any]
#: The most that a request may have; real nodes refuse more than about so much.
_BODY_BYTES_MAX = 1 << 20


class RPCError(Exception):
    """What a method refuses, as it is told to the one who asks."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data

    def json(self) -> dict[str, Any]:
        error = {"code": self.code, "message": self.message}
        return error if self.data is None else {**error, "data": self.data}


class NoAnswer(Exception):
    """A method wants the connection to end without a word."""


class Face:
    """One endpoint at a port of its own. ``lock`` guards the chain, which several faces may share."""

    def __init__(self, lock: threading.RLock) -> None:
        self.methods: dict[str, Method] = {}
        self.calls: Counter[str] = Counter()
        """Calls by method, also those that a fault has struck."""
        self.requests = 0
        """HTTP requests; a batch is one."""
        self.faults_done: Counter[str] = Counter()
        self.headers_seen: list[dict[str, str]] = []
        """Of the latest requests, with the path under ``:path``; where keys are sent, they are here."""
        self.crashes: list[str] = []
        """Faults that nobody wanted: mistakes in the face itself. To be empty at the end of a test."""
        self._lock = lock
        self._rules: list[Rule] = []
        self._rules_lock = threading.Lock()
        self._healed = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="chain face", daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Refuses connections from now on, and cuts those that there are."""
        self.heal()
        self._server.shutdown()
        self._server.server_close()
        self._server.cut_all()

    # Faults

    def fail(self, fault: Fault, *methods: str, times: int | None = None) -> None:
        """From now on; the fault that was given last strikes first."""
        with self._rules_lock:
            self._rules.insert(0, Rule(fault, frozenset(methods), times))

    def heal(self) -> None:
        """Forgets all faults, and ends what hangs."""
        with self._rules_lock:
            self._rules.clear()
            self._healed.set()
            self._healed = threading.Event()

    def forget_counts(self) -> None:
        with self._rules_lock:
            self.calls.clear()
            self.faults_done.clear()
            self.requests = 0

    def _struck(self, methods: list[str]) -> tuple[Rule | None, threading.Event]:
        with self._rules_lock:
            self.requests += 1
            self.calls.update(methods)
            rule = next((one for one in self._rules if one.strikes(methods)), None)
            if rule is not None:
                self.faults_done[rule.fault.name] += 1
            return rule, self._healed

    # Answers

    def call(self, method: str, params: list[Any]) -> Any:
        """One call, past HTTP and past all faults. Raises ``RPCError``."""
        known = self.methods.get(method)
        if known is None:
            raise RPCError(-32601, "Method not found")
        with self._lock:
            return known(params)

    def _answer(self, call: Any, rule: Rule | None) -> dict[str, Any]:
        ident = call.get("id") if isinstance(call, dict) else None
        head = {"jsonrpc": "2.0", "id": ident}
        if not isinstance(call, dict) or call.get("jsonrpc") != "2.0" or not isinstance(call.get("method"), str):
            return {**head, "error": {"code": -32600, "message": "Invalid request"}}
        params = call.get("params") or []
        if rule is not None and (not rule.methods or call["method"] in rule.methods):
            if rule.fault.error is not None:
                return {**head, "error": dict(rule.fault.error)}
            if rule.fault.result:
                return {**head, "result": rule.fault.result[0]}
        if not isinstance(params, list):
            return {**head, "error": {"code": -32602, "message": "Invalid params: expected an array"}}
        try:
            return {**head, "result": self.call(call["method"], params)}
        except RPCError as error:
            return {**head, "error": error.json()}
        except NoAnswer:
            raise
        except Exception as error:
            self.crashes.append(traceback.format_exc())
            return {**head, "error": {"code": -32603, "message": f"Internal error: {error!r}"}}

    def _answers(self, body: bytes) -> tuple[Any, Rule | None, threading.Event]:
        """What is told, unless a fault that is given back with it says otherwise."""
        try:
            calls = json.loads(body)
        except ValueError:
            rule, healed = self._struck([])
            return {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "Parse error"}}, rule, healed
        listed = calls if isinstance(calls, list) else [calls]
        rule, healed = self._struck([str(one.get("method")) for one in listed if isinstance(one, dict)])
        if rule is not None and (rule.fault.is_cut or rule.fault.body is not None):
            return None, rule, healed
        if rule is not None and rule.fault.seconds:
            healed.wait(rule.fault.seconds)
        if not listed:
            return self._answer(None, None), rule, healed
        told = [self._answer(one, rule) for one in listed]
        return (told if isinstance(calls, list) else told[0]), rule, healed

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        face = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            #: One packet for an answer, not two that wait for each other.
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                face.headers_seen = [*face.headers_seen[-99:], {":path": self.path, **dict(self.headers.items())}]
                if length > _BODY_BYTES_MAX:
                    self.close_connection = True
                    return self._say(413, {}, b"too large")
                try:
                    told, rule, healed = face._answers(self.rfile.read(length))
                except NoAnswer:
                    self.close_connection = True
                    return
                fault = rule.fault if rule is not None else None
                if fault is not None and fault.is_cut:
                    healed.wait(fault.seconds)
                    self.close_connection = True
                    return
                if fault is not None and fault.body is not None:
                    return self._say(fault.status, fault.headers, fault.body)
                data = json.dumps(told, separators=(",", ":")).encode()
                if fault is not None and fault.is_truncated:
                    data = data[: len(data) // 2]
                if fault is not None and fault.is_short:
                    self.close_connection = True
                    return self._say(200, {"Content-Length": str(len(data))}, data[: len(data) // 2])
                self._say(200, {}, data)

            def do_GET(self) -> None:
                self._say(405, {"Allow": "POST"}, b"POST is what is understood here")

            def _say(self, status: int, headers: Any, body: bytes) -> None:
                told = {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
                try:
                    self.send_response(status)
                    for name, value in told.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True  # Whoever asked has gone.

            def log_message(self, format: str, *arguments: Any) -> None:
                """Requests are counted, not printed."""

        return Handler


class _Server(ThreadingHTTPServer):
    """Knows its connections, so that a dead node can be played: kept ones would outlive the listener."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *arguments: Any) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections that were cut are no news."""

    def cut_all(self) -> None:
        for one in list(self._open):
            with contextlib.suppress(OSError):  # It may have ended by itself meanwhile.
                one.shutdown(socket.SHUT_RDWR)
