import Domain
import Glibc
import Threading

/// A film while it is written: under a name of its own until it is whole.
///
/// Every call may wait for the disk, so none of them belongs on the concurrency pool.
final class FilmFile: Sendable {
    private struct State {
        var descriptor: Int32
        var hash = SHA256()
        var sizeBytes: UInt64 = 0
    }

    static let temporarySuffix = ".part"

    private let folder: String
    private let temporary: String
    private let state: Mutex<State>

    /// - Parameters:
    ///   - folder: must be there.
    ///   - name: for the time of writing; nobody else's.
    /// - Throws: `AvatarError` with `.diskFailed`.
    init(folder: String, name: String) throws(AvatarError) {
        self.folder = folder
        temporary = "\(folder)/\(name)\(Self.temporarySuffix)"
        let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure("made") }
        state = Mutex(State(descriptor: descriptor))
    }

    deinit { discard() }

    /// Removes what has been written, unless it is finished.
    func discard() {
        state.withLock { state in
            guard state.descriptor >= 0 else { return }
            close(state.descriptor)
            unlink(temporary)
            state.descriptor = -1
        }
    }

    func write(_ bytes: [UInt8]) throws(AvatarError) {
        let error = state.withLock { state -> AvatarError? in
            var done = 0
            while done < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.write(state.descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return Self.failure("written") }
                done += count
            }
            state.hash.update(bytes)
            state.sizeBytes += UInt64(bytes.count)
            return nil
        }
        if let error { throw error }
    }

    /// Checks the film, brings it to the disk, and names it by its content.
    ///
    /// A file of that name is the same film; it is replaced.
    ///
    /// - Throws: `AvatarError`, also for a film that is none; then nothing is left of it.
    func finish() throws(AvatarError) -> AvatarFile {
        let (descriptor, hash, sizeBytes) = state.withLock { state in
            (state.descriptor, state.hash.hexadecimal(), state.sizeBytes)
        }
        do throws(MP4Boxes.Problem) {
            try MP4Boxes.check(sizeBytes: sizeBytes) { Self.bytes(of: descriptor, at: $0, $1) }
        } catch {
            throw AvatarError(error)
        }
        guard fsync(descriptor) == 0 else { throw Self.failure("brought to the disk") }
        let name = "\(hash).mp4"
        guard rename(temporary, "\(folder)/\(name)") == 0 else { throw Self.failure("named") }
        state.withLock { $0.descriptor = -1 }
        close(descriptor)
        try Self.sync(folder: folder)
        return AvatarFile(folder: folder, name: name, hash: hash, sizeBytes: sizeBytes)
    }

    /// Removes what was being written when the program ended.
    static func removeUnfinished(in folder: String) {
        guard let stream = opendir(folder) else { return }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            )
        }
        closedir(stream)
        for name in names where name.hasSuffix(temporarySuffix) { unlink("\(folder)/\(name)") }
    }

    private static func bytes(of descriptor: Int32, at offset: UInt64, _ count: Int) -> [UInt8]? {
        guard let offset = off_t(exactly: offset) else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, count, offset))
        }
        return bytes.count == count ? bytes : nil
    }

    private static func sync(folder: String) throws(AvatarError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("found in its folder") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("brought to the disk with its folder") }
    }

    private static func failure(_ what: String) -> AvatarError {
        AvatarError(.diskFailed, "film: the file cannot be \(what): \(String(cString: strerror(errno)))")
    }
}

extension AvatarError {
    fileprivate init(_ problem: MP4Boxes.Problem) {
        switch problem {
        case .empty: self.init(.empty, "film: nothing came")
        case .noFileType: self.init(.notAFilm, "film: it is no MP4 file")
        case .truncated: self.init(.truncated, "film: the file ends too early")
        case .badBox: self.init(.notAFilm, "film: the file holds a box that cannot be")
        case .missing(let type): self.init(.notAFilm, "film: the file has no \(type)")
        case .tooMany: self.init(.notAFilm, "film: the file has too many boxes")
        case .unreadable: self.init(.diskFailed, "film: the file cannot be read")
        }
    }
}
