package import Bus
package import PlayoutLink

/// What plays, what waits, and what became of the rest.
package struct RunningOrder: Codable, Hashable, Sendable {
    package enum Limits {
        package static let itemsMax = 500
        /// Four hours.
        package static let framesMax: Int64 = 4 * 3600 * 48_000
        /// Of all items together: more than four hours of speech have.
        package static let wordsMax = 60_000
        package static let textSizeBytesMax = 2_000_000
        /// Ids that are remembered after their items have ended.
        package static let rememberedMax = 1000
    }

    /// The item on air.
    package struct Playing: Codable, Hashable, Sendable {
        package var item: PlayoutItem
        /// Where in the item, in frames, as far as it is known.
        package var frame: Int64
        package var startedAt: Timestamp
    }

    /// The place of a new item.
    package enum Place: Codable, Hashable, Sendable {
        case end
        case next
        case after(id: String)
    }

    package private(set) var playing: Playing?
    /// What still sounds under the beginning of `playing`, in a cross-fade.
    package private(set) var leaving: Playing?
    package private(set) var waiting: [PlayoutItem] = []
    /// Oldest first.
    package private(set) var ended: [PlayoutStatus.Ended] = []

    package init() {}

    // MARK: Questions

    /// What became of an item; `nil` when the id is not known, or no longer.
    package func state(of id: String) -> ItemState? {
        if playing?.item.id == id || leaving?.item.id == id { return .playing }
        if waiting.contains(where: { $0.id == id }) { return .queued }
        return ended.last { $0.id == id }?.outcome
    }

    /// The items to play next, in order, at most so many.
    ///
    /// - Parameters:
    ///   - count: how many at most.
    ///   - now: items that are not to play before a later time are passed over.
    /// - Returns: fewer where fewer may play.
    package func next(_ count: Int, at now: Timestamp) -> [PlayoutItem] {
        Array(waiting.lazy.filter { $0.notBefore.map { $0 <= now } ?? true }.prefix(count))
    }

    /// Refuses what there is no room for, or no place.
    ///
    /// - Throws: `LinkError` with `.full` or `.notFound`.
    package func check(_ item: PlayoutItem, at place: Place) throws(LinkError) {
        if case .after(let id) = place, index(after: id) == nil {
            throw LinkError(.notFound, "after: \(id) neither plays nor waits")
        }
        guard waiting.count < Limits.itemsMax else {
            throw LinkError(.full, "\(Limits.itemsMax) items wait already")
        }
        let frames = waiting.reduce(item.frames ?? 0) { $0.addingReportingOverflow($1.frames ?? 0).partialValue }
        guard (0...Limits.framesMax).contains(frames) else { throw LinkError(.full, "four hours wait already") }
        guard waiting.reduce(item.words.count, { $0 + $1.words.count }) <= Limits.wordsMax else {
            throw LinkError(.full, "the words of all items are more than \(Limits.wordsMax)")
        }
        guard waiting.reduce(item.text.utf8.count, { $0 + $1.text.utf8.count }) <= Limits.textSizeBytesMax else {
            throw LinkError(.full, "the texts of all items have more than \(Limits.textSizeBytesMax) bytes")
        }
    }

    private func index(after id: String) -> Int? {
        if playing?.item.id == id { return 0 }
        return waiting.firstIndex { $0.id == id }.map { $0 + 1 }
    }

    // MARK: Changes

    /// Puts an item that was checked; a known id changes nothing.
    package mutating func put(_ item: PlayoutItem, at place: Place) {
        guard state(of: item.id) == nil else { return }
        switch place {
        case .end: waiting.append(item)
        case .next: waiting.insert(item, at: 0)
        case .after(let id): waiting.insert(item, at: index(after: id) ?? waiting.count)
        }
    }

    package mutating func setWords(_ words: [CaptionWord], of id: String) {
        if playing?.item.id == id { playing?.item.words = words }
        if let index = waiting.firstIndex(where: { $0.id == id }) { waiting[index].words = words }
    }

    /// An item went on air, at a frame above 0 when it goes on after a restart.
    package mutating func begin(_ id: String, frame: Int64, at time: Timestamp) {
        if playing?.item.id == id {
            playing?.frame = frame
            return
        }
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        if let before = playing { leaving = before }
        playing = Playing(item: waiting.remove(at: index), frame: frame, startedAt: time)
    }

    package mutating func move(to frame: Int64) { playing?.frame = frame }

    /// An item is over, whether it played or waited.
    package mutating func end(_ id: String, _ outcome: ItemState) {
        if leaving?.item.id == id {
            leaving = nil
        } else if playing?.item.id == id {
            playing = nil
        } else if let index = waiting.firstIndex(where: { $0.id == id }) {
            waiting.remove(at: index)
        } else {
            return
        }
        ended.append(PlayoutStatus.Ended(id: id, outcome: outcome))
        if ended.count > Limits.rememberedMax { ended.removeFirst(ended.count - Limits.rememberedMax) }
    }

    /// What was sounding under a cross-fade when the playout ended is not played again.
    package mutating func forgetLeaving() {
        if let id = leaving?.item.id { end(id, .finished) }
    }
}
