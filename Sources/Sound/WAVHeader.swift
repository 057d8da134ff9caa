/// What the beginning of a WAV file says, and whether the station plays it.
struct WAVHeader: Hashable {
    enum Encoding { case pcm16, float32 }

    struct Form: Hashable {
        let encoding: Encoding
        let channels: Int
        var frameSizeBytes: Int { channels * (encoding == .pcm16 ? 2 : 4) }
    }

    let form: Form
    let dataOffset: Int
    let dataSizeBytes: Int

    /// - Parameters:
    ///   - bytes: the beginning of the file, as far as the sound.
    ///   - fileSizeBytes: how long the file is.
    /// - Throws: `WAVFileError` for what is no such file, and for one that is cut short.
    init(_ bytes: [UInt8], fileSizeBytes: Int) throws(WAVFileError) {
        func number(_ position: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
        }
        func hasTag(_ tag: StaticString, _ position: Int) -> Bool {
            (0..<4).allSatisfy { bytes[position + $0] == tag.utf8Start[$0] }
        }
        guard bytes.count >= 12, hasTag("RIFF", 0), hasTag("WAVE", 8) else { throw .format("is no WAV file") }
        var position = 12
        var form: Form?
        while position + 8 <= bytes.count {
            let size = number(position + 4, 4)
            let body = position + 8
            if hasTag("fmt ", position) {
                guard size >= 16, body + size <= bytes.count else { throw .format("has a broken header") }
                form = try WAVHeader.form(number, body, size)
            } else if hasTag("data", position) {
                guard let form else { throw .format("has sound before its header") }
                guard body + size <= fileSizeBytes else {
                    throw .format("is cut short: \(fileSizeBytes - body) of \(size) bytes of sound are there")
                }
                self.form = form
                dataOffset = body
                dataSizeBytes = size
                return
            }
            position = body + size + size % 2
        }
        throw .format("has no sound")
    }

    private static func form(_ number: (Int, Int) -> Int, _ body: Int, _ size: Int) throws(WAVFileError) -> Form {
        var tag = number(body, 2)
        let channels = number(body + 2, 2)
        let rate = number(body + 4, 4)
        let bits = number(body + 14, 2)
        // The extensible form has the tag at the beginning of its long name.
        if tag == 0xFFFE, size >= 40 { tag = number(body + 24, 2) }
        guard rate == AudioFormat.sampleRate else { throw .format("has \(rate) Hz, not 48000") }
        guard (1...2).contains(channels) else { throw .format("has \(channels) channels, not 1 or 2") }
        switch (tag, bits) {
        case (1, 16): return Form(encoding: .pcm16, channels: channels)
        case (3, 32): return Form(encoding: .float32, channels: channels)
        default: throw .format("has samples of \(bits) bits in form \(tag), not 16-bit integers or 32-bit floats")
        }
    }
}
