import Bus
import Foundation
import JSON
import Sound

/// The files of the picture in the public folder; those of the sound are another's.
///
/// In this order: a segment, then the state that knows of it, then the playlist.
struct PictureFolder {
    struct State: Codable {
        var version = 1
        var playlist: PicturePlaylist
    }

    private let folder: OutputFolder
    private(set) var playlist: PicturePlaylist
    private var map: String?
    private var mapBytes: [UInt8]?
    private(set) var isDirty = true
    private var waitingForRemoval: [PicturePlaylist.Segment] = []

    private static let stateName = "video-state.json"
    private static let stateBytesMax = 16 << 20

    /// Opens the folder, which is there, and goes on with what is in it.
    ///
    /// - Parameters:
    ///   - path: of the public folder.
    ///   - targetSeconds: of the sound's list.
    /// - Throws: `OutputFolderError` when the folder cannot be used.
    init(_ path: String, targetSeconds: Int) throws(OutputFolderError) {
        folder = OutputFolder(path)
        playlist = PicturePlaylist(targetSeconds: targetSeconds)
        if let bytes = try folder.read(Self.stateName, bytesMax: Self.stateBytesMax),
            let stored = try? JSONDecoder().decode(State.self, from: Data(bytes)), stored.version == 1,
            stored.playlist.isSound, stored.playlist.targetSeconds == targetSeconds,
            // Where files are gone it begins anew: listeners have the sound, and the picture is back with the next segment.
            stored.playlist.segments.allSatisfy({ segment in
                segment.map.map { folder.has($0) && folder.has(PicturePlaylist.fileName(segment.sequence)) } ?? true
            })
        {
            playlist = stored.playlist
        }
        try removeOrphans()
    }

    /// Removes what an earlier process with a picture has left.
    ///
    /// - Throws: `OutputFolderError`; what was not removed stays.
    static func removeAll(in path: String) throws(OutputFolderError) {
        let folder = OutputFolder(path)
        for name in try folder.names() where name.hasPrefix("video-") || name == PicturePlaylist.name {
            try folder.remove(name)
        }
    }

    private func removeOrphans() throws(OutputFolderError) {
        var needed: Set<String> = [Self.stateName]
        for segment in playlist.kept {
            if let map = segment.map { needed.insert(map) }
            needed.insert(PicturePlaylist.fileName(segment.sequence))
        }
        for name in try folder.names() where name.hasPrefix("video-") && !needed.contains(name) {
            try folder.remove(name)
        }
    }

    /// Stores the picture of a segment of sound and lists it; it is public with the next `publish`.
    ///
    /// - Parameters:
    ///   - cut: its frames, or a gap.
    ///   - sound: the segment.
    ///   - start: where the segment of sound begins, in samples; `nil` for one of an earlier process.
    ///   - list: that it is part of.
    /// - Throws: `OutputFolderError`; then nothing has changed and it can be tried again.
    mutating func store(
        _ cut: PictureCut,
        for sound: HLSPlaylist.Segment,
        start: Int64?,
        in list: HLSPlaylist
    ) throws(OutputFolderError) {
        isDirty = true
        guard case .frames(let frames, let video) = cut, let first = frames.first, let start else {
            let gap = PicturePlaylist.Segment(
                sequence: sound.sequence,
                samples: sound.samples,
                time: sound.time,
                isDiscontinuity: sound.isDiscontinuity,
                map: nil,
                byteCount: 0
            )
            return playlist.append(gap, following: list)
        }
        if mapBytes != video.bytes {
            let name = PicturePlaylist.mapName(sound.sequence)
            try folder.write(name, video.bytes, isDurable: false)
            (map, mapBytes) = (name, video.bytes)
        }
        let begin = PictureClock.sample(of: first.number)
        let bytes = FragmentWriter.write(
            frames.map(\.bytes),
            sequence: UInt32(truncatingIfNeeded: sound.sequence),
            decodeTime: UInt64(begin) * UInt64(video.timescale) / 48_000,
            trackID: video.trackID,
            frameDuration: video.timescale / UInt32(PictureClock.framesPerSecond),
            // Depends on none, or on others (ISO/IEC 14496-12, 8.8.3.1).
            flags: frames.map { $0.isKey ? 0x0200_0000 : 0x0101_0000 }
        )
        try folder.write(PicturePlaylist.fileName(sound.sequence), bytes, isDurable: false)
        playlist.append(
            PicturePlaylist.Segment(
                sequence: sound.sequence,
                samples: PictureClock.sample(of: Int64(frames.count)),
                time: sound.time.advanced(by: AudioFormat.duration(begin - start)),
                isDiscontinuity: sound.isDiscontinuity,
                map: map,
                byteCount: bytes.count
            ),
            following: list
        )
    }

    /// Takes from the list what the sound's has no more.
    mutating func follow(_ list: HLSPlaylist, now: Timestamp) {
        let before = playlist
        playlist.follow(list, now: now)
        if playlist != before { isDirty = true }
    }

    /// Brings state and list on disk up to date.
    ///
    /// - Throws: `OutputFolderError`; then it can be tried again.
    mutating func publish() throws(OutputFolderError) {
        guard isDirty else { return }
        var bytes: [UInt8] = []
        do {
            try OnePassEncoder().encodeAny(State(playlist: playlist), to: &bytes)
        } catch {
            preconditionFailure("the state has no value that JSON cannot hold: \(error)")
        }
        try folder.write(Self.stateName, bytes, isDurable: false)
        try folder.write(PicturePlaylist.name, Array(playlist.text.utf8), isDurable: false)
        isDirty = false
    }

    /// Removes the files that nobody needs any more.
    ///
    /// - Throws: `OutputFolderError`; what was not removed is tried again.
    mutating func removeExpired(at now: Timestamp) throws(OutputFolderError) {
        waitingForRemoval += playlist.takeExpired(at: now)
        while let segment = waitingForRemoval.first {
            if let own = segment.map {
                try folder.remove(PicturePlaylist.fileName(segment.sequence))
                if own != map, !playlist.kept.contains(where: { $0.map == own }) { try folder.remove(own) }
            }
            waitingForRemoval.removeFirst()
        }
    }
}
