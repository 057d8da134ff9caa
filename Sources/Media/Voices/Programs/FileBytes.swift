import Glibc

/// Files as a whole; everything here blocks.
enum FileBytes {
    /// - Returns: `nil` when there is no such file, it cannot be read, or it is larger than `bytesMax`.
    static func read(_ path: String, bytesMax: Int) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size >= 0, status.st_size <= bytesMax else { return nil }
        let size = Int(status.st_size)
        var isWhole = true
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(file, buffer.baseAddress.map { $0 + count }, size - count)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { break }
                count += got
            }
            isWhole = count == size
        }
        return isWhole ? bytes : nil
    }

    /// Writes a file so that a crash leaves all of it or nothing: under another name, synchronised, renamed.
    ///
    /// - Throws: `SpeechError` with `.failed`, and the name of the file.
    static func write(_ bytes: [UInt8], to path: String) throws(SpeechError) {
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure("open", temporary) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failure("write", temporary)
                close(file)
                unlink(temporary)
                throw error
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else {
            let error = failure("fsync", temporary)
            close(file)
            throw error
        }
        close(file)
        guard rename(temporary, path) == 0 else { throw failure("rename", temporary) }
    }

    private static func failure(_ call: String, _ path: String) -> SpeechError {
        SpeechError(.failed, "\(call) \(path): \(String(cString: strerror(errno)))")
    }
}
