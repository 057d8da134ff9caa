import Glibc

/// Files that this program writes as a whole.
enum NewFile {
    /// Writes a file in the place of one that may be there; whoever reads it sees the old one or the new one.
    ///
    /// - Parameters:
    ///   - bytes: all of it.
    ///   - path: where to.
    /// - Throws: `CommandFailure` when it cannot be made or written; what was there stays.
    static func write(_ bytes: [UInt8], to path: String) throws(CommandFailure) {
        let temporary = "\(path).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFailure(.cannotCreate, "cannot make \(path): \(String(cString: strerror(errno)))")
        }
        let isWritten = Output.write(bytes, to: descriptor) && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            let reason = String(cString: strerror(isWritten ? errno : code))
            unlink(temporary)
            throw CommandFailure(.io, "cannot write \(path): \(reason)")
        }
    }
}
