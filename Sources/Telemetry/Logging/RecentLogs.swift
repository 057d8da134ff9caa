package import Logging
import Threading

/// The newest log records, for those who look without a shell on the machine.
///
/// They are kept as they were written: secrets have been taken out. Warnings and worse have room of their own, so that
/// a flood of the ordinary does not push them out. Debug records are not kept.
package final class RecentLogs: Sendable {
    /// A record that was written.
    package struct Entry: Sendable {
        /// Counts the records since the start.
        package let number: UInt64
        package let record: LogRecord
    }

    /// Which of them are wanted.
    package struct Filter: Hashable, Sendable {
        package var levelMin: Logger.Level
        /// The label of the logger, or the beginning of it up to a dot.
        package var logger: String?
        /// Only records of this request.
        package var requestID: String?
        /// Only records before this one.
        package var before: UInt64?

        package init(
            levelMin: Logger.Level = .info,
            logger: String? = nil,
            requestID: String? = nil,
            before: UInt64? = nil
        ) {
            self.levelMin = levelMin
            self.logger = logger
            self.requestID = requestID
            self.before = before
        }

        func admits(_ entry: Entry) -> Bool {
            let record = entry.record
            return record.level >= levelMin
                && (before.map { entry.number < $0 } ?? true)
                && (logger.map { record.label == $0 || record.label.hasPrefix($0 + ".") } ?? true)
                && (requestID.map { id in record.fields.contains { $0.key == LogKey.requestID && $0.value == id } }
                    ?? true)
        }
    }

    private struct State {
        var count: UInt64 = 0
        var ordinary: LogRing
        var serious: LogRing
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - countMax: how many are kept at most, of the ordinary ones and of the serious ones each.
    ///   - sizeBytesMax: how much they may hold, each.
    package init(countMax: Int = 1000, sizeBytesMax: Int = 1 << 20) {
        let ring = LogRing(countMax: countMax, sizeBytesMax: sizeBytesMax)
        state = Mutex(State(ordinary: ring, serious: ring))
    }

    func keep(_ records: [LogRecord]) {
        state.withLock { state in
            for record in records where record.level >= .info {
                state.count += 1
                let entry = Entry(number: state.count, record: record)
                if record.level >= .warning { state.serious.append(entry) } else { state.ordinary.append(entry) }
            }
        }
    }

    /// Those that a filter admits, newest first.
    package func entries(_ filter: Filter = Filter(), limit: Int) -> [Entry] {
        let (ordinary, serious) = state.withLock { ($0.ordinary.entries, $0.serious.entries) }
        let all = (filter.levelMin >= .warning ? serious : ordinary + serious).filter(filter.admits)
        return Array(all.sorted { $0.number > $1.number }.prefix(max(0, limit)))
    }
}

/// The newest records within a number and a size.
struct LogRing: Sendable {
    let countMax: Int
    let sizeBytesMax: Int
    private var kept: [RecentLogs.Entry] = []
    private var first = 0
    private var sizeBytes = 0

    init(countMax: Int, sizeBytesMax: Int) {
        self.countMax = max(1, countMax)
        self.sizeBytesMax = sizeBytesMax
    }

    /// Oldest first.
    var entries: ArraySlice<RecentLogs.Entry> { kept[first...] }

    mutating func append(_ entry: RecentLogs.Entry) {
        let size = entry.record.sizeBytes
        guard size <= sizeBytesMax else { return }
        kept.append(entry)
        sizeBytes += size
        while kept.count - first > countMax || sizeBytes > sizeBytesMax {
            sizeBytes -= kept[first].record.sizeBytes
            first += 1
        }
        // Moves what is left only once as much has gone.
        if first > countMax {
            kept.removeFirst(first)
            first = 0
        }
    }
}
