import Store

/// A table as a database describes it.
struct TableShape: Hashable {
    struct Column: Hashable {
        let name: String
        /// The engine's name for its type.
        let type: String
    }

    /// Its name in SQLite, under which both engines' tables are matched.
    let name: String
    /// How statements name it.
    let place: String
    let columns: [Column]

    /// All tables that migrations have made, by name; not the list of the migrations itself.
    static func all(_ connection: any MaintenanceConnection) throws(StoreError) -> [TableShape] {
        let rows = try connection.rows(connection.dialect == .sqlite ? sqlite : postgres)
        var columns: [String: [Column]] = [:]
        var places: [String: String] = [:]
        for row in rows {
            guard let schema = row[0].text, let table = row[1].text, let column = row[2].text, let type = row[3].text
            else { continue }
            let name = name(schema: schema, table: table)
            guard name != "schema_migration" else { continue }
            columns[name, default: []].append(Column(name: column, type: type))
            places[name] = schema == "cmq" ? "cmq.\(quoted(table))" : quoted(table)
        }
        return columns.sorted { $0.key < $1.key }
            .map { TableShape(name: $0.key, place: places[$0.key] ?? quoted($0.key), columns: $0.value) }
    }

    /// Tables of PostgreSQL that have another name in SQLite, which knows no schemas.
    private static let names = [
        "cmq.queue": "message_queue", "cmq.message": "message", "cmq.archive": "message_archive",
    ]

    /// What SQLite calls a table of PostgreSQL.
    static func name(schema: String, table: String) -> String { names["\(schema).\(table)"] ?? table }

    private static let sqlite = """
        SELECT '', t.name, c.name, lower(c.type) FROM sqlite_schema t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid
        """
    private static let postgres = """
        SELECT n.nspname::text, c.relname::text, a.attname::text, format_type(a.atttypid, NULL)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind = 'r' AND (n.nspname = current_schema() OR n.nspname = 'cmq')
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        ORDER BY n.nspname, c.relname, a.attnum
        """

    /// A name in quotes, for names that come from the database itself.
    static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

    func count(_ connection: any MaintenanceConnection) throws(StoreError) -> Int64 {
        try connection.rows("SELECT count(*) FROM \(place)").first?[0].integer ?? 0
    }

    /// How many rows each table has, by the tables' names.
    static func counts(_ connection: any MaintenanceConnection) throws(StoreError) -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for table in try all(connection) { counts[table.name] = try table.count(connection) }
        return counts
    }
}
