import Bus
import JSON

extension WalletReport {
    var json: JSONValue {
        [
            "kind": .string(WalletReport.kind),
            "version": .int(WalletReport.version),
            "wallet": .string(wallet),
            "chain": .string(chain),
            "window": ["from": .string(from.description), "to": .string(to.description)],
            "metrics": metrics.json,
            "counts": metrics.counts.json,
            "tier": ["number": .int(Int64(tier.rawValue)), "rule": .string(rule.rawValue)],
            "flags": .array(flags.map { .string($0.rawValue) }),
            "sources": .array(sources.map(\.json)),
            "policy": .string(policy),
            "made_at": .string(madeAt.description),
            "stale_after": .string(staleAfter.description),
        ]
    }

    /// Reads a report back.
    ///
    /// - Parameter bytes: exactly what `bytesToSign` gave.
    /// - Throws: `Problem`.
    package init(parsing bytes: [UInt8]) throws(Problem) {
        guard bytes.count <= WalletReport.bytesMax else { throw .tooLarge(bytes: bytes.count) }
        guard let value = try? JSONValue(parsing: bytes, depthMax: 8) else { throw .notJSON }
        let fields = ReportFields(value)
        guard try fields.text("kind") == WalletReport.kind else { throw .badField("kind") }
        guard try fields.whole("version") == Int(WalletReport.version) else { throw .badField("version") }
        let window = try fields.inside("window")
        guard let rule = WalletTier.Rule(rawValue: try fields.inside("tier").text("rule")) else {
            throw .badField("tier.rule")
        }
        self.init(
            wallet: try fields.text("wallet"),
            chain: try fields.text("chain"),
            from: try window.time("from"),
            to: try window.time("to"),
            metrics: try WalletMetrics(fields.inside("metrics"), counts: fields.inside("counts")),
            rule: rule,
            flags: try WalletReport.flags(fields),
            sources: try WalletReport.sources(fields),
            policy: try fields.text("policy"),
            madeAt: try fields.time("made_at"),
            staleAfter: try fields.time("stale_after")
        )
        // Whatever else stands there, or stands there in another way, is not what was signed.
        guard bytesToSign == bytes else { throw .notCanonical }
    }

    private static func flags(_ fields: ReportFields) throws(Problem) -> [RiskFlag] {
        var flags: [RiskFlag] = []
        for value in try fields.list("flags") {
            guard let flag = value.string.flatMap(RiskFlag.init(rawValue:)) else { throw .badField("flags") }
            flags.append(flag)
        }
        return flags
    }

    private static func sources(_ fields: ReportFields) throws(Problem) -> [SourceNote] {
        var sources: [SourceNote] = []
        for value in try fields.list("sources") { sources.append(try SourceNote(ReportFields(value))) }
        return sources
    }
}

extension SourceNote {
    fileprivate var json: JSONValue {
        [
            "name": .string(name),
            "slot": slot.map { .int($0) } ?? .null,
            "from": from.map { .string($0.description) } ?? .null,
            "to": to.map { .string($0.description) } ?? .null,
            "pages": .int(Int64(pages)),
            "state": .string(completeness.name),
            "reason": completeness.reason.map { .string($0) } ?? .null,
        ]
    }

    fileprivate init(_ fields: ReportFields) throws(WalletReport.Problem) {
        let completeness: Completeness
        switch (try fields.text("state"), try fields.optional("reason")?.string) {
        case ("complete", nil): completeness = .complete
        case ("partial", let reason?): completeness = .partial(reason: reason)
        case ("missing", let reason?): completeness = .missing(reason: reason)
        default: throw .badField("state")
        }
        self.init(
            name: try fields.text("name"),
            slot: try fields.optional("slot") == nil ? nil : Int64(try fields.whole("slot")),
            from: try fields.optional("from") == nil ? nil : try fields.time("from"),
            to: try fields.optional("to") == nil ? nil : try fields.time("to"),
            pages: try fields.whole("pages"),
            completeness: completeness
        )
    }
}
