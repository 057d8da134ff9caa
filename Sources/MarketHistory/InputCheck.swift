import Bus
import Domain
import Store

/// What callers give, looked at before it reaches a statement.
enum InputCheck {
    /// Names of sources, protocols, endpoints and the like.
    static let nameBytes = 1...200
    /// How many rows a page may have.
    static let pageCounts = 1...1000
    /// Moments from 1900 to 2200: far from where arithmetic with them overflows.
    private static let moments = Timestamp(seconds: -2_208_988_800)...Timestamp(seconds: 7_258_118_400)
    /// Before everything that is stored.
    static var earliest: Timestamp { moments.lowerBound }

    /// - Throws: `HistoryError.badInput` naming the field.
    static func text(
        _ text: String,
        _ field: @autoclosure () -> String,
        sizeBytes: ClosedRange<Int> = nameBytes
    ) throws(HistoryError) {
        guard sizeBytes.contains(text.utf8.count) else {
            let range = "\(sizeBytes.lowerBound) to \(sizeBytes.upperBound)"
            throw .badInput(field: field(), problem: "has \(text.utf8.count) bytes, not \(range)")
        }
        // PostgreSQL keeps none.
        guard !text.utf8.contains(0) else { throw .badInput(field: field(), problem: "has a NUL") }
    }

    /// - Throws: `HistoryError.badInput` naming the field.
    static func time(_ time: Timestamp, _ field: @autoclosure () -> String) throws(HistoryError) {
        guard moments.contains(time) else {
            throw .badInput(field: field(), problem: "\(time) is not between 1900 and 2200")
        }
    }

    /// The part of a range that lies between 1900 and 2200.
    static func clamped(_ range: Range<Timestamp>) -> Range<Timestamp> {
        range.clamped(to: moments.lowerBound..<moments.upperBound)
    }

    /// - Throws: `HistoryError.badInput` naming the field.
    static func count(_ count: Int, _ field: String, in range: ClosedRange<Int>) throws(HistoryError) {
        guard range.contains(count) else {
            throw .badInput(field: field, problem: "\(count) is not from \(range.lowerBound) to \(range.upperBound)")
        }
    }
}

extension SQLValue {
    /// A decimal number, exactly: text, which PostgreSQL reads as `numeric`.
    init(_ number: ExactDecimal?) { self = number.map { .text($0.description) } ?? .null }

    var decimal: ExactDecimal? { text.flatMap { ExactDecimal($0) } }
}
