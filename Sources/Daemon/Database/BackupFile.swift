import Domain
import Glibc

/// Files of backups: made under another name, on the disk before they get theirs.
enum BackupFile {
    /// Makes a folder that only the station's user may enter, with those above it.
    static func makeFolder(_ path: String) throws(DatabaseFailure) {
        var built = ""
        for part in path.split(separator: "/") {
            built += "/" + part
            guard mkdir(built, 0o700) == 0 || errno == EEXIST else { throw failure(.cannotCreate, path, "made") }
        }
    }

    static func write(_ text: String, to path: String) throws(DatabaseFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(.cannotCreate, path, "written") }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw failure(.ioError, path, "written") }
            rest = rest.dropFirst(max(0, count))
        }
    }

    /// Brings a finished file to the disk and then to its place.
    static func publish(_ temporary: String, as path: String) throws(DatabaseFailure) {
        guard chmod(temporary, 0o600) == 0 else { throw failure(.ioError, temporary, "written") }
        try sync(temporary)
        guard rename(temporary, path) == 0 else { throw failure(.ioError, path, "renamed") }
        try sync(folder(of: path))
    }

    static func sync(_ path: String) throws(DatabaseFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(.ioError, path, "opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(.ioError, path, "brought to the disk") }
    }

    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Removes a file that may not be there.
    static func remove(_ path: String) throws(DatabaseFailure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure(.ioError, path, "removed") }
    }

    static func sizeBytes(_ path: String) throws(DatabaseFailure) -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(.noInput, path, "read") }
        return Int64(status.st_size)
    }

    /// The names of the files in a folder; none where there is no such folder.
    static func names(in folder: String) throws(DatabaseFailure) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure(.ioError, folder, "read")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The hash of a file's content.
    static func sha256(_ path: String, onProgress: () -> Void = {}) throws(DatabaseFailure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(.noInput, path, "read") }
        defer { close(descriptor) }
        var hash = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(.ioError, path, "read") }
            guard count > 0 else { return hash.hexadecimal() }
            hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            onProgress()
        }
    }

    /// Copies a file.
    static func copy(_ source: String, to path: String) throws(DatabaseFailure) {
        let reading = open(source, O_RDONLY | O_CLOEXEC)
        guard reading >= 0 else { throw failure(.noInput, source, "read") }
        defer { close(reading) }
        let writing = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard writing >= 0 else { throw failure(.cannotCreate, path, "made") }
        defer { close(writing) }
        while true {
            let count = sendfile(writing, reading, nil, 1 << 24)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(.ioError, path, "written") }
            if count == 0 { return }
        }
    }

    private static func failure(_ code: ExitCode, _ path: String, _ what: String) -> DatabaseFailure {
        DatabaseFailure(code, "\(path) cannot be \(what): \(String(cString: strerror(errno)))")
    }
}
