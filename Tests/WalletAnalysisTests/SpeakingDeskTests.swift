import Bus
import Domain
import HTTPClient
import Store
import TestKit
import Testing
import Threading
import WalletAnalysis
import WalletOracle

@Suite(.serialized) struct SpeakingDeskTests {
    private static let wallet = FakeHelius.wallet
    private static let line = "Here comes somebody who knows the way. Welcome, caller, the floor is yours."

    private func withBench(_ engine: Engine, _ check: @Sendable (OracleBench) async throws -> Void) async throws {
        let time = ManualTime()
        try await engine.run(time) { store in try await check(OracleBench(store, time)) }
    }

    @Test(arguments: Engine.all)
    func `a line is not said twice within the hour, and a restart forgets nothing`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            bench.fill()
            let calls = Mutex(0)
            let write: OracleDoors.Writing = { order in
                calls.withLock { $0 += 1 }
                #expect(order.tokensMax == 200 && order.temperature == 0.9 && order.limit <= .seconds(10))
                #expect(order.facts.contains("9xQe…VFin") && !order.facts.contains(Self.wallet))
                return Self.line
            }
            let first = await bench.desk(write: write).intro(Self.wallet)
            #expect(first.text == Self.line && first.fallback == nil && first.tier == .respect)
            #expect(calls.withLock { $0 } == 1)
            let desk = bench.desk(write: write)
            let second = await desk.intro(Self.wallet)
            #expect(second.text != Self.line && second.fallback == .repeated)
            #expect(calls.withLock { $0 } == 5)
            bench.time.advance(by: .seconds(3600))
            let third = await desk.intro(Self.wallet)
            #expect(third.fallback == .repeated && third.text != second.text)
            bench.time.advance(by: .seconds(1))
            let fourth = await desk.intro(Self.wallet)
            #expect(fourth.text == Self.line && fourth.fallback == nil)
        }
    }

    @Test(arguments: Engine.all)
    func `the last five intros of a wallet are kept`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            bench.fill()
            let number = Mutex(0)
            let names = ["one", "two", "three", "four", "five", "six", "seven"]
            let desk = bench.desk { _ in
                let place = number.withLock { place in
                    defer { place += 1 }
                    return place
                }
                return "Welcome to the station, caller number \(names[place % names.count])."
            }
            for _ in names { _ = await desk.intro(Self.wallet) }
            let rows = try await bench.store.query(
                "SELECT text FROM wallet_intro WHERE wallet = ?1 ORDER BY seq",
                [.text(Self.wallet)]
            )
            #expect(
                rows.compactMap { $0[0].text?.split(separator: " ").last } == [
                    "three.", "four.", "five.", "six.", "seven.",
                ]
            )
            let row = try await bench.store.query(
                "SELECT intro_cache, last_intro_timestamp, tier, pnl_usd FROM wallet_analytics WHERE wallet = ?1",
                [.text(Self.wallet)]
            ).first
            #expect(row?[0].text?.hasSuffix("seven.") == true && row?[1].time == bench.time.now)
            #expect(row?[2].int == 3 && row?[3].text == "1500")
        }
    }

    @Test func `without a model, or with one that fails, a template is said and marked`() async throws {
        struct Broken: Error {}
        try await withBench(.sqlite) { bench in
            bench.fill()
            let without = await bench.desk().intro(Self.wallet)
            #expect(without.fallback == .noModel && !without.text.isEmpty)
            let failing = await bench.desk { _ in throw Broken() }.intro(Self.wallet)
            #expect(failing.fallback == .noModel && failing.text != without.text)
        }
    }

    @Test func `a model that is too slow is not waited for`() async throws {
        try await withBench(.sqlite) { bench in
            bench.fill()
            let desk = bench.desk { [clock = bench.clock] _ in
                try await clock.sleep(until: clock.now.advanced(by: .seconds(60)))
                return Self.line
            }
            async let line = desk.intro(Self.wallet)
            await bench.clock.waitForSleepers(2)
            bench.clock.advance(by: .seconds(10))
            let said = await line
            #expect(said.fallback == .timedOut && said.text != Self.line)
        }
    }

    @Test func `what cannot be said is asked for again, and then a template is said`() async throws {
        try await withBench(.sqlite) { bench in
            bench.fill()
            let calls = Mutex(0)
            let desk = bench.desk { _ in
                calls.withLock { $0 += 1 }
                return "*bows deeply* visit https://example.com"
            }
            let said = await desk.intro(Self.wallet)
            #expect(said.fallback == .refused && calls.withLock { $0 } == 4)
        }
    }

    @Test func `of what is no wallet nothing is known, and the caller is welcome`() async throws {
        try await withBench(.sqlite) { bench in
            let said = await bench.desk().intro("+15550100")
            #expect(said.tier == .welcome && !said.text.isEmpty)
            #expect(bench.transport.requests.isEmpty)
        }
    }

    @Test func `a goodbye has the tone of the call, and asks nobody about the wallet`() async throws {
        try await withBench(.sqlite) { bench in
            bench.fill()
            let orders = Mutex<[LineOrder]>([])
            let desk = bench.desk { order in
                orders.withLock { $0.append(order) }
                return "Goodbye, and thank you for the fire."
            }
            let said = await desk.exit(Self.wallet, transcript: "You idiots, this is a scam, a damned scam!!!")
            #expect(said.occasion == .exit(.heated) && said.fallback == nil && said.tier == .welcome)
            #expect(bench.transport.requests.isEmpty)
            #expect(orders.withLock { $0.first?.facts.contains("heated") } == true)
            let plain = await bench.desk().exit(Self.wallet, transcript: "")
            #expect(plain.occasion == .exit(.neutral) && plain.fallback == .noModel && !plain.text.isEmpty)
        }
    }
}
