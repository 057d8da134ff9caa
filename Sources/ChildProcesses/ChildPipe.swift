import Glibc

/// A line between us and a child: both ends, closed with their owner unless somebody took them.
///
/// It is a pair of sockets, because those can be made so that no other child gets hold of them.
package final class ChildPipe {
    /// -1 when it is closed, or was taken.
    package private(set) var ours: Int32
    package private(set) var theirs: Int32

    /// - Throws: `ChildLaunchError` when the system refuses.
    package init() throws(ChildLaunchError) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw ChildLaunchError(program: "a pipe", code: errno) }
        (ours, theirs) = (ends[0], ends[1])
    }

    deinit {
        if ours >= 0 { close(ours) }
        closeTheirs()
    }

    /// Once the child has it: only then its end is seen.
    package func closeTheirs() {
        if theirs >= 0 { close(theirs) }
        theirs = -1
    }

    /// Our end, which its taker closes; reading and writing do not block.
    package func takeOurs() -> Int32 {
        defer { ours = -1 }
        _ = fcntl(ours, F_SETFL, O_NONBLOCK)
        return ours
    }
}

/// Bytes that a child reads as a file, and that stand in no argument, no environment and no folder; closed with its owner.
package final class ChildFile {
    package let descriptor: Int32

    /// The path under which a child opens its descriptor of a number.
    package static func path(_ number: Int) -> String { "/dev/fd/\(number)" }

    /// - Throws: `ChildLaunchError` when the system refuses.
    package init(_ bytes: [UInt8]) throws(ChildLaunchError) { descriptor = try ChildFile.made(of: bytes) }

    deinit { close(descriptor) }

    private static func made(of bytes: [UInt8]) throws(ChildLaunchError) -> Int32 {
        // Memory with a name for a moment, which nobody else may open; it is closed in every child but ours.
        let name = "/cryptocall-\(getpid())-\(UInt64.random(in: .min ... .max))"
        let descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw ChildLaunchError(program: "a file", code: errno) }
        shm_unlink(name)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                raw.baseAddress.map { write(descriptor, $0 + written, raw.count - written) } ?? 0
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                close(descriptor)
                throw ChildLaunchError(program: "a file", code: code)
            }
            written += count
        }
        return descriptor
    }
}
