import Store

/// One table on both sides of a move, and the statements that carry its rows over.
struct TableMatch {
    let source: TableShape
    let target: TableShape
    /// The columns that both have, in the source's order.
    private let columns: [(name: String, type: String)]

    /// Columns that only SQLite has: PostgreSQL keeps the same thing in a sequence.
    private static let sourceOnly: Set<String> = ["message_queue.last_msg_id"]

    /// - Throws: `DatabaseFailure` when either side has a column that the other lacks.
    init(source: TableShape, target: TableShape) throws(DatabaseFailure) {
        let types = Dictionary(target.columns.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        let own = source.columns.map(\.name).filter { !TableMatch.sourceOnly.contains("\(source.name).\($0)") }
        guard Set(own) == Set(types.keys) else {
            let odd = Set(own).symmetricDifference(types.keys).sorted().joined(separator: ", ")
            throw DatabaseFailure(.software, "\(source.name) has different columns in the two engines: \(odd)")
        }
        self.source = source
        self.target = target
        columns = own.map { ($0, types[$0] ?? "text") }
    }

    /// All tables, those that others refer to first.
    static func all(
        _ from: any MaintenanceConnection,
        _ into: any MaintenanceConnection
    ) throws -> [TableMatch] {
        let (sources, targets) = (try TableShape.all(from), try TableShape.all(into))
        guard sources.map(\.name) == targets.map(\.name) else {
            let odd = Set(sources.map(\.name)).symmetricDifference(targets.map(\.name)).sorted()
            throw DatabaseFailure(.software, "only one engine has the tables \(odd.joined(separator: ", "))")
        }
        let matches = try zip(sources, targets).map { try TableMatch(source: $0, target: $1) }
        var references: [String: Set<String>] = [:]
        for row in try into.rows(TableMatch.references) {
            guard let own = row[0].text, let other = row[1].text, let schema = row[2].text,
                let otherSchema = row[3].text
            else { continue }
            references[TableShape.name(schema: schema, table: own), default: []]
                .insert(TableShape.name(schema: otherSchema, table: other))
        }
        let order = ordered(matches.map(\.source.name), references)
        return order.compactMap { name in matches.first { $0.source.name == name } }
    }

    /// Names in an order in which each comes after those that it refers to; rings stay as they are.
    static func ordered(_ names: [String], _ references: [String: Set<String>]) -> [String] {
        var (rest, order) = (names, [String]())
        while !rest.isEmpty {
            let free = rest.filter { name in
                (references[name] ?? []).subtracting([name]).isDisjoint(with: rest)
            }
            let next = free.isEmpty ? rest : free
            order += next
            rest.removeAll { next.contains($0) }
        }
        return order
    }

    private static let references = """
        SELECT o.relname::text, r.relname::text, n.nspname::text, m.nspname::text FROM pg_constraint c
        JOIN pg_class o ON o.oid = c.conrelid JOIN pg_namespace n ON n.oid = o.relnamespace
        JOIN pg_class r ON r.oid = c.confrelid JOIN pg_namespace m ON m.oid = r.relnamespace
        WHERE c.contype = 'f'
        """
    static let identities = """
        SELECT c.relname::text, a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE a.attidentity <> '' AND c.relnamespace = current_schema()::regnamespace
        """

    /// Whose spelling PostgreSQL does not keep.
    var jsonColumns: Set<Int> { Set(columns.indices.filter { columns[$0].type == "jsonb" }) }

    // MARK: Statements

    var sourceQuery: String {
        "SELECT \(columns.map { TableShape.quoted($0.name) }.joined(separator: ", ")) FROM \(source.place)"
    }

    var targetQuery: String {
        let list = columns.map { column in
            column.type == "numeric" ? "\(TableShape.quoted(column.name))::text" : TableShape.quoted(column.name)
        }
        return "SELECT \(list.joined(separator: ", ")) FROM \(target.place)"
    }

    /// How many rows fit into one statement.
    var batchCount: Int { max(1, min(200, 20_000 / max(1, columns.count))) }

    func insertion(of rowCount: Int) -> String {
        var number = 0
        let rows = (0..<rowCount).map { _ in
            let values = columns.map { column in
                number += 1
                return TableMatch.value(number, column.type)
            }
            return "(\(values.joined(separator: ", ")))"
        }
        let names = columns.map { TableShape.quoted($0.name) }.joined(separator: ", ")
        return "INSERT INTO \(target.place) (\(names)) OVERRIDING SYSTEM VALUE VALUES \(rows.joined(separator: ", "))"
    }

    /// What SQLite has as a number or a text, as the column's type wants it.
    private static func value(_ number: Int, _ type: String) -> String {
        switch type {
        case "smallint", "integer", "bigint": "$\(number)::bigint::\(type)"
        case "boolean": "($\(number)::bigint <> 0)"
        case "numeric", "json", "jsonb", "text", "character varying": "$\(number)::text::\(type)"
        case "double precision": "$\(number)::double precision"
        default: "$\(number)::\(type)"
        }
    }
}
