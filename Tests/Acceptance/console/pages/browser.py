"""A real browser, and everything that it has to complain about."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.bench import Bench
from harness.station import Station
from harness.waiting import wait_for
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response, sync_playwright

#: Debian's own.
PROGRAM = "/usr/bin/chromium"
#: The narrowest telephone, a tablet, a desk.
WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")
#: How long a page may take to show something, in milliseconds.
PATIENCE = 15_000

#: Told by the page itself whenever the content policy stops something.
_WATCH = """
window.stopped = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.stopped.push(`${event.effectiveDirective} ${event.blockedURI}`);
});
"""


@dataclass
class Complaints:
    """What the browser said while pages were open."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return [*self.console, *self.errors, *self.failed, *self.foreign]


class Sight:
    """One person's view: a browser with its own cookies, size and taste."""

    def __init__(self, context: BrowserContext, base: str, artefacts: Path | None) -> None:
        self.context = context
        self.base = base
        self.complaints = Complaints()
        self.expected: set[int] = set()
        """Statuses that the scenario brings about on purpose."""
        self._artefacts = artefacts
        context.set_default_timeout(PATIENCE)
        context.add_init_script(_WATCH)
        self.page = self.new_page()

    def new_page(self) -> Page:
        page = self.context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.errors.append(str(error)))
        page.on("response", self._response)
        return page

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def wait(self, what: str, expression: str, seconds: float = PATIENCE / 1000, arg: Any = None) -> Any:
        """Waits until an expression of the page is true, and returns it.

        The page's own policy forbids what the browser's driver would do for this.
        """
        return wait_for(what, seconds, lambda: self.page.evaluate(expression, arg), every=0.1)

    def stopped(self) -> list[str]:
        """What the content policy has stopped on the page that is open."""
        found: list[str] = self.page.evaluate("window.stopped")
        return found

    def screenshot(self, name: str) -> None:
        if self._artefacts is not None:
            self._artefacts.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self._artefacts / f"{name}.png", full_page=True)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        # A status that was wanted is told there, too.
        if any(f"status of {status} " in message.text for status in self.expected):
            return
        self.complaints.console.append(message.text)

    def _response(self, response: Response) -> None:
        if not response.url.startswith((self.base, "data:")):
            self.complaints.foreign.append(response.url)
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.failed.append(f"{response.status} {response.url.removeprefix(self.base)}")


class Browsers:
    """Opens views of one station."""

    def __init__(self, bench: Bench, station: Station) -> None:
        self._bench = bench
        self._base = f"http://127.0.0.1:{station.port}"
        self._playwright = sync_playwright().start()
        # The sandbox needs rights that a container does not give; what is looked at here is our own.
        self._browser = self._playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        bench.on_close(self._close)
        self.version = self._browser.version

    @contextmanager
    def sight(
        self,
        width: int = 1280,
        scheme: str = "light",
        *,
        scripts: bool = True,
        state: Any = None,
        headers: dict[str, str] | None = None,
        motion: str = "reduce",
    ) -> Iterator[Sight]:
        context = self._browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            storage_state=state,
            extra_http_headers=headers,
            reduced_motion=motion,  # type: ignore[arg-type]
            permissions=["clipboard-read", "clipboard-write"],
        )
        try:
            yield Sight(context, self._base, self._bench.artefacts)
        finally:
            context.close()

    def _close(self) -> None:
        self._browser.close()
        self._playwright.stop()


def slug(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", path.strip("/")) or "on-air"


#: Numbers for what has to be different each time.
numbers = itertools.count(1)
