import Glibc

/// What text may do to a terminal: nothing but stand there, in colours that we chose.
struct Terminal {
    /// Whether colours may be used.
    let hasColour: Bool
    let width: Int
    let height: Int

    /// The terminal on standard output; without colours and with a width that fits everything where there is none.
    static func standard() -> Terminal {
        guard isatty(STDOUT_FILENO) == 1 else { return Terminal(hasColour: false, width: .max, height: .max) }
        var size = winsize()
        let known = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
        return Terminal(
            hasColour: getenv("NO_COLOR") == nil && getenv("TERM").map { String(cString: $0) } != "dumb",
            width: known ? Int(size.ws_col) : 80,
            height: known ? Int(size.ws_row) : 24
        )
    }

    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    func styled(_ text: String, _ style: Style?) -> String {
        guard hasColour, let style else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }

    /// Text from outside without what a terminal would obey: control characters, and those that turn the direction.
    static func plain(_ text: String, keepingLines: Bool = false) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where keepingLines: result.unicodeScalars.append(scalar)
            case "\n", "\r", "\t": result += " "
            case _ where isControl(scalar): continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// As much of the text as fits, with an ellipsis where something is missing.
    static func cut(_ text: String, to width: Int) -> String {
        guard width > 0, text.count > width else { return width > 0 ? text : "" }
        return "\(text.prefix(width - 1))…"
    }
}
