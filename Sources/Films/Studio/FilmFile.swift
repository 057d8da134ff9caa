import Glibc

/// A file of a film that is there, open for reading.
///
/// It can be read to its end even when the film is forgotten meanwhile.
package final class FilmFile: Sendable {
    private let descriptor: Int32
    package let sizeBytes: Int64
    /// Another one of the same name has another; letters and digits.
    package let tag: String

    private init(descriptor: Int32, status: stat) {
        self.descriptor = descriptor
        sizeBytes = Int64(status.st_size)
        tag =
            String(UInt64(status.st_ino), radix: 36) + "-" + String(UInt64(clamping: status.st_mtim.tv_sec), radix: 36)
    }

    deinit { close(descriptor) }

    /// What of the file lies there; less at its end.
    ///
    /// - Parameters:
    ///   - offset: in bytes.
    ///   - count: how many bytes, at most.
    /// - Returns: the bytes; none behind its end.
    /// - Throws: `StudioFailure` when it cannot be read.
    package func bytes(at offset: Int64, count: Int) async throws(StudioFailure) -> [UInt8] {
        try await FilmShelf.off { [self] () throws(StudioFailure) in
            var isBroken = false
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
                while done < count {
                    let got = pread(
                        descriptor,
                        buffer.baseAddress.map { $0 + done },
                        count - done,
                        off_t(offset) + off_t(done)
                    )
                    if got < 0, errno == EINTR { continue }
                    isBroken = got < 0
                    guard got > 0 else { break }
                    done += got
                }
            }
            guard !isBroken else { throw .transient("a file of a film cannot be read") }
            return bytes
        }
    }

    fileprivate static func open(_ path: String) -> FilmFile? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        return FilmFile(descriptor: descriptor, status: status)
    }
}

extension FilmShelf {
    /// Opens a file of a film.
    ///
    /// - Parameters:
    ///   - name: one of those that its result names, and no other.
    ///   - film: which film.
    /// - Returns: `nil` when it is not there.
    /// - Throws: `StudioFailure` when too much waits for the disk.
    package func file(_ name: String, of film: FilmRecord) async throws(StudioFailure) -> FilmFile? {
        guard let result = film.result, result.files.contains(name), !name.contains("/") else { return nil }
        let path = "\(path(of: film.id))/\(name)"
        return try await FilmShelf.off { () throws(StudioFailure) in FilmFile.open(path) }
    }
}
