/// A text is not JSON, or more than this parser takes.
@usableFromInline
package struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case notUTF8, tooDeep, unexpectedByte, unexpectedEnd, badEscape, badNumber, duplicateName, trailingBytes,
            tooLong
    }

    package let code: Code
    /// Where, in bytes from the start.
    package let position: Int

    @usableFromInline package var description: String { "\(code) at byte \(position)" }
}

/// Reads JSON by descending into it, no deeper than asked.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    private let depthMax: Int
    var depthLeft: Int
    /// Members of the outermost object that are passed over.
    private let omitted: [StaticString]

    static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>,
        depthMax: Int,
        omitting omitted: [StaticString]
    ) -> Result<JSONValue, JSONSyntaxError> {
        // Most texts are ASCII, and need no copy to be looked at.
        guard bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil else {
            return .failure(JSONSyntaxError(code: .notUTF8, position: 0))
        }
        var parser = JSONParser(bytes: bytes, depthMax: depthMax, omitted: omitted)
        return Result { () throws(JSONSyntaxError) in
            let value = try parser.value()
            parser.skipSpace()
            guard parser.position == bytes.count else { throw parser.error(.trailingBytes) }
            return value
        }
    }

    init(bytes: UnsafeBufferPointer<UInt8>, depthMax: Int, omitted: [StaticString]) {
        self.bytes = bytes
        self.depthMax = depthMax
        self.omitted = omitted
        depthLeft = depthMax
    }

    func error(_ code: JSONSyntaxError.Code) -> JSONSyntaxError {
        JSONSyntaxError(
            code: position < bytes.count || code != .unexpectedByte ? code : .unexpectedEnd,
            position: position
        )
    }

    @inline(__always)
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    @inline(__always)
    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ text: StaticString) throws(JSONSyntaxError) {
        for index in 0..<text.utf8CodeUnitCount {
            guard take(text.utf8Start[index]) else { throw error(.unexpectedByte) }
        }
    }

    // MARK: Values

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        skipSpace()
        guard let byte = next else { throw error(.unexpectedEnd) }
        switch byte {
        case UInt8(ascii: "{"): return try nested { (parser) throws(JSONSyntaxError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { (parser) throws(JSONSyntaxError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try expect("true")
            return true
        case UInt8(ascii: "f"):
            try expect("false")
            return false
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONSyntaxError) -> JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        guard depthLeft > 0 else { throw error(.tooDeep) }
        depthLeft -= 1
        let value = try body(&self)
        depthLeft += 1
        return value
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONValue {
        position += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object([:]) }
        // Most objects have a few members; growing from one on would copy those that there are three times.
        var members: [String: JSONValue] = [:]
        members.reserveCapacity(6)
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
            if skipOmittedName() {
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw error(.unexpectedByte) }
                try skipValue()
                skipSpace()
                continue
            }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error(.unexpectedByte) }
            let member = try value()
            // Two readers could take different ones of the two.
            guard members.updateValue(member, forKey: name) == nil else { throw error(.duplicateName) }
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error(.unexpectedByte) }
        return .object(members)
    }

    /// Passes over the name of a member that is not wanted.
    private mutating func skipOmittedName() -> Bool {
        guard depthLeft == depthMax - 1 else { return false }
        for name in omitted {
            let end = position + 1 + name.utf8CodeUnitCount
            guard end < bytes.count, bytes[end] == UInt8(ascii: "\""),
                bytes[position + 1..<end].elementsEqual(
                    UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
                )
            else { continue }
            position = end + 1
            return true
        }
        return false
    }

    /// Passes over a value that is not wanted, which has to be one all the same.
    private mutating func skipValue() throws(JSONSyntaxError) {
        skipSpace()
        guard next == UInt8(ascii: "\"") else {
            _ = try value()
            return
        }
        let start = position
        position += 1
        skipPlainText()
        if take(UInt8(ascii: "\"")) { return }
        position = start
        _ = try string()
    }

    private mutating func array() throws(JSONSyntaxError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error(.unexpectedByte) }
        return .array(elements)
    }

    // MARK: Numbers

    /// - Returns: whether it is a whole number.
    mutating func skipNumber() throws(JSONSyntaxError) -> Bool {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
            try digits()
        }
        return isWhole
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = position
        let isWhole = try skipNumber()
        if isWhole, position - start <= 18, bytes[start] != UInt8(ascii: "-") {
            // Few enough digits that they cannot overflow.
            return .int(bytes[start..<position].reduce(0) { $0 &* 10 &+ Int64($1 &- UInt8(ascii: "0")) })
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else { throw error(.badNumber) }
        return .double(value)
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = position
        position = EightBytes.endOfDigits(bytes, from: position)
        guard position > start else { throw error(.badNumber) }
    }

    // MARK: Texts

    mutating func string() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        skipPlainText()
        guard next == UInt8(ascii: "\\") else {
            guard take(UInt8(ascii: "\"")) else { throw error(.unexpectedByte) }
            return String(decoding: bytes[start..<position - 1], as: UTF8.self)
        }
        var text = Array(bytes[start..<position])
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error(.unexpectedByte) }
            position += 1
            if byte == UInt8(ascii: "\\") { try escape(into: &text) } else { text.append(byte) }
        }
        guard take(UInt8(ascii: "\"")) else { throw error(.unexpectedByte) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Passes over what stands for itself.
    @inline(__always)
    mutating func skipPlainText() { position = EightBytes.endOfPlainText(bytes, from: position) }

    private mutating func escape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard let byte = next else { throw error(.unexpectedEnd) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): text.append(contentsOf: String(Character(try escapedScalar())).utf8)
        default: throw error(.badEscape)
        }
    }

    private mutating func escapedScalar() throws(JSONSyntaxError) -> Unicode.Scalar {
        var code = UInt32(try fourHexDigits())
        if (0xD800..<0xDC00).contains(code) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw error(.badEscape) }
            let low = UInt32(try fourHexDigits())
            guard (0xDC00..<0xE000).contains(low) else { throw error(.badEscape) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw error(.badEscape) }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error(.badEscape)
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
