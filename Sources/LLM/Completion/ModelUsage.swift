/// What a call has used, in the one form that we keep, whatever its provider includes in what.
///
/// In tokens unless said otherwise. Nothing is counted twice: the input is the sum of its three parts, and reasoning is part of the
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
    /// How often the provider has searched for it; not a count of tokens.
    package var searches: Int

    package init(
        inputUncached: Int = 0,
        cacheRead: Int = 0,
        cacheWrite: Int = 0,
        output: Int = 0,
        reasoning: Int = 0,
        costTicks: Int64? = nil,
        searches: Int = 0
    ) {
        self.inputUncached = inputUncached
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.output = output
        self.reasoning = reasoning
        self.costTicks = costTicks
        self.searches = searches
    }

    package var input: Int { inputUncached + cacheRead + cacheWrite }
    package var total: Int { input + output }
}
