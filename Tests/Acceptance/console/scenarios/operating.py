"""An operator at the page: what is wrong, the emergency stop, queues, schedules, actors; every action audited."""

from __future__ import annotations

import re

from harness.bench import Bench
from harness.waiting import wait_for
from pages.browser import Browsers, Sight
from pages.people import Person

NAME = "operating"
TITLE = "the operators' page: actions by keyboard, roles kept, everything audited"


def run(bench: Bench) -> None:
    station = bench.station({"drills.enabled": "true"}, exchange=bench.exchange())
    station.start()
    browsers = Browsers(bench, station)
    people = {role: Person(station, role) for role in ("client", "operator", "admin")}
    with browsers.sight() as sight:
        people["operator"].log_in(sight)
        where = sight.page.url.removeprefix(sight.base)
        bench.check("an operator who logs in", "at the operators' page", where, where == "/operations")
        _stop_and_go(bench, sight)
        _queue(bench, sight)
        _schedule(bench, sight)
        _actor(bench, sight)
        _settings(bench, sight)
        sight.expected = {403}
        refused = sight.open("/operations/audit").locator("h1").inner_text()
        bench.check("an operator at the audit log", "not allowed", refused, refused == "Not allowed")
    with browsers.sight() as sight:
        people["client"].log_in(sight)
        sight.expected = {403}
        page = sight.open("/operations")
        refused = page.locator("h1").inner_text()
        links = page.locator("nav a").all_inner_texts()
        bench.check("a client at the operators' page", "not allowed", refused, refused == "Not allowed")
        bench.check("a client's navigation", "without operations", ", ".join(links), links == ["On air", "Listen", "Markets", "Providers", "News", "Account"])
    with browsers.sight() as sight:
        people["admin"].log_in(sight)
        _audit(bench, sight)
    with browsers.sight(scripts=False) as sight:
        people["admin"].log_in(sight)
        text = sight.open("/operations").locator("main").inner_text()
        names = ("Parts", "Failed jobs", "Recent warnings", "Queues", "Last scheduled runs", "Next scheduled runs", "Actors")
        missing = [name for name in names if name not in text]
        bench.check("the operators' page without scripts", "complete", ", ".join(missing) or "complete", not missing)


def _press(sight: Sight, name: str | re.Pattern[str]) -> str:
    """Presses a button of the operators' page; what the page says then."""
    button = sight.page.get_by_role("button", name=name).and_(sight.page.locator(":visible")).first
    button.focus()
    with sight.page.expect_navigation():
        sight.page.keyboard.press("Enter")
    text = sight.page.locator("main").inner_text()
    return text


def _stop_and_go(bench: Bench, sight: Sight) -> None:
    page = sight.open("/operations")
    page.get_by_label("Reason, for the audit log").fill("a drill of the stop")
    said = _press(sight, "Stop the output at once")
    bench.check("the emergency stop", "done, and said so", said.split("\n")[2] if said else "", "The output is stopped." in said)
    # The way back has the focus.
    with page.expect_navigation():
        page.keyboard.press("Enter")
    shown = page.locator("#output").inner_text()
    sight.screenshot("operations-stopped")
    bench.check("the page while it is stopped", "says so", "stopped", "stopped" in shown and "Release the output" in shown)
    said = _press(sight, "Release the output")
    bench.check("the release", "done", "The output goes on.", "The output goes on." in said)


def _queue(bench: Bench, sight: Sight) -> None:
    sight.open("/operations")
    said = _press(sight, re.compile("^Pause the queue"))
    sight.open("/operations")
    paused = "paused" in sight.page.locator("#queues").inner_text()
    said += _press(sight, re.compile("^Resume the queue"))
    bench.check("a queue", "paused and resumed", "yes", paused and "The queue goes on." in said)


def _schedule(bench: Bench, sight: Sight) -> None:
    sight.open("/operations")
    said = _press(sight, re.compile("^Run now the schedule"))
    bench.check("a schedule", "run now", "enqueued", "A job of the schedule is enqueued." in said)

    def ran() -> bool:
        sight.open("/operations")
        return "completed" in sight.page.locator("#runs").inner_text()

    wait_for("the run on the page", 30, ran)
    bench.check("the run", "stands among the last runs", "completed", True)


def _actor(bench: Bench, sight: Sight) -> None:
    page = sight.open("/operations")
    page.locator("#actors summary").press("Enter")
    said = _press(sight, "Restart the actor host")
    bench.check("an actor", "restarted", "asked", "The actor is being restarted." in said)


def _settings(bench: Bench, sight: Sight) -> None:
    page = sight.open("/operations")
    page.get_by_label("Level, until the next restart").select_option("debug")
    page.get_by_label("Logger, or nothing for all").fill("market")
    said = _press(sight, "Set the level")
    sight.open("/operations")
    said += _press(sight, "Reload")
    bench.check("log level and configuration", "set and read again", "done", said.count("Done") == 2)


def _audit(bench: Bench, sight: Sight) -> None:
    text = sight.open("/operations/audit").locator("main").inner_text()
    wanted = ("air.mute", "air.unmute", "queues.pause", "queues.resume", "schedules.run", "actor.restart", "log.level")
    missing = [method for method in wanted if method not in text]
    bench.check("the audit log", "every action, with who", ", ".join(missing) or "all", not missing and "operator@example.org" in text)
    page = sight.open("/operations/logs")
    page.get_by_label("From level").select_option("notice")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**level=notice**")
    levels = set(page.locator("tbody .tone").all_inner_texts())
    bench.check("the logs, from a level on", "nothing below it", ", ".join(sorted(levels)), bool(levels) and "info" not in levels)
