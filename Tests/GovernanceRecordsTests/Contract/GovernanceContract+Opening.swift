import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let opening = [
        Check(name: "a proposal is read back as it was opened, and told with its document's hash") { bench in
            var draft = GovernanceBench.draft()
            draft.mediaURL = "https://station.example/jazz.png"
            draft.creatorID = UUIDv7(high: 7, low: 9)
            let record = try await bench.desk.open(draft, on: GovernanceBench.reading(["w-ann": 60, "w-bob": 40]))
            let document = ProposalDocument(
                title: "Jazz at night",
                details: "From ten\nto six.",
                rules: GovernanceBench.settings.rules(),
                snapshot: SupplySnapshot(chain: "plain", mint: "Token1", slot: 4711, supply: 100),
                opensAt: bench.time.now,
                closesAt: bench.time.now.advanced(by: .seconds(86_400))
            )
            #expect(record.documentHash == document.hash)
            #expect(record.documentHash == Digest(of: Array(record.document.utf8)))
            #expect(record.state == .voting && record.life.window == document.window)
            let stored = try await bench.desk.proposal(record.id)
            #expect(stored == record)
            #expect(stored.snapshot.endpoints == ["one.example", "two.example"] && stored.snapshot.decimals == 6)
            let told = try await bench.events(ProposalOpened.self)
            #expect(told.count == 1 && told.first?.documentHash == document.hash.description)
            #expect(told.first?.proposal == record.id && told.first?.supply == "100" && told.first?.snapshot == "4711")
            #expect(told.first?.closesAt == document.closesAt && told.first?.options == ["yes", "no", "abstain"])
        },
        Check(name: "what goes along with an opening is of one piece with it") { bench in
            let key = SettingKey<String>("opened")
            let reading = GovernanceBench.reading(["w-ann": 1])
            let record = try await bench.desk.open(GovernanceBench.draft(), on: reading) { transaction, record in
                try transaction.set(key, to: record.title)
            }
            let noted = try await bench.store.setting(key)
            #expect(noted == record.title)
            let failure = await refusal {
                _ = try await bench.desk.open(GovernanceBench.draft("Rock at noon"), on: reading) {
                    transaction,
                    record in
                    try transaction.set(key, to: record.title)
                    throw GovernanceError.busy
                }
            }
            #expect(failure == .busy)
            let (after, told) = (try await bench.store.setting(key), try await bench.events(ProposalOpened.self))
            #expect(after == record.title && told.count == 1)
            let left = try await bench.number("SELECT count(*) FROM token_snapshot")
            #expect(left == 1)
        },
        Check(name: "a title is its creator's until the proposal has come to nothing") { bench in
            let reading = GovernanceBench.reading(["w-ann": 1])
            let first = try await bench.open(["w-ann": 1])
            for title in ["Jazz at night", "JAZZ at night"] {
                let again = await refusal { _ = try await bench.open(["w-ann": 1], title: title) }
                #expect(again == .alreadyUsed("title"))
            }
            var other = GovernanceBench.draft()
            other.creatorWallet = "w-other"
            _ = try await bench.desk.open(other, on: reading)
            try await bench.close(first)
            let decided = try await bench.desk.decide(first.id)
            #expect(decided.state == .noQuorum)
            let second = try await bench.open(["w-ann": 1])
            try await bench.vote(second, "w-ann")
            let passed = try await bench.desk.decide(second.id)
            #expect(passed.state == .passed)
            let third = await refusal { _ = try await bench.open(["w-ann": 1]) }
            #expect(third == .alreadyUsed("title"))
        },
        Check(name: "only so many are open at a time, of all and of one creator") { bench in
            var settings = GovernanceBench.settings
            (settings.openProposalsMax, settings.openPerCreatorMax) = (3, 2)
            let desk = bench.desk(settings)
            func open(_ title: String, by creator: String) async throws {
                var draft = GovernanceBench.draft(title)
                draft.creatorWallet = creator
                _ = try await desk.open(draft, on: GovernanceBench.reading(["w-ann": 1]))
            }
            try await open("One", by: "w-ann")
            try await open("Two", by: "w-ann")
            let own = await refusal { try await open("Three", by: "w-ann") }
            #expect(own == .refused(.tooManyOfCreator(max: 2)))
            try await open("Three", by: "w-bob")
            let all = await refusal { try await open("Four", by: "w-cy") }
            #expect(all == .refused(.tooManyOpen(max: 3)))
            // Those whose vote has ended do not count, also before anybody has decided them.
            bench.time.advance(by: .seconds(86_400))
            try await open("Four", by: "w-ann")
        },
        Check(name: "what cannot be voted on is refused, and nothing is kept of it") { bench in
            func refused(
                supply: UInt64 = 10,
                _ change: (inout ProposalDraft) -> Void = { _ in }
            ) async -> Refusal? {
                var draft = GovernanceBench.draft()
                change(&draft)
                return await refusal {
                    _ = try await bench.desk.open(draft, on: GovernanceBench.reading(["w-ann": 1], supply: supply))
                }
            }
            #expect(await refused { $0.title = " " } == .invalid("title"))
            #expect(await refused { $0.votingSeconds = 59 } == .invalid("closes"))
            #expect(await refused { $0.votingSeconds = .max } == .invalid("closes"))
            #expect(await refused { $0.options = ["yes", "no"] } == .invalid("options"))
            #expect(await refused(supply: 0) == .invalid("snapshot.supply"))
            #expect(await refused(supply: 1 << 63) == .unavailable)
            for table in ["proposal", "token_snapshot", "token_snapshot_holder"] {
                let count = try await bench.number(SQL(stringLiteral: "SELECT count(*) FROM \(table)"))
                #expect(count == 0)
            }
        },
        Check(name: "proposals are listed the newest first, in pages and by state") { bench in
            var ids: [UUIDv7] = []
            for title in ["One", "Two", "Three"] { ids.append(try await bench.open(["w-ann": 1], title: title).id) }
            let all = try await bench.desk.proposals()
            #expect(all.map(\.id) == ids.reversed())
            let page = try await bench.desk.proposals(before: ids[2], limit: 1)
            #expect(page.map(\.title) == ["Two"])
            try await bench.close(all[0])
            _ = try await bench.desk.decide(ids[1])
            let (open, decided) = (
                try await bench.desk.proposals(in: .voting), try await bench.desk.proposals(in: .noQuorum)
            )
            #expect(open.map(\.id) == [ids[2], ids[0]] && decided.map(\.id) == [ids[1]])
            let overdue = try await bench.desk.overdue()
            #expect(Set(overdue) == [ids[0], ids[2]])
            let missing = await refusal { _ = try await bench.desk.proposal(UUIDv7(high: 1, low: 1)) }
            #expect(missing == .notFound("proposal"))
        },
    ]
}
