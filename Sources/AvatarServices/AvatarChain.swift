/// Gives an order to the first service that takes it.
///
/// It asks no second one after an order whose outcome is unknown, because both films would have to be paid.
package struct AvatarChain: Sendable {
    /// What to do after a service has not taken an order.
    package enum Verdict: Hashable, Sendable {
        case askNext
        case stop
    }

    package let providers: [any AvatarProvider]

    /// - Parameter providers: in the order in which they are asked; no name twice.
    package init(_ providers: [any AvatarProvider]) { self.providers = providers }

    /// - Parameter name: from `AvatarSubmission`.
    /// - Returns: `nil` for one that is not set up any more.
    package func provider(named name: String) -> (any AvatarProvider)? { providers.first { $0.name == name } }

    /// Why services cannot take orders now, without asking them.
    package var unavailable: [AvatarUnavailable.Reason] {
        providers.compactMap { provider in
            provider.unavailability().map { AvatarUnavailable.Reason(provider: provider.name, error: $0) }
        }
    }

    /// - Parameters:
    ///   - error: why a service has not taken the order.
    ///   - mayPayTwice: whether the film is worth it.
    /// - Returns: what to do.
    package static func verdict(_ error: AvatarError, mayPayTwice: Bool) -> Verdict {
        if error.code == .cancelled { return .stop }
        return error.mayHaveBeenTaken && !mayPayTwice ? .stop : .askNext
    }

    /// Gives an order.
    ///
    /// - Parameters:
    ///   - order: with as many parts as the services take, else they are passed over.
    ///   - mayPayTwice: whether a second service is asked when the first may have taken it.
    ///   - willAsk: called before each service is asked, so that it can be noted who may have the order.
    /// - Returns: who has taken it.
    /// - Throws: `AvatarUnavailable` when nobody has.
    package func submit(
        _ order: AvatarOrder,
        mayPayTwice: Bool = false,
        willAsk: (_ provider: String) async -> Void = { _ in }
    ) async throws(AvatarUnavailable) -> AvatarSubmission {
        var reasons: [AvatarUnavailable.Reason] = []
        for provider in providers {
            if let error = provider.unavailability() {
                reasons.append(AvatarUnavailable.Reason(provider: provider.name, error: error))
                continue
            }
            await willAsk(provider.name)
            do throws(AvatarError) {
                return try await provider.submit(order)
            } catch {
                reasons.append(AvatarUnavailable.Reason(provider: provider.name, error: error))
                guard AvatarChain.verdict(error, mayPayTwice: mayPayTwice) == .askNext else {
                    let isUncertain = error.mayHaveBeenTaken
                    throw AvatarUnavailable(reasons: reasons, uncertain: isUncertain ? provider.name : nil)
                }
            }
        }
        let uncertain = reasons.first { $0.error.mayHaveBeenTaken }
        throw AvatarUnavailable(reasons: reasons, uncertain: uncertain?.provider)
    }
}
