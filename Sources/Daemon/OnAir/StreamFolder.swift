import API
import Glibc
import Threading

/// The files of the public stream, as the playout has written them.
///
/// What a playlist lists never changes, so that the newest of it is kept in memory: all listeners ask for the same.
final class StreamFolder: Sendable {
    private struct Kept {
        let name: String
        let bytes: [UInt8]
    }

    private let folder: String
    private let kept = Mutex<[Kept]>([])

    /// About what a playlist lists.
    private static let keptMax = 24
    /// Segments are some ten kilobytes; nobody has ten megabytes there.
    private static let bytesMax = 10_000_000

    init(_ folder: String) { self.folder = folder }

    /// - Parameter name: one that `StreamRoutes.isName` takes.
    /// - Returns: the file's bytes; `nil` when it is not there.
    func read(_ name: String) async -> [UInt8]? {
        if let known = kept.withLock({ $0.first { $0.name == name } }) { return known.bytes }
        let path = "\(folder)/\(name)"
        guard let bytes = await offPool({ StreamFolder.bytes(path) }) else { return nil }
        guard !name.hasSuffix(".m3u8") else { return bytes }
        kept.withLock { kept in
            kept.append(Kept(name: name, bytes: bytes))
            if kept.count > StreamFolder.keptMax { kept.removeFirst() }
        }
        return bytes
    }

    private static func bytes(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= bytesMax {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        return nil
    }
}
