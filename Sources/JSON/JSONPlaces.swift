/// The members of one JSON object, or the elements of one list, as places in its text.
///
/// Only valid where `JSONReader` hands it out: it points into the text and into the reader's memory, so that to look at
/// something copies and counts nothing. A name that is written with escapes matches none.
@usableFromInline
package struct JSONPlaces {
    // Both outlive this value, which is only seen where `JSONReader.read` has them.
    @usableFromInline let text: UnsafeBufferPointer<UInt8>
    @usableFromInline let all: UnsafeBufferPointer<JSONPlace>
    @usableFromInline package let isList: Bool
    /// Those that are in here, and what is in them.
    @usableFromInline let inner: Range<Int>

    @inlinable @inline(__always)
    init(at index: Int, in text: UnsafeBufferPointer<UInt8>, among all: UnsafeBufferPointer<JSONPlace>) {
        self.text = text
        self.all = all
        isList = all[index].kind == .list
        inner = Range(uncheckedBounds: (index + 1, all[index].next))
    }

    /// The member with a name.
    @inlinable
    package subscript(name: JSONName) -> JSONCell? {
        guard !isList else { return nil }
        var index = inner.lowerBound
        while index < inner.upperBound {
            let place = all[index]
            if place.head == name.head, place.name.count == name.count, name.count <= 8 || name.isText(text, place.name)
            {
                return JSONCell(text: text, all: all, index: index)
            }
            index = place.next
        }
        return nil
    }

    /// Whether two members have the same name.
    @usableFromInline
    var hasNameTwice: Bool {
        var names = NameFilter()
        var index = inner.lowerBound
        while index < inner.upperBound {
            let place = all[index]
            if names.mayHold(place.head),
                JSONPlaces.has(place.name, place.head, in: all, inner.lowerBound..<index, of: text)
            {
                return true
            }
            index = place.next
        }
        return false
    }

    /// Whether one of some places side by side has that name.
    static func has(
        _ name: Range<Int>,
        _ head: UInt64,
        in places: UnsafeBufferPointer<JSONPlace>,
        _ range: Range<Int>,
        of text: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            let other = places[index]
            if other.head == head, other.name.count == name.count,
                name.count <= 8 || text[other.name].elementsEqual(text[name])
            {
                return true
            }
            index = other.next
        }
        return false
    }

    /// Says of most names, without looking for them, that they have not been there.
    struct NameFilter {
        private var seen: UInt64 = 0

        /// Notes a name as well.
        @inline(__always)
        mutating func mayHold(_ head: UInt64) -> Bool {
            // The highest bits depend on all bytes of it.
            let bit: UInt64 = 1 &<< ((head &* 0x9E37_79B9_7F4A_7C15) &>> 58)
            defer { seen |= bit }
            return seen & bit != 0
        }
    }
}

extension JSONPlaces: Sequence {
    @usableFromInline
    package struct Iterator: IteratorProtocol {
        fileprivate let text: UnsafeBufferPointer<UInt8>
        fileprivate let all: UnsafeBufferPointer<JSONPlace>
        fileprivate var index: Int
        fileprivate let end: Int

        @usableFromInline
        package mutating func next() -> JSONCell? {
            guard index < end else { return nil }
            defer { index = all[index].next }
            return JSONCell(text: text, all: all, index: index)
        }
    }

    @usableFromInline
    package func makeIterator() -> Iterator {
        Iterator(text: text, all: all, index: inner.lowerBound, end: inner.upperBound)
    }
}
