import Bus
import Governance

/// How a proposal stands, in one word.
struct ProposalCondition: View {
    let sheet: ProposalSheet
    let now: Timestamp

    var body: Markup { Condition(word, tone).body }

    private var word: String {
        switch sheet.state {
        case .voting: sheet.isOpen(at: now) ? "voting" : now < sheet.view.opensAt ? "not open yet" : "being counted"
        case .passed: "passed"
        case .rejected: "rejected"
        case .noQuorum: "no quorum"
        case .vetoed: "vetoed"
        case .executing: "being carried out"
        case .executed: "carried out"
        case .executionFailed: "not carried out"
        case nil: sheet.view.status
        }
    }

    private var tone: Condition.Tone {
        switch sheet.state {
        case .voting, .passed, .executed: .good
        case .executing: .poor
        case .vetoed, .executionFailed: .bad
        case .rejected, .noQuorum, nil: .quiet
        }
    }
}

extension ProposalSheet {
    /// What it comes to, in one sentence.
    func sentence(at now: Timestamp) -> String {
        switch state {
        case .voting:
            if isOpen(at: now) { return "Voting closes \(Figures.relative(view.closesAt, now: now))." }
            return now < view.opensAt ? "Voting has not begun." : "Voting has ended, and the ballots are being counted."
        case .passed, .executing, .executed, .executionFailed: return "It has passed: \(because)."
        case .rejected: return "It was rejected: \(because)."
        case .noQuorum: return "It does not count: \(because)."
        case .vetoed: return "The council objected."
        case nil: return ""
        }
    }

    private var because: String {
        switch view.reason.flatMap(Outcome.Reason.init(rawValue:)) {
        case .quorumMissed: "too little was cast"
        case .onlyAbstentions: "everybody abstained"
        case .enoughYes: "yes has more than it needs"
        case .notEnoughYes: "yes has less than it needs"
        case .tie: "it is a tie"
        case .oneWinner: "\(view.winner ?? "one option") is at the top"
        case nil: "nobody has said why"
        }
    }
}

extension VotingSystem {
    /// What it is called where somebody chooses one.
    var words: String {
        switch self {
        case .basic: "Yes, no or abstain"
        case .approval: "Approval: as many options as one likes"
        case .weighted: "Weighted: the weight is divided among options"
        case .quadratic: "Quadratic: the square roots of divided weight"
        case .ranked: "Ranked: the weakest option is taken out, round by round"
        case .copeland: "Pairs: each two options are a contest (Copeland)"
        }
    }

    /// How it is counted, for those who vote.
    var rule: String {
        switch self {
        case .basic: "Yes, no, or abstain."
        case .approval: "Each option that you approve of gets your whole weight."
        case .weighted: "Your weight is divided among the options as you say."
        case .quadratic:
            "Your weight is divided as you say, and an option gets the square root of its part. Nothing tells whether "
                + "several wallets are one person's, and who spreads a balance over more wallets has more votes."
        case .ranked:
            "Your ballot counts for the best of your options that still stands. As long as none has more than half, the "
                + "weakest is taken out."
        case .copeland:
            "Each two options are a contest: your weight is for the one that you rank higher. A contest won is two "
                + "points, an even one is one point for each."
        }
    }
}
