import Glibc

/// Makes the folders that the station keeps its things in.
struct StationFolders {
    private let layout: DirectoryLayout

    init(_ layout: DirectoryLayout) { self.layout = layout }

    /// Makes what is missing: state for the daemon's own user alone, the sockets' folder also for its group.
    ///
    /// - Throws: `FolderError` for the first that cannot be made.
    func make() throws(FolderError) {
        try make(layout.stateDirectory, mode: 0o700)
        try make(layout.runtimeDirectory, mode: 0o750)
        try make(layout.cacheDirectory, mode: 0o700)
    }

    private func make(_ path: String, mode: mode_t) throws(FolderError) {
        var built = ""
        for part in path.split(separator: "/") {
            built += "/" + part
            if mkdir(built, built == path ? mode : 0o755) != 0, errno != EEXIST {
                throw FolderError(path: path, code: errno)
            }
        }
    }
}

/// A folder of the station cannot be made.
struct FolderError: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    var description: String {
        "\(path) cannot be made: \(String(cString: strerror(code))); give a folder of your own with --home"
    }
}
