/// Something that is asked a real question now and then, to learn whether it answers and how long that takes.
///
/// A probe tells at once what is known; a sounding waits for an answer.
package struct HealthSounding: Sendable {
    package let name: String
    /// Whether the station fails when this fails; otherwise it is degraded at worst.
    package let isVital: Bool
    /// An answer that takes longer counts as none.
    package let limit: Duration
    /// Asks, and returns when the answer has come.
    ///
    /// It throws when there is none, and must end when its task is cancelled.
    package let ask: @Sendable () async throws -> Void
    /// What to say when there is no answer, in one sentence that stays the same.
    package let failure: String

    package init(
        _ name: String,
        isVital: Bool,
        limit: Duration = .seconds(3),
        failure: String,
        ask: @escaping @Sendable () async throws -> Void
    ) {
        self.name = name
        self.isVital = isVital
        self.limit = limit
        self.failure = failure
        self.ask = ask
    }

    /// What a sounding found out.
    struct Result: Hashable, Sendable {
        let finding: HealthFinding
        /// How long the answer took; `nil` without one.
        let latency: Duration?
    }
}
