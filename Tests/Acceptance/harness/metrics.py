"""Reading ``/metrics`` and ``/health`` as a monitoring system would."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from typing import Any

_SAMPLE = re.compile(r"^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Metrics:
    """One reading of ``/metrics``."""

    def __init__(self, text: str) -> None:
        self._samples: dict[str, list[tuple[dict[str, str], float]]] = {}
        for line in text.splitlines():
            found = _SAMPLE.match(line)
            if found:
                labels = dict(_LABEL.findall(found.group(2) or ""))
                self._samples.setdefault(found.group(1), []).append((labels, float(found.group(3))))

    def value(self, name: str, **labels: str) -> float:
        """The sum of all samples of a metric with these labels; 0 where there is none."""
        samples = self._samples.get(name, [])
        return sum(value for own, value in samples if all(own.get(key) == text for key, text in labels.items()))

    def has(self, name: str) -> bool:
        return name in self._samples


def read_metrics(port: int) -> Metrics:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return Metrics(answer.read().decode())


def read_health(port: int) -> tuple[int, Any]:
    """The status code and the body of ``/health``."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
