"""DBOS: jobs that do nothing through its queue, and workflows of ten steps that do nothing.

Usage: dbos_peer.py URL jobs COUNT POLL_SECONDS | dbos_peer.py URL workflows COUNT STEPS. Prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from dbos import DBOS, DBOSConfig
from sqlalchemy import create_engine, text

QUEUE = "bench"


@DBOS.workflow()
async def noop(number: int) -> None:
    return None


@DBOS.step()
async def step(number: int) -> int:
    return number + 1


@DBOS.workflow()
async def steps(count: int) -> int:
    total = 0
    for number in range(count):
        total += await step(number)
    return total


def launched(url: str, queues: list[Any], work: Callable[[], None]) -> None:
    """Runs something between the launch of DBOS and its end, listening to these queues only."""
    config: DBOSConfig = {"name": "bench", "system_database_url": url, "log_level": "ERROR", "enable_otlp": False}
    DBOS(config=config)
    DBOS.listen_queues(queues)
    DBOS.launch()
    try:
        work()
    finally:
        DBOS.destroy()


def jobs(url: str, count: int, poll_seconds: float) -> dict[str, float]:
    engine = create_engine(url)
    pending = text("SELECT count(*) FROM dbos.workflow_status WHERE status <> 'SUCCESS'")

    def enqueue() -> None:
        DBOS.register_queue(QUEUE, polling_interval_sec=poll_seconds, on_conflict="always_update")

        async def all_of_them() -> None:
            for first in range(0, count, 50):
                batch = range(first, min(first + 50, count))
                await asyncio.gather(*(DBOS.enqueue_workflow_async(QUEUE, noop, number) for number in batch))

        asyncio.run(all_of_them())

    seconds = 0.0

    def drain() -> None:
        nonlocal seconds
        with engine.connect() as connection:
            while connection.execute(pending).scalar_one() > 0:
                connection.rollback()
                time.sleep(0.02)
        seconds = time.perf_counter() - began

    launched(url, [], enqueue)
    began = time.perf_counter()
    launched(url, [QUEUE], drain)
    return {"jobs_per_s": count / seconds, "seconds": seconds}


def workflows(url: str, count: int, number: int) -> dict[str, float]:
    milliseconds = 0.0

    def run() -> None:
        nonlocal milliseconds

        async def one_after_the_other() -> float:
            await steps(number)  # Warms up.
            began = time.perf_counter()
            for _ in range(count):
                await steps(number)
            return (time.perf_counter() - began) * 1000 / count

        milliseconds = asyncio.run(one_after_the_other())

    launched(url, [], run)
    return {"ms_per_workflow": milliseconds}


if __name__ == "__main__":
    _, url, mode, count, option = sys.argv
    if mode == "jobs":
        print(json.dumps(jobs(url, int(count), float(option))))
    else:
        print(json.dumps(workflows(url, int(count), int(option))))
