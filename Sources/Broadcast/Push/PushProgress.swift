/// Reads what ffmpeg's `-progress` tells; pure.
struct PushProgress {
    private static let lineBytesMax = 1000
    private var line: [UInt8] = []
    /// Sound that left ffmpeg, in microseconds.
    private(set) var sentMicroseconds: Int64 = 0

    /// Takes more of it.
    ///
    /// - Returns: whether more sound has left since.
    mutating func receive(_ bytes: some Sequence<UInt8>) -> Bool {
        let before = sentMicroseconds
        for byte in bytes {
            guard byte == 10 else {
                if line.count < Self.lineBytesMax { line.append(byte) }
                continue
            }
            let parts = String(decoding: line, as: UTF8.self).split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0] == "out_time_us", let value = Int64(parts[1]) {
                sentMicroseconds = max(sentMicroseconds, value)
            }
            line.removeAll(keepingCapacity: true)
        }
        return sentMicroseconds > before
    }
}
