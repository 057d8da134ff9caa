import Bus
import Chains
import CryptoCallClient
import Foundation
import Governance
import JSON

/// Counts a proposal again from its ballots, trusting nothing of what the station says about them.
///
/// Each ballot's text is built again from its fields and the proposal's document, its signature is checked, and its
/// receipt goes into a tree whose root has to be the one that was published.
struct BallotAudit {
    /// What is wrong, at most so many lines of it.
    private(set) var problems: [String] = []
    private(set) var problemCount = 0
    private(set) var ballotCount = 0
    /// Whether a wallet's ballot was among them.
    private(set) var found: CryptoCallClient.BallotsShown.Ballot?
    private let proposal: UUIDv7
    private let terms: DocumentTerms
    private let documentHash: Digest
    private let wanted: String?
    private var tree = MerkleAccumulator()
    private var tally: Tally
    private var voters: Set<String> = []

    private static let problemsMax = 20

    /// - Parameters:
    ///   - shown: the proposal as the station tells it.
    ///   - wallet: the one whose ballot is looked for.
    /// - Throws: `CommandFailure` for a proposal that cannot be read.
    init(_ shown: ProposalShown, wallet: String?) throws(CommandFailure) {
        guard let proposal = UUIDv7(shown.id), let terms = DocumentTerms(shown.document) else {
            throw CommandFailure(.badData, "the proposal's document cannot be read")
        }
        self.proposal = proposal
        self.terms = terms
        documentHash = Digest(of: Array(shown.document.utf8))
        wanted = wallet
        do {
            tally = try Tally(terms.system, optionCount: terms.options.count)
        } catch {
            throw CommandFailure(.badData, "the proposal cannot be counted: \(error)")
        }
        if documentHash.description != shown.documentHash {
            note("the document's hash is \(documentHash), and not the published \(shown.documentHash)")
        }
    }

    /// Takes ballots in their order.
    mutating func add(_ ballots: BallotsShown) {
        for ballot in ballots.ballots {
            check(ballot, domain: ballots.domain)
            if ballot.voter == wanted { found = ballot }
        }
    }

    private mutating func check(_ ballot: BallotsShown.Ballot, domain: String) {
        let name = "ballot \(ballot.sequence)"
        if ballot.sequence != Int64(ballotCount) { note("\(name) stands at place \(ballotCount)") }
        ballotCount += 1
        if !voters.insert(ballot.voter).inserted { note("\(name): \(ballot.voter) has voted twice") }
        guard let weight = UInt64(ballot.weight), let carried = UInt64(ballot.carried),
            let issued = Timestamp(ballot.issuedAt), let expires = Timestamp(ballot.expiresAt)
        else { return note("\(name) cannot be read") }
        do {
            let choice = try Choice(parsing: ballot.choice)
            let text = try BallotText(
                domain: domain,
                chain: terms.chain,
                wallet: ballot.voter,
                proposal: proposal,
                proposalHash: documentHash,
                choice: choice,
                nonce: ballot.nonce,
                issuedAt: issued,
                expiresAt: expires
            )
            if text.hash.description != ballot.textHash { note("\(name): its text is not the one that was signed") }
            if let problem = BallotAudit.flaw(of: ballot, text.text) { note("\(name): \(problem)") }
            let receipt = try BallotReceipt(
                proposal: proposal,
                sequence: UInt64(clamping: ballot.sequence),
                voter: ballot.voter,
                chain: terms.chain,
                choice: choice,
                weight: weight,
                carried: carried,
                textHash: text.hash,
                signature: ballot.signature
            )
            tree.add(receipt.leaf)
            if weight + carried > 0 { try tally.add(choice, weight: weight + carried) }
        } catch {
            note("\(name): \(error)")
        }
    }

    private static func flaw(of ballot: BallotsShown.Ballot, _ text: String) -> String? {
        guard let address = SolanaAddress(ballot.voter), let signature = SolanaSignature(ballot.signature),
            let form = SolanaSignedText.Form(ballot.form)
        else { return "its wallet, signature or form cannot be read" }
        do {
            try SolanaSignedText.verify(text: text, address: address, signature: signature, form: form)
            return nil
        } catch {
            return error.description
        }
    }

    /// Compares what was counted with what was published.
    ///
    /// - Parameters:
    ///   - shown: the proposal as the station tells it.
    ///   - root: what somebody has from elsewhere, such as the chain.
    /// - Returns: what the ballots come to.
    mutating func finish(_ shown: ProposalShown, root: String?) -> TallyResult {
        let counted = tree.root.hash.description
        for published in [shown.ballotsRoot, root].compactMap({ $0 }) where published != counted {
            note("the ballots' root is \(counted), and not \(published)")
        }
        if let memo = shown.anchor?.memo, shown.ballotsRoot != nil, !memo.hasSuffix(" \(counted)") {
            note("the record for the chain names another root")
        }
        let result = tally.finish()
        if shown.ballots != Int64(ballotCount) { note("\(ballotCount) ballots are there, and not \(shown.ballots)") }
        if let totals = shown.totals, totals != result.totals.map(\.description) {
            note("the totals are \(result.totals.map(\.description)), and not \(totals)")
        }
        return result
    }

    /// The root over the ballots so far, in hexadecimal.
    var root: String { tree.root.hash.description }

    private mutating func note(_ problem: String) {
        problemCount += 1
        if problems.count < Self.problemsMax { problems.append(problem) }
    }
}

/// What counting takes of a proposal's document.
struct DocumentTerms: Hashable {
    let chain: String
    let system: VotingSystem
    let options: [String]

    init?(_ document: String) {
        guard let value = try? JSONValue(parsing: Array(document.utf8)),
            let chain = value["snapshot"]?["chain"]?.string,
            let system = value["rules"]?["system"]?.string.flatMap(VotingSystem.init),
            let options = value["options"]?.array?.compactMap(\.string)
        else { return nil }
        self.chain = chain
        self.system = system
        self.options = options
    }
}
