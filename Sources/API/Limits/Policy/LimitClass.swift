/// Which limits a route is under; what they amount to depends on who asks.
package enum LimitClass: String, Hashable, Sendable, CaseIterable {
    /// Health, metrics, pages and their files: what monitoring and people who look must always reach.
    case operations
    /// Market data and whatever else is public.
    case publicData
    /// What makes a language model work.
    case modelBacked
    /// Whatever proves who somebody is: log-in, registration, refresh.
    case logIn
    case projectCreate
    case workflowStart
    case charge
    /// What other services have to tell.
    case webhook
    case standard
}
