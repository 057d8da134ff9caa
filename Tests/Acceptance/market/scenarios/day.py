"""A day of real minutes through the whole daemon at a thousand times its speed, and a month of real hours."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from harness.bench import Bench
from harness.exchange import data_folder, recorded
from harness.subscriber import Heard

NAME = "day"
TITLE = "a real day at 1000 times its speed is told candle for candle, resampled exactly, and no gap is passed over"

DAY = 86_400
MINUTE = 60
#: The second whole day of the recording, which has most of its minutes and many holes.
DAYS_IN = 2
HOURS = 24 * 30
#: What is played before, in rows, while the listener is still being let in.
LEAD = 120
LARGER = {"5m": 300, "15m": 900, "1h": 3600, "4h": 14_400, "1d": DAY}
CLOSED, GAP = "market.candle.closed", "market.gap.found"


@dataclass(frozen=True)
class Row:
    """A candle, exactly: when it opened, and its figures."""

    opened: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


def run(bench: Bench) -> None:
    minutes = data_folder() / "ohlcv" / "freqtrade_UNITTEST_BTC-1m.json"
    if minutes.is_file():
        _minutes(bench, minutes)
    else:
        bench.skip("a day of real minutes", "the recorded minutes are not here")
    hours, four, day = (recorded(f"BTCUSDT_{name}.csv") for name in ("1h", "4h", "1d"))
    if hours and four and day:
        _hours(bench, hours, {"4h": four, "1d": day})
    else:
        bench.skip("a month of real hours", "the recorded hours are not here")


# A day of minutes


def _minutes(bench: Bench, source: Path) -> None:
    rows = [_row(each[0] // 1000, each[1:]) for each in json.loads(source.read_text(), parse_float=Decimal)]
    first = (rows[0].opened // DAY + DAYS_IN) * DAY
    start = next(place for place, row in enumerate(rows) if row.opened >= first)
    # And the first of the next day, which shows that the last hour is over.
    end = next(place for place, row in enumerate(rows) if row.opened >= first + DAY) + 1
    file = bench.folder / "BTCUSDT_1m.csv"
    _write(file, rows[start - LEAD : end])
    heard = _played(bench, file, 1000, first, rows[end - 1].opened, DAY / 1000 + 60)
    before, rows = rows[start - 1], rows[start:end]
    _exact(bench, "1m", rows, _candles(heard, "1m"))
    holes = [(a.opened + MINUTE, b.opened) for a, b in zip([before, *rows], rows) if b.opened - a.opened > MINUTE]
    told = [(_seconds(event.payload["from"]), _seconds(event.payload["to"])) for event in heard if _is(event, GAP)]
    bench.check("gaps that are told", f"{len(holes)}, with their ends", f"{len(told)}", bool(holes) and told == holes)
    for name, length in LARGER.items():
        expected = [made for made in _resampled(rows, length) if made[0].opened + length <= rows[-1].opened]
        found = _candles(heard, name)
        _exact(bench, name, [row for row, _ in expected], found)
        missing = [length // MINUTE - count for _, count in expected]
        said = [event.payload.get("missing", 0) for event in heard if _is(event, CLOSED) and _interval(event) == name]
        bench.check(
            f"{name}: how many of its minutes are missing",
            f"{sum(missing)} in {sum(1 for count in missing if count)} candles",
            f"{sum(said)} in {sum(1 for count in said if count)}",
            said == missing,
        )


# A month of hours


def _hours(bench: Bench, source: Path, larger: dict[str, Path]) -> None:
    rows = _read(source)[: LEAD + HOURS + 1]
    file = bench.folder / "BTCUSDT_1h.csv"
    _write(file, rows)
    rows = rows[LEAD:]
    heard = _played(bench, file, 100_000, rows[0].opened, rows[-1].opened, HOURS * 3600 / 100_000 + 60)
    _exact(bench, "1h", rows, _candles(heard, "1h"))
    for name, path in larger.items():
        end = rows[0].opened + HOURS * 3600
        theirs = [row for row in _read(path) if rows[0].opened <= row.opened and row.opened + LARGER[name] <= end]
        _exact(bench, f"{name}, beside the exchange's own", theirs, _candles(heard, name))


# Playing and comparing


def _played(bench: Bench, file: Path, speed: int, first: int, last: int, seconds: float) -> list[Heard]:
    """All that is told from the first moment on until the last candle of the file."""
    station = bench.station()
    run = station.start("--replay", f"{file}@{speed}", ready_within=None)
    listener = station.subscriber("market.candle.", "market.gap.", "system.")
    station.wait_ready(run)
    listener.welcomed()
    heard: list[Heard] = []

    def is_last(event: Heard) -> bool:
        heard.append(event)
        return _is(event, CLOSED) and _opened(event) == last

    listener.wait("the last candle of the file", seconds, is_last)
    heard += listener.collect(1, CLOSED)
    station.stop()
    early = [event for event in heard if _is(event, CLOSED) and _opened(event) < first]
    bench.check("the listener was there before it began", "some of the lead", len(early), bool(early))
    return [event for event in heard if _is(event, CLOSED) and _opened(event) >= first or _is_gap(event, first)]


def _is_gap(event: Heard, first: int) -> bool:
    return _is(event, GAP) and _seconds(event.payload["to"]) > first


def _is(event: Heard, type: str) -> bool:
    return str(event.header["type"]) == type


def _interval(event: Heard) -> str:
    return str(event.payload["candle"]["interval"])


def _opened(event: Heard) -> int:
    return _seconds(event.payload["candle"]["openTime"])


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _candles(heard: Sequence[Heard], interval: str) -> list[Row]:
    told = [event.payload["candle"] for event in heard if _is(event, CLOSED) and _interval(event) == interval]
    keys = ("open", "high", "low", "close", "volume")
    return [_row(_seconds(candle["openTime"]), [candle[key] for key in keys]) for candle in told]


def _exact(bench: Bench, name: str, expected: Sequence[Row], found: Sequence[Row]) -> None:
    wrong = [row for row, other in zip(expected, found) if row != other]
    detail = f"{len(found)}, {len(wrong)} of them another" + (f", first {wrong[0]}" if wrong else "")
    bench.check(f"candles of {name}", f"the known {len(expected)}, in order", detail, list(expected) == list(found))


def _resampled(rows: Sequence[Row], length: int) -> list[tuple[Row, int]]:
    """With how many small ones each is made of; made here a second time, in another language."""
    made: list[tuple[Row, int]] = []
    windows: dict[int, list[Row]] = {}
    for row in rows:
        windows.setdefault(row.opened // length * length, []).append(row)
    for opened, parts in windows.items():
        # What had no trade repeats a price and moves nothing.
        traded = [row for row in parts if row.volume] or parts
        made.append(
            (
                Row(
                    opened,
                    traded[0].open,
                    max(row.high for row in traded),
                    min(row.low for row in traded),
                    traded[-1].close,
                    sum((row.volume for row in parts), Decimal(0)),
                ),
                len(parts),
            )
        )
    return made


def _row(opened: int, figures: Sequence[Any]) -> Row:
    return Row(opened, *(Decimal(str(figure)) for figure in figures))


def _read(path: Path) -> list[Row]:
    with path.open() as file:
        return [
            _row(
                int(datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC).timestamp()),
                [row[key] for key in ("open", "high", "low", "close", "volume")],
            )
            for row in csv.DictReader(file)
        ]


def _write(path: Path, rows: Sequence[Row]) -> None:
    lines = ["timestamp,open,high,low,close,volume"]
    for row in rows:
        figures = (row.open, row.high, row.low, row.close, row.volume)
        lines.append(",".join([str(row.opened), *(format(figure, "f") for figure in figures)]))
    path.write_text("\n".join(lines) + "\n")
