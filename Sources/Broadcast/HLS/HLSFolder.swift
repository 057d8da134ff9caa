import Bus
import Foundation
import JSON

/// The files of the public playlist: what is written when, and what is removed.
///
/// In this order: a segment, then the state that knows of it, then the playlists that list it. Whatever comes in
/// between, no number is given twice, and nothing is listed that is not there.
struct HLSFolder {
    /// What survives a restart.
    struct State: Codable {
        var version = 1
        var playlist: HLSPlaylist
        /// The name of the newest init segment.
        var map: String?
    }

    private let settings: HLSSettings
    private let folder: OutputFolder
    private(set) var state: State
    /// The state or a playlist is not yet as it should be on disk.
    private(set) var isDirty = true
    private var mapBytes: [UInt8]?
    private var codec: String?
    private var masterText: String?
    /// The picture that the master playlist names.
    private var picture: PictureVariant?
    private var waitingForRemoval: [HLSPlaylist.Segment] = []

    private static let stateName = "state.json"
    private static let stateBytesMax = 16 << 20
    private static let masterName = "master.m3u8"

    var playlist: HLSPlaylist { state.playlist }

    /// Opens the folder and goes on with what is there.
    ///
    /// - Parameters:
    ///   - settings: the state's own target duration wins, since it may not change.
    ///   - now: for the first number, when nothing is known.
    ///   - onProblem: gets what is wrong with a state that cannot be used.
    /// - Throws: `OutputFolderError` when the folder cannot be used.
    init(
        _ settings: HLSSettings,
        now: Timestamp,
        onProblem: (String) -> Void
    ) throws(OutputFolderError) {
        self.settings = settings
        folder = OutputFolder(settings.folder)
        try folder.create()
        state = State(
            playlist: HLSPlaylist(
                targetSeconds: settings.targetSeconds,
                windowSeconds: settings.windowSeconds,
                firstSequence: HLSPlaylist.firstSequence(at: now)
            )
        )
        if let bytes = try folder.read(Self.stateName, bytesMax: Self.stateBytesMax) {
            do {
                let stored = try JSONDecoder().decode(State.self, from: Data(bytes))
                let canBeUsed = stored.version == 1 && stored.playlist.isSound
                if canBeUsed { state = stored } else { onProblem("version \(stored.version), or impossible numbers") }
            } catch {
                onProblem("\(error)")
            }
        }
        state.playlist.setWindow(seconds: settings.windowSeconds)
        if state.playlist.targetSeconds != settings.targetSeconds {
            onProblem("target_seconds stays \(state.playlist.targetSeconds) while this folder is kept")
        }
        forgetMissing()
        state.playlist.markNext()
        // By the segments and not by itself: a name that comes from a file is no path yet.
        state.map = playlist.segments.last?.map
        if let map = state.map { mapBytes = try folder.read(map, bytesMax: 1 << 20) }
        try removeOrphans()
    }

    /// A segment whose file is gone cannot be listed, nor can those before it.
    private mutating func forgetMissing() {
        let missing = state.playlist.segments.last { segment in
            let captions =
                settings.captionLanguage == nil ? [] : [HLSPlaylist.Rendition.captions.fileName(segment.sequence)]
            let names = [HLSPlaylist.Rendition.audio.fileName(segment.sequence), segment.map] + captions
            return names.contains { !folder.has($0) }
        }
        if let missing { state.playlist.forget(through: missing.sequence) }
    }

    /// Removes files of ours that no list needs.
    private func removeOrphans() throws(OutputFolderError) {
        var needed = Set([Self.stateName, Self.masterName] + HLSPlaylist.Rendition.allCases.map(\.playlistName))
        if let map = state.map { needed.insert(map) }
        for segment in playlist.kept {
            needed.insert(segment.map)
            for rendition in HLSPlaylist.Rendition.allCases { needed.insert(rendition.fileName(segment.sequence)) }
        }
        for name in try folder.names() where !needed.contains(name) {
            let isOurs =
                name.hasSuffix(OutputFolder.temporarySuffix) || name.hasPrefix("audio-") || name.hasPrefix("captions-")
                || name.hasPrefix("start-")
            if isOurs { try folder.remove(name) }
        }
    }

