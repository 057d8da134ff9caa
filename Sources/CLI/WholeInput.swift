import Glibc
import Threading

/// A file, or standard input, as a whole.
enum WholeInput {
    /// Reads it on a plain thread, because reading may wait for ever.
    ///
    /// - Parameters:
    ///   - path: `-` for standard input.
    ///   - sizeBytesMax: a larger one is refused.
    /// - Returns: its bytes.
    /// - Throws: `CommandFailure`.
    static func read(_ path: String, sizeBytesMax: Int) async throws(CommandFailure) -> [UInt8] {
        let outcome = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<[UInt8], CommandFailure>, Never>) in
            do {
                _ = try OSThread(name: "input") { continuation.resume(returning: bytes(path, sizeBytesMax)) }
            } catch {
                continuation.resume(returning: .failure(CommandFailure(.software, "\(error)")))
            }
        }
        return try outcome.get()
    }

    private static func bytes(_ path: String, _ sizeBytesMax: Int) -> Result<[UInt8], CommandFailure> {
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        func failed() -> Result<[UInt8], CommandFailure> {
            .failure(CommandFailure(.badData, "cannot read \(path): \(String(cString: strerror(errno)))"))
        }
        guard file >= 0 else { return failed() }
        defer { if file != STDIN_FILENO { close(file) } }
        var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return failed() }
            if count == 0 { return .success(bytes) }
            bytes += chunk[..<count]
            guard bytes.count <= sizeBytesMax else {
                return .failure(CommandFailure(.badData, "\(path) is larger than \(sizeBytesMax) bytes"))
            }
        }
    }
}
