import Glibc
import Threading

/// The time zones that this machine knows, read from its files when they are first asked for.
///
/// A zone that has been read is kept until the process ends, so new rules take effect with the next start.
package final class TimeZoneLibrary: Sendable {
    private let folder: String
    private let known = Mutex<[String: TimeZoneRules]>([:])

    package init(folder: String = "/usr/share/zoneinfo") { self.folder = folder }

    /// The rules of a zone by its IANA name; `UTC` needs no file.
    package func rules(of name: String) async throws(TimeZoneError) -> TimeZoneRules {
        if name == "UTC" { return .utc }
        guard TimeZoneLibrary.isName(name) else { throw .invalidName(name) }
        if let rules = known.withLock({ $0[name] }) { return rules }
        let rules = try await load(name).get()
        // Bounded by the number of files in the folder.
        known.withLock { $0[name] = rules }
        return rules
    }

    /// Whether a text may be made part of a path: no dots, no empty parts.
    private static func isName(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return (1...64).contains(name.utf8.count)
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                        case UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"): true
                        default: false
                        }
                    }
            }
    }

    /// Reads a file on a thread of its own.
    private func load(_ name: String) async -> Result<TimeZoneRules, TimeZoneError> {
        let path = "\(folder)/\(name)"
        return await withCheckedContinuation { continuation in
            do {
                _ = try OSThread(name: "time zone") {
                    continuation.resume(returning: Self.rules(of: name, at: path))
                }
            } catch {
                continuation.resume(returning: .failure(.unreadable(name)))
            }
        }
    }

    private static func rules(of name: String, at path: String) -> Result<TimeZoneRules, TimeZoneError> {
        do throws(TimeZoneError) {
            let bytes = try contents(of: path, name: name)
            do throws(TimeZoneDamage) {
                return .success(try TimeZoneFile.rules(from: bytes))
            } catch {
                return .failure(.damaged(name, error))
            }
        } catch {
            return .failure(error)
        }
    }

    private static func contents(of path: String, name: String) throws(TimeZoneError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .unknown(name) : .unreadable(name) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .unreadable(name) }
        // A folder, such as `America`, is no zone.
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unknown(name) }
        var bytes = [UInt8](repeating: 0, count: TimeZoneFile.bytesMax)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress?.advanced(by: count), $0.count - count) }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .unreadable(name) }
            guard got > 0 else { break }
            count += got
        }
        return Array(bytes[..<count])
    }
}
