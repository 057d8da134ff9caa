import Bus
import Domain
import Jobs
import Market
import MarketHistory
import TestKit
import Testing
import Threading

@testable import Daemon

extension StationJobContract {
    static let collecting: [Check] = [
        Check(name: "the last prices are kept once for each time that they are of") { contract in
            let now = Timestamp(seconds: 1_790_000_000)
            try await contract.with("pairs = [\"BTC-USD\", \"ETH-USD\"]", now: { now }) { bench in
                #expect(try await bench.run("store-prices") == .said(#"{"stored":0,"known":0}"#))
                let ticks = try ["BTC-USD", "ETH-USD", "XRP-USD"].map { pair in
                    PriceTicked(
                        pair: try #require(TradingPair(pair)),
                        price: Price(ExactDecimal(7)),
                        source: "binance",
                        symbol: "X",
                        asOf: now.advanced(by: .seconds(-1))
                    )
                }
                _ = bench.bench.feed.board.update { $0.news(in: ticks, receivedAt: now) }
                // What is not followed is not kept.
                #expect(try await bench.run("store-prices") == .said(#"{"stored":2,"known":0}"#))
                #expect(try await bench.run("store-prices") == .said(#"{"stored":0,"known":2}"#))
                #expect(try await bench.count("price") == 2)
            }
        },
        Check(name: "what protocols hold is kept once an hour, with what the source reckons for all") { contract in
            let asked = Mutex<[String]>([])
            let server = try LoopbackHTTPServer { request in
                asked.withLock { $0.append(request.target) }
                guard request.target == "/protocols" else {
                    let today = Timestamp.now.milliseconds / 86_400_000 * 86_400
                    return .json("[{\"date\":\(today - 86_400),\"tvl\":99.5},{\"date\":\(today),\"tvl\":100.5}]")
                }
                return .json(
                    #"[{"id":"1","slug":"one","name":"One","category":"Lending","tvl":7.25},"#
                        + #"{"id":"2","slug":"two","name":"Two","category":"CEX","tvl":900}]"#
                )
            }
            try await contract.with("", ["defillama": server.url("")]) { bench in
                #expect(try await bench.run("store-defi") == .said(#"{"stored":2}"#))
                let newest = try #require(try await bench.records.defi.newest())
                #expect(newest.protocols.map(\.slug).contains("one") && !newest.protocols.map(\.slug).contains("two"))
                let count = asked.withLock { $0.count }
                let again = try await bench.run("store-defi")
                // Unless an hour has begun meanwhile.
                if CandleInterval.oneHour.start(of: .now) <= newest.asOf {
                    #expect(again == .said(#"{"skipped":"this hour is kept already"}"#))
                    #expect(asked.withLock { $0.count } == count)
                }
            }
        },
        Check(name: "where nobody tells what protocols hold, the job is to be tried again") { contract in
            try await contract.with("") { bench async throws in
                let failure = await bench.failure("store-defi") as? JobError
                #expect(failure?.kind == .transient && failure?.message.contains("defillama") == true)
                #expect(try await bench.records.defi.newest() == nil)
            }
        },
    ]
}
