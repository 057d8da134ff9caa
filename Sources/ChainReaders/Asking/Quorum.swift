/// Decides what several endpoints have agreed upon.
///
/// The latest state of one node is never compared with that of another: first a position (slot or block) is agreed
/// upon that all of them have finalized, then each is asked for what holds there. Whoever tells a position far from the
/// others' is not believed.
enum Quorum {
    /// Agrees on a position.
    ///
    /// - Parameters:
    ///   - positions: what each endpoint says to be its latest finalized one.
    ///   - needed: how many have to take part.
    ///   - spreadMax: how far from the middle one may be.
    /// - Returns: the smallest of those that are believed, and who is.
    /// - Throws: `ChainError` with `.noQuorum`.
    static func position(
        of positions: [(endpoint: String, position: UInt64)],
        needed: Int,
        spreadMax: UInt64
    ) throws(ChainError) -> (position: UInt64, believed: [String]) {
        // Of two that are far apart nobody can say which one lies: then neither is believed.
        let believed = positions.filter { one in
            let near = positions.count { other in one.position.distance(from: other.position) <= spreadMax }
            return near * 2 > positions.count
        }
        guard believed.count >= needed, let position = believed.map(\.position).min() else {
            let told = positions.map { "\($0.endpoint) \($0.position)" }.joined(separator: ", ")
            throw ChainError(.noQuorum, "\(needed) endpoints have to stand near one another: \(told)")
        }
        return (position, believed.map(\.endpoint))
    }

    /// What all have told alike.
    ///
    /// - Parameters:
    ///   - answers: the decoded values of those who have answered.
    ///   - needed: how many have to.
    /// - Returns: the value.
    /// - Throws: `ChainError` with `.noQuorum` or, where any two differ, `.disputed`: never a guess by majority.
    static func value<Value: Equatable>(
        of answers: [(endpoint: String, value: Value)],
        needed: Int
    ) throws(ChainError) -> Value {
        guard let first = answers.first, answers.count >= needed else {
            throw ChainError(.noQuorum, "\(answers.count) of \(needed) endpoints have answered")
        }
        if let other = answers.first(where: { $0.value != first.value }) {
            throw ChainError(.disputed, "\(first.endpoint) and \(other.endpoint) do not agree")
        }
        return first.value
    }
}

extension UInt64 {
    fileprivate func distance(from other: UInt64) -> UInt64 { self > other ? self - other : other - self }
}

/// What several endpoints have agreed upon.
package struct Agreed<Value: Sendable>: Sendable {
    package let value: Value
    /// The slot or block at which it holds: the earliest that an endpoint has told it of.
    package let position: UInt64
    /// Who has agreed.
    package let endpoints: [String]
    /// Who has not answered, or was not believed, and why.
    package let others: [String: ChainError]
}
