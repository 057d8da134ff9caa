import Glibc
import Jobs

/// Where drills write down what they do: one line for each event, outside of the database.
struct WitnessFolder: Sendable {
    let path: String
    let processID = getpid()

    /// Letters, digits, `-` and `_`: a name that cannot leave the folder.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }

    /// Appends one line in one write, so that several processes can share a file.
    ///
    /// - Throws: `JobError` when it cannot be written: then the drill has failed.
    func append(_ line: String, to name: String) throws(JobError) {
        guard WitnessFolder.isName(name) else { throw JobError(.permanent, "\(name) is no witness's name") }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure(path) }
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(file) }
        defer { close(descriptor) }
        let bytes = Array("\(line)\n".utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw failure(file) }
    }

    private func failure(_ file: String) -> JobError {
        JobError(.transient, "\(file): \(String(cString: strerror(errno)))")
    }
}
