"""Orders of films, as the daemon writes them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .voice import Speech

LAYOUTS = ("oneHost", "twoHosts", "hostWithChart", "chartFull", "callerOnAir", "standby")
HOSTS = ("Nova", "Rex")
STYLES = ("casual", "formal", "cyberpunk")
MOODS = ("neutral", "happy", "excited", "serious", "concerned", "skeptical")
HD720 = (1280, 720, 25)
HD1080 = (1920, 1080, 30)
#: When films say that they were made.
PRODUCED_AT = 1_790_028_610_000


def host(name: str, style: str = "casual", mood: str = "neutral") -> dict[str, Any]:
    return {"figure": name, "style": style, "mood": mood, "name": name, "role": "Market desk"}


def ticker() -> list[dict[str, Any]]:
    rows = (("BTC-USD", "64250.12", 124), ("ETH-USD", "3120.50", -83))
    return [
        {"pair": pair, "price": price, "changeBasisPoints": change, "asOf": PRODUCED_AT - 10_000, "limitSeconds": 300}
        for pair, price, change in rows
    ]


def chart(count: int = 96, *, seed: int = 1) -> dict[str, Any]:
    """Candles of five minutes that end just before the film was made."""
    chance = random.Random(seed)
    bars: list[dict[str, Any]] = []
    price = 64_000.0
    first = PRODUCED_AT // 300_000 * 300_000 - count * 300_000
    for place in range(count):
        before, price = price, price + chance.uniform(-120, 130)
        bars.append({
            "at": first + place * 300_000,
            "open": f"{before:.2f}",
            "high": f"{max(before, price) + 30:.2f}",
            "low": f"{min(before, price) - 30:.2f}",
            "close": f"{price:.2f}",
            "volume": f"{chance.uniform(1, 9):.3f}",
        })
    return {"pair": "BTC-USD", "interval": "5m", "bars": bars, "asOf": PRODUCED_AT - 10_000, "limitSeconds": 600}


def scene(
    layout: str,
    hosts: Sequence[dict[str, Any]],
    speeches: Sequence[tuple[int, Speech]] = (),
    *,
    lead: int = 300,
    tail: int = 300,
    chapter: str | None = None,
    topic: str = "Bitcoin holds above 64,000",
    has_phones: bool = True,
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "layout": layout,
        "topic": topic,
        "hosts": list(hosts),
        "speeches": [speech.in_order(place, has_phones=has_phones) for place, speech in speeches],
        "ticker": ticker(),
        "leadMilliseconds": lead,
        "tailMilliseconds": tail,
    }
    if chapter is not None:
        made["chapter"] = chapter
    if layout in ("hostWithChart", "chartFull"):
        made["chart"] = chart()
    return made


def order(
    folder: Path,
    cache: Path,
    scenes: Sequence[dict[str, Any]],
    *,
    form: tuple[int, int, int] = HD720,
    theme: str = "dark",
    teaser: tuple[int, int] | None = None,
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "form": {"width": form[0], "height": form[1], "framesPerSecond": form[2]},
        "title": "How the market moved",
        "station": "CryptoCall FM",
        "callAddress": "https://station.example/call",
        "theme": theme,
        "seed": 7,
        "producedAt": PRODUCED_AT,
        "scenes": list(scenes),
        "folder": str(folder),
        "cache": str(cache),
        "cacheSizeBytesMax": 2 << 30,
    }
    if teaser is not None:
        made["teaser"] = list(teaser)
    return made


def write(file: Path, made: dict[str, Any]) -> Path:
    file.write_text(json.dumps(made))
    return file
