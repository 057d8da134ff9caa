/// Samples as other programs hand them over.
enum Samples {
    /// 16 bits each, little-endian; half a sample at the end is left out.
    static func pcm16(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { raw in
            (0..<raw.count / 2).map { index in
                Float(Int16(littleEndian: raw.loadUnaligned(fromByteOffset: index * 2, as: Int16.self))) / 32_768
            }
        }
    }
}
