import Bus
import Chains
import Domain
import HTTPClient
import Store
import TestKit
import Testing
import Threading
import WalletAnalysis
import WalletOracle

@Suite(.serialized, .timeLimit(.minutes(5))) struct OracleDeskTests {
    private static let wallet = FakeHelius.wallet

    private func withBench(_ engine: Engine, _ check: @Sendable (OracleBench) async throws -> Void) async throws {
        let time = ManualTime()
        try await engine.run(time) { store in try await check(OracleBench(store, time)) }
    }

    @Test(arguments: Engine.all)
    func `a report holds for an hour, and then another is made`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            bench.fill()
            let desk = bench.desk()
            let first = try await desk.analyze(Self.wallet)
            #expect(first.origin == .sources && !first.isStale && first.report.tier == .respect)
            #expect(first.report.metrics.transactions == 60 && first.report.metrics.counts.closedTrades == 30)
            #expect(first.report.isComplete)
            let asked = bench.transport.requests.count
            bench.time.advance(by: .seconds(3600))
            let second = try await desk.analyze(Self.wallet)
            #expect(second.origin == .memory && !second.isStale && second.report == first.report)
            #expect(bench.transport.requests.count == asked)
            bench.time.advance(by: .seconds(1))
            let third = try await desk.analyze(Self.wallet)
            #expect(third.origin == .sources && third.report.madeAt > first.report.madeAt)
            let events = try await bench.store.count(of: WalletAnalysisCompleted.topic)
            #expect(events == 2)
        }
    }

    @Test(arguments: Engine.all)
    func `after a restart the report is found in the store`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            bench.fill()
            let first = try await bench.desk().analyze(Self.wallet)
            let asked = bench.transport.requests.count
            let desk = bench.desk()
            let second = try await desk.analyze(Self.wallet)
            #expect(second.origin == .store && second.report == first.report)
            let third = try await desk.analyze(Self.wallet)
            #expect(third.origin == .memory)
            #expect(bench.transport.requests.count == asked)
        }
    }

    @Test(arguments: Engine.all)
    func `where the sources give nothing an old report is given and marked stale`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            bench.fill()
            let desk = bench.desk()
            let first = try await desk.analyze(Self.wallet)
            bench.time.advance(by: .seconds(4000))
            bench.helius.fail()
            bench.chain.state.withLock { $0.signatures = [:] }
            let broken = bench.desk(transport: ScriptedTransport { _ in .failure(HTTPClientError(.connectFailed)) })
            // The chain only counts transactions: the report with trades says more.
            let told = try await broken.analyze(Self.wallet)
            #expect(told.isStale && told.origin == .store && told.report == first.report)
            let another = try await broken.analyze("4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T")
            #expect(another.origin == .sources)
            #expect(another.report.sources.map(\.completeness.name) == ["missing", "partial"])
            #expect(another.report.metrics.transactions == 0 && another.report.rule == .fewTransactions)
        }
        try await withBench(engine) { bench in
            bench.fill()
            let alone = bench.deskWithoutChain()
            let first = try await alone.analyze(Self.wallet)
            bench.time.advance(by: .seconds(4000))
            bench.helius.fail()
            let stale = try await alone.analyze(Self.wallet)
            #expect(stale.isStale && stale.origin == .store && stale.report == first.report)
            let asked = bench.transport.requests.count
            let again = try await alone.analyze(Self.wallet)
            #expect(again.isStale && again.origin == .memory && bench.transport.requests.count == asked)
            bench.time.advance(by: .seconds(61))
            bench.helius.recover()
            let fresh = try await alone.analyze(Self.wallet)
            #expect(!fresh.isStale && fresh.origin == .sources)
        }
    }

    @Test(arguments: Engine.all)
    func `without any data a wallet is unknown, and nobody is refused`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            bench.helius.fail()
            let desk = bench.deskWithoutChain()
            let found = try await desk.analyze(Self.wallet)
            #expect(found.isUnknown && found.report.tier == .welcome && found.report.metrics.transactions == nil)
            #expect(found.report.sources.count == 1)
            #expect(found.report.sources.first?.completeness == .missing(reason: "unavailable: status 503"))
            let events = try await bench.store.count(of: WalletAnalysisCompleted.topic)
            #expect(events == 1)
            // Not for an hour: the sources may be well again soon.
            bench.time.advance(by: .seconds(61))
            bench.helius.recover()
            bench.fill()
            let better = try await desk.analyze(Self.wallet)
            #expect(better.report.tier == .respect)
        }
    }

    @Test func `what is no address is refused before anybody is asked`() async throws {
        try await withBench(.sqlite) { bench in
            let desk = bench.desk()
            for text in ["", "0x00", "GovER5Lthms3bLBqWub97yVrMmEogzNAz5oqB2gRLGxyP", Self.wallet + "1"] {
                let error = await failure { () throws(OracleError) in _ = try await desk.analyze(text) }
                guard case .invalidWallet = error else {
                    Issue.record("\(text) is taken for an address")
                    continue
                }
            }
            #expect(bench.transport.requests.isEmpty)
        }
    }

    @Test(arguments: Engine.all)
    func `many who ask at once are answered by one look`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            bench.fill()
            let gate = Gate()
            let transport = ScriptedTransport { request in
                await gate.pass()
                return .success(bench.helius.answer(request))
            }
            let desk = bench.desk(transport: transport)
            try await withThrowingTaskGroup(of: AnalyzedWallet.self) { group in
                for _ in 0..<50 { group.addTask { try await desk.analyze(Self.wallet) } }
                while desk.waitingCount(for: Self.wallet) < 49 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                gate.open()
                for try await found in group { #expect(found.report.metrics.transactions == 60) }
            }
            // One page, the empty one behind it: the first transaction is in them.
            #expect(transport.requests.count == 2)
            let events = try await bench.store.count(of: WalletAnalysisCompleted.topic)
            #expect(events == 1)
        }
    }

    @Test func `who goes away hands the question over to the next`() async throws {
        try await withBench(.sqlite) { bench in
            bench.fill()
            let (arrived, gate) = (Gate(), Gate())
            let transport = ScriptedTransport { request in
                arrived.open()
                await gate.pass()
                if Task.isCancelled { return .failure(HTTPClientError(.cancelled)) }
                return .success(bench.helius.answer(request))
            }
            let desk = bench.desk(transport: transport)
            try await withThrowingTaskGroup(of: Void.self) { group in
                let first = Task { try? await desk.analyze(Self.wallet) }
                await arrived.pass()
                group.addTask {
                    let found = try await desk.analyze(Self.wallet)
                    #expect(found.report.metrics.transactions == 60)
                }
                while desk.waitingCount(for: Self.wallet) < 1 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                first.cancel()
                gate.open()
                let answer = await first.value
                #expect(answer == nil)
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: Engine.all)
    func `a change of tier is told once, and only when it changes`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            bench.fill()
            let desk = bench.desk()
            for sells in [Int64(1_500_000_000), 1_500_000_000, 200_000_000, 200_000_000] {
                bench.fill(sells: sells)
                _ = try await desk.analyze(Self.wallet)
                bench.time.advance(by: .seconds(3601))
            }
            let analyses = try await bench.store.count(of: WalletAnalysisCompleted.topic)
            let page = try await bench.store.read(.topic(WalletTierChanged.topic), from: 0, limit: 10)
            #expect(analyses == 4 && page.events.count == 1)
            let event = try EventCodec.decode(WalletTierChanged.self, from: page.events.first?.payload ?? [])
            #expect(event.before == 3 && event.tier == 2 && event.rule == "losing" && event.wallet == Self.wallet)
        }
    }

    @Test(arguments: Engine.all)
    func `a source that fails midway is told as partial, and the next one counts`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            bench.fill(150)
            bench.helius.fail(from: 2)
            let last = bench.time.now.milliseconds / 1000
            bench.chain.state.withLock { state in
                state.signatures[Self.wallet] =
                    (0..<300).map { index in
                        FakeChain.Row(signature: "sig\(299 - index)", seconds: last - Int64(index) * 60)
                    } + [FakeChain.Row(signature: "first", seconds: last - 86_400 * 400)]
            }
            let report = try await bench.desk().analyze(Self.wallet).report
            #expect(report.metrics.counts.closedTrades == 100)
            #expect(report.metrics.transactions == 300 && report.metrics.daysActive == 400)
            #expect(report.sources.map(\.name) == ["helius", "rpc"] && !report.isComplete)
            #expect(report.sources.first?.completeness == .partial(reason: "unavailable: status 503"))
            #expect(report.sources.first?.pages == 2)
        }
    }

    @Test func `paging goes on until the window ends, and the first transaction is asked for apart`() async throws {
        try await withBench(.sqlite) { bench in
            // Two transactions an hour: 30 days are 1440, and there are many more.
            let rows = FakeHelius.trades(1500, until: bench.time.now, spacing: 1800, sells: 1_500_000_000)
            bench.helius.state.withLock { $0.rows = rows }
            let report = try await bench.desk().analyze(Self.wallet).report
            #expect(report.metrics.transactions == 1441)
            // 2999 spaces of half an hour.
            #expect(report.metrics.daysActive == 62)
            #expect(report.isComplete)
            let urls = bench.transport.requests.map(\.url)
            #expect(urls.count == 16 && urls.last?.contains("sort-order=asc") == true)
            #expect(urls[1].contains("before-signature=sig2900") && urls[0].contains("api-key=secret"))
        }
    }

    @Test(arguments: Engine.all)
    func `a report is signed by the published key`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            bench.fill()
            let key = try TransactionMaker.key(9)
            let signer = ReportSigner(key)
            let desk = bench.desk(signer: signer)
            let before = await failure { () throws(OracleError) in _ = try await desk.signedReport(of: Self.wallet) }
            guard case .notFound = before else {
                Issue.record("a report that nobody has made")
                return
            }
            let made = try await desk.analyze(Self.wallet).report
            // From the store, with the key that is read back from the envelope's own text.
            let signed = try await bench.desk(signer: signer).signedReport(of: Self.wallet)
            let read = try SignedReport(parsing: signed.bytes)
            let report = try read.verified { bytes, signature, keyID in
                guard keyID == signer.keyID, let signature = SolanaSignature(bytes: signature) else { return false }
                return (try? Ed25519.verify(signature, of: bytes, by: key.publicKey)) != nil
            }
            #expect(report == made)
            let without = await failure { () throws(OracleError) in
                _ = try await bench.desk().signedReport(of: Self.wallet)
            }
            guard case .unavailable = without else {
                Issue.record("signed without a key")
                return
            }
        }
    }

    @Test func `an answer at hand takes far less than five milliseconds`() async throws {
        try await withBench(.sqlite) { bench in
            bench.fill()
            let desk = bench.desk()
            _ = try await desk.analyze(Self.wallet)
            var times: [Duration] = []
            for _ in 0..<200 {
                times.append(try await ContinuousClock().measure { _ = try await desk.analyze(Self.wallet) })
            }
            #expect(times.sorted()[189] < .milliseconds(5))
        }
    }
}

/// What a call fails with; `nil` when it does not fail.
func failure<Failure: Error>(_ body: () async throws(Failure) -> Void) async -> Failure? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}
