/// No service has taken an order, and why: the film is made here instead, or not at all.
package struct AvatarUnavailable: Error, Hashable, Sendable {
    /// A service that did not take it.
    package struct Reason: Hashable, Sendable {
        package let provider: String
        package let error: AvatarError
    }

    /// In the order in which they were asked.
    package let reasons: [Reason]
    /// The service that may have taken it all the same, so that the others were not asked.
    ///
    /// Until it is looked for there, nobody else should be given the order.
    package let uncertain: String?

    package init(reasons: [Reason], uncertain: String? = nil) {
        self.reasons = reasons
        self.uncertain = uncertain
    }

    /// Whether the caller gave up, and no service is to blame.
    package var isCancelled: Bool { reasons.last?.error.code == .cancelled }
}

extension AvatarUnavailable: CustomStringConvertible {
    /// Safe to log and to show.
    package var description: String {
        if reasons.isEmpty { return "no service for avatars is set up" }
        let told = reasons.map(\.error.message).joined(separator: "; ")
        return uncertain.map { "\(told); \($0) may have taken the order all the same" } ?? told
    }
}
