/// Names the rules that figures, tiers and flags are worked out by, so that a report says which they were.
package enum PolicyVersion {
    /// Changes with every change of a definition or a threshold.
    package static let current = "wallet-oracle-1"
}
