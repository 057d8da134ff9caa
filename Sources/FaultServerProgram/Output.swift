import Glibc

/// Lines for whoever started the program, which leave at once.
enum Output {
    static func line(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func errorLine(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array((text + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Nobody may be listening; that is no reason not to serve.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
