import Bus
import Domain
import Store
import TestKit
import Testing

@testable import MarketHistory

extension HistoryContract {
    /// How much one day of the shipped settings takes.
    static let growth: [Check] = [
        Check(name: "a month of all that is kept by default takes less than a gigabyte") { bench in
            let before = try await bench.bytes()
            try await bench.fillDay()
            let month = (try await bench.bytes() - before) * 31
            #expect(month > 10_000_000, "a day was stored")
            #expect(month < 1_000_000_000, "\(month / 1_000_000) MB")
        }
    ]
}

extension HistoryBench {
    /// What the database takes on the disk.
    fileprivate func bytes() async throws -> Int {
        let statement: SQL =
            switch store.dialect {
            case .sqlite: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            case .postgres: "SELECT pg_database_size(current_database())"
            }
        return try #require(try await store.query(statement).first?.first?.int)
    }

    /// A day of three pairs, a hundred protocols, many news, and a question to a provider every four seconds.
    fileprivate func fillDay() async throws {
        let day = Sample.time("2026-09-01T00:00:00Z")
        for pair in ["BTC-USD", "ETH-USD", "SOL-USD"].map(Sample.pair) {
            for (interval, count) in [(CandleInterval.oneMinute, 1440), (.oneHour, 24), (.oneDay, 1)] {
                let name = CandleSeriesName(pair: pair, interval: interval, source: "binance")
                let rows = (0..<count).map { number in
                    HistoryBench.candle(day.advanced(by: interval.duration * number), interval, number)
                }
                // In the order of their times, as they come.
                for first in stride(from: 0, to: count, by: 300) {
                    _ = try await candles.save(Array(rows[first..<min(first + 300, count)]), of: name)
                }
            }
            _ = try await prices.append(
                (0..<288).map { number in
                    Sample.observation(
                        "\(64_000 + number).0\(number)",
                        at: day.advanced(by: .seconds(300 * number)),
                        pair: pair
                    )
                }
            )
        }
        for hour in 0..<24 {
            let protocols = (0...100).map { number in
                DefiProtocol(
                    slug: "a-protocol-of-finance-\(number)",
                    name: "A Protocol of Finance \(number)",
                    chain: DefiRepository.wholeChain,
                    tvl: Sample.decimal("\(9_000_000_000 + number * 7919 + hour).12345678")
                )
            }
            _ = try await defi.save(
                DefiSnapshot(asOf: day.advanced(by: .seconds(3600 * hour)), protocols: protocols)
            )
        }
        for number in 0..<300 {
            let item = NewsItem(
                url: "https://news.example.org/markets/2026/09/01/what-has-happened-to-a-coin-\(number)",
                title: "What has happened to a coin, and what people say of it, number \(number)",
                content: String(repeating: "A sentence about a coin. ", count: 160),
                source: "example",
                publishedAt: day.advanced(by: .seconds(280 * number)),
                symbols: ["BTC", "ETH"]
            )
            let mood = NewsSentiment(score: 0.25, label: "positive", method: "builtin")
            _ = try await news.insert(item, sentiment: mood)
        }
        for hour in 0..<24 {
            try await calls.append(
                (0..<900).map { number in
                    ProviderCall(
                        calledAt: day.advanced(by: .seconds(3600 * hour + 4 * number)),
                        provider: "binance",
                        category: "exchange",
                        endpoint: "/api/v3/ticker/24hr",
                        status: "200",
                        isSuccess: true,
                        latency: .milliseconds(80)
                    )
                }
            )
        }
    }

    private static func candle(_ openTime: Timestamp, _ interval: CandleInterval, _ number: Int) -> Candle {
        Candle(
            openTime: openTime,
            interval: interval,
            open: Sample.price("64000.\(number)1"),
            high: Sample.price("64100.\(number)2"),
            low: Sample.price("63900.\(number)3"),
            close: Sample.price("64050.\(number)4"),
            volume: Sample.decimal("12.3456\(number)")
        )
    }
}
