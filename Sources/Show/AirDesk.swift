package import Bus
import Domain

/// Where the segments of the running order are, between the paper and the ears: every decision, as a value.
///
/// A segment is spoken sentence by sentence, and each sentence is an item of the playout, called by the segment's id, a
/// stroke and its number. What is not over yet when the daemon starts is spoken and handed over again from the start: the sound
/// is kept by its content and the playout knows each item by its name, so that nothing is heard twice.
package struct AirDesk: Sendable {
    /// What has become of an item of the playout.
    package enum Fate: Hashable, Sendable {
        case waiting
        case playing
        case finished
        /// Broken off, or taken out before it was heard.
        case skipped
        case failed(reason: String)

        var isOver: Bool { self != .waiting && self != .playing }
    }

    /// A segment's new state, to be stored and told.
    package struct Change: Hashable, Sendable {
        package let segment: UUIDv7
        package let state: Segment.State
        package let news: SegmentRepository.News
    }

    private struct Item: Sendable {
        var fate: Fate = .waiting
        let duration: Duration
    }

    private struct Entry: Sendable {
        let segment: Segment
        var state: Segment.State
        var voice: String?
        var startedAt: Timestamp?
        var items: [Item] = []
        /// Whether there are no more items to come.
        var isWhole = false

        /// How long all of it is; `nil` as long as that is not known.
        var duration: Duration? { isWhole && !items.isEmpty ? items.map(\.duration).reduce(.zero, +) : nil }

        /// What is still to be heard, as far as it is known; before there is sound, by the number of its words.
        var ahead: Duration {
            let sound = items.filter { !$0.fate.isOver }.map(\.duration).reduce(.zero, +)
            return isWhole ? sound : max(sound, AirDesk.guess(segment.spoken.text))
        }
    }

    private var entries: [Entry] = []
    /// The segment whose sound is being made.
    private var speaking: UUIDv7?

    /// - Parameter open: the segments that are not over, in their order.
    package init(open: [Segment] = []) { entries = open.map { Entry(segment: $0, state: $0.state) } }

    // MARK: What happens

    /// A host has written something.
    package mutating func add(_ segment: Segment) {
        guard !entries.contains(where: { $0.segment.id == segment.id }) else { return }
        entries.append(Entry(segment: segment, state: segment.state))
    }

    /// The segment to be spoken next, which is being spoken from now on.
    ///
    /// - Parameters:
    ///   - ahead: nothing more is spoken while so much is to be heard already.
    ///   - isOffAir: whether only those are handed over again that the playout had before.
    /// - Returns: `nil` when one is being spoken, or there is nothing to do.
    package mutating func takeNext(ahead: Duration, isOffAir: Bool = false) -> Segment? {
        guard speaking == nil,
            let place = entries.firstIndex(where: { !$0.isWhole && !(isOffAir && $0.state == .written) }),
            entries[..<place].map(\.ahead).reduce(.zero, +) <= ahead
        else { return nil }
        speaking = entries[place].segment.id
        return entries[place].segment
    }

    /// The name of a segment's next item.
    package func nextItem(of segment: UUIDv7) -> String? {
        entries.first { $0.segment.id == segment }.map { AirDesk.name(segment, $0.items.count) }
    }

    /// A sentence is with the playout.
    ///
    /// - Parameters:
    ///   - segment: whose it is.
    ///   - voice: who says it.
    ///   - duration: how long.
    ///   - fate: what has become of it already, where the playout knew it.
    ///   - now: this moment.
    /// - Returns: what is to be stored.
    package mutating func delivered(
        _ segment: UUIDv7,
        voice: String,
        duration: Duration,
        fate: Fate,
        at now: Timestamp
    ) -> [Change] {
        guard let place = place(of: segment) else { return [] }
        entries[place].items.append(Item(fate: fate, duration: duration))
        if entries[place].voice == nil { entries[place].voice = voice }
        return settle(place, at: now)
    }

    /// All sentences of a segment are with the playout.
    package mutating func finishedSpeaking(_ segment: UUIDv7, at now: Timestamp) -> [Change] {
        if speaking == segment { speaking = nil }
        guard let place = place(of: segment) else { return [] }
        entries[place].isWhole = true
        return settle(place, at: now)
    }

    /// A segment cannot be spoken, or not to its end.
    ///
    /// What of it is with the playout already will be heard.
    package mutating func failedSpeaking(_ segment: UUIDv7, reason: String, at now: Timestamp) -> [Change] {
        if speaking == segment { speaking = nil }
        guard let place = place(of: segment) else { return [] }
        guard entries[place].items.isEmpty else { return finishedSpeaking(segment, at: now) }
        return [end(place, .failed, reason, at: now)]
    }

    /// An operator has broken a segment off; news of its items that come later mean nothing any more.
    ///
    /// - Returns: what is to be stored; nothing for one that is over already.
    package mutating func brokenOff(_ segment: UUIDv7, at now: Timestamp) -> [Change] {
        // It stays the one that is spoken until whoever speaks it has noticed.
        guard let place = place(of: segment) else { return [] }
        return [end(place, .skipped, "an operator broke it off", at: now)]
    }

    /// It is tried again later: the playout is away.
    package mutating func putOff(_ segment: UUIDv7) {
        if speaking == segment { speaking = nil }
        guard let place = place(of: segment) else { return }
        // Everything is handed over again, from the first sentence on.
        entries[place].items.removeAll()
    }

    /// The playout has come back, and may have forgotten what it was given: all that is not over is handed over again.
    package mutating func playoutCameBack() {
        for place in entries.indices where entries[place].segment.id != speaking {
            entries[place].items.removeAll()
            entries[place].isWhole = false
        }
    }

    /// Something has become of an item.
    ///
    /// - Returns: what is to be stored; nothing for an item that is none of ours.
    package mutating func heard(_ item: String, _ fate: Fate, at time: Timestamp) -> [Change] {
        guard let (segment, number) = AirDesk.parts(item), let place = place(of: segment),
            entries[place].items.indices.contains(number)
        else { return [] }
        // News may come late: what is over stays over.
        guard !entries[place].items[number].fate.isOver else { return [] }
        entries[place].items[number].fate = fate
        return settle(place, at: time)
    }

    /// Gives up words that have waited too long to be spoken: their figures are not true any more.
    ///
    /// - Parameters:
    ///   - time: those written before it.
    ///   - now: this moment.
    /// - Returns: what is to be stored.
    package mutating func dropStale(before time: Timestamp, at now: Timestamp) -> [Change] {
        let stale = entries.filter { entry in
            entry.state == .written && entry.items.isEmpty && entry.segment.writtenAt < time
                && entry.segment.id != speaking
        }
        return stale.compactMap { entry in
            place(of: entry.segment.id).map { end($0, .skipped, "it waited too long to be spoken", at: now) }
        }
    }

    // MARK: What is so

    /// How much is still to be heard.
    package var ahead: Duration { entries.map(\.ahead).reduce(.zero, +) }

    /// Those that are not over, in their order.
    package var open: [Segment] {
        entries.map { entry in
            var segment = entry.segment
            segment.state = entry.state
            // What is being made anew was known before.
            segment.voice = entry.voice ?? segment.voice
            segment.duration = entry.duration ?? segment.duration
            segment.startedAt = segment.startedAt ?? entry.startedAt
            return segment
        }
    }

    /// How long a text takes, before anybody has said it: 2.5 words a second.
    package static func guess(_ text: String) -> Duration {
        .seconds(1) * text.split(separator: " ").count * 2 / 5
    }

    // MARK: The states

    private mutating func settle(_ place: Int, at now: Timestamp) -> [Change] {
        var changes: [Change] = []
        let entry = entries[place]
        func enter(_ state: Segment.State, _ news: SegmentRepository.News) {
            entries[place].state = state
            changes.append(Change(segment: entry.segment.id, state: state, news: news))
        }
        let isHeard = entry.items.contains { $0.fate == .playing || $0.fate == .finished }
        if entry.state == .written, entry.isWhole, !entry.items.isEmpty {
            enter(.queued, SegmentRepository.News(voice: entry.voice, duration: entry.duration, at: now))
        }
        if isHeard, [.written, .queued].contains(entries[place].state) {
            entries[place].startedAt = now
            enter(.airing, SegmentRepository.News(voice: entry.voice, duration: entry.duration, at: now))
        }
        guard entry.isWhole, entry.items.allSatisfy(\.fate.isOver) else { return changes }
        let failures = entry.items.compactMap { item in
            if case .failed(let reason) = item.fate { reason } else { nil }
        }
        if entry.items.contains(where: { $0.fate == .finished }) {
            changes.append(end(place, .aired, nil, at: now))
        } else if let reason = failures.first, failures.count == entry.items.count {
            changes.append(end(place, .failed, reason, at: now))
        } else {
            changes.append(end(place, .skipped, entry.items.isEmpty ? "there was nothing to say" : nil, at: now))
        }
        return changes
    }

    private mutating func end(_ place: Int, _ state: Segment.State, _ reason: String?, at now: Timestamp) -> Change {
        let entry = entries.remove(at: place)
        return Change(
            segment: entry.segment.id,
            state: state,
            news: SegmentRepository.News(reason: reason, voice: entry.voice, duration: entry.duration, at: now)
        )
    }

    private func place(of segment: UUIDv7) -> Int? { entries.firstIndex { $0.segment.id == segment } }

    // MARK: Names

    static func name(_ segment: UUIDv7, _ number: Int) -> String { "\(segment)/\(number)" }

    static func parts(_ item: String) -> (UUIDv7, Int)? {
        let parts = item.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let segment = UUIDv7(String(parts[0])), let number = Int(parts[1]), number >= 0 else {
            return nil
        }
        return (segment, number)
    }
}
