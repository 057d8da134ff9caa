import Glibc
import Threading

/// A line of standard input.
struct InputLine: Hashable, Sendable {
    /// From 1.
    let number: Int
    let text: String
}

/// Reads standard input a block at a time, each on a plain thread, because reading may wait for ever.
final class InputLines {
    private var rest: [UInt8] = []
    private var number = 0
    private var isAtEnd = false
    private static let lineBytesMax = 64 * 1024

    /// The lines that came with the next block; `nil` at the end.
    ///
    /// - Throws: `CommandFailure` when reading fails, or for a line longer than any request can be.
    func next() async throws(CommandFailure) -> [InputLine]? {
        if isAtEnd { return nil }
        let outcome = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<[UInt8], CommandFailure>, Never>) in
            do {
                _ = try OSThread(name: "stdin") { continuation.resume(returning: InputLines.readBlock()) }
            } catch {
                continuation.resume(returning: .failure(CommandFailure(.software, "\(error)")))
            }
        }
        let block = try outcome.get()
        isAtEnd = block.isEmpty
        return try take(block)
    }

    /// Cuts a block into lines; an empty block is the end.
    func take(_ block: [UInt8]) throws(CommandFailure) -> [InputLine] {
        rest += block
        var lines: [InputLine] = []
        var start = 0
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(line(rest[start..<end]))
            start = end + 1
        }
        rest.removeFirst(start)
        if block.isEmpty, !rest.isEmpty {
            lines.append(line(rest[...]))
            rest = []
        }
        guard rest.count <= InputLines.lineBytesMax else {
            throw CommandFailure(.badData, "line \(number + 1) is longer than \(InputLines.lineBytesMax) bytes")
        }
        return lines
    }

    private func line(_ bytes: ArraySlice<UInt8>) -> InputLine {
        number += 1
        return InputLine(number: number, text: String(decoding: bytes, as: UTF8.self))
    }

    private static func readBlock() -> Result<[UInt8], CommandFailure> {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count >= 0 { return .success(Array(buffer.prefix(count))) }
            if errno != EINTR {
                return .failure(CommandFailure(.io, "cannot read standard input: \(String(cString: strerror(errno)))"))
            }
        }
    }
}
