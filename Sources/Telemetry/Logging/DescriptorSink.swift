import Glibc

/// Writes formatted lines to a file descriptor: standard error on a terminal, a pipe or a file.
package struct DescriptorSink: LogSink {
    private let descriptor: Int32
    private let formatter: any LogFormatter

    /// - Parameters:
    ///   - descriptor: stays the caller's; it has to outlive the sink.
    ///   - formatter: gives the lines.
    package init(descriptor: Int32, formatter: any LogFormatter) {
        self.descriptor = descriptor
        self.formatter = formatter
    }

    package func write(_ records: [LogRecord]) -> Int {
        var bytes: [UInt8] = []
        var pending = 0
        var failed = 0
        for (index, record) in records.enumerated() {
            formatter.append(record, to: &bytes)
            pending += 1
            guard bytes.count >= DescriptorSink.chunkSizeBytes || index == records.count - 1 else { continue }
            if !writeAll(bytes) { failed += pending }
            bytes.removeAll(keepingCapacity: true)
            pending = 0
        }
        return failed
    }

    private static let chunkSizeBytes = 64 << 10

    private func writeAll(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { all in
            var rest = all[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    // Somebody who shares the terminal made it non-blocking.
                    var set = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&set, 1, -1)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
