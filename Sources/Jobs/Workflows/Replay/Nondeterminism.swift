/// The code no longer does what the record of the run says: somebody has to look, nothing is guessed.
package struct Nondeterminism: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Difference: Hashable, Sendable {
        /// Something else is recorded under the number of a call.
        case other(recorded: String, called: String)
        /// The code calls something that the record passed by without.
        case inserted(called: String)
        /// The code ended though the record goes on.
        case ended(recorded: String)
    }

    package let step: Int
    package let difference: Difference

    package init(step: Int, _ difference: Difference) {
        self.step = step
        self.difference = difference
    }

    package var description: String {
        let what =
            switch difference {
            case .other(let recorded, let called): "is recorded as \(recorded), and the code now calls \(called)"
            case .inserted(let called): "was not there when the run passed by, and the code now calls \(called)"
            case .ended(let recorded): "is recorded as \(recorded), and the code now ends before it"
            }
        return "the code does not fit the record: step \(step) \(what)"
    }
}
