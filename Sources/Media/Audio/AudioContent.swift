/// Tells what a file is by its first bytes.
package enum AudioContent {
    /// In words, for errors: "an MP4 file".
    package static func name(of bytes: [UInt8]) -> String {
        func has(_ text: StaticString, at place: Int = 0) -> Bool {
            bytes.dropFirst(place).prefix(text.utf8CodeUnitCount)
                .elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }
        if bytes.isEmpty { return "it is empty" }
        if has("ftyp", at: 4) { return "it is an MP4 file" }
        if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return "it is a Matroska or WebM file" }
        if has("RIFF"), has("AVI ", at: 8) { return "it is an AVI file" }
        if has("ID3") || bytes.count > 1 && bytes[0] == 0xFF && bytes[1] & 0xE0 == 0xE0 { return "it is MP3 or AAC" }
        if has("OggS") { return "it is an Ogg file" }
        if has("fLaC") { return "it is a FLAC file" }
        if has("FLV") { return "it is an FLV file" }
        if has("{") || has("<") { return "it is text" }
        return "it is of an unknown kind"
    }
}
