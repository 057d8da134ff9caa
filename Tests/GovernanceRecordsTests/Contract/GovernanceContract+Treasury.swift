import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let treasury = [
        Check(name: "what comes in is divided to the last unit, and the ledger says the same") { bench in
            let amounts: [UInt64] = [10, 7, 1, 999_999_999_999_999_999]
            for (number, amount) in amounts.enumerated() {
                let parts = try await bench.desk.enter(bench.income(amount, cause: "sale:\(number)"))
                #expect(parts.creator == amount / 2 && parts.relayers == UInt64(UInt128(amount) * 3 / 10))
                #expect(parts.creator + parts.relayers + parts.dao == amount)
            }
            let balances = try await bench.desk.balances()
            #expect(balances.map(\.party) == [.creator, .dao, .relayers])
            #expect(balances.map(\.holder) == ["w-ann", "dao", "relayers"])
            #expect(balances.reduce(0) { $0 + $1.amount } == 1_000_000_000_000_000_017)
            let entries = try await bench.desk.treasuryEntries()
            // Of one unit there is one part only.
            #expect(entries.count == 10 && entries.filter { $0.cause == "sale:2" }.map(\.party) == [.dao])
            #expect(entries.allSatisfy { $0.kind == "revenue" && $0.at == bench.time.now && $0.channel == "jazz" })
            let page = try await bench.desk.treasuryEntries(before: entries[3].id, limit: 2)
            #expect(page == Array(entries[4...5]))
            let told = try await bench.events(TreasuryFunded.self)
            #expect(told.map(\.cause) == (0..<4).map { "sale:\($0)" })
            #expect(told[1].creator == "3" && told[1].relayers == "2" && told[1].dao == "2")
        },
        Check(name: "a tip is the creator's alone") { bench in
            let parts = try await bench.desk.enter(bench.income(7, cause: "tip:1", isTip: true))
            #expect(parts.creator == 7 && parts.relayers == 0 && parts.dao == 0)
            let entries = try await bench.desk.treasuryEntries()
            #expect(entries.map(\.kind) == ["tip"] && entries.map(\.holder) == ["w-ann"])
        },
        Check(name: "a cause is entered once, whoever it is for") { bench in
            _ = try await bench.desk.enter(bench.income(10, cause: "sale:1"))
            _ = try await bench.desk.enter(bench.income(10, cause: "tip:1", isTip: true))
            _ = try await bench.desk.enter(bench.income(1, cause: "sale:2"))
            let again = [
                bench.income(10, cause: "sale:1"), bench.income(99, of: "USDC", cause: "sale:1"),
                bench.income(10, for: "w-bob", cause: "sale:1"), bench.income(10, cause: "tip:1", isTip: true),
                bench.income(10, for: "w-bob", cause: "tip:1", isTip: true),
                bench.income(10, for: "w-bob", cause: "sale:1", isTip: true),
                bench.income(10, cause: "sale:2", isTip: true),
            ]
            for income in again {
                #expect(await refusal { _ = try await bench.desk.enter(income) } == .alreadyUsed("cause"))
            }
            let told = try await bench.events(TreasuryFunded.self)
            #expect(told.map(\.cause) == ["sale:1", "tip:1", "sale:2"])
            let entries = try await bench.desk.treasuryEntries()
            #expect(entries.count == 5)
        },
        Check(name: "what cannot be entered is refused with its field") { bench in
            func refused(_ income: TreasuryIncome) async -> Refusal? {
                await refusal { _ = try await bench.desk.enter(income) }
            }
            #expect(await refused(bench.income(0, cause: "c")) == .invalid("amount"))
            #expect(await refused(bench.income(1 << 63, cause: "c")) == .invalid("amount"))
            #expect(await refused(bench.income(1, of: "", cause: "c")) == .invalid("currency"))
            #expect(await refused(bench.income(1, cause: "two words")) == .invalid("cause"))
            #expect(await refused(bench.income(1, for: "w ann", cause: "c")) == .invalid("creator"))
            var income = bench.income(1, cause: "c")
            income.note = "two\nlines"
            #expect(await refused(income) == .invalid("note"))
            var settings = GovernanceBench.settings
            settings.treasury.daoBasisPoints = 1
            let desk = bench.desk(settings)
            #expect(await refusal { _ = try await desk.enter(bench.income(1, cause: "c")) } == .unavailable)
            let entries = try await bench.desk.treasuryEntries()
            #expect(entries.isEmpty)
        },
        Check(name: "nothing is paid out that is not there") { bench in
            _ = try await bench.desk.enter(bench.income(100, cause: "sale:1"))
            _ = try await bench.desk.enter(bench.income(100, of: "USDC", cause: "sale:2"))
            #expect(await refusal { _ = try await bench.withdraw(51, cause: "out:1") } == .invalid("amount"))
            #expect(await refusal { _ = try await bench.withdraw(0, cause: "out:1") } == .invalid("amount"))
            let left = try await bench.withdraw(20, cause: "out:1")
            #expect(left == 30)
            let other = await refusal { _ = try await bench.withdraw(1, for: "w-bob", cause: "out:2") }
            #expect(other == .invalid("amount"))
            let nothing = try await bench.withdraw(30, cause: "out:2")
            #expect(nothing == 0)
            // Who asks again hears that it was done, and not that there is too little.
            #expect(await refusal { _ = try await bench.withdraw(30, cause: "out:2") } == .alreadyUsed("cause"))
            #expect(await refusal { _ = try await bench.withdraw(1, cause: "out:3") } == .invalid("amount"))
            let balances = try await bench.desk.balances().filter { $0.currency == "SOL" }
            #expect(balances.map(\.party) == [.dao, .relayers])
            let told = try await bench.events(TreasuryWithdrawn.self)
            #expect(told.map(\.cause) == ["out:1", "out:2"] && told.map(\.amount) == ["20", "30"])
            let entries = try await bench.desk.treasuryEntries(limit: 2)
            #expect(entries.map(\.amount) == [-30, -20] && entries.map(\.kind) == ["withdrawal", "withdrawal"])
        },
        Check(name: "of eight that pay out everything at once one does") { bench in
            _ = try await bench.desk.enter(bench.income(100, cause: "sale:1"))
            let outcomes = await withTaskGroup(of: Refusal?.self) { group in
                for number in 0..<8 {
                    group.addTask { await refusal { _ = try await bench.withdraw(50, cause: "out:\(number)") } }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.filter { $0 == .invalid("amount") }.count == 7)
        },
        Check(name: "nobody's balance grows beyond what can be counted") { bench in
            _ = try await bench.desk.enter(bench.income(UInt64(Int64.max), cause: "tip:1", isTip: true))
            let more = bench.income(1, cause: "tip:2", isTip: true)
            #expect(await refusal { _ = try await bench.desk.enter(more) } == .invalid("amount"))
            let balances = try await bench.desk.balances()
            #expect(balances.map(\.amount) == [.max])
        },
    ]
}

extension GovernanceBench {
    func income(
        _ amount: UInt64,
        of currency: String = "SOL",
        for creator: String = "w-ann",
        cause: String,
        isTip: Bool = false
    ) -> TreasuryIncome {
        TreasuryIncome(
            amount: amount,
            currency: currency,
            creator: creator,
            channel: "jazz",
            isTip: isTip,
            cause: cause,
            note: "a test"
        )
    }

    /// Pays a creator out.
    func withdraw(_ amount: UInt64, for holder: String = "w-ann", cause: String) async throws -> Int64 {
        try await desk.withdraw(amount, of: "SOL", from: .creator, holder: holder, cause: cause, note: "a test")
    }
}
