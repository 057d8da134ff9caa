"""Every control method, asked by HTTP and by ZeroMQ in every role: what is refused there is not possible here."""

from __future__ import annotations

import zmq

from door.client import Credential, Door
from door.interface import ROLES
from door.people import People, make_key
from door.settings import WIDE_OPEN, credential
from harness.bench import Bench
from harness.control import Control, Curve, Refused
from harness.local import free_port
from harness.station import Station

NAME = "control-roles"
TITLE = "every control method over HTTP and over ZeroMQ, in every role"

#: No method knows it, so that one that lets a caller in refuses it before it does anything.
UNKNOWN = {"no_such_parameter": 1}
CREDENTIAL = "zeromq-server"
NOT_PERMITTED, UNKNOWN_METHOD, BAD_PARAMETERS = -32001, -32601, -32602


def run(bench: Bench) -> None:
    port = free_port()
    station = bench.station(
        {
            **WIDE_OPEN,
            "drills.enabled": "true",
            "zeromq.tcp_control": f"tcp://127.0.0.1:{port}",
            "zeromq.curve.server_secret_key": f"cred:{CREDENTIAL}",
        }
    )
    keys = _install_keys(station)
    station.start()
    door = Door(station.port)
    people = People(station)
    tokens = {role: people.add(role).log_in(door).credential for role in ROLES}
    methods = {
        one["name"]: one["role"] for one in door.get("/api/control", tokens["admin"]).expect(200).json["methods"]
    }
    zeromq = {role: station.control(f"tcp://127.0.0.1:{port}", key) for role, key in keys.items()}
    _listed(bench, door, tokens, methods, zeromq["admin"])
    refused_there = _there(bench, methods, zeromq)
    _here(bench, door, tokens, methods, refused_there)
    _audited(bench, door, tokens)
    _keys(bench, door, tokens)
    _done(bench, door, tokens)
    station.stop()


def _install_keys(station: Station) -> dict[str, Curve]:
    server, secret = zmq.curve_keypair()
    credential(station, CREDENTIAL, secret.decode())
    keys = {role: Curve(server, *zmq.curve_keypair()) for role in ("viewer", "operator", "admin")}
    station.write_config(
        "".join(
            f'[[zeromq.keys]]\nname = "{role}"\npublic_key = \'{key.public.decode()}\'\nrole = "{role}"\n'
            f'publish = ["drill."]\n\n'
            for role, key in keys.items()
        )
    )
    return keys


def _listed(bench: Bench, door: Door, tokens: dict[str, Credential], methods: dict[str, str], control: Control) -> None:
    paths = set(door.get("/openapi.json").expect(200).json["paths"])
    without = [name for name in methods if f"/api/control/{name}" not in paths]
    extra = [path for path in paths if path.startswith("/api/control/") and path.split("/")[3] not in methods]
    bench.check(
        "each method of GET /api/control has a route, and each route a method",
        "all of them",
        f"{len(methods)} methods; {', '.join(without + extra) or 'none without the other'}",
        not without and not extra and len(methods) > 20,
    )
    unknown = door.control("system.self_destruct", {}, tokens["admin"]).status
    try:
        control.call("system.self_destruct")
        code = 0
    except Refused as error:
        code = error.code
    bench.check(
        "a method that there is not, over HTTP and over ZeroMQ",
        f"404, {UNKNOWN_METHOD}",
        f"{unknown}, {code}",
        (unknown, code) == (404, UNKNOWN_METHOD),
    )


def _there(bench: Bench, methods: dict[str, str], zeromq: dict[str, Control]) -> dict[str, set[str]]:
    """Asks each method in each role over ZeroMQ; the roles to which it was refused."""
    refused: dict[str, set[str]] = {name: set() for name in methods}
    wrong: list[str] = []
    for name, least in methods.items():
        for role, control in zeromq.items():
            try:
                control.call(name, UNKNOWN)
                code = 0
            except Refused as error:
                code = error.code
            if code == NOT_PERMITTED:
                refused[name].add(role)
            if code != (NOT_PERMITTED if ROLES.index(role) < ROLES.index(least) else BAD_PARAMETERS):
                wrong.append(f"{name} as {role}: {code}")
    bench.check(
        f"ZeroMQ: {len(methods)} methods in 3 roles, with a parameter that none knows",
        f"refused with {NOT_PERMITTED} below its role, and for the parameter otherwise",
        f"{sum(map(len, refused.values()))} refused{'; wrong: ' + '; '.join(wrong[:6]) if wrong else ''}",
        not wrong,
    )
    return refused


def _here(
    bench: Bench,
    door: Door,
    tokens: dict[str, Credential],
    methods: dict[str, str],
    refused_there: dict[str, set[str]],
) -> None:
    wrong: list[str] = []
    more_possible: list[str] = []
    for name, least in methods.items():
        needed = max(ROLES.index(least), ROLES.index("operator"))
        for role, token in tokens.items():
            status = door.control(name, UNKNOWN, token).status
            if (status == 403) != (ROLES.index(role) < needed) or status in (200, 401) or status >= 500:
                wrong.append(f"{name} as {role}: {status}")
            if status != 403 and role in refused_there[name]:
                more_possible.append(f"{name} as {role}")
    bench.check(
        f"HTTP: {len(methods)} methods in {len(tokens)} roles",
        "403 below operator and below its role, the parameter refused otherwise",
        f"{len(methods) * len(tokens) - len(wrong)} so{'; wrong: ' + '; '.join(wrong[:6]) if wrong else ''}",
        not wrong,
    )
    bench.check(
        "refused over ZeroMQ and possible over HTTP",
        "nothing",
        "; ".join(more_possible[:6]) or "nothing",
        not more_possible,
    )


def _audited(bench: Bench, door: Door, tokens: dict[str, Credential]) -> None:
    """A change that was refused for its role stands in the audit log, too; that a door before it refused is enough."""
    answer = door.control("air.mute", {}, tokens["operator"])
    door.control("air.unmute", {}, tokens["operator"])
    rows = door.get("/api/audit?limit=50", tokens["admin"]).expect(200).json
    text = str(rows)
    bench.check(
        "a change by HTTP stands in the audit log, with its caller",
        "air.mute and air.unmute by the operator",
        f"{answer.status}; {'both' if 'air.mute' in text and 'air.unmute' in text else 'missing'}, "
        f"{'the caller' if 'operator-' in text else 'no caller'}",
        answer.status == 200 and "air.mute" in text and "air.unmute" in text and "operator-" in text,
    )


def _keys(bench: Bench, door: Door, tokens: dict[str, Credential]) -> None:
    without = make_key(door, tokens["admin"], "reads and writes", ["read", "write"])
    with_it = make_key(door, tokens["admin"], "controls", ["control"])
    statuses = [door.control("system.status", {}, key.credential).status for key in (without, with_it)]
    bench.check("an admin's key without and with the scope control", "403, 200", str(statuses), statuses == [403, 200])


def _done(bench: Bench, door: Door, tokens: dict[str, Credential]) -> None:
    """The doors do open, so that a listener that refuses everything does not pass."""
    for method, role in (("system.status", "operator"), ("queues.list", "operator"), ("log.level", "admin")):
        params = {"level": "info"} if method == "log.level" else {}
        status = door.control(method, params, tokens[role]).status
        bench.check(f"{method} by {role}", "200", status, status == 200)
