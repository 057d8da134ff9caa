package import Bus

/// One question to a provider of market data, and how it was answered.
package struct ProviderCall: Hashable, Sendable {
    package let calledAt: Timestamp
    /// 1 to 200 bytes, as the other names.
    package let provider: String
    /// What was asked for, such as `market data`.
    package let category: String
    /// Where it was asked for; without secrets.
    package let endpoint: String
    /// How it ended, such as `200` or `timed out`.
    package let status: String
    package let isSuccess: Bool
    package let latency: Duration

    package init(
        calledAt: Timestamp,
        provider: String,
        category: String,
        endpoint: String,
        status: String,
        isSuccess: Bool,
        latency: Duration
    ) {
        self.calledAt = calledAt
        self.provider = provider
        self.category = category
        self.endpoint = endpoint
        self.status = status
        self.isSuccess = isSuccess
        self.latency = latency
    }
}

/// How a provider has answered one kind of question.
package struct ProviderCallSummary: Hashable, Sendable {
    package let provider: String
    package let category: String
    package let count: Int
    package let failureCount: Int
    package let meanLatency: Duration
    package let longestLatency: Duration
    package let lastCallAt: Timestamp

    /// How much of it succeeded, 0 to 1.
    package var successRate: Double { count == 0 ? 0 : Double(count - failureCount) / Double(count) }
}
