"""Live streams: as they come, never asked for besides, and whatever they leave out comes from questions, never made up."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

from harness.bench import Bench
from harness.exchange import Exchange
from harness.station import Station
from harness.streamer import Streamer
from harness.subscriber import Heard, Subscriber
from harness.waiting import wait_for

NAME = "streams"
TITLE = "prices come as the exchange tells them; a cut, a gap, silence and garbage cost neither truth nor prices"

TICKER, KLINES = "/api/v3/ticker/24hr", "/api/v3/klines"
TICKED, CLOSED = "market.price.ticked", "market.candle.closed"
SILENCE = 2


def run(bench: Bench) -> None:
    exchange = bench.exchange()
    streamer = Streamer()
    bench.on_close(streamer.close)
    station = bench.station(
        {
            "market.pairs": '["BTC-USD"]',
            "market.providers": '["binance"]',
            "market.poll_seconds": 1,
            "market.streams.exchanges": '["binance"]',
            "market.streams.endpoints.binance": streamer.address,
            "market.streams.silence_seconds": SILENCE,
        },
        exchange=exchange,
    )
    station.start()
    ticks = station.subscriber(f"{TICKED}.")
    candles = station.subscriber(f"{CLOSED}.")
    candles.welcomed()
    _live(bench, station, streamer, exchange, ticks)
    _candle(bench, station, streamer, exchange, candles)
    _cut(bench, station, streamer, exchange, ticks)
    _silence(bench, station, streamer)
    _garbage(bench, station, streamer, ticks)
    _gap(bench, station, streamer, exchange, candles)


def stream(station: Station) -> dict[str, Any]:
    return dict(station.control().call("market.streams")["streams"][0])


def is_live(station: Station) -> bool:
    found = stream(station)
    return found["state"] == "live" and (found["lastMessageAgeSeconds"] or 0) < 1


def wait_live(station: Station) -> None:
    wait_for("a live stream", 30, lambda: is_live(station), every=0.1)


def _live(bench: Bench, station: Station, streamer: Streamer, exchange: Exchange, ticks: Subscriber) -> None:
    wait_live(station)
    ticks.clear()
    before = exchange.asked(TICKER)
    found = [event.payload for event in ticks.collect(4, TICKED)]
    asked = exchange.asked(TICKER) - before
    prices = [Decimal(one["price"]) for one in found]
    bench.check(
        "4 s of a live stream",
        "ten prices a second, each the exchange's, and no question",
        f"{len(found)} prices, {sum(price in streamer.prices for price in prices)} true, {asked} questions",
        len(found) >= 30 and all(price in streamer.prices for price in prices) and asked == 0
        and all(one["source"] == "binance" and one["symbol"] == "BTCUSDT" for one in found),
    )
    shown = station.ctl("market", "streams").stdout
    bench.check("cryptocallctl market streams", "shows it", shown.splitlines()[-1][:80], "binance" in shown and "live" in shown)
    up = station.metrics().value("cryptocall_market_stream_up", venue="binance")
    bench.check("its gauge", "1", up, up == 1)


def _told(candles: Subscriber, what: str, minute: int) -> Heard:
    """The candle of a minute."""
    return candles.wait(
        what,
        75,
        lambda event: event.header["type"] == CLOSED
        and event.payload["candle"]["interval"] == "1m"
        and minute_of(event.payload) == minute,
    )


def _is_streamed(event: Heard, streamer: Streamer) -> bool:
    return event.header["type"] == TICKED and Decimal(event.payload["price"]) in streamer.prices


def _is_asked_for(event: Heard, streamer: Streamer) -> bool:
    return event.header["type"] == TICKED and Decimal(event.payload["price"]) not in streamer.prices


def minute_of(payload: dict[str, Any]) -> int:
    return int(time.mktime(time.strptime(payload["candle"]["openTime"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone)


def _is_made_of_trades(payload: dict[str, Any], streamer: Streamer) -> bool:
    known = streamer.minutes.get(minute_of(payload))
    candle = payload["candle"]
    return known is not None and all(
        Decimal(candle[name]) == getattr(known, name) for name in ("open", "high", "low", "close", "volume")
    )


def _candle(bench: Bench, station: Station, streamer: Streamer, exchange: Exchange, candles: Subscriber) -> None:
    """The minute in which it began is the questions', the next is the trades'."""
    begun = int(time.time()) // 60 * 60
    first = _told(candles, "the candle of the first minute", begun)
    before = exchange.asked(KLINES)
    second = _told(candles, "the next one", begun + 60)
    asked = exchange.asked(KLINES) - before
    bench.check(
        "the minute in which the stream began",
        "the answer to a question: it was seen in part",
        f"closes at {first.payload['candle']['close']}",
        not _is_made_of_trades(first.payload, streamer)
        and Decimal(first.payload["candle"]["close"]) in exchange.truth[("BTC", "close")],
    )
    trades = streamer.minutes[begun + 60].trades
    bench.check(
        "the minute that was seen whole",
        "made of its trades, exactly, and not asked for",
        f"{trades} trades, volume {second.payload['candle']['volume']}, {asked} questions",
        _is_made_of_trades(second.payload, streamer) and asked == 0 and trades > 500,
    )


def _cut(bench: Bench, station: Station, streamer: Streamer, exchange: Exchange, ticks: Subscriber) -> None:
    before, made = exchange.asked(TICKER), streamer.connections
    streamer.accepts = False
    streamer.cut()
    ticks.clear()
    began = time.monotonic()
    asked = ticks.wait("a price that was asked for", 10, lambda event: _is_asked_for(event, streamer))
    took = asked.at - began
    bench.check(
        "a cut connection",
        "prices are asked for within a round and a bit",
        f"after {took:.1f} s, {exchange.asked(TICKER) - before} questions",
        took <= 3 and Decimal(asked.payload["price"]) in exchange.truth[("BTC", "price")],
    )
    wait_for("some attempts", 20, lambda: streamer.connections >= made + 3)
    streamer.accepts = True
    wait_live(station)
    ticks.wait("a price of the stream", 5, lambda event: _is_streamed(event, streamer))
    before = exchange.asked(TICKER)
    time.sleep(3)
    bench.check(
        "the stream is back",
        "nobody is asked any more, and the attempts were few",
        f"{exchange.asked(TICKER) - before} questions, {streamer.connections - made} connections",
        exchange.asked(TICKER) == before and streamer.connections - made <= 8,
    )


def _silence(bench: Bench, station: Station, streamer: Streamer) -> None:
    # Pauses grow with each break, until the stream has been whole for a minute.
    time.sleep(61)
    made = streamer.connections
    streamer.is_silent = True
    began = time.monotonic()
    wait_for("a new connection", 30, lambda: streamer.connections > made)
    took = time.monotonic() - began
    streamer.is_silent = False
    error = stream(station)["lastError"]
    bench.check(
        "an open connection that says nothing",
        f"is begun anew after {SILENCE} s and a pause, and says why",
        f"after {took:.1f} s: {error}",
        SILENCE <= took <= SILENCE + 14 and "silent" in (error or ""),
    )
    wait_live(station)


def _garbage(bench: Bench, station: Station, streamer: Streamer, ticks: Subscriber) -> None:
    before = stream(station)["malformed"]
    junk = [b"", b"<html>", b'{"e":"trade","s":"BTCUSDT","t":1,"p":"-5","q":"1","T":1}', b"[" * 9000, b'{"e":"trade"}']
    for one in junk:
        streamer.say(one)
    counted = wait_for("garbage that is counted", 10, lambda: stream(station)["malformed"] - before)
    ticks.clear()
    after = ticks.wait("a price afterwards", 5, lambda event: _is_streamed(event, streamer))
    counted = stream(station)["malformed"] - before
    bench.check(
        "five messages of garbage", "counted, and the next price is told on the same connection",
        f"{counted} counted, then {after.payload['price']}", counted == len(junk),
    )
    made = streamer.connections
    streamer.say(b"\x00\xff", opcode=2)
    wait_for("a new connection", 30, lambda: streamer.connections > made)
    wait_live(station)
    bench.check("a binary message", "ends the connection; a new one lives", stream(station)["state"], True)


def _gap(bench: Bench, station: Station, streamer: Streamer, exchange: Exchange, candles: Subscriber) -> None:
    """In the middle of a minute that is seen from its begin on."""
    wait_for("a fresh minute", 70, lambda: 2 < time.time() % 60 < 20, every=0.5)
    # One whole minute between the last new connection and the one that is spoiled.
    spoiled = int(time.time()) // 60 * 60 + 60
    wait_for("its middle", 130, lambda: time.time() > spoiled + 20, every=0.5)
    asked = exchange.asked(KLINES)
    streamer.skip(7)
    wait_for("a gap", 10, lambda: stream(station)["missedTrades"] >= 7)
    told = _told(candles, "the candle of the gap", spoiled)
    bench.check(
        "seven trades that are not told",
        "counted, and their minute is the answer to a question",
        f"{stream(station)['missedTrades']} missed, {exchange.asked(KLINES) - asked} questions",
        exchange.asked(KLINES) > asked and not _is_made_of_trades(told.payload, streamer)
        and Decimal(told.payload["candle"]["close"]) in exchange.truth[("BTC", "close")],
    )
    whole = _told(candles, "the next one", spoiled + 60)
    bench.check(
        "the minute after it", "made of its trades again", f"volume {whole.payload['candle']['volume']}",
        _is_made_of_trades(whole.payload, streamer),
    )
