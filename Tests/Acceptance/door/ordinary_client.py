#!/usr/bin/python3
"""An ordinary client in a process of its own: asks one thing again and again until there is a line on its input.

Says a word after every hundred requests, and at the end how long each took. Usage: ordinary_client.py PORT PATH
"""

from __future__ import annotations

import http.client
import json
import select
import sys
import time

PAUSE_SECONDS = 0.004
#: Every so many requests the connection is a new one, as those who come by need one.
PER_CONNECTION = 10
PER_WORD = 100


def main() -> None:
    port, path = int(sys.argv[1]), sys.argv[2]
    took: list[float] = []
    statuses: dict[str, int] = {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
        if len(took) % PER_CONNECTION == 0:
            connection.close()
        began = time.monotonic()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            told = str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            told = type(error).__name__
        took.append(time.monotonic() - began)
        statuses[told] = statuses.get(told, 0) + 1
        if len(took) % PER_WORD == 0:
            print("more", flush=True)
    print(json.dumps({"took": took, "statuses": statuses}))


if __name__ == "__main__":
    main()
