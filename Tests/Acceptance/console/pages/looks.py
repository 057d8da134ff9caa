"""What every page must be, however it is looked at."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

from .browser import Sight

#: What keeps somebody out; the others are matters of taste.
SERIOUS = ("serious", "critical")
_FOCUSABLE = "a[href], button:not([hidden]), input:not([type=hidden]), select, textarea, summary, [tabindex='0'], audio[controls]"
#: Of the controls of a player.
_INNER_STOPS_MAX = 12


def accessibility_faults(sight: Sight) -> list[str]:
    """Violations that axe calls serious or critical."""
    results: Any = Axe().run(sight.page).response
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:80]}"
        for violation in results["violations"]
        if violation["impact"] in SERIOUS
    ]


def is_too_wide(sight: Sight) -> bool:
    """Whether the page has to be moved sideways to be read."""
    width: int = sight.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width > 0


def outline_faults(sight: Sight) -> list[str]:
    """What is wrong with headings and landmarks."""
    faults: list[str] = sight.page.evaluate(
        """() => {
          const faults = [];
          const levels = [...document.querySelectorAll("h1, h2, h3, h4")].map((heading) => Number(heading.tagName[1]));
          if (levels.filter((level) => level === 1).length !== 1) faults.push("not one h1");
          levels.forEach((level, at) => { if (at && level > levels[at - 1] + 1) faults.push(`h${level} behind h${levels[at - 1]}`); });
          for (const name of ["header", "nav", "main", "footer"])
            if (document.querySelectorAll(`body > ${name}, body > header > ${name}`).length !== 1) faults.push(`not one ${name}`);
          if (!document.title || !document.documentElement.lang) faults.push("no title or language");
          for (const section of document.querySelectorAll("section"))
            if (!document.getElementById(section.getAttribute("aria-labelledby"))) faults.push("a section without a name");
          return faults;
        }"""
    )
    return faults


def keyboard_faults(sight: Sight) -> list[str]:
    """Walks the page by Tab alone: everything is reached, in order, and it shows where one is."""
    page = sight.page
    # From the top, whatever the page itself has put the focus on.
    page.evaluate(
        """() => {
          document.body.tabIndex = -1;
          document.body.focus();
          document.body.removeAttribute("tabindex");
          scrollTo(0, 0);
        }"""
    )
    count: int = page.evaluate(
        f"""() => {{
          const all = [...document.querySelectorAll("{_FOCUSABLE}")].filter((element) => element.checkVisibility());
          all.forEach((element, at) => {{ element.dataset.walked = at; }});
          return all.length;
        }}"""
    )
    faults: list[str] = []
    reached: list[int] = []
    # A player has stops of its own inside, which the browser shows by itself.
    for _ in range(count + _INNER_STOPS_MAX):
        if reached[-1:] == [count - 1]:
            break
        page.keyboard.press("Tab")
        seen: Any = page.evaluate(
            """() => {
              const element = document.activeElement;
              const style = getComputedStyle(element);
              const box = element.getBoundingClientRect();
              return {
                at: Number(element.dataset.walked ?? -1), html: element.outerHTML.slice(0, 80),
                outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
                inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0,
              };
            }"""
        )
        if reached[-1:] == [seen["at"]] and seen["html"].startswith("<audio"):
            continue
        reached.append(seen["at"])
        if not seen["outline"]:
            faults.append(f"no visible focus: {seen['html']}")
        if not seen["inside"]:
            faults.append(f"focus out of sight: {seen['html']}")
    if reached != list(range(count)):
        faults.append(f"reached {reached} of {count}")
    return faults
