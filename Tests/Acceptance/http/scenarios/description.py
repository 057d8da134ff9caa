"""A generator of requests takes the published description at its word: every answer has to be described."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from door.client import Credential, Door
from door.people import People
from door.settings import WIDE_OPEN
from door.vault import VAULT
from harness.bench import Bench
from harness.station import Station

NAME = "description"
TITLE = "schemathesis against /openapi.json, as a stranger and as an admin, bounded and repeatable"

SEED = 20_260
CHECKS = (
    "no_error_inside",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
    "one_error_body",
)
#: Paths that are left out, and why.
LEFT_OUT = {
    "/events": "its answer has no end; event-streams looks at it",
    "/ws": "its answer is no HTTP; web-sockets looks at it",
}
#: For the run with a token: what would end the run itself.
ENDS_THE_RUN = {
    "/api/control/system.shutdown": "stops the daemon",
    "/api/control/system.drain": "stops it from taking work",
    "/api/control/identity.rotate_keys": "done twice, it ends the run's own token",
    "/api/auth/logout": "ends the run's own session",
    "/api/auth/sessions/{id}": "ends the run's own session",
    "/api/auth/password": "too many wrong passwords lock the run's own account",
    "/logout": "ends the run's own session",
    "/account/sessions/{id}/end": "ends the run's own session",
    "/account/password": "too many wrong passwords lock the run's own account",
}


def run(bench: Bench) -> None:
    station = bench.station({**WIDE_OPEN}, exchange=bench.exchange())
    station.start()
    door = Door(station.port)
    document = door.get("/openapi.json").expect(200)
    told = document.json
    count = sum(len(methods) for methods in told["paths"].values())
    bench.check(
        "the description",
        "OpenAPI 3.1",
        f"{told['openapi']}, {len(told['paths'])} paths, {count} operations",
        str(told["openapi"]).startswith("3.1"),
    )
    _run(bench, station, "a stranger", Credential(), list(LEFT_OUT))
    admin = People(station).add("admin").log_in(door).credential
    _run(bench, station, "an admin", admin, [*LEFT_OUT, *ENDS_THE_RUN])
    status = door.get("/api/users/me", admin).status
    bench.check("the admin's session afterwards", "200: the run was one of an admin to its end", status, status == 200)
    text = station.run.text()
    faults = [word for word in ("Fatal error", "a request failed", "crashed") if word in text]
    bench.check(
        "the daemon's log speaks of no fault inside",
        "none",
        ", ".join(faults) or "none",
        not faults and station.run.is_running,
    )
    station.stop()


def _run(bench: Bench, station: Station, who: str, credential: Credential, left_out: Sequence[str]) -> None:
    examples, seconds = (4, 60) if bench.quick else (60, 900) if bench.full else (12, 120)
    folder = bench.logs / who.split()[-1]
    folder.mkdir(parents=True, exist_ok=True)
    # A request shows the one credential that it is given, and none that was thought up.
    (folder / "schemathesis.toml").write_text("[generation]\nwith-security-parameters = false\n")
    command = [
        os.fspath(Path(sys.executable).with_name("schemathesis")),
        f"--config-file={folder}/schemathesis.toml",
        "run",
        f"http://127.0.0.1:{station.port}/openapi.json",
        f"--checks={','.join(CHECKS)}",
        "--phases=examples,coverage,fuzzing",
        f"--max-examples={examples}",
        f"--max-time={seconds}",
        f"--seed={SEED}",
        "--workers=2",
        "--request-timeout=10",
        "--continue-on-failure",
        "--no-color",
        "--suppress-health-check=all",
        f"--report-junit-path={folder}/junit.xml",
        f"--report-ndjson-path={folder}/events.ndjson",
        *(f"--exclude-path={path}" for path in left_out),
        *(f"--header={name}:{value}" for name, value in credential.headers.items()),
    ]
    hooks = Path(__file__).resolve().parents[2] / "door" / "answers_check.py"
    surroundings = {**os.environ, "SCHEMATHESIS_HOOKS": os.fspath(hooks), "PYTHONDONTWRITEBYTECODE": "1"}
    # In a session of its own, without an input: it takes a terminal for one that it may set up.
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=folder,
        env=surroundings,
        timeout=seconds + 300,
        start_new_session=True,
    )
    (folder / "schemathesis.log").write_text(_without(done.stdout, credential))
    asked, failures = _read(folder / "events.ndjson")
    (folder / "events.ndjson").unlink()
    bench.check(
        f"as {who}: {len(left_out)} paths left out, {asked} requests, seed {SEED}",
        "no error inside, nothing that is not described",
        f"exit {done.returncode}; {'; '.join(failures[:5]) or 'none'}",
        done.returncode == 0 and asked > 50 and not failures,
    )


def _without(text: str, credential: Credential) -> str:
    """What it printed, without the token that it was given."""
    for value in credential.headers.values():
        text = text.replace(value, "[token]")
    return text


def _read(path: Path) -> tuple[int, list[str]]:
    """How many requests there were, and a line for each kind of failure; remembers the errors that came back."""
    asked = 0
    failures: set[str] = set()
    with path.open() as lines:
        for line in lines:
            told = json.loads(line).get("ScenarioFinished")
            if told is None:
                continue
            recorder = told["recorder"]
            for case, interaction in recorder.get("interactions", {}).items():
                asked += 1
                response = interaction.get("response") or {}
                status, content = response.get("status_code", 0), response.get("content")
                if status >= 400 and content:
                    VAULT.heard(base64.b64decode(content["$base64"]))
                failures |= {
                    f"{recorder['label']}: {check['name']}, {status}: {_why(check)}"
                    for check in recorder.get("checks", {}).get(case, [])
                    if check["status"] != "success"
                }
    return asked, sorted(failures)


def _why(check: dict[str, Any]) -> str:
    failure = (check.get("failure_info") or {}).get("failure", {})
    return f"{failure.get('title', '')} {failure.get('message', '')}".strip().replace("\n", " ")[:160]
