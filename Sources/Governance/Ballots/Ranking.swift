/// The options that a voter ranks, the best first; those that are left out are below all of them.
package struct Ranking: Hashable, Sendable {
    /// Four bits for each place, the first place lowest.
    ///
    /// The places behind the last one repeat the first option, which no ranking does of itself: so rankings of any
    /// length are told apart without a length.
    let packed: UInt64

    /// - Parameter options: indexes below 16, the best first.
    /// - Throws: `nothingChosen`, `noSuchOption` and `repeatedOption`.
    package init(_ options: [Int]) throws(BallotError) {
        guard let first = options.first else { throw .nothingChosen }
        var seen: UInt16 = 0
        for option in options {
            try Choice.check(option)
            guard seen & 1 << UInt16(option) == 0 else { throw .repeatedOption(option) }
            seen |= 1 << UInt16(option)
        }
        var packed = UInt64(first) &* 0x1111_1111_1111_1111
        for (place, option) in options.enumerated() {
            packed = packed & ~(15 << UInt64(4 * place)) | UInt64(option) << UInt64(4 * place)
        }
        self.packed = packed
    }

    init(packed: UInt64) { self.packed = packed }

    /// The indexes, the best first.
    package var options: [Int] {
        var options: [Int] = []
        visit { options.append($0) }
        return options
    }

    /// Calls with each option, the best first.
    func visit(_ body: (Int) -> Void) {
        let first = packed & 15
        var rest = packed
        for place in 0..<VotingSystem.optionsMax {
            if place > 0, rest & 15 == first { return }
            body(Int(rest & 15))
            rest >>= 4
        }
    }

    /// The best option of those that are still there.
    ///
    /// - Parameter standing: one bit for each option.
    /// - Returns: `nil` when all that it ranks are out.
    func best(of standing: UInt16) -> Int? {
        let first = packed & 15
        var rest = packed
        for place in 0..<VotingSystem.optionsMax {
            if place > 0, rest & 15 == first { return nil }
            if standing & 1 << UInt16(rest & 15) != 0 { return Int(rest & 15) }
            rest >>= 4
        }
        return nil
    }
}
