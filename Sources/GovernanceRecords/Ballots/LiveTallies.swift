import Bus
import Governance

/// How votes stand that go on: what was counted is kept, and only the ballots that came since are read.
///
/// A pure value. Where holders had others vote for them a new ballot can change what an old one carries, so there only the
/// result is kept, for as long as no ballot comes.
struct LiveTallies {
    /// What was counted of one proposal.
    enum Kept {
        /// The ballots before `next` are in it.
        case growing(Tally, next: Int)
        /// Of so many ballots.
        case whole(TallyResult, ballots: Int)
    }

    /// As many as may be open, by the usual settings.
    private static let countMax = 128
    private var kept: [UUIDv7: Kept] = [:]

    subscript(proposal: UUIDv7) -> Kept? { kept[proposal] }

    /// Keeps what was counted, unless more was kept meanwhile.
    mutating func keep(_ counted: Kept, of proposal: UUIDv7) {
        switch (kept[proposal], counted) {
        case (.growing(_, let known)?, .growing(_, let next)) where known >= next: return
        case (nil, _) where kept.count >= LiveTallies.countMax: kept = [:]
        default: break
        }
        kept[proposal] = counted
    }
}
