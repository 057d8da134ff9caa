package import Bus
import JSON

/// All that voters decide on, in one text with one hash, which each ballot names.
///
/// The text is JSON by these rules, so that anybody can write it again: UTF-8 as the author gave it, no spaces between
/// tokens, members in the order of their names (all ASCII), no member left out. In texts only `"` and `\` and the
/// characters below U+0020 are escaped, as `\"`, `\\`, `\n`, `\t`; others of those cannot be there. Numbers are whole and
/// without exponent. What may exceed 2^53, which is `slot` and `supply`, is always decimal text; what cannot (counts,
/// seconds, basis points) is always a number: so the type never hangs on the value. Times are RFC 3339 in UTC with six
/// decimals.
package struct ProposalDocument: Hashable, Sendable {
    package var title: String
    /// May have several lines.
    package var details: String
    /// With the options.
    package var rules: ProposalRules
    package var snapshot: SupplySnapshot
    package var opensAt: Timestamp
    /// As planned, before any extension.
    package var closesAt: Timestamp

    package static let titleBytesMax = 300
    package static let detailsBytesMax = 20_000
    /// In the text; another shape is another version.
    package static let version: Int64 = 1

    package init(
        title: String,
        details: String,
        rules: ProposalRules,
        snapshot: SupplySnapshot,
        opensAt: Timestamp,
        closesAt: Timestamp
    ) {
        self.title = title
        self.details = details
        self.rules = rules
        self.snapshot = snapshot
        self.opensAt = opensAt
        self.closesAt = closesAt
    }

    /// The canonical text, in UTF-8.
    package var bytes: [UInt8] {
        JSONValue.object([
            "version": .int(ProposalDocument.version), "title": .string(title), "description": .string(details),
            "options": .array(rules.options.map { .string($0) }), "rules": rulesValue,
            "snapshot": .object([
                "chain": .string(snapshot.chain), "mint": .string(snapshot.mint),
                "slot": .string(String(snapshot.slot)), "supply": .string(String(snapshot.supply)),
            ]),
            "opens": .string(opensAt.description), "closes": .string(closesAt.description),
        ]).bytes
    }

    /// SHA-256 of the canonical text.
    package var hash: Digest { Digest(of: bytes) }

    package var window: VotingWindow {
        VotingWindow(opensAt: opensAt, closesAt: closesAt, extensionSeconds: rules.lateQuorumExtensionSeconds)
    }

    /// Every mistake, with its key.
    package func problems() -> [(key: String, text: String)] {
        var found: [(key: String, text: String)] = []
        if PlainText.isBlank(title) || title.utf8.count > ProposalDocument.titleBytesMax || !PlainText.isLine(title) {
            found.append(("title", "must be one line of 1 to \(ProposalDocument.titleBytesMax) bytes of plain text"))
        }
        if details.utf8.count > ProposalDocument.detailsBytesMax || !PlainText.isBlock(details) {
            found.append(("description", "must be at most \(ProposalDocument.detailsBytesMax) bytes of plain text"))
        }
        let length = opensAt.duration(to: closesAt)
        if length < .seconds(VotingWindow.secondsMin) || length > .seconds(VotingWindow.secondsMax) {
            found.append(
                ("closes", "must be \(VotingWindow.secondsMin) to \(VotingWindow.secondsMax) seconds after the opening")
            )
        }
        found += rules.problems().map { ($0.key.hasPrefix("options") ? $0.key : "rules.\($0.key)", $0.text) }
        return found + snapshot.problems().map { ("snapshot.\($0.key)", $0.text) }
    }

    private var rulesValue: JSONValue {
        .object([
            "system": .string(rules.system.rawValue),
            "quorumBasisPoints": .int(Int64(rules.quorumBasisPoints)),
            "passBasisPoints": .int(Int64(rules.passBasisPoints)),
            "allowsEarlyClose": .bool(rules.allowsEarlyClose),
            "lateQuorumExtensionSeconds": .int(Int64(rules.lateQuorumExtensionSeconds)),
            "executionDelaySeconds": .int(Int64(rules.executionDelaySeconds)),
            "vetoKeys": .array(rules.vetoKeys.map { .string($0) }),
        ])
    }
}
