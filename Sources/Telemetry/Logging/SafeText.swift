/// Text that cannot steer the terminal or forge lines.
enum SafeText {
    /// On one line: every control character and line separator is shown as an escape.
    static func line(_ text: String) -> String { escaped(text, lineBreak: "\\n") }

    /// Over several lines: the later ones are indented.
    static func block(_ text: String) -> String { escaped(text, lineBreak: "\n    ") }

    /// One word, or a quoted text when it holds spaces, quotes or an equals sign.
    static func word(_ text: String) -> String {
        let safe = line(text)
        guard safe.isEmpty || safe.utf8.contains(where: { $0 == 0x20 || $0 == 0x22 || $0 == 0x3D }) else { return safe }
        var quoted = "\""
        for scalar in safe.unicodeScalars {
            if scalar == "\"" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    private static func escaped(_ text: String, lineBreak: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                result += lineBreak
            } else if scalar == "\t" {
                result += " "
            } else if isControl(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// C0, DEL, C1, the Unicode line separators, and the marks that reorder text on screen.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
