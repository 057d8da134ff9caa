import Bus
import Chat
import Credits
import Domain
import HTTPClient
import HTTPTypes
import JSON
import Store
import TestKit
import Testing

@testable import API

@Suite(.timeLimit(.minutes(1))) struct CreditRoutesTests {
    @Test func `an account is told when it has little, and when it may spend nothing`() async throws {
        let folder = try TemporaryFolder()
        let bus = try EventBus(types: EventCatalogue.all)
        let store = try await SQLiteStore.open(SQLiteConfig(path: folder.path("store.db")), bus: bus)
        // Whom the listener's credentials stand for.
        let user = UUIDv7(high: 7, low: 8)
        try await store.run(
            """
            INSERT INTO user_account (id, email, display_name, password_hash, role, tier, created_at, updated_at)
            VALUES (?1, 'ann@example.org', 'Ann', 'none', 'client', 'free', 1, 1)
            """,
            [SQLValue(user)]
        )
        var settings = CreditSettings()
        settings.review.hourMax = 80
        let desk = CreditDesk(store: store, settings: settings, now: { .now })
        try await TestListener.serving(try RouteTable(CreditRoutes(desk: desk).all())) { ask in
            func look() async throws -> JSONValue {
                let answer = try await ask(.get, "/credits", ["authorization": "Bearer client/read"])
                #expect(answer.status == 200)
                return try JSONValue(parsing: answer.body)
            }
            let new = try await look()
            #expect(new["balance"] == 100 && new["low"] == false && new["paused"] == false)
            let hold = try await desk.hold(81, of: user, for: "r1")
            // What is held may come back.
            #expect(try await look()["low"] == false)
            _ = try await desk.settle(hold, to: 81, for: .grok, units: nil, reason: "chat")
            let poor = try await look()
            #expect(poor["balance"] == 19 && poor["low"] == true && poor["paused"] == true)
            _ = try await desk.resume(user, by: "ann")
            #expect(try await look()["paused"] == false)
        }
        await store.close()
    }

    @Test func `that spending is paused is forbidden, and says who can help`() {
        let error = APIError(ChatError.spendingPaused)
        #expect(error.code == .spendingPaused && error.code.status.code == 403)
        #expect(error.code.rawValue == "spending_paused" && error.message.contains("operator"))
    }
}
