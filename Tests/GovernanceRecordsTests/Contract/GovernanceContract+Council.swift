import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let council = [
        Check(name: "a key of the council objects while people vote, and nobody votes any more") { bench in
            let proposal = try await bench.open(["w-ann": 10, "w-bob": 20], supply: 1000)
            try await bench.vote(proposal, "w-ann")
            let vetoed = try await bench.desk.veto(bench.objection(to: proposal, reason: "It breaks a contract."))
            #expect(vetoed.state == .vetoed && vetoed.reason == "It breaks a contract." && vetoed.result == nil)
            #expect(vetoed.life.vetoedBy == GovernanceBench.council[0] && vetoed.life.window.closesAt == bench.time.now)
            #expect(await refusal { try await bench.vote(proposal, "w-bob") } == .refused(.closed))
            let decided = try await bench.desk.decide(proposal.id)
            #expect(decided == vetoed)
            let told = try await bench.events(ProposalOutcomeDecided.self)
            #expect(told.map(\.state) == ["vetoed"] && told.map(\.reason) == ["It breaks a contract."])
            #expect(told.first?.ballots == 1 && told.first?.castWeight == "10" && told.first?.ballotsRoot == nil)
            let again = await refusal { _ = try await bench.desk.veto(bench.objection(to: proposal, nonce: "n2")) }
            #expect(again == .refused(.alreadyDecided(.vetoed)))
        },
        Check(name: "nobody but the council objects, and each signature serves once") { bench in
            let proposal = try await bench.open(["w-ann": 10], supply: 1000)
            let other = try await bench.open(["w-ann": 10], supply: 1000, title: "Rock at noon")
            func refused(_ objection: VetoSubmission) async -> Refusal? {
                await refusal { _ = try await bench.desk.veto(objection) }
            }
            let stranger = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"
            #expect(await refused(try bench.objection(to: proposal, by: stranger)) == .refused(.notOfCouncil))
            let key = GovernanceBench.council[1]
            #expect(await refused(try bench.objection(to: proposal, by: key, signer: stranger)) == .badSignature)
            let elsewhere = try bench.objection(to: other, by: key)
            let moved = try bench.objection(to: proposal, by: key, signature: elsewhere.signature)
            #expect(await refused(moved) == .badSignature)
            #expect(await refused(try bench.objection(to: proposal, reason: "")) == .invalid("reason"))
            #expect(await refused(try bench.objection(to: proposal, reason: "two\nlines")) == .invalid("reason"))
            #expect(await refused(try bench.objection(to: proposal, nonce: "a b")) == .invalid("nonce"))
            #expect(await refused(try bench.objection(to: proposal, for: .seconds(601))) == .expired)
            let still = try await bench.desk.proposal(proposal.id)
            #expect(still.state == .voting && still.reason == nil)
            #expect(await refused(try bench.objection(to: proposal, by: key, nonce: "n1")) == nil)
            #expect(await refused(try bench.objection(to: other, by: key, nonce: "n1")) == .alreadyUsed("nonce"))
            let after = try await bench.desk.proposal(other.id)
            #expect(after.state == .voting)
            // Another key may use the same.
            #expect(await refused(try bench.objection(to: other, nonce: "n1")) == nil)
        },
        Check(name: "the council objects to what has passed until it is being carried out") { bench in
            let first = try await bench.passed("Jazz at night")
            let second = try await bench.passed("Rock at noon")
            let vetoed = try await bench.desk.veto(bench.objection(to: first))
            #expect(vetoed.state == .vetoed && vetoed.result == first.result && vetoed.ballotsRoot == first.ballotsRoot)
            let told = try await bench.events(ProposalOutcomeDecided.self)
            #expect(told.map(\.state) == ["passed", "passed", "vetoed"])
            #expect(told.last?.castWeight == told.first?.castWeight && told.last?.ballots == told.first?.ballots)
            #expect(told.last?.ballotsRoot == first.ballotsRoot?.hash.description)
            bench.time.advance(by: .seconds(3600))
            let moment = bench.time.now
            _ = try await bench.desk.change(second.id) { life, rules throws(ProposalRefusal) in
                try life.beginExecution(rules, at: moment)
            }
            let late = await refusal { _ = try await bench.desk.veto(bench.objection(to: second, nonce: "n2")) }
            #expect(late == .refused(.executionStarted(.executing)))
            let executing = try await bench.desk.proposal(second.id)
            #expect(executing.state == .executing && executing.reason == nil)
        },
        Check(name: "an objection that was refused can be brought again with the same signature") { bench in
            let proposal = try await bench.open(["w-ann": 10], supply: 1000)
            let objection = try bench.objection(to: proposal)
            try await bench.breakUpdates(of: "proposal")
            let failure = await refusal { _ = try await bench.desk.veto(objection) }
            #expect(failure?.isOfStore == true)
            try await bench.mendUpdates(of: "proposal")
            let vetoed = try await bench.desk.veto(objection)
            #expect(vetoed.state == .vetoed)
        },
        Check(name: "the text to sign is the one that is checked, and nobody signs in vain") { bench in
            let proposal = try await bench.open(["w-ann": 10], supply: 1000)
            let key = GovernanceBench.council[0]
            func text(_ key: String, _ reason: String = "No.") async throws -> String {
                let made = try await bench.desk.vetoText(for: proposal.id, key: key, reason: reason, nonce: "n1")
                return made.text
            }
            let made = try await bench.desk.vetoText(for: proposal.id, key: key, reason: "No.", nonce: "n1")
            let lifetime = made.issuedAt.duration(to: made.expiresAt)
            #expect(made.issuedAt == bench.time.now && lifetime == .seconds(600))
            #expect(await refusal { _ = try await text("w-ann") } == .refused(.notOfCouncil))
            #expect(await refusal { _ = try await text(key, "two\nlines") } == .invalid("reason"))
            #expect(await refusal { _ = try await text(key, "") } == .invalid("reason"))
            let signature = PlainWallets.sign(made.text, by: key)
            let vetoed = try await bench.desk.veto(bench.objection(to: proposal, signature: signature))
            #expect(vetoed.state == .vetoed)
            #expect(await refusal { _ = try await text(key) } == .refused(.alreadyDecided(.vetoed)))
        },
        Check(name: "the objection is told with the ballots that it finds") { bench in
            let proposal = try await bench.open(["w-ann": 10, "w-bob": 20], supply: 1000)
            let looks = CallCounter()
            let watched = WatchedStore(bench.store) { statement in
                // The desk has read what never changes; then it reads the proposal to change it.
                guard statement.sqlite.contains("WHERE p.id = ?1"), looks.next() == 2 else { return }
                let failure = await refusal { try await bench.vote(proposal, "w-ann") }
                #expect(failure == nil)
            }
            let late = WatchedStore(watched) { _ in }
            let desk = bench.desk(over: late)
            _ = try await desk.veto(bench.objection(to: proposal))
            let told = try await bench.events(ProposalOutcomeDecided.self)
            #expect(told.map(\.ballots) == [1] && told.map(\.castWeight) == ["10"])
        },
    ]
}

