package import Domain

/// What the desk goes by; other settings hold from the next operation on.
package struct CreditSettings: Hashable, Sendable {
    /// What everybody gets once, with the first look at what they have.
    package var welcome: Int64 = 100
    /// What accounts of a tier get in each calendar month (UTC); nothing for a tier that is not there.
    package var months: [Tier: Int64] = [.pro: 1000, .enterprise: 5000]
    package var review = ChargeReview()

    package init() {}
}
