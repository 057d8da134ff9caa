/// The members of one JSON object, or the elements of one list, as places in its text.
///
/// For texts that are read once and thrown away, thousands of them in a second: a tree of values would cost more than the
/// reading itself. The whole text is checked all the same. A name that is written with escapes matches none.
package struct JSONPlaces: Sendable {
    package struct Place: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case object, list, text, number, yes, no, null
        }

        package let kind: Kind
        /// A text's quotes do not belong to it.
        let range: Range<Int>
        let name: Range<Int>
        /// Whether a text stands there as it is, or a number is whole.
        let isPlain: Bool
    }

    private let bytes: [UInt8]
    package let isList: Bool
    /// In the order of the text.
    package let places: [Place]

    /// Reads a text that is one object or one list.
    ///
    /// - Throws: `JSONSyntaxError` when it is neither, or no JSON.
    package init(parsing bytes: [UInt8], depthMax: Int = 64) throws(JSONSyntaxError) {
        let found = bytes.withUnsafeBufferPointer { text -> Result<(Bool, [Place]), JSONSyntaxError> in
            guard JSONPlaces.isUTF8(text) else { return .failure(JSONSyntaxError(code: .notUTF8, position: 0)) }
            var parser = JSONParser(bytes: text, depthMax: depthMax, omitted: [])
            return Result { () throws(JSONSyntaxError) in
                let found = try parser.places()
                parser.skipSpace()
                guard parser.position == text.count else { throw parser.error(.trailingBytes) }
                return found
            }
        }
        self.bytes = bytes
        (isList, places) = try found.get()
    }

    private init(bytes: [UInt8], isList: Bool, places: [Place]) {
        self.bytes = bytes
        self.isList = isList
        self.places = places
    }

    /// Most texts are ASCII, and need no copy to be looked at.
    private static func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var all: UInt8 = 0
        for byte in text { all |= byte }
        return all < 0x80 || String(validating: text, as: UTF8.self) != nil
    }

    /// The member with a name.
    package subscript(name: StaticString) -> Place? {
        guard !isList else { return nil }
        let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return bytes.withUnsafeBufferPointer { text in
            places.first { place in
                place.name.count == wanted.count && zip(text[place.name], wanted).allSatisfy { $0 == $1 }
            }
        }
    }

    /// What an object or a list holds; `nil` for anything else.
    package func inside(_ place: Place) -> JSONPlaces? {
        guard place.kind == .object || place.kind == .list else { return nil }
        let found = bytes.withUnsafeBufferPointer { text -> (Bool, [Place])? in
            var parser = JSONParser(bytes: text, depthMax: 64, omitted: [])
            parser.position = place.range.lowerBound
            // It has been read once, and was JSON then.
            return try? parser.places()
        }
        return found.map { JSONPlaces(bytes: bytes, isList: $0.0, places: $0.1) }
    }

    /// A text; `nil` for anything else.
    package func text(_ place: Place) -> String? {
        guard place.kind == .text else { return nil }
        guard !place.isPlain else { return String(decoding: bytes[place.range], as: UTF8.self) }
        var parts = [UInt8(ascii: "\"")]
        parts += bytes[place.range]
        parts.append(UInt8(ascii: "\""))
        return (try? JSONValue(parsing: parts))?.string
    }

    /// A whole number; `nil` for anything else, and for one that does not fit.
    package func int(_ place: Place) -> Int64? {
        guard place.kind == .number, place.isPlain else { return nil }
        let digits = bytes[place.range]
        guard digits.count <= 18, digits.first != UInt8(ascii: "-") else {
            return Int64(String(decoding: digits, as: UTF8.self))
        }
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// Looks at the bytes of a text that stands there as it is; `nil` for anything else.
    package func withPlainText<Result>(_ place: Place, _ body: (UnsafeBufferPointer<UInt8>) -> Result?) -> Result? {
        guard place.kind == .text, place.isPlain else { return nil }
        return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[place.range])) }
    }
}

extension JSONParser {
    /// Reads an object or a list, and notes where everything in it stands.
    fileprivate mutating func places() throws(JSONSyntaxError) -> (isList: Bool, [JSONPlaces.Place]) {
        skipSpace()
        var places: [JSONPlaces.Place] = []
        places.reserveCapacity(24)
        if next == UInt8(ascii: "[") {
            try passList { (parser) throws(JSONSyntaxError) in places.append(try parser.pass(named: 0..<0)) }
            return (true, places)
        }
        guard next == UInt8(ascii: "{") else { throw error(.unexpectedByte) }
        try passObject { (parser, name) throws(JSONSyntaxError) in
            // Two readers could take different ones of the two.
            for other in places where other.name.count == name.count {
                if zip(parser.bytes[other.name], parser.bytes[name]).allSatisfy({ $0 == $1 }) {
                    throw parser.error(.duplicateName)
                }
            }
            places.append(try parser.pass(named: name))
        }
        return (false, places)
    }

    private mutating func passList(
        _ element: (inout JSONParser) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        try enter()
        if !take(UInt8(ascii: "]")) {
            repeat {
                try element(&self)
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw error(.unexpectedByte) }
        }
        depthLeft += 1
    }

    private mutating func passObject(
        _ member: (inout JSONParser, Range<Int>) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        try enter()
        if !take(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                guard next == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
                let name = try passText().range
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw error(.unexpectedByte) }
                try member(&self, name)
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw error(.unexpectedByte) }
        }
        depthLeft += 1
    }

    private mutating func enter() throws(JSONSyntaxError) {
        guard depthLeft > 0 else { throw error(.tooDeep) }
        depthLeft -= 1
        position += 1
        skipSpace()
    }

    /// - Returns: where the text stands, without its quotes, and whether it stands for itself.
    private mutating func passText() throws(JSONSyntaxError) -> (range: Range<Int>, isPlain: Bool) {
        let start = position + 1
        position = start
        skipPlainText()
        if take(UInt8(ascii: "\"")) { return (start..<position - 1, true) }
        position = start - 1
        _ = try string()
        return (start..<position - 1, false)
    }

    private mutating func pass(named name: Range<Int>) throws(JSONSyntaxError) -> JSONPlaces.Place {
        skipSpace()
        let start = position
        var isPlain = true
        let kind: JSONPlaces.Place.Kind
        guard let byte = next else { throw error(.unexpectedEnd) }
        switch byte {
        case UInt8(ascii: "\""):
            let text = try passText()
            return JSONPlaces.Place(kind: .text, range: text.range, name: name, isPlain: text.isPlain)
        case UInt8(ascii: "{"):
            kind = .object
            try passObject { (parser, _) throws(JSONSyntaxError) in _ = try parser.pass(named: 0..<0) }
        case UInt8(ascii: "["):
            kind = .list
            try passList { (parser) throws(JSONSyntaxError) in _ = try parser.pass(named: 0..<0) }
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
        return JSONPlaces.Place(kind: kind, range: start..<position, name: name, isPlain: isPlain)
    }
}
