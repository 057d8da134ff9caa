import BusZeroMQ
import Glibc
import JSON

/// Where text leaves the program.
enum Output {
    static func standard(_ text: String) {
        guard write(Array(text.utf8), to: STDOUT_FILENO) else {
            // Nobody reads any more, or the disk is full: nothing that follows can be told either.
            Glibc.exit(errno == EPIPE ? 0 : Sysexit.io.rawValue)
        }
    }

    static func standardError(_ text: String) {
        _ = write(Array(text.utf8), to: STDERR_FILENO)
    }

    /// Prints a JSON value on one line.
    static func json(_ value: JSONValue) { standard(jsonText(value) + "\n") }

    /// JSON in which nothing acts on a terminal: JSON escapes the first control characters, this the others.
    static func jsonText(_ value: JSONValue) -> String {
        var text = ""
        for scalar in value.description.unicodeScalars {
            if Terminal.isControl(scalar) {
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Writes all of it.
    ///
    /// - Returns: `false` on an error, which is in `errno`.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
