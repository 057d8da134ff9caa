/// Where one value of a JSON text stands.
@usableFromInline
struct JSONPlace: Sendable {
    /// The first eight bytes of the name.
    @usableFromInline let head: UInt64
    // Half as wide as other counts, so that few bytes are written for each place.
    @usableFromInline let nameStart: UInt32
    @usableFromInline let nameEnd: UInt32
    @usableFromInline let start: UInt32
    @usableFromInline var end: UInt32
    /// Where the next one of the same object or list stands among all places; what is in this one lies before it.
    ///
    /// Of an object or a list that is still being read, where the one stands that it is in.
    @usableFromInline var link: UInt32
    @usableFromInline let kind: JSONCell.Kind
    /// Whether a text stands there as it is, or a number is whole.
    @usableFromInline let isPlain: Bool

    /// A text longer than this has places that cannot be written.
    static let lengthMax = Int(Int32.max)

    @inline(__always)
    init(_ kind: JSONCell.Kind, isPlain: Bool, _ start: Int, _ end: Int, _ name: Name, link: Int) {
        head = name.head
        nameStart = UInt32(truncatingIfNeeded: name.start)
        nameEnd = UInt32(truncatingIfNeeded: name.end)
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
        self.link = UInt32(truncatingIfNeeded: link)
        self.kind = kind
        self.isPlain = isPlain
    }

    /// A text's quotes do not belong to it.
    @inlinable @inline(__always)
    var range: Range<Int> { Range(uncheckedBounds: (Int(start), Int(end))) }
    @inlinable @inline(__always)
    var name: Range<Int> { Range(uncheckedBounds: (Int(nameStart), Int(nameEnd))) }
    @inlinable @inline(__always)
    var next: Int { Int(link) }

    /// The object or list has ended.
    ///
    /// - Returns: where the one stands that it is in.
    @inline(__always)
    mutating func close(at end: Int, next: Int) -> Int {
        defer { link = UInt32(truncatingIfNeeded: next) }
        self.end = UInt32(truncatingIfNeeded: end)
        return Int(link)
    }

    /// Where a member's name stands.
    struct Name {
        var start = 0
        var end = 0
        /// The first eight bytes, or as many as there are.
        var head: UInt64 = 0

        init() {}

        @inline(__always)
        init(_ start: Int, _ end: Int, head: UInt64) {
            (self.start, self.end) = (start, end)
            self.head = head
        }

        init(_ start: Int, _ end: Int, in text: UnsafeBufferPointer<UInt8>) {
            self.init(start, end, head: JSONPlace.head(of: start..<end, in: text))
        }
    }

    @inline(__always)
    static func head(of range: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        if let eight = EightBytes(text, at: range.lowerBound) { return eight.first(range.count) }
        // Near the end of the text.
        return text[range].prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
