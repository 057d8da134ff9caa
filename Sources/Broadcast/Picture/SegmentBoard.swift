import Threading

/// What the publishers of sound and picture know of one another; neither waits for the other.
final class SegmentBoard: Sendable {
    private struct State {
        var playlist: HLSPlaylist?
        var starts: [Int64: Int64] = [:]
        var variant: PictureVariant?
    }

    private let state = Mutex(State())
    private let wakeUp: WakeUp

    /// - Parameter wakeUp: of the picture's publisher.
    init(wakeUp: WakeUp) { self.wakeUp = wakeUp }

    /// What the master playlist is to name beside the sound.
    var variant: PictureVariant? {
        get { state.withLock { $0.variant } }
        set { state.withLock { $0.variant = newValue } }
    }

    /// Where a segment of sound begins, in samples since the process began to push; of this process's segments only.
    func note(_ sequence: Int64, start: Int64) { state.withLock { $0.starts[sequence] = start } }

    /// The list of sound has changed.
    func post(_ playlist: HLSPlaylist) {
        state.withLock { state in
            state.playlist = playlist
            state.starts = state.starts.filter { $0.key >= playlist.mediaSequence }
        }
        wakeUp.signal()
    }

    /// The list of sound as it is public, with the starts that are known.
    var sound: (playlist: HLSPlaylist, starts: [Int64: Int64])? {
        state.withLock { state in state.playlist.map { ($0, state.starts) } }
    }
}

/// The picture, as the master playlist tells it.
package struct PictureVariant: Hashable, Sendable {
    package var codec: String
    package var width: Int
    package var height: Int
    /// The most that a segment had, and the mean of those that are listed, without the sound.
    package var peakBitsPerSecond: Int
    package var meanBitsPerSecond: Int

    package init(codec: String, width: Int, height: Int, peakBitsPerSecond: Int, meanBitsPerSecond: Int) {
        self.codec = codec
        self.width = width
        self.height = height
        self.peakBitsPerSecond = peakBitsPerSecond
        self.meanBitsPerSecond = meanBitsPerSecond
    }

    func line(soundCodec: String, soundPeak: Int, soundMean: Int, hasCaptions: Bool) -> String {
        "#EXT-X-STREAM-INF:BANDWIDTH=\(peakBitsPerSecond + soundPeak),"
            + "AVERAGE-BANDWIDTH=\(meanBitsPerSecond + soundMean),CODECS=\"\(codec),\(soundCodec)\","
            + "RESOLUTION=\(width)x\(height),FRAME-RATE=\(PictureClock.framesPerSecond).000,AUDIO=\"sound\""
            + (hasCaptions ? ",SUBTITLES=\"captions\"" : "")
    }
}
