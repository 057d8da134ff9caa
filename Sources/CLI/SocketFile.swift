import Glibc

/// What the file system says about an `ipc` address, so that the common mistakes are told at once.
enum SocketFile {
    /// - Throws: `CommandFailure` when nobody can be listening there, or not for this user.
    static func check(_ address: String) throws(CommandFailure) {
        guard address.hasPrefix("ipc://") else { return }
        let path = String(address.dropFirst(6))
        if access(path, W_OK) == 0 { return }
        switch errno {
        case ENOENT, ENOTDIR:
            throw CommandFailure(.unavailable, "no daemon answers at \(address): \(CommandFailure.startIt)")
        case EACCES:
            throw CommandFailure(
                .notPermitted,
                "no access to \(path): join the group that owns its folder (usually cryptocall), or use sudo"
            )
        default: return  // the connection itself will tell
        }
    }
}
