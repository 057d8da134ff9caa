import Bus
import Domain
import TestKit
import Testing

@testable import MarketHistory

extension HistoryContract {
    private static func minute(_ number: Int) -> Timestamp { Sample.firstHour.advanced(by: .seconds(60) * number) }

    static let prices: [Check] = [
        Check(name: "the last price of each source is known, with its age") { bench in
            let report = try await bench.prices.append([
                Sample.observation("64250.12", at: minute(0)),
                Sample.observation("64251", at: minute(5)),
                Sample.observation("64249.9", at: minute(3), source: "kraken"),
                Sample.observation("-36.98", at: minute(4), pair: Sample.oil, source: "fred"),
            ])
            #expect(report.inserted == 4)
            // Candles of the pair are no prices.
            _ = try await bench.candles.save([Sample.candle(0)], of: Sample.hourly)
            let last = try await bench.prices.last(of: Sample.bitcoin)
            #expect(
                last.map(\.observation) == [
                    Sample.observation("64251", at: minute(5)),
                    Sample.observation("64249.9", at: minute(3), source: "kraken"),
                ]
            )
            #expect(last.map(\.storedAt) == [bench.time.now, bench.time.now])
            #expect(last[1].age(at: minute(4)) == .seconds(60))
            let oil = try await bench.prices.last(of: Sample.oil)
            #expect(oil.map(\.observation.price) == [Sample.price("-36.98")])
            #expect(try await bench.prices.last(of: Sample.pair("ETH-USD")).isEmpty)
        },
        Check(name: "a price that comes again is no other, and of two of one moment the first stays") { bench in
            let first = Sample.observation("0.00000000001", at: minute(0))
            let other = Sample.observation("0.000000000011", at: minute(0))
            let report = try await bench.prices.append([first, first, other])
            #expect(report.inserted == 1 && report.unchanged == 1 && report.conflicts == 1)
            let again = try await bench.prices.append([other, first])
            #expect(again.inserted == 0 && again.unchanged == 1 && again.conflicts == 1)
            #expect(try await bench.prices.last(of: Sample.bitcoin).map(\.observation) == [first])
        },
        Check(name: "a price of the future is refused by its place, and nothing is stored") { bench in
            let soon = bench.time.now.advanced(by: PriceRepository.clockSkewMax)
            let late = soon.advanced(by: .nanoseconds(1))
            await #expect(
                throws: HistoryError.badInput(field: "prices[1].asOf", problem: "\(late) is in the future")
            ) {
                try await bench.prices.append([
                    Sample.observation("1", at: soon), Sample.observation("1", at: late),
                ])
            }
            #expect(try await bench.count("price") == 0)
            let report = try await bench.prices.append([Sample.observation("1", at: soon)])
            #expect(report.inserted == 1)
            let many = (0...PriceRepository.appendCountMax).map { Sample.observation("1", at: minute($0)) }
            await #expect(throws: HistoryError.badInput(field: "prices", problem: "1001 is not from 0 to 1000")) {
                try await bench.prices.append(many)
            }
        },
        Check(name: "the prices of a source are read in pages from either end") { bench in
            let all = (0..<25).map { Sample.observation("\($0 + 1)", at: minute($0)) }
            _ = try await bench.prices.append(all)
            _ = try await bench.prices.append([Sample.observation("7", at: minute(7), source: "kraken")])
            for order in [RowOrder.oldestFirst, .newestFirst] {
                var rest: Range<Timestamp>? = minute(2)..<minute(24)
                var read: [PriceObservation] = []
                while let range = rest {
                    let page = try await bench.prices.prices(
                        of: Sample.bitcoin,
                        from: "binance",
                        in: range,
                        order,
                        limit: 5
                    )
                    read += page.rows.map(\.observation)
                    rest = page.rest
                }
                let wanted = Array(all[2..<24])
                #expect(read == (order == .oldestFirst ? wanted : wanted.reversed()))
            }
            let nobody = try await bench.prices.prices(
                of: Sample.bitcoin,
                from: "nobody",
                in: minute(0)..<minute(9)
            )
            #expect(nobody.rows.isEmpty)
        },
    ]

    static let thinning: [Check] = [
        Check(name: "of old prices the last of each interval stays") { bench in
            let all = (0..<180).map { Sample.observation("\($0 + 1)", at: minute($0)) }
            _ = try await bench.prices.append(all)
            let other = (0..<4).map { Sample.observation("5", at: minute($0 * 20), source: "kraken") }
            _ = try await bench.prices.append(other)
            // The third hour is not over before the bound.
            let removed = try await bench.thin(before: minute(170), to: .oneHour)
            #expect(removed == 59 + 59 + 2)
            let page = try await bench.prices.prices(
                of: Sample.bitcoin,
                from: "binance",
                in: minute(0)..<minute(1000)
            )
            #expect(page.rows.map(\.observation) == [all[59], all[119]] + all[120...])
            let kraken = try await bench.prices.prices(
                of: Sample.bitcoin,
                from: "kraken",
                in: minute(0)..<minute(1000)
            )
            #expect(kraken.rows.map(\.observation) == Array(other[2...]))
            #expect(try await bench.thin(before: minute(170), to: .oneHour) == 0)
        },
        Check(name: "thinning goes on where it stopped, also within one interval") { bench in
            // More of one minute than a call looks at, then some of the next.
            for start in stride(from: 0, to: 6000, by: 1000) {
                _ = try await bench.prices.append(
                    (start..<(start + 1000)).map {
                        Sample.observation("1", at: minute(0).advanced(by: .milliseconds(9 * $0)))
                    }
                )
            }
            _ = try await bench.prices.append([
                Sample.observation("2", at: minute(1)),
                Sample.observation("3", at: minute(1).advanced(by: .seconds(9))),
            ])
            #expect(try await bench.thin(before: minute(5), to: .oneMinute) == 6000)
            let page = try await bench.prices.prices(
                of: Sample.bitcoin,
                from: "binance",
                in: minute(0)..<minute(5)
            )
            #expect(
                page.rows.map(\.observation.asOf) == [
                    minute(0).advanced(by: .milliseconds(9 * 5999)), minute(1).advanced(by: .seconds(9)),
                ]
            )
        },
    ]
}

extension HistoryBench {
    /// A whole round.
    func thin(before bound: Timestamp, to interval: CandleInterval) async throws -> Int {
        var removed = 0
        var place: PriceRepository.ThinningPlace?
        repeat {
            let step = try await prices.thin(before: bound, to: interval, from: place)
            removed += step.removed
            place = step.next
        } while place != nil
        return removed
    }
}
