import Glibc
import Threading

/// The terminal as a screen that is drawn again and again, put back as it was at the end.
final class LiveScreen: Sendable {
    /// How the terminal was; `nil` once it is that way again.
    private let before: Mutex<termios?>

    /// - Returns: `nil` when input or output is no terminal.
    init?() {
        var settings = termios()
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 else {
            return nil
        }
        before = Mutex(settings)
        // Keys one at a time and unseen; ctrl-C stays a signal.
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        // Another page, so that what was on the terminal comes back; no cursor.
        Output.standard("\u{1B}[?1049h\u{1B}[?25l")
    }

    func draw(_ lines: [String]) {
        var text = "\u{1B}[H"
        for (index, line) in lines.enumerated() {
            if index > 0 { text += "\r\n" }
            text += "\(line)\u{1B}[K"
        }
        Output.standard(text + "\u{1B}[J")
    }

    /// Puts the terminal back; more than once does nothing.
    func restore() {
        let settings = before.withLock { before -> termios? in
            defer { before = nil }
            return before
        }
        guard var settings else { return }
        Output.standard("\u{1B}[?25h\u{1B}[?1049l")
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// The keys that are pressed; the thread that reads them ends with the program.
    ///
    /// - Throws: `CommandFailure` when the system refuses a thread.
    func keys() throws(CommandFailure) -> AsyncStream<UInt8> {
        let (stream, continuation) = AsyncStream.makeStream(of: UInt8.self, bufferingPolicy: .bufferingNewest(16))
        do {
            _ = try OSThread(name: "keys") {
                var key: UInt8 = 0
                while true {
                    let count = read(STDIN_FILENO, &key, 1)
                    if count == 1 { continuation.yield(key) } else if count == 0 || errno != EINTR { break }
                }
                continuation.finish()
            }
        } catch {
            throw CommandFailure(.software, "\(error)")
        }
        return stream
    }
}
