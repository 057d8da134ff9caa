import Glibc

/// A folder that others read while we write: a file appears whole or not at all.
package struct OutputFolder: Sendable {
    package let path: String
    static let temporarySuffix = ".tmp"

    package init(_ path: String) { self.path = path }

    /// Makes it, and those above it.
    func create() throws(OutputFolderError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part + "/"
            guard mkdir(made, 0o755) == 0 || errno == EEXIST else { throw OutputFolderError("make", made) }
        }
    }

    /// Writes beside the file's place and puts it there by renaming.
    ///
    /// - Parameters:
    ///   - name: of the file, in this folder.
    ///   - bytes: all that it holds then.
    ///   - isDurable: whether it must be there after a power failure as it is now.
    /// - Throws: `OutputFolderError`; then the file is as it was.
    func write(_ name: String, _ bytes: [UInt8], isDurable: Bool) throws(OutputFolderError) {
        let (final, temporary) = (path + "/" + name, path + "/" + name + Self.temporarySuffix)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw OutputFolderError("open", temporary) }
        do throws(OutputFolderError) {
            try Self.writeAll(descriptor, bytes, temporary)
            if isDurable, fsync(descriptor) != 0 { throw OutputFolderError("sync", temporary) }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        // Some file systems tell only here that there was no room.
        guard close(descriptor) == 0, rename(temporary, final) == 0 else {
            let error = OutputFolderError("rename", temporary)
            unlink(temporary)
            throw error
        }
    }

    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8], _ path: String) throws(OutputFolderError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw OutputFolderError("write", path) }
            done += count
        }
    }

    /// - Returns: `nil` when there is no such file.
    /// - Throws: `OutputFolderError` when there is one and it cannot be read.
    func read(_ name: String, bytesMax: Int) throws(OutputFolderError) -> [UInt8]? {
        let file = path + "/" + name
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw OutputFolderError("open", file)
        }
        defer { close(descriptor) }
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw OutputFolderError("read", file) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= bytesMax else { throw OutputFolderError("read", file, code: EFBIG) }
        }
    }

    func has(_ name: String) -> Bool { access(path + "/" + name, F_OK) == 0 }

    /// Removes a file; one that is not there is no error.
    func remove(_ name: String) throws(OutputFolderError) {
        let file = path + "/" + name
        guard unlink(file) == 0 || errno == ENOENT else { throw OutputFolderError("remove", file) }
    }

    /// The names in it.
    func names() throws(OutputFolderError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw OutputFolderError("list", path)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

/// A folder cannot be used.
package struct OutputFolderError: Error, Hashable, Sendable, CustomStringConvertible {
    package let operation: String
    package let path: String
    /// The `errno` value: `ENOSPC` is a full disk.
    package let code: Int32

    /// With the `errno` of the call that failed just now.
    init(_ operation: String, _ path: String, code: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    package var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}
