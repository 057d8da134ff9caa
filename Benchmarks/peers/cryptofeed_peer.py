"""How fast cryptofeed reads Binance's frames: a line of JSON. Usage: cryptofeed_peer.py FILE ROUNDS PAIR...

Each line of the file is the moment when a frame came, in nanoseconds, a tabulator and the frame.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from cryptofeed.defines import BINANCE, CANDLES, TRADES
from cryptofeed.exchanges import Binance
from cryptofeed.symbols import Symbols

lines = [line.split("\t", 1) for line in Path(sys.argv[1]).read_text().splitlines()]
frames = [(int(stamp) / 1e9, text) for stamp, text in lines]
rounds, pairs = int(sys.argv[2]), sys.argv[3:]


async def main() -> None:
    told = 0

    async def note(*_: Any) -> None:
        nonlocal told
        told += 1

    names = {pair: pair.replace("-", "") for pair in pairs}
    Symbols.set(BINANCE, names, {"instrument_type": {pair: "spot" for pair in pairs}})
    feed = Binance(
        symbols=pairs, channels=[TRADES, CANDLES], callbacks={TRADES: note, CANDLES: note}, candle_closed_only=False
    )
    began = time.perf_counter()
    for _ in range(rounds):
        for stamp, text in frames:
            await feed.message_handler(text, None, stamp)
    took = time.perf_counter() - began
    print(json.dumps({"dealt_per_s": rounds * len(frames) / took, "told": told // rounds}))


asyncio.run(main())
