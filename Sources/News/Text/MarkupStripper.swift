/// Takes the markup out of a text: tags go, entities become characters.
///
/// One pass over the bytes, each of which is looked at a bounded number of times whatever stands there.
struct MarkupStripper {
    enum Tags {
        /// Everything in the form of a tag is one.
        case all
        /// Only what has a name of HTML is one; `a <b> c` in a plain title may be meant so.
        case known
    }

    private let source: [UInt8]
    private let tags: Tags
    private var position = 0
    private var output: [UInt8] = []
    /// A quotation mark in a tag has no partner, so they mean nothing from here on.
    private var ignoresQuotes = false
    /// No tag ends behind here.
    private var hasNoEnd = false
    private var isInCDATA = false

    static func strip(_ source: [UInt8], _ tags: Tags) -> [UInt8] {
        var stripper = MarkupStripper(source, tags)
        stripper.run()
        return stripper.output
    }

    private init(_ source: [UInt8], _ tags: Tags) {
        self.source = source
        self.tags = tags
        output.reserveCapacity(source.count)
    }

    private mutating func run() {
        while position < source.count {
            let byte = source[position]
            switch byte {
            case UInt8(ascii: "<") where takeTag(), UInt8(ascii: "&") where takeEntity(): break
            case UInt8(ascii: "]") where isInCDATA && isNext("]]>"):
                isInCDATA = false
                position += 3
            default:
                output.append(byte)
                position += 1
            }
        }
    }

    private func isNext(_ text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= source.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { source[position + $0] == text.utf8Start[$0] }
    }

    // MARK: Tags

    /// - Returns: whether there was one.
    private mutating func takeTag() -> Bool {
        guard position + 1 < source.count else { return false }
        switch source[position + 1] {
        case UInt8(ascii: "!"): return takeDeclaration()
        case UInt8(ascii: "?"):
            guard tags == .all || isNext("<?xml") || isNext("<?php") else { return false }
            return skip(through: [UInt8(ascii: ">")], from: position + 2)
        case UInt8(ascii: "/"): return takeElement(isEnd: true)
        default: return takeElement(isEnd: false)
        }
    }

    private mutating func takeDeclaration() -> Bool {
        if isNext("<![CDATA[") {
            position += 9
            isInCDATA = true
            return true
        }
        if isNext("<!--") { return skip(through: Array("-->".utf8), from: position + 4) }
        guard position + 2 < source.count, source[position + 2].isASCIILetter else { return false }
        return skip(through: [UInt8(ascii: ">")], from: position + 2)
    }

    /// Goes on behind the end, or to the end of all where there is none.
    private mutating func skip(through end: [UInt8], from start: Int) -> Bool {
        var index = start
        while index + end.count <= source.count {
            if source[index] == end[0], source[index..<index + end.count].elementsEqual(end) {
                position = index + end.count
                return true
            }
            index += 1
        }
        position = source.count
        return true
    }

    private mutating func takeElement(isEnd: Bool) -> Bool {
        let start = position + (isEnd ? 2 : 1)
        guard start < source.count, source[start].isASCIILetter else { return false }
        let bytes = source[start...].prefix(24).prefix {
            $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-")
        }
        let name = String(decoding: bytes, as: UTF8.self).lowercased()
        if tags == .known {
            guard HTMLNames.known.contains(name), bytes.endIndex < source.count else { return false }
            let next = source[bytes.endIndex]
            guard next.isXMLBlank || next == UInt8(ascii: "/") || next == UInt8(ascii: ">") else { return false }
        }
        guard let end = tagEnd(from: bytes.endIndex) else {
            // What was cut in a tag is no text; a sign in a plain text is.
            if tags == .known { return false }
            position = source.count
            return true
        }
        position = end + 1
        if !HTMLNames.inline.contains(name) { output.append(UInt8(ascii: " ")) }
        let isOpen = !isEnd && source[end - 1] != UInt8(ascii: "/")
        if isOpen, HTMLNames.unread.contains(name) { skipText(of: name) }
        return true
    }

    /// Where the `>` of a tag stands; one in quotation marks is none.
    private mutating func tagEnd(from start: Int) -> Int? {
        if hasNoEnd { return nil }
        var quote: UInt8?
        var last: UInt8 = 0
        var index = start
        while index < source.count {
            let byte = source[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: ">") {
                return index
            } else if (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")) && last == UInt8(ascii: "=") {
                quote = ignoresQuotes ? nil : byte
            }
            if !byte.isXMLBlank { last = byte }
            index += 1
        }
        if quote != nil {
            ignoresQuotes = true
            return tagEnd(from: start)
        }
        hasNoEnd = true
        return nil
    }

    /// Goes on at the end tag of an element that is not read, or to the end of all.
    private mutating func skipText(of name: String) {
        let end = Array("</\(name)".utf8)
        while position < source.count {
            let isEnd =
                source[position] == UInt8(ascii: "<") && position + end.count <= source.count
                && zip(source[position...], end).allSatisfy { $0 == $1 || ($0.isASCIILetter && $0 | 0x20 == $1) }
            if isEnd { return }
            position += 1
        }
    }

    // MARK: Entities

    /// - Returns: whether there was one.
    private mutating func takeEntity() -> Bool {
        let rest = source[(position + 1)...].prefix(HTMLEntity.bytesMax)
        let name = rest.prefix { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "#") }
        guard !name.isEmpty, name.endIndex < rest.endIndex, rest[name.endIndex] == UInt8(ascii: ";"),
            let scalar = HTMLEntity.scalar(String(decoding: name, as: UTF8.self)), let bytes = UTF8.encode(scalar)
        else { return false }
        output.append(contentsOf: bytes)
        position = name.endIndex + 1
        return true
    }
}
