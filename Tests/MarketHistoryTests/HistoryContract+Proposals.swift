import Bus
import Domain
import Market
import Store
import TestKit
import Testing

@testable import MarketHistory

extension HistoryContract {
    private static func report(_ outcome: CandidateReport.Check.Outcome, latency: Duration? = nil) -> CandidateReport {
        CandidateReport(checks: [.init("price", outcome, "it says 7")], latency: latency)
    }

    private static let (good, bad) = (report(.passed, latency: .microseconds(81_250)), report(.failed))
    private static let address = "https://api1.example.com"

    /// Somebody decides, in a transaction of its own.
    private static func decide(
        _ decision: ProviderProposal.Decision,
        _ id: String,
        _ bench: HistoryBench
    ) async throws {
        _ = try await bench.store.commit(by: Incarnation(of: "test")) { transaction in
            _ = try transaction.decide(decision, about: id, by: "ada")
        }
    }

    private static func told(_ bench: HistoryBench) async throws -> [String] {
        let statement = SQL(
            sqlite: "SELECT payload FROM event_log WHERE topic = 'provider.candidate.proposed' ORDER BY log_offset",
            postgres:
                "SELECT payload::text FROM event_log WHERE topic = 'provider.candidate.proposed' ORDER BY log_offset"
        )
        return try await bench.store.query(statement).compactMap { $0[0].text }
    }

    /// At most once a day.
    private static func begin(_ job: UUIDv7, _ bench: HistoryBench) async throws -> ProposalRepository.Round {
        try await bench.proposals.begin(by: job, atMostEvery: .seconds(86_400))
    }

    static let proposals: [Check] = [
        Check(name: "a candidate that answers well is proposed, and told once") { bench in
            let first = bench.time.now
            let noted = try await bench.proposals.note(good, of: "binance", at: address)
            #expect(noted == ProposalRepository.Noted(id: "binance-2", status: .proposed, isNews: true))
            bench.time.advance(by: .seconds(86_400))
            let again = try await bench.proposals.note(good, of: "binance", at: address)
            #expect(again == ProposalRepository.Noted(id: "binance-2", status: .proposed, isNews: false))
            #expect(try await bench.proposals.note(bad, of: "binance", at: "https://x.example").id == "binance-3")
            #expect(try await bench.proposals.note(bad, of: "kraken", at: address).id == "kraken-2")
            let all = try await bench.proposals.all()
            #expect(all.map(\.id) == ["binance-2", "binance-3", "kraken-2"])
            #expect(all.map(\.status) == [.proposed, .refused, .refused])
            #expect(all[0].firstSeen == first && all[0].lastChecked == bench.time.now)
            #expect(all[0].report == good && all[1].report == bad && all[0].decidedBy == nil)
            let told = try await told(bench)
            #expect(told.count == 1 && told[0].contains("binance-2") && told[0].contains(address))
        },
        Check(name: "one that fails later is gone, and comes back under its name") { bench in
            for (report, status) in [
                (bad, ProviderProposal.Status.refused), (good, .proposed), (bad, .gone), (bad, .gone),
                (good, .proposed),
            ] {
                let noted = try await bench.proposals.note(report, of: "binance", at: address)
                #expect(noted.id == "binance-2" && noted.status == status)
            }
            #expect(try await told(bench).count == 2)
        },
        Check(name: "what somebody has decided is not changed by a check") { bench in
            _ = try await bench.proposals.note(good, of: "binance", at: address)
            try await decide(.accept, "binance-2", bench)
            #expect(try await bench.proposals.note(bad, of: "binance", at: address).status == .accepted)
            try await decide(.reject, "binance-2", bench)
            #expect(try await bench.proposals.note(good, of: "binance", at: address).status == .rejected)
            let one = try #require(try await bench.proposals.all().first)
            #expect(one.decidedBy == "ada" && one.decidedAt != nil && one.report == good)
            // Minds may change.
            try await decide(.accept, "binance-2", bench)
            #expect(try await bench.proposals.all().map(\.status) == [.accepted])
        },
        Check(name: "decisions that make no sense are refused") { bench in
            _ = try await bench.proposals.note(bad, of: "binance", at: address)
            await #expect(throws: ProviderProposal.Refusal.noSuchProposal("kraken-2")) {
                try await decide(.accept, "kraken-2", bench)
            }
            await #expect(throws: ProviderProposal.Refusal.isNotGood(.refused)) {
                try await decide(.accept, "binance-2", bench)
            }
            try await decide(.reject, "binance-2", bench)
            await #expect(throws: ProviderProposal.Refusal.isSo(.rejected)) {
                try await decide(.reject, "binance-2", bench)
            }
            await #expect(throws: ProviderProposal.Refusal.isNotGood(.rejected)) {
                try await decide(.accept, "binance-2", bench)
            }
            for field in ["", String(repeating: "x", count: 201)] {
                await #expect(throws: HistoryError.self) {
                    try await bench.proposals.note(good, of: "binance", at: field)
                }
            }
            #expect(try await bench.count("provider_proposal") == 1)
        },
        Check(name: "rounds have their time between them, and the same job goes on with its own") {
            bench async throws in
            let (one, other) = (UUIDv7(high: 1, low: 1), UUIDv7(high: 1, low: 2))
            let start = bench.time.now
            let day = Duration.seconds(86_400)
            #expect(try await begin(one, bench) == .open(since: start))
            bench.time.advance(by: .seconds(86_399))
            #expect(try await begin(other, bench) == .tooEarly(last: start))
            #expect(try await begin(one, bench) == .open(since: start))
            bench.time.advance(by: .seconds(1))
            #expect(try await begin(other, bench) == .open(since: bench.time.now))
            #expect(try await begin(one, bench) == .tooEarly(last: bench.time.now))
            // A clock that was ahead does not shut discovery for ever.
            bench.time.advance(by: .zero - day)
            #expect(try await begin(one, bench) == .open(since: start))
            #expect(try await bench.count("provider_discovery") == 1)
        },
    ]
}
