/// What a stream of H.264 begins with: `ftyp` and `moov`, which describe the one track of picture.
package struct VideoStart: TrackStart {
    /// Both boxes, as the encoder wrote them: the file that `EXT-X-MAP` names.
    package let bytes: [UInt8]
    package let trackID: UInt32
    package let timescale: UInt32
    package let width: Int
    package let height: Int
    /// The decoder's configuration (ISO/IEC 14496-15, 5.3.3.1): profile, level and parameter sets.
    package let configuration: [UInt8]
    package let defaultDuration: UInt32
    package let defaultSize: UInt32

    /// A frame of its own at the highest rate that is allowed is far smaller.
    package static var frameBytesMax: Int { 4 << 20 }
    package static var boxBytesMax: Int { 5 << 20 }

    /// One that is known already.
    package init(bytes: [UInt8], width: Int, height: Int, configuration: [UInt8], timescale: UInt32 = 48_000) {
        (self.bytes, self.width, self.height) = (bytes, width, height)
        (self.configuration, self.timescale) = (configuration, timescale)
        (trackID, defaultDuration, defaultSize) = (1, 0, 0)
    }

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
        var descriptions = try media.box("minf").box("stbl").box("stsd")
        try descriptions.skip(8)
        var entry = try descriptions.box("avc1")
        // A VisualSampleEntry has its size after 24 bytes, and 50 more before its boxes.
        try entry.skip(24)
        width = Int(try entry.number(UInt16.self))
        height = Int(try entry.number(UInt16.self))
        try entry.skip(50)
        let boxes = BoxCursor(try entry.take(entry.rest), in: "avc1")
        var configuration = try boxes.box("avcC")
        self.configuration = Array(try configuration.take(configuration.rest))
        // Version 1, and lengths of four bytes before each unit, as frames are read here.
        guard self.configuration.count >= 7, self.configuration[0] == 1, self.configuration[4] & 3 == 3 else {
            throw MP4Error(.unsupported, "avcC: not version 1 with lengths of 4 bytes")
        }
        self.bytes = bytes
    }

    /// The codec's name in a master playlist (RFC 6381): profile, constraints and level.
    package var codecName: String {
        "avc1."
            + configuration.dropFirst().prefix(3).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined()
    }
}

/// One frame of H.264, and which frame of the programme it is.
package struct VideoFrame: Hashable, Sendable {
    /// As `PictureClock` counts.
    package let number: Int64
    /// Its units, each with a length of four bytes before it.
    package let bytes: [UInt8]
    /// Whether it depends on no other.
    package let isKey: Bool

    package init(number: Int64, bytes: [UInt8]) {
        self.number = number
        self.bytes = bytes
        isKey = VideoFrame.isKey(bytes)
    }

    /// Whether one of the units is a slice of an instantaneous refresh.
    private static func isKey(_ bytes: [UInt8]) -> Bool {
        var position = 0
        while position + 4 < bytes.count {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            if bytes[position + 4] & 0x1F == 5 { return true }
            position += 4 + length
        }
        return false
    }
}
