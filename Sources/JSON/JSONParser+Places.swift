extension JSONParser {
    /// Reads a whole text that is an object or a list, and notes where everything in it stands.
    ///
    /// One loop and no descent, so that the compiler keeps in registers what it needs: an object or a list that is open
    /// says itself which one it is in.
    ///
    /// - Returns: `false` when there is not enough room for the places.
    func passAll(noting places: UnsafeMutableBufferPointer<JSONPlace>) throws(JSONSyntaxError) -> Bool {
        var parser = self
        parser.skipSpace()
        guard parser.isAtStart else { throw parser.error(.unexpectedByte) }
        var names = JSONPlaces.NameFilter()
        var (count, outer, isObject) = (0, 0, false)
        while true {
            var name = JSONPlace.Name()
            if isObject {
                if let short = parser.takeShortName() { name = short } else { name = try parser.passName() }
            }
            // Two readers could take different ones of the two. Inner objects are looked at when they are needed.
            if isObject, outer == 0, names.mayHold(name.head), has(name, UnsafeBufferPointer(places), count) {
                throw parser.error(.duplicateName)
            }
            parser.skipSpace()
            guard count < places.count else { return false }
            if parser.isAtStart {
                isObject = parser.next == UInt8(ascii: "{")
                places[count] = JSONPlace(
                    isObject ? .object : .list,
                    isPlain: true,
                    parser.position,
                    parser.position,
                    name,
                    link: outer
                )
                outer = count
                count += 1
                try parser.enter()
                guard parser.next == JSONParser.end(isObject) else { continue }
            } else {
                let plain = parser.takePlainScalar(name, next: count &+ 1)
                if let plain {
                    places[count] = plain
                } else {
                    places[count] = try parser.passScalar(name, next: count + 1)
                }
                count &+= 1
                parser.skipSpace()
                if parser.take(UInt8(ascii: ",")) { continue }
            }
            repeat {
                guard parser.take(JSONParser.end(isObject)) else { throw parser.error(.unexpectedByte) }
                parser.depthLeft &+= 1
                let around = places[outer].close(at: parser.position, next: count)
                parser.skipSpace()
                if outer == 0 {
                    guard parser.position == bytes.count else { throw parser.error(.trailingBytes) }
                    return true
                }
                outer = around
                isObject = places[outer].kind == .object
            } while !parser.take(UInt8(ascii: ","))
        }
    }

    /// Whether the outermost object has a member of that name already.
    private func has(_ name: JSONPlace.Name, _ places: UnsafeBufferPointer<JSONPlace>, _ count: Int) -> Bool {
        JSONPlaces.has(name.start..<name.end, name.head, in: places, 1..<count, of: bytes)
    }

    /// Whether an object or a list begins here.
    @inline(__always)
    private var isAtStart: Bool { next == UInt8(ascii: "{") || next == UInt8(ascii: "[") }

    @inline(__always)
    private static func end(_ isObject: Bool) -> UInt8 { isObject ? UInt8(ascii: "}") : UInt8(ascii: "]") }

    @inline(__always)
    private mutating func enter() throws(JSONSyntaxError) {
        guard depthLeft > 0 else { throw error(.tooDeep) }
        depthLeft &-= 1
        position &+= 1
        skipSpace()
    }

    // MARK: What nearly everything is

    /// A name of less than eight bytes with its colon, if one stands right here.
    @inline(__always)
    private mutating func takeShortName() -> JSONPlace.Name? {
        guard next == UInt8(ascii: "\""), let eight = EightBytes(bytes, at: position &+ 1) else { return nil }
        let (start, count) = (position &+ 1, eight.plainCount)
        let end = start &+ count
        guard count < 8, end &+ 1 < bytes.count, bytes[end] == UInt8(ascii: "\""), bytes[end &+ 1] == UInt8(ascii: ":")
        else { return nil }
        position = end &+ 2
        return JSONPlace.Name(start, end, head: eight.first(count))
    }

    /// A text without escapes, or a whole number with something behind it, if one stands right here.
    @inline(__always)
    private mutating func takePlainScalar(_ name: JSONPlace.Name, next link: Int) -> JSONPlace? {
        guard let byte = next else { return nil }
        if byte == UInt8(ascii: "\"") {
            let start = position &+ 1
            let end = EightBytes.endOfPlainText(bytes, from: start)
            guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
            position = end &+ 1
            return JSONPlace(.text, isPlain: true, start, end, name, link: link)
        }
        // One that begins with a zero has to end with it.
        guard byte &- UInt8(ascii: "1") < 9 else { return nil }
        let start = position
        let end = EightBytes.endOfDigits(bytes, from: start)
        guard end < bytes.count, bytes[end] == UInt8(ascii: ",") || bytes[end] == UInt8(ascii: "}") else { return nil }
        position = end
        return JSONPlace(.number, isPlain: true, start, end, name, link: link)
    }

    // MARK: What anything may be

    /// Passes over a member's name and its colon.
    private mutating func passName() throws(JSONSyntaxError) -> JSONPlace.Name {
        skipSpace()
        guard next == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
        let start = position + 1
        _ = try passText()
        let end = position - 1
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw error(.unexpectedByte) }
        return JSONPlace.Name(start, end, in: bytes)
    }

    /// - Returns: whether the text stands for itself.
    private mutating func passText() throws(JSONSyntaxError) -> Bool {
        let start = position
        position += 1
        skipPlainText()
        if take(UInt8(ascii: "\"")) { return true }
        position = start
        _ = try string()
        return false
    }

    private mutating func passScalar(_ name: JSONPlace.Name, next link: Int) throws(JSONSyntaxError) -> JSONPlace {
        let start = position
        var isPlain = true
        let kind: JSONCell.Kind
        guard let byte = next else { throw error(.unexpectedEnd) }
        switch byte {
        case UInt8(ascii: "\""):
            isPlain = try passText()
            return JSONPlace(.text, isPlain: isPlain, start + 1, position - 1, name, link: link)
        case UInt8(ascii: "t"):
            kind = .yes
            try expect("true")
        case UInt8(ascii: "f"):
            kind = .no
            try expect("false")
        case UInt8(ascii: "n"):
            kind = .null
            try expect("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            kind = .number
            isPlain = try skipNumber()
        default: throw error(.unexpectedByte)
        }
        return JSONPlace(kind, isPlain: isPlain, start, position, name, link: link)
    }
}
