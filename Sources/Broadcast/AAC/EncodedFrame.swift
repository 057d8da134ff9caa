package import Bus

/// One frame of AAC, and the moment of the programme that it is.
package struct EncodedFrame: Hashable, Sendable {
    /// Samples that a frame decodes to.
    package static let samples: Int64 = 1024

    /// Its first sample, counted over what was pushed since the process began.
    package let start: Int64
    /// Raw AAC, without a header.
    package let bytes: [UInt8]
    /// When its first sample was pushed, by the wall clock.
    package let time: Timestamp
    /// Which life of the encoder made it, counted from 1.
    package let run: Int

    package init(start: Int64, bytes: [UInt8], time: Timestamp, run: Int) {
        self.start = start
        self.bytes = bytes
        self.time = time
        self.run = run
    }

    package var end: Int64 { start + Self.samples }
}
