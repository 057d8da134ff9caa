import Domain

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
