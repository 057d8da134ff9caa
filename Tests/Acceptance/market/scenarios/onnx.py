"""Texts judged by a model that ONNX Runtime works out: as that says itself, and by the program where it is not there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from door.client import Credential, Door
from door.people import People
from door.settings import WIDE_OPEN
from harness.bench import Bench
from harness.packages import python_with

NAME = "onnx"
TITLE = "a model of one's own judges as ONNX Runtime says; where library or model are not there, that is said"

PACKAGES = ("onnxruntime==1.32.0", "onnx==1.23.2")
HERE = Path(__file__).resolve().parents[1]
TEXTS = (
    "Bitcoin rises today.", "Bitcoin hacked today.", "bitcoin today . . .", "Bitcoin rallies record record record.",
)


def run(bench: Bench) -> None:
    python = python_with(PACKAGES, HERE.parent / ".venv-onnx")
    command = [str(python), str(HERE / "tiny_model.py"), str(bench.folder), *TEXTS]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout)
    answers = _station(bench, told["library"], bench.folder / "model.onnx")
    for text, answer, shares in zip(TEXTS, answers, told["shares"]):
        found = [answer["scores"][label] for label in ("bullish", "bearish", "neutral")]
        bench.check(
            f"“{text}”",
            "as ONNX Runtime says itself: " + " ".join(f"{share:.6f}" for share in shares),
            " ".join(f"{share:.6f}" for share in found) + f" by {answer['method']}",
            answer["method"] == "onnx" and max(abs(a - b) for a, b in zip(found, shares)) < 1e-5,
        )
    missing = _station(bench, "/nowhere/libonnxruntime.so", bench.folder / "model.onnx")[0]
    _said(bench, "without the library", missing, "/nowhere/libonnxruntime.so")
    broken = bench.folder / "broken.onnx"
    broken.write_bytes(b"\x08\x07no model at all" * 40)
    _said(bench, "with a file that is no model", _station(bench, told["library"], broken)[0], "broken.onnx")


def _station(bench: Bench, library: str, model: Path) -> list[dict[str, Any]]:
    """What a station with these says of the texts."""
    station = bench.station(
        {
            **WIDE_OPEN,
            "sentiment.order": '["onnx"]',
            "sentiment.onnx_library": library,
            "sentiment.onnx_model": str(model),
            "sentiment.onnx_vocabulary": str(bench.folder / "vocab.txt"),
        }
    )
    station.start()
    door = Door(station.port, timeout=20)
    viewer: Credential = People(station).add("viewer").log_in(door).credential
    found = [
        dict(door.post("/api/sentiment/crypto-analysis", {"text": text}, viewer).expect(200).json) for text in TEXTS
    ]
    station.stop()
    return found


def _said(bench: Bench, name: str, answer: dict[str, Any], reason: str) -> None:
    passed = answer["passed_over"]
    bench.check(
        name, "the program itself judges, and says why", f"{answer['method']}; {passed}"[:220],
        answer["method"] == "linear" and len(passed) == 1 and passed[0]["provider"] == "onnx"
        and reason in passed[0]["reason"],
    )
