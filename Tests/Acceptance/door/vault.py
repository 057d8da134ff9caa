"""Every secret that the run has seen, and everything that the daemon said where no secret may stand."""

from __future__ import annotations

import base64
import re
import subprocess
import threading
import urllib.parse
from collections.abc import Iterable
from pathlib import Path

#: Shorter texts would be found by chance.
_LENGTH_MIN = 12
#: A run makes thousands of tokens of one kind; the first ones of each are searched for one by one.
_KEPT_PER_KIND = 400
#: What all tokens and keys have in common: one that nobody remembers is found by its shape.
SHAPES = {
    "token": re.compile(rb"eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}"),
    "key": re.compile(rb"ccfm_[\w-]{20,}"),
}


class Vault:
    """Shared by all scenarios and their threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: dict[str, list[str]] = {}
        self.said: list[bytes] = []
        """Bodies of errors, and whatever else the daemon wrote to a client that must not hold a secret."""

    def keep(self, kind: str, secret: str) -> str:
        """Remembers a secret by its kind, and returns it."""
        with self._lock:
            kept = self._secrets.setdefault(kind, [])
            if len(secret) >= _LENGTH_MIN and len(kept) < _KEPT_PER_KIND and secret not in kept:
                kept.append(secret)
        return secret

    def heard(self, text: bytes) -> None:
        """Remembers what the daemon said where no secret may stand."""
        with self._lock:
            self.said.append(text)

    def secrets(self) -> dict[str, list[str]]:
        with self._lock:
            return {kind: list(kept) for kind, kept in self._secrets.items()}


VAULT = Vault()


def forms(secret: str) -> set[bytes]:
    """A text as it stands, in hexadecimal, in base64 at each of three alignments, and as part of an address."""
    raw = secret.encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode(), urllib.parse.quote(secret, safe="").encode()}
    for lead in range(3):
        # The first and the last characters depend on what stands beside the text.
        inner = raw[(3 - lead) % 3 :]
        whole = base64.b64encode(inner[: len(inner) // 3 * 3])
        found |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return {form for form in found if len(form) >= _LENGTH_MIN}


def search(secrets: dict[str, list[str]], places: Iterable[Path], folder: Path) -> list[str]:
    """Which secrets stand in these files, in whatever form: a line each, which does not tell the secret."""
    kinds = {form: kind for kind, kept in secrets.items() for secret in kept for form in forms(secret)}
    if not kinds:
        return []
    needles = folder / "needles"
    needles.write_bytes(b"\n".join(sorted(kinds)) + b"\n")
    found: list[str] = []
    for place in places:
        # Many texts at once in one pass, whatever the file holds.
        done = subprocess.run(
            ["grep", "--text", "--only-matching", "--fixed-strings", f"--file={needles}", "--", str(place)],
            capture_output=True,
        )
        if done.returncode > 1:
            raise RuntimeError(f"grep: {done.stderr.decode(errors='replace')[-300:]}")
        counts: dict[str, int] = {}
        for line in done.stdout.splitlines():
            kind = kinds.get(line, "unknown")
            counts[kind] = counts.get(kind, 0) + 1
        found += [f"{place}: {kind} ({count} times)" for kind, count in counts.items()]
    needles.unlink()
    return found


def shaped(places: Iterable[Path]) -> list[str]:
    """What looks like a token or a key in these files, whoever made it."""
    found: list[str] = []
    for place in places:
        text = place.read_bytes()
        found += [f"{place}: looks like a {kind}" for kind, shape in SHAPES.items() if shape.search(text)]
    return found
