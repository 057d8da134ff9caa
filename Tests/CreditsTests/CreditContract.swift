import Bus
import Credits
import Domain
import Store
import TestKit
import Testing

/// What credits have to do on every engine, as checks that an engine's own tests run one by one.
struct CreditContract: Sendable {
    typealias Open = @Sendable (_ bus: EventBus, _ now: @escaping @Sendable () -> Timestamp) async throws -> any Storage

    private let openEngine: Open

    /// - Parameter open: how to open the engine. Each check needs a database of its own.
    init(open: @escaping Open) { openEngine = open }

    struct Check: Sendable, CustomTestStringConvertible {
        let name: String
        let run: @Sendable (CreditBench) async throws -> Void
        var testDescription: String { name }
    }

    func run(_ check: Check) async throws {
        let time = ManualTime()
        let bus = try EventBus(types: EventCatalogue.all, now: { time.now })
        let bench = CreditBench(store: try await openEngine(bus, { time.now }), time: time)
        try await check.run(bench)
        let wrong = try await bench.desk.accountsThatDoNotAddUp()
        #expect(wrong.isEmpty)
        await bench.store.close()
    }

    static let checks = spending + months + pauses + prices

    private static let spending = [
        Check(name: "nobody has anything before it is given, and each cause gives once") { bench in
            let user = try await bench.user()
            let nothing = try await bench.desk.account(of: user)
            #expect(nothing.balance == 0 && nothing.entryCount == 0 && nothing.lastEntryAt == nil)
            let first = try await bench.desk.grant(100, to: user, from: .bonus, cause: "signup", reason: "welcome")
            let second = try await bench.desk.grant(100, to: user, from: .bonus, cause: "signup", reason: "welcome")
            #expect(first && !second)
            let taken = try await bench.desk.grant(-30, to: user, from: .refund, cause: "dispute:1", reason: "dispute")
            #expect(taken)
            let account = try await bench.desk.account(of: user)
            #expect(account.balance == 70 && account.entryCount == 2 && account.lastEntryAt == bench.time.now)
            let entries = try await bench.desk.entries(of: user, limit: 5)
            #expect(entries.map(\.delta) == [-30, 100] && entries.map(\.balanceAfter) == [70, 100])
            #expect(entries.map(\.source) == [.refund, .bonus])
        },
        Check(name: "whoever is new gets the welcome once, whatever comes first") { bench in
            let desk = bench.desk(welcome: 100)
            let looking = try await bench.user()
            let (first, again) = (try await desk.account(of: looking), try await desk.account(of: looking))
            #expect(first.balance == 100 && again == first && first.entryCount == 1)
            let calling = try await bench.user()
            _ = try await desk.hold(60, of: calling, for: "r1")
            let account = try await desk.account(of: calling)
            #expect(account.balance == 100 && account.available == 40)
            let given = try await bench.user()
            _ = try await desk.grant(5, to: given, from: .bonus, cause: "referral:1", reason: "referral")
            let both = try await desk.account(of: given)
            #expect(both.balance == 105 && both.entryCount == 2)
            let entries = try await desk.entries(of: given, limit: 5)
            #expect(entries.map(\.delta) == [5, 100])
        },
        Check(name: "the overview adds up what there is and what was spent") { bench in
            let (ann, bob) = (try await bench.user(with: 100), try await bench.user(with: 50))
            for (user, request, cost) in [(ann, "r1", Int64(30)), (ann, "r2", 10), (bob, "r1", 5)] {
                let hold = try await bench.desk.hold(cost, of: user, for: request)
                _ = try await bench.desk.settle(hold, to: cost, for: .grok, units: nil, reason: "chat")
            }
            _ = try await bench.desk.hold(7, of: bob, for: "r9")
            let all = try await bench.desk.overview(since: Timestamp(seconds: 0))
            #expect(all.accounts == 2 && all.balance == 105 && all.held == 7)
            #expect(all.charges == 3 && all.charged == 45)
            #expect(all.bySource.map(\.source) == [.grok, .topUp] && all.bySource.map(\.delta) == [-45, 150])
            #expect(all.topSpenders.map(\.userID) == [ann, bob] && all.topSpenders.map(\.spent) == [40, 5])
            let later = try await bench.desk.overview(since: bench.time.now.advanced(by: .seconds(1)))
            #expect(later.charges == 0 && later.bySource.isEmpty && later.balance == 105)
        },
        Check(name: "a call is charged for what it has delivered, and the rest is given back") { bench in
            let user = try await bench.user(with: 50)
            let hold = try await bench.desk.hold(30, of: user, for: "r1")
            let during = try await bench.desk.account(of: user)
            #expect(during.balance == 50 && during.held == 30 && during.available == 20)
            let (charged, account) = try await bench.desk.settle(
                hold,
                to: 12,
                for: .grok,
                units: #"{"input":500}"#,
                reason: "chat"
            )
            #expect(charged == 12 && account.balance == 38 && account.held == 0)
            let entry = try await bench.desk.entries(of: user, limit: 1).first
            #expect(entry?.delta == -12 && entry?.units == #"{"input":500}"# && entry?.cause == "charge:r1")
        },
        Check(name: "nothing beyond the hold is charged, and a call that failed costs nothing") { bench in
            let user = try await bench.user(with: 50)
            let dear = try await bench.desk.hold(10, of: user, for: "r1")
            let settled = try await bench.desk.settle(dear, to: 99, for: .gpt, units: nil, reason: "chat")
            #expect(settled.charged == 10 && settled.account.balance == 40)
            let failed = try await bench.desk.hold(10, of: user, for: "r2")
            let free = try await bench.desk.settle(failed, to: 0, for: .gpt, units: nil, reason: "failed")
            #expect(free.charged == 0 && free.account.available == 40)
            let dropped = try await bench.desk.hold(10, of: user, for: "r3")
            try await bench.desk.release(dropped)
            let account = try await bench.desk.account(of: user)
            #expect(account.available == 40 && account.entryCount == 2)
            await #expect(throws: CreditError.holdGone) { try await bench.desk.release(dropped) }
        },
        Check(name: "the same request is paid for once") { bench in
            let user = try await bench.user(with: 50)
            let hold = try await bench.desk.hold(10, of: user, for: "r1")
            await #expect(throws: CreditError.alreadyUsed(request: "r1")) {
                try await bench.desk.hold(10, of: user, for: "r1")
            }
            _ = try await bench.desk.settle(hold, to: 5, for: .claude, units: nil, reason: "chat")
            await #expect(throws: CreditError.alreadyUsed(request: "r1")) {
                try await bench.desk.hold(10, of: user, for: "r1")
            }
            await #expect(throws: CreditError.holdGone) {
                try await bench.desk.settle(hold, to: 5, for: .claude, units: nil, reason: "chat")
            }
            // Somebody else may call theirs the same.
            let other = try await bench.user(with: 50)
            _ = try await bench.desk.hold(10, of: other, for: "r1")
        },
        Check(name: "of two hundred at once on a balance for thirty-seven, thirty-seven come in") { bench in
            let user = try await bench.user(with: 37 * 6 + 5)
            let holds = await withTaskGroup(of: CreditHold?.self) { group in
                for number in 0..<200 {
                    group.addTask { try? await bench.desk.hold(6, of: user, for: "r\(number)") }
                }
                return await group.reduce(into: [CreditHold]()) { if let hold = $1 { $0.append(hold) } }
            }
            #expect(holds.count == 37)
            let account = try await bench.desk.account(of: user)
            #expect(account.held == 37 * 6 && account.available == 5)
            await #expect(throws: CreditError.insufficient(available: 5, required: 6)) {
                try await bench.desk.hold(6, of: user, for: "late")
            }
            for hold in holds { _ = try await bench.desk.settle(hold, to: 6, for: .grok, units: nil, reason: "chat") }
            let after = try await bench.desk.account(of: user)
            #expect(after.balance == 5 && after.held == 0 && after.entryCount == 38)
        },
        Check(name: "what a killed program has left held comes back after ten minutes") { bench in
            let user = try await bench.user(with: 50)
            let hold = try await bench.desk.hold(30, of: user, for: "r1")
            bench.time.advance(by: .seconds(599))
            let early = try await bench.desk.releaseExpired()
            #expect(early == 0)
            bench.time.advance(by: .seconds(1))
            let late = try await bench.desk.releaseExpired()
            #expect(late == 1)
            let account = try await bench.desk.account(of: user)
            #expect(account.available == 50 && account.entryCount == 1)
            await #expect(throws: CreditError.holdGone) {
                try await bench.desk.settle(hold, to: 5, for: .grok, units: nil, reason: "chat")
            }
            // It was never charged, so it may be asked again.
            _ = try await bench.desk.hold(30, of: user, for: "r1")
        },
        Check(name: "the database itself refuses to change the ledger") { bench in
            let user = try await bench.user(with: 50)
            await #expect(throws: (any Error).self) {
                try await bench.store.run("UPDATE credits_ledger SET delta = 1000000", [])
            }
            await #expect(throws: (any Error).self) { try await bench.store.run("DELETE FROM credits_ledger", []) }
            let whole = SQL(
                sqlite: "INSERT OR REPLACE INTO credits_ledger SELECT * FROM credits_ledger",
                postgres: """
                    INSERT INTO credits_ledger SELECT * FROM credits_ledger
                    ON CONFLICT (id) DO UPDATE SET delta = credits_ledger.delta + 1
                    """
            )
            await #expect(throws: (any Error).self) { try await bench.store.run(whole, []) }
            let entries = try await bench.desk.entries(of: user, limit: 5)
            #expect(entries.count == 1)
            let account = try await bench.desk.account(of: user)
            #expect(account.balance == 50)
        },
        Check(name: "amounts that make no sense are refused") { bench in
            let user = try await bench.user(with: 50)
            for credits in [0, -5, Int64.max, Int64.min] {
                await #expect(throws: CreditError.badAmount) {
                    try await bench.desk.hold(credits, of: user, for: "r1")
                }
            }
            await #expect(throws: CreditError.badAmount) {
                try await bench.desk.grant(.max, to: user, from: .bonus, cause: "x", reason: "x")
            }
        },
        Check(name: "that something does not add up is found") { bench in
            let user = try await bench.user(with: 50)
            try await bench.store.run("UPDATE credits_account SET balance = 51", [])
            let found = try await bench.desk.accountsThatDoNotAddUp()
            #expect(found == [user])
            try await bench.store.run("UPDATE credits_account SET balance = 50", [])
        },
    ]
}

