import Bus
import Domain
import Identity

/// What a page knows of whoever looks at it.
struct Visit: Sendable {
    let now: Timestamp
    let station: ConsoleData.StationFacts
    let files: ConsoleFiles
    /// Whether there are accounts at all.
    let canLogIn: Bool
    /// Whether there are pages of the market.
    let hasMarket: Bool
    /// Whether there is a page to listen on.
    let canListen: Bool
    /// Whether there are pages of what the community decides.
    let hasGovernance: Bool
    /// Whether there is a page of who votes for whom.
    let hasDelegation: Bool
    /// Whether there are pages of what the oracle says.
    let hasOracle: Bool
    let hasFilms: Bool
    /// Who is logged in.
    let person: Principal?
    /// What forms of this person must carry; `nil` for those who did not come by cookie.
    let formToken: FormToken?

    func has(_ role: Role) -> Bool { person.map { $0.role >= role } ?? false }
}
