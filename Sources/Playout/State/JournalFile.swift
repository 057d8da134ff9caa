import Glibc
import Telemetry

/// The journal's file; for one thread.
final class JournalFile {
    private let path: String
    private var descriptor: Int32 = -1
    private(set) var sizeBytes = 0
    var isOpen: Bool { descriptor >= 0 }

    /// More than the largest state has.
    private static let readBytesMax = 64 << 20

    init(path: String) { self.path = path }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// - Returns: the whole file, or `nil` when there is none.
    static func read(_ path: String) throws(SystemCallError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw SystemCallError("open \(path)")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < readBytesMax {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw SystemCallError("read \(path)")
            }
            bytes.append(contentsOf: chunk.prefix(count))
        }
        throw SystemCallError("read \(path)", code: EFBIG)
    }

    /// Begins anew: a crash leaves either the old file or the new one.
    func replace(with line: [UInt8]) throws(SystemCallError) {
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemCallError("open \(temporary)") }
        do throws(SystemCallError) {
            try JournalFile.write(line, to: file)
            guard fsync(file) == 0 else { throw SystemCallError("fsync \(temporary)") }
            guard rename(temporary, path) == 0 else { throw SystemCallError("rename \(temporary)") }
        } catch {
            close(file)
            throw error
        }
        if descriptor >= 0 { close(descriptor) }
        descriptor = file
        sizeBytes = line.count
        try syncFolder()
    }

    /// - Parameters:
    ///   - lines: whole lines.
    ///   - isDurable: whether they have to survive a power cut, too.
    /// - Throws: `SystemCallError` when they may not all be there.
    func append(_ lines: [UInt8], isDurable: Bool) throws(SystemCallError) {
        guard !lines.isEmpty else { return }
        guard descriptor >= 0 else { throw SystemCallError("write \(path)", code: EBADF) }
        try JournalFile.write(lines, to: descriptor)
        sizeBytes += lines.count
        if isDurable, fdatasync(descriptor) != 0 { throw SystemCallError("fdatasync \(path)") }
    }

    private static func write(_ bytes: [UInt8], to file: Int32) throws(SystemCallError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Glibc.write(file, all.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count > 0 {
                done += count
            } else if errno != EINTR {
                throw SystemCallError("write", code: count < 0 ? errno : ENOSPC)
            }
        }
    }

    private func syncFolder() throws(SystemCallError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let file = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw SystemCallError("open \(folder)") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw SystemCallError("fsync \(folder)") }
    }
}
