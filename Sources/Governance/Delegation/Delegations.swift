/// Who votes for whom, as it was at the snapshot.
///
/// A delegation that was made or ended later has no effect: the caller leaves it out, or takes it as it was.
package struct Delegations<Voter: Hashable & Comparable & Sendable>: Sendable {
    private let delegates: [Voter: Voter]

    /// - Parameter delegates: for each voter who has one, the delegate.
    package init(_ delegates: [Voter: Voter]) { self.delegates = delegates }

    /// Finds who carries whose weight, in time linear in the number of entries, whatever the chains look like; only
    /// those whose weight is lost are sorted besides.
    ///
    /// Who votes carries their own weight, whatever they had delegated. Everybody else's goes along the chain of
    /// delegates to the first one who votes. A chain that ends in somebody who neither votes nor delegates, or that runs
    /// into a circle in which nobody votes, carries nothing to anybody; both are told.
    ///
    /// - Parameters:
    ///   - voters: who has cast a ballot.
    ///   - weights: base units at the snapshot; a wallet that is not there has nothing.
    /// - Returns: a ballot for each of `voters`, and all other weight once: carried, unused or in a circle.
    /// - Throws: `DelegationError` when the weights are more than any supply.
    package func resolve(
        voters: Set<Voter>,
        weights: [Voter: UInt64]
    ) throws(DelegationError) -> DelegationResult<Voter> {
        try resolveAny(voters: voters, weights: weights)
    }

    private func resolveAny(
        voters: Set<Voter>,
        weights: [Voter: UInt64]
    ) throws(DelegationError) -> DelegationResult<Voter> {
        var total: UInt64 = 0
        for weight in weights.values {
            let (sum, isTooMuch) = total.addingReportingOverflow(weight)
            guard !isTooMuch else { throw .weightsExceedSupply }
            total = sum
        }
        var chains = Chains(delegates: delegates, voters: voters)
        var result = DelegationResult<Voter>()
        result.carriers.reserveCapacity(min(delegates.count, weights.count))
        for (holder, weight) in weights where weight > 0 && !voters.contains(holder) {
            switch chains.end(of: holder, weight) {
            case .voter(let voter): result.carriers[holder] = voter
            case .nobody: result.unused.add(holder, weight)
            case .circle: result.circular.add(holder, weight)
            }
        }
        for voter in voters {
            result.ballots[voter] = .init(own: weights[voter] ?? 0, carried: chains.carried(by: voter))
        }
        result.unused.sort()
        result.circular.sort()
        return result
    }

    /// Follows chains, and remembers where each of their members ends.
    ///
    /// Everybody has a number, since going through a million names by their text takes several times as long.
    private struct Chains {
        enum End {
            case voter(Voter)
            case nobody
            case circle
        }

        // Instead of a number.
        private static var nobody: Int { -1 }
        private static var circle: Int { -2 }
        private static var underway: Int { -3 }
        private static var unknown: Int { -4 }

        private var numbers: [Voter: Int] = [:]
        private var names: [Voter] = []
        /// The delegate, or nobody.
        private var next: [Int] = []
        /// The voter at the end of the chain, or why there is none.
        private var ends: [Int] = []
        private var carried: [UInt64] = []

        init(delegates: [Voter: Voter], voters: Set<Voter>) {
            numbers.reserveCapacity(delegates.count + voters.count)
            for voter in voters {
                let number = number(of: voter)
                ends[number] = number
            }
            for (holder, delegate) in delegates {
                let (from, to) = (number(of: holder), number(of: delegate))
                next[from] = to
            }
        }

        func carried(by voter: Voter) -> UInt64 { numbers[voter].map { carried[$0] } ?? 0 }

        /// Where the chain of a holder ends; a voter there carries the weight.
        mutating func end(of holder: Voter, _ weight: UInt64) -> End {
            guard let number = numbers[holder] else { return .nobody }
            let end = end(of: number)
            guard end >= 0 else { return end == Chains.circle ? .circle : .nobody }
            carried[end] += weight
            return .voter(names[end])
        }

        private mutating func end(of holder: Int) -> Int {
            var place = holder
            while place >= 0, ends[place] == Chains.unknown {
                ends[place] = Chains.underway
                place = next[place]
            }
            // What this walk itself has marked is a circle.
            let found = place < 0 ? Chains.nobody : ends[place]
            let end = found == Chains.underway ? Chains.circle : found
            var member = holder
            while member >= 0, ends[member] == Chains.underway {
                ends[member] = end
                member = next[member]
            }
            return end
        }

        private mutating func number(of name: Voter) -> Int {
            if let number = numbers[name] { return number }
            let number = names.count
            numbers[name] = number
            names.append(name)
            next.append(Chains.nobody)
            ends.append(Chains.unknown)
            carried.append(0)
            return number
        }
    }
}

extension Delegations where Voter == String {
    /// As for any other voters.
    ///
    /// Here because other modules get code that knows nothing of the type, which takes several times as long, unless it
    /// is made for the type in this one.
    ///
    /// - Parameters:
    ///   - voters: the addresses of those who have cast a ballot.
    ///   - weights: base units at the snapshot.
    /// - Returns: the same.
    /// - Throws: `DelegationError` when the weights are more than any supply.
    package func resolve(
        voters: Set<String>,
        weights: [String: UInt64]
    ) throws(DelegationError) -> DelegationResult<String> {
        try resolveAny(voters: voters, weights: weights)
    }
}
