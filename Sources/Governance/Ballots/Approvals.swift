/// The options that a voter approves of: at least one.
package struct Approvals: Hashable, Sendable {
    /// One bit for each option.
    let mask: UInt16

    /// - Parameter options: indexes below 16, in any order.
    /// - Throws: `nothingChosen`, `noSuchOption` and `repeatedOption`.
    package init(_ options: [Int]) throws(BallotError) {
        var mask: UInt16 = 0
        for option in options {
            try Choice.check(option)
            guard mask & 1 << UInt16(option) == 0 else { throw .repeatedOption(option) }
            mask |= 1 << UInt16(option)
        }
        guard mask != 0 else { throw .nothingChosen }
        self.mask = mask
    }

    /// The indexes, the lowest first.
    package var options: [Int] { (0..<VotingSystem.optionsMax).filter { mask & 1 << UInt16($0) != 0 } }
}
