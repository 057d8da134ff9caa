import Foundation
import PlayoutLink
import Telemetry

/// A caller of the playout that says whatever it likes.
final class RawCaller {
    private let descriptor: Int32
    private var reader = LineReader()

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard let address = UnixAddress(path), address.withSocketAddress({ connect(descriptor, $0, $1) }) == 0 else {
            throw POSIXError(.ECONNREFUSED)
        }
    }

    deinit { close(descriptor) }

    /// Sends all of it; the other side may have closed meanwhile.
    func send(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Glibc.send(descriptor, all.baseAddress.map { $0 + done }, all.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            done += count
        }
    }

    /// The next line, or `nil` when the other side has closed.
    func line() throws -> [UInt8]? {
        while true {
            if let line = try reader.next() { return line }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            reader.append(chunk.prefix(count))
        }
    }
}

/// A C compiler, for the library that counts.
enum CCompiler {
    /// The thread sanitizer has a heap of its own.
    static var canPreload: Bool {
        #if TSAN
        false
        #else
        path != nil
        #endif
    }

    static var path: String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return ["gcc", "clang", "cc"].lazy.flatMap { name in folders.map { "\($0)/\(name)" } }
            .first { access($0, X_OK) == 0 }
    }
}
