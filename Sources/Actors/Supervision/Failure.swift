package import Bus

/// What kind of failure an error is: the key under which a child's spec says what to do about it.
package struct FailureClass: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }

    package var description: String { text }

    /// An error that says nothing about itself.
    package static let unclassified = FailureClass("unclassified")
    /// The life had been replaced and tried to act.
    package static let fenced = FailureClass("fenced")
    /// A nested supervisor gave up.
    package static let exhausted = FailureClass("exhausted")
}

/// An error that tells the supervisor which kind it is.
package protocol ClassifiedFailure: Error {
    var failureClass: FailureClass { get }
}

extension FencedError: ClassifiedFailure {
    package var failureClass: FailureClass { .fenced }
}

/// What to do about a failure of some class.
package enum Directive: String, Hashable, Sendable, CaseIterable {
    /// A new incarnation, as the restart type allows.
    case restart
    /// Runs the same incarnation on: its state is kept. Counts against the limits like a restart.
    case resume
    /// Leaves the child down until an operator starts it.
    case stop
    /// Ends the whole supervisor and lets its parent decide.
    case escalate
}

/// An error that ended a child, with its class; described only when somebody asks, because describing is slow.
package struct Failure: Sendable, CustomStringConvertible {
    package let error: any Error

    package init(_ error: any Error) { self.error = error }

    package var failureClass: FailureClass { (error as? any ClassifiedFailure)?.failureClass ?? .unclassified }

    package var description: String { String(describing: error) }
}
