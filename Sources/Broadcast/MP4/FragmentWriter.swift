/// Writes frames of AAC as one `moof` and one `mdat`.
///
/// Segments are written anew instead of being cut out of the encoder's stream: so they begin and end with the frame
/// that we choose, keep one time line over restarts of the encoder, and leave out what a restarted one encoded a second
/// time.
package enum FragmentWriter {
    /// - Parameters:
    ///   - frames: raw AAC, 1024 samples each, at most `Fragment.framesMax`.
    ///   - sequence: grows from fragment to fragment.
    ///   - decodeTime: when the first frame begins, in samples.
    ///   - trackID: as in the init segment that it is played with.
    /// - Returns: both boxes.
    package static func write(_ frames: [[UInt8]], sequence: UInt32, decodeTime: UInt64, trackID: UInt32) -> [UInt8] {
        write(
            frames,
            sequence: sequence,
            decodeTime: decodeTime,
            trackID: trackID,
            frameDuration: UInt32(EncodedFrame.samples),
            flags: nil
        )
    }

    /// Frames of any kind.
    ///
    /// - Parameters:
    ///   - frames: at most `Fragment.framesMax`.
    ///   - sequence: grows from fragment to fragment.
    ///   - decodeTime: when the first frame begins, in the track's time scale.
    ///   - trackID: as in the init segment that it is played with.
    ///   - frameDuration: of each.
    ///   - flags: of each frame; `nil` where none depends on another.
    /// - Returns: both boxes.
    static func write(
        _ frames: [[UInt8]],
        sequence: UInt32,
        decodeTime: UInt64,
        trackID: UInt32,
        frameDuration: UInt32,
        flags: [UInt32]?
    ) -> [UInt8] {
        let dataBytes = frames.reduce(0) { $0 + $1.count }
        // Fixed by what is written below: moof 8, mfhd 16, traf 8, tfhd 24, tfdt 20, trun 20 and what is said of each frame.
        let fragmentBytes = 96 + (flags == nil ? 4 : 8) * frames.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fragmentBytes + 8 + dataBytes)
        bytes.appendBox("moof") { moof in
            moof.appendBox("mfhd") {
                $0.appendBigEndian(UInt32(0))
                $0.appendBigEndian(sequence)
            }
            moof.appendBox("traf") { traf in
                traf.appendBox("tfhd") {
                    // Offsets count from moof; the duration and the flags of a frame are given once for all of them.
                    $0.appendBigEndian(UInt32(0x02_0028))
                    $0.appendBigEndian(trackID)
                    $0.appendBigEndian(frameDuration)
                    // Depends on no other frame.
                    $0.appendBigEndian(UInt32(0x0200_0000))
                }
                traf.appendBox("tfdt") {
                    $0.appendBigEndian(UInt32(0x0100_0000))
                    $0.appendBigEndian(decodeTime)
                }
                traf.appendBox("trun") {
                    $0.appendBigEndian(UInt32(flags == nil ? 0x201 : 0x601))
                    $0.appendBigEndian(UInt32(frames.count))
                    $0.appendBigEndian(UInt32(fragmentBytes + 8))
                    for (index, frame) in frames.enumerated() {
                        $0.appendBigEndian(UInt32(frame.count))
                        if let flags { $0.appendBigEndian(flags[index]) }
                    }
                }
            }
        }
        assert(bytes.count == fragmentBytes)
        bytes.appendBox("mdat") { mdat in for frame in frames { mdat.append(contentsOf: frame) } }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func appendBigEndian<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: Value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> Value(shift)))
        }
    }

    /// Appends a box and then puts its size in front.
    fileprivate mutating func appendBox(_ type: StaticString, _ body: (inout [UInt8]) -> Void) {
        let start = count
        appendBigEndian(UInt32(0))
        append(contentsOf: UnsafeBufferPointer(start: type.utf8Start, count: type.utf8CodeUnitCount))
        body(&self)
        let size = UInt32(count - start)
        for index in 0..<4 { self[start + index] = UInt8(truncatingIfNeeded: size >> UInt32(24 - 8 * index)) }
    }
}
