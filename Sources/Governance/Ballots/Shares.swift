/// How a voter divides the weight among options: the parts make the whole.
package struct Shares: Hashable, Sendable {
    /// What one option gets.
    package struct Part: Hashable, Sendable {
        package let option: Int
        /// In 1...10 000.
        package let basisPoints: Int

        package init(option: Int, basisPoints: Int) {
            self.option = option
            self.basisPoints = basisPoints
        }
    }

    /// In the order of the options.
    package let parts: [Part]

    /// - Parameter parts: in any order.
    /// - Throws: `nothingChosen`, `noSuchOption`, `repeatedOption`, `badShare` and `sharesDoNotAddUp`.
    package init(_ parts: [Part]) throws(BallotError) {
        guard !parts.isEmpty else { throw .nothingChosen }
        var seen: UInt16 = 0
        var sum = 0
        for part in parts {
            try Choice.check(part.option)
            guard seen & 1 << UInt16(part.option) == 0 else { throw .repeatedOption(part.option) }
            seen |= 1 << UInt16(part.option)
            guard (1...10_000).contains(part.basisPoints) else { throw .badShare(option: part.option) }
            sum += part.basisPoints
        }
        guard sum == 10_000 else { throw .sharesDoNotAddUp(sum) }
        self.parts = parts.sorted { $0.option < $1.option }
    }
}
