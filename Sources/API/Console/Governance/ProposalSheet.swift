import Bus
import Governance
import GovernanceRecords

/// One proposal with all that pages show of it.
struct ProposalSheet: Sendable {
    /// When it was written on the chain for good, and where.
    struct Landing: Hashable, Sendable {
        let at: Timestamp
        let slot: UInt64
    }

    /// As programs see it.
    let view: ProposalView
    /// What the ballots come to that are written down.
    let standing: TallyResult
    /// When voting was to close at first.
    let plannedCloseAt: Timestamp
    /// When enough had been cast for the first time.
    let quorumReachedAt: Timestamp?
    /// Of one that has passed: until then the council may object.
    let executableAt: Timestamp?
    /// The council key that objected.
    let vetoedBy: String?
    let landing: Landing?
}

extension ProposalSheet {
    init(_ record: ProposalRecord, _ standing: TallyResult, anchor: ChainAnchor?, at now: Timestamp) {
        let life = record.life
        self.init(
            view: ProposalView(record, totals: standing, anchor: anchor, at: now),
            standing: standing,
            plannedCloseAt: life.window.plannedCloseAt,
            quorumReachedAt: life.window.quorumReachedAt,
            executableAt: life.executableAt(record.rules),
            vetoedBy: life.vetoedBy,
            landing: anchor.flatMap { anchor in
                guard anchor.state == .confirmed, let slot = anchor.position else { return nil }
                return Landing(at: anchor.updatedAt, slot: slot)
            }
        )
    }

    var state: ProposalState? { ProposalState(rawValue: view.status) }
    var system: VotingSystem { standing.system }
    var path: OwnPath { ProposalsPage.path.appending(view.id.description) }
    /// Where programs find it.
    var programPath: OwnPath {
        let folder: OwnPath = "/governance/proposal"
        return folder.appending(view.id.description)
    }

    /// Whether ballots are taken at this moment.
    func isOpen(at now: Timestamp) -> Bool { state == .voting && view.opensAt <= now && now < view.closesAt }

    // MARK: Figures

    /// What an option has, in the unit of the voting system.
    func total(of option: Int) -> String {
        guard standing.totals.indices.contains(option) else { return "0" }
        let fraction = "\(standing.unitsPerVote)".utf8.count - 1
        let places = isInTokens ? view.snapshot.decimals + fraction : fraction
        return AmountText.decimal(standing.totals[option].description, places: places)
    }

    /// What totals are counted in.
    var unit: String {
        switch system {
        case .basic, .approval, .weighted, .ranked: "tokens"
        case .quadratic: "square roots"
        case .copeland: "points"
        }
    }

    /// A weight in whole tokens.
    func tokens(_ weight: VoteSum) -> String { tokens(weight.description) }

    func tokens(_ units: String) -> String { AmountText.decimal(units, places: view.snapshot.decimals) }

    private var isInTokens: Bool { unit == "tokens" }

    func label(_ option: Int) -> String { view.options.indices.contains(option) ? view.options[option] : "?" }

    /// What is at the top by the ballots so far, in a few words.
    var lead: Markup {
        let leaders = standing.leaders
        guard let first = leaders.first else {
            return Markup(text: standing.ballotCount == 0 ? "no ballots yet" : "only abstentions")
        }
        var lead = name(first)
        guard leaders.count == 1 else {
            for option in leaders.dropFirst() {
                lead += Markup(text: option == leaders.last ? " and " : ", ")
                lead += name(option)
            }
            lead += Markup(text: ", equally")
            return lead
        }
        // Ranked totals are of the first round, and not what has put the option at the top.
        guard system != .ranked, let share = standing.basisPoints(of: first) else { return lead }
        lead += Markup(text: ", \(AmountText.percent(basisPoints: share))")
        return lead
    }

    /// An option's label among other words: one that is written from the right must not take these along.
    func name(_ option: Int) -> Markup { Tag("bdi")(label(option)) }

    /// How much of what has to be cast is there, in ten-thousandths: more than 10 000 when there is more.
    var quorumBasisPoints: Int {
        let (cast, needed) = (standing.castWeight.units, UInt128(view.quorumWeight) ?? 0)
        guard needed > 0 else { return 0 }
        let (scaled, isTooMuch) = cast.multipliedReportingOverflow(by: 10_000)
        return isTooMuch ? Int.max : Int(clamping: scaled / needed)
    }
}
