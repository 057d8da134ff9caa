import ChildProcesses
import Glibc

/// A pipe into a child that holds more than a pair of sockets does: pictures go through it in few pieces.
///
/// Closed with its owner unless somebody took our end.
final class WidePipe {
    private var ours: Int32
    let theirs: Int32

    /// `F_SETPIPE_SZ`, which is a macro that Swift does not import.
    private static let setSize: Int32 = 1031

    /// - Parameter bytes: how much it is to hold; where the system gives less, it works all the same.
    /// - Throws: `ChildLaunchError` when the system refuses.
    init(bytes: Int) throws(ChildLaunchError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ChildLaunchError(program: "a pipe", code: errno) }
        (theirs, ours) = (ends[0], ends[1])
        // Another child that is started in between would have our end, and this one would never see its input end; it is
        // killed at its end, so nothing depends on that.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ours, WidePipe.setSize, Int32(clamping: bytes))
    }

    deinit {
        close(theirs)
        if ours >= 0 { close(ours) }
    }

    /// Our end, which its taker closes; writing does not block.
    func takeOurs() -> Int32 {
        defer { ours = -1 }
        _ = fcntl(ours, F_SETFL, O_NONBLOCK)
        return ours
    }
}
