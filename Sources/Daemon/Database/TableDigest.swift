import BusZeroMQ
import Domain
import JSON
import Store

/// A fingerprint of a table's rows that does not depend on their order, nor on the engine.
///
/// Each row is written in one canonical way and hashed; the hashes are added up.
struct TableDigest: Hashable {
    private(set) var rowCount: Int64 = 0
    private var sums = [UInt32](repeating: 0, count: 8)
    /// Which columns hold JSON that PostgreSQL stores in its own spelling.
    private let jsonColumns: Set<Int>

    init(jsonColumns: Set<Int>) { self.jsonColumns = jsonColumns }

    mutating func add(_ row: SQLRow) {
        var bytes: [UInt8] = []
        for (index, value) in row.enumerated() {
            write(jsonColumns.contains(index) ? CanonicalJSON.canonical(value) : value, to: &bytes)
        }
        var hash = SHA256()
        hash.update(bytes)
        for (index, word) in hash.words().enumerated() { sums[index] &+= word }
        rowCount += 1
    }

    /// Kind, length and content, so that no two rows look alike.
    private func write(_ value: SQLValue, to bytes: inout [UInt8]) {
        func append(_ kind: Character, _ content: some Collection<UInt8>) {
            bytes += "\(kind)\(content.count):".utf8
            bytes += content
        }
        switch value {
        case .null: append("n", [])
        case .integer(let number): append("i", "\(number)".utf8)
        case .real(let number): append("r", "\(number)".utf8)
        case .text(let text): append("t", Array(text.utf8))
        case .blob(let content): append("b", content)
        }
    }

    var hexadecimal: String { SHA256.hexadecimal(sums) }

    static func == (first: TableDigest, second: TableDigest) -> Bool {
        first.rowCount == second.rowCount && first.sums == second.sums
    }

    func hash(into hasher: inout Hasher) { hasher.combine(sums) }
}

/// JSON in one spelling: members by name, no spaces, numbers without idle digits.
enum CanonicalJSON {
    /// The value itself where it is no JSON.
    static func canonical(_ value: SQLValue) -> SQLValue {
        guard let text = value.text else { return value }
        do {
            return .text("\(plain(try JSONValue(parsing: text.utf8, depthMax: 256)))")
        } catch {
            return value
        }
    }

    private static func plain(_ value: JSONValue) -> JSONValue {
        switch value {
        case .double(let number): Int64(exactly: number).map { .int($0) } ?? value
        case .array(let elements): .array(elements.map(plain))
        case .object(let members): .object(members.mapValues(plain))
        default: value
        }
    }
}
