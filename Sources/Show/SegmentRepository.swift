package import Bus
package import Domain
package import Store
import Threading

/// The running order and the transcript, over the store of either engine.
///
/// Whatever becomes of a segment is written together with the event that tells it, so that neither is there without the
/// other.
package final class SegmentRepository: Sendable {
    /// Of one page.
    private static let pageCounts = 1...200
    /// Words that a search may be for.
    private static let searchCounts = 1...8
    /// How many segments may be open: hours of talk, and more than anybody prepares.
    package static let openMax = 1000

    private let store: any Storage
    private let now: @Sendable () -> Timestamp
    private let ids = Mutex(UUIDv7Generator())
    private let author = Incarnation(of: "show")

    /// - Parameters:
    ///   - store: where they are kept.
    ///   - now: what time it is.
    package init(store: any Storage, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
    }

    // MARK: Changing

    /// Puts what a host is to say at the end of the running order.
    ///
    /// - Throws: `ShowError.store`; `.badInput` when there are too many that nobody has heard.
    package func append(_ spoken: HostSpoke) async throws(ShowError) -> Segment {
        try await add(spoken, .written)
    }

    /// Keeps what went out as text only, because there was no voice: it stands in the transcript, and in no running order.
    ///
    /// - Throws: `ShowError.store`.
    @discardableResult
    package func note(toldAsText spoken: HostSpoke) async throws(ShowError) -> Segment {
        try await add(spoken, .aired)
    }

    private func add(_ spoken: HostSpoke, _ state: Segment.State) async throws(ShowError) -> Segment {
        let now = now()
        let id = ids.withLock { $0.next(at: now) }
        let words = " \(SegmentWords.words(of: spoken.text).joined(separator: " ")) "
        return try await commit { transaction in
            let open =
                try transaction.run([BoundStatement(SegmentSQL.openCount, [])])[0].rows.first?.first?.integer ?? 0
            guard state.isEnd || open < Self.openMax else {
                throw ShowError.badInput(field: "segment", problem: "\(open) are in the running order already")
            }
            let encoded = String(decoding: try EventCodec.encode(spoken), as: UTF8.self)
            let over = state.isEnd ? SQLValue(now) : .null
            let values: [SQLValue] = [
                SQLValue(id), .text(encoded), .text(words), SQLValue(now), .text(state.rawValue), over,
            ]
            let rows = try transaction.run([BoundStatement(SegmentSQL.append, values)])[0].rows
            guard let position = rows.first?[0].integer else { throw Self.corrupt }
            var segment = Segment(id: id, position: position, spoken: spoken, writtenAt: now)
            segment.state = state
            if state.isEnd { (segment.startedAt, segment.endedAt) = (now, now) }
            return segment
        }
    }

    /// What has become of a segment, besides its state.
    package struct News: Hashable, Sendable {
        package var reason: String?
        package var voice: String?
        package var duration: Duration?
        /// When it happened; now when not given.
        package var at: Timestamp?

        package init(reason: String? = nil, voice: String? = nil, duration: Duration? = nil, at: Timestamp? = nil) {
            self.reason = reason
            self.voice = voice
            self.duration = duration
            self.at = at
        }
    }

    /// Brings a segment into another state, and tells it.
    ///
    /// - Parameters:
    ///   - id: which.
    ///   - state: the new one; nothing happens when the segment is not in one that comes before it, so that news may come
    ///     twice.
    ///   - news: what else is known of it by now.
    /// - Returns: the segment as it is now; `nil` when nothing has changed.
    /// - Throws: `ShowError.store`.
    package func advance(
        _ id: UUIDv7,
        to state: Segment.State,
        _ news: News = News()
    ) async throws(ShowError) -> Segment? {
        let at = news.at ?? now()
        let sources = state.sources
        guard !sources.isEmpty else { return nil }
        var values: [SQLValue] = [
            SQLValue(id), .text(state.rawValue), SQLValue(news.reason), SQLValue(news.voice),
            news.duration.map { .integer($0.wholeMilliseconds) } ?? .null,
            state == .airing ? SQLValue(at) : .null, state.isEnd ? SQLValue(at) : .null,
        ]
        values += sources.map { .text($0.rawValue) }
        let statement = BoundStatement(SegmentSQL.advance(from: sources.count), values)
        return try await commit { transaction in
            guard let row = try transaction.run([statement])[0].rows.first else { return nil }
            guard let segment = Segment(row) else { throw Self.corrupt }
            switch state {
            case .airing: try transaction.append(SegmentStarted(segment))
            case .aired: try transaction.append(SegmentFinished(segment))
            case .skipped, .failed: try transaction.append(SegmentSkipped(segment))
            case .written, .queued: break
            }
            return segment
        }
    }

    /// Removes transcripts that are older than they are kept.
    ///
    /// - Parameters:
    ///   - time: those written before it go.
    ///   - limit: at most so many.
    /// - Returns: how many went.
    /// - Throws: `ShowError.store`.
    package func prune(before time: Timestamp, limit: Int) async throws(ShowError) -> Int {
        try await commit { transaction in
            try transaction.run([BoundStatement(SegmentSQL.prune, [SQLValue(time), .integer(Int64(limit))])])[0]
                .changedCount
        }
    }

    // MARK: Reading

    /// Those that nobody has heard to their end yet, in the order in which they come.
    package func open() async throws(ShowError) -> [Segment] {
        try await segments(SegmentSQL.open, [.integer(Int64(Self.openMax))])
    }

    package func segment(_ id: UUIDv7) async throws(ShowError) -> Segment? {
        try await segments(SegmentSQL.byID, [SQLValue(id)]).first
    }

    /// All of them, the newest first.
    ///
    /// - Parameters:
    ///   - place: where the page before ended; `nil` for the first.
    ///   - limit: the most of them, 1 to 200.
    ///   - query: only those in whose text all of these words occur; up to eight.
    /// - Returns: a page.
    /// - Throws: `ShowError`.
    package func page(
        before place: Int64? = nil,
        limit: Int,
        searching query: String? = nil
    ) async throws(ShowError) -> SegmentPage {
        guard Self.pageCounts.contains(limit) else {
            throw .badInput(field: "limit", problem: "\(limit) is not from 1 to \(Self.pageCounts.upperBound)")
        }
        var arguments: [SQLValue] = [.integer(place ?? .max), .integer(Int64(limit + 1))]
        var statement = SegmentSQL.page
        if let query {
            let words = SegmentWords.words(of: query)
            guard Self.searchCounts.contains(words.count) else {
                throw .badInput(
                    field: "q",
                    problem: "has \(words.count) words, not 1 to \(Self.searchCounts.upperBound)"
                )
            }
            statement = SegmentSQL.search(words: words.count)
            arguments += words.map { .text("% \(SegmentWords.escaped($0)) %") }
        }
        let found = try await segments(statement, arguments)
        let page = Array(found.prefix(limit))
        return SegmentPage(segments: page, next: found.count > limit ? page.last?.position : nil)
    }

    /// A text that was said or is to be said.
    package struct Said: Hashable, Sendable {
        package let text: String
        /// When it was written.
        package let at: Timestamp

        package init(text: String, at: Timestamp) {
            self.text = text
            self.at = at
        }
    }

    /// The texts that were said or are to be said since a moment, the newest first.
    ///
    /// - Throws: `ShowError.store`.
    package func texts(since time: Timestamp, limit: Int = 5000) async throws(ShowError) -> [Said] {
        let rows = try await query(SegmentSQL.textsSince, [SQLValue(time), .integer(Int64(limit))])
        var texts: [Said] = []
        for row in rows {
            guard let spoken = Segment.spoken(row[0]), let at = row[1].time else { throw Self.corrupt }
            texts.append(Said(text: spoken.text, at: at))
        }
        return texts
    }

    // MARK: The store

    private static let corrupt = ShowError.store(StoreError(.corrupt, "segment"))

    private func segments(_ statement: SQL, _ arguments: [SQLValue]) async throws(ShowError) -> [Segment] {
        var segments: [Segment] = []
        for row in try await query(statement, arguments) {
            guard let segment = Segment(row) else { throw Self.corrupt }
            segments.append(segment)
        }
        return segments
    }

    private func query(_ statement: SQL, _ arguments: [SQLValue]) async throws(ShowError) -> [SQLRow] {
        do throws(StoreError) {
            return try await store.query(statement, arguments, limit: 10_000)
        } catch {
            throw .store(error)
        }
    }

    private func commit<Value: Sendable>(
        _ body: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws(ShowError) -> Value {
        do {
            return try await store.commit(by: author, body).value
        } catch let error as ShowError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .store(StoreError(.failed, "segment", detail: "\(error)"))
        }
    }
}

extension Segment {
    static func spoken(_ value: SQLValue) -> HostSpoke? {
        // What cannot be read is told by the caller as a row that this program did not write.
        value.text.flatMap { try? EventCodec.decode(HostSpoke.self, from: $0.utf8) }
    }

    init?(_ row: SQLRow) {
        guard let id = row[0].id, let position = row[1].integer, let spoken = Segment.spoken(row[2]),
            let writtenAt = row[3].time, let state = row[4].text.flatMap(State.init(rawValue:))
        else { return nil }
        self.init(id: id, position: position, spoken: spoken, writtenAt: writtenAt)
        self.state = state
        reason = row[5].text
        voice = row[6].text
        duration = row[7].integer.map { .milliseconds($0) }
        startedAt = row[8].time
        endedAt = row[9].time
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

/// Words as the search compares them.
enum SegmentWords {
    static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "." && $0 != "," }.compactMap { word in
            var word = word.drop { ".,".contains($0) }
            // Points and commas only count inside of numbers.
            while let last = word.last, ".,".contains(last) { word.removeLast() }
            return word.isEmpty ? nil : String(word)
        }
    }

    static func escaped(_ word: String) -> String {
        word.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}
