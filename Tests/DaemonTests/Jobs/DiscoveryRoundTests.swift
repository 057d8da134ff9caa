import Bus
import Market
import MarketHistory
import TestKit
import Testing

@testable import Daemon

/// Whom a round of questions is about.
struct DiscoveryRoundTests {
    private let since = Timestamp(seconds: 1_790_000_000)

    private func proposal(_ number: Int, _ status: ProviderProposal.Status, checked seconds: Int) -> ProviderProposal {
        ProviderProposal(
            id: "kraken-\(number)",
            kind: "kraken",
            address: "https://api\(number).example.com",
            status: status,
            report: CandidateReport(checks: [], latency: nil),
            firstSeen: since.advanced(by: .seconds(-86_400)),
            lastChecked: since.advanced(by: .seconds(seconds)),
            decidedBy: nil,
            decidedAt: nil
        )
    }

    @Test func `a round goes on with those that it has not asked, and leaves alone what was decided`() throws {
        let candidates = try (1...6).map { number in
            (
                kind: MarketConfig.Provider.kraken,
                address: try #require(CandidateAddress("https://api\(number).example.com"))
            )
        }
        let known = [
            proposal(1, .proposed, checked: -86_400), proposal(2, .proposed, checked: 1),
            proposal(3, .accepted, checked: -86_400), proposal(4, .rejected, checked: -86_400),
            proposal(5, .refused, checked: -1), proposal(7, .proposed, checked: -1),
            proposal(8, .accepted, checked: -1),
            proposal(9, .gone, checked: -1),
        ]
        let round = DiscoveryRound(candidates: candidates, known: known, since: since)
        #expect(round.toAsk.map(\.address.text) == [1, 5, 6].map { "https://api\($0).example.com" })
        // What is no candidate any more is not to be accepted.
        #expect(round.absent.map(\.id) == ["kraken-7"])
    }
}
