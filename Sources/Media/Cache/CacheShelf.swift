/// What a cache holds, and what has to go when it is full: a pure value.
struct CacheShelf: Sendable {
    private struct Entry {
        let bytes: Int
        var used: UInt64
    }

    let bytesMax: Int
    private(set) var bytes = 0
    private var entries: [String: Entry] = [:]
    private var clock: UInt64 = 0

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    var count: Int { entries.count }

    func holds(_ key: String) -> Bool { entries[key] != nil }

    /// Marks an entry as used now.
    mutating func use(_ key: String) {
        clock += 1
        entries[key]?.used = clock
    }

    /// Takes an entry in.
    ///
    /// - Returns: keys of those that have to go, the longest unused first; the entry itself when it alone is too large.
    mutating func add(_ key: String, bytes size: Int) -> [String] {
        remove(key)
        guard size <= bytesMax else { return [key] }
        clock += 1
        entries[key] = Entry(bytes: size, used: clock)
        bytes += size
        guard bytes > bytesMax else { return [] }
        var gone: [String] = []
        for (old, _) in entries.sorted(by: { $0.value.used < $1.value.used }) {
            guard bytes > bytesMax else { break }
            remove(old)
            gone.append(old)
        }
        return gone
    }

    mutating func remove(_ key: String) {
        if let entry = entries.removeValue(forKey: key) { bytes -= entry.bytes }
    }
}