extension GovernanceBench {
    /// A proposal that has passed with weight that somebody carries.
    func passed(_ title: String) async throws -> ProposalRecord {
        try await delegate("w-ann", to: "w-bob", nonce: "for \(title)".filter { $0 != " " })
        let proposal = try await open(["w-ann": 10, "w-bob": 20], supply: 100, title: title)
        try await vote(proposal, "w-bob")
        try await close(proposal)
        let decided = try await desk.decide(proposal.id)
        try #require(decided.state == .passed)
        return decided
    }

    /// What a key of the council signs to object; its text is written out here, as its holder's program has it.
    func objection(
        to proposal: ProposalRecord,
        by key: String = council[0],
        reason: String = "No.",
        nonce: String = "n1",
        for lifetime: Duration = .seconds(600),
        signer: String? = nil,
        signature: String? = nil
    ) throws -> VetoSubmission {
        let (issued, expires) = (time.now, time.now.advanced(by: lifetime))
        let text = """
            \(GovernanceBench.domain) asks the council to object to a proposal.

            Key: \(key)
            Proposal: \(proposal.id)
            Proposal hash: \(proposal.documentHash)
            Reason: \(reason)
            Nonce: \(nonce)
            Issued at: \(issued)
            Expires at: \(expires)
            """
        return VetoSubmission(
            proposal: proposal.id,
            key: key,
            reason: reason,
            nonce: nonce,
            issuedAt: issued,
            expiresAt: expires,
            signature: signature ?? PlainWallets.sign(text, by: signer ?? key)
        )
    }
}
