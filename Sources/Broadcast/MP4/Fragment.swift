/// One `moof` and its `mdat`: some frames that follow each other.
package struct Fragment: Hashable, Sendable {
    /// Both boxes, as the encoder wrote them.
    package let bytes: [UInt8]
    /// When the first frame begins, in the track's time scale.
    package let decodeTime: UInt64
    /// In the track's time scale; for AAC a unit is a sample.
    package let duration: UInt64
    /// Where each frame lies in `bytes`.
    package let frames: [Range<Int>]

    package var frameSizes: [Int] { frames.map(\.count) }

    static let framesMax = 4096
    /// Further than any stream gets, and far from where sums with it would overflow.
    private static let decodeTimeMax = UInt64(1) << 60

    /// - Parameters:
    ///   - movieFragment: the whole `moof`.
    ///   - mediaData: the whole `mdat` that follows it.
    ///   - start: the stream's description.
    /// - Throws: `MP4Error` when the frames do not fill the data exactly.
    init(_ movieFragment: ArraySlice<UInt8>, _ mediaData: ArraySlice<UInt8>, _ start: some TrackStart) throws(MP4Error)
    {
        let frameBytesMax = type(of: start).frameBytesMax
        let track = try BoxCursor(movieFragment.dropFirst(8), in: "moof").box("traf")
        var defaults = try TrackDefaults(track, start)
        var time = try track.box("tfdt")
        let isLong = try time.fullBoxHead().version == 1
        decodeTime = isLong ? try time.number(UInt64.self) : UInt64(try time.number(UInt32.self))
        guard decodeTime <= Self.decodeTimeMax else { throw MP4Error(.badValue, "tfdt: \(decodeTime)") }

        var run = try track.box("trun")
        let (_, flags) = try run.fullBoxHead()
        let count = Int(try run.number(UInt32.self))
        guard (1...Self.framesMax).contains(count) else { throw MP4Error(.tooLarge, "trun: \(count) frames") }
        guard flags & 0x001 != 0 else { throw MP4Error(.unsupported, "trun: no data offset") }
        let offset = Int(Int32(bitPattern: try run.number(UInt32.self)))
        guard offset == movieFragment.count + 8 else {
            throw MP4Error(.badValue, "trun: data offset \(offset), not at the start of mdat")
        }
        if flags & 0x004 != 0 { try run.skip(4) }
        var (position, duration, frames) = (offset, UInt64(0), [Range<Int>]())
        for _ in 0..<count {
            if flags & 0x100 != 0 { defaults.duration = try run.number(UInt32.self) }
            if flags & 0x200 != 0 { defaults.size = try run.number(UInt32.self) }
            if flags & 0x400 != 0 { try run.skip(4) }
            if flags & 0x800 != 0 { try run.skip(4) }
            guard defaults.size > 0, defaults.size <= frameBytesMax else {
                throw MP4Error(.tooLarge, "trun: a frame of \(defaults.size) bytes")
            }
            frames.append(position..<position + Int(defaults.size))
            position += Int(defaults.size)
            duration += UInt64(defaults.duration)
        }
        guard position == movieFragment.count + mediaData.count else {
            throw MP4Error(.badValue, "trun: its frames do not fill mdat")
        }
        self.duration = duration
        self.frames = frames
        bytes = Array(movieFragment) + Array(mediaData)
    }
}

/// What holds for each frame of a fragment unless its `trun` says more.
private struct TrackDefaults {
    var duration: UInt32
    var size: UInt32

    init(_ track: BoxCursor, _ start: some TrackStart) throws(MP4Error) {
        var header = try track.box("tfhd")
        let (_, flags) = try header.fullBoxHead()
        let trackID = try header.number(UInt32.self)
        guard trackID == start.trackID else { throw MP4Error(.badValue, "tfhd: unknown track \(trackID)") }
        guard flags & 0x02_0000 != 0, flags & 0x1 == 0 else {
            throw MP4Error(.unsupported, "tfhd: offsets that do not count from moof")
        }
        if flags & 0x2 != 0 { try header.skip(4) }
        duration = flags & 0x8 != 0 ? try header.number(UInt32.self) : start.defaultDuration
        size = flags & 0x10 != 0 ? try header.number(UInt32.self) : start.defaultSize
    }
}
