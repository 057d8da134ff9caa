/// A fault that an actor is told to show, so that a running system can prove how it copes.
package enum Drill: Hashable, Sendable {
    /// Nothing but a sign of life, as every order gives.
    case reportProgress
    /// `run()` throws, with this failure class.
    case throwError(String)
    /// `run()` returns.
    case returnNormally
    /// Stops reporting progress, but still heeds cancellation.
    case hang
    /// Goes on until `DrillOrders.release`, cancelled or not.
    case ignoreCancel
    /// From now on its stop takes this long.
    case slowStop(Duration)
    /// From now on it throws when it is stopped.
    case crashInStop
    /// So many of the next incarnations fail in their factory. This one throws at once.
    case crashInInit(times: Int)
    /// Blocks that many threads of the concurrency pool, until released or for this long at most.
    case blockThreads(count: Int, atMost: Duration)
}

/// What a drill throws.
package struct DrillError: ClassifiedFailure, Hashable, CustomStringConvertible {
    package let text: String
    package let failureClass: FailureClass

    package init(_ text: String) {
        self.text = text
        failureClass = FailureClass(text)
    }

    package var description: String { "drill: \(text)" }
}
