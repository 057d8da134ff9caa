import Glibc

/// Makes the listening socket of an ipc endpoint.
///
/// libzmq would remove whatever file has the name, and leave the mode to the process's mask. So the socket is made here
/// and handed over: a file that somebody listens on is left alone, and nobody can connect before the mode is right.
enum UnixListener {
    /// The room for a path, with its final zero.
    static let pathBytesMax = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

    /// - Parameters:
    ///   - path: absolute, shorter than `pathBytesMax`.
    ///   - mode: the file's permissions.
    ///   - backlog: connections that may wait to be accepted.
    /// - Returns: the descriptor of a listening socket.
    /// - Throws: `ZeroMQError` with `.addressInUse` when another process answers there.
    static func listen(_ path: String, mode: mode_t = 0o660, backlog: Int32) throws(ZeroMQError) -> Int32 {
        try removeStale(path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | socketFlags, 0)
        guard descriptor >= 0 else { throw failure("cannot make a socket for", path) }
        guard call(path, { Glibc.bind(descriptor, $0, $1) }) == 0, chmod(path, mode) == 0,
            Glibc.listen(descriptor, backlog) == 0
        else {
            let error = failure("cannot listen on", path)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Removes the file that a listener of this process left; called when it is closed.
    static func remove(_ path: String) { unlink(path) }

    private static func removeStale(_ path: String) throws(ZeroMQError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw failure("cannot look at", path)
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ZeroMQError(.badAddress, "\(path) exists and is not a socket")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | socketFlags, 0)
        guard probe >= 0 else { throw failure("cannot make a socket for", path) }
        defer { close(probe) }
        let answer = call(path) { connect(probe, $0, $1) }
        // A full backlog (EAGAIN) is an answer too.
        guard answer != 0, errno != EAGAIN else {
            throw ZeroMQError(.addressInUse, "another process listens on \(path)")
        }
        guard errno == ECONNREFUSED else { throw failure("cannot tell whether anybody listens on", path) }
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot remove the old", path) }
    }

    private static let socketFlags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)

    private static func call(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { room in
            room.copyBytes(from: path.utf8.prefix(room.count - 1))
        }
        return withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func failure(_ doing: String, _ path: String) -> ZeroMQError {
        let code: ZeroMQError.Code = errno == EADDRINUSE ? .addressInUse : .system
        return ZeroMQError(code, "\(doing) \(path): \(String(cString: strerror(errno)))")
    }
}
