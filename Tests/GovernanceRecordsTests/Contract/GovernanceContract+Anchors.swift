import Bus
import Domain
import Governance
import GovernanceRecords
import Store
import TestKit
import Testing

extension GovernanceContract {
    static let anchors = [
        Check(name: "a result's way to the chain is kept as it is written down") { bench in
            let proposal = try await bench.passed("Jazz at night")
            let nothing = try await bench.desk.anchor(of: proposal.id)
            #expect(nothing == nil)
            var anchor = ChainAnchor(waiting: "memo", of: proposal.id, at: bench.time.now)
            try await bench.desk.save(anchor)
            let waiting = try await bench.desk.anchor(of: proposal.id)
            #expect(waiting == anchor)
            bench.time.advance(by: .seconds(2))
            // As many bytes as an id has, and then as many as a transaction.
            for count in [16, 1232] {
                (anchor.state, anchor.signature, anchor.attempts) = (.sent, "signature", anchor.attempts + 1)
                (anchor.bytes, anchor.lastValidHeight) = ((0..<count).map { UInt8($0 & 255) }, 999)
                anchor.updatedAt = bench.time.now
                try await bench.desk.save(anchor)
                let sent = try await bench.desk.anchor(of: proposal.id)
                #expect(sent == anchor)
            }
            (anchor.state, anchor.detail, anchor.bytes) = (.failed, "given up", nil)
            try await bench.desk.save(anchor)
            let failed = try await bench.desk.anchor(of: proposal.id)
            #expect(failed == anchor)
            let told = try await bench.events(ProposalAnchored.self)
            #expect(told.isEmpty)
        },
        Check(name: "what stands on the chain stays so, and is told once") { bench in
            let proposal = try await bench.passed("Jazz at night")
            var anchor = ChainAnchor(waiting: "memo", of: proposal.id, at: bench.time.now)
            (anchor.state, anchor.signature, anchor.position, anchor.attempts) = (.confirmed, "first", 4712, 1)
            try await bench.desk.save(anchor)
            try await bench.desk.save(anchor)
            var other = anchor
            (other.signature, other.position) = ("second", 4713)
            try await bench.desk.save(other)
            for state in ChainAnchor.State.allCases where state != .confirmed {
                other.state = state
                try await bench.desk.save(other)
            }
            let stored = try await bench.desk.anchor(of: proposal.id)
            #expect(stored == anchor)
            let told = try await bench.events(ProposalAnchored.self)
            #expect(told.map(\.signature) == ["first"] && told.map(\.slot) == ["4712"])
            #expect(told.map(\.proposal) == [proposal.id])
        },
        Check(name: "there is nothing to anchor of a proposal that is not there") { bench in
            let anchor = ChainAnchor(waiting: "memo", of: UUIDv7(high: 1, low: 1), at: bench.time.now)
            #expect(await refusal { try await bench.desk.save(anchor) } == .store(.constraint))
        },
        Check(name: "the record on the chain names the result in a writing that anybody can make again") { bench in
            let open = try await bench.open(["w-ann": 10], supply: 100, title: "Later")
            #expect(ChainAnchor.memo(of: open) == nil)
            let proposal = try await bench.passed("Jazz at night")
            let result = """
                {"ballotCount":1,"castWeight":"30","contests":[],"leaders":[0],"rounds":[],"system":"basic",\
                "totals":["30","0","0"],"unitsPerVote":1}
                """
            let root = try #require(proposal.ballotsRoot)
            let memo = ChainAnchor.memo(of: proposal)
            #expect(
                memo == """
                    cryptocall-result:1 \(proposal.id) \(proposal.documentHash) passed \
                    \(Digest(of: Array(result.utf8))) 1 \(root.hash)
                    """
            )
            let read = try await bench.desk.proposal(proposal.id)
            #expect(ChainAnchor.memo(of: read) == memo)
        },
    ]
}
