/// What an MP4 stream begins with: `ftyp` and `moov`, which describe the one track of sound.
package struct InitSegment: TrackStart {
    /// Both boxes, as the encoder wrote them: the file that `EXT-X-MAP` names.
    package let bytes: [UInt8]
    package let trackID: UInt32
    /// Units of time in a second.
    package let timescale: UInt32
    package let config: AudioSpecificConfig
    /// What holds for a frame when its fragment says nothing.
    package let defaultDuration: UInt32
    package let defaultSize: UInt32

    package static var frameBytesMax: Int { ADTS.frameBytesMax }
    package static var boxBytesMax: Int { 1 << 20 }

    /// - Parameters:
    ///   - bytes: both boxes whole.
    ///   - movie: the body of `moov`.
    /// - Throws: `MP4Error` when it does not describe one track of AAC.
    package init(_ bytes: [UInt8], movie: ArraySlice<UInt8>) throws(MP4Error) {
        let movie = BoxCursor(movie, in: "moov")
        let track = try movie.box("trak")
        var extends = try movie.box("mvex").box("trex")
        try extends.skip(4)
        trackID = try extends.number(UInt32.self)
        try extends.skip(4)
        defaultDuration = try extends.number(UInt32.self)
        defaultSize = try extends.number(UInt32.self)
        let media = try track.box("mdia")
        var header = try media.box("mdhd")
        try header.skip(try header.fullBoxHead().version == 1 ? 16 : 8)
        timescale = try header.number(UInt32.self)
        guard timescale > 0 else { throw MP4Error(.badValue, "mdhd: timescale 0") }
        config = try Self.config(media)
        self.bytes = bytes
    }

    private static func config(_ media: BoxCursor) throws(MP4Error) -> AudioSpecificConfig {
        var descriptions = try media.box("minf").box("stbl").box("stsd")
        try descriptions.skip(8)
        var entry = try descriptions.box("mp4a")
        // The fixed part of an AudioSampleEntry.
        try entry.skip(28)
        var elementary = try entry.box("esds")
        try elementary.skip(4)
        var stream = try descriptor(3, &elementary)
        try stream.skip(2)
        let flags = try stream.number(UInt8.self)
        // Depends on another stream, has a URL, names a clock: parts that follow when their bit is set.
        if flags & 0x80 != 0 { try stream.skip(2) }
        if flags & 0x40 != 0 { try stream.skip(Int(try stream.number(UInt8.self))) }
        if flags & 0x20 != 0 { try stream.skip(2) }
        var decoder = try descriptor(4, &stream)
        guard try decoder.number(UInt8.self) == 0x40 else { throw MP4Error(.unsupported, "esds: not MPEG-4 audio") }
        try decoder.skip(12)
        var specific = try descriptor(5, &decoder)
        return try AudioSpecificConfig(specific.take(specific.rest))
    }

    /// The next descriptor, whose length is written in groups of seven bits.
    private static func descriptor(_ tag: UInt8, _ cursor: inout BoxCursor) throws(MP4Error) -> BoxCursor {
        let found = try cursor.number(UInt8.self)
        guard found == tag else { throw MP4Error(.missing, "esds: descriptor \(found), not \(tag)") }
        var length = 0
        for _ in 0..<4 {
            let byte = try cursor.number(UInt8.self)
            length = length << 7 | Int(byte & 0x7F)
            if byte & 0x80 == 0 { break }
        }
        return BoxCursor(try cursor.take(length), in: "esds")
    }
}
