import Bus
import Domain
import HTTPClient
import Market
import Testing

struct PoolBookTests {
    private let providers: [any DataProvider]
    private var book: PoolBook

    init() {
        let transport = ScriptedTransport(json("{}"))
        providers = [
            KrakenProvider(transport: transport), BybitProvider(transport: transport),
            CoinbaseProvider(transport: transport), DefiLlamaProvider(transport: transport),
        ]
        book = PoolBook(configured: [
            Pool(
                id: "exchange",
                name: "Prices",
                category: .exchange,
                strategy: .priority,
                members: ["kraken", "bybit", "coinbase"].map { PoolMember($0) }
            )
        ])
    }

    private func error(_ body: () throws(PoolError) -> PoolChange) -> PoolError? {
        do throws(PoolError) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    @Test mutating func `a change holds whatever the configuration says later, until it is taken back`() throws {
        #expect(book.origin(of: "exchange") == .configuration)
        let change = try book.removeMember("bybit", from: "exchange")
        #expect(change.kind == .memberRemoved && change.provider == "bybit")
        #expect(book.origin(of: "exchange") == .changed)
        book.configured[0].members = [PoolMember("coinbase")]
        #expect(book.pools[0].members.map(\.provider) == ["kraken", "coinbase"])
        #expect(try book.remove("exchange").kind == .reset)
        #expect(book.origin(of: "exchange") == .configuration)
        #expect(book.pools[0].members.map(\.provider) == ["coinbase"])
        #expect(error { () throws(PoolError) in try book.remove("exchange") } == .isConfigured("exchange"))
    }

    @Test mutating func `pools of one's own come after those of the configuration and go for good`() throws {
        let change = try book.create(name: "My  Own: pool!", category: .exchange, strategy: .roundRobin)
        #expect(change.pool == "my-own-pool" && book.pools.map(\.id) == ["exchange", "my-own-pool"])
        _ = try book.add(PoolMember("bybit", priority: 3, weight: 70), to: "my-own-pool", of: providers)
        #expect(try book.pool("my-own-pool").members == [PoolMember("bybit", priority: 3, weight: 70)])
        #expect(try book.remove("my-own-pool").kind == .deleted)
        #expect(error { () throws(PoolError) in try book.remove("my-own-pool") } == .noSuchPool("my-own-pool"))
    }

    @Test(arguments: ["", "  ", "история", "history", "History", "exchange", String(repeating: "a", count: 65)])
    mutating func `a name that makes no good id is refused`(name: String) {
        #expect(
            error { () throws(PoolError) in try book.create(name: name, category: .nft, strategy: .priority) } != nil
        )
        #expect(book.record.pools.isEmpty)
    }

    @Test mutating func `only who can tell of it becomes a member, and once`() throws {
        #expect(
            error { () throws(PoolError) in
                try book.add(PoolMember("defillama"), to: "exchange", of: providers)
            } == .noSuchProvider("defillama", ["kraken", "bybit", "coinbase"])
        )
        #expect(
            error { () throws(PoolError) in
                try book.add(PoolMember("kraken"), to: "exchange", of: providers)
            } == .isMember("kraken")
        )
        // With other figures it is another opinion of the same member.
        _ = try book.add(PoolMember("kraken", priority: 9), to: "exchange", of: providers)
        #expect(try book.pool("exchange").members.map(\.priority) == [9, 5, 5])
        #expect(
            error { () throws(PoolError) in try book.removeMember("defillama", from: "exchange") }
                == .noSuchMember("defillama")
        )
    }

    @Test mutating func `rotations go round, and are in the log`() throws {
        var firsts: [String] = []
        for step in 0..<4 {
            let source = MarketSource(providers: providers, pools: book.pools, seed: 1)
            let order = source.order(ofPool: "exchange")
            firsts.append(order[0])
            let change = try book.rotate("exchange", from: order, reason: "step \(step)")
            #expect(change.from == order[0] && change.to == order[1])
            book.note(change, by: "ada", at: Timestamp(seconds: Int64(step)))
        }
        #expect(firsts == ["kraken", "bybit", "coinbase", "kraken"])
        #expect(book.record.history.map(\.change.reason) == ["step 3", "step 2", "step 1", "step 0"])
        #expect(
            error { () throws(PoolError) in try book.rotate("exchange", from: ["kraken"], reason: "") }
                == .nobodyElse("exchange")
        )
    }

    @Test mutating func `the log has an end, and outlives a restart`() throws {
        for number in 0..<(PoolRecord.historyMax + 5) {
            let change = try book.add(PoolMember("kraken", weight: number % 2 + 20), to: "exchange", of: providers)
            book.note(change, by: "ada", at: Timestamp(seconds: Int64(number)))
        }
        #expect(book.record.history.count == PoolRecord.historyMax)
        #expect(book.record.history.first?.at == Timestamp(seconds: Int64(PoolRecord.historyMax + 4)))
        let read = try EventCodec.decode(PoolRecord.self, from: try EventCodec.encode(book.record))
        #expect(PoolBook(configured: book.configured, record: read) == book)
    }

    @Test mutating func `somebody new is the last of the configured pools, and of those that took their place`() throws
    {
        let new = BybitProvider(name: "bybit-2", transport: ScriptedTransport(json("{}")))
        let followed = book.configured[0].followed(by: [new])
        #expect(followed.members.map(\.provider) == ["kraken", "bybit", "coinbase", "bybit-2"])
        #expect(followed.members.last?.priority == 10 && followed.followed(by: [new]) == followed)
        // Nothing is stored where nothing was changed.
        #expect(book.adopt("bybit-2", of: [.exchange]).isEmpty && book.record == PoolRecord())
        _ = try book.removeMember("kraken", from: "exchange")
        _ = try book.create(name: "mine", category: .exchange, strategy: .priority)
        let change = try #require(book.adopt("bybit-2", of: [.exchange]).first)
        #expect(change.kind == .memberAdded && change.provider == "bybit-2" && change.pool == "exchange")
        #expect(book.adopt("bybit-2", of: [.exchange]).isEmpty && book.adopt("llama-2", of: [.defi]).isEmpty)
        #expect(try book.pool("exchange").members.map(\.provider) == ["bybit", "coinbase", "bybit-2"])
        #expect(try book.pool("mine").members.isEmpty)
        _ = try book.rotate("exchange", from: ["bybit-2", "bybit"], reason: "x")
        #expect(book.dismiss("bybit-2").map(\.kind) == [.memberRemoved] && book.dismiss("bybit-2").isEmpty)
        #expect(try book.pool("exchange").members.map(\.provider) == ["bybit", "coinbase"])
        #expect(try book.pool("exchange").steppedBack.isEmpty)
    }
}
