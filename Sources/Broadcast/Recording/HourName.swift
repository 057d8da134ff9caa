package import Bus

/// An hour of UTC, and the names of its files.
package struct HourName: Hashable, Comparable, Sendable {
    /// Such as `2026-11-01`: the folder.
    package let day: String
    /// Such as `07`.
    package let hour: String

    package static let suffix = ".aac"
    package static let partialSuffix = ".aac.part"

    package init(_ time: Timestamp) {
        let text = time.description
        day = String(text.prefix(10))
        hour = String(text.dropFirst(11).prefix(2))
    }

    /// - Returns: `nil` when these are no names of ours.
    package init?(day: String, file: String) {
        let hour = String(file.prefix(2))
        let isKnown = [Self.suffix, Self.partialSuffix, ".json"].contains(String(file.dropFirst(2)))
        guard isKnown, let time = Timestamp("\(day)T\(hour):00:00Z"), HourName(time).day == day else { return nil }
        self.day = day
        self.hour = hour
    }

    /// When the hour begins.
    package var start: Timestamp { Timestamp("\(day)T\(hour):00:00Z") ?? Timestamp(nanoseconds: 0) }

    package var sound: String { "\(day)/\(hour)\(Self.suffix)" }
    package var partial: String { "\(day)/\(hour)\(Self.partialSuffix)" }
    package var index: String { "\(day)/\(hour).json" }

    package static func < (left: HourName, right: HourName) -> Bool { (left.day, left.hour) < (right.day, right.hour) }
}
