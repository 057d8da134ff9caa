import Glibc
import Threading

/// Where a password comes from: typed on the terminal without being shown, or the first line of standard input.
///
/// Never an argument, which other users of the machine can see.
enum PasswordInput {
    private static let sizeBytesMax = 1024

    /// Waits on a plain thread, because somebody may take long to type.
    ///
    /// - Parameter isFromInput: whether it is the first line of standard input.
    /// - Returns: the password.
    /// - Throws: `CommandFailure` when there is none, or the two times it is typed differ.
    static func read(isFromInput: Bool) async throws(CommandFailure) -> String {
        let outcome = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<String, CommandFailure>, Never>) in
            do {
                _ = try OSThread(name: "password") {
                    continuation.resume(
                        returning: Result { () throws(CommandFailure) in try readNow(isFromInput: isFromInput) }
                    )
                }
            } catch {
                continuation.resume(returning: .failure(CommandFailure(.software, "\(error)")))
            }
        }
        return try outcome.get()
    }

    private static func readNow(isFromInput: Bool) throws(CommandFailure) -> String {
        if isFromInput { return try firstLine(of: STDIN_FILENO) }
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(.usage, "standard input is no terminal: give the password there with --password-stdin")
        }
        let first = try typed("Password: ")
        guard try typed("Again: ") == first else { throw CommandFailure(.badData, "the two passwords differ") }
        return first
    }

    /// Reads up to the first line end, and not a byte more than may be.
    static func firstLine(of descriptor: Int32) throws(CommandFailure) -> String {
        var bytes: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = Glibc.read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure(.io, "standard input: \(String(cString: strerror(errno)))") }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            bytes.append(byte)
            guard bytes.count <= sizeBytesMax else { throw CommandFailure(.badData, "the password is too long") }
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw CommandFailure(.badData, "the password is empty") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.badData, "the password is not UTF-8 text")
        }
        return text
    }

    /// Reads a line from the terminal with the echo off.
    private static func typed(_ prompt: String) throws(CommandFailure) -> String {
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { throw CommandFailure(.io, "the terminal cannot be read") }
        var hidden = shown
        // Signals are off as well: one that ends the program would leave the terminal without its echo.
        hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else {
            throw CommandFailure(.io, "the terminal cannot hide what is typed")
        }
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            Output.standardError("\n")
        }
        Output.standardError(prompt)
        var line = TypedLine()
        while true {
            var byte: UInt8 = 0
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { throw CommandFailure(.io, "the terminal is gone") }
            switch line.take(byte) {
            case .goOn: continue
            case .abandoned: throw CommandFailure(.usage, "no password was given")
            case .done(let text):
                guard !text.isEmpty else { throw CommandFailure(.badData, "the password is empty") }
                return text
            }
        }
    }
}

/// A line that is being typed, byte by byte.
struct TypedLine {
    enum Step: Hashable {
        case goOn
        case done(String)
        case abandoned
    }

    private var bytes: [UInt8] = []

    mutating func take(_ byte: UInt8) -> Step {
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            return String(validating: bytes, as: UTF8.self).map { .done($0) } ?? .abandoned
        // ^C, ^D, ^\ and ^Z.
        case 3, 4, 28, 26: return .abandoned
        // Backspace takes a whole character.
        case 8, 127:
            while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
        // ^U
        case 21: bytes = []
        default: if bytes.count < 1024 { bytes.append(byte) }
        }
        return .goOn
    }
}
