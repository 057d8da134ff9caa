import Bus
import Domain
import Market
import MarketHistory
import Store
import TestKit
import Testing
import Threading

@testable import Daemon

/// Answers like Kraken, and counts.
final class KrakenDouble: Sendable {
    private let asked = Mutex(0)
    private let price = Mutex("37350.10000")

    var askedCount: Int { asked.withLock { $0 } }

    func says(_ text: String) { price.withLock { $0 = text } }

    func server() throws -> LoopbackHTTPServer {
        try LoopbackHTTPServer { [self] request in
            asked.withLock { $0 += 1 }
            let price = price.withLock { $0 }
            guard request.target.hasPrefix("/0/public/OHLC") else {
                return .json(#"{"error":[],"result":{"XXBTZUSD":{"c":["\#(price)","0.0025"]}}}"#)
            }
            let row = #"[1789999200,"1.0","1.0","1.0","1.0","1.0","1.0",1]"#
            return .json(#"{"error":[],"result":{"XXBTZUSD":[\#(row)],"last":1789995600}}"#)
        }
    }
}

extension StationJobContract {
    private static func settings(_ addresses: [String], enabled: Bool = true) -> String {
        let list = addresses.map { "\"\($0)\"" }.joined(separator: ", ")
        return """
            pairs = ["BTC-USD"]
            [market.discovery]
            enabled = \(enabled)
            [market.discovery.candidates]
            binance = []
            bybit = []
            kraken = [\(list)]
            """
    }

    /// What the station has heard of the price.
    private static func know(_ price: String, _ bench: JobBench, at now: Timestamp) throws {
        let tick = PriceTicked(
            pair: try #require(TradingPair("BTC-USD")),
            price: try #require(Price(price)),
            source: "coinbase",
            symbol: "BTC-USD",
            asOf: now
        )
        _ = bench.bench.feed.board.update { $0.news(in: [tick], receivedAt: now) }
    }

    static let discovery: [Check] = [
        Check(name: "nobody is asked while discovery is off") { contract in
            let double = KrakenDouble()
            let server = try double.server()
            try await contract.with(settings([server.url("")], enabled: false)) { bench in
                #expect(try await bench.run("discover-providers") == .said(#"{"skipped":"discovery is off"}"#))
                #expect(double.askedCount == 0)
                let all = try await bench.records.proposals.all()
                #expect(all.isEmpty)
            }
        },
        Check(name: "candidates that answer well are proposed, others are noted with their reasons") { contract in
            let (good, wrong) = (KrakenDouble(), KrakenDouble())
            wrong.says("40000.0")
            let servers = [try good.server(), try wrong.server()]
            let page = try LoopbackHTTPServer { _ in
                .status(200, headers: [("Content-Type", "text/html")], body: Array("<p>x</p>".utf8))
            }
            let addresses = servers.map { $0.url("") } + [page.url(""), "http://127.0.0.1:7"]
            let time = ManualTime()
            try await contract.with(settings(addresses), now: { time.now }) { bench in
                try know("37351", bench, at: time.now)
                let source = bench.bench.feed.source
                let order = source.order(ofPool: "exchange")
                #expect(
                    try await bench.run("discover-providers") == .said(#"{"asked":4,"proposed":1,"refused":3}"#)
                )
                let all = try await bench.records.proposals.all()
                #expect(all.map(\.id) == ["kraken-2", "kraken-3", "kraken-4", "kraken-5"])
                #expect(all.map(\.status) == [.proposed, .refused, .refused, .refused])
                #expect(all[0].report.checks.map(\.name) == ["answer", "price", "candles"] && all[0].report.isGood)
                #expect(all[0].report.latency != nil && all[3].report.latency == nil)
                #expect(all[1].report.checks.last?.name == "price" && wrong.askedCount == 1)
                #expect(all[1].report.checks.last?.detail.contains("coinbase 37351") == true)
                #expect(all[2].report.checks.last?.detail.contains("text/html") == true)
                #expect(all[3].report.checks.last?.detail.contains("unreachable") == true)
                // Nobody's routing has changed.
                #expect(bench.bench.feed.source === source && source.order(ofPool: "exchange") == order)
                let asked = good.askedCount
                let again = try await bench.run("discover-providers")
                #expect(again == .said("{\"skipped\":\"the last round began at \(time.now)\"}"))
                #expect(good.askedCount == asked)
                // A day later the good one lies.
                good.says("1.0")
                time.advance(by: .seconds(86_400))
                try know("37351", bench, at: time.now)
                #expect(
                    try await bench.run("discover-providers") == .said(#"{"asked":4,"proposed":0,"refused":4}"#)
                )
                #expect(try await bench.records.proposals.all().map(\.status) == [.gone, .refused, .refused, .refused])
            }
        },
        Check(name: "where the station knows no price, that is said with the proposal") { contract in
            let double = KrakenDouble()
            let server = try double.server()
            let time = ManualTime()
            try await contract.with(settings([server.url("")]), now: { time.now }) { bench in
                try know("1", bench, at: time.now.advanced(by: .seconds(-31)))
                _ = try await bench.run("discover-providers")
                let one = try #require(try await bench.records.proposals.all().first)
                #expect(one.status == .proposed)
                let price = try #require(one.report.checks.first { $0.name == "price" })
                #expect(price.outcome == .unknown && price.detail.contains("knows no price"))
            }
        },
        Check(name: "an accepted one is asked behind the others, until it is rejected") { contract in
            let double = KrakenDouble()
            let server = try double.server()
            let time = ManualTime()
            try await contract.with(settings([server.url("")]), now: { time.now }) { bench in
                let (station, feed) = (bench.bench.station, bench.bench.feed)
                let pools = PoolDesk(feed: feed, store: station.store, author: station.author, now: station.now)
                let desk = DiscoveryDesk(
                    feed: feed,
                    pools: pools,
                    store: station.store,
                    author: station.author,
                    isProduction: { false },
                    now: station.now
                )
                let ada = PoolDesk.Caller(name: "ada@example.org", role: "admin")
                _ = try await bench.run("discover-providers")
                await #expect(throws: DiscoveryDesk.Failure.self) {
                    try await desk.decide(.accept, about: "kraken-9", by: ada)
                }
                let decided = try await desk.decide(.accept, about: "kraken-2", by: ada)
                #expect(decided.isInUse && decided.status == .accepted)
                #expect(feed.source.order(ofPool: "exchange") == ["binance", "kraken", "coinbase", "kraken-2"])
                #expect(feed.book.origin(of: "exchange") == .configuration)
                let pair = try #require(TradingPair("BTC-USD"))
                let told = try await feed.source.quotes(of: [pair])
                #expect(
                    told.source == "kraken-2" && told.passedOver.map(\.provider) == ["binance", "kraken", "coinbase"]
                )
                // It has a budget of its own.
                let budgets = Dictionary(uniqueKeysWithValues: feed.standings.map { ($0.name, $0.asked) })
                #expect(budgets["kraken-2"] == 1 && budgets["kraken"] == 1)
                let answer = try #require(ProviderDoors(station, feed).all.last)
                let text = String(decoding: try EventCodec.encode(answer), as: UTF8.self)
                #expect(text.contains(#""discovered":true"#) && text.contains(#""id":"kraken-2""#))
                // A round leaves it alone, whatever it would say; a reload and a restart keep it.
                double.says("1.0")
                time.advance(by: .seconds(86_400))
                #expect(
                    try await bench.run("discover-providers") == .said(#"{"asked":0,"proposed":0,"refused":0}"#)
                )
                try await feed.replace(with: bench.bench.config)
                #expect(feed.discovered.map(\.id) == ["kraken-2"])
                try await feed.use([])
                #expect(feed.source.order(ofPool: "exchange") == ["binance", "kraken", "coinbase"])
                try await desk.refresh()
                #expect(feed.source.order(ofPool: "exchange").last == "kraken-2")
                let rejected = try await desk.decide(.reject, about: "kraken-2", by: ada)
                #expect(!rejected.isInUse && feed.discovered.isEmpty)
                #expect(feed.source.order(ofPool: "exchange") == ["binance", "kraken", "coinbase"])
                let lines = try await station.store.activities(before: nil, limit: 10).map(\.activity)
                #expect(lines.map(\.action) == ["market.reject", "market.accept"])
                #expect(lines.allSatisfy { $0.caller == "ada@example.org" && $0.target == "kraken-2" })
            }
        },
        Check(name: "pools that were changed get an accepted one as well, and lose it again") { contract in
            let server = try KrakenDouble().server()
            let time = ManualTime()
            try await contract.with(settings([server.url("")]), now: { time.now }) { bench in
                let (station, feed) = (bench.bench.station, bench.bench.feed)
                let pools = PoolDesk(feed: feed, store: station.store, author: station.author, now: station.now)
                let desk = DiscoveryDesk(
                    feed: feed,
                    pools: pools,
                    store: station.store,
                    author: station.author,
                    isProduction: { true },
                    now: station.now
                )
                let ada = PoolDesk.Caller(name: "ada", role: nil)
                try await pools.change(by: ada) { book, _ throws(PoolError) in
                    try book.removeMember("binance", from: "exchange")
                }
                _ = try await bench.run("discover-providers")
                // A station on the air has nothing to ask on its own machine.
                await #expect(throws: DiscoveryDesk.Failure.self) {
                    try await desk.decide(.accept, about: "kraken-2", by: ada)
                }
                let open = DiscoveryDesk(
                    feed: feed,
                    pools: pools,
                    store: station.store,
                    author: station.author,
                    isProduction: { false },
                    now: station.now
                )
                _ = try await open.decide(.accept, about: "kraken-2", by: ada)
                #expect(feed.source.order(ofPool: "exchange") == ["kraken", "coinbase", "kraken-2"])
                #expect(feed.book.record.history.map(\.change.kind) == [.memberAdded, .memberRemoved])
                _ = try await open.decide(.reject, about: "kraken-2", by: ada)
                #expect(feed.source.order(ofPool: "exchange") == ["kraken", "coinbase"])
                #expect(feed.book.origin(of: "exchange") == .changed)
            }
        },
    ]
}
