import Domain
import Glibc
import RenderWire

/// What a file holds, in a word; blocks.
enum FileDigest {
    private static let chunkSizeBytes = 1 << 20

    /// SHA-256 in hexadecimal, as bytes.
    ///
    /// - Throws: `RenderFault` with `.badInput`.
    static func bytes(of path: String) throws(RenderFault) -> [UInt8] {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        // Not blocking: a pipe in place of a file would be waited for.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw RenderFault(.badInput, "speeches: \(name): \(String(cString: strerror(errno)))")
        }
        defer { close(file) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: chunkSizeBytes)
        while true {
            let count = read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw RenderFault(.badInput, "speeches: \(name): \(String(cString: strerror(errno)))")
            }
            guard count > 0 else { return Array(hash.hexadecimal().utf8) }
            buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }
}
