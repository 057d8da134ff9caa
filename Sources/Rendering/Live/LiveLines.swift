import Glibc

/// Lines from a descriptor, as many as there are.
struct LiveLines {
    private let descriptor: Int32
    private var bytes: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    /// A scene with its chart has far less.
    private static let lineBytesMax = 8 << 20

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Waits for something, and takes all whole lines that are there.
    ///
    /// - Returns: `nil` when nothing more will come.
    mutating func next() -> [ArraySlice<UInt8>]? {
        var lines: [ArraySlice<UInt8>] = []
        repeat {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0, bytes.count < LiveLines.lineBytesMax else { return nil }
            bytes += buffer[..<count]
            var start = bytes.startIndex
            while let end = bytes[start...].firstIndex(of: 10) {
                lines.append(bytes[start..<end])
                start = end + 1
            }
            bytes = Array(bytes[start...])
        } while lines.isEmpty || isMore
        return lines
    }

    private var isMore: Bool {
        var descriptors = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        return poll(&descriptors, 1, 0) > 0 && descriptors[0].revents & Int16(POLLIN) != 0
    }
}
