/// What a provider looks for on X before its model answers.
///
/// It is asked of providers only that do so; see `ModelProvider.searches`.
package struct XSearch: Hashable, Sendable {
    /// Whose posts are looked at.
    package enum Accounts: Hashable, Sendable {
        case all
        /// Of these and nobody else; 1 to `accountsMax` names, without an at sign.
        case only([String])
        /// Of all but these; as many.
        case allBut([String])
    }

    package static let accountsMax = 10

    package var accounts: Accounts
    /// The first day of the posts in UTC, such as `2026-11-26`; `nil` for as far back as the provider looks.
    package var from: String?
    /// The last day, in the same form; `nil` for today.
    package var to: String?

    package init(accounts: Accounts = .all, from: String? = nil, to: String? = nil) {
        self.accounts = accounts
        self.from = from
        self.to = to
    }
}