/// A desk over a store, with a clock that the test sets.
struct CreditBench: Sendable {
    let store: any Storage
    let time: ManualTime
    /// Gives nobody a welcome.
    let desk: CreditDesk

    init(store: any Storage, time: ManualTime) {
        self.store = store
        self.time = time
        desk = CreditDesk(store: store, settings: CreditBench.settings, now: { time.now })
    }

    private static var settings: CreditSettings {
        var settings = CreditSettings()
        settings.welcome = 0
        return settings
    }

    func desk(
        welcome: Int64 = 0,
        onFinding: @escaping @Sendable (ChargeReview.Finding) -> Void = { _ in }
    ) -> CreditDesk {
        var settings = CreditBench.settings
        settings.welcome = welcome
        return CreditDesk(store: store, settings: settings, onFinding: onFinding, now: { [time] in time.now })
    }

    /// A call that costs something, from its hold to its end.
    @discardableResult
    func charge(_ credits: Int64, to user: UUIDv7, for request: String) async throws -> CreditAccount {
        let hold = try await desk.hold(credits, of: user, for: request)
        return try await desk.settle(hold, to: credits, for: .grok, units: nil, reason: "chat").account
    }

    /// The topics of what was logged, in order.
    func topics() async throws -> [String] { try await events().map(\.header.topic.text) }

    func events() async throws -> [RecordedEvent] { try await store.read(.all, from: 0).events }

    /// Somebody, with so many credits.
    func user(with credits: Int64 = 0, tier: Tier = .free) async throws -> UUIDv7 {
        let id = UUIDv7(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
        try await store.run(
            """
            INSERT INTO user_account (id, email, display_name, password_hash, role, tier, created_at, updated_at)
            VALUES (?1, ?2, 'Ann', 'none', 'client', ?3, 1, 1)
            """,
            [SQLValue(id), .text("\(id)@example.org"), .text(tier.rawValue)]
        )
        if credits > 0 {
            _ = try await desk.grant(credits, to: id, from: .topUp, cause: "topup:1", reason: "test")
        }
        return id
    }
}
