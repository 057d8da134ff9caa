import Bus
import ChainReaders
import Chains
import Domain
import JSON
import Store
import TestKit
import Testing
import Threading
import WalletAnalysis
import WalletOracle

/// A desk for payments, with its chain and its price.
final class BurnBench: Sendable {
    let store: any Storage
    let time: ManualTime
    let chain = FakeChain()
    let maker: TransactionMaker
    let key: Ed25519.SigningKey
    let price: Mutex<LivePrice?>

    /// At ten cents a token the fee is twenty tokens.
    static let required: UInt64 = 20_000_000

    init(_ store: any Storage, _ time: ManualTime) throws {
        self.store = store
        self.time = time
        maker = try TransactionMaker()
        key = try TransactionMaker.key(7)
        price = Mutex(LivePrice(dollars: ExactDecimal(significand: 1, scale: 1), at: time.now))
    }

    var wallet: SolanaAddress { key.publicKey }
    var seconds: Int64 { time.now.milliseconds / 1000 }

    func desk(pages: Int = 10, rows: Int = 100) -> BurnDesk {
        var terms = BurnTerms()
        terms.mint = maker.mint
        terms.burnAccount = maker.burnAccount
        terms.treasuryAccount = maker.treasury
        terms.pagesPerRound = pages
        terms.rowsPerPage = rows
        return BurnDesk(
            store: store,
            solana: chain.reader,
            terms: terms,
            price: { [self] in price.withLock { $0 } },
            tier: { _ in .awe },
            now: { [time] in time.now }
        )
    }

    /// A plain burn of the fee that names the mint.
    func burn(_ amount: UInt64 = required, place: UInt32 = 0) throws -> MadeTransaction {
        try maker.make([maker.instruction(8, amount, by: wallet)], by: key, place: place)
    }

    /// Puts burns on the chain, the oldest first; their signatures.
    @discardableResult
    func add(_ count: Int, from place: Int = 0) throws -> [String] {
        try (place..<place + count).map { place in
            let made = try burn(place: UInt32(place))
            chain.add(made, to: [maker.mint], at: seconds)
            return made.signature
        }
    }

    func payments() async throws -> Int {
        try await store.query("SELECT count(*) FROM burn_payment", []).first?[0].int ?? -1
    }
}

@Suite(.serialized) struct BurnDeskTests {
    private func withBench(_ engine: Engine, _ check: @Sendable (BurnBench) async throws -> Void) async throws {
        let time = ManualTime()
        try await engine.run(time) { store in try await check(try BurnBench(store, time)) }
    }

    private func refusal(_ body: () async throws(BurnError) -> Void) async -> BurnCheck.Refusal? {
        guard case .refused(let refusal)? = await failure(body) else { return nil }
        return refusal
    }

