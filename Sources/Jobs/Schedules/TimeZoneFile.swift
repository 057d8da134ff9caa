/// Reads the contents of an IANA time zone file (TZif, RFC 9636).
///
/// Every count is checked against the bytes that are there, so that no file, however damaged, does more than throw.
struct TimeZoneFile {
    /// The largest that is read; the largest there is has about 4 KiB.
    static let bytesMax = 256 * 1024

    /// How much follows a header.
    private struct Counts {
        var utcFlags = 0
        var standardFlags = 0
        var leaps = 0
        var changes = 0
        var types = 0
        var letters = 0

        func sizeBytes(timeBytes: Int) -> Int {
            changes * (timeBytes + 1) + types * 6 + letters + leaps * (timeBytes + 4) + standardFlags + utcFlags
        }
    }

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func rules(from bytes: [UInt8]) throws(TimeZoneDamage) -> TimeZoneRules {
        var file = TimeZoneFile(bytes)
        return try file.rules()
    }

    private mutating func rules() throws(TimeZoneDamage) -> TimeZoneRules {
        var (version, counts) = try header()
        guard version >= UInt8(ascii: "2") else { return try block(counts, timeBytes: 4, hasFooter: false) }
        // The first block, with times of four bytes, is for readers older than 2005.
        try skip(counts.sizeBytes(timeBytes: 4))
        (version, counts) = try header()
        return try block(counts, timeBytes: 8, hasFooter: true)
    }

    private mutating func header() throws(TimeZoneDamage) -> (version: UInt8, counts: Counts) {
        guard bytes.count - position >= 44 else { throw position == 0 ? .notATimeZoneFile : .truncated }
        guard Array(bytes[position..<position + 4]) == Array("TZif".utf8) else { throw .notATimeZoneFile }
        let version = bytes[position + 4]
        position += 20
        var counts = Counts()
        counts.utcFlags = try count()
        counts.standardFlags = try count()
        counts.leaps = try count()
        counts.changes = try count()
        counts.types = try count()
        counts.letters = try count()
        guard (1...256).contains(counts.types) else { throw .badCounts }
        return (version, counts)
    }

    private mutating func block(
        _ counts: Counts,
        timeBytes: Int,
        hasFooter: Bool
    ) throws(TimeZoneDamage) -> TimeZoneRules {
        guard counts.leaps == 0 else { throw .leapSeconds }
        guard counts.sizeBytes(timeBytes: timeBytes) <= bytes.count - position else { throw .truncated }
        var seconds: [Int64] = []
        for _ in 0..<counts.changes { seconds.append(try integer(timeBytes)) }
        // The format has no time before -2^59, and the program none after 2^59.
        guard zip(seconds, seconds.dropFirst()).allSatisfy({ $0 < $1 }),
            seconds.allSatisfy({ $0.magnitude <= 1 << 59 })
        else { throw .badOrder }
        var types: [Int] = []
        for _ in 0..<counts.changes { types.append(Int(try byte())) }
        let offsets = try offsets(counts.types)
        guard types.allSatisfy({ $0 < counts.types }) else { throw .badCounts }
        try skip(counts.letters + counts.standardFlags + counts.utcFlags)
        var changes = zip(seconds, types).map {
            TimeZoneRules.Change(second: $0, offsetSeconds: offsets[$1])
        }
        if hasFooter, let rule = try footer() { changes += rule.changes(after: changes.last?.second ?? 0) }
        return TimeZoneRules(firstOffsetSeconds: offsets[0], changes: changes)
    }

    private mutating func offsets(_ count: Int) throws(TimeZoneDamage) -> [Int] {
        var offsets: [Int] = []
        for _ in 0..<count {
            let offset = Int(try integer(4))
            guard abs(offset) <= TimeZoneRules.offsetSecondsMax else { throw .badOffset }
            offsets.append(offset)
            // Whether it is summer time, and its name.
            try skip(2)
        }
        return offsets
    }

    /// The rule for the time after the last change; `nil` when there is none.
    private mutating func footer() throws(TimeZoneDamage) -> TimeZoneFooter? {
        guard try byte() == UInt8(ascii: "\n") else { throw .badFooter }
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else { throw .truncated }
        let text = bytes[position..<end]
        guard !text.isEmpty else { return nil }
        guard let rule = TimeZoneFooter(text) else { throw .badFooter }
        return rule
    }

    // MARK: Bytes

    private mutating func byte() throws(TimeZoneDamage) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func skip(_ count: Int) throws(TimeZoneDamage) {
        guard count <= bytes.count - position else { throw .truncated }
        position += count
    }

    private mutating func integer(_ count: Int) throws(TimeZoneDamage) -> Int64 {
        guard count <= bytes.count - position else { throw .truncated }
        defer { position += count }
        let value = bytes[position..<position + count].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return count == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }

    /// A count, no larger than the file could hold.
    private mutating func count() throws(TimeZoneDamage) -> Int {
        let value = try integer(4)
        guard (0...Int64(TimeZoneFile.bytesMax)).contains(value) else { throw .badCounts }
        return Int(value)
    }
}
