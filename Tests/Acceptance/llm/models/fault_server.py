"""A provider of models that fails on purpose: the program `cryptocall-faultserver`, and what it has seen."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from harness.bench import Bench
from harness.local import free_port

Behaviour = dict[str, Any]


class FaultServer:
    """One process at one port, which it keeps when it is started again."""

    def __init__(self, bench: Bench, models: dict[str, Any]) -> None:
        self._program = bench.programs.daemon.parent / "cryptocall-faultserver"
        self._folder = bench.folder
        self.port = free_port()
        self.script: dict[str, Any] = {"models": models}
        self._process: subprocess.Popen[bytes] | None = None
        bench.on_close(self.stop)

    def start(self) -> FaultServer:
        path = Path(self._folder) / f"faults-{self.port}.json"
        path.write_text(json.dumps(self.script))
        self._process = subprocess.Popen(
            [str(self._program), "--port", str(self.port), "--script", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith(b"listening"):
            raise RuntimeError(f"the fault server does not listen: {line!r}")
        return self

    def stop(self) -> None:
        """Gone at once, with everything that is under way."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def behave(self, model: str, behaviour: Behaviour | list[Behaviour]) -> None:
        self.script["models"][model] = behaviour
        self._ask("PUT", "/_faults/script", self.script)

    def report(self) -> dict[str, Any]:
        return dict(self._ask("GET", "/_faults/report"))

    def seen(self, model: str) -> dict[str, Any]:
        """What has become of the requests to one model."""
        return dict(self.report()["models"].get(model, {}))

    def requests(self, model: str) -> int:
        return int(self.seen(model).get("requests", 0))

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"the fault server refuses: {error.read().decode()[:300]}") from None
        return json.loads(text) if text else None


def answer(text: str = "Hello there, this is all.", **more: Any) -> Behaviour:
    """Four events, and figures that are easy to reckon with."""
    return {"do": "answer", "text": text, "events": 4, "usage": {"input": 500, "output": 1000}, **more}
