package import Bus
package import Domain

/// A service that makes films of speaking avatars: what the adapters implement, and what a double in tests does.
///
/// Nothing is tried again here, and nothing waits for a film: whoever orders keeps the order's id before and the
/// service's id after, and asks by a `PollPlan`.
package protocol AvatarProvider: Sendable {
    /// What settings, errors and records call it.
    var name: String { get }
    /// How many parts of a script it joins into one film; longer orders are `parted`.
    var scenesMax: Int { get }
    /// `nil` where the settings name none: then nobody knows what an order costs.
    var price: AvatarPrice? { get }
    /// How long the same order may be given again without being made twice; `nil` where it never may.
    var repeatableFor: Duration? { get }

    /// Why it cannot take orders now, without asking it; `nil` when it can be tried.
    func unavailability() -> AvatarError?

    /// Orders a film.
    ///
    /// - Throws: `AvatarError`; where that says `mayHaveBeenTaken`, look by `find` before anything is ordered again.
    func submit(_ order: AvatarOrder) async throws(AvatarError) -> AvatarSubmission

    /// How far a film is.
    ///
    /// - Parameter id: the service's, from `AvatarSubmission`.
    /// - Returns: what the service says.
    /// - Throws: `AvatarError`: it could not be found out. A film that failed is no error here.
    func status(_ id: String) async throws(AvatarError) -> AvatarProgress

    /// Looks whether an order has arrived.
    ///
    /// - Parameter order: our id.
    /// - Returns: what its lists say.
    /// - Throws: `AvatarError` when they cannot be read.
    func find(_ order: UUIDv7) async throws(AvatarError) -> AvatarFinding

    /// Deletes a film, made or not; one that is gone is none.
    ///
    /// No service promises to stop the work, or to give money back.
    func cancel(_ id: String) async throws(AvatarError)

    /// What is left to spend.
    func quota() async throws(AvatarError) -> AvatarQuota
}

/// An order that a service has taken.
package struct AvatarSubmission: Codable, Hashable, Sendable {
    /// The name of the service.
    package let provider: String
    /// The service's id: letters, digits, dashes and underscores.
    package let id: String

    package init(provider: String, id: String) {
        self.provider = provider
        self.id = id
    }
}

/// What looking for an order has brought.
package enum AvatarFinding: Hashable, Sendable {
    case found(AvatarSubmission)
    /// It is in no list.
    ///
    /// Lists may be late: look again after a while before it is ordered anew.
    case absent
    /// The list cannot tell: it is longer than we read, or without titles.
    case unclear
}

/// What is left to spend.
package struct AvatarQuota: Hashable, Sendable {
    package enum Unit: String, Hashable, Sendable {
        case dollars
        case credits
        /// Sixty of them are a credit.
        case creditSixtieths = "credit_sixtieths"
    }

    /// `nil` where there is no bound.
    package let left: ExactDecimal?
    package let unit: Unit

    package init(left: ExactDecimal?, unit: Unit) {
        self.left = left
        self.unit = unit
    }
}
