"""The invented figures of the program that this one follows: they must stand nowhere."""

from __future__ import annotations

import re
from pathlib import Path

from harness.bench import Bench

NAME = "constants"
TITLE = "invented prices, moods, sums and coins occur neither in the sources nor in what is built"

ROOT = Path(__file__).resolve().parents[4]

#: Put together here, so that this file does not hold them.
PRICE = "432" + "50"
FIGURES = {
    "the price of a bitcoin": re.compile(rf"{PRICE}\.50?\b|43[,_]250\.50?\b".encode()),
    "the sum locked": re.compile(rb"\b48(?:\.|_)5(?:e9|E9|00_000_000|_000_000_000)|\b48_?500_?000_?000\b|\b48\.5 ?(?:billion|B)\b"),
    "the mood": re.compile(rb"(?i)\b(?:fear_?(?:and_?)?greed|index|sentiment)[^\n]{0,24}[=:(] ?62\b(?!\.)"),
}
#: Where programs and what they show are written; tests may say what must not be.
SOURCES = ("Sources", "etc", "clients", "Package.swift")
BINARIES = ("cryptocalld", "cryptocallctl", "cryptocall-faultserver")


def run(bench: Bench) -> None:
    files = [file for name in SOURCES for file in _files(ROOT / name)]
    found = [
        f"{what} in {file.relative_to(ROOT)}" for file in files for what, figure in FIGURES.items() if figure.search(file.read_bytes())
    ]
    bench.check(f"{len(files)} files of the sources", "none of them", found[:3] or "none", not found and len(files) > 300)
    trending = [
        str(file.relative_to(ROOT)) for file in files if file.suffix == ".swift" and re.search(rb"TrendingCoin\(\s*(?:place|rank): \d", file.read_bytes())
    ]
    bench.check("coins that are said to trend", "never written in a program", trending[:3] or "none", not trending)
    # In a program a number is no text; what it shows would be.
    seen = []
    for name in BINARIES:
        program = bench.programs.daemon.parent / name
        if not program.is_file():
            continue
        data = program.read_bytes()
        texts = [f"{PRICE}.5", f"{PRICE}.50", "43,250.50", "48.5 billion", "48500000000"]
        seen.append((name, [text for text in texts if text.encode() in data]))
    bench.check("the built programs", "no such text in any", seen, bool(seen) and not any(texts for _, texts in seen))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    ends = {".swift", ".js", ".css", ".toml", ".py", ".svg", ".html", ".json", ".c", ".h", ".txt", ".csv"}
    return sorted(file for file in path.rglob("*") if file.is_file() and file.suffix in ends and ".venv" not in file.parts)
