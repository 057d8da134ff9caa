package import Bus

/// Reads the `Retry-After` header.
package enum RetryAfter {
    /// The longest wait believed; the worst ban known is three days.
    package static let longest: Duration = .seconds(3 * 86_400)

    /// How long from now.
    ///
    /// - Parameters:
    ///   - text: seconds, which some write with a fraction, or an HTTP date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///   - now: the moment the answer came.
    /// - Returns: `nil` when the text is neither; zero for a moment that has passed.
    package static func duration(_ text: String, at now: Timestamp) -> Duration? {
        let text = text.trimmingSpaces
        if let first = text.utf8.first, isDigit(first), text.utf8.allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") })
        {
            return Double(text).map { $0 < longest / .seconds(1) ? .seconds($0) : longest }
        }
        return date(text).map { min(longest, max(.zero, now.duration(to: $0))) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func date(_ text: Substring) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp("\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}

extension StringProtocol where SubSequence == Substring, UTF8View: BidirectionalCollection {
    /// The text without spaces and tabs at its ends.
    package var trimmingSpaces: Substring {
        let isInk: (UInt8) -> Bool = { $0 > UInt8(ascii: " ") }
        guard let first = utf8.firstIndex(where: isInk), let last = utf8.lastIndex(where: isInk) else { return "" }
        return self[first...last]
    }
}
