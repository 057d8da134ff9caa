import CryptoCallClient
import Glibc

/// A file with a CURVE key pair, as `keygen --output` writes it.
enum KeyFile {
    static func text(of pair: NewKeyPair) -> String {
        """
        # A CURVE key pair for cryptocallctl. Whoever reads this file can act as you.
        public = "\(pair.publicKey)"
        secret = "\(pair.secretKey)"

        """
    }

    /// Reads the secret key.
    ///
    /// - Throws: `CommandFailure` when the file cannot be read, is open to others, or has no secret key.
    static func secret(in path: String) throws(CommandFailure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(.badData, "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw CommandFailure(.notPermitted, "\(path) can be read by others: chmod 600 \(path)")
        }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0, let key = secret(inText: String(decoding: buffer.prefix(count), as: UTF8.self)) else {
            throw CommandFailure(.badData, "\(path) has no line `secret = \"…\"`; make one with cryptocallctl keygen")
        }
        return key
    }

    static func secret(inText text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("secret") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = line[line.index(after: equals)...].filter { $0 != " " && $0 != "\"" }
            if !value.isEmpty { return String(value) }
        }
        return nil
    }

    /// Writes a new file that only its owner can read; never over an existing one.
    ///
    /// - Throws: `CommandFailure` when the file exists or cannot be written.
    static func write(_ pair: NewKeyPair, to path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(.cannotCreate, "cannot make \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        guard Output.write(Array(text(of: pair).utf8), to: descriptor), fsync(descriptor) == 0 else {
            throw CommandFailure(.io, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }
}
