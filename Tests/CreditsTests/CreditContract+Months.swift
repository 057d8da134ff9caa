import Bus
import Credits
import Domain
import Store
import TestKit
import Testing

extension CreditContract {
    static let months = [
        Check(name: "each tier gets its month once, and the next one when that has begun") { bench in
            let (pro, big) = (try await bench.user(tier: .pro), try await bench.user(tier: .enterprise))
            let (free, gone) = (try await bench.user(), try await bench.user(tier: .pro))
            try await bench.store.run("UPDATE user_account SET disabled_at = 1 WHERE id = ?1", [SQLValue(gone)])
            #expect(CreditMonth(of: bench.time.now).description == "2026-09")
            let first = try await bench.giveMonths()
            #expect(first.count == 2 && Set(first) == [pro, big])
            let again = try await bench.giveMonths()
            #expect(again.isEmpty)
            let entry = try await bench.desk.entries(of: pro, limit: 1).first
            #expect(entry?.delta == 1000 && entry?.source == .subscription && entry?.cause == "month:2026-09")
            // The tenth day after it is in October.
            bench.time.advance(by: .seconds(10 * 86_400))
            let next = try await bench.giveMonths()
            #expect(next.count == 2)
            for (user, balance) in [(pro, Int64(2000)), (big, 10_000), (free, 0), (gone, 0)] {
                #expect(try await bench.desk.account(of: user).balance == balance)
            }
        },
        Check(name: "whoever subscribes within a month gets it then, and a month is not given again for another tier") {
            bench in
            let user = try await bench.user()
            let before = try await bench.giveMonths()
            #expect(before.isEmpty)
            try await bench.store.run("UPDATE user_account SET tier = 'pro'", [])
            let given = try await bench.giveMonths()
            #expect(given == [user])
            try await bench.store.run("UPDATE user_account SET tier = 'enterprise'", [])
            let more = try await bench.giveMonths()
            #expect(more.isEmpty)
            #expect(try await bench.desk.account(of: user).balance == 1000)
        },
        Check(name: "many get their month in pages, whoever gives them, and whatever ends in between") { bench in
            var users: Set<UUIDv7> = []
            for _ in 0..<120 { users.insert(try await bench.user(tier: .pro)) }
            // One ends after its first page.
            let first = try await bench.desk().giveMonths().given
            #expect(first.count == 50)
            // Two go on at once.
            let rest = try await withThrowingTaskGroup(of: [UUIDv7].self) { group in
                for desk in [bench.desk(), bench.desk()] { group.addTask { try await bench.giveMonths(by: desk) } }
                return try await group.reduce(into: [UUIDv7]()) { $0 += $1 }
            }
            #expect(rest.count == 70 && Set(first + rest) == users)
            for user in users {
                let account = try await bench.desk.account(of: user)
                #expect(account.balance == 1000 && account.entryCount == 1)
            }
        },
        Check(name: "a tier whose month is nothing gets none, and the welcome comes first") { bench in
            let (pro, big) = (try await bench.user(tier: .pro), try await bench.user(tier: .enterprise))
            let desk = bench.desk(welcome: 100)
            var settings = desk.settings
            settings.months[.pro] = 0
            settings.months[.enterprise] = 7
            desk.replace(with: settings)
            let given = try await bench.giveMonths(by: desk)
            #expect(given == [big])
            let entries = try await desk.entries(of: big, limit: 5)
            #expect(entries.map(\.delta) == [7, 100])
            #expect(try await bench.desk.account(of: pro).balance == 0)
        },
    ]
}

extension CreditBench {
    /// Until everybody has theirs.
    func giveMonths(by desk: CreditDesk? = nil) async throws -> [UUIDv7] {
        var all: [UUIDv7] = []
        var place: CreditDesk.MonthPlace?
        repeat {
            let page = try await (desk ?? self.desk).giveMonths(from: place)
            all += page.given
            place = page.next
        } while place != nil
        return all
    }
}
