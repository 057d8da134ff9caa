import Bus
import Domain
import Foundation
import MarketHistory
import Show
import TestKit
import Testing

@testable import Daemon

extension StationJobContract {
    /// What time it is in these checks: in the middle of a day.
    private static let now = Timestamp(seconds: 1_790_000_000)
    private static func ago(days: Int, _ seconds: Int = 0) -> Timestamp {
        now.advanced(by: .seconds(-86_400 * days + seconds))
    }

    private static func price(_ number: Int, at time: Timestamp) throws -> PriceObservation {
        PriceObservation(
            pair: try #require(TradingPair("BTC-USD")),
            source: "binance",
            price: Price(ExactDecimal(number)),
            asOf: time
        )
    }

    static let upkeep: [Check] = [
        Check(name: "old months of prices go to the archive, whole and once") { contract in
            let folder = try TemporaryFolder()
            let archive = folder.path("archive")
            let history = "[market.history]\nprices_days = 60\narchive_folder = \"\(archive)\""
            try await contract.with(history, now: { now }) { bench in
                let may = try #require(Timestamp("2026-05-01T00:00:00Z"))
                var prices = [try price(1, at: may.advanced(by: .seconds(-1)))]
                for hour in 0..<200 {
                    prices.append(try price(100 + hour, at: may.advanced(by: .seconds(3600 * hour))))
                }
                // July ended less than sixty days ago.
                for time in ["2026-07-31T23:59:59Z", "2026-09-01T00:00:00Z"] {
                    prices.append(try price(7, at: try #require(Timestamp(time))))
                }
                _ = try await bench.records.prices.append(prices)
                #expect(try await bench.run("archive-prices") == .said(#"{"months":2}"#))
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: archive).sorted()
                        == ["prices-2026-04.jsonl", "prices-2026-05.jsonl"]
                )
                let lines = try String(contentsOfFile: "\(archive)/prices-2026-05.jsonl", encoding: .utf8)
                #expect(lines.split(separator: "\n").count == 200)
                #expect(try await bench.count("price") == 2)
                #expect(try await bench.run("archive-prices") == .said(#"{"months":0}"#))
                #expect(try FileManager.default.contentsOfDirectory(atPath: archive).count == 2)
            }
        },
        Check(name: "without a place for the archive all prices stay, and the job says why") { contract in
            let folder = try TemporaryFolder()
            try "no folder".write(toFile: folder.path("file"), atomically: true, encoding: .utf8)
            let history = "[market.history]\narchive_folder = \"\(folder.path("file"))/archive\""
            try await contract.with(history, now: { now }) { bench in
                _ = try await bench.records.prices.append([try price(1, at: ago(days: 200))])
                let failure = try #require(await bench.failure("archive-prices"))
                #expect("\(failure)".contains(folder.path("file")))
                #expect(try await bench.count("price") == 1)
            }
        },
        Check(name: "of prices that are old enough one of each hour stays, the last one") { contract in
            try await contract.with("[market.history]\nthin_prices_days = 30", now: { now }) { bench in
                // The hour of this moment, thirty-one and twenty-nine days ago.
                for days in [31, 29] {
                    let hour = CandleInterval.oneHour.start(of: ago(days: days))
                    _ = try await bench.records.prices.append(
                        (0..<24).map { try price(days * 100 + $0, at: hour.advanced(by: .seconds(300 * $0))) }
                    )
                }
                // Two hours of twelve prices each.
                #expect(try await bench.run("thin-prices") == .said(#"{"removed":22}"#))
                let old = try await bench.records.prices.prices(
                    of: try #require(TradingPair("BTC-USD")),
                    in: ago(days: 32)..<ago(days: 30),
                    limit: 100
                )
                #expect(old.rows.map(\.observation.price) == [3111, 3123].map { Price(ExactDecimal($0)) })
                #expect(try await bench.count("price") == 26)
                #expect(try await bench.run("thin-prices") == .said(#"{"removed":0}"#))
            }
        },
        Check(name: "figures, news and calls go when they are too old, however many there are") { contract in
            let history = "[market.history]\ndefi_days = 10\nnews_days = 20\ncalls_days = 2"
            try await contract.with(history, now: { now }) { bench in
                // More than go at once.
                for portion in 0..<3 {
                    try await bench.records.calls.append(
                        (0..<900).map { call(at: ago(days: 2, -1 - portion * 900 - $0)) }
                    )
                }
                try await bench.records.calls.append([call(at: ago(days: 2)), call(at: now)])
                for number in 0..<25 {
                    _ = try await bench.records.defi.save(snapshot(at: ago(days: 10, -3600 * (number + 1))))
                }
                _ = try await bench.records.defi.save(snapshot(at: ago(days: 10)))
                for number in 0..<3 {
                    #expect(try await bench.records.news.insert(piece(number, at: ago(days: 20, -number - 1))) != nil)
                }
                #expect(try await bench.records.news.insert(piece(3, at: ago(days: 20))) != nil)
                let said = #"{"calls":2700,"defi":50,"news":3}"#
                #expect(try await bench.run("trim-market-history") == .said(said))
                #expect(try await bench.count("provider_call") == 2)
                #expect(try await bench.records.defi.newest()?.asOf == ago(days: 10))
                #expect(try await bench.records.news.page(limit: 10).items.map(\.item.title) == ["Piece 3"])
                #expect(
                    try await bench.run("trim-market-history") == .said(#"{"calls":0,"defi":0,"news":0}"#)
                )
            }
        },
        Check(name: "transcripts go when they are too old, but never what is yet to be heard") { contract in
            let time = ManualTime()
            try await contract.with("[onair]\ntranscripts_days = 10", now: { time.now }) { bench in
                let segments = bench.bench.station.segments
                for text in ["One.", "Two.", "Three."] {
                    let id = try await segments.append(spoken(text)).id
                    if text != "Three." { _ = try await segments.advance(id, to: .skipped) }
                }
                time.advance(by: .seconds(86_400 * 10))
                #expect(try await bench.run("trim-transcripts") == .said(#"{"removed":0}"#))
                time.advance(by: .seconds(1))
                #expect(try await bench.run("trim-transcripts") == .said(#"{"removed":2}"#))
                #expect(try await segments.page(limit: 10).segments.map(\.spoken.text) == ["Three."])
            }
        },
    ]

    private static func spoken(_ text: String) -> HostSpoke {
        HostSpoke(host: "Nova", text: text, kind: .fallback, energy: .normal, template: "t", symbols: [], facts: [])
    }

    private static func call(at time: Timestamp) -> ProviderCall {
        ProviderCall(
            calledAt: time,
            provider: "binance",
            category: "exchange",
            endpoint: "/",
            status: "200",
            isSuccess: true,
            latency: .milliseconds(5)
        )
    }

    private static func snapshot(at time: Timestamp) -> DefiSnapshot {
        DefiSnapshot(
            asOf: time,
            protocols: ["one", "two"].map {
                DefiProtocol(slug: $0, name: $0, chain: DefiRepository.wholeChain, tvl: ExactDecimal(5))
            }
        )
    }

    private static func piece(_ number: Int, at time: Timestamp) -> NewsItem {
        NewsItem(
            url: "https://example.org/\(number)",
            title: "Piece \(number)",
            content: "",
            source: "example",
            publishedAt: time
        )
    }
}
