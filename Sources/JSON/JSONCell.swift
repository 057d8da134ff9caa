/// One value of a JSON text, where it stands.
///
/// Only valid where `JSONReader` hands it out, as the object or list is that it comes from.
@usableFromInline
package struct JSONCell {
    @usableFromInline
    package enum Kind: Hashable, Sendable {
        case object, list, text, number, yes, no, null
    }

    // Both outlive this value, which is only seen where `JSONReader.read` has them.
    @usableFromInline let bytes: UnsafeBufferPointer<UInt8>
    @usableFromInline let all: UnsafeBufferPointer<JSONPlace>
    @usableFromInline let index: Int

    @inlinable @inline(__always)
    init(text: UnsafeBufferPointer<UInt8>, all: UnsafeBufferPointer<JSONPlace>, index: Int) {
        bytes = text
        self.all = all
        self.index = index
    }

    @inlinable @inline(__always)
    var place: JSONPlace { all[index] }

    @inlinable
    package var kind: Kind { place.kind }

    /// What an object or a list holds; `nil` for anything else, and for an object with two members of one name.
    @inlinable
    package var inside: JSONPlaces? {
        guard kind == .object || kind == .list else { return nil }
        let inside = JSONPlaces(at: index, in: bytes, among: all)
        return kind == .object && inside.hasNameTwice ? nil : inside
    }

    /// A text; `nil` for anything else.
    package var text: String? {
        guard kind == .text else { return nil }
        guard !place.isPlain else {
            return String(decoding: UnsafeBufferPointer(rebasing: bytes[place.range]), as: UTF8.self)
        }
        // With its quotes; it has been read once, and was JSON then.
        let quoted = bytes[place.range.lowerBound - 1..<place.range.upperBound + 1]
        return (try? JSONValue(parsing: quoted))?.string
    }

    /// Whether a text says this; escapes count as what they stand for.
    package func isText(_ word: JSONName) -> Bool {
        guard kind == .text else { return false }
        return place.isPlain ? word.isText(bytes, place.range) : text == word.description
    }

    /// A whole number; `nil` for anything else, and for one that does not fit.
    package var int: Int64? {
        guard kind == .number, place.isPlain else { return nil }
        var position = place.range.lowerBound
        let end = place.range.upperBound
        guard end - position <= 18, bytes[position] != UInt8(ascii: "-") else {
            return Int64(String(decoding: bytes[position..<end], as: UTF8.self))
        }
        // Few enough digits that they cannot overflow.
        var value: UInt64 = 0
        while end - position >= 8, let eight = EightBytes(bytes, at: position) {
            value = value &* 100_000_000 &+ eight.value
            position += 8
        }
        while position < end {
            value = value &* 10 &+ UInt64(bytes[position] &- UInt8(ascii: "0"))
            position += 1
        }
        return Int64(truncatingIfNeeded: value)
    }

    /// The bytes of a text that stands there as it is; `nil` for anything else.
    @inlinable
    package var plainText: UnsafeBufferPointer<UInt8>? {
        guard kind == .text, place.isPlain else { return nil }
        return UnsafeBufferPointer(rebasing: bytes[place.range])
    }
}
