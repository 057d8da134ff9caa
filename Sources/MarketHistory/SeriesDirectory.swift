import Domain
import Store
import Threading

/// What one source tells of one pair.
struct SeriesKey: Hashable, Sendable {
    let pair: TradingPair
    /// That of its candles; `nil` for single prices.
    let interval: CandleInterval?
    let source: String

    fileprivate var arguments: [SQLValue] {
        [.text(pair.text), .text(interval?.rawValue ?? SeriesSQL.tick), .text(source)]
    }
}

/// The small numbers under which rows name their series.
///
/// A number is never taken back, so what is known here stays true.
final class SeriesDirectory: Sendable {
    /// Beyond so many it forgets all of them, and asks again.
    private static let knownMax = 20_000

    private let database: HistoryDatabase
    private let known = Mutex<[SeriesKey: Int64]>([:])

    init(_ database: HistoryDatabase) { self.database = database }

    /// - Returns: `nil` when nothing was ever stored under that name.
    /// - Throws: `HistoryError.store`.
    func find(_ key: SeriesKey) async throws(HistoryError) -> Int64? {
        if let id = known.withLock({ $0[key] }) { return id }
        let rows = try await database.query(SeriesSQL.find, key.arguments)
        guard let id = rows.first?[0].integer else { return nil }
        known.withLock { known in
            if known.count >= SeriesDirectory.knownMax { known.removeAll() }
            known[key] = id
        }
        return id
    }

    /// Whose series there are of a pair, by name.
    ///
    /// - Parameters:
    ///   - pair: what is traded.
    ///   - interval: that of the candles; `nil` for single prices.
    /// - Returns: them; few, as there are few sources.
    /// - Throws: `HistoryError.store`.
    func list(
        _ pair: TradingPair,
        _ interval: CandleInterval?
    ) async throws(HistoryError) -> [(id: Int64, source: String)] {
        var found: [(id: Int64, source: String)] = []
        let arguments: [SQLValue] = [.text(pair.text), .text(interval?.rawValue ?? SeriesSQL.tick)]
        for row in try await database.query(SeriesSQL.ofPair, arguments) {
            guard let id = row[0].integer, let source = row[1].text else { throw .corrupt("market_series") }
            found.append((id, source))
        }
        return found
    }

    /// - Throws: `HistoryError`: `.badInput`, `.store`.
    func findOrMake(_ key: SeriesKey) async throws(HistoryError) -> Int64 {
        if let id = try await find(key) { return id }
        try InputCheck.text(key.source, "source")
        try await database.run(SeriesSQL.make, key.arguments)
        guard let id = try await find(key) else { throw .corrupt("market_series") }
        return id
    }
}

enum SeriesSQL {
    /// What stands for an interval where single prices are kept.
    static let tick = "tick"

    static let find: SQL = "SELECT id FROM market_series WHERE pair = ?1 AND interval = ?2 AND source = ?3"
    static let ofPair: SQL = "SELECT id, source FROM market_series WHERE pair = ?1 AND interval = ?2 ORDER BY source"
    static let make: SQL =
        "INSERT INTO market_series (pair, interval, source) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
}
