import Glibc
import Telemetry

/// Small files written so that a crash leaves either the old or the new one.
enum StateFile {
    /// The first 4096 bytes of a file, or `nil` when there is none; one that exists but cannot be read counts as empty.
    static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return errno == ENOENT ? nil : "" }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(file, &buffer, buffer.count)
        return count < 0 ? "" : String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    /// Writes a file that only its owner can read.
    ///
    /// - Throws: `SystemCallError` when it cannot be written; the old one stays.
    static func replace(_ path: String, with text: String) throws(SystemCallError) {
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemCallError("open \(temporary)") }
        let bytes = [UInt8](text.utf8)
        let written = write(file, bytes, bytes.count)
        let failure: SystemCallError? =
            if written != bytes.count {
                SystemCallError("write \(temporary)", code: written < 0 ? errno : ENOSPC)
            } else if fsync(file) != 0 {
                SystemCallError("fsync \(temporary)")
            } else {
                nil
            }
        close(file)
        if let failure { throw failure }
        guard rename(temporary, path) == 0 else { throw SystemCallError("rename \(temporary)") }
        try syncFolder(of: path)
    }

    /// Makes a new or removed name survive a power loss.
    static func syncFolder(of path: String) throws(SystemCallError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let file = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw SystemCallError("open \(folder)") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw SystemCallError("fsync \(folder)") }
    }
}
