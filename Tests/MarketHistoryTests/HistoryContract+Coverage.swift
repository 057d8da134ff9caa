import Bus
import Domain
import TestKit
import Testing

@testable import Market
@testable import MarketHistory

extension HistoryContract {
    private static let bitcoin = Sample.bitcoin
    private static let other = CandleSeriesName(pair: Sample.bitcoin, interval: .oneHour, source: "kraken")

    static let coverage: [Check] = [
        Check(name: "what was asked for is kept as few stretches") { bench in
            let series = Sample.hourly
            for hours in [0..<10, 20..<30, 10..<12, 5..<8, 29..<40] {
                try await bench.candles.noteAsked(Sample.hours(hours), of: series)
            }
            try await bench.candles.noteAsked(Sample.hours(3..<3), of: series)
            let asked = try await bench.candles.asked(of: bitcoin, .oneHour, in: Sample.hours(-5..<100))
            #expect(asked.ranges == [Sample.hours(0..<12), Sample.hours(20..<40)])
            #expect(try await bench.count("candle_coverage") == 2)
            let part = try await bench.candles.asked(of: bitcoin, .oneHour, in: Sample.hours(8..<22))
            #expect(part.ranges == [Sample.hours(8..<12), Sample.hours(20..<22)])
            // One that joins two.
            try await bench.candles.noteAsked(Sample.hours(12..<20), of: series)
            #expect(try await bench.count("candle_coverage") == 1)
        },
        Check(name: "each source has its own stretches, and all of them count together") { bench in
            try await bench.candles.noteAsked(Sample.hours(0..<10), of: Sample.hourly)
            try await bench.candles.noteAsked(Sample.hours(8..<20), of: other)
            let all = try await bench.candles.asked(of: bitcoin, .oneHour, in: Sample.hours(0..<50))
            #expect(all.ranges == [Sample.hours(0..<20)])
            let one = try await bench.candles.asked(of: bitcoin, .oneHour, from: "kraken", in: Sample.hours(0..<50))
            #expect(one.ranges == [Sample.hours(8..<20)])
            let nobody = try await bench.candles.asked(of: bitcoin, .oneDay, in: Sample.hours(0..<50))
            #expect(nobody.ranges.isEmpty)
        },
        Check(name: "what nobody has asked for is told from what nobody has") { bench in
            _ = try await bench.candles.save(Sample.candles(0..<5) + Sample.candles(8..<10), of: Sample.hourly)
            _ = try await bench.candles.save(Sample.candles(20..<22), of: other)
            try await bench.candles.noteAsked(Sample.hours(0..<12), of: Sample.hourly)
            let found = try await bench.candles.holes(of: bitcoin, .oneHour, in: Sample.hours(-2..<24))
            #expect(found.rest == nil)
            func hole(_ hours: Range<Int>, _ wasAsked: Bool) -> CandleHole {
                let gap = CandleGap(
                    from: Sample.hour(hours.lowerBound),
                    to: Sample.hour(hours.upperBound),
                    missing: hours.count
                )
                return CandleHole(gap: gap, wasAsked: wasAsked)
            }
            #expect(
                found.holes == [
                    hole(-2..<0, false), hole(5..<8, true), hole(10..<12, true), hole(12..<20, false),
                    hole(22..<24, false),
                ]
            )
            let alone = try await bench.candles.holes(of: bitcoin, .oneHour, from: "kraken", in: Sample.hours(18..<24))
            #expect(alone.holes == [hole(18..<20, false), hole(22..<24, false)])
            let some = try await bench.candles.holes(of: bitcoin, .oneHour, in: Sample.hours(-2..<24), limit: 2)
            #expect(some.holes.count == 2 && some.rest?.upperBound == Sample.hour(24))
        },
        Check(name: "candles of several sources are read as one, each once, as the preferred one tells it") { bench in
            _ = try await bench.candles.save(Sample.candles(0..<6), of: Sample.hourly)
            let others = (4..<10).map { Sample.candle($0, close: "101") }
            _ = try await bench.candles.save(others, of: other)
            let page = try await bench.candles.candles(of: bitcoin, .oneHour, in: Sample.hours(0..<20))
            #expect(page.rows.map(\.candle) == Sample.candles(0..<6) + others.dropFirst(2))
            #expect(page.rows.map(\.source).suffix(5) == ["binance", "kraken", "kraken", "kraken", "kraken"])
            let preferred = try await bench.candles.candles(
                of: bitcoin,
                .oneHour,
                in: Sample.hours(0..<20),
                .newestFirst,
                preferring: ["kraken"],
                limit: 7
            )
            #expect(preferred.rows.map(\.candle) == Array(others.reversed()) + [Sample.candle(3)])
            #expect(preferred.rest == Sample.hours(0..<3))
            let one = try await bench.candles.candles(of: bitcoin, .oneHour, in: Sample.hours(0..<20), only: "binance")
            #expect(one.rows.count == 6)
            #expect(try await bench.candles.newest(of: bitcoin, .oneHour) == Sample.hour(9))
            #expect(try await bench.candles.newest(of: bitcoin, .oneDay) == nil)
        },
        Check(name: "how far candles were told never goes back") { bench in
            #expect(try await bench.candles.toldThrough(bitcoin, .oneMinute) == nil)
            try await bench.candles.noteTold(through: Sample.hour(5), of: bitcoin, .oneMinute)
            try await bench.candles.noteTold(through: Sample.hour(4), of: bitcoin, .oneMinute)
            try await bench.candles.noteTold(through: Sample.hour(9), of: bitcoin, .oneHour)
            #expect(try await bench.candles.toldThrough(bitcoin, .oneMinute) == Sample.hour(5))
            #expect(try await bench.candles.toldThrough(bitcoin, .oneHour) == Sample.hour(9))
        },
        Check(name: "prices of several sources are read as one") { bench in
            _ = try await bench.prices.append(
                [
                    Sample.observation("1", at: Sample.hour(0)), Sample.observation("3", at: Sample.hour(2)),
                    Sample.observation("2", at: Sample.hour(1), source: "kraken"),
                    Sample.observation("9", at: Sample.hour(2), source: "kraken"),
                ]
            )
            let page = try await bench.prices.prices(of: bitcoin, in: Sample.hours(0..<10))
            #expect(page.rows.map(\.observation.price.description) == ["1", "2", "3"])
            let newest = try await bench.prices.prices(of: bitcoin, in: Sample.hours(0..<10), .newestFirst, limit: 1)
            #expect(newest.rows.map(\.observation.source) == ["binance"])
            #expect(newest.rest == Sample.hours(0..<2))
        },
        Check(name: "snapshots leave as a whole, and what all protocols hold is no protocol") { bench in
            func snapshot(_ hour: Int) -> DefiSnapshot {
                DefiSnapshot(
                    asOf: Sample.hour(hour),
                    protocols: [
                        DefiProtocol(slug: "a", name: "A", chain: "all", tvl: Sample.decimal("10")),
                        DefiProtocol(slug: "b", name: "B", chain: "all", tvl: Sample.decimal("5.5")),
                        DefiProtocol(
                            slug: DefiRepository.totalSlug,
                            name: "All",
                            chain: "all",
                            tvl: Sample.decimal("100")
                        ),
                    ]
                )
            }
            for hour in [0, 30, 999] { _ = try await bench.defi.save(snapshot(hour)) }
            let day = try #require(try await bench.defi.days(2).compactMap(\.sum).last)
            #expect(day.tvl == Sample.decimal("15.5") && day.count == 2 && day.total == Sample.decimal("100"))
            #expect(try await bench.defi.prune(before: Sample.hour(31), limit: 1) == 3)
            #expect(try await bench.defi.prune(before: Sample.hour(31), limit: 10) == 3)
            #expect(try await bench.defi.prune(before: Sample.hour(31), limit: 10) == 0)
            #expect(try await bench.count("defi_protocol") == 3)
        },
    ]
}
