import Threading

/// Holds a reply back until the test lets it go on.
package final class LoopbackGate: Sendable {
    let signal: WakeUp

    package init() throws { signal = try WakeUp() }

    /// Lets one waiting step pass, now or when it comes.
    ///
    /// Opened twice before that, it still lets one pass.
    package func open() { signal.signal() }
}
