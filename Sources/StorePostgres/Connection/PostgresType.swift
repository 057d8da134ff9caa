import Store

/// A type of PostgreSQL, as far as values of it go to the server and come back.
struct PostgresType: Hashable {
    let oid: UInt32

    static let bool = PostgresType(oid: 16)
    static let bytea = PostgresType(oid: 17)
    static let char = PostgresType(oid: 18)
    static let name = PostgresType(oid: 19)
    static let int8 = PostgresType(oid: 20)
    static let int2 = PostgresType(oid: 21)
    static let int4 = PostgresType(oid: 23)
    static let text = PostgresType(oid: 25)
    static let oid = PostgresType(oid: 26)
    static let json = PostgresType(oid: 114)
    static let float4 = PostgresType(oid: 700)
    static let float8 = PostgresType(oid: 701)
    static let unknown = PostgresType(oid: 705)
    static let bpchar = PostgresType(oid: 1042)
    static let varchar = PostgresType(oid: 1043)
    static let void = PostgresType(oid: 2278)
    static let uuid = PostgresType(oid: 2950)
    static let jsonb = PostgresType(oid: 3802)

    private static let textual: Set<PostgresType> = [.text, .varchar, .bpchar, .name, .json, .unknown, .char]
    private static let readable = textual.union([
        .bool, .int2, .int4, .int8, .oid, .float4, .float8, .jsonb, .uuid, .bytea, .void,
    ])

    /// For messages: the names of types that a statement may well answer with by mistake.
    private static let names: [UInt32: String] = [
        1700: "numeric", 1082: "date", 1083: "time", 1114: "timestamp", 1184: "timestamptz", 1186: "interval",
        1009: "text[]", 1007: "integer[]", 1016: "bigint[]", 2951: "uuid[]", 869: "inet", 2249: "record",
    ]

    /// Whether the binary form of a value is that of its text.
    var isTextual: Bool { PostgresType.textual.contains(self) }

    /// - Throws: `StoreError` with `.failed` when values of the type cannot be read.
    func checkReadable() throws(StoreError) {
        guard !PostgresType.readable.contains(self) else { return }
        let name = PostgresType.names[oid] ?? "with oid \(oid)"
        throw StoreError(.failed, "column type \(name)", detail: "cast it to a type that can be read, such as text")
    }

    /// Reads the binary form of a value.
    func decode(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> SQLValue {
        switch self {
        case .bool where bytes.count == 1: .integer(bytes[0] == 0 ? 0 : 1)
        case .int2 where bytes.count == 2: .integer(Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self))))
        case .int4 where bytes.count == 4: .integer(Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self))))
        case .oid where bytes.count == 4: .integer(Int64(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))))
        case .int8 where bytes.count == 8: .integer(Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
        case .float4 where bytes.count == 4:
            .real(Double(Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))))
        case .float8 where bytes.count == 8:
            .real(Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))))
        // The first byte is the version of the format, which is 1.
        case .jsonb where bytes.first == 1: .text(String(decoding: bytes.dropFirst(), as: UTF8.self))
        case .uuid, .bytea: .blob(Array(bytes))
        case .void: .null
        case _ where isTextual: .text(String(decoding: bytes, as: UTF8.self))
        default: try refuse()
        }
    }

    private func refuse() throws(StoreError) -> SQLValue {
        try checkReadable()
        throw StoreError(.corrupt, "value of type \(oid)")
    }
}
