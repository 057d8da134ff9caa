import BusZeroMQ
import JSON
import Store

/// Looks whether what a database holds fits together, and repairs what can be counted anew; blocks.
struct DatabaseCheck {
    let place: DatabasePlace
    let repairs: Bool
    let onProgress: @Sendable (String) -> Void

    /// One rule: a query that finds what breaks it, and for some a statement that mends it.
    struct Rule {
        let name: String
        /// Answers one text for each thing found, with the same words for both engines where it can.
        let finding: SQL
        var repair: SQL?

        init(_ name: String, _ finding: SQL, repair: SQL? = nil) {
            self.name = name
            self.finding = finding
            self.repair = repair
        }
    }

    /// What a rule came to.
    struct Result: Hashable {
        let rule: String
        /// At most `findingsMax`.
        let findings: [String]
        let isRepaired: Bool

        var isGood: Bool { findings.isEmpty || isRepaired }
    }

    static let findingsMax = 20

    func report() throws -> DatabaseReport {
        let results = try run()
        let isGood = results.allSatisfy(\.isGood)
        var lines: [String] = []
        for result in results {
            let verdict = result.findings.isEmpty ? "ok" : result.isRepaired ? "repaired" : "WRONG"
            lines.append("\(verdict)  \(result.rule)")
            lines += result.findings.map { "    \(TOMLText.oneLine($0))" }
        }
        return DatabaseReport(
            lines: lines,
            json: [
                "ok": .bool(isGood),
                "checks": .array(
                    results.map {
                        [
                            "rule": .string($0.rule), "findings": .array($0.findings.map { .string($0) }),
                            "repaired": .bool($0.isRepaired),
                        ]
                    }
                ),
            ],
            exitCode: isGood ? .ok : .dataError
        )
    }

    func run() throws -> [Result] {
        let connection = try place.connect(repairs ? .readWrite : .readOnly)
        let schema = try SchemaState(connection)
        guard schema.pending.isEmpty, schema.unknown.isEmpty else {
            throw DatabaseFailure(
                .config,
                "the schema is at \(schema.version), and not what this program has: run `cryptocallctl db migrate` first"
            )
        }
        onProgress("reading every page")
        var results = [try pages(connection)]
        for rule in DatabaseCheck.rules {
            onProgress(rule.name)
            results.append(try check(rule, connection))
        }
        return results
    }

    private func check(_ rule: Rule, _ connection: any MaintenanceConnection) throws -> Result {
        func find() throws(StoreError) -> [String] {
            let sql = connection.dialect == .sqlite ? rule.finding.sqlite : rule.finding.postgres
            return try connection.rows("\(sql) LIMIT \(DatabaseCheck.findingsMax)").compactMap { $0[0].text }
        }
        guard repairs, let repair = rule.repair else {
            return Result(rule: rule.name, findings: try find(), isRepaired: false)
        }
        // In one transaction, so that what was found is what is mended, also beside a daemon that works.
        return try connection.inTransaction(connection.dialect == .sqlite ? "BEGIN IMMEDIATE" : "BEGIN") {
            if connection.dialect == .postgres { try connection.rows("LOCK TABLE job IN SHARE ROW EXCLUSIVE MODE") }
            let findings = try find()
            guard !findings.isEmpty else { return Result(rule: rule.name, findings: [], isRepaired: false) }
            try connection.rows(connection.dialect == .sqlite ? repair.sqlite : repair.postgres)
            return Result(rule: rule.name, findings: findings, isRepaired: try find().isEmpty)
        }
    }

    /// Whether the storage itself is whole.
    private func pages(_ connection: any MaintenanceConnection) throws -> Result {
        switch connection.dialect {
        case .sqlite:
            let findings = try connection.rows("PRAGMA integrity_check(\(DatabaseCheck.findingsMax))")
                .compactMap { $0[0].text }.filter { $0 != "ok" }
            let foreign = try connection.rows("PRAGMA foreign_key_check").prefix(DatabaseCheck.findingsMax)
                .map { "a row of \($0[0].text ?? "?") refers to a row of \($0[2].text ?? "?") that is not there" }
            return Result(
                rule: "pages, indexes and references are whole",
                findings: findings + foreign,
                isRepaired: false
            )
        case .postgres: return try postgresPages(connection)
        }
    }

    private func postgresPages(_ connection: any MaintenanceConnection) throws -> Result {
        var findings: [String] = []
        for table in try TableShape.all(connection) {
            do throws(StoreError) {
                // Reads every row whole; the server checks each page's checksum where it has them.
                try connection.rows("SELECT count(t.*::text) FROM \(table.place) t")
            } catch {
                guard error.code != .unreachable else { throw error }
                findings.append("\(table.name): \(error.detail)")
            }
        }
        let name = "every row can be read"
        guard
            try connection.rows("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'").first?[0].isTrue ?? false
        else {
            return Result(
                rule: "\(name) (without amcheck, indexes are not compared)",
                findings: findings,
                isRepaired: false
            )
        }
        do throws(StoreError) {
            try connection.rows(
                """
                SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
                JOIN pg_am a ON a.oid = c.relam
                WHERE a.amname = 'btree' AND c.relnamespace IN (current_schema()::regnamespace, 'cmq'::regnamespace)
                """
            )
        } catch {
            guard error.code != .unreachable else { throw error }
            findings.append(error.detail)
        }
        return Result(rule: "\(name), and indexes agree with their tables", findings: findings, isRepaired: false)
    }
}
