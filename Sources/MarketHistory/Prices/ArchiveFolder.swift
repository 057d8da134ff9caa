import Glibc
import Threading

/// An archive in a folder of this machine.
///
/// Files are its owner's alone. What blocks runs on a thread of its own.
package struct ArchiveFolder: PriceArchive {
    private let path: String

    /// - Parameter path: the folder; it must exist.
    package init(path: String) { self.path = path }

    package func begin(_ name: String) async throws -> any PriceArchiveFile {
        let path = "\(path)/\(name)"
        return try await ArchiveFolder.offPool { () throws(ArchiveFileError) in try ArchiveFile(path: path) }
    }

    /// Runs what blocks beside the concurrency pool.
    fileprivate static func offPool<Value: Sendable>(
        _ body: @escaping @Sendable () throws(ArchiveFileError) -> Value
    ) async throws(ArchiveFileError) -> Value {
        let result = await withUnsafeContinuation {
            (done: UnsafeContinuation<Result<Value, ArchiveFileError>, Never>) in
            do throws(ThreadError) {
                // Nobody joins it: it ends when the body has.
                _ = try OSThread(name: "archive") {
                    do throws(ArchiveFileError) {
                        done.resume(returning: .success(try body()))
                    } catch {
                        done.resume(returning: .failure(error))
                    }
                }
            } catch {
                done.resume(returning: .failure(ArchiveFileError(call: "thread", path: "", code: error.code)))
            }
        }
        return try result.get()
    }
}

/// A file of the archive could not be written.
struct ArchiveFileError: Error, Hashable, CustomStringConvertible {
    let call: String
    let path: String
    /// The `errno` value.
    let code: Int32

    var description: String { "\(call) \(path): \(String(cString: strerror(code)))" }
}

/// One file that is written under a temporary name.
private final class ArchiveFile: PriceArchiveFile {
    private let path: String
    private var temporary: String { path + ".new" }
    /// `nil` once it has been published or discarded.
    private let descriptor: Mutex<Int32?>

    /// Blocks.
    init(path: String) throws(ArchiveFileError) {
        self.path = path
        let descriptor = open(path + ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ArchiveFileError(call: "open", path: path + ".new", code: errno) }
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        if let descriptor = descriptor.withLock({ $0 }) { close(descriptor) }
    }

    func append(_ lines: [UInt8]) async throws {
        try await ArchiveFolder.offPool { [self] () throws(ArchiveFileError) in try write(lines) }
    }

    func publish() async throws {
        try await ArchiveFolder.offPool { [self] () throws(ArchiveFileError) in try finish() }
    }

    func discard() async throws {
        try await ArchiveFolder.offPool { [self] () throws(ArchiveFileError) in
            closeOnce()
            guard unlink(temporary) == 0 || errno == ENOENT else { throw failure("unlink", temporary) }
        }
    }

    private func write(_ bytes: [UInt8]) throws(ArchiveFileError) {
        guard let descriptor = descriptor.withLock({ $0 }) else {
            throw ArchiveFileError(call: "write", path: temporary, code: EBADF)
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw failure("write", temporary) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    private func finish() throws(ArchiveFileError) {
        guard let descriptor = descriptor.withLock({ $0 }) else {
            throw ArchiveFileError(call: "fsync", path: temporary, code: EBADF)
        }
        guard fsync(descriptor) == 0 else { throw failure("fsync", temporary) }
        closeOnce()
        guard rename(temporary, path) == 0 else { throw failure("rename", temporary) }
        let folderPath = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = open(folderPath.isEmpty ? "/" : folderPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure("open", folderPath) }
        defer { close(folder) }
        // The new name, too, has to survive a loss of power before anything is removed.
        guard fsync(folder) == 0 else { throw failure("fsync", folderPath) }
    }

    private func closeOnce() {
        let open = descriptor.withLock { descriptor -> Int32? in
            defer { descriptor = nil }
            return descriptor
        }
        if let open { close(open) }
    }

    private func failure(_ call: String, _ path: String) -> ArchiveFileError {
        ArchiveFileError(call: call, path: path, code: errno)
    }
}
