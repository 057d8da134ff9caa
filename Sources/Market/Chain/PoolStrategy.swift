/// In which order the members of a pool are asked.
package enum PoolStrategy: String, Codable, Hashable, Sendable, CaseIterable {
    /// By their priority; among equals as they are listed.
    case priority
    /// Each question begins with the next member.
    case roundRobin = "round_robin"
    /// By chance, those with more weight more often.
    case weighted
    /// Who has been asked least.
    case leastUsed = "least_used"
    /// Who has lately answered fastest; those of whom nothing is known first.
    case fastestResponse = "fastest_response"
}

/// How a member is doing, in a word.
package enum PoolMemberStatus: String, Codable, Hashable, Sendable, CaseIterable {
    case online
    /// It fails more often than it should.
    case degraded
    /// It is left alone after failures.
    case offline
    /// It is left alone because it was asked as much as it allows.
    case rateLimited = "rate_limited"
    /// It cannot be asked at all as it is set up.
    case unavailable

    /// How much worse it is than being online.
    package var severity: Int {
        switch self {
        case .online: 0
        case .degraded: 1
        case .rateLimited: 2
        case .offline: 3
        case .unavailable: 4
        }
    }

    /// Whether it may be asked now.
    package var isAvailable: Bool { self == .online || self == .degraded }
}

/// The order of a pool's members, question after question; a plain value.
struct PoolOrder: Sendable {
    private var turn = 0

    /// - Parameters:
    ///   - strategy: what the order goes by.
    ///   - members: what the operator thinks of each.
    ///   - standings: how each is doing, in the same order.
    ///   - random: where chance comes from.
    /// - Returns: places of the members, in the order in which they are to be asked.
    mutating func next(
        _ strategy: PoolStrategy,
        _ members: [PoolMember],
        _ standings: [ProviderStanding],
        using random: inout some RandomNumberGenerator
    ) -> [Int] {
        let places = Array(standings.indices)
        // Sorting is stable in Swift, so equals stay as they are listed.
        switch strategy {
        case .priority: return places.sorted { members[$0].priority < members[$1].priority }
        case .roundRobin:
            guard !places.isEmpty else { return [] }
            let first = turn % places.count
            turn = first + 1
            return Array(places[first...] + places[..<first])
        case .weighted: return PoolOrder.drawn(places, members, using: &random)
        case .leastUsed: return places.sorted { standings[$0].asked < standings[$1].asked }
        case .fastestResponse:
            return places.sorted {
                standings[$0].smoothedLatency ?? .zero < standings[$1].smoothedLatency ?? .zero
            }
        }
    }

    private static func drawn(
        _ places: [Int],
        _ members: [PoolMember],
        using random: inout some RandomNumberGenerator
    ) -> [Int] {
        var left = places
        var drawn: [Int] = []
        while left.count > 1 {
            var ticket = Int.random(in: 0..<left.reduce(0) { $0 + members[$1].weight }, using: &random)
            let winner =
                left.firstIndex { place in
                    ticket -= members[place].weight
                    return ticket < 0
                } ?? 0
            drawn.append(left.remove(at: winner))
        }
        return drawn + left
    }
}
