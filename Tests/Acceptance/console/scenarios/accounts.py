"""Logging in and out, keys and sessions, all by keyboard."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

from harness.bench import Bench
from harness.station import Station
from pages.browser import Browsers, Sight
from pages.people import Person

NAME = "accounts"
TITLE = "logging in by keyboard, keys shown once, sessions ended, lock-out told"


def run(bench: Bench) -> None:
    # The lock is what is looked at here, and not the limit that is met before it.
    station = bench.station({"limits.log_in.account_per_minute": 100})
    station.start()
    browsers = Browsers(bench, station)
    client = Person(station, "client")
    with browsers.sight() as sight:
        _log_in(bench, sight, client)
        key = _key(bench, sight, station)
        _sessions(bench, browsers, sight, client)
        _revoke(bench, sight, station, key)
        _password(bench, sight, client)
        _log_out(bench, sight)
    _lock_out(bench, browsers, client)


def _log_in(bench: Bench, sight: Sight, person: Person) -> None:
    page = sight.open("/account?from=a-link")
    where = page.url.removeprefix(sight.base)
    bench.check("a stranger at a page that is not for all", "led to the log-in", where, where.startswith("/login?next="))
    sight.expected = {401}
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    said = page.locator("[role=alert]").inner_text()
    kept = page.get_by_label("Email").input_value()
    bench.check("a wrong password", "told, the email kept", said[:44] + "…", "wrong" in said and kept == person.email)
    # The focus is in the password now.
    page.keyboard.type(person.password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    sight.expected = set()
    where = page.url.removeprefix(sight.base)
    bench.check("logged in by keyboard", "on to the page asked for", where, where == "/account?from=a-link")
    cookie = next(cookie for cookie in sight.context.cookies() if cookie["name"] == "cryptocall_session")
    bench.check(
        "the cookie",
        "HttpOnly, SameSite=Strict",
        f"HttpOnly={cookie['httpOnly']}, SameSite={cookie['sameSite']}",
        cookie["httpOnly"] and cookie["sameSite"] == "Strict" and not cookie["secure"],
    )


def _key(bench: Bench, sight: Sight, station: Station) -> str:
    page = sight.open("/account")
    page.get_by_label("Name, such as").focus()
    page.keyboard.type("a bot")
    page.keyboard.press("Enter")
    page.wait_for_selector("#key")
    key = page.locator("#key").inner_text()
    page.get_by_role("button", name="Copy the key").press("Enter")
    sight.wait("the button's answer", "document.getElementById('key-copied').textContent !== ''")
    copied = page.evaluate("navigator.clipboard.readText()")
    bench.check("a new key", "shown, and copied by a button", key[:9] + "…", key.startswith("ccfm_") and copied == key)
    sight.screenshot("new-key")
    page.get_by_text("Back to your account").press("Enter")
    page.wait_for_url("**/account")
    bench.check("the key afterwards", "never again", "not on the page", key not in page.content() and "a bot" in page.content())
    bench.check("what the key opens", "200", _status(station, key), _status(station, key) == 200)
    return key


def _status(station: Station, key: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{station.port}/api/users/me", headers={"X-API-Key": key})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _sessions(bench: Bench, browsers: Browsers, sight: Sight, person: Person) -> None:
    with browsers.sight(320) as other:
        person.log_in(other)
        page = sight.open("/account")
        rows = page.get_by_role("table", name="Sessions").get_by_role("row").count() - 1
        page.get_by_role("button", name=re.compile("^End the session")).press("Enter")
        page.wait_for_selector("h1:has-text('Done')")
        other.open("/account")
        where = other.page.url.removeprefix(other.base)
        bench.check("a session ended from elsewhere", "is one no more", f"{rows} sessions; {where}", rows == 2 and "/login" in where)


def _revoke(bench: Bench, sight: Sight, station: Station, key: str) -> None:
    page = sight.open("/account")
    page.get_by_role("button", name="Revoke the key a bot").press("Enter")
    page.wait_for_selector("h1:has-text('Done')")
    bench.check("a revoked key", "401 at once", _status(station, key), _status(station, key) == 401)


def _password(bench: Bench, sight: Sight, person: Person) -> None:
    page = sight.open("/account")
    page.get_by_label("Current password").fill(person.password)
    person.password = person.password[::-1]
    page.get_by_label("New password").fill(person.password)
    page.get_by_role("button", name="Change the password").press("Enter")
    page.wait_for_selector("h1:has-text('Done')")
    sight.open("/account")
    bench.check("a changed password", "this session stays", sight.page.title(), sight.page.title().startswith("Account"))


def _log_out(bench: Bench, sight: Sight) -> None:
    page = sight.open("/account")
    page.get_by_role("button", name="Log out").press("Enter")
    page.wait_for_url("**/")
    names = [cookie["name"] for cookie in sight.context.cookies()]
    sight.open("/account")
    where = sight.page.url.removeprefix(sight.base)
    bench.check("logged out", "no cookie, and the door is shut", where, not names and where.startswith("/login"))


def _lock_out(bench: Bench, browsers: Browsers, person: Person) -> None:
    with browsers.sight() as sight:
        sight.expected = {401, 429}
        said = ""
        for _ in range(6):
            page = sight.open("/login")
            page.get_by_label("Email").fill(person.email)
            page.get_by_label("Password").fill("not the password")
            page.keyboard.press("Enter")
            page.wait_for_selector("[role=alert]")
            said = page.locator("[role=alert]").inner_text()
        sight.screenshot("log-in-locked")
        bench.check("after five wrong passwords", "the lock is told, and how long", said, "locked" in said and "min" in said)