    @Test(arguments: Engine.all)
    func `a burn pays once, however often a webhook tells of it`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            let made = try bench.burn()
            bench.chain.add(made, to: [bench.maker.mint], at: bench.seconds)
            // What else stands there is not believed.
            let row: JSONValue = [
                "signature": .string(made.signature), "type": "BURN", "feePayer": "somebody else",
                "tokenTransfers": [["tokenAmount": 999_999_999]],
            ]
            let body = JSONValue.array([row, row]).bytes
            let first = try await bench.desk().webhook(body)
            #expect(first.count == 1)
            let accepted = try first.first?.result.get()
            #expect(accepted?.payment.wallet == bench.wallet.description && accepted?.priority == 14)
            #expect(accepted?.payment.burned == BurnBench.required && accepted?.payment.required == BurnBench.required)
            let again = try await bench.desk().webhook(body)
            guard case .failure(.refused(.alreadyUsed)) = again.first?.result else {
                Issue.record("it has paid twice")
                return
            }
            let (events, payments) = (
                try await bench.store.read(.topic(WalletBurnAccepted.topic), from: 0, limit: 10).events,
                try await bench.payments()
            )
            #expect(events.count == 1 && payments == 1)
            let event = try EventCodec.decode(WalletBurnAccepted.self, from: events.first?.payload ?? [])
            #expect(event.signature == made.signature && event.burned == "20000000" && event.priority == 14)
        }
    }

    @Test(arguments: Engine.all)
    func `of many who bring one burn at once one has paid`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            let made = try bench.burn()
            bench.chain.add(made, to: [bench.maker.mint], at: bench.seconds)
            let desk = bench.desk()
            let paid = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        await failure { () throws(BurnError) in _ = try await desk.payment(made.signature) } == nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let payments = try await bench.payments()
            #expect(paid == 1 && payments == 1)
        }
    }

    @Test func `what the chain does not have, or says has failed, pays nothing`() async throws {
        try await withBench(.sqlite) { bench in
            let (desk, maker) = (bench.desk(), bench.maker)
            let unknown = try bench.burn(place: 1)
            let found = await refusal { () throws(BurnError) in _ = try await desk.payment(unknown.signature) }
            #expect(found == .notFinalized)
            let failed = try maker.make(
                [maker.instruction(8, BurnBench.required, by: bench.wallet)],
                by: bench.key,
                error: ["InstructionError": [0, ["Custom": 1]]]
            )
            bench.chain.add(failed, to: [maker.mint], at: bench.seconds)
            let second = await refusal { () throws(BurnError) in _ = try await desk.payment(failed.signature) }
            #expect(second == .failed(#"{"InstructionError":[0,{"Custom":1}]}"#))
            let little = try bench.burn(BurnBench.required - 1, place: 2)
            bench.chain.add(little, to: [maker.mint], at: bench.seconds)
            let third = await refusal { () throws(BurnError) in _ = try await desk.payment(little.signature) }
            #expect(third == .tooLittle(required: BurnBench.required, got: BurnBench.required - 1))
            let other = try maker.make(
                [maker.instruction(3, BurnBench.required, by: bench.wallet, to: TransactionMaker.key(8).publicKey)],
                by: bench.key
            )
            bench.chain.add(other, to: [maker.mint], at: bench.seconds)
            let fourth = await refusal { () throws(BurnError) in _ = try await desk.payment(other.signature) }
            #expect(fourth == .tooLittle(required: BurnBench.required, got: 0))
            let payments = try await bench.payments()
            #expect(payments == 0)
        }
    }

    @Test func `all four instructions count, and a transfer to the treasury is halved`() async throws {
        try await withBench(.sqlite) { bench in
            let (desk, maker) = (bench.desk(), bench.maker)
            for (place, tag) in [UInt8(3), 8, 12, 15].enumerated() {
                let made = try maker.make(
                    [maker.instruction(tag, BurnBench.required, by: bench.wallet)],
                    by: bench.key,
                    place: UInt32(place)
                )
                bench.chain.add(made, to: [maker.mint], at: bench.seconds)
                let payment = try await desk.payment(made.signature).payment
                #expect(payment.burned == BurnBench.required && payment.toTreasury == 0)
            }
            for tag in [UInt8(3), 12] {
                let made = try maker.make(
                    [maker.instruction(tag, BurnBench.required + 1, by: bench.wallet, to: maker.treasury)],
                    by: bench.key
                )
                bench.chain.add(made, to: [maker.treasury], at: bench.seconds)
                let payment = try await desk.payment(made.signature).payment
                #expect(payment.burned == 0 && payment.toBurn == 10_000_001 && payment.toTreasury == 10_000_000)
            }
        }
    }

    @Test func `a burn that another program calls counts, and a delegate's does not`() async throws {
        try await withBench(.sqlite) { bench in
            let (desk, maker) = (bench.desk(), bench.maker)
            let caller = try TransactionMaker.key(20).publicKey
            let burn = maker.instruction(8, BurnBench.required, by: bench.wallet)
            let inner = try maker.make(
                [
                    SolanaInstruction(
                        program: caller,
                        accounts: burn.accounts + [SolanaInstruction.Account(.tokenProgram)],
                        data: [1]
                    )
                ],
                by: bench.key
            ) { message in
                let place = { (address: SolanaAddress) in
                    JSONValue.int(Int64(message.accounts.firstIndex(of: address) ?? -1))
                }
                return [
                    [
                        "index": 0,
                        "instructions": [
                            [
                                "programIdIndex": place(.tokenProgram),
                                "accounts": .array(burn.accounts.map { place($0.address) }),
                                "data": .string(Base58.encode(burn.data)), "stackHeight": 2,
                            ]
                        ],
                    ]
                ]
            }
            bench.chain.add(inner, to: [maker.mint], at: bench.seconds)
            let payment = try await desk.payment(inner.signature).payment
            #expect(payment.burned == BurnBench.required && payment.wallet == bench.wallet.description)
            let delegated = try maker.make([burn], by: bench.key, owner: TransactionMaker.key(21).publicKey, place: 5)
            bench.chain.add(delegated, to: [maker.mint], at: bench.seconds)
            let found = await refusal { () throws(BurnError) in _ = try await desk.payment(delegated.signature) }
            #expect(found == .notSigned)
            let foreign = await refusal { () throws(BurnError) in
                _ = try await desk.payment(delegated.signature, by: FakeHelius.wallet)
            }
            #expect(foreign == .notSigned)
        }
    }

    @Test func `a node cannot put a burn into somebody's mouth`() async throws {
        try await withBench(.sqlite) { bench in
            let (desk, real) = (bench.desk(), try bench.burn(place: 1))
            let other = try bench.burn(place: 2)
            bench.chain.state.withLock { $0.transactions[real.signature] = other.json }
            guard case .chain? = await failure({ () throws(BurnError) in _ = try await desk.payment(real.signature) })
            else {
                Issue.record("another transaction is taken for it")
                return
            }
            // The same signature over other bytes.
            guard let text = real.json["transaction"]?[0]?.string, case .object(var members) = real.json else { return }
            var bytes = try SolanaTransaction(base64: text).bytes
            bytes[bytes.count - 4] ^= 1
            let changed = try SolanaTransaction(parsing: bytes)
            members["transaction"] = [.string(changed.base64), "base64"]
            let forged = JSONValue.object(members)
            bench.chain.state.withLock { $0.transactions[real.signature] = forged }
            guard
                case .unreadable? = await failure({ () throws(BurnError) in _ = try await desk.payment(real.signature) }
                )
            else {
                Issue.record("a signature is taken for one of other bytes")
                return
            }
        }
    }

    @Test func `without a live price nothing is accepted, and nothing is lost`() async throws {
        try await withBench(.sqlite) { bench in
            let desk = bench.desk()
            try bench.add(3)
            bench.price.withLock { $0 = nil }
            guard case .refused(.noPrice)? = await failure({ () throws(BurnError) in _ = try await desk.poll() }) else {
                Issue.record("a round without a price has ended well")
                return
            }
            bench.price.withLock { $0 = LivePrice(dollars: ExactDecimal(1), at: bench.time.now) }
            bench.time.advance(by: .seconds(301))
            guard case .refused(.priceStale)? = await failure({ () throws(BurnError) in _ = try await desk.poll() })
            else {
                Issue.record("an old price is believed")
                return
            }
            let now = bench.time.now
            bench.price.withLock { $0 = LivePrice(dollars: ExactDecimal(1), at: now) }
            let round = try await desk.poll()
            #expect(round.accepted == 3 && !round.hasMore)
        }
    }

    @Test(arguments: Engine.all)
    func `a round that dies in the middle loses nothing and repeats nothing`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            let signatures = try bench.add(250)
            bench.chain.state.withLock { state in
                // Thrice: in the newest page, in the middle one, and twice in a row.
                state.failures = [signatures[200]: 1, signatures[100]: 2]
            }
            var rounds = 0
            for attempt in 0..<10 {
                // As after a restart each time.
                let desk = bench.desk(rows: 100)
                guard await failure({ () throws(BurnError) in _ = try await desk.poll() }) != nil else {
                    rounds = attempt + 1
                    break
                }
            }
            let (payments, events) = (
                try await bench.payments(), try await bench.store.count(of: WalletBurnAccepted.topic)
            )
            #expect(rounds == 4 && payments == 250 && events == 250)
            let idle = try await bench.desk().poll()
            #expect(idle.looked == 0)
            try bench.add(1, from: 900)
            let next = try await bench.desk().poll()
            #expect(next.looked == 1 && next.accepted == 1)
        }
    }

    @Test(arguments: Engine.all)
    func `a round is bounded, and the next goes on where it was`(engine: Engine) async throws {
        try await withBench(engine) { bench in
            try bench.add(25)
            let desk = bench.desk(pages: 2, rows: 5)
            var accepted: [Int] = []
            for place in 0..<4 {
                let round = try await desk.poll()
                accepted.append(round.accepted)
                if !round.hasMore { break }
                // What comes meanwhile waits for the pass after this one.
                if place == 0 { try bench.add(2, from: 500) }
            }
            #expect(accepted == [10, 10, 5])
            let next = try await desk.poll()
            let payments = try await bench.payments()
            #expect(next.accepted == 2 && payments == 27)
        }
    }

    @Test func `what cannot be read does not hold up the rest, and old burns are not paid with`() async throws {
        try await withBench(.sqlite) { bench in
            let old = try bench.burn(place: 1)
            bench.chain.add(old, to: [bench.maker.mint], at: bench.seconds - 3601)
            let strange = try bench.burn(place: 2)
            bench.chain.add(strange, to: [bench.maker.mint], at: bench.seconds)
            // A form of message that is not known here.
            bench.chain.state.withLock { state in
                let bytes = [UInt8](repeating: 0x81, count: 200)
                state.transactions[strange.signature] = [
                    "slot": 1, "meta": ["err": .null],
                    "transaction": [.string(base64([1] + [UInt8](repeating: 0, count: 64) + bytes)), "base64"],
                ]
            }
            try bench.add(2, from: 10)
            let round = try await bench.desk().poll()
            #expect(round.accepted == 2 && round.refused == 1 && round.looked == 3)
            let payments = try await bench.payments()
            #expect(payments == 2)
        }
    }

    @Test func `a body that is no list of transactions is refused`() async throws {
        try await withBench(.sqlite) { bench in
            for text in ["", "{}", "[]", "[{}]", #"[{"signature":"abc"}]"#, #"{"signature":"abc"}"#] {
                let error = await failure { () throws(BurnError) in _ = try await bench.desk().webhook(Array(text.utf8))
                }
                guard case .invalid = error else {
                    Issue.record("\(text) is taken for a webhook's body")
                    continue
                }
            }
            #expect(bench.chain.asked("getTransaction") == 0)
        }
    }
}
