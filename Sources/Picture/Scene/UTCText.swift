import Bus

/// Parts of a time as they are shown; always in UTC.
struct UTCText {
    private let text: Substring

    init(_ time: Timestamp) { text = Substring(time.description) }

    /// Such as `12:34:05`.
    var clock: String { String(text.dropFirst(11).prefix(8)) }
    /// Such as `12:34`.
    var minute: String { String(text.dropFirst(11).prefix(5)) }
    /// Such as `7 Nov`.
    var day: String { "\(Int(text.dropFirst(8).prefix(2)) ?? 0) \(month)" }
    /// Such as `Nov 2026`.
    var monthOfYear: String { "\(month) \(text.prefix(4))" }

    private var month: String {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let number = Int(text.dropFirst(5).prefix(2)) ?? 1
        return names[min(max(number, 1), 12) - 1]
    }
}
