"""The pages of proposals, wallets and the treasury, in a real browser whose wallet programs sign with real keys."""

from __future__ import annotations

import page_cheats
import page_linking
import page_proposing
import page_results
import page_sights
import page_voting
from harness.bench import Bench
from page_steps import Desk
from station import Assembly

NAME = "pages"
TITLE = "in a real browser: link, propose, vote by wallet programs good and bad, by hand and by keyboard; how it looks"

#: How far final states are behind.
FINALIZED_BEHIND = 32


def run(bench: Bench) -> None:
    place = Assembly(bench, has_anchor_key=True, finalized_behind=FINALIZED_BEHIND).start()
    desk = Desk(bench, place)
    page_linking.show(desk)
    page_proposing.show(desk)
    page_voting.show(desk)
    page_cheats.show(desk)
    page_results.show(desk)
    page_sights.show(desk)
    bench.check(
        "the browsers' consoles, content policy, failed and foreign requests, all in all",
        "no complaint",
        "; ".join(dict.fromkeys(desk.complaints).keys())[:300] or "none",
        not desk.complaints,
    )
    place.judge_faces()
    place.station.stop()
