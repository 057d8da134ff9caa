"""A station whose oracle asks a Helius and a chain on the loopback, and what it tells of wallets on the bus."""

from __future__ import annotations

import json
import secrets
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chains.helius import Helius
from door.client import Answer, Credential, Door
from door.settings import credential
from door.vault import VAULT, search
from harness import clock
from harness.bench import Bench
from harness.engines import Engine
from oracle_figures import Figures
from oracle_pasts import Past
from station import Assembly, moment

CACHED_SECONDS = 60
#: Longer than any moment between what is done and what is told of it.
_QUIET_SECONDS = 1.0
Events = Sequence[tuple[str, dict[str, Any]]]


def seconds_of(text: str) -> float:
    """A time of an answer."""
    return moment(text)


class Place(Assembly):
    """A station with the oracle's sources, on one engine or by itself; an operator asks unless said otherwise."""

    def __init__(
        self,
        bench: Bench,
        engine: Engine | None = None,
        *,
        has_key: bool = True,
        nodes: int = 1,
        settings: Mapping[str, object] | None = None,
        finalized_behind: int = 0,
    ) -> None:
        self.helius = Helius(VAULT.keep("Helius' key", f"helius-{secrets.token_hex(16)}"))
        bench.on_close(self.helius.close)
        own: dict[str, object] = {
            "oracle.helius_base": self.helius.address,
            "oracle.cache_minutes": CACHED_SECONDS // 60,
            "log.level": "trace",
            **(settings or {}),
        }
        super().__init__(bench, engine, nodes=nodes, settings=own, finalized_behind=finalized_behind)
        if has_key:
            self.station.settings["oracle.helius_key"] = credential(self.station, "helius", self.helius.key)

    def begin(self, **more: Any) -> Place:
        """A process that remembers nothing of how sources did, and an operator who is logged in to it."""
        if self.station.runs:
            self.restart(**more)
        else:
            self.start(**more)
        self.operator = self.person("operator")
        return self

    def later(self, seconds: int) -> Place:
        """A process whose clock is so much ahead."""
        return self.begin(environment=clock.off_by(self.bench, seconds))

    def analyze(self, wallet: Any, who: Credential | None = None, door: Door | None = None) -> Answer:
        return (door or self.door).post("/oracle/analyze", {"wallet": wallet}, who or self.operator)

    def told(self, wallet: str) -> dict[str, Any]:
        return dict(self.analyze(wallet).expect(200).json)

    def keep(self, past: Past) -> str:
        self.helius.keep(past.wallet, past.newest_first)
        return past.wallet

    def recount(self, wallet: str, answer: Mapping[str, Any], first: int | None) -> Figures:
        return Figures.count(self.helius.rows_told(wallet), wallet, seconds_of(answer["made_at"]), first)

    # Its end

    @property
    def secrets(self) -> dict[str, list[str]]:
        """What must not be found anywhere, by what it is."""
        own = json.loads((self.station.home / "state" / "oracle-key.json").read_text())
        return {"Helius' key": [self.helius.key], "the key for reports": [own["seed"]]}

    def judge(self) -> None:
        self._judge_secrets()
        crashes = self.helius.crashes
        self.bench.check(f"{self.name}mistakes of Helius itself", "none", crashes[:1] or "none", not crashes)
        self.judge_faces()
        self.station.stop()

    def _judge_secrets(self) -> None:
        said = self.bench.folder / f"oracle-{secrets.token_hex(4)}"
        said.mkdir()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.station.port}/metrics", timeout=10) as answer:
            (said / "metrics").write_bytes(answer.read())
        keys = self.door.get("/.well-known/cryptocall-oracle.json").body
        (said / "answers").write_bytes(self.analyze(self.keep(Past().pad(3))).body + keys)
        (said / "config").write_text(self.station.ctl("config", "dump").stdout)
        (said / "errors").write_bytes(b"\n".join(VAULT.said))
        logs = [log for run in self.station.runs for log in (run.output, run.errors)]
        home = [path for path in self.station.home.rglob("*") if path.is_file() and "credentials" not in path.parts]
        own = self.station.home / "state" / "oracle-key.json"
        places: list[Path] = [*logs, *said.iterdir(), *(path for path in home if path != own)]
        found = search(self.secrets, places, self.bench.folder)
        asked = sum(self.helius.asked.values())
        self.bench.check(
            f"{self.name}{', '.join(self.secrets)}, the first sent {asked} times, in {len(places)} files",
            "in no log, answer, metric or file",
            found or "nowhere",
            not found and asked > 10 and not self.helius.refused_keys,
        )


class Told:
    """What the station tells of wallets on the bus, from now on, in the order of its coming."""

    def __init__(self, place: Assembly) -> None:
        self._subscriber = place.station.subscriber("wallet.", "system.welcome.")
        self._subscriber.welcomed(20)
        self._heard: list[tuple[str, dict[str, Any]]] = []

    def of(self, wallet: str) -> list[tuple[str, dict[str, Any]]]:
        """Reads until nothing comes for a moment."""
        while (event := self._subscriber.next(_QUIET_SECONDS)) is not None:
            self._heard.append((event.header["type"], event.payload))
        return [(type, payload) for type, payload in self._heard if payload.get("wallet") == wallet]

    @staticmethod
    def fits(events: Events, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        """Whether two analyses and the change between them are told as they were."""
        reports = [payload for type, payload in events if type == "wallet.analysis.completed"]
        changes = [payload for type, payload in events if type == "wallet.tier.changed"]
        names = {
            "tier": "tier",
            "rule": "rule",
            "flags": "flags",
            "riskScore": "risk_score",
            "isComplete": "is_complete",
        }
        return (
            all(
                payload[name] == answer[told]
                for payload, answer in zip(reports, (before, after), strict=True)
                for name, told in names.items()
            )
            and [payload["madeAt"] for payload in reports] == [before["made_at"], after["made_at"]]
            and [(one["before"], one["tier"], one["rule"]) for one in changes]
            == [(before["tier"], after["tier"], after["rule"])]
        )
