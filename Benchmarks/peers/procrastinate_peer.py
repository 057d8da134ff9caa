"""Procrastinate's worker on jobs that do nothing: from its start until the queue is empty.

Usage: procrastinate_peer.py CONNINFO JOBS CONCURRENCY. Prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time

import procrastinate

BATCH = 1000


async def main(conninfo: str, jobs: int, concurrency: int) -> None:
    # One connection for each job that runs, and some for the worker itself.
    connector = procrastinate.PsycopgConnector(conninfo=conninfo, min_size=2, max_size=concurrency + 4)
    app = procrastinate.App(connector=connector)
    done = 0

    @app.task(name="bench.noop", queue="bench")
    async def noop(number: int) -> None:
        nonlocal done
        done += 1

    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        await app.connector.execute_query_async("TRUNCATE procrastinate_jobs CASCADE")
        for first in range(0, jobs, BATCH):
            numbers = range(first, min(first + BATCH, jobs))
            await noop.batch_defer_async(*({"number": number} for number in numbers))
        began = time.perf_counter()
        # Ends when nothing is left to do, and everything is recorded.
        await app.run_worker_async(
            queues=["bench"], concurrency=concurrency, wait=False, install_signal_handlers=False, listen_notify=False
        )
        seconds = time.perf_counter() - began
    if done != jobs:
        raise SystemExit(f"{done} of {jobs} jobs were done")
    print(json.dumps({"jobs_per_s": jobs / seconds, "seconds": seconds}))


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
