/// Writes keys and values the way TOML spells them.
enum TOMLText {
    /// A bare key where that is possible, otherwise a quoted one.
    static func key(_ name: String) -> String {
        let bare = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return bare && !name.isEmpty ? name : string(name)
    }

    /// A basic string on one line; control characters are escaped.
    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if isControl(scalar) {
                    let hex = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    static func value(_ value: ConfigValue) -> String {
        switch value {
        case .string(let text): string(text)
        case .integer(let number): String(number)
        case .double(let number): double(number)
        case .boolean(let flag): flag ? "true" : "false"
        case .moment(let kind): string(kind)
        case .array(let elements): "[" + elements.map(Self.value).joined(separator: ", ") + "]"
        case .table(let fields):
            "{"
                + fields.sorted { $0.key < $1.key }.map { "\(key($0.key)) = \(Self.value($0.value))" }
                .joined(separator: ", ") + "}"
        }
    }

    /// The same text with every control character replaced by a space, so that it stays on one line.
    static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars { result.unicodeScalars.append(isControl(scalar) ? " " : scalar) }
        return result
    }

    /// C0 and C1 controls and the two Unicode line separators.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar.value == 0x2028
            || scalar.value == 0x2029
    }

    private static func double(_ number: Double) -> String {
        if number.isNaN { return "nan" }
        if number.isInfinite { return number < 0 ? "-inf" : "inf" }
        if let whole = Int(exactly: number), abs(number) < 1e15 { return String(whole) }
        return String(number)
    }
}
