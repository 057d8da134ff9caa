import Bus
import Chains
import Domain
import Store
import TestKit
import Testing
import WalletOracle

@testable import WalletAnalysis

@Suite(.serialized, .timeLimit(.minutes(2))) struct ListingTests {
    private static let wallets = [
        FakeHelius.wallet, "So11111111111111111111111111111111111111112",
        "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    ]

    @Test(arguments: Engine.all)
    func `reports are listed with the newest first, page by page, and nobody is asked`(engine: Engine) async throws {
        let time = ManualTime()
        try await engine.run(time) { store in
            let bench = OracleBench(store, time)
            bench.fill()
            let desk = bench.desk()
            let none = try await desk.reports()
            #expect(none.isEmpty)
            // The second and the third at the same moment.
            for (place, wallet) in Self.wallets.enumerated() {
                if place == 1 { time.advance(by: .seconds(60)) }
                _ = try await desk.analyze(wallet)
            }
            let asked = bench.transport.requests.count
            let all = try await desk.reports()
            #expect(all.map(\.wallet) == [Self.wallets[2], Self.wallets[1], Self.wallets[0]])
            #expect(all.first?.madeAt == time.now && all[1].madeAt == time.now && all[2].madeAt < time.now)
            #expect(all.allSatisfy { $0.report?.wallet == $0.wallet && $0.report?.tier == $0.tier })
            var found: [String] = []
            var place: ListingPlace?
            for _ in 0..<4 {
                let page = try await desk.reports(before: place, limit: 1)
                found += page.map(\.wallet)
                place = page.last.flatMap { ListingPlace($0.place.text) } ?? place
            }
            #expect(found == all.map(\.wallet))
            let few = try await desk.reports(limit: 0)
            #expect(few.count == 1 && bench.transport.requests.count == asked)
        }
    }

    @Test(arguments: Engine.all)
    func `a report of another release is listed without what cannot be read`(engine: Engine) async throws {
        let time = ManualTime()
        try await engine.run(time) { store in
            let bench = OracleBench(store, time)
            bench.fill()
            let desk = bench.desk()
            let made = try await desk.analyze(Self.wallets[0]).report
            _ = try await store.commit(by: Incarnation(of: "test")) { transaction in
                try transaction.execute("UPDATE wallet_analytics SET report = '{}'", [])
            }
            let listed = try await desk.reports()
            #expect(listed.count == 1 && listed.first?.report == nil && listed.first?.tier == made.tier)
            #expect(listed.first?.madeAt == made.madeAt && listed.first?.staleAfter == made.staleAfter)
        }
    }

    @Test(arguments: Engine.all)
    func `what is kept is found without asking, and says when it has run out`(engine: Engine) async throws {
        let time = ManualTime()
        try await engine.run(time) { store in
            let bench = OracleBench(store, time)
            bench.fill()
            let desk = bench.desk()
            let before = try await desk.kept(Self.wallets[0])
            #expect(before == nil)
            let made = try await desk.analyze(Self.wallets[0]).report
            let asked = bench.transport.requests.count
            let fresh = try await desk.kept(Self.wallets[0])
            #expect(fresh?.report == made && fresh?.isStale == false && fresh?.origin == .store)
            time.advance(by: .seconds(3601))
            let stale = try await desk.kept(Self.wallets[0])
            #expect(stale?.report == made && stale?.isStale == true && bench.transport.requests.count == asked)
            let unsigned = try desk.signed(made)
            #expect(unsigned == nil, "there is no key")
            await #expect(throws: OracleError.self) { _ = try await desk.kept("0x1") }
        }
    }

    @Test(arguments: Engine.all)
    func `payments are listed with the newest first and what they were worth`(engine: Engine) async throws {
        let time = ManualTime()
        try await engine.run(time) { store in
            let bench = try BurnBench(store, time)
            let desk = bench.desk()
            var signatures: [String] = []
            for place in 0..<3 {
                let made = try bench.burn(place: UInt32(place))
                bench.chain.add(made, to: [bench.maker.mint], at: bench.seconds)
                _ = try await desk.payment(made.signature)
                signatures.insert(made.signature, at: 0)
                time.advance(by: .seconds(1))
            }
            let all = try await desk.payments()
            #expect(all.map(\.signature) == signatures && all.allSatisfy { $0.tier == .awe && $0.priority == 14 })
            #expect(all.first?.paid == Int128(BurnBench.required) && all.first?.wallet == bench.wallet.description)
            let decimals = try await desk.tokenDecimals()
            #expect(all.first?.dollars(decimals: decimals) == ExactDecimal(2))
            #expect(all.first?.dollars(decimals: 31) == nil && all.first?.dollars(decimals: -1) == nil)
            let first = try await desk.payments(limit: 2)
            let rest = try await desk.payments(before: first.last?.place, limit: 2)
            #expect((first + rest).map(\.signature) == signatures)
        }
    }

    @Test func `a place is read from its own text and from no other`() {
        let place = ListingPlace(time: Timestamp(nanoseconds: -5), name: "a-b")
        let negative = ListingPlace(place.text)
        #expect(negative == nil, "nothing is from before 1970")
        let later = ListingPlace(time: Timestamp(nanoseconds: 5), name: "a-b")
        #expect(later.text == "5-a-b" && ListingPlace(later.text) == later)
        for text in ["", "5", "5-", "x-a", "99999999999999999999-a", "5-" + String(repeating: "a", count: 129)] {
            #expect(ListingPlace(text) == nil)
        }
    }
}
