/// Sound as the encoder gives it: one track of AAC.
package typealias FragmentedMP4 = FragmentedStream<InitSegment>

/// What a stream of one track begins with.
package protocol TrackStart: Hashable, Sendable {
    var trackID: UInt32 { get }
    /// What holds for a frame when its fragment says nothing.
    var defaultDuration: UInt32 { get }
    var defaultSize: UInt32 { get }
    /// Larger frames and boxes are not of such a track, but something else.
    static var frameBytesMax: Int { get }
    static var boxBytesMax: Int { get }

    /// - Parameters:
    ///   - bytes: `ftyp` and `moov` whole.
    ///   - movie: the body of `moov`.
    /// - Throws: `MP4Error` when it does not describe one such track.
    init(_ bytes: [UInt8], movie: ArraySlice<UInt8>) throws(MP4Error)
}

/// Reads a fragmented MP4 stream with one track, piece by piece as it comes out of a pipe.
///
/// Pure: bytes in, parts out. After an error the stream is lost, since nothing says where the next box begins.
/// Format: ISO/IEC 14496-12 (boxes, fragments), 14496-14 (`esds`).
package struct FragmentedStream<Start: TrackStart>: Sendable {
    package enum Part: Hashable, Sendable {
        case start(Start)
        case fragment(Fragment)
    }

    private var buffer: [UInt8] = []
    private var fileType: [UInt8] = []
    private var start: Start?
    /// A `moof` whose `mdat` has not come yet.
    private var waiting: [UInt8]?

    package init() {}

    /// Bytes that are kept because their box is not complete.
    package var pendingBytes: Int { buffer.count }

    /// Takes more of the stream.
    ///
    /// - Parameter bytes: what was read, of any length.
    /// - Returns: what is complete now.
    /// - Throws: `MP4Error` when it is not such a stream.
    package mutating func append(_ bytes: some Sequence<UInt8>) throws(MP4Error) -> [Part] {
        buffer.append(contentsOf: bytes)
        var (parts, position) = ([Part](), 0)
        while buffer.count - position >= 8 {
            var header = BoxCursor(buffer[position..<position + 8], in: "stream")
            let size = Int(try header.number(UInt32.self))
            let name = try header.take(4)
            guard name.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
                throw MP4Error(.badValue, "stream: not a box")
            }
            let type = String(decoding: name, as: UTF8.self)
            guard size >= 8 else { throw MP4Error(.badValue, "\(type): size \(size)") }
            guard size <= Start.boxBytesMax else { throw MP4Error(.tooLarge, "\(type): \(size) bytes") }
            guard buffer.count - position >= size else { break }
            if let part = try take(type, buffer[position..<position + size]) { parts.append(part) }
            position += size
        }
        buffer.removeFirst(position)
        return parts
    }

    /// Takes one whole box of the top level.
    private mutating func take(_ type: String, _ box: ArraySlice<UInt8>) throws(MP4Error) -> Part? {
        if waiting != nil, type != "mdat" { throw MP4Error(.missing, "\(type) where moof's mdat should be") }
        switch type {
        case "ftyp":
            guard fileType.isEmpty else { throw MP4Error(.badValue, "ftyp: a second one") }
            fileType = Array(box)
        case "moov":
            guard !fileType.isEmpty, start == nil else { throw MP4Error(.missing, "moov: not after one ftyp") }
            let start = try Start(fileType + box, movie: box.dropFirst(8))
            self.start = start
            return .start(start)
        case "moof":
            guard start != nil else { throw MP4Error(.missing, "moof before moov") }
            waiting = Array(box)
        case "mdat":
            guard let start, let movieFragment = waiting else { throw MP4Error(.missing, "mdat without moof") }
            waiting = nil
            return .fragment(try Fragment(movieFragment[...], box, start))
        case "free", "skip", "styp", "sidx", "prft", "emsg", "mfra":
            break
        default:
            throw MP4Error(.unsupported, "\(type): no box of such a stream")
        }
        return nil
    }
}
