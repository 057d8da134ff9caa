import Glibc
import RenderWire

/// Files and folders that appear under their name as a whole, and are still there after a power cut; blocks.
enum DurableFile {
    /// Writes a file at once.
    static func write(_ bytes: [UInt8], to path: String) throws(RenderFault) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw fault(path, errno) }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                raw.baseAddress.map { Glibc.write(file, $0 + done, raw.count - done) } ?? 0
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw fault(path, errno) }
            done += count
        }
        guard fsync(file) == 0 else { throw fault(path, errno) }
    }

    /// Gives a file or folder that is whole its name.
    static func publish(_ draft: String, as path: String) throws(RenderFault) {
        try sync(draft)
        guard rename(draft, path) == 0 else { throw fault(path, errno) }
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try sync(folder.isEmpty ? "/" : folder)
    }

    /// Brings to the disk what was written to a file, or to a list of names.
    static func sync(_ path: String) throws(RenderFault) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw fault(path, errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw fault(path, errno) }
    }

    private static func fault(_ path: String, _ code: Int32) -> RenderFault {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return RenderFault(.files, "\(name): \(String(cString: strerror(code)))")
    }
}
