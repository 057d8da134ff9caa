import Glibc
import Logging
import Telemetry
import Threading

/// Keeps what it is given.
final class CollectingSink: LogSink {
    private let kept = Mutex<[LogRecord]>([])

    var records: [LogRecord] { kept.withLock { $0 } }
    var messages: [String] { records.map(\.message) }

    func write(_ records: [LogRecord]) -> Int {
        kept.withLock { $0 += records }
        return 0
    }
}

/// Stands still in its first write until it is released.
final class BlockedSink: LogSink {
    let inner = CollectingSink()
    /// Signalled when the writer has come in.
    let entered: WakeUp
    private let gate: WakeUp

    init() throws {
        entered = try WakeUp()
        gate = try WakeUp()
    }

    /// Lets the writer go on, now and later.
    func release() { gate.signal() }

    func write(_ records: [LogRecord]) -> Int {
        entered.signal()
        gate.waits(atMost: nil)
        return inner.write(records)
    }
}

/// Writes nothing, and says so.
struct RefusingSink: LogSink {
    func write(_ records: [LogRecord]) -> Int { records.count }
}

/// Plays the receiver of datagrams: journald or the service manager.
final class DatagramReceiver: Sendable {
    struct Datagram {
        var bytes: [UInt8]
        /// The descriptor that came along, or -1.
        var descriptor: Int32
    }

    let descriptor: Int32

    /// Binds the address; waits at most five seconds for each datagram.
    init(_ address: UnixAddress) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let code = address.withSocketAddress { bind(descriptor, $0, $1) }
        guard code == 0 else { throw SystemCallError("bind") }
    }

    deinit { close(descriptor) }

    func receive() throws -> Datagram {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        // On this platform a control message is a 16-byte header, then the descriptor.
        var control = [UInt64](repeating: 0, count: 8)
        var message = msghdr()
        let count = bytes.withUnsafeMutableBytes { buffer in
            control.withUnsafeMutableBytes { control in
                var part = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
                return withUnsafeMutablePointer(to: &part) { part in
                    message.msg_iov = part
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = control.count
                    return recvmsg(descriptor, &message, 0)
                }
            }
        }
        guard count >= 0 else { throw SystemCallError("recvmsg") }
        let passed = message.msg_controllen >= 20 ? Int32(truncatingIfNeeded: control[2]) : -1
        return Datagram(bytes: Array(bytes.prefix(count)), descriptor: passed)
    }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/cryptocall-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemCallError("mkdtemp") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unlink(path + "/" + name) }
        }
        closedir(folder)
        rmdir(path)
    }
}

extension LogRecord {
    /// A record at a fixed time, 2026-11-19 07:05:09.123456 UTC.
    static func sample(
        _ message: String,
        level: Logger.Level = .info,
        fields: [LogField] = [],
        monotonicNanoseconds: Int64 = 0
    ) -> LogRecord {
        LogRecord(
            time: LogTime(
                wallNanoseconds: 1_795_071_909_123_456_789,
                monotonicNanoseconds: monotonicNanoseconds
            ),
            level: level,
            label: "market",
            message: message,
            fields: fields,
            file: "Market/Venue.swift",
            function: "read()",
            line: 42
        )
    }
}

extension LogFormatter {
    func text(_ record: LogRecord) -> String {
        var bytes: [UInt8] = []
        append(record, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
