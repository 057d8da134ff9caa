/// What a call has used, in the one form that we keep, whatever its provider includes in what.
///
/// All of it in tokens. Nothing is counted twice: the input is the sum of its three parts, and reasoning is part of the
/// output.
package struct ModelUsage: Codable, Hashable, Sendable {
    /// Input that was neither read from a cache nor written to one.
    package var inputUncached: Int
    package var cacheRead: Int
    package var cacheWrite: Int
    /// All that was produced, reasoning included.
    package var output: Int
    /// Of that, what nobody gets to read.
    package var reasoning: Int
    /// What the provider says that the call has cost, in 1e-10 USD, where it does.
    package var costTicks: Int64?

    package init(
        inputUncached: Int = 0,
        cacheRead: Int = 0,
        cacheWrite: Int = 0,
        output: Int = 0,
        reasoning: Int = 0,
        costTicks: Int64? = nil
    ) {
        self.inputUncached = inputUncached
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.output = output
        self.reasoning = reasoning
        self.costTicks = costTicks
    }

    package var input: Int { inputUncached + cacheRead + cacheWrite }
    package var total: Int { input + output }
}
