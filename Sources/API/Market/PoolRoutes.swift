import Domain
package import Identity

/// Who is asked for market data, and in which order: to be seen by those with an account, to be changed by admins.
package struct PoolRoutes: Sendable {
    /// Where the answers come from.
    package struct Doors: Sendable {
        package var pools: @Sendable () -> [PoolAnswer]
        package var history: @Sendable () -> PoolHistoryAnswer
        /// Does it, and gives the pool's id.
        package var change: @Sendable (PoolWish, _ by: Principal) async throws(APIError) -> String

        package init(
            pools: @escaping @Sendable () -> [PoolAnswer],
            history: @escaping @Sendable () -> PoolHistoryAnswer,
            change: @escaping @Sendable (PoolWish, _ by: Principal) async throws(APIError) -> String
        ) {
            self.pools = pools
            self.history = history
            self.change = change
        }
    }

    private let doors: Doors

    package init(_ doors: Doors) { self.doors = doors }

    private struct NewPool: Decodable, Sendable {
        let name: ShortText
        let category: PoolCategory
        let rotationStrategy: PoolStrategy

        enum CodingKeys: String, CodingKey {
            case name, category
            case rotationStrategy = "rotation_strategy"
        }
    }

    private struct NewMember: Decodable, Sendable {
        let provider: ShortText
        let priority: MemberPriority?
        let weight: MemberWeight?
    }

    private struct Rotation: Decodable, Sendable {
        let reason: ShortText
    }

    private static let group = "Pools"
    private static let reading = Route.Access.role(.viewer, scope: .read)
    private static let writing = Route.Access.role(.admin, scope: .control)

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] { try reading + writing }

    // MARK: Reading

    private var reading: [Route] {
        get throws {
            [
                try Route.get(
                    "/api/pools",
                    access: PoolRoutes.reading,
                    summary: "Who is asked for what, and in which order",
                    group: PoolRoutes.group,
                    query: NoQuery.self,
                    answers: [200: "All pools."]
                ) { [doors] (_, _) async throws(APIError) in Route.Reply(PoolsAnswer(doors.pools())) },
                try Route.get(
                    "/api/pools/history",
                    access: PoolRoutes.reading,
                    summary: "What was changed about pools, by whom and why",
                    group: PoolRoutes.group,
                    query: NoQuery.self,
                    answers: [200: "The changes, newest first."]
                ) { [doors] (_, _) async throws(APIError) in Route.Reply(doors.history()) },
                try Route.get(
                    "/api/pools/{id}",
                    access: PoolRoutes.reading,
                    summary: "One pool",
                    group: PoolRoutes.group,
                    query: NoQuery.self,
                    answers: [200: "The pool."]
                ) { [doors] (_, call) async throws(APIError) in
                    Route.Reply(try doors.pool(call.parameters["id"] ?? ""))
                },
            ]
        }
    }

    // MARK: Writing

    private var writing: [Route] {
        get throws {
            [
                try Route.send(
                    "POST",
                    "/api/pools",
                    access: PoolRoutes.writing,
                    summary:
                        "Make an empty pool, whose members are asked after those of the other pools of its category",
                    group: PoolRoutes.group,
                    body: NewPool.self,
                    answers: [201: "The pool."]
                ) { [doors] (body, call) async throws(APIError) in
                    let wish = PoolWish.create(
                        name: body.name.text,
                        category: body.category,
                        strategy: body.rotationStrategy
                    )
                    return Route.Reply(try doors.pool(try await doors.change(wish, try call.known())), status: 201)
                },
                try Route.send(
                    "DELETE",
                    "/api/pools/{id}",
                    access: PoolRoutes.writing,
                    summary: "Remove a pool, or take back what was changed about one of the configuration",
                    group: PoolRoutes.group,
                    body: NoBody.self,
                    answers: [200: "The pools that there are now."]
                ) { [doors] (_, call) async throws(APIError) in
                    _ = try await doors.change(.remove(call.parameters["id"] ?? ""), try call.known())
                    return Route.Reply(PoolsAnswer(doors.pools()))
                },
                try Route.send(
                    "POST",
                    "/api/pools/{id}/members",
                    access: PoolRoutes.writing,
                    summary: "Add a member to a pool, or give one that is there other figures",
                    group: PoolRoutes.group,
                    body: NewMember.self,
                    answers: [200: "The pool as it is now."]
                ) { [doors] (body, call) async throws(APIError) in
                    let wish = PoolWish.addMember(
                        body.provider.text,
                        to: call.parameters["id"] ?? "",
                        priority: body.priority?.count,
                        weight: body.weight?.count
                    )
                    return Route.Reply(try doors.pool(try await doors.change(wish, try call.known())))
                },
                try Route.send(
                    "DELETE",
                    "/api/pools/{id}/members/{provider}",
                    access: PoolRoutes.writing,
                    summary: "Take a member out of a pool",
                    group: PoolRoutes.group,
                    body: NoBody.self,
                    answers: [200: "The pool as it is now."]
                ) { [doors] (_, call) async throws(APIError) in
                    let wish = PoolWish.removeMember(
                        call.parameters["provider"] ?? "",
                        from: call.parameters["id"] ?? ""
                    )
                    return Route.Reply(try doors.pool(try await doors.change(wish, try call.known())))
                },
                try Route.send(
                    "POST",
                    "/api/pools/{id}/rotate",
                    access: PoolRoutes.writing,
                    summary: "Put whoever is asked first behind all others of the pool",
                    group: PoolRoutes.group,
                    body: Rotation.self,
                    answers: [200: "The pool as it is now."]
                ) { [doors] (body, call) async throws(APIError) in
                    let wish = PoolWish.rotate(call.parameters["id"] ?? "", reason: body.reason.text)
                    return Route.Reply(try doors.pool(try await doors.change(wish, try call.known())))
                },
            ]
        }
    }
}

extension PoolRoutes.Doors {
    fileprivate func pool(_ id: String) throws(APIError) -> PoolAnswer {
        guard let pool = pools().first(where: { $0.id == id }) else {
            throw APIError(.notFound, "There is no such pool.")
        }
        return pool
    }
}

/// When a member is asked: 1 is first, 10 last.
package struct MemberPriority: BoundedCount {
    package static let bounds = 1...10
    package let count: Int

    package init(count: Int) { self.count = count }
}

/// How often a member is asked first, where chance decides: 1 to 100.
package struct MemberWeight: BoundedCount {
    package static let bounds = 1...100
    package let count: Int

    package init(count: Int) { self.count = count }
}
