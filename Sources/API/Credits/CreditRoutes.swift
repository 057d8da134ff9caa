import Bus
package import Credits
import Domain
import Identity
import JSON

/// What somebody has, and what became of it.
package struct CreditRoutes: Sendable {
    private let desk: CreditDesk

    package init(desk: CreditDesk) { self.desk = desk }

    private struct Query: Decodable, Sendable {
        let limit: PageLimit?
    }

    private struct Entry: Codable, Sendable {
        let id: UUIDv7
        /// Less than nothing for a charge.
        let delta: Int64
        let provider: String
        let reason: String
        let balanceAfter: Int64
        let createdAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case id, delta, provider, reason
            case balanceAfter = "balance_after"
            case createdAt = "created_at"
        }

        init(_ entry: CreditEntry) {
            id = entry.id
            delta = entry.delta
            provider = entry.source.rawValue
            reason = entry.reason
            balanceAfter = entry.balanceAfter
            createdAt = entry.createdAt
        }
    }

    private struct Answer: Codable, Sendable {
        let balance: Int64
        /// Of that, what is set aside for calls under way.
        let held: Int64
        let available: Int64
        /// Whether there is so little that it is worth a word.
        let low: Bool
        /// Whether nothing may be spent until an operator has looked at the account.
        let paused: Bool
        let count: Int64
        let lastEntryAt: Timestamp?
        /// The newest first.
        let transactions: [Entry]

        enum CodingKeys: String, CodingKey {
            case balance, held, available, low, paused, count, transactions
            case lastEntryAt = "last_entry_at"
        }
    }

    /// As many as are shown unless asked otherwise.
    private static let entriesShown = 5

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try Route.get(
                "/credits",
                access: .role(.viewer, scope: .read),
                summary: "What the account has, and its newest transactions",
                group: "Credits",
                query: Query.self,
                answers: [200: "The balance."]
            ) { [desk] (query, call) throws(APIError) in
                let user = try call.known().userID
                let limit = query.limit?.count ?? CreditRoutes.entriesShown
                do throws(CreditError) {
                    let account = try await desk.account(of: user)
                    let entries = try await desk.entries(of: user, limit: limit)
                    return Route.Reply(
                        Answer(
                            balance: account.balance,
                            held: account.held,
                            available: account.available,
                            low: desk.settings.review.isLow(account.balance),
                            paused: account.pausedAt != nil,
                            count: account.entryCount,
                            lastEntryAt: account.lastEntryAt,
                            transactions: entries.map(Entry.init)
                        )
                    )
                } catch {
                    throw APIError(error)
                }
            }
        ]
    }
}

extension APIError {
    init(_ error: CreditError) {
        switch error {
        case .store(let error): self.init(error)
        // Looking changes nothing, so none of these comes of it.
        case .insufficient, .spendingPaused, .alreadyUsed, .holdGone, .badAmount:
            self.init(.internalError, "Something went wrong here.")
        }
    }
}
