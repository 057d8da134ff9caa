/// A table that forgets what nobody has asked for in a long time; never larger than its capacity.
///
/// Entries live in two halves. What is found in the old one moves to the new one; when that is full the old one is
/// forgotten, and the new one becomes old. So the newer half of everything that was touched is always there.
struct RecentTable<Value: Sendable>: Sendable {
    private let halfMax: Int
    private var new: [NewsKey: Value] = [:]
    private var old: [NewsKey: Value] = [:]

    /// - Parameter capacity: entries in both halves; at least 2.
    init(capacity: Int) { halfMax = max(1, capacity / 2) }

    var count: Int { new.count + old.count }

    /// The value of a key, which is not forgotten soon then.
    mutating func touch(_ key: NewsKey) -> Value? {
        if let value = new[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        insert(value, key)
        return value
    }

    mutating func set(_ value: Value, for key: NewsKey) {
        old[key] = nil
        insert(value, key)
    }

    private mutating func insert(_ value: Value, _ key: NewsKey) {
        if new.count >= halfMax, new[key] == nil {
            old = new
            new = [:]
        }
        new[key] = value
    }
}
