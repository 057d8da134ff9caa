import Glibc

/// Holds a state folder for one process at a time, or for all those that share it.
///
/// The lock goes with the open file, so the system releases it however the process ends.
final class StateLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `StoreError` with `.locked`, naming the process that has it, or `.unreachable`.
    init(path: String, isShared: Bool = false) throws(StoreError) {
        // Assigned last: a descriptor that `deinit` closes must not be closed here as well.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw StoreError(.unreachable, path, detail: String(cString: strerror(errno)))
        }
        guard flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            let holder = StateLock.readHolder(descriptor)
            close(descriptor)
            throw StoreError(.locked, holder.isEmpty ? path : "\(path) is held by process \(holder)")
        }
        let pid = Array("\(getpid())\n".utf8)
        // Only a help for people: the lock holds whether or not the number gets written.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, pid, pid.count, 0) }
        self.descriptor = descriptor
    }

    deinit {
        // A child process between its fork and its exec still has the open file, so closing alone may come too late.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func readHolder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)).prefix { $0 > 32 }, as: UTF8.self)
    }
}
