import Glibc
import Telemetry

/// The socket at which the playout listens, in the file system.
final class LinkSocket {
    let descriptor: Int32
    private let path: String

    /// Takes the name over: whoever had it before is gone, as the lock on the state says.
    ///
    /// - Parameter path: an absolute path of at most 107 bytes.
    /// - Throws: `SystemCallError` when it cannot be made.
    init(path: String) throws(SystemCallError) {
        self.path = path
        guard path.hasPrefix("/"), let address = UnixAddress(path) else {
            throw SystemCallError("bind \(path)", code: ENAMETOOLONG)
        }
        let descriptor = socket(AF_UNIX, LinkSocket.type, 0)
        guard descriptor >= 0 else { throw SystemCallError("socket") }
        do throws(SystemCallError) {
            guard unlink(path) == 0 || errno == ENOENT else { throw SystemCallError("unlink \(path)") }
            // Nobody may connect between bind and chmod: until listen is called, nobody can.
            guard address.withSocketAddress({ bind(descriptor, $0, $1) }) == 0 else {
                throw SystemCallError("bind \(path)")
            }
            guard chmod(path, 0o660) == 0 else { throw SystemCallError("chmod \(path)") }
            guard listen(descriptor, 16) == 0 else { throw SystemCallError("listen \(path)") }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    private static let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)

    /// - Returns: the descriptor of the next caller, or `nil` when none waits.
    func accept() -> Int32? {
        let caller = Glibc.accept(descriptor, nil, nil)
        guard caller >= 0 else { return nil }
        // Swift does not see accept4; the playout starts no other program, so nobody inherits it in between.
        guard fcntl(caller, F_SETFD, FD_CLOEXEC) == 0, fcntl(caller, F_SETFL, O_NONBLOCK) == 0 else {
            close(caller)
            return nil
        }
        return caller
    }
}
