"""Messages of exchanges' live streams, as they were recorded: how many a second are read and become news, on one core.

The peer ends where a typed event has been handed on, so what is only read stands beside it. Ours then does more: it
looks for lost trades, makes candles, and decides whose price counts. That is a row of its own, beside the same peer.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from harness.exchange import data_folder

from .report import Report, at_least, ratio_at_least
from .tools import PEERS, Tools

BINANCE_PAIRS = (
    "NKN-USDT", "BLZ-ETH", "LRC-BTC", "RUNE-EUR", "SUSHI-USDT", "AKRO-USDT", "KEEP-USDT", "CTK-USDT",
)
COINBASE_PAIRS = (
    "SKL-USD", "SKL-BTC", "BAND-GBP", "NMR-EUR", "BAND-BTC", "YFI-BTC", "DASH-BTC", "NU-GBP", "CRV-EUR", "SKL-GBP",
)
KRAKEN_PAIRS = ("WAVES-EUR", "XMR-USD", "KSM-BTC", "GRT-ETH", "SC-EUR", "ETH-CHF", "OCEAN-BTC", "OMG-USD", "BTC-CHF", "ADA-BTC")


def run(tools: Tools, report: Report) -> None:
    ws, trades = data_folder() / "ws", data_folder() / "trades" / "freqtrade_XRP_ETH-trades.json.gz"
    if not ws.is_dir() or not trades.is_file():
        report.skip("messages of live streams", f"there are no recordings in {ws.parent}")
        return
    binance = list(recorded(ws / "cryptofeed_BINANCE.ws.1.0.txt"))
    futures = list(recorded(ws / "cryptofeed_BINANCE_FUTURES.ws.1.0.txt"))
    coinbase = list(recorded(ws / "cryptofeed_COINBASE.ws.28.0.txt"))
    kraken = list(recorded(ws / "cryptofeed_KRAKEN.ws.48.0.txt"))
    # Of order books nothing is told here, and the feed of Coinbase that was recorded is one that the peer reads no more.
    hot = [one for one in binance + futures if '"e":"aggTrade"' in one[1] or '"e":"kline"' in one[1]]
    replayed = list(as_frames(trades))
    measure(tools, report, "Binance, trades replayed", "binance", replayed, ("XRP-ETH",), bar=True, has_peer=True)
    measure(tools, report, "Binance, trades and candles", "binance", hot, BINANCE_PAIRS, bar=True, has_peer=True)
    measure(tools, report, "Binance, all that was recorded", "binance", binance, BINANCE_PAIRS)
    measure(
        tools, report, "Coinbase, trades and prices", "coinbase",
        [one for one in coinbase if '"type":"match"' in one[1] or '"type":"ticker"' in one[1]], COINBASE_PAIRS, bar=True,
    )
    measure(tools, report, "Kraken, all that was recorded", "kraken", kraken, KRAKEN_PAIRS, bar=True)


def recorded(path: Path) -> Iterator[tuple[int, str]]:
    """What came, and when, in nanoseconds; not what was asked."""
    for line in path.read_text().splitlines():
        stamp, _, message = line.partition(": ")
        if stamp.replace(".", "", 1).isdigit():
            yield int(Decimal(stamp) * 1_000_000_000), message


def as_frames(path: Path) -> Iterator[tuple[int, str]]:
    """Real trades, in the form in which Binance tells them."""
    with gzip.open(path, "rt") as file:
        rows = json.load(file, parse_float=Decimal)
    for stamp, number, _, side, price, amount, _ in rows:
        trade = {
            "e": "aggTrade", "E": stamp, "s": "XRPETH", "a": int(number), "p": format(price, "f"),
            "q": format(amount, "f"), "f": int(number), "l": int(number), "T": stamp, "m": side == "sell", "M": True,
        }
        yield stamp * 1_000_000, json.dumps({"stream": "xrpeth@aggTrade", "data": trade}, separators=(",", ":"))


def measure(
    tools: Tools,
    report: Report,
    name: str,
    exchange: str,
    messages: Sequence[tuple[int, str]],
    pairs: Sequence[str],
    bar: bool = False,
    has_peer: bool = False,
) -> None:
    path = tools.folder / "messages.txt"
    path.write_text("".join(f"{stamp}\t{text}\n" for stamp, text in messages))
    rounds = max(1, tools.scaled(400_000) // len(messages))
    read, dealt, peers = [], [], []
    for _ in range(tools.rounds(5)):
        figures = tools.run(*tools.on_one_core([tools.swift("IngestBench"), exchange, str(path), str(rounds), *pairs]))
        read.append(figures["read_per_s"])
        dealt.append(figures["dealt_per_s"])
        if has_peer:
            command = [str(tools.python()), str(PEERS / "cryptofeed_peer.py"), str(path), str(max(1, rounds // 5)), *pairs]
            peers.append(tools.run(*tools.on_one_core(command))["dealt_per_s"])
    report.add(f"{name}: read", "/s", read, peers, ratio_at_least(5) if has_peer else None)
    report.add(f"{name}: dealt with", "/s", dealt, peers, at_least(200_000) if bar else None)
