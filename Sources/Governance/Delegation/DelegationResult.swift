/// Who carries whose weight.
package struct DelegationResult<Voter: Hashable & Comparable & Sendable>: Hashable, Sendable {
    /// What stands behind one ballot, in base units.
    package struct Ballot: Hashable, Sendable {
        package let own: UInt64
        /// For those who did not vote themselves.
        package internal(set) var carried: UInt64 = 0

        package var weight: UInt64 { own + carried }
    }

    /// Weight that counts for nobody.
    package struct Lost: Hashable, Sendable {
        /// In order.
        package private(set) var holders: [Voter] = []
        package private(set) var weight: UInt64 = 0

        mutating func add(_ holder: Voter, _ weight: UInt64) {
            holders.append(holder)
            self.weight += weight
        }

        mutating func sort() { holders.sort() }
    }

    /// For everybody who cast a ballot; it may be nothing.
    package internal(set) var ballots: [Voter: Ballot] = [:]
    /// For everybody whose weight somebody else carries: who.
    package internal(set) var carriers: [Voter: Voter] = [:]
    /// Those whose chain ends in somebody who does not vote: all who took no part, with or without a delegate.
    package internal(set) var unused = Lost()
    /// Those whose chain runs into a circle in which nobody votes.
    package internal(set) var circular = Lost()
}

package enum DelegationError: Error, Hashable, Sendable {
    /// The weights are more than 2^64 base units, which no supply is: they are not of one snapshot.
    case weightsExceedSupply
}
