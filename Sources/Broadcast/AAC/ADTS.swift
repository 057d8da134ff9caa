/// Frames of AAC with a header each (ISO/IEC 14496-3, 1.A.2), as Icecast and ffmpeg's `aac` demuxer take them.
package enum ADTS {
    package static let headerBytes = 7
    /// The header's length field has 13 bits and counts the header too.
    package static let frameBytesMax = 8191 - headerBytes

    /// Appends one frame with its header.
    ///
    /// - Parameters:
    ///   - frame: raw AAC, at most `frameBytesMax` bytes.
    ///   - config: of the encoder that made it.
    ///   - bytes: grows by the header and the frame.
    package static func append(_ frame: some Collection<UInt8>, _ config: AudioSpecificConfig, to bytes: inout [UInt8])
    {
        precondition(frame.count <= frameBytesMax, "the parser lets no larger frame through")
        let length = frame.count + headerBytes
        let channels = config.channelCount == 8 ? 7 : config.channelCount
        bytes.append(0xFF)
        // MPEG-4, layer 0, no checksum.
        bytes.append(0xF1)
        bytes.append((config.objectType - 1) << 6 | config.sampleRateIndex << 2 | channels >> 2)
        bytes.append((channels & 3) << 6 | UInt8(length >> 11))
        bytes.append(UInt8(truncatingIfNeeded: length >> 3))
        // Buffer fullness 0x7FF: a variable bit rate. One raw block in the frame.
        bytes.append(UInt8(truncatingIfNeeded: length << 5) | 0x1F)
        bytes.append(0xFC)
        bytes.append(contentsOf: frame)
    }

    /// Where the frames lie in bytes that begin with a header.
    ///
    /// - Returns: the range of each whole frame with its header; `nil` when there is something else between them.
    package static func frames(_ bytes: [UInt8]) -> [Range<Int>]? {
        var (position, found) = (0, [Range<Int>]())
        while position + headerBytes <= bytes.count {
            guard bytes[position] == 0xFF, bytes[position + 1] & 0xF6 == 0xF0 else { return nil }
            let length =
                Int(bytes[position + 3] & 3) << 11 | Int(bytes[position + 4]) << 3 | Int(bytes[position + 5] >> 5)
            guard length >= headerBytes else { return nil }
            guard position + length <= bytes.count else { break }
            found.append(position..<position + length)
            position += length
        }
        return found
    }
}
