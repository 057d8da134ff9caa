import Bus
import Domain
import TestKit
import Testing

@testable import Market
@testable import MarketHistory

extension HistoryContract {
    private static let series = Sample.hourly

    /// Why a candle is not taken, behind one that would be.
    private static func problem(of candle: Candle, _ bench: HistoryBench) async -> HistoryError? {
        do throws(HistoryError) {
            _ = try await bench.candles.save([Sample.candle(0), candle], of: series)
            return nil
        } catch {
            return error
        }
    }

    static let candles: [Check] = [
        Check(name: "a candle is kept once, however often it comes") { bench in
            let first = try await bench.candles.save(Sample.candles(0..<10), of: series)
            #expect(first.inserted == 10 && first.unchanged == 0 && first.conflictCount == 0)
            let again = try await bench.candles.save(Sample.candles(5..<12), of: series)
            #expect(again.inserted == 2 && again.unchanged == 5 && again.conflictCount == 0)
            let page = try await bench.candles.candles(of: series, in: Sample.hours(0..<100))
            #expect(page.rows.map(\.candle) == Sample.candles(0..<12) && page.rest == nil)
            #expect(try await bench.count("ohlcv") == 12)
        },
        Check(name: "whoever asks for all of time gets what there is") { bench in
            _ = try await bench.candles.save(Sample.candles(0..<3), of: series)
            let always = Timestamp(nanoseconds: .min)..<Timestamp(nanoseconds: .max)
            let page = try await bench.candles.candles(of: series, in: always)
            #expect(page.rows.map(\.candle) == Sample.candles(0..<3))
            #expect(series.interval.openings(in: always) > 5_000_000)
        },
        Check(name: "of two candles of one time the first stays, and the other is told") { bench in
            _ = try await bench.candles.save(Sample.candles(0..<3), of: series)
            let other = Sample.candle(1, close: "105.01")
            let report = try await bench.candles.save([Sample.candle(0), other, Sample.candle(3)], of: series)
            #expect(report.inserted == 1 && report.unchanged == 1 && report.corrected == 0)
            #expect(report.conflictCount == 1)
            #expect(report.conflicts == [CandleConflict(stored: Sample.candle(1), offered: other)])
            let page = try await bench.candles.candles(of: series, in: Sample.hours(1..<2))
            #expect(page.rows == [StoredCandle(Sample.candle(1))])
        },
        Check(name: "a source that corrects itself has the last word") { bench in
            _ = try await bench.candles.save(Sample.candles(0..<3), of: series)
            let other = Sample.candle(1, volume: "12.3450000001")
            let report = try await bench.candles.save([Sample.candle(0), other], of: series, correcting: true)
            #expect(report.corrected == 1 && report.unchanged == 1 && report.conflictCount == 0)
            let again = try await bench.candles.save([other], of: series)
            #expect(again.unchanged == 1)
            let page = try await bench.candles.candles(of: series, in: Sample.hours(0..<3))
            #expect(page.rows.map(\.candle) == [Sample.candle(0), other, Sample.candle(2)])
        },
        Check(name: "a candle that comes twice in one batch counts as coming again") { bench in
            let other = Sample.candle(1, close: "101")
            let report = try await bench.candles.save(
                [Sample.candle(1), Sample.candle(1), other, Sample.candle(0)],
                of: series
            )
            #expect(report.inserted == 2 && report.unchanged == 1 && report.conflictCount == 1)
            #expect(report.conflicts == [CandleConflict(stored: Sample.candle(1), offered: other)])
            let corrected = try await bench.candles.save([other, Sample.candle(1)], of: series, correcting: true)
            #expect(corrected.corrected == 2)
            let page = try await bench.candles.candles(of: series, in: Sample.hours(1..<2))
            #expect(page.rows.map(\.candle) == [Sample.candle(1)])
        },
        Check(name: "of many conflicts all are counted and the first are told") { bench in
            _ = try await bench.candles.save(Sample.candles(0..<1000), of: series)
            let others = (0..<1000).map { Sample.candle($0, close: "101") }
            let report = try await bench.candles.save(others, of: series)
            #expect(report.conflictCount == 1000 && report.inserted == 0)
            #expect(report.conflicts.map(\.offered) == Array(others.prefix(CandleSaveReport.conflictsKept)))
        },
        Check(name: "what is wrong with a candle is told by its place, and nothing is stored") { bench in
            #expect(
                await problem(of: Sample.candle(1000), bench)
                    == .badInput(field: "candles[1].openTime", problem: "its interval has not ended")
            )
            #expect(
                await problem(of: Sample.candle(1, interval: .oneMinute), bench)
                    == .badInput(field: "candles[1].interval", problem: "is 1m in a series of 1h")
            )
            #expect(
                await problem(of: Sample.candle(1, low: "105.5"), bench)
                    == .badInput(field: "candles[1]", problem: "contradictory")
            )
            #expect(
                await problem(of: Sample.candle(1, volume: "-1"), bench)
                    == .badInput(field: "candles[1]", problem: "negativeVolume")
            )
            let beside = Candle(
                openTime: Sample.hour(1).advanced(by: .seconds(60)),
                interval: .oneHour,
                open: Sample.price("1"),
                high: Sample.price("1"),
                low: Sample.price("1"),
                close: Sample.price("1"),
                volume: .zero
            )
            #expect(await problem(of: beside, bench) == .badInput(field: "candles[1]", problem: "misaligned"))
            #expect(try await bench.count("ohlcv") == 0)
            // The last hour that has ended is taken at once.
            let last = try await bench.candles.save([Sample.candle(999)], of: series)
            #expect(last.inserted == 1)
        },
        Check(name: "a source needs a name, and a time must be one that can be") { bench in
            let nameless = CandleSeriesName(pair: Sample.bitcoin, interval: .oneHour, source: "")
            await #expect(throws: HistoryError.badInput(field: "source", problem: "has 0 bytes, not 1 to 200")) {
                try await bench.candles.save([Sample.candle(0)], of: nameless)
            }
            let never = Candle(
                openTime: Timestamp(nanoseconds: .min),
                interval: .oneHour,
                open: Sample.price("1"),
                high: Sample.price("1"),
                low: Sample.price("1"),
                close: Sample.price("1"),
                volume: .zero
            )
            await #expect(throws: HistoryError.self) { try await bench.candles.save([never], of: series) }
            let all = Timestamp(nanoseconds: .min)..<Timestamp(nanoseconds: .max)
            let page = try await bench.candles.candles(of: series, in: all)
            #expect(page.rows.isEmpty)
        },
        Check(name: "figures come back digit for digit, however large or small") { bench in
            let oil = CandleSeriesName(pair: Sample.oil, interval: .oneHour, source: "fred")
            let long = "0.00000000007821066970851871"
            let digits = "123456789012345678901234567890.123456"
            let candles = [
                Sample.candle(0, open: "17.73", high: "17.85", low: "-40.32", close: "-36.98", volume: "10000000000"),
                Sample.candle(1, open: long, high: long, low: "0.00000000001", close: long, volume: digits),
                Sample.candle(2, open: "0", high: "0", low: "0", close: "0", volume: "0"),
                Sample.candle(
                    3,
                    open: "10000000000.123456789",
                    high: digits,
                    low: "-\(digits)",
                    close: "0.000000000000000000000000000001",
                    volume: "10000000000.000000000000000001"
                ),
            ]
            let report = try await bench.candles.save(candles, of: oil)
            #expect(report.inserted == 4)
            let page = try await bench.candles.candles(of: oil, in: Sample.hours(0..<4))
            #expect(page.rows.map(\.candle) == candles)
            #expect(page.rows.map(\.candle.volume.description)[1] == digits)
            let again = try await bench.candles.save(candles, of: oil)
            #expect(again.unchanged == 4 && again.conflictCount == 0)
        },
        Check(name: "a range is read in pages from either end") { bench in
            _ = try await bench.candles.save(Sample.candles(0..<130), of: series)
            for order in [RowOrder.oldestFirst, .newestFirst] {
                var rest: Range<Timestamp>? = Sample.hours(10..<120)
                var read: [Candle] = []
                var sizes: [Int] = []
                while let range = rest {
                    let page = try await bench.candles.candles(of: series, in: range, order, limit: 55)
                    read += page.rows.map(\.candle)
                    sizes.append(page.rows.count)
                    rest = page.rest
                }
                let wanted = Sample.candles(10..<120)
                #expect(read == (order == .oldestFirst ? wanted : wanted.reversed()))
                #expect(sizes == [55, 55])
            }
            let empty = try await bench.candles.candles(of: series, in: Sample.hours(50..<50))
            #expect(empty.rows.isEmpty && empty.rest == nil)
        },
        Check(name: "a page has 1 to 1000 rows, and a long save is one all the same") { bench in
            let report = try await bench.candles.save(Sample.candles(-1300..<1000), of: series)
            #expect(report.inserted == 2300)
            let page = try await bench.candles.candles(of: series, in: Sample.hours(-1300..<1000), .newestFirst)
            #expect(page.rows.count == 1000 && page.rest == Sample.hour(-1300)..<Sample.hour(0))
            for limit in [0, -1, 1001] {
                await #expect(
                    throws: HistoryError.badInput(field: "limit", problem: "\(limit) is not from 1 to 1000")
                ) {
                    try await bench.candles.candles(of: series, in: Sample.hours(0..<1), limit: limit)
                }
            }
        },
        Check(name: "series are apart, and each has its own end") { bench in
            let kraken = CandleSeriesName(pair: Sample.bitcoin, interval: .oneHour, source: "kraken")
            let daily = CandleSeriesName(pair: Sample.bitcoin, interval: .oneDay, source: "binance")
            _ = try await bench.candles.save(Sample.candles(0..<5), of: series)
            let other = try await bench.candles.save([Sample.candle(2, close: "101")], of: kraken)
            #expect(other.inserted == 1 && other.conflictCount == 0)
            #expect(try await bench.candles.newest(of: series) == Sample.hour(4))
            #expect(try await bench.candles.newest(of: kraken) == Sample.hour(2))
            #expect(try await bench.candles.newest(of: daily) == nil)
            _ = try await bench.prices.append([Sample.observation("1", at: bench.time.now)])
            let ends = try await bench.candles.ends()
            #expect(
                ends == [
                    CandleSeriesEnd(series: series, newest: Sample.hour(4)),
                    CandleSeriesEnd(series: kraken, newest: Sample.hour(2)),
                ]
            )
        },
        Check(name: "a candle can be suspect, and cleared of that") { bench in
            _ = try await bench.candles.save(Sample.candles(0..<3), of: series, suspects: [Sample.hour(1)])
            let range = Sample.hours(0..<3)
            #expect(
                try await bench.candles.candles(of: series, in: range).rows.map(\.isSuspect) == [false, true, false]
            )
            // That it comes again says nothing of that.
            let again = try await bench.candles.save(Sample.candles(0..<3), of: series)
            #expect(again.unchanged == 3)
            #expect(try await bench.candles.mark(isSuspect: false, at: Sample.hour(1), of: series))
            #expect(try await bench.candles.mark(isSuspect: true, at: Sample.hour(2), of: series))
            #expect(try await !bench.candles.mark(isSuspect: true, at: Sample.hour(7), of: series))
            #expect(
                try await bench.candles.candles(of: series, in: range).rows.map(\.isSuspect) == [false, false, true]
            )
        },
        Check(name: "many writers of the same candles store each once") { bench in
            let reports = try await withThrowingTaskGroup(of: CandleSaveReport.self) { group in
                // Each is a download of its own, which overlaps the one before.
                for start in 0..<8 {
                    group.addTask {
                        try await bench.candles.save(Sample.candles((start * 50)..<(start * 50 + 100)), of: series)
                    }
                }
                return try await group.reduce(into: [CandleSaveReport]()) { $0.append($1) }
            }
            #expect(reports.reduce(0) { $0 + $1.inserted } == 450)
            #expect(reports.reduce(0) { $0 + $1.unchanged } == 350)
            #expect(try await bench.count("ohlcv") == 450)
            #expect(try await bench.count("market_series") == 1)
        },
    ]

    static let gaps: [Check] = [
        Check(name: "what a series lacks in a range is found, and what is still forming is not missing") { bench in
            let saved = Sample.candles(2..<5) + Sample.candles(8..<990)
            _ = try await bench.candles.save(saved, of: series)
            let missing = try await bench.candles.gaps(of: series, in: Sample.hours(0..<2000))
            #expect(
                missing.gaps == [
                    CandleGap(from: Sample.hour(0), to: Sample.hour(2), missing: 2),
                    CandleGap(from: Sample.hour(5), to: Sample.hour(8), missing: 3),
                    CandleGap(from: Sample.hour(990), to: Sample.hour(1000), missing: 10),
                ]
            )
            #expect(missing.rest == nil)
            let none = try await bench.candles.gaps(of: series, in: Sample.hours(8..<990))
            #expect(none.gaps.isEmpty && none.rest == nil)
        },
        Check(name: "of a series that was never stored everything is missing") { bench in
            let missing = try await bench.candles.gaps(of: series, in: Sample.hours(10..<20))
            #expect(missing.gaps == [CandleGap(from: Sample.hour(10), to: Sample.hour(20), missing: 10)])
            let future = try await bench.candles.gaps(of: series, in: Sample.hours(1000..<2000))
            #expect(future.gaps.isEmpty)
        },
        Check(name: "many gaps come in portions") { bench in
            let every = stride(from: 0, to: 100, by: 2).map { Sample.candle($0) }
            _ = try await bench.candles.save(every, of: series)
            var rest: Range<Timestamp>? = Sample.hours(0..<100)
            var gaps: [CandleGap] = []
            while let range = rest {
                let missing = try await bench.candles.gaps(of: series, in: range, limit: 7)
                #expect(missing.gaps.count <= 7)
                gaps += missing.gaps
                rest = missing.rest
            }
            #expect(gaps.map(\.from) == stride(from: 1, to: 100, by: 2).map { Sample.hour($0) })
            #expect(gaps.allSatisfy { $0.missing == 1 })
        },
    ]
}
