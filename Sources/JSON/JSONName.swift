/// A name or a word that is looked for in JSON texts.
///
/// Written as a literal where it is used: its first bytes are compared as one number, which the compiler works out.
@usableFromInline
package struct JSONName: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    @usableFromInline let text: StaticString
    /// Up to eight bytes, the first of them lowest.
    @usableFromInline let head: UInt64

    @inlinable @inline(__always)
    package init(stringLiteral text: StaticString) {
        self.text = text
        var head: UInt64 = 0
        for place in 0..<min(8, text.utf8CodeUnitCount) {
            head |= UInt64(text.utf8Start[place]) << UInt64(place * 8)
        }
        self.head = head
    }

    @inlinable @inline(__always)
    var count: Int { text.utf8CodeUnitCount }

    @usableFromInline package var description: String { "\(text)" }

    /// Whether this stands at a place of a text.
    @usableFromInline
    func isText(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount, JSONPlace.head(of: range, in: bytes) == head else { return false }
        return range.count <= 8
            || bytes[range].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
