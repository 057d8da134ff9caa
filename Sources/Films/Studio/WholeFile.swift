import Glibc

/// Files that are there whole or not at all; blocks.
enum WholeFile {
    /// - Throws: `StudioFailure` with what the system says.
    static func write(_ bytes: [UInt8], to path: String) throws(StudioFailure) {
        let draft = "\(path).\(getpid()).new"
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure(path, errno) }
        var (done, code) = (0, Int32(0))
        while done < bytes.count, code == 0 {
            let count = bytes.withUnsafeBytes { raw in
                raw.baseAddress.map { Glibc.write(file, $0 + done, raw.count - done) } ?? 0
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { code = errno } else { done += count }
        }
        if code == 0, fsync(file) != 0 { code = errno }
        close(file)
        if code == 0, rename(draft, path) != 0 { code = errno }
        guard code != 0 else { return }
        unlink(draft)
        throw failure(path, code)
    }

    /// - Returns: `nil` when it is not there, cannot be read, or is larger.
    static func read(_ path: String, sizeBytesMax: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while bytes.count <= sizeBytesMax {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        return nil
    }

    private static func failure(_ path: String, _ code: Int32) -> StudioFailure {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return .transient("\(name) cannot be written: \(String(cString: strerror(code)))")
    }
}
