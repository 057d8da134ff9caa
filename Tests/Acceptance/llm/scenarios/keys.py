"""A station without a key says so; one key later it answers, and the key stays secret."""

from __future__ import annotations

import secrets

from door.settings import credential
from harness.bench import Bench

from models.chat import Caller
from models.fault_server import FaultServer, answer
from models.settings import OPEN_SETTINGS

NAME = "keys"
TITLE = "without a key a model says what is missing; with one it answers after a reload, and the key is never shown"


def run(bench: Bench) -> None:
    server = FaultServer(bench, {"grok-4.3": answer()}).start()
    station = bench.station(dict(OPEN_SETTINGS))
    station.start()
    status = station.ctl("llm", "status").stdout
    bench.check(
        "cryptocallctl llm status without a key",
        "says which setting is missing",
        status.strip().splitlines()[-1] if status.strip() else "nothing",
        "grok cannot be asked: llm.providers.xai.key is not set" in status,
    )
    caller = Caller.add(station)
    before = caller.whole()
    bench.check(
        "POST /chat without a key",
        "503 unavailable, with the reason; nothing held",
        f"{before.status} {before.error}: {before.body.get('message', '')[:80]}; {caller.account()['held']} held",
        before.status == 503 and before.error == "unavailable" and "llm.providers.xai.key" in before.body["message"],
    )
    key = f"xai-{secrets.token_urlsafe(24)}"
    named = credential(station, "xai", key)
    station.write_config(f'[llm.providers.xai]\nbase = "{server.base}"\nkey = "{named}"\n')
    reload = station.ctl("reload")
    after = caller.whole()
    bench.check(
        "with a key, after a reload",
        "answered, with the model's name and what it cost",
        f"{reload.returncode}; {after}, {after.charged} credits",
        reload.returncode == 0 and after.is_complete and after.provider == "xai" and after.charged == 6,
    )
    asked = server.seen("grok-4.3")
    bench.check(
        "what the provider was shown",
        "a credential",
        asked.get("lastCredentials"),
        "authorization" in (asked.get("lastCredentials") or []),
    )
    shown = [
        what
        for what, text in (
            ("log", station.run.text()),
            ("config dump", station.ctl("config", "dump").stdout),
            ("llm status", station.ctl("llm", "status").stdout),
            ("prices", station.ctl("llm", "prices").stdout),
        )
        if key in text
    ]
    bench.check("where the key can be read", "nowhere", ", ".join(shown) or "nowhere", not shown)
    station.stop()