    /// Stores a segment and lists it; it is public with the next `publish`.
    ///
    /// - Throws: `OutputFolderError`; then nothing has changed and it can be tried again.
    mutating func store(_ segment: BuiltSegment, cues: [CaptionCue], now: Timestamp) throws(OutputFolderError) {
        guard let first = segment.frames.first else { return }
        let sequence = playlist.nextSequence
        if mapBytes != segment.start.bytes {
            let name = HLSPlaylist.mapName(sequence)
            try folder.write(name, segment.start.bytes, isDurable: true)
            (state.map, mapBytes) = (name, segment.start.bytes)
        }
        codec = segment.start.config.codecName
        let bytes = FragmentWriter.write(
            segment.frames.map(\.bytes),
            sequence: UInt32(truncatingIfNeeded: sequence),
            decodeTime: UInt64(first.start),
            trackID: segment.start.trackID
        )
        let captions = WebVTT.segment(start: first.start, end: first.start + segment.samples, cues: cues)
        try folder.write(HLSPlaylist.Rendition.audio.fileName(sequence), bytes, isDurable: true)
        if settings.captionLanguage != nil {
            try folder.write(HLSPlaylist.Rendition.captions.fileName(sequence), Array(captions.utf8), isDurable: false)
        }
        state.playlist.append(
            samples: segment.samples,
            capturedAt: first.time,
            isDiscontinuity: segment.isDiscontinuity,
            map: state.map ?? "",
            byteCount: bytes.count,
            now: now
        )
        isDirty = true
    }

    mutating func markNext() { state.playlist.markNext() }

    /// Brings state and playlists on disk up to date.
    ///
    /// - Throws: `OutputFolderError`; then it can be tried again.
    mutating func publish() throws(OutputFolderError) {
        guard isDirty else { return }
        var bytes: [UInt8] = []
        do {
            try OnePassEncoder().encodeAny(state, to: &bytes)
        } catch {
            preconditionFailure("the state has no value that JSON cannot hold: \(error)")
        }
        try folder.write(Self.stateName, bytes, isDurable: true)
        if settings.captionLanguage != nil { try writePlaylist(.captions) }
        try writePlaylist(.audio)
        try writeMaster()
        isDirty = false
    }

    /// Names a picture in the master playlist, or none.
    ///
    /// - Throws: `OutputFolderError`; then it can be tried again.
    mutating func list(_ picture: PictureVariant?) throws(OutputFolderError) {
        guard picture != self.picture else { return }
        let before = self.picture
        self.picture = picture
        do throws(OutputFolderError) {
            try writeMaster()
        } catch {
            self.picture = before
            throw error
        }
    }

    private mutating func writeMaster() throws(OutputFolderError) {
        guard let codec else { return }
        let text = playlist.masterText(
            codec: codec,
            bitsPerSecond: settings.bitsPerSecond,
            captions: settings.captionLanguage,
            picture: picture
        )
        if text != masterText { try folder.write(Self.masterName, Array(text.utf8), isDurable: false) }
        masterText = text
    }

    private func writePlaylist(_ rendition: HLSPlaylist.Rendition) throws(OutputFolderError) {
        try folder.write(rendition.playlistName, Array(playlist.text(rendition).utf8), isDurable: false)
    }

    /// Removes the files that nobody needs any more.
    ///
    /// - Throws: `OutputFolderError`; what was not removed is tried again.
    mutating func removeExpired(at now: Timestamp) throws(OutputFolderError) {
        waitingForRemoval += state.playlist.takeExpired(at: now)
        while let segment = waitingForRemoval.first {
            for rendition in HLSPlaylist.Rendition.allCases { try folder.remove(rendition.fileName(segment.sequence)) }
            let isUsed = segment.map == state.map || playlist.kept.contains { $0.map == segment.map }
            if !isUsed { try folder.remove(segment.map) }
            waitingForRemoval.removeFirst()
        }
    }
}
