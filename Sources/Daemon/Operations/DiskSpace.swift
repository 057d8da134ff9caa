import Glibc
import Telemetry

/// The space on the file system that holds a path.
struct DiskSpace: Hashable, Sendable {
    let totalBytes: Int64
    /// What this user may still write.
    let freeBytes: Int64

    /// - Throws: `SystemCallError` when there is no such path.
    init(of path: String) throws(SystemCallError) {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { throw SystemCallError("statvfs \(path)") }
        totalBytes = Int64(clamping: space.f_blocks * UInt(space.f_frsize))
        freeBytes = Int64(clamping: space.f_bavail * UInt(space.f_frsize))
    }

    /// 0 to 1.
    var freeShare: Double { totalBytes > 0 ? Double(freeBytes) / Double(totalBytes) : 1 }
}
