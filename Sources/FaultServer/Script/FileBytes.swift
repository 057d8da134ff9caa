import Glibc

/// Whole files, of a bounded size.
enum FileBytes {
    /// Why a file could not be read.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let bytesMax = 64 << 20

    /// - Parameter path: of the file.
    /// - Returns: all of it.
    /// - Throws: `Failure` when it cannot be read, or has more than 64 MiB.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                guard errno == EINTR else { throw failure(path) }
                continue
            }
            bytes.append(contentsOf: block.prefix(count))
            guard bytes.count <= bytesMax else { throw Failure(description: "\(path): larger than 64 MiB") }
        }
    }

    private static func failure(_ path: String) -> Failure {
        Failure(description: "\(path): \(String(cString: strerror(errno)))")
    }

    /// The directory that a file is in, as far as its path tells.
    static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// - Parameters:
    ///   - path: as somebody wrote it.
    ///   - directory: where it begins, unless it begins at the root.
    /// - Returns: a path that can be opened.
    static func path(_ path: String, in directory: String) -> String {
        path.hasPrefix("/") ? path : "\(directory)/\(path)"
    }
}
