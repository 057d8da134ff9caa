extension ProposalRules {
    /// Whether enough has been cast.
    ///
    /// - Parameters:
    ///   - castWeight: abstentions included.
    ///   - supply: base units at the snapshot.
    /// - Returns: never of a supply of nothing.
    package func isQuorum(_ castWeight: VoteSum, of supply: UInt64) -> Bool {
        supply > 0 && BasisPoints.reaches(castWeight.units, of: UInt128(supply), quorumBasisPoints)
    }

    /// What has to be cast.
    package func quorumWeight(of supply: UInt64) -> VoteSum {
        VoteSum(BasisPoints.least(of: supply, quorumBasisPoints))
    }

    /// What the ballots decide, once no more are taken.
    ///
    /// A basic proposal passes by its threshold. Of the other systems' options one has to be at the top alone.
    ///
    /// - Parameters:
    ///   - result: of all ballots of this proposal.
    ///   - supply: base units at the snapshot.
    /// - Returns: the verdict, with its reason.
    /// - Throws: `wrongSystem` and `badOptionCount` for the result of another proposal.
    package func outcome(of result: TallyResult, supply: UInt64) throws(BallotError) -> Outcome {
        guard result.system == system else { throw .wrongSystem(expected: system) }
        guard result.totals.count == options.count else { throw .badOptionCount(result.totals.count) }
        guard isQuorum(result.castWeight, of: supply) else {
            return outcome(.noQuorum, .quorumMissed, result, supply)
        }
        if system == .basic { return basicOutcome(of: result, supply) }
        guard result.leaders.count == 1, let winner = result.leaders.first else {
            return outcome(.rejected, .tie, result, supply)
        }
        return outcome(.passed, .oneWinner, result, supply, winner: winner)
    }

    /// Whether it is decided already, before the end: ballots to come cannot change it.
    ///
    /// Yes has won with more than the threshold of the whole supply, and with half of it no has; both only with a
    /// quorum. Weight that a voter carries for others is not final, since each of them may still vote: give only what
    /// voters hold themselves.
    ///
    /// - Parameters:
    ///   - yes: of a basic proposal, in base units.
    ///   - no: the same.
    ///   - cast: all that was cast, abstentions included.
    ///   - supply: base units at the snapshot.
    /// - Returns: never where `allowsEarlyClose` is off, and never for other systems.
    package func isSettled(yes: UInt64, no: UInt64, cast: UInt64, supply: UInt64) -> Bool {
        guard allowsEarlyClose, system == .basic, isQuorum(VoteSum(UInt128(cast)), of: supply) else { return false }
        return BasisPoints.exceeds(UInt128(yes), of: UInt128(supply), max(passBasisPoints, 5_000))
            || BasisPoints.exceeds(UInt128(no), of: UInt128(supply), 5_000)
    }

    private func basicOutcome(of result: TallyResult, _ supply: UInt64) -> Outcome {
        let (yes, no) = (result.totals[0].units, result.totals[1].units)
        if yes == 0, no == 0 { return outcome(.rejected, .onlyAbstentions, result, supply) }
        if BasisPoints.exceeds(yes, of: yes + no, passBasisPoints) {
            return outcome(.passed, .enoughYes, result, supply)
        }
        return outcome(.rejected, yes == no ? .tie : .notEnoughYes, result, supply)
    }

    private func outcome(
        _ verdict: Outcome.Verdict,
        _ reason: Outcome.Reason,
        _ result: TallyResult,
        _ supply: UInt64,
        winner: Int? = nil
    ) -> Outcome {
        Outcome(
            verdict: verdict,
            reason: reason,
            winner: winner,
            castWeight: result.castWeight,
            quorumWeight: quorumWeight(of: supply)
        )
    }
}
