"""A stand-in for the station that speaks its wire protocol and can lose, forget and die on demand.

In a test: ``with FakeDaemon(home) as daemon: daemon.publish("vote.ballot.cast", delivery="durable")``. As a program it
takes one JSON command per line on standard input (``{"do": "publish", "type": ...}``) and answers each with a line, so
that clients in other languages can be tested against it too.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import zmq

Method = Callable[[dict[str, Any]], Any]


class Refusal(Exception):
    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code, self.data = code, data


def uuid7(milliseconds: int | None = None) -> str:
    now = int(time.time() * 1000) if milliseconds is None else milliseconds
    text = f"{now:012x}7{os.urandom(2).hex()[:3]}8{os.urandom(8).hex()[:15]}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class FakeDaemon:
    """The log outlives ``stop``, ``kill`` and ``start``; the epoch and the sequences do not."""

    def __init__(
        self, home: str | os.PathLike[str], heartbeat_seconds: float = 0.1, server_secret: bytes | None = None
    ) -> None:
        self.run = Path(home) / "run"
        self.run.mkdir(parents=True, exist_ok=True)
        self.heartbeat_seconds = heartbeat_seconds
        self.server_secret = server_secret
        self.control = f"ipc://{self.run}/control.sock"
        self.events = f"ipc://{self.run}/events.sock"
        self.log: list[tuple[dict[str, Any], Any]] = []  # the event with offset n is at n - 1
        self.oldest = 1
        self.requests: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {}
        self.deaf = False
        self.epoch = ""
        self.sequences: dict[str, int] = {}
        self.states: dict[str, tuple[dict[str, Any], Any]] = {}
        self._moved: dict[str, int] = {}
        self._drop = 0
        self._thread: threading.Thread | None = None
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stopping = ""
        self.welcomes = 0
        self.goodbye_answers = 0

    def __enter__(self) -> FakeDaemon:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    # Life

    def start(self) -> None:
        self.epoch = uuid7()
        self.sequences, self.states, self._moved = {}, {}, {}
        self._stopping = ""
        self._context = zmq.Context()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._loop, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(5)

    def stop(self) -> None:
        """Ends with a goodbye, as on SIGTERM."""
        self._end("goodbye")

    def kill(self) -> None:
        """Ends at once, as on SIGKILL; what was not sent is gone from the wire but not from the log."""
        self._end("kill")

    def _end(self, how: str) -> None:
        if self._thread is not None:
            self._stopping = how
            self._thread.join(5)
            self._thread = None
            self._context.term()

    # Doing

    def publish(
        self,
        type: str,
        payload: Any = None,
        *,
        subject: str | None = None,
        delivery: str = "data",
        times: int = 1,
        origin: str | None = None,
    ) -> None:
        """Publishes ``times`` events; the payload gets ``n``, the number within this call."""

        def work() -> None:
            for number in range(times):
                body = {"n": number} if payload is None else payload
                self._publish_one(type, body, subject, delivery, origin)

        self._do(work)

    def publish_to_log_only(self, type: str, times: int = 1) -> None:
        """Logs durable events without sending them: committed, and the daemon died before the wire."""

        def work() -> None:
            for number in range(times):
                self._log_one(type, {"n": number}, None)

        self._do(work)

    def drop(self, count: int) -> None:
        """The next ``count`` events are published and never arrive."""
        self._do(lambda: setattr(self, "_drop", count))

    def age_out(self, oldest: int) -> None:
        """Forgets the log before ``oldest``."""
        self._do(lambda: setattr(self, "oldest", oldest))

    def _do(self, work: Callable[[], None]) -> None:
        done = threading.Event()

        def wrapped() -> None:
            try:
                work()
            finally:
                done.set()

        if self._thread is None:
            wrapped()
        else:
            self._work.put(wrapped)
            assert done.wait(60)

    # The thread

    def _loop(self, ready: threading.Event) -> None:
        self._xpub = self._socket(zmq.XPUB)
        self._xpub.setsockopt(zmq.XPUB_VERBOSE, 1)
        self._xpub.setsockopt(zmq.SNDHWM, 1_000_000)
        self._xpub.bind(self.events)
        router = self._socket(zmq.ROUTER)
        router.bind(self.control)
        poller = zmq.Poller()
        poller.register(self._xpub, zmq.POLLIN)
        poller.register(router, zmq.POLLIN)
        ready.set()
        beat = time.monotonic() + self.heartbeat_seconds
        while not self._stopping:
            active = dict(poller.poll(5))
            if self._xpub in active:
                self._welcome(self._xpub.recv())
            if router in active:
                self._answer(router)
            while not self._work.empty():
                self._work.get()()
            if time.monotonic() >= beat:
                beat = time.monotonic() + self.heartbeat_seconds
                self._system("system.heartbeat.sent", "system.heartbeat.sent", {"sequences": self._moved})
                self._moved = {}
        if self._stopping == "goodbye":
            self._system("system.goodbye.sent", "system.goodbye.sent", {})
            self.goodbye_answers = 0
            end = time.monotonic() + 0.5
            while self.goodbye_answers == 0 and time.monotonic() < end:
                if self._xpub.poll(20):
                    self._welcome(self._xpub.recv())
        self._xpub.close(linger=200 if self._stopping == "goodbye" else 0)
        router.close(linger=0)

    def _socket(self, kind: int) -> zmq.Socket[bytes]:
        socket: zmq.Socket[bytes] = self._context.socket(kind)
        if self.server_secret is not None:
            socket.curve_server = True
            socket.curve_secretkey = self.server_secret
        return socket

    def _header(self, type: str, subject: str | None, delivery: str, seq: int, offset: int | None) -> dict[str, Any]:
        identifier = uuid7()
        header: dict[str, Any] = {"specversion": "1.0", "id": identifier, "source": "/cryptocall/fake", "type": type}
        if subject is not None:
            header["subject"] = subject
        header["time"] = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
        header |= {"datacontenttype": "application/json", "version": 1, "delivery": delivery}
        header |= {"epoch": self.epoch, "seq": seq}
        if offset is not None:
            header["offset"] = offset
        header["correlation"] = identifier
        return header

    def _number(self, type: str, subject: str | None) -> tuple[str, int]:
        topic = type if subject is None else f"{type}.{subject}"
        self.sequences[topic] = self.sequences.get(topic, 0) + 1
        return topic, self.sequences[topic]

    def _log_one(self, type: str, payload: Any, subject: str | None) -> tuple[str, dict[str, Any]]:
        topic, seq = self._number(type, subject)
        header = self._header(type, subject, "durable", seq, len(self.log) + 1)
        self.log.append((header, payload))
        return topic, header

    def _publish_one(
        self, type: str, payload: Any, subject: str | None, delivery: str, origin: str | None
    ) -> dict[str, Any]:
        if delivery == "durable":
            topic, header = self._log_one(type, payload, subject)
        else:
            topic, seq = self._number(type, subject)
            header = self._header(type, subject, delivery, seq, None)
        if origin is not None:
            header["origin"] = origin
        if delivery == "state":
            self.states[topic] = (header, payload)
        self._moved[topic] = self.sequences[topic]
        if self._drop > 0:
            self._drop -= 1
        elif self._thread is not None:
            self._send(topic, header, payload)
        return header

    def _send(self, topic: str, header: dict[str, Any], payload: Any) -> None:
        frames = (json.dumps(header, separators=(",", ":")), json.dumps(payload, separators=(",", ":")))
        self._xpub.send_multipart([topic.encode(), frames[0].encode(), frames[1].encode()])

    def _system(self, topic: str, type: str, payload: dict[str, Any]) -> None:
        header = self._header(type, None, "state", 0, None)
        self._send(topic, header, {"epoch": self.epoch, "offset": len(self.log)} | payload)

    def _welcome(self, message: bytes) -> None:
        if message == b"\x00system.goodbye.":
            self.goodbye_answers += 1
        if message[:1] != b"\x01" or self.deaf:
            return
        prefix = message[1:].decode()
        self.welcomes += 1
        self._system(
            prefix or "system.welcome.sent",
            "system.welcome.sent",
            {
                "protocol": 1,
                "oldestOffset": self.oldest if self.log else 0,
                "sequences": {topic: seq for topic, seq in self.sequences.items() if topic.startswith(prefix)},
                "heartbeatSeconds": self.heartbeat_seconds,
                "features": [],
            },
        )

    # Control

    def _answer(self, router: zmq.Socket[bytes]) -> None:
        *envelope, body = router.recv_multipart()
        request = json.loads(body)
        self.requests.append(request)
        if self.deaf:
            return
        method, params = request["method"], request.get("params", {})
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": request["id"]}
        try:
            if method in self.answers:
                result = self.answers[method]
                if isinstance(result, Exception):
                    raise result
                answer["result"] = result(params) if callable(result) else result
            else:
                known: dict[str, Method] = {
                    "system.hello": self._hello,
                    "events.replay": self._replay,
                    "events.snapshot": self._snapshot,
                    "events.publish": self._publish,
                }
                if method not in known:
                    raise Refusal(-32601, f"unknown method {method}")
                answer["result"] = known[method](params)
        except Refusal as refusal:
            answer["error"] = {"code": refusal.code, "message": str(refusal), "data": refusal.data}
        if method == "system.drain":
            progress = {"jsonrpc": "2.0", "method": "progress", "params": {"id": request["id"], "left": 1}}
            router.send_multipart([*envelope, json.dumps(progress).encode()])
        router.send_multipart([*envelope, json.dumps(answer).encode()])

    def _hello(self, params: dict[str, Any]) -> Any:
        return {
            "protocol": 1,
            "version": "0",
            "epoch": self.epoch,
            "role": "operator",
            "features": [],
            "events": [self.events],
        }

    def _snapshot(self, params: dict[str, Any]) -> Any:
        found = [part for topic, part in self.states.items() if topic.startswith(params["prefix"])]
        return {"offset": len(self.log), "events": [{"header": header, "payload": body} for header, body in found]}

    def _replay(self, params: dict[str, Any]) -> Any:
        start, limit = params["fromOffset"], params["limit"]
        if not 1 <= limit <= 1000:
            raise Refusal(-32602, "limit is 1 to 1000", {"field": "limit"})
        if start < self.oldest:
            raise Refusal(-32006, "that position has aged out", {"oldest": self.oldest})
        events: list[Any] = []
        following = start
        for header, body in self.log[start - 1 :]:
            if len(events) == limit:
                break
            following = header["offset"] + 1
            topic = header["type"] + ("." + header["subject"] if "subject" in header else "")
            if topic.startswith(params["prefix"]):
                events.append({"header": header, "payload": body})
        head = len(self.log)
        complete = following > head
        return {"events": events, "next": following, "head": head, "oldest": self.oldest, "complete": complete}

    def _publish(self, params: dict[str, Any]) -> Any:
        headers = [
            self._publish_one(event["type"], event["payload"], event.get("subject"), "durable", "ipc")
            for event in params["events"]
        ]
        return {"ids": [header["id"] for header in headers], "offsets": [header["offset"] for header in headers]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", required=True)
    parser.add_argument("--heartbeat", type=float, default=0.1)
    arguments = parser.parse_args()
    daemon = FakeDaemon(arguments.home, arguments.heartbeat)
    daemon.start()
    print('"ready"', flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        action = command.pop("do")
        if action == "answer":
            error = command.get("error")
            answer = command.get("result") if error is None else Refusal(error["code"], error["message"], error.get("data"))
            daemon.answers[command["method"]] = answer
        elif action == "requests":
            print(json.dumps(daemon.requests), flush=True)
            continue
        else:
            getattr(daemon, action)(**command)
        print('"done"', flush=True)
    daemon.kill()


if __name__ == "__main__":
    main()
