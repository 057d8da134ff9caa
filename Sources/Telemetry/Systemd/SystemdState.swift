/// One thing that a service tells its service manager.
package enum SystemdState: Hashable, Sendable {
    /// Start-up is complete, or a reload has ended.
    case ready
    /// A reload has begun, at this time on the monotonic clock in microseconds.
    case reloading(monotonicMicroseconds: UInt64)
    case stopping
    /// One line for `systemctl status`.
    ///
    /// Whatever would break the line is taken out.
    case status(String)
    /// A sign of life.
    case watchdog
    /// Asks to be treated as if the watchdog had run out: ended with a backtrace and started again.
    case watchdogTrigger
    /// Asks for this much time from now for the start, reload or stop under way.
    case extendTimeout(Duration)
    /// Why the service failed, as an `errno` value.
    case failure(errno: Int32)

    /// The lines of the datagram.
    package var text: String {
        switch self {
        case .ready: "READY=1"
        case .reloading(let time): "RELOADING=1\nMONOTONIC_USEC=\(time)"
        case .stopping: "STOPPING=1"
        case .status(let text): "STATUS=\(SystemdState.statusLine(text))"
        case .watchdog: "WATCHDOG=1"
        case .watchdogTrigger: "WATCHDOG=trigger"
        case .extendTimeout(let duration): "EXTEND_TIMEOUT_USEC=\(duration.microseconds)"
        case .failure(let errno): "ERRNO=\(errno)"
        }
    }

    /// The longest status, in bytes.
    package static let statusSizeBytesMax = 256

    /// One printable line: a newline in a status could otherwise forge any other message.
    package static func statusLine(_ text: String) -> String {
        var line = ""
        var spaceIsDue = false
        for scalar in text.unicodeScalars {
            guard !breaksLine(scalar) else {
                spaceIsDue = !line.isEmpty
                continue
            }
            let width = (spaceIsDue ? 1 : 0) + UTF8.width(scalar)
            guard line.utf8.count + width <= statusSizeBytesMax - 3 else { return line + "..." }
            if spaceIsDue { line += " " }
            spaceIsDue = false
            line.unicodeScalars.append(scalar)
        }
        return line
    }

    /// Control characters, blanks, line separators, and the marks that reorder text.
    private static func breaksLine(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x20, 0x7F...0xA0, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

extension Duration {
    /// Whole microseconds, never negative, at most what 64 bits hold.
    package var microseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflowed) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000)
        return overflowed ? .max : whole + UInt64(attoseconds / 1_000_000_000_000)
    }
}
