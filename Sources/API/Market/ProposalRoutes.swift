import Domain
package import Identity

/// Addresses that may be further providers: to be seen by those with an account, to be decided about by admins.
package struct ProposalRoutes: Sendable {
    /// Where the answers come from.
    package struct Doors: Sendable {
        package var proposals: @Sendable () async throws(APIError) -> [ProposalAnswer]
        package var decide:
            @Sendable (_ id: String, _ isAccepted: Bool, _ by: Principal) async throws(APIError) -> ProposalDecided

        package init(
            proposals: @escaping @Sendable () async throws(APIError) -> [ProposalAnswer],
            decide:
                @escaping @Sendable (_ id: String, _ isAccepted: Bool, _ by: Principal) async throws(APIError) ->
                ProposalDecided
        ) {
            self.proposals = proposals
            self.decide = decide
        }
    }

    private let doors: Doors

    package init(_ doors: Doors) { self.doors = doors }

    private static let group = "Market"

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] {
        [
            try Route.get(
                "/api/providers/proposals",
                access: .role(.viewer, scope: .read),
                summary: "Addresses that were asked as providers would be, and what was found",
                group: ProposalRoutes.group,
                query: NoQuery.self,
                answers: [200: "The oldest first; none where nobody was asked."]
            ) { [doors] (_, _) async throws(APIError) in Route.Reply(ProposalsAnswer(try await doors.proposals())) },
            try decision(
                "accept",
                true,
                "Ask a proposed address as a provider, behind those that there are"
            ),
            try decision("reject", false, "Refuse a proposed address, or stop asking one that was accepted"),
        ]
    }

    private func decision(_ word: String, _ isAccepted: Bool, _ summary: String) throws -> Route {
        try Route.command(
            "/api/providers/proposals/{id}/\(word)",
            access: .role(.admin, scope: .control),
            summary: summary,
            group: ProposalRoutes.group,
            query: NoQuery.self,
            answers: [200: "What it is now, and whether it is asked from now on."]
        ) { [doors] (_, call) async throws(APIError) in
            Route.Reply(try await doors.decide(call.parameters["id"] ?? "", isAccepted, try call.known()))
        }
    }
}
