import Glibc

/// Small files, read whole.
enum ConfigFile {
    struct Content {
        let bytes: [UInt8]
        /// The permission bits.
        let mode: UInt32
    }

    /// A file could not be read.
    struct Failure: Error, CustomStringConvertible {
        let path: String
        let code: Int32
        let detail: String?

        var isMissing: Bool { code == ENOENT }
        var description: String { detail ?? String(cString: strerror(code)) }
    }

    /// Reads a regular file; never waits on a pipe or a device, which are refused.
    static func read(_ path: String, sizeBytesMax: Int) throws(Failure) -> Content {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure(path: path, code: errno, detail: nil) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure(path: path, code: errno, detail: nil) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(path: path, code: EINVAL, detail: "it is not a regular file")
        }
        guard status.st_size <= sizeBytesMax else {
            throw Failure(path: path, code: EFBIG, detail: "it is larger than \(sizeBytesMax) bytes")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Failure(path: path, code: errno, detail: nil) }
            guard count > 0 else { return Content(bytes: bytes, mode: status.st_mode & 0o7777) }
            bytes += chunk[..<count]
            guard bytes.count <= sizeBytesMax else {
                throw Failure(path: path, code: EFBIG, detail: "it is larger than \(sizeBytesMax) bytes")
            }
        }
    }

    /// The visible entries of a folder with this ending, sorted by their bytes; none where there is no folder.
    static func list(_ directory: String, suffix: String) throws(Failure) -> [String] {
        guard let stream = opendir(directory) else {
            if errno == ENOENT { return [] }
            throw Failure(path: directory, code: errno, detail: nil)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name.hasSuffix(suffix), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// When the file was last changed, in seconds since 1970; nil where there is nothing.
    static func modifiedSeconds(of path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_mtim.tv_sec) : nil
    }

    /// Whether this user may use the file or folder in this way (`R_OK`, `W_OK`, `X_OK`).
    static func isAccessible(_ path: String, _ mode: Int32) -> Bool { access(path, mode) == 0 }

    /// The permission bits, or nil where there is nothing.
    static func mode(of path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : nil
    }

    static func isDirectory(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false }
}
