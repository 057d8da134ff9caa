import Glibc
import Telemetry

/// Keeps a second playout from using the same state; ends with the process.
struct InstanceLock: ~Copyable {
    private let descriptor: Int32

    /// - Throws: `PlayoutError.alreadyRunning`, or `.system` when the file cannot be made.
    init(path: String) throws(PlayoutError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(SystemCallError("open \(path)")) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw code == EWOULDBLOCK ? .alreadyRunning(path) : .system(SystemCallError("flock \(path)", code: code))
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
