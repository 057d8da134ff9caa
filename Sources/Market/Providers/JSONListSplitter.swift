/// Takes the elements of a list, one after the other.
protocol ListReader: Sendable {
    /// Takes the next element.
    ///
    /// - Parameter element: its text, not yet checked.
    /// - Throws: `ProviderError` when the whole list is of no use.
    mutating func read(_ element: [UInt8]) throws(ProviderError)
}

/// Cuts a JSON list into its elements while its bytes arrive, so that a list of any length needs room for one element.
///
/// It finds where elements end, and leaves their grammar to whoever decodes them.
package struct JSONListSplitter {
    /// The longest element believed.
    package static let elementBytesMax = 256 * 1024
    /// The most elements believed.
    package static let elementsMax = 100_000

    private enum Place {
        case beforeList
        /// Whether the list may end here: it may before the first element, but not after a comma.
        case beforeElement(mayEnd: Bool)
        case inElement
        case afterList
    }

    private var place = Place.beforeList
    private var element: [UInt8] = []
    private var count = 0
    /// How many arrays and objects are open within the element.
    private var depth = 0
    private var isInText = false
    private var isEscaped = false

    package init() {}

    /// Takes the next bytes.
    ///
    /// - Parameter bytes: those that follow the ones before.
    /// - Returns: the elements that end in them.
    /// - Throws: `malformed` when they are no list, or more than is believed.
    package mutating func feed(_ bytes: [UInt8]) throws(ProviderError) -> [[UInt8]] {
        var found: [[UInt8]] = []
        // Where the part of the current element in these bytes begins.
        var start = 0
        for (index, byte) in bytes.enumerated() {
            switch place {
            case .beforeList:
                if isSpace(byte) { continue }
                guard byte == UInt8(ascii: "[") else { throw ProviderError(.malformed, "no list") }
                place = .beforeElement(mayEnd: true)
            case .beforeElement(let mayEnd):
                if isSpace(byte) { continue }
                if mayEnd, byte == UInt8(ascii: "]") {
                    place = .afterList
                    continue
                }
                place = .inElement
                start = index
                if let end = step(byte) { try finish(bytes[index..<index], end, into: &found) }
            case .inElement:
                if let end = step(byte) { try finish(bytes[start..<index], end, into: &found) }
            case .afterList:
                guard isSpace(byte) else { throw ProviderError(.malformed, "more after the end of the list") }
            }
        }
        if case .inElement = place {
            element += bytes[start...]
            try checkSize()
        }
        return found
    }

    /// - Throws: `malformed` when the list has not ended.
    package func finish() throws(ProviderError) {
        guard case .afterList = place else { throw ProviderError(.malformed, "the list has no end") }
    }

    /// Where the element ends.
    private enum End {
        case withComma
        case withList
    }

    private mutating func step(_ byte: UInt8) -> End? {
        if isInText {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInText = false
            }
            return nil
        }
        switch byte {
        case UInt8(ascii: "\""): isInText = true
        case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: ",") where depth == 0: return .withComma
        case UInt8(ascii: "]") where depth == 0: return .withList
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
        default: break
        }
        return nil
    }

    private mutating func finish(
        _ rest: ArraySlice<UInt8>,
        _ end: End,
        into found: inout [[UInt8]]
    ) throws(ProviderError) {
        element += rest
        guard !element.isEmpty else { throw ProviderError(.malformed, "an empty place in the list") }
        try checkSize()
        count += 1
        guard count <= JSONListSplitter.elementsMax else {
            throw ProviderError(.malformed, "more than \(JSONListSplitter.elementsMax) elements")
        }
        found.append(element)
        element = []
        switch end {
        case .withComma: place = .beforeElement(mayEnd: false)
        case .withList: place = .afterList
        }
    }

    private func checkSize() throws(ProviderError) {
        guard element.count <= JSONListSplitter.elementBytesMax else {
            throw ProviderError(.malformed, "an element of more than \(JSONListSplitter.elementBytesMax) bytes")
        }
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
