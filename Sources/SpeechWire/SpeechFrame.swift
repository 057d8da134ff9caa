/// What passes between the station and the program that speaks for it: a kind, a length, and so many bytes.
///
/// A frame is one byte of kind, four bytes of length (little-endian), and the payload. The station sends `request` frames;
/// for each the program answers any number of `audio` frames and then one `done` or `failed`. Standard output carries
/// nothing else.
package struct SpeechFrame: Hashable, Sendable {
    package enum Kind: UInt8, Hashable, Sendable {
        /// JSON: `SpeechOrder`.
        case request = 1
        /// Samples: 16 bits each, little-endian, one channel.
        case audio = 2
        /// JSON: `SpeechReport`; the request is answered.
        case done = 3
        /// A sentence about why the request cannot be answered.
        case failed = 4
    }

    package let kind: Kind
    package let payload: [UInt8]

    package init(_ kind: Kind, _ payload: [UInt8]) {
        self.kind = kind
        self.payload = payload
    }

    /// No frame is longer; whoever says so is not who we think.
    package static let payloadBytesMax = 4 * 1024 * 1024
    package static let headBytes = 5

    /// The frame as it is sent.
    package var bytes: [UInt8] {
        let count = UInt32(payload.count)
        return [kind.rawValue] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + payload
    }

    /// What is wrong with a stream of frames.
    package enum Fault: Error, Hashable, Sendable {
        case unknownKind(UInt8)
        case tooLong(Int)
        /// The stream ended inside a frame.
        case truncated
    }
}

/// Takes frames out of bytes that come in pieces.
package struct SpeechFrameReader: Sendable {
    private var pending: [UInt8] = []

    package init() {}

    /// - Returns: the frames that are complete now, in their order.
    /// - Throws: `SpeechFrame.Fault` when it is no stream of frames; nothing after it can be trusted.
    package mutating func take(_ bytes: some Sequence<UInt8>) throws(SpeechFrame.Fault) -> [SpeechFrame] {
        pending.append(contentsOf: bytes)
        var frames: [SpeechFrame] = []
        var start = 0
        while pending.count - start >= SpeechFrame.headBytes {
            guard let kind = SpeechFrame.Kind(rawValue: pending[start]) else { throw .unknownKind(pending[start]) }
            let count = (0..<4).reduce(0) { $0 | Int(pending[start + 1 + $1]) << (8 * $1) }
            guard count <= SpeechFrame.payloadBytesMax else { throw .tooLong(count) }
            let end = start + SpeechFrame.headBytes + count
            guard end <= pending.count else { break }
            frames.append(SpeechFrame(kind, Array(pending[start + SpeechFrame.headBytes..<end])))
            start = end
        }
        pending.removeFirst(start)
        return frames
    }

    /// Says that nothing more comes.
    ///
    /// - Throws: `SpeechFrame.Fault.truncated` when that is inside a frame.
    package func finish() throws(SpeechFrame.Fault) {
        guard pending.isEmpty else { throw .truncated }
    }
}
