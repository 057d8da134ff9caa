import TOMLKit

/// A parsed TOML text: its values, and where each key stands.
package struct TOMLDocument: Sendable {
    package let root: ConfigValue
    package let positions: [ConfigPath: SourcePosition]

    /// Larger files are refused: no configuration needs them.
    package static let sizeBytesMax = 262_144

    /// The text could not be read as TOML; each entry is one reason.
    package struct Failure: Error, Sendable {
        package let reasons: [Reason]

        package struct Reason: Sendable, Hashable {
            package let position: SourcePosition
            package let text: String
        }

        fileprivate init(_ reasons: [Reason]) { self.reasons = reasons }
    }

    package init(parsing bytes: [UInt8]) throws(Failure) {
        let text = try Self.text(bytes)
        let scan = TOMLPositions(bytes)
        if let first = scan.refusals.first {
            // A mistake before that place is the first one, and may be why the scan stumbled.
            _ = try Self.parse(String(decoding: bytes[..<first.statementStart], as: UTF8.self))
            throw Failure(scan.refusals.map { Failure.Reason(position: $0.position, text: $0.text) })
        }
        root = try Self.parse(text)
        positions = scan.positions
    }

    private static func parse(_ text: String) throws(Failure) -> ConfigValue {
        do {
            return value(try TOMLTable(string: text))
        } catch let error as TOMLParseError {
            let begin = error.source.begin
            let position = SourcePosition(line: max(1, begin.line), column: max(1, begin.column))
            throw Failure([Failure.Reason(position: position, text: error.description)])
        } catch {
            throw Failure([Failure.Reason(position: SourcePosition(line: 1, column: 1), text: "\(error)")])
        }
    }

    /// One value as it would stand to the right of `=`, or nil where it is none.
    static func value(parsing text: String) -> ConfigValue? {
        guard text.utf8.count < sizeBytesMax, !text.contains("\n"),
            let document = try? TOMLDocument(parsing: Array("value = \(text)\n".utf8)),
            case .table(let fields) = document.root, fields.count == 1
        else { return nil }
        return fields["value"]
    }

    /// Checks size, UTF-8 and NUL bytes, none of which the parser reports with a place.
    private static func text(_ bytes: [UInt8]) throws(Failure) -> String {
        var position = SourcePosition(line: 1, column: 1)
        guard bytes.count <= sizeBytesMax else {
            throw Failure([.init(position: position, text: "the file is larger than \(sizeBytesMax) bytes")])
        }
        var text = ""
        text.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        var decoder = UTF8()
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput: return text
            case .error: throw Failure([.init(position: position, text: "the text is not valid UTF-8 here")])
            case .scalarValue(let scalar):
                if scalar.value == 0 {
                    throw Failure([.init(position: position, text: "a text must not hold a NUL character")])
                }
                text.unicodeScalars.append(scalar)
                if scalar == "\n" {
                    position = SourcePosition(line: position.line + 1, column: 1)
                } else {
                    position.column += 1
                }
            }
        }
    }

    private static func value(_ node: any TOMLValueConvertible) -> ConfigValue {
        if let table = node.table {
            var fields: [String: ConfigValue] = [:]
            for key in table.keys {
                if let child = table[key] { fields[key] = value(child) }
            }
            return .table(fields)
        }
        if let array = node.array { return .array((0..<array.count).map { value(array[$0]) }) }
        if let text = node.string { return .string(text) }
        if let flag = node.bool { return .boolean(flag) }
        if let number = node.int { return .integer(number) }
        if let number = node.double { return .double(number) }
        switch node.type {
        case .date: return .moment("date")
        case .time: return .moment("time of day")
        default: return .moment("date and time")
        }
    }
}
