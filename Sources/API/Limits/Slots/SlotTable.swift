import Bus

/// How many things of one subject each daemon has under way, and until when it is believed: a plain value.
struct SlotTable: Hashable, Sendable {
    struct Holding: Hashable, Sendable {
        let holder: UUIDv7
        var count: Int
        /// A daemon that has not renewed it by then is taken for dead.
        var until: Timestamp
    }

    private(set) var holdings: [Holding] = []

    init() {}

    /// Forgets what is not believed any more.
    mutating func advance(to now: Timestamp) { holdings.removeAll { $0.until <= now } }

    /// What others have under way.
    func others(than holder: UUIDv7) -> Int {
        holdings.reduce(0) { $1.holder == holder ? $0 : $0 + $1.count }
    }

    func count(of holder: UUIDv7) -> Int { holdings.first { $0.holder == holder }?.count ?? 0 }

    mutating func set(_ count: Int, of holder: UUIDv7, until: Timestamp) {
        holdings.removeAll { $0.holder == holder }
        if count > 0 { holdings.append(Holding(holder: holder, count: count, until: until)) }
    }

    var lastEnd: Timestamp? { holdings.map(\.until).max() }

    // MARK: Stored form

    private static let format: UInt64 = 1

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendVarint(SlotTable.format)
        for holding in holdings {
            bytes.appendVarint(holding.holder.high)
            bytes.appendVarint(holding.holder.low)
            bytes.appendVarint(UInt64(holding.count))
            bytes.appendVarint(UInt64(bitPattern: holding.until.nanoseconds))
        }
        return bytes
    }

    /// - Returns: `nil` when the bytes are not what `bytes` makes.
    init?(bytes: [UInt8]) {
        var reader = VarintReader(bytes)
        guard reader.next() == SlotTable.format else { return nil }
        while !reader.isAtEnd {
            guard let high = reader.next(), let low = reader.next(), let count = reader.next(), count <= Int32.max,
                let until = reader.next()
            else { return nil }
            holdings.append(
                Holding(
                    holder: UUIDv7(high: high, low: low),
                    count: Int(count),
                    until: Timestamp(nanoseconds: Int64(bitPattern: until))
                )
            )
        }
    }
}
