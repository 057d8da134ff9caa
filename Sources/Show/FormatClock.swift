package import Bus
package import Domain

/// The plan of an hour, which is the same each hour: what is on at which minute.
///
/// What lasts longer than five minutes is parted evenly, so that a part is at most that long.
package struct FormatClock: Hashable, Sendable {
    /// From a minute of the hour on.
    private struct Entry {
        let minute: Int
        let kind: PartKind
    }

    /// A part at its place in time.
    package struct Slot: Hashable, Sendable {
        package let part: ShowPart
        /// Counts the parts from the beginning of time, so that hosts can take turns.
        package let turn: Int
    }

    /// Why a plan is none.
    package enum Fault: Error, Hashable, Sendable {
        case empty
        /// Not a minute of two digits, a space and a kind: which line.
        case malformed(Int)
        /// Callers; which line.
        case calls(Int)
        /// The first does not begin with the hour.
        case lateStart
        /// Not after the line before: which line.
        case order(Int)
    }

    /// The longest that a part may be.
    package static let partMinutesMax = 5
    private static let hourSeconds = 3600

    /// Where a part begins, in seconds of the hour.
    private struct Start: Hashable, Sendable {
        let second: Int
        let kind: PartKind
    }

    private let starts: [Start]

    /// - Parameter lines: such as `05 market`.
    /// - Throws: `Fault`, for the first line that is wrong.
    package init(_ lines: [String]) throws(Fault) {
        var entries: [Entry] = []
        for (place, line) in lines.enumerated() {
            let entry = try FormatClock.entry(line, place)
            if let last = entries.last, last.minute >= entry.minute { throw .order(place) }
            entries.append(entry)
        }
        guard let first = entries.first else { throw .empty }
        guard first.minute == 0 else { throw .lateStart }
        starts = FormatClock.parted(entries)
    }

    /// The plan of a station that has none of its own, as it stands in settings.
    package static let standardHour = standardEntries.map { entry in
        "\(entry.minute < 10 ? "0" : "")\(entry.minute) \(entry.kind.rawValue)"
    }

    /// The plan of a station that has none of its own.
    package static let standard = FormatClock(entries: standardEntries)

    private static let standardEntries = [
        Entry(minute: 0, kind: .headlines), Entry(minute: 5, kind: .market), Entry(minute: 15, kind: .talk),
        Entry(minute: 20, kind: .market), Entry(minute: 30, kind: .ident), Entry(minute: 33, kind: .headlines),
        Entry(minute: 38, kind: .market), Entry(minute: 48, kind: .talk), Entry(minute: 53, kind: .market),
    ]

    /// - Parameter entries: in their order, the first at minute 0.
    private init(entries: [Entry]) { starts = FormatClock.parted(entries) }

    private static func entry(_ line: String, _ place: Int) throws(Fault) -> Entry {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[0].utf8.count == 2, words[0].allSatisfy({ $0.isASCII && $0.isNumber }),
            let minute = Int(words[0]), minute < 60
        else { throw .malformed(place) }
        if words[1] == "calls" { throw .calls(place) }
        guard let kind = PartKind(rawValue: String(words[1])) else { throw .malformed(place) }
        return Entry(minute: minute, kind: kind)
    }

    private static func parted(_ entries: [Entry]) -> [Start] {
        let ends = entries.dropFirst().map(\.minute) + [60]
        return zip(entries, ends).flatMap { entry, end in
            let minutes = end - entry.minute
            let count = (minutes + partMinutesMax - 1) / partMinutesMax
            return (0..<count).map { Start(second: entry.minute * 60 + $0 * minutes * 60 / count, kind: entry.kind) }
        }
    }

    // MARK: What is on

    /// The part that is on.
    ///
    /// - Parameters:
    ///   - time: when.
    ///   - offsetSeconds: how far the station's clock is ahead of UTC at a moment.
    /// - Returns: the part with its place in the order of all parts.
    package func slot(at time: Timestamp, offsetSeconds: (Timestamp) -> Int = { _ in 0 }) -> Slot {
        let offset = offsetSeconds(time)
        let local = FormatClock.floorDivision(time.milliseconds, 1000) + Int64(offset)
        let hour = FormatClock.floorDivision(local, Int64(FormatClock.hourSeconds))
        let second = Int(local - hour * Int64(FormatClock.hourSeconds))
        // The first begins with the hour, so that there always is one.
        let place = starts.lastIndex { $0.second <= second } ?? 0
        let ends = place + 1 < starts.count ? starts[place + 1].second : FormatClock.hourSeconds
        let hourBegan = hour * Int64(FormatClock.hourSeconds) - Int64(offset)
        return Slot(
            part: ShowPart(
                kind: starts[place].kind,
                beganAt: Timestamp(seconds: hourBegan + Int64(starts[place].second)),
                endsAt: Timestamp(seconds: hourBegan + Int64(ends))
            ),
            turn: Int(hour) * starts.count + place
        )
    }

    /// The parts that follow the one that is on, for an hour.
    ///
    /// - Parameters:
    ///   - time: when the one before them is on.
    ///   - offsetSeconds: how far the station's clock is ahead of UTC at a moment.
    /// - Returns: those that begin within an hour of that moment, in their order.
    package func next(after time: Timestamp, offsetSeconds: (Timestamp) -> Int = { _ in 0 }) -> [Slot] {
        let end = time.advanced(by: .seconds(FormatClock.hourSeconds))
        var slots: [Slot] = []
        var next = slot(at: time, offsetSeconds: offsetSeconds).part.endsAt
        while next < end {
            let slot = slot(at: next, offsetSeconds: offsetSeconds)
            slots.append(slot)
            next = slot.part.endsAt
        }
        return slots
    }

    private static func floorDivision(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }
}
