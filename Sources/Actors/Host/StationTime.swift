package import Bus

/// Shows moments as the station's clock does.
package struct StationTime: Sendable {
    /// How far the zone is ahead of UTC at a moment.
    package let offsetSeconds: @Sendable (Timestamp) -> Int
    private let zone: String

    /// Coordinated universal time.
    package static let utc = StationTime(zone: "UTC") { _ in 0 }

    /// - Parameters:
    ///   - zone: what is said behind a time, such as `UTC` or `Berlin time`.
    ///   - offsetSeconds: how far the zone is ahead of UTC at a moment.
    package init(zone: String, offsetSeconds: @escaping @Sendable (Timestamp) -> Int) {
        self.zone = zone
        self.offsetSeconds = offsetSeconds
    }

    /// The hour of the day, 0 to 23.
    package func hour(of time: Timestamp) -> Int { Int(digits(of: time)[11..<13]) ?? 0 }

    /// Such as `14:05 UTC`.
    package func clock(_ time: Timestamp) -> String { "\(digits(of: time)[11..<16]) \(zone)" }

    /// Such as `3 March 2022 at 14:00 UTC`; always in UTC, as history is.
    package static func date(_ time: Timestamp) -> String {
        "\(day(time)) at \(Digits(time.description)[11..<16]) UTC"
    }

    /// Such as `3 March 2022`; in UTC.
    static func day(_ time: Timestamp) -> String {
        let text = Digits(time.description)
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December",
        ]
        let month = (Int(text[5..<7]) ?? 1) - 1
        return "\(Int(text[8..<10]) ?? 0) \(months[month % 12]) \(text[0..<4])"
    }

    private func digits(of time: Timestamp) -> Digits {
        Digits(time.advanced(by: .seconds(offsetSeconds(time))).description)
    }
}

/// A text of ASCII characters, cut by position.
private struct Digits {
    private let bytes: [UInt8]
    init(_ text: String) { bytes = Array(text.utf8) }
    subscript(range: Range<Int>) -> String { String(decoding: bytes[range.clamped(to: bytes.indices)], as: UTF8.self) }
}
