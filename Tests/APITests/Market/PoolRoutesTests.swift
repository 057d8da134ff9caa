import Bus
import Domain
import HTTPClient
import JSON
import Testing
import Threading

@testable import API

@Suite(.timeLimit(.minutes(1))) struct PoolRoutesTests {
    private let wishes = Wishes()

    private var pool: PoolAnswer {
        PoolAnswer(
            id: "exchange",
            name: "Prices",
            category: .exchange,
            strategy: .roundRobin,
            origin: .changed,
            members: [PoolAnswer.Member(provider: "first", priority: 1, weight: 10, status: .offline)],
            order: [],
            steppedBack: ["first"]
        )
    }

    private func serving(_ body: @escaping (TestListener.Ask) async throws -> Void) async throws {
        let pool = pool
        let routes = PoolRoutes(
            PoolRoutes.Doors(
                pools: { [pool] },
                history: {
                    PoolHistoryAnswer([
                        PoolHistoryAnswer.Entry(
                            at: Timestamp(seconds: 7),
                            caller: "ada",
                            pool: "exchange",
                            change: .rotated,
                            provider: nil,
                            from: "first",
                            to: "second",
                            reason: "slow"
                        )
                    ])
                },
                change: { [self] (wish, principal) throws(APIError) in
                    guard wish != .remove("nothing") else { throw APIError(.notFound, "There is no such pool.") }
                    wishes.note(wish)
                    return "exchange"
                }
            )
        )
        try await TestListener.serving(try RouteTable(routes.all()), body)
    }

    private let viewer: HTTPHeaders = ["authorization": "Bearer viewer/read"]
    private let admin: HTTPHeaders = ["authorization": "Bearer admin/control", "content-type": "application/json"]

    @Test func `history is no pool, and looking changes nothing`() async throws {
        try await serving { ask in
            let pools = try JSONValue(parsing: try await ask(.get, "/api/pools", viewer).body)
            #expect(pools["pools"]?[0]?["rotation_strategy"] == "round_robin")
            #expect(pools["pools"]?[0]?["members"]?[0]?["status"] == "offline")
            let history = try JSONValue(parsing: try await ask(.get, "/api/pools/history", viewer).body)
            #expect(history["changes"]?[0]?["reason"] == "slow" && history["changes"]?[0]?["change"] == "rotated")
            #expect(try await ask(.get, "/api/pools/exchange", viewer).status == 200)
            #expect(try await ask(.get, "/api/pools/other", viewer).status == 404)
            #expect(try await ask(.get, "/api/pools/exchange/rotate", viewer).status == 405)
            #expect(try await ask(.get, "/api/pools").status == 401)
            #expect(wishes.all.isEmpty)
        }
    }

    @Test func `only admins change pools`() async throws {
        try await serving { ask in
            let operators =
                ["authorization": "Bearer operator/control", "content-type": "application/json"] as HTTPHeaders
            let changes: [(HTTPMethod, String, String?)] = [
                (.post, "/api/pools", #"{"name":"Mine","category":"defi","rotation_strategy":"weighted"}"#),
                (.post, "/api/pools/exchange/members", #"{"provider":"bybit","priority":2}"#),
                (.delete, "/api/pools/exchange/members/bybit", nil),
                (.post, "/api/pools/exchange/rotate", #"{"reason":"slow"}"#), (.delete, "/api/pools/exchange", nil),
            ]
            for (method, path, body) in changes {
                #expect(try await ask(method, path, operators, body).status == 403, "\(path)")
            }
            #expect(wishes.all.isEmpty)
            for (method, path, body) in changes {
                let status = try await ask(method, path, admin, body).status
                #expect(status == (path == "/api/pools" ? 201 : 200), "\(path)")
            }
            #expect(
                wishes.all == [
                    .create(name: "Mine", category: .defi, strategy: .weighted),
                    .addMember("bybit", to: "exchange", priority: 2, weight: nil),
                    .removeMember("bybit", from: "exchange"), .rotate("exchange", reason: "slow"), .remove("exchange"),
                ]
            )
            #expect(try await ask(.delete, "/api/pools/nothing", admin).status == 404)
        }
    }

    @Test(arguments: [
        ("/api/pools", #"{"name":"","category":"defi","rotation_strategy":"weighted"}"#, "name"),
        ("/api/pools", #"{"name":"x","category":"other","rotation_strategy":"weighted"}"#, "category"),
        ("/api/pools", #"{"name":"x","category":"nft"}"#, "rotation_strategy"),
        ("/api/pools/exchange/members", #"{"provider":"x","weight":101}"#, "weight"),
        ("/api/pools/exchange/members", #"{"priority":1}"#, "provider"),
        ("/api/pools/exchange/rotate", #"{}"#, "reason"),
        ("/api/pools/exchange/rotate", #"{"reason":"x","to":"y"}"#, "to"),
    ])
    func `a fault is named by its field`(path: String, body: String, field: String) async throws {
        try await serving { ask in
            let answer = try await ask(.post, path, admin, body)
            #expect(answer.status == 422)
            #expect(try JSONValue(parsing: answer.body)["details"]?[0]?["field"]?.string == field)
            #expect(wishes.all.isEmpty)
        }
    }
}

/// What was asked for.
private final class Wishes: Sendable {
    private let list = Mutex<[PoolWish]>([])

    var all: [PoolWish] { list.withLock { $0 } }

    func note(_ wish: PoolWish) { list.withLock { $0.append(wish) } }
}
