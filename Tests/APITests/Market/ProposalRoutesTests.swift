import Bus
import Domain
import HTTPClient
import JSON
import Testing
import Threading

@testable import API

/// Proposed providers over HTTP: looked at by those with an account, decided about by admins.
@Suite(.timeLimit(.minutes(1))) struct ProposalRoutesTests {
    /// What admins have decided.
    private final class Decisions: Sendable {
        private let made = Mutex<[String]>([])
        var all: [String] { made.withLock { $0 } }
        func note(_ text: String) { made.withLock { $0.append(text) } }
    }

    private let decided = Decisions()

    private func serving(_ body: @escaping (TestListener.Ask) async throws -> Void) async throws {
        let routes = ProposalRoutes(
            ProposalRoutes.Doors(
                proposals: { () throws(APIError) in
                    [
                        ProposalAnswer(
                            id: "binance-2",
                            kind: "binance",
                            address: "https://api1.binance.com",
                            status: .proposed,
                            checks: [.init(name: "price", outcome: .unknown, detail: "it says 7")],
                            latency: .milliseconds(81),
                            seen: (Timestamp(seconds: 7), Timestamp(seconds: 8)),
                            decided: (nil, nil)
                        )
                    ]
                },
                decide: { [self] (id, isAccepted, _) throws(APIError) in
                    guard id == "binance-2" else { throw APIError(.notFound, "There is no such proposal.") }
                    decided.note("\(id) \(isAccepted)")
                    return ProposalDecided(id: id, status: isAccepted ? .accepted : .rejected, isInUse: isAccepted)
                }
            )
        )
        try await TestListener.serving(try RouteTable(routes.all()), body)
    }

    private let viewer: HTTPHeaders = ["authorization": "Bearer viewer/read"]
    private let admin: HTTPHeaders = ["authorization": "Bearer admin/control"]

    @Test func `whoever has an account sees what was found, and only admins decide`() async throws {
        try await serving { ask in
            let path = "/api/providers/proposals"
            let found = try JSONValue(parsing: try await ask(.get, path, viewer).body)["proposals"]?[0]
            #expect(found?["id"] == "binance-2" && found?["status"] == "proposed" && found?["latency_ms"] == 81)
            #expect(found?["checks"]?[0]?["outcome"] == "unknown" && found?["decided_by"] == nil)
            #expect(try await ask(.get, path).status == 401)
            for word in ["accept", "reject"] {
                #expect(try await ask(.post, "\(path)/binance-2/\(word)").status == 401)
                #expect(try await ask(.post, "\(path)/binance-2/\(word)", viewer).status == 403)
                #expect(try await ask(.get, "\(path)/binance-2/\(word)", admin).status == 405)
                #expect(try await ask(.post, "\(path)/kraken-2/\(word)", admin).status == 404)
            }
            #expect(decided.all.isEmpty)
            let answer = try JSONValue(parsing: try await ask(.post, "\(path)/binance-2/accept", admin).body)
            #expect(answer["status"] == "accepted" && answer["in_use"] == true)
            #expect(try await ask(.post, "\(path)/binance-2/reject", admin).status == 200)
            #expect(decided.all == ["binance-2 true", "binance-2 false"])
        }
    }
}
