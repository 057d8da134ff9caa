import Bus
import Domain
import HTTPClient
import Market
import TestKit
import Testing
import Threading

/// One provider for several kinds of questions.
struct SharedStandingTests {
    private let trending = """
        {"coins":[{"item":{"id":"pepe","coin_id":1,"name":"Pepe","symbol":"PEPE","market_cap_rank":30}}]}
        """

    private func source(_ transport: ScriptedTransport, pools: [Pool]? = nil) -> MarketSource {
        MarketSource(
            providers: [
                CoinGeckoProvider(transport: transport), CoinCapProvider(transport: transport),
                DefiLlamaProvider(transport: transport),
            ],
            pools: pools,
            now: { recordedAt },
            seed: 1
        )
    }

    @Test func `all its questions come out of one budget`() async throws {
        let transport = ScriptedTransport(json(trending))
        let source = source(transport)
        // Four of the five questions a minute are ours.
        for _ in 0..<4 { #expect(try await source.trending(count: 7).value.coins.map(\.id) == ["pepe"]) }
        do {
            _ = try await source.quotes(of: pairs("BTC-USD"))
            Issue.record("a question beyond the budget")
        } catch {
            #expect(error.attempts.map(\.provider) == ["coingecko", "coincap"])
            #expect(error.attempts.map(\.error.description) == ["over budget", "not set up: needs a key"])
            #expect(error.attempts.allSatisfy { !$0.wasAsked })
        }
        #expect(transport.urls.count == 4)
    }

    @Test func `who cannot be asked says why and is not blamed`() async throws {
        let source = source(ScriptedTransport(json(trending)))
        let coincap = source.standings.first { $0.name == "coincap" }
        #expect(coincap?.status(at: recordedAt) == .unavailable && coincap?.obstacle == "needs a key")
        #expect(await source.tryAgain("coincap", with: pairs("BTC-USD")) == false)
        #expect(source.standings.map(\.asked) == [0, 0, 0])
    }

    @Test func `who fails for one kind of question is left alone for all`() async throws {
        let transport = ScriptedTransport(json("{}", status: 500))
        let source = source(transport)
        for _ in 0..<3 { await #expect(throws: NoSourceError.self) { try await source.trending(count: 7) } }
        await #expect(throws: NoSourceError.self) { try await source.quotes(of: pairs("BTC-USD")) }
        #expect(transport.urls.count == 3)
        #expect(source.standings.map { $0.status(at: recordedAt) } == [.offline, .unavailable, .online])
        #expect(source.standings[0].isShutByFailures)
    }

    @Test func `nobody is asked for what no pool has them for`() async throws {
        let transport = ScriptedTransport(json(trending))
        let pool = Pool(
            id: "market_data",
            name: "Market",
            category: .marketData,
            strategy: .priority,
            members: [PoolMember("coingecko")]
        )
        let source = source(transport, pools: [pool])
        do {
            _ = try await source.quotes(of: pairs("BTC-USD"))
            Issue.record("an answer of nobody")
        } catch {
            #expect(error.attempts.isEmpty && error.description == "no provider was asked in time")
        }
        #expect(try await source.trending(count: 7).source == "coingecko")
        source.use([])
        await #expect(throws: NoSourceError.self) { try await source.trending(count: 7) }
        #expect(transport.urls.count == 1)
    }

    @Test func `pools of a category are asked one after the other, each provider once`() async throws {
        func pool(_ id: String, _ members: String...) -> Pool {
            Pool(
                id: id,
                name: id,
                category: .exchange,
                strategy: .priority,
                members: members.map { PoolMember($0) }
            )
        }
        let providers = ["a", "b", "c"].map { ScriptedProvider.bad($0, ProviderError(.malformed)) }
        let source = MarketSource(
            providers: providers,
            pools: [pool("x", "b"), pool("y", "c", "b", "nobody")],
            seed: 1
        )
        do {
            _ = try await source.quotes(of: pairs("BTC-USD"))
            Issue.record("an answer")
        } catch {
            #expect(error.attempts.map(\.provider) == ["b", "c"])
        }
    }

    @Test func `many pairs of an exchange that is asked for each are spread over seconds`() async throws {
        let clock = ManualClock()
        let answer = json(#"{"trade_id":1,"price":"7","size":"0.1","time":"2023-11-14T22:14:29Z"}"#)
        let transport = ScriptedTransport(answer)
        let names = (0..<20).map { "C\($0)-USD" }
        let source = MarketSource(
            providers: [CoinbaseProvider(transport: transport, stopwatch: Stopwatch(clock))],
            stopwatch: Stopwatch(clock),
            now: { recordedAt.advanced(by: ManualClock.Instant.zero.duration(to: clock.now)) },
            seed: 1
        )
        async let told = source.quotes(of: names.compactMap { TradingPair($0) })
        var most = 0
        for _ in 0..<20 {
            // The limit of the question, and the pause before the next pair.
            await clock.waitForSleepers(2)
            let before = transport.urls.count
            clock.advance(by: .milliseconds(125))
            while transport.urls.count == before, before < 20 { await Task.yield() }
            most = max(most, transport.urls.count - before)
            if transport.urls.count == 20 { break }
        }
        #expect(try await told.value.count == 20)
        #expect(most == 1)
    }
}
