import Bus
import Domain
import GovernanceRecords

extension GovernanceRoutes {
    private struct VetoTextQuery: Decodable, Sendable {
        let proposalID: UUIDv7
        let key: ShortText
        /// For everybody to read.
        let reason: String

        enum CodingKeys: String, CodingKey {
            case key, reason
            case proposalID = "proposal_id"
        }
    }

    var vetoText: Route {
        get throws {
            try Route.get(
                "/governance/veto",
                access: .anyone,
                summary: "The text that a key of the council signs to object to a proposal",
                group: Self.group,
                query: VetoTextQuery.self,
                answers: [200: "The text; its fields go back with the signature, within ten minutes."]
            ) { [doors] (query, _) async throws(APIError) in
                let nonce = try doors.nonce()
                let made = try await governing { () throws(GovernanceError) in
                    try await doors.desk.vetoText(
                        for: query.proposalID,
                        key: query.key.text,
                        reason: query.reason,
                        nonce: nonce
                    )
                }
                return Route.Reply(
                    SigningText(text: made.text, nonce: nonce, issuedAt: made.issuedAt, expiresAt: made.expiresAt)
                )
            }
        }
    }
}
