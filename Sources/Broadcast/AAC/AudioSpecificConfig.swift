/// What a decoder must know before the first frame of AAC (ISO/IEC 14496-3, 1.6.2.1).
package struct AudioSpecificConfig: Hashable, Sendable {
    /// As the encoder wrote it.
    package let bytes: [UInt8]
    /// 2 is AAC-LC.
    package let objectType: UInt8
    /// Samples a second.
    package let sampleRate: Int
    /// Its number in the standard's table, which ADTS headers carry.
    package let sampleRateIndex: UInt8
    package let channelCount: UInt8

    private static let sampleRates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
    ]

    /// - Throws: `MP4Error` when the bytes are none, or say what ADTS cannot: an explicit rate, an extended object
    ///   type, or channels by a table of their own.
    package init(_ bytes: some Sequence<UInt8>) throws(MP4Error) {
        let bytes = Array(bytes)
        guard (2...64).contains(bytes.count) else {
            throw MP4Error(.badValue, "AudioSpecificConfig has \(bytes.count) bytes")
        }
        let head = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        let (objectType, rateIndex, channels) = (UInt8(head >> 11), UInt8(head >> 7 & 15), UInt8(head >> 3 & 15))
        guard (1...4).contains(objectType) else {
            throw MP4Error(.unsupported, "AudioSpecificConfig: object type \(objectType)")
        }
        guard Int(rateIndex) < Self.sampleRates.count else {
            throw MP4Error(.unsupported, "AudioSpecificConfig: sample rate index \(rateIndex)")
        }
        guard (1...7).contains(channels) else {
            throw MP4Error(.unsupported, "AudioSpecificConfig: channel configuration \(channels)")
        }
        self.bytes = bytes
        self.objectType = objectType
        sampleRate = Self.sampleRates[Int(rateIndex)]
        sampleRateIndex = rateIndex
        channelCount = channels == 7 ? 8 : channels
    }

    /// The codec's name in a master playlist (RFC 6381).
    package var codecName: String { "mp4a.40.\(objectType)" }
}
