import Bus
import TestKit
import Testing

@testable import MarketHistory

extension HistoryContract {
    private static func call(
        _ second: Int,
        provider: String = "binance",
        category: String = "market data",
        status: String = "200",
        latency: Duration = .milliseconds(80)
    ) -> ProviderCall {
        ProviderCall(
            calledAt: Sample.firstHour.advanced(by: .seconds(second)),
            provider: provider,
            category: category,
            endpoint: "/api/v3/klines",
            status: status,
            isSuccess: status == "200",
            latency: latency
        )
    }

    static let calls: [Check] = [
        Check(name: "how providers answered since a moment is summed up") { bench in
            try await bench.calls.append([])
            try await bench.calls.append([
                call(0, latency: .seconds(9)),
                call(1),
                call(2, status: "timed out", latency: .milliseconds(2000)),
                call(3, latency: .microseconds(40_500)),
                call(4, category: "news"),
                call(5, provider: "coingecko", status: "429"),
            ])
            let all = try await bench.calls.summaries(since: Sample.firstHour.advanced(by: .seconds(1)))
            #expect(
                all == [
                    ProviderCallSummary(
                        provider: "binance",
                        category: "market data",
                        count: 3,
                        failureCount: 1,
                        meanLatency: .microseconds((80_000 + 2_000_000 + 40_500) / 3),
                        longestLatency: .seconds(2),
                        lastCallAt: Sample.firstHour.advanced(by: .seconds(3))
                    ),
                    ProviderCallSummary(
                        provider: "binance",
                        category: "news",
                        count: 1,
                        failureCount: 0,
                        meanLatency: .milliseconds(80),
                        longestLatency: .milliseconds(80),
                        lastCallAt: Sample.firstHour.advanced(by: .seconds(4))
                    ),
                    ProviderCallSummary(
                        provider: "coingecko",
                        category: "market data",
                        count: 1,
                        failureCount: 1,
                        meanLatency: .milliseconds(80),
                        longestLatency: .milliseconds(80),
                        lastCallAt: Sample.firstHour.advanced(by: .seconds(5))
                    ),
                ]
            )
            #expect(all.map(\.successRate) == [2.0 / 3, 1, 0])
            #expect(try await bench.calls.summaries(since: bench.time.now).isEmpty)
        },
        Check(name: "old calls go in portions, the oldest first") { bench in
            try await bench.calls.append((0..<1000).map { call($0) })
            let bound = Sample.firstHour.advanced(by: .seconds(250))
            #expect(try await bench.calls.prune(before: bound, limit: 100) == 100)
            #expect(try await bench.calls.summaries(since: Sample.firstHour).map(\.count) == [900])
            let late = Sample.firstHour.advanced(by: .seconds(100))
            #expect(try await bench.calls.summaries(since: late).map(\.count) == [900])
            #expect(try await bench.calls.prune(before: bound, limit: 100) == 100)
            #expect(try await bench.calls.prune(before: bound, limit: 100) == 50)
            #expect(try await bench.calls.prune(before: bound, limit: 100) == 0)
            #expect(try await bench.count("provider_call") == 750)
        },
        Check(name: "what makes no sense in a call is told by its place, and nothing is stored") { bench in
            await #expect(
                throws: HistoryError.badInput(field: "calls[1].provider", problem: "has 0 bytes, not 1 to 200")
            ) {
                try await bench.calls.append([call(0), call(1, provider: "")])
            }
            for latency in [Duration.nanoseconds(-1), .seconds(3601)] {
                await #expect(throws: HistoryError.self) {
                    try await bench.calls.append([call(0), call(1, latency: latency)])
                }
            }
            await #expect(throws: HistoryError.badInput(field: "calls", problem: "1001 is not from 0 to 1000")) {
                try await bench.calls.append((0..<1001).map { call($0) })
            }
            await #expect(throws: HistoryError.self) { try await bench.calls.prune(before: bench.time.now, limit: 0) }
            let count = try await bench.count("provider_call")
            #expect(count == 0)
        },
    ]
}
